"""The adapter's own client against the sandbox, over HTTP, on a generated world: what is pulled is what happened."""

import io
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from channels.adapters import adapters
from channels.core.clock import Clock, SharedClock
from channels.core.errors import Changed, Throttled, Unavailable
from channels.core.kinds import Kind
from channels.core.rows import ChargeRow, DisbursementRow, OrderRow, Page, PayoutRow, Row, SearchRow, Shop, Unreadable
from channels.core.transport import Answer, Connection, Rate, Resource, Route, Task
from channels.sandbox.amazon import withheld
from channels.sandbox.keys import credentials
from channels.sandbox.server import Running, serve
from channels.sandbox.wire import Faults
from channels.sandbox.world import make_world
from channels.sandbox.world.model import Market

ADAPTER = next(one for one in adapters() if one.code == "amazon")
assert ADAPTER.source is not None
SOURCE = ADAPTER.source
FORMATS = {one.resource: one for one in ADAPTER.formats}
WORLD = make_world("small", 3)
UNTIL = WORLD.ends_at + timedelta(days=2)
FAULTS = (
    "throttle error cut empty_page repeated_page late expired_token truncated empty_job changed_type new_word"
).split()


class Pockets:
    """The buckets of one client, in memory; it waits by the clock."""

    def __init__(self, clock: Clock, rates: dict[str, Rate]) -> None:
        self.clock, self.rates = clock, rates
        self.left: dict[str, tuple[float, datetime]] = {}

    def take(self, operation: str, cost: float) -> None:
        rate = self.rates[operation]
        while True:
            now = self.clock.now()
            left, at = self.left.get(operation, (rate.burst, now))
            left = min(rate.burst, left + (now - at).total_seconds() * rate.per_second)
            self.left[operation] = (left - cost if left >= cost else left, now)
            if left >= cost:
                return
            self.clock.sleep((cost - left) / rate.per_second + 0.01)


class Puller:
    """Pulls whole resources of a market, window after window, and tries again as often as it takes."""

    def __init__(self, running: Running, market: Market, tries: int = 100) -> None:
        self.clock, self.tries, self.market = running.app.clock, tries, market
        self.shop = Shop("amazon", market.marketplace, market.currency, market.timezone)
        held = {**credentials(market), "asins": " ".join(product.asin for product in WORLD.products)}
        pockets = Pockets(self.clock, dict(SOURCE.rates))
        self.connection = Connection(
            self.shop, held, f"{running.base}/amazon", self.clock, pockets.take, lambda *_: None,
            lambda change: change(held), timeout=10,
        )  # fmt: skip

    def rows(self, resource: str, route: str = "") -> list[Row]:
        """The rows of all its windows. Raises AssertionError where one does not close."""
        of = next(one for one in SOURCE.resources if one.name == resource)
        by = next(one for one in of.routes if route in ("", one.name))
        found: list[Row] = []
        for since, until in windows(of, by, self.market):
            closed, rows = self.window(Task(resource, by.name, since - of.overlap, until))
            assert closed, f"{resource} from {since} does not close"
            found += rows
        return found

    def window(self, task: Task) -> tuple[bool, list[Row]]:
        """Whether it closed with everything read, and its rows; after a failure it goes on, or begins again."""
        rows: list[Row] = []
        for _ in range(self.tries):
            try:
                for answer in SOURCE.pages(self.connection, task):
                    rows += self._read(answer)
                    task = Task(task.resource, task.route, task.since, task.until, answer.resume)
                    if answer.closed:
                        return True, rows
            except (Throttled, Unavailable, Changed) as error:
                self.clock.sleep(max(1.0, getattr(error, "wait", 60.0)))
        return False, rows

    def _read(self, answer: Answer) -> list[Row]:
        page = Page(
            answer.resource, lambda: io.BytesIO(answer.body), answer.media_type, self.clock.now(), answer.request
        )
        found = list(FORMATS[answer.resource].rows(page, self.shop))
        if any(isinstance(row, Unreadable) for row in found):
            raise Changed("a record cannot be read")
        return found


def windows(resource: Resource, route: Route, market: Market) -> Iterator[tuple[datetime, datetime]]:
    if resource.aligned:
        zone, day = ZoneInfo(market.timezone), WORLD.starts_at.date()
        day += timedelta(days=(6 - day.weekday()) % 7)
        while day + timedelta(days=7) <= WORLD.ends_at.date():
            ends = day + timedelta(days=7)
            yield (
                datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC),
                datetime(ends.year, ends.month, ends.day, tzinfo=zone).astimezone(UTC),
            )
            day = ends
        return
    since = WORLD.starts_at
    while since < UNTIL:
        yield since, min(since + route.longest, UNTIL)
        since += route.longest


