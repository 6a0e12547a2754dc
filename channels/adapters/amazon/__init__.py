"""Amazon: files of Seller Central and the Reports API, and what the API gives a store that is pulled."""

from channels.adapters.amazon import (
    ads,
    api_orders,
    catalog,
    groups,
    listing,
    orders,
    repeat,
    search,
    settlement,
    settlement_wide,
    transactions,
)
from channels.adapters.amazon.marketplaces import MARKETPLACES
from channels.adapters.amazon.pulls import SOURCE
from channels.core.adapter import Adapter

ADAPTER = Adapter(
    code="amazon",
    label="Amazon",
    formats=(
        settlement.FORMAT,
        settlement_wide.FORMAT,
        orders.FORMAT,
        api_orders.FORMAT,
        transactions.FORMAT,
        groups.FORMAT,
        listing.FORMAT,
        ads.FORMAT,
        search.FORMAT,
        catalog.FORMAT,
        repeat.FORMAT,
    ),
    marketplaces=MARKETPLACES,
    source=SOURCE,
)
