"""Which kinds make up which margin. Tiers are not standardised in the trade, so the map is data with a version.

Contribution ladder after facts/definitions.md §2.2: net revenue − COGS = CM1; − selling and fulfilment = CM2;
− the channel's own advertising = CM3a; − allocated brand and retention marketing = CM3b.
"""

from collections.abc import Mapping
from decimal import Decimal

from channels.core.kinds import Kind

VERSION = "cm_v1"

NET_REVENUE = "net_revenue"
CM1 = "cm1"
CM2 = "cm2"
CM3A = "cm3a"
CM3B = "cm3b"
LADDER = (NET_REVENUE, CM1, CM2, CM3A, CM3B)

# The first margin that a kind counts in; it counts in all below too. Kinds without one are
# money that moves (reserve, transfer, tax on top) or fixed cost (subscription, overhead), which no margin holds.
TIER: dict[Kind, str] = {
    Kind.REVENUE: NET_REVENUE,
    Kind.SHIPPING_INCOME: NET_REVENUE,
    Kind.DISCOUNT: NET_REVENUE,
    Kind.REFUND: NET_REVENUE,
    Kind.TAX_BORNE: NET_REVENUE,
    Kind.COGS: CM1,
    Kind.COMMISSION: CM2,
    Kind.FULFILMENT: CM2,
    Kind.PAYMENT_FEE: CM2,
    Kind.SHIPPING_COST: CM2,
    Kind.STORAGE: CM2,
    Kind.RETURN_HANDLING: CM2,
    Kind.REIMBURSEMENT: CM2,
    Kind.ADJUSTMENT: CM2,
    Kind.UNMAPPED: CM2,
    Kind.ADVERTISING: CM3A,
    Kind.SHARED_MARKETING: CM3B,
    Kind.RETENTION_MARKETING: CM3B,
}


def ladder(by_kind: Mapping[str, Decimal | None]) -> dict[str, Decimal | None]:
    """The margins from sums by kind, each the one above plus its own kinds; None where nothing is known at all."""
    result: dict[str, Decimal | None] = {}
    total: Decimal | None = None
    for tier in LADDER:
        for kind, own in TIER.items():
            amount = by_kind.get(kind.value)
            if own == tier and amount is not None:
                total = amount if total is None else total + amount
        result[tier] = total
    return result