@pytest.fixture(params=[(), tuple(FAULTS)], ids=["calm", "faults"])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    clock = SharedClock(tmp_path / "clock")
    clock.set(UNTIL + timedelta(days=1))
    with serve(WORLD, clock=clock, faults=Faults(request.param, 0.15 if request.param else 0, seed=11)) as running:
        yield running
    assert running.bugs == []
    assert dict(running.traffic.throttled) == {}
    assert bool(sum(running.faults.struck.values())) == bool(request.param)


@pytest.mark.parametrize("code", ["amazon.us", "amazon.de"])
@pytest.mark.parametrize("route", ["search", "report"])
def test_orders_are_the_worlds(running: Running, code: str, route: str) -> None:
    market = WORLD.market(code)
    rows = Puller(running, market).rows("amazon.orders", route)

    sold = [order for order in WORLD.of(code) if not order.serves and not order.cancelled_at]
    charges = {row.key: row for row in rows if isinstance(row, ChargeRow)}
    amounts: Counter[Kind] = Counter()
    for row in charges.values():
        amounts[row.kind] += row.amount  # type: ignore[assignment]
    assert {row.ref for row in rows if isinstance(row, OrderRow)} == {order.ref for order in WORLD.of(code)}
    assert amounts[Kind.REVENUE] == sum(line.price * line.quantity for order in sold for line in order.lines)
    assert amounts[Kind.DISCOUNT] == -sum(line.discount for order in sold for line in order.lines)
    assert amounts[Kind.SHIPPING_INCOME] == sum(order.shipping for order in sold)


@pytest.mark.parametrize("code", ["amazon.us", "amazon.de"])
def test_money_is_the_worlds(running: Running, code: str) -> None:
    puller = Puller(running, WORLD.market(code))
    transactions = {row.key: row for row in puller.rows("amazon.transactions") if isinstance(row, ChargeRow)}
    settled = puller.rows("amazon.settlements")
    groups = {row.ref: row for row in puller.rows("amazon.groups") if isinstance(row, DisbursementRow)}

    statements = [one for one in WORLD.statements if one.market == code]
    entries = [entry for one in statements for entry in one.entries]
    earned = [one for one in [*entries, *(one for one in WORLD.pending if one.market == code)]
              if one.kind not in (Kind.RESERVE, Kind.TRANSFER)]  # fmt: skip
    assert sum((row.amount for row in transactions.values()), Decimal(0)) == sum(one.amount for one in earned)
    assert {row.ref: row.stated for row in settled if isinstance(row, PayoutRow)} == {
        one.ref: one.total for one in statements
    }
    lines = {row.key: row for row in settled if isinstance(row, ChargeRow)}
    assert Counter((row.kind, row.amount) for row in lines.values()) == Counter(
        (one.kind, one.amount) for one in entries
    )
    assert Counter(row.amount for row in groups.values() if row.sent_at) == Counter(
        one.total for one in statements if one.deposited_at
    )


def test_search_statistics_are_the_worlds(running: Running) -> None:
    rows = Puller(running, WORLD.market("amazon.us")).rows("amazon.search")
    found = {(row.starts_on, row.query, row.asin): (row.volume, row.impressions, row.purchases) for row in rows
             if isinstance(row, SearchRow)}  # fmt: skip
    asins = {product.number: product.asin for product in WORLD.products}
    first = min(starts for starts, _, _ in found)
    assert found == {
        (week.starts_on, week.query, asins[week.product]): (week.volume, week.impressions, week.purchases)
        for week in WORLD.searches
        if week.market == "amazon.us" and week.starts_on >= first
    }


def test_a_withheld_order_leaves_its_window_open_and_no_other(tmp_path: Path) -> None:
    clock = SharedClock(tmp_path / "clock")
    clock.set(UNTIL + timedelta(days=1))
    market = WORLD.market("amazon.us")
    order = withheld(WORLD, market.seller)
    assert order is not None
    last, hour = order.changes()[-1], timedelta(hours=1)
    with serve(WORLD, clock=clock, faults=Faults(["withhold"], 0.1)) as running:
        puller = Puller(running, market, tries=6)
        for route in ("search", "report"):
            assert puller.window(Task("amazon.orders", route, last - hour, last + hour)) == (False, [])
            assert puller.window(Task("amazon.orders", route, last - timedelta(days=20), last - hour))[0]
            assert puller.window(Task("amazon.orders", route, last + hour, min(UNTIL, last + timedelta(days=20))))[0]
    assert running.faults.struck["withhold"] == 1
