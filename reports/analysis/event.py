"""Something that changed one channel in some regions from a day on, with what the operator attests about it."""

from dataclasses import dataclass
from datetime import date

# A diversion is specific to its intervention: each answers another question (Conlon and Mortimer 2021).
LAUNCH = "launch"
DELISTING = "delisting"
STOCK_OUT = "stock_out"
PROMOTION = "promotion"
AD_PAUSE = "ad_pause"
PRICE = "price"
CAMPAIGN = "brand_campaign"
SWITCHBACK = "switchback"
KINDS = (LAUNCH, DELISTING, STOCK_OUT, PROMOTION, AD_PAUSE, PRICE, CAMPAIGN, SWITCHBACK)

# What an operator can attest. Without the first no estimate of an event is given.
NOTHING_ELSE_CHANGED = "nothing_else_changed"
NEWCOMERS_SEARCH_BRAND = "newcomers_search_brand"  # diverted newcomers search the brand: bounds may use the brand share
ATTESTATIONS = (NOTHING_ELSE_CHANGED, NEWCOMERS_SEARCH_BRAND)


@dataclass(frozen=True, slots=True)
class Event:
    """``affecting`` is the channel that changed (B), ``affected`` the one that may have lost or gained orders (A).

    It began on ``starts`` in ``regions``, and ended before ``ends`` where it did. ``random_rollout`` is whether lots,
    not people, chose the regions.
    """

    affected: str
    affecting: str
    regions: tuple[str, ...]
    starts: date
    kind: str
    ends: date | None = None
    random_rollout: bool = False
    attests: frozenset[str] = frozenset()
