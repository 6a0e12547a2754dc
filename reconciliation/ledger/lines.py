"""What should stand in the ledger, as plain values."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from channels.core.kinds import Kind, Role, Stage


@dataclass(frozen=True, slots=True)
class Line:
    """A money line as its channel gave it; the fact behind one or more entries."""

    store: int
    source: str
    key: str
    role: Role
    stage: Stage
    kind: Kind
    label: str
    amount: Decimal
    currency: str
    order: str
    sku: str
    quantity: int
    payout: str
    page: int
    place: int
    recorded_at: datetime
    posted_on: date | None = None
    shipped_on: date | None = None
    released_on: date | None = None
    deposited_on: date | None = None
    serves: str = ""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What the ledger must know of the order behind a line."""

    store: int
    ref: str
    ordered_on: date | None
    shipped_on: date | None
    recorded_at: datetime
    country: str = ""
    cancelled: bool = False
    is_mirror: bool = False


@dataclass(slots=True)
class Draft:
    """An entry as it should stand, before rate and revision. Signs as in the ledger: plus is money to the seller."""

    paying_store: int | None
    earning_store: int | None
    source: str
    key: str
    part: int
    stage: Stage
    kind: Kind
    label: str
    order_ref: str
    sku: str
    quantity: int
    amount: Decimal
    currency: str
    ordered_on: date | None
    shipped_on: date | None
    posted_on: date | None
    released_on: date | None
    deposited_on: date | None
    payout: str
    page: int | None
    place: int
    recorded_at: datetime
    base_amount: Decimal | None = None  # given where it is no conversion of amount, as with cost of goods

    def identity(self) -> tuple[int | None, str, str, int, str]:
        return (self.paying_store, self.source, self.key, self.part, self.stage.value)

    def content(self) -> tuple[object, ...]:
        """What makes a standing entry still right; where it was read and when do not."""
        return (
            self.earning_store, self.kind, self.label, self.order_ref, self.sku, self.quantity, self.amount,
            self.currency, self.ordered_on, self.shipped_on, self.posted_on, self.released_on, self.deposited_on,
            self.payout,
        )  # fmt: skip


def draft(line: Line, order: OrderFacts | None, earning_store: int | None = None) -> Draft:
    """The entry that a line makes as it stands."""
    recorded_at = max(line.recorded_at, order.recorded_at) if order else line.recorded_at
    return Draft(
        paying_store=line.store, earning_store=earning_store or line.store, source=line.source, key=line.key, part=0,
        stage=line.stage, kind=line.kind, label=line.label, order_ref=order.ref if order else line.order, sku=line.sku,
        quantity=line.quantity, amount=line.amount, currency=line.currency,
        ordered_on=order.ordered_on if order else None,
        shipped_on=line.shipped_on or (order.shipped_on if order else None), posted_on=line.posted_on,
        released_on=line.released_on, deposited_on=line.deposited_on, payout=line.payout, page=line.page,
        place=line.place, recorded_at=recorded_at,
    )  # fmt: skip
