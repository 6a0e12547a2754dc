"""A shop of the world as Shopee shows it at a moment: which orders there are, in which state, known since when."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from channels.sandbox.wire import Faults
from channels.sandbox.world.model import ZERO, Entry, Market, Order, Person, Product, Refund, Statement, World

LATE = timedelta(minutes=20)  # by which a change may show up after its time


def share(*words: object) -> float:
    """A number from 0 to 1 that is always the same for the same words."""
    digest = hashlib.sha256("|".join(map(str, words)).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


@dataclass(frozen=True, slots=True)
class Seen:
    """An order as of its last change that shows."""

    order: Order
    at: datetime

    @property
    def status(self) -> str:
        order = self.order
        if self.been(order.cancelled_at):
            return "CANCELLED"
        if not self.been(order.paid_at):
            return "UNPAID"
        if self.been(order.held_until):
            return "COMPLETED"
        if self.been(order.delivered_at):
            return "TO_CONFIRM_RECEIVE"
        return "SHIPPED" if self.been(order.shipped_at) else "READY_TO_SHIP"

    def been(self, moment: datetime | None) -> bool:
        return moment is not None and moment <= self.at

    def when(self, moment: datetime | None) -> datetime | None:
        return moment if self.been(moment) else None

    @property
    def cancelled(self) -> bool:
        return self.been(self.order.cancelled_at)


class ShopView:
    """What the world holds of one shop."""

    def __init__(self, world: World, market: Market, faults: Faults) -> None:
        self.market, self.faults, self.ends_at = market, faults, world.ends_at
        self.orders: dict[str, Order] = {order.ref: order for order in world.of(market.code)}
        self.people: dict[int, Person] = {person.number: person for person in world.people}
        self.products: dict[int, Product] = {product.number: product for product in world.products}
        self.statements: list[Statement] = [one for one in world.statements if one.market == market.code]
        self.pending: list[Entry] = [entry for entry in world.pending if entry.market == market.code]
        self.ads = [ad for ad in world.ads if ad.market == market.code and ad.network == "shopee"]
        self.adjusted: dict[str, list[Entry]] = {}
        for entry in self.entries():
            if entry.order and entry.refund:
                self.adjusted.setdefault(entry.order, []).append(entry)
        # Of the fault "withhold": the order whose details never come.
        refs = [ref for ref, order in self.orders.items() if order.placed_at < world.ends_at - timedelta(days=1)]
        self.withheld = min(refs, key=lambda ref: share("withhold", ref), default="")

    def entries(self) -> Iterator[Entry]:
        for statement in self.statements:
            yield from statement.entries
        yield from self.pending

    def seen(self, ref: str, now: datetime) -> Seen | None:
        """The order as it shows now; None where it does not yet."""
        order = self.orders.get(ref)
        moments = [at for at in self._changes(order) if at + self._delay(ref, at) <= now] if order else []
        return Seen(order, max(moments)) if order and moments else None

    def all_seen(self, now: datetime) -> list[Seen]:
        return [seen for ref in self.orders if (seen := self.seen(ref, now))]

    def _changes(self, order: Order) -> tuple[datetime, ...]:
        """The release completes an order, so it changes it as well."""
        released = self.released_at(order)
        return (*order.changes(), released) if released else order.changes()

    def _delay(self, ref: str, at: datetime) -> timedelta:
        if "late" not in self.faults.kinds or share("is late", ref, at) >= max(self.faults.rate, 0.1):
            return timedelta(0)
        return LATE * share("late", ref, at)

    def released_at(self, order: Order) -> datetime | None:
        """When its income is released; what falls behind the world's end never is."""
        held = order.held_until
        return held if held and not order.cancelled_at and held < self.ends_at else None

    def income(self, seen: Seen) -> dict[str, Decimal]:
        """The terms of its income by field, with their sign in the formula, as far as has happened."""
        if seen.cancelled or not seen.been(seen.order.paid_at):
            return {}
        found: dict[str, Decimal] = {}
        for term in seen.order.income:
            found[term.words] = found.get(term.words, ZERO) + term.amount
        to_come = [one for one in self.early_refunds(seen.order) if not seen.been(one.at)]
        if "seller_return_refund" in found:
            found["seller_return_refund"] += sum((given_back(one) for one in to_come), ZERO)
        return found

    def early_refunds(self, order: Order) -> list[Refund]:
        """Those that the income has; later ones are adjustments."""
        return [one for one in order.refunds if order.held_until is None or one.at < order.held_until]

    def adjustments(self, order: Order, now: datetime) -> list[Entry]:
        return [entry for entry in self.adjusted.get(order.ref, []) if entry.at <= now]


def given_back(refund: Refund) -> Decimal:
    return refund.price + refund.shipping + refund.tax
