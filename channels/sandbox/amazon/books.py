"""What Amazon knows of one seller: the world's orders and money of its marketplaces, indexed by time."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from channels.sandbox.amazon.faults import LATE_ORDER, Lasting, chosen_of
from channels.sandbox.amazon.transactions import Transaction, transactions
from channels.sandbox.world.model import Market, Order, Person, Product, SearchWeek, Statement, World


@dataclass(frozen=True)
class Books:
    """One merchant token. Its marketplaces of a region share it, as they do at Amazon."""

    world: World
    seller: str
    markets: tuple[Market, ...]
    lasting: Lasting
    products: dict[int, Product] = field(repr=False)
    people: dict[int, Person] = field(repr=False)

    @cached_property
    def by_market(self) -> dict[str, Market]:
        return {market.code: market for market in self.markets}

    @cached_property
    def by_id(self) -> dict[str, Market]:
        return {market.marketplace: market for market in self.markets}

    @cached_property
    def orders(self) -> dict[str, Order]:
        return {order.ref: order for order in self.world.orders if order.market in self.by_market}

    @cached_property
    def _products(self) -> dict[tuple[str, str], Product]:
        return {
            (market.code, product.sku_in(market.code)): product
            for market in self.markets for product in self.products.values()
        }  # fmt: skip

    def product_of(self, sku: str, market: Market) -> Product | None:
        return self._products.get((market.code, sku))

    @cached_property
    def withheld(self) -> Order | None:
        return chosen_of(list(self.orders.values()), self.seller)

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        return tuple(one for one in self.world.statements if one.market in self.by_market)

    @cached_property
    def transactions(self) -> tuple[Transaction, ...]:
        """By posted date and id."""
        found = transactions(self.world, self.by_market, self.products)
        return tuple(sorted(found, key=lambda one: (one.posted_at, one.id)))

    @cached_property
    def posted(self) -> list[datetime]:
        return [one.posted_at for one in self.transactions]

    @cached_property
    def searches(self) -> dict[tuple[str, date], list[SearchWeek]]:
        """By market and Sunday."""
        found: dict[tuple[str, date], list[SearchWeek]] = {}
        for week in self.world.searches:
            if week.market in self.by_market:
                found.setdefault((week.market, week.starts_on), []).append(week)
        return found

    @cached_property
    def _changes(self) -> list[tuple[datetime, str]]:
        return sorted((at, ref) for ref, order in self.orders.items() for at in order.changes())

    @cached_property
    def _placed(self) -> list[tuple[datetime, str]]:
        return sorted((order.placed_at, ref) for ref, order in self.orders.items())

    def last_change(self, order: Order, now: datetime) -> datetime | None:
        """The moment as of which the order is shown; None where it cannot be seen yet."""
        seen = [
            at for at in order.changes()
            if at <= now and self.lasting.visible_at(at, LATE_ORDER, order.ref, at) <= now
        ]  # fmt: skip
        return max(seen, default=None)

    def updated(self, after: datetime, before: datetime, now: datetime) -> Iterator[tuple[datetime, Order]]:
        """Orders whose last change is in the closed period, by that moment and number."""
        for at, ref in _between(self._changes, after, before):
            order = self.orders[ref]
            if self.last_change(order, now) == at:
                yield at, order

    def placed(self, after: datetime, before: datetime, now: datetime) -> Iterator[tuple[datetime, Order]]:
        """Orders placed in the closed period, by that moment and number."""
        for at, ref in _between(self._placed, after, before):
            if self.last_change(self.orders[ref], now) is not None:
                yield at, self.orders[ref]


def _between(events: list[tuple[datetime, str]], after: datetime, before: datetime) -> list[tuple[datetime, str]]:
    start = bisect_left(events, after, key=lambda event: event[0])
    return events[start : bisect_right(events, before, key=lambda event: event[0])]
