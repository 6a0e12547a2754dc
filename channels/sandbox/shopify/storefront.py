"""What a shop of the world has, and from when on it shows it."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from channels.core.kinds import Kind
from channels.sandbox.shopify.ids import draw, number, repayment_number, sale_number, share
from channels.sandbox.world.model import ZERO, Entry, Market, Order, Person, Product, Statement, World

PAYMENTS = "shopify_payments"  # the gateway whose money is in the shop's balance
LATEST = 20 * 60  # seconds that a change takes at most until it shows
_FAILS_AFTER = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class Seen:
    """An order as it was at a moment."""

    order: Order
    at: datetime

    def before(self, moment: datetime | None) -> bool:
        """Whether something of the order has happened by then."""
        return moment is not None and moment <= self.at


@dataclass(frozen=True, slots=True)
class Movement:
    """A balance transaction: ``fee`` is a cost as a positive number, so net = amount − fee."""

    number: int
    at: datetime
    words: str  # its type
    amount: Decimal
    fee: Decimal
    order: str = ""  # its ref
    refund: str = ""
    statement: Statement | None = None  # the payout that it is part of in the end
    transfer: bool = False  # the payout itself
    mapped: bool = True  # its type is one that sellers' programs know

    @property
    def net(self) -> Decimal:
        return self.amount - self.fee


class Storefront:
    """A market of the world, sorted for being asked. Nothing here changes but with the time that is asked for.

    ``late`` is the share of changes that show up to 20 minutes after their time, and so out of order.
    """

    def __init__(self, world: World, market: Market, late: float = 0.0) -> None:
        self.market = market
        self.late, self.held = late, 0  # and how many times a change was kept back
        self.orders = world.of(market.code)
        self.people: dict[int, Person] = {person.number: person for person in world.people}
        self.products: dict[int, Product] = {product.number: product for product in world.products}
        self.statements = sorted(
            (one for one in world.statements if one.market == market.code), key=lambda one: (one.published_at, one.ref)
        )
        self.by_number = {number(order.ref): order for order in self.orders}
        self.by_refund = {number(refund.ref): order for order in self.orders for refund in order.refunds}
        self.by_ref = {order.ref: order for order in self.orders}
        self.originals = {str(order.number): order for order in world.orders}
        self._placed = [order.placed_at for order in self.orders]
        self._changes = sorted((at, place) for place, order in enumerate(self.orders) for at in order.changes())
        self._change_times = [at for at, _ in self._changes]
        pending = [entry for entry in world.pending if entry.market == market.code]
        self.movements = sorted(_movements(self.statements, pending), key=lambda one: (one.at, one.number))
        self._moves = [one.at for one in self.movements]
        self.by_transaction = {transaction_of(one): one for one in self.movements if transaction_of(one)}
        self.firsts = _indices(self.orders)

    @property
    def has_payments(self) -> bool:
        """Whether the shop takes Shopify Payments."""
        return bool(self.movements) or any(order.gateway == PAYMENTS for order in self.orders)

    def seen(self, order: Order, now: datetime) -> Seen | None:
        """The order as the shop shows it now; None while nothing of it shows."""
        shown = [at for at in order.changes() if at <= now and self._shows(now, at, order.ref)]
        return Seen(order, shown[-1]) if shown else None

    def moved(self, now: datetime, since: datetime | None = None, until: datetime | None = None) -> Iterator[Movement]:
        """The balance transactions of the time (both ends included) that show now, in order of time."""
        low = bisect_left(self._moves, since) if since else 0
        for one in self.movements[low : bisect_right(self._moves, min(now, until) if until else now)]:
            if self._shows(now, one.at, one.number):
                yield one

    def paid_out(self, now: datetime) -> list[Statement]:
        return [one for one in self.statements if one.published_at <= now]

    def changed(self, since: datetime | None, until: datetime | None) -> Iterator[Order]:
        """The orders with a change in the time, both ends included; those of updated_at are among them."""
        low = bisect_left(self._change_times, since) if since else 0
        high = bisect_right(self._change_times, until) if until else len(self._changes)
        for place in sorted({place for _, place in self._changes[low:high]}):
            yield self.orders[place]

    def placed(self, since: datetime | None, until: datetime | None) -> Sequence[Order]:
        """The orders placed in the time, both ends included."""
        low = bisect_left(self._placed, since) if since else 0
        high = bisect_right(self._placed, until) if until else len(self.orders)
        return self.orders[low:high]

    def original(self, order: Order) -> Order | None:
        """The order on another channel that this one is a copy of."""
        return self.originals.get(order.mirror_of)

    def _shows(self, now: datetime, at: datetime, whose: object) -> bool:
        """Whether what happened at the time shows already."""
        if not self.late or share("late", whose, at) >= self.late:
            return True
        shows = draw("delay", whose, at) % LATEST <= (now - at).total_seconds()
        self.held += not shows
        return shows


def transaction_of(one: Movement) -> int:
    """The number of the order transaction that the movement is of; 0 for none."""
    if one.words not in ("CHARGE", "REFUND") or not one.order:
        return 0
    return repayment_number(one.refund) if one.refund else sale_number(one.order)


def paid_by(order: Order) -> Decimal:
    """What the buyer pays in all."""
    goods = sum((line.price * line.quantity - line.discount + line.tax for line in order.lines), ZERO)
    return goods + order.shipping + order.shipping_tax


def given_back(seen: Seen) -> Decimal:
    """What the buyer has back by then."""
    return sum((one.price + one.shipping + one.tax for one in seen.order.refunds if seen.before(one.at)), ZERO)


def financial_status(seen: Seen) -> str:
    """OrderDisplayFinancialStatus."""
    order = seen.order
    if not seen.before(order.paid_at):
        return "VOIDED" if seen.before(order.cancelled_at) else "PENDING"
    back = given_back(seen)
    if not back:
        return "PAID"
    return "REFUNDED" if back >= paid_by(order) else "PARTIALLY_REFUNDED"


def payout_status(one: Statement, now: datetime) -> str:
    """ShopifyPaymentsPayoutStatus: what fails does so the next day."""
    if one.status == "FAILED":
        return "FAILED" if one.published_at + _FAILS_AFTER <= now else "SCHEDULED"
    return "PAID" if one.deposited_at and one.deposited_at <= now else "SCHEDULED"


def _indices(orders: Iterable[Order]) -> dict[str, int]:
    """By ref, the how many-th order of its buyer it is, from 1."""
    counts: dict[int, int] = defaultdict(int)
    places = {}
    for order in sorted(orders, key=lambda one: one.placed_at):
        counts[order.person] += 1
        places[order.ref] = counts[order.person]
    return places


def _movements(statements: Iterable[Statement], pending: Iterable[Entry]) -> Iterator[Movement]:
    for statement in statements:
        yield from _grouped(statement.entries, statement)
        if statement.total:
            yield Movement(
                number(f"transfer {statement.ref}"), statement.published_at, "TRANSFER", -statement.total, ZERO,
                statement=statement, transfer=True,
            )  # fmt: skip
    yield from _grouped(pending, None)


def _grouped(entries: Iterable[Entry], statement: Statement | None) -> Iterator[Movement]:
    """One movement per group: its own line, and what else there is as its fee."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.group].append(entry)
    for group, lines in groups.items():
        main = next((line for line in lines if line.kind is not Kind.PAYMENT_FEE), lines[0])
        fee = -sum((line.amount for line in lines if line is not main), ZERO)
        yield Movement(
            number(group),
            main.at,
            main.words,
            main.amount,
            fee,
            main.order,
            main.refund,
            statement,
            mapped=main.kind is not Kind.UNMAPPED,
        )
