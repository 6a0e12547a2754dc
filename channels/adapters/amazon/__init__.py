"""Amazon: settlement, order, advertising and search files of Seller Central, which the API gives too."""

from channels.adapters.amazon import ads, orders, search, settlement, settlement_wide
from channels.adapters.amazon.marketplaces import MARKETPLACES
from channels.core.adapter import Adapter

ADAPTER = Adapter(
    code="amazon",
    label="Amazon",
    formats=(settlement.FORMAT, settlement_wide.FORMAT, orders.FORMAT, ads.FORMAT, search.FORMAT),
    marketplaces=MARKETPLACES,
)
