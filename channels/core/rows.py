"""What an adapter says a page holds. Values only; times are aware UTC, money is Decimal with plus to the seller."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from channels.core.kinds import Consent, Kind, Phase, Role, Stage, Way


@dataclass(frozen=True, slots=True)
class Shop:
    """What an adapter must know of the store whose page it reads."""

    channel: str
    marketplace: str
    currency: str
    timezone: str
    cross_border: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A response or file exactly as it came; ``open`` gives its bytes anew each time."""

    resource: str
    open: Callable[[], BinaryIO]
    media_type: str
    fetched_at: datetime
    request: Mapping[str, str] = field(default_factory=dict)  # what was asked for it, where it came over the wire
    document: Any = None  # its JSON where that has been read for its buyers; numbers may be rounded, texts are exact


@dataclass(frozen=True, slots=True)
class OrderItemRow:
    """One order line; ``quantity`` is units ordered less units cancelled.

    ``listing`` is the channel's own id of the product where its other reports go by it, such as an ASIN.
    """

    key: str
    sku: str
    quantity: int
    title: str = ""
    listing: str = ""


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as its channel tells it. Its money comes as ChargeRows of role ESTIMATE with the same ``order``."""

    ref: str  # the channel's id
    currency: str
    status: str  # the channel's own word
    ordered_at: datetime
    place: int
    items: tuple[OrderItemRow, ...] = ()
    name: str = ""  # the number people see, such as #1001
    shipped_at: datetime | None = None
    updated_at: datetime | None = None
    cancelled: bool = False
    country: str = ""  # ISO 3166-1 alpha-2 of the destination
    state: str = ""  # state or province of the destination, as the channel writes it
    city: str = ""
    sales_channel: str = ""  # where the sale was made, in the channel's own words
    mirror_of: str = ""  # this is a copy of an order on another channel, which has this number
    is_mirror: bool = False
    serves: str = ""  # this ships an order of another channel, which has this number (multi-channel fulfilment)
    business: bool = False
    replaces: str = ""  # sent instead of another order of the channel, which has this number: no purchase of its own


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """One money line. ``document`` is what it is part of: all its charges are replaced together by a newer version."""

    key: str  # unique within store and resource
    document: str
    kind: Kind
    label: str  # the channel's own words
    amount: Decimal
    currency: str
    place: int  # physical line or record in the page, from 1
    role: Role = Role.DIRECT
    stage: Stage = Stage.SETTLED
    order: str = ""
    sku: str = ""
    quantity: int = 0  # units sold (+) or returned (−); only on the line that carries the price
    posted_at: datetime | None = None
    shipped_at: datetime | None = None
    released_at: datetime | None = None
    deposited_at: datetime | None = None
    payout: str = ""
    serves: str = ""  # number of another channel's order that this money serves


@dataclass(frozen=True, slots=True)
class PayoutRow:
    """A statement that must add up: a settlement, a payout, a wallet day. ``stated`` is what its lines must total.

    A running statement (wallet) has ``opening`` and ``closing`` instead; pages of one day are joined by time.
    """

    ref: str
    currency: str
    place: int
    stated: Decimal | None = None
    opening: Decimal | None = None
    closing: Decimal | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    deposited_at: datetime | None = None
    status: str = ""
    bank_reference: str = ""
    paid_amount: Decimal | None = None  # after the channel's own conversion
    paid_currency: str = ""
    itemised: bool = True  # False: the vendor gives no lines for it in this form


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
class BuyerRow:
    """Who bought, in clear or as the channel masks it: personal data. Made from a page and its vault, never stored.

    ``buyer`` is the channel's own id of the buyer. ``name`` to ``country`` are the customer's; a recipient with
    another name is a second row with ``part`` 1. ``given`` names the form in which the customer told it elsewhere.
    """

    order: str
    place: int
    part: int = 0
    buyer: str = ""
    username: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    given: str = ""


@dataclass(frozen=True, slots=True)
class GivenRow:
    """An order number that a customer gave elsewhere (warranty form, survey), with what he told beside it cut out."""

    key: str
    order: str
    place: int
    form: str = ""
    given_on: date | None = None


@dataclass(frozen=True, slots=True)
class LeadRow:
    """A lead, or a deal where the CRM keeps deals apart; who it is stands in the page's vault.

    A lead names the ``deal`` that came of it, or a deal the ``lead`` that it came of, by key. ``value`` is what the
    deal is worth, or what was sold, in ``currency``. ``bot`` is None where nobody has looked.
    """

    key: str  # the CRM's own id
    place: int
    created_at: datetime
    stage: Phase = Phase.LEAD
    status: str = ""  # the CRM's own words
    source: str = ""
    medium: str = ""
    campaign: str = ""
    qualified_at: datetime | None = None
    opportunity_at: datetime | None = None
    won_at: datetime | None = None
    lost_at: datetime | None = None
    value: Decimal | None = None
    currency: str = ""
    order: str = ""
    is_deal: bool = False
    deal: str = ""
    lead: str = ""
    bot: bool | None = None
    consent: Consent = Consent.UNKNOWN


@dataclass(frozen=True, slots=True)
class ContactRow:
    """What the person of a lead may be known by where the lead was advertised, in clear and as it was written.

    For the memory of whoever may know it, never kept. ``lead`` is the lead's key; the rest is "" where it is not known.
    """

    lead: str
    place: int
    email: str = ""
    phone: str = ""
    gclid: str = ""  # Google's click
    client_id: str = ""  # of Google Analytics' cookie
    fbc: str = ""  # Meta's click, as its cookie has it
    facebook_lead: str = ""  # number of the lead in Meta's own form


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


@dataclass(frozen=True, slots=True)
class DisbursementRow:
    """What the channel says it sent to the bank for a period: another view of a payout, with the bank's marks."""

    ref: str
    currency: str
    amount: Decimal
    place: int
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    sent_at: datetime | None = None
    status: str = ""
    opening: Decimal | None = None
    trace: str = ""
    account_tail: str = ""
    paid_amount: Decimal | None = None
    paid_currency: str = ""


@dataclass(frozen=True, slots=True)
class StockRow:
    """Units received (or in stock at the opening) at a unit cost; ``landed`` is added cost per unit by component."""

    key: str
    product: str
    received_on: date
    quantity: Decimal
    unit_cost: Decimal
    currency: str
    place: int
    landed: tuple[tuple[str, Decimal], ...] = ()
    opening: bool = False


@dataclass(frozen=True, slots=True)
class CostRow:
    """A product's unit cost from a day on, for sellers who keep no stock ledger."""

    product: str
    starts_on: date
    unit_cost: Decimal
    currency: str
    place: int


@dataclass(frozen=True, slots=True)
class SkuRow:
    """A channel's SKU is this product. An empty ``store`` means every store of the company."""

    sku: str
    product: str
    place: int
    store: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class RateRow:
    """One unit of ``base`` is ``rate`` units of ``quote`` on the day, by the source."""

    on: date
    base: str
    quote: str
    rate: Decimal
    source: str
    place: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that could not be read: where, and why, and what to do next."""

    place: int
    reason: str
    excerpt: str = ""


Row = (
    OrderRow | ChargeRow | PayoutRow | DisbursementRow | AdSpendRow | SearchRow | RepeatRow | VisitRow | GivenRow
    | LeadRow | TrafficRow
    | StockRow | CostRow | SkuRow | RateRow | Unreadable
)  # fmt: skip
