"""The seller's own sheets, CSV or XLSX: stock received, unit costs, the SKU map, exchange rates, and the order numbers
that customers gave elsewhere. See README.md."""

from channels.adapters.sheets import costs, given, rates, skus, stock
from channels.core.adapter import Adapter

ADAPTER = Adapter(
    code="",
    label="Seller's sheets",
    formats=(stock.FORMAT, costs.FORMAT, skus.FORMAT, rates.FORMAT, given.FORMAT),
)
