"""Advertising, searches, visits and sessions: where demand came from."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from channels.core.kinds import Way


@dataclass(frozen=True, slots=True)
class AdSpendRow:
    """Advertising of a day or range. ``spend`` is a positive cost; sales are the network's own attribution."""

    key: str
    starts_on: date
    ends_on: date
    currency: str
    spend: Decimal
    place: int
    campaign: str = ""
    ad_group: str = ""
    targeting: str = ""
    match_type: str = ""
    search_term: str = ""
    sku: str = ""
    impressions: int = 0
    clicks: int = 0
    orders: int = 0
    units: int = 0
    sales: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class SearchRow:
    """Search statistics of one query and product in a period; counts, because vendors' shares disagree in unit."""

    key: str
    starts_on: date
    ends_on: date
    query: str
    asin: str
    place: int
    volume: int | None = None
    rank: int | None = None
    impressions: int | None = None
    impressions_total: int | None = None
    clicks: int | None = None
    clicks_total: int | None = None
    cart_adds: int | None = None
    cart_adds_total: int | None = None
    purchases: int | None = None
    purchases_total: int | None = None


@dataclass(frozen=True, slots=True)
class RepeatRow:
    """How many of a product's buyers in a period had bought before, as the channel counts them; shares of 1."""

    key: str
    starts_on: date
    ends_on: date
    asin: str
    place: int
    orders: int
    customers: int
    repeat_customers: int
    currency: str
    sales: Decimal
    repeat_sales: Decimal


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit to the own site before an order. ``position`` counts the visits of an order from 1, the last is highest.

    Words are the visitor's own address bar: never trust them. Landing pages and referrers come without their query.
    """

    key: str
    order: str
    position: int
    occurred_at: datetime
    place: int
    is_first: bool = False
    is_last: bool = False
    visits: int = 0  # visits of the order's journey in all, where known
    source: str = ""
    source_type: str = ""
    referrer: str = ""
    landing: str = ""
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    utm_content: str = ""
    utm_term: str = ""


@dataclass(frozen=True, slots=True)
class TrafficRow:
    """Sessions of a source in a period, as an analytics program counts and credits them.

    ``level`` is what they are broken down by: campaign, source or group. Rows of one level alone add up.
    """

    key: str
    starts_on: date
    ends_on: date
    level: str
    place: int
    sessions: int
    currency: str
    way: Way = Way.UNKNOWN
    source: str = ""
    medium: str = ""
    campaign: str = ""
    channel_group: str = ""  # the program's own
    engaged: int = 0
    key_events: Decimal = Decimal(0)
    revenue: Decimal | None = None
    spend: Decimal | None = None
