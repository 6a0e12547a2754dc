"""The seller's own sheets, CSV or XLSX: stock received, unit costs, the SKU map, exchange rates. See README.md."""

from channels.adapters.sheets import costs, rates, skus, stock
from channels.core.adapter import Adapter

ADAPTER = Adapter(code="", label="Seller's sheets", formats=(stock.FORMAT, costs.FORMAT, skus.FORMAT, rates.FORMAT))
