"""What a world is. Values only; money is Decimal with plus to the seller unless a field says otherwise, times are UTC.

Everything is there from the start; servers show of it what has happened by the time of their clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from channels.core.kinds import Kind

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Market:
    """A store of the brand: one channel and marketplace. ``seller`` is the vendor's own id of it.

    Amazon: marketplace id and merchant token; Shopify: ``brand.myshopify.com`` in both; Shopee: region and shop id.
    """

    code: str  # such as amazon.us, shopify, shopee.sg
    channel: str
    marketplace: str
    name: str  # the store's name in Plumbline
    currency: str
    timezone: str
    country: str
    seller: str
    cross_border: bool = False
    prices_include_tax: bool = False


@dataclass(frozen=True, slots=True)
class Product:
    number: int  # from 1
    sku: str  # the same on every channel, but for `renamed` markets
    asin: str
    gtin: str
    title: str
    cost: Decimal  # positive, in the brand's base currency
    prices: Mapping[str, Decimal]  # by market code, of one unit in its currency, without tax unless prices include it
    renamed: Mapping[str, str] = field(default_factory=dict)  # market code → another SKU there

    def sku_in(self, market: str) -> str:
        return self.renamed.get(market, self.sku)


@dataclass(frozen=True, slots=True)
class Person:
    """A buyer, the same over all channels. Everything here but place is personal."""

    number: int
    name: str
    email: str
    phone: str
    street: str
    postcode: str
    city: str
    state: str
    country: str


@dataclass(frozen=True, slots=True)
class Line:
    """An order line. ``price`` is of one unit before discount; ``discount`` and ``tax`` of the whole line, positive."""

    key: str  # the vendor's id of the line
    product: int  # its number
    quantity: int
    price: Decimal
    discount: Decimal = ZERO
    tax: Decimal = ZERO  # on top of the price; taxes inside the price are not here


@dataclass(frozen=True, slots=True)
class Touch:
    """A visit to the own site before an order."""

    at: datetime
    source: str
    source_type: str = ""
    referrer: str = ""
    landing: str = ""
    utm: Mapping[str, str] = field(default_factory=dict)  # source medium campaign content term


@dataclass(frozen=True, slots=True)
class Refund:
    """Money given back; all amounts positive. ``units`` are of each line, in order of the order's lines."""

    ref: str
    at: datetime
    units: tuple[int, ...]
    price: Decimal  # goods, after discount, without tax
    shipping: Decimal = ZERO
    tax: Decimal = ZERO
    returned: bool = True  # the goods come back


@dataclass(frozen=True, slots=True)
class Term:
    """One term of what an order brings on its channel, in the channel's words; the seller's sign."""

    kind: Kind
    words: str  # Amazon: type / amount-type / description; Shopee: field of order_income; Shopify: transaction type
    amount: Decimal
    line: int | None = None  # index of the order's line


