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
from channels.core.adapter import Adapter, Signals

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
    # No format has ``buyers`` either: personal data of Amazon's is for shipping and tax, and nothing here may read it.
    signals=Signals(
        why=(
            "Amazon's Data Protection Policy and Acceptable Use Policy let a seller use personal data of Amazon's "
            "buyers to ship their orders and for tax, and for no other purpose, until 30 days after delivery. A keyed "
            "hash, the postcode and the relay address are personal data too. What customers give elsewhere is not "
            "Amazon's."
        )
    ),
)
