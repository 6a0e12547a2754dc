"""What a named world is to be: its markets, how many products and weeks, and what happens in it on purpose."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from channels.sandbox.world.model import Market


@dataclass(frozen=True, slots=True)
class Selling:
    """A market and how it sells. ``weekly`` is its own mean number of orders a week over all regions."""

    market: Market
    countries: tuple[str, ...]
    weekly: float
    price: str  # local price for one USD of the list price
    own_site: bool = False
    diverts: float = 0.0  # share of the own site's demand that buys here instead, where this market sells
    abroad: Mapping[str, float] = field(
        default_factory=dict
    )  # country → orders a week by those who know the brand there


@dataclass(frozen=True, slots=True)
class Happening:
    """An event to be; weeks count from 0, ``until`` is not included. ``effects`` are shares, by the names in demand."""

    kind: str
    market: str
    states: tuple[str, ...]
    since: int
    until: int
    effects: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    name: str
    weeks: int
    products: int
    sellings: tuple[Selling, ...]
    happenings: tuple[Happening, ...]
    searched: int  # products that the search statistics are about
    starts_at: datetime = datetime(2026, 1, 5, tzinfo=UTC)
    base_currency: str = "CNY"

    def selling(self, code: str) -> Selling:
        return next(one for one in self.sellings if one.market.code == code)


# Units of CNY for one unit, around which the daily rates walk.
RATES = {
    "USD": Decimal("7.1200"), "EUR": Decimal("8.3400"), "GBP": Decimal("9.6200"), "JPY": Decimal("0.0472"),
    "SGD": Decimal("5.5200"), "MYR": Decimal("1.7100"),
}  # fmt: skip

AMAZON_US = Market(
    "amazon.us", "amazon", "ATVPDKIKX0DER", "Harbor & Leaf Amazon US", "USD", "America/Los_Angeles", "US",
    "A2HARBORLEAF01",
)  # fmt: skip
AMAZON_DE = Market(
    "amazon.de", "amazon", "A1PA6795UKMFR9", "Harbor & Leaf Amazon DE", "EUR", "Europe/Berlin", "DE",
    "A2HARBORLEAF02", prices_include_tax=True,
)  # fmt: skip
AMAZON_UK = Market(
    "amazon.uk", "amazon", "A1F83G8C2ARO7P", "Harbor & Leaf Amazon UK", "GBP", "Europe/London", "GB",
    "A2HARBORLEAF04", prices_include_tax=True,
)  # fmt: skip
AMAZON_JP = Market(
    "amazon.jp", "amazon", "A1VC38T7YXB528", "Harbor & Leaf Amazon JP", "JPY", "Asia/Tokyo", "JP",
    "A2HARBORLEAF03", prices_include_tax=True,
)  # fmt: skip
SHOPIFY = Market(
    "shopify", "shopify", "harborandleaf.myshopify.com", "Harbor & Leaf", "USD", "America/New_York", "US",
    "harborandleaf.myshopify.com",
)  # fmt: skip
SHOPIFY_EU = Market(
    "shopify.eu", "shopify", "harborandleaf-eu.myshopify.com", "Harbor & Leaf EU", "EUR", "Europe/Berlin", "DE",
    "harborandleaf-eu.myshopify.com",
)  # fmt: skip
SHOPEE_SG = Market(
    "shopee.sg", "shopee", "SG", "Harbor & Leaf Shopee SG", "SGD", "Asia/Singapore", "SG", "220010001",
    prices_include_tax=True,
)  # fmt: skip
SHOPEE_MY = Market(
    "shopee.my", "shopee", "MY", "Harbor & Leaf Shopee MY", "MYR", "Asia/Kuala_Lumpur", "MY", "220010002",
    cross_border=True, prices_include_tax=True,
)  # fmt: skip

SMALL = Plan(
    name="small",
    weeks=6,
    products=12,
    sellings=(
        Selling(AMAZON_US, ("US",), 9, "1.00", diverts=0.15),
        Selling(AMAZON_DE, ("DE", "AT"), 5, "0.95"),
        Selling(SHOPIFY, ("US",), 10, "0.95", own_site=True, abroad={"SG": 1.0, "MY": 0.7}),
        Selling(SHOPEE_SG, ("SG",), 4, "1.30"),
        Selling(SHOPEE_MY, ("MY",), 3, "3.90"),
    ),
    happenings=(
        Happening("launch", "amazon.us", ("TX", "FL", "GA"), 2, 6),
        Happening("delisting", "amazon.us", ("OH", "IL"), 4, 6),
        Happening(
            "brand_campaign", "shopify", ("CA", "WA", "OR"), 3, 5, {"own": 0.4, "marketplace": 0.4, "search": 0.6}
        ),
        Happening("ad_switchback", "amazon.de", (), 1, 5, {"marketplace": 0.3}),
    ),
    searched=4,
)  # fmt: skip

# Where a life must pass in seconds: a store of each channel, two weeks.
TINY = Plan(
    name="tiny",
    weeks=2,
    products=6,
    sellings=(
        Selling(AMAZON_US, ("US",), 9, "1.00", diverts=0.15),
        Selling(SHOPIFY, ("US",), 10, "0.95", own_site=True),
        Selling(SHOPEE_SG, ("SG",), 4, "1.30"),
    ),
    happenings=(
        Happening("brand_campaign", "shopify", ("CA", "WA"), 0, 2, {"own": 0.4, "marketplace": 0.4, "search": 0.6}),
    ),
    searched=2,
)  # fmt: skip

# Pure donors in all events: CA TX NY and ten others. See demand.py for what the shares mean.
_LAUNCHED = ("FL", "PA", "GA", "MI", "WA", "TN", "MO", "UT")
_DELISTED = ("OH", "NJ", "AZ", "IN", "CO")
_CAMPAIGNED = ("IL", "NC", "VA", "MA", "MD", "MN")

DEMO = Plan(
    name="demo",
    starts_at=datetime(2025, 8, 25, tzinfo=UTC),  # a Monday, as in the small one
    weeks=64,
    products=300,
    sellings=(
        Selling(AMAZON_US, ("US",), 72, "1.00", diverts=0.25),
        Selling(AMAZON_DE, ("DE", "AT"), 22, "0.95", diverts=0.15),
        Selling(AMAZON_UK, ("GB",), 14, "0.85"),
        Selling(AMAZON_JP, ("JP",), 10, "150"),
        Selling(SHOPIFY, ("US",), 120, "0.95", own_site=True, abroad={"SG": 3.0, "MY": 2.4}),
        Selling(SHOPIFY_EU, ("DE",), 24, "0.95", own_site=True),
        Selling(SHOPEE_SG, ("SG",), 15, "1.30"),
        Selling(SHOPEE_MY, ("MY",), 12, "3.90"),
    ),
    happenings=(
        Happening("brand_campaign", "shopify", _CAMPAIGNED, 18, 26, {"own": 0.5, "marketplace": 0.4, "search": 0.8}),
        Happening("launch", "amazon.us", _LAUNCHED, 30, 64),
        Happening("ad_switchback", "amazon.de", (), 20, 52, {"marketplace": 0.5, "diverts": 0.15}),
        Happening("delisting", "amazon.us", _DELISTED, 52, 62),
    ),
    searched=24,
)  # fmt: skip

PLANS = {plan.name: plan for plan in (TINY, SMALL, DEMO)}