@dataclass(frozen=True, slots=True)
class Order:
    number: int
    market: str  # code
    ref: str  # the channel's id
    name: str  # the number people see (Shopify #1001), else ""
    person: int  # its number; the truth of who
    placed_at: datetime
    lines: tuple[Line, ...]
    shipping: Decimal  # what the buyer pays, without tax
    shipping_tax: Decimal
    state: str  # of the destination, as are city and country
    city: str
    country: str
    paid_at: datetime | None = None  # on Amazon also after the world's end: the order is pending until then
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    business: bool = False
    gateway: str = ""  # Shopify: shopify_payments, paypal, manual …
    serves: str = ""  # Amazon: ships another channel's order of this name (#1001)
    mirror_of: str = ""  # Shopify: a channel app's copy of the order with this ``number``
    refunds: tuple[Refund, ...] = ()
    # Amazon: terms of its shipment's transaction. Shopee: terms of escrow_amount, with the refunds before its release;
    # later ones are no terms but entries with the order's and the refund's ref (order_adjustment, wallet, billing).
    income: tuple[Term, ...] = ()
    held_until: datetime | None = None  # Amazon: deferred to here; Shopee: escrow released then
    touches: tuple[Touch, ...] = ()
    touches_ready_at: datetime | None = None
    recipient: Person | None = None  # of a gift: the buyer is another
    # The truth that no channel tells.
    found_by: str = ""  # brand_search, search, ad, direct, social
    caused_by: str = ""  # event or campaign without which it would not have been
    shifted_from: str = ""  # market that would have had it otherwise
    # Told by the channel too.
    fulfilled_by: str = ""  # Amazon: AMAZON, MERCHANT

    def changes(self) -> tuple[datetime, ...]:
        """The moments at which the channel's document of the order changed, in order."""
        own = (self.placed_at, self.paid_at, self.shipped_at, self.delivered_at, self.cancelled_at)
        return tuple(sorted({at for at in (*own, *(refund.at for refund in self.refunds)) if at}))


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a statement or ledger of a channel. Entries of one ``group`` are one vendor transaction.

    Shopify: the amount and the fee of one balance transaction; Amazon and Shopee: one line each.
    """

    key: str  # unique in the world
    market: str
    group: str
    at: datetime
    kind: Kind
    words: str
    amount: Decimal
    order: str = ""  # its ref
    line: int | None = None  # index of the order's line
    sku: str = ""
    units: int = 0
    refund: str = ""  # ref of the refund
    available_at: datetime | None = None
    balance: Decimal | None = None  # Shopee: of the wallet after it
    serves: str = ""  # number of another channel's order


@dataclass(frozen=True, slots=True)
class Statement:
    """What must add up: a settlement, a payout; Σ entries = total, and opening and closing chain where there are."""

    market: str
    ref: str
    currency: str
    starts_at: datetime
    ends_at: datetime
    published_at: datetime  # from here on the vendor shows it
    total: Decimal
    entries: tuple[Entry, ...]
    deposited_at: datetime | None = None
    trace: str = ""
    paid_amount: Decimal | None = None
    paid_currency: str = ""
    status: str = ""  # Shopify: PAID, FAILED; else ""
    opening: Decimal | None = None  # Shopee wallet: the balance before its first entry; closing is opening + total


@dataclass(frozen=True, slots=True)
class BankLine:
    on: date
    account: str
    currency: str
    amount: Decimal
    text: str
    statement: str  # the truth of what it pays


@dataclass(frozen=True, slots=True)
class AdDay:
    """Advertising of one campaign on one day; ``spend`` positive, in the market's currency."""

    market: str
    network: str  # shopee, amazon, google, meta
    on: date
    campaign: str
    brand: bool
    impressions: int
    clicks: int
    spend: Decimal
    orders: int
    units: int
    sales: Decimal


@dataclass(frozen=True, slots=True)
class SearchWeek:
    """Counts of a query and product in a week (from Sunday) on Amazon; totals are of all sellers."""

    market: str
    starts_on: date
    query: str
    brand: bool
    product: int
    rank: int
    volume: int
    impressions: int
    impressions_total: int
    clicks: int
    clicks_total: int
    cart_adds: int
    cart_adds_total: int
    purchases: int
    purchases_total: int


@dataclass(frozen=True, slots=True)
class RepeatWeek:
    """Of a product's buyers in a week, how many had bought it before."""

    market: str
    starts_on: date
    product: int
    orders: int
    customers: int
    repeat_customers: int
    sales: Decimal
    repeat_sales: Decimal


@dataclass(frozen=True, slots=True)
class Event:
    """What was done to the world on purpose, so that its effect is known; ``ends_on`` is the day after the last.

    ``detail``: the shares of demand.py; ``orders`` that came of it, ``shifted`` of them from or back to another market.
    """

    kind: str  # launch, delisting, brand_campaign, ad_switchback
    market: str
    states: tuple[str, ...]
    starts_on: date
    ends_on: date
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class World:
    """All of it. ``orders`` stand by time; those of a market are also in ``of`` by its code."""

    name: str
    seed: int
    starts_at: datetime
    ends_at: datetime
    base_currency: str
    markets: tuple[Market, ...]
    products: tuple[Product, ...]
    people: tuple[Person, ...]
    orders: tuple[Order, ...]
    statements: tuple[Statement, ...]
    pending: tuple[Entry, ...]  # earned, in no statement yet at the end
    ads: tuple[AdDay, ...]
    searches: tuple[SearchWeek, ...]
    repeats: tuple[RepeatWeek, ...]
    bank: tuple[BankLine, ...]
    events: tuple[Event, ...]
    rates: Mapping[tuple[date, str], Decimal]  # units of base currency for one unit of the currency

    def market(self, code: str) -> Market:
        return next(one for one in self.markets if one.code == code)

    def of(self, code: str) -> tuple[Order, ...]:
        return tuple(order for order in self.orders if order.market == code)
