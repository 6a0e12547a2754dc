"""Orders, the money lines that channels charge and pay, and the payouts that bring it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from channels.core.kinds import Kind, Role, Stage


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
