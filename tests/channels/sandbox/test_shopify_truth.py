"""A whole small world pulled from the sandbox by the adapter over HTTP, and compared with the world's truth."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from channels.adapters.shopify import ADAPTER
from channels.core.clock import SharedClock
from channels.core.errors import Changed, Throttled, Unavailable
from channels.core.kinds import Role
from channels.core.rows import ChargeRow, OrderRow, Page, Row, Shop, Unreadable, VisitRow
from channels.core.transport import Answer, Connection, Credentials, Task
from channels.sandbox.keys import credentials
from channels.sandbox.server import Running, serve
from channels.sandbox.shopify.roots import withheld
from channels.sandbox.wire import Faults
from channels.sandbox.world import facts, make_world
from channels.sandbox.world.model import Market, World
from channels.sandbox.world.truth import summarise, summary

OVERLAP, AGAIN = timedelta(minutes=30), timedelta(days=3)
SUBJECTS = ("orders", "money", "statements", "visits")


@pytest.fixture
def clock(tmp_path: Path) -> SharedClock:
    return SharedClock(tmp_path / "clock")


class Puller:
    """Windows of a resource, one after the other, as the engine would ask for them."""

    def __init__(self, sandbox: Running, market: Market, clock: SharedClock, given: Credentials) -> None:
        self.given, self.clock, self.sandbox = dict(given), clock, sandbox
        self.shop = Shop(market.channel, market.marketplace, market.currency, market.timezone)
        self.points, self.at = 2_000.0, clock.now()

    def connection(self) -> Connection:
        def renew(change: Callable[[Credentials], Credentials]) -> Credentials:
            self.given = dict(change(self.given))
            return self.given

        endpoint = f"{self.sandbox.base}/shopify"
        return Connection(self.shop, dict(self.given), endpoint, self.clock, self.take, self.learn, renew, 10.0)

    def take(self, operation: str, cost: float) -> None:
        """Wait by the clock until the bucket has the points."""
        now = self.clock.now()
        self.points = min(2_000.0, self.points + (now - self.at).total_seconds() * 100) - cost
        self.clock.sleep(max(0.0, -self.points) / 100)
        self.at = now

    def learn(self, operation: str, per_second: float | None, available: float | None) -> None:
        if available is not None:
            self.points, self.at = available, self.clock.now()

    def answers(self, resource: str, route: str, since: datetime, until: datetime) -> list[Answer]:
        assert ADAPTER.source
        task = Task(resource, route, since, until)
        found = list(ADAPTER.source.pages(self.connection(), task))
        assert [one.closed for one in found] == [False] * (len(found) - 1) + [True]
        expected = [one.expected for one in found if one.expected is not None]
        assert not expected or sum(one.records for one in found) == expected[-1]
        return found

    def rows(self, answers: list[Answer]) -> Iterator[Row]:
        formats = {one.resource: one for one in ADAPTER.formats}
        for answer in answers:
            body = answer.body

            def opened(body: bytes = body) -> Any:
                return BytesIO(body)

            page = Page(answer.resource, opened, answer.media_type, self.clock.now(), answer.request)
            yield from formats[answer.resource].rows(page, self.shop)

    def pulled(self, resource: str, route: str, since: datetime, until: datetime, step: timedelta) -> Iterator[Row]:
        while since < until:
            end = min(since + step, until)
            yield from self.rows(self.answers(resource, route, since, end))
            since = end


def kept(rows: Iterator[Row]) -> list[Row]:
    """What stands once all is loaded: the last version of each document."""
    documents: dict[tuple[type, str], list[Row]] = {}
    for row in rows:
        assert not isinstance(row, Unreadable), row
        if isinstance(row, OrderRow):
            for kind in (ChargeRow, VisitRow):
                documents.pop((kind, row.ref), None)
            documents[OrderRow, row.ref] = [row]
        elif isinstance(row, ChargeRow):
            same = documents.setdefault((ChargeRow, row.document), [])
            same[:] = [one for one in same if isinstance(one, ChargeRow) and one.key != row.key]
            same.append(row)
        elif isinstance(row, VisitRow):
            documents.setdefault((VisitRow, row.order), []).append(row)
        else:
            documents.setdefault((type(row), str(row)), [row])
    return [row for rows in documents.values() for row in rows]


def everything(puller: Puller, world: World, route: str) -> list[Row]:
    """All rows of the shop that stand at the end."""
    since, until = world.starts_at - timedelta(days=1), puller.clock.now()
    step = timedelta(days=1) if route == "pages" else timedelta(days=365)
    return kept(chain(puller.pulled("shopify.orders", route, since, until, step), money(puller, since, until)))


def money(puller: Puller, since: datetime, until: datetime) -> Iterator[Row]:
    """Payouts and balance transactions."""
    yield from puller.pulled("shopify.payouts", "pages", since, until, timedelta(days=31))
    yield from puller.pulled("shopify.balance", "pages", since, until, timedelta(days=7))


def sums(rows: list[Row]) -> dict[str, Any]:
    found = summarise(rows)
    return {name: found[name] for name in SUBJECTS}


def truth(world: World, at: datetime) -> dict[str, Any]:
    found = summary(world, "shopify", at)
    return {name: found[name] for name in SUBJECTS}


def of_orders(rows: Iterable[Row]) -> dict[str, tuple[Any, ...]]:
    return {
        row.ref: (row.name, row.status, row.ordered_at, row.shipped_at, row.updated_at, row.cancelled, row.is_mirror)
        for row in rows
        if isinstance(row, OrderRow)
    }


def of_movements(rows: Iterable[Row]) -> dict[str, tuple[Any, ...]]:
    """Balance transactions and their fees, one by one."""
    return {
        row.key: (row.kind, row.role, row.stage, row.amount, row.order, row.payout, row.posted_at)
        for row in rows
        if isinstance(row, ChargeRow) and row.role in (Role.LUMP, Role.DIRECT)
    }


@pytest.mark.parametrize(("seed", "route"), [(1, "pages"), (8, "bulk")])
def test_what_is_pulled_is_the_truth(clock: SharedClock, seed: int, route: str) -> None:
    world = make_world("small", seed)
    market = world.market("shopify")
    clock.set(world.ends_at)
    with serve(world, clock=clock) as sandbox:
        found = everything(Puller(sandbox, market, clock, credentials(market)), world, route)
        assert sandbox.bugs == []
        assert sandbox.traffic.throttled == {}
    assert sums(found) == truth(world, world.ends_at)
    true = list(facts.rows(world, "shopify", world.ends_at))
    assert of_orders(found) == of_orders(true)
    assert of_movements(found) == of_movements(true)


@pytest.mark.parametrize("days", [9, 23])
def test_what_is_pulled_on_the_way_is_the_truth_of_then(clock: SharedClock, days: int) -> None:
    world = make_world("small", 3)
    market, now = world.market("shopify"), world.starts_at + timedelta(days=days, minutes=1)
    clock.set(now)
    with serve(world, clock=clock) as sandbox:
        found = everything(Puller(sandbox, market, clock, credentials(market)), world, "pages")
    assert sums(found) == truth(world, now)


def test_what_is_pulled_day_by_day_ends_as_the_truth(clock: SharedClock) -> None:
    """Each day once with the overlap, and once more three days later; changes are up to twenty minutes late."""
    world = make_world("small", 4)
    market, day = world.market("shopify"), timedelta(days=1)
    rows: list[Row] = []
    clock.set(world.starts_at)
    with serve(world, clock=clock, faults=Faults(["late"], 0.5)) as sandbox:
        puller = Puller(sandbox, market, clock, credentials(market))
        for at in (world.starts_at + day * n for n in range(1, 47)):
            clock.advance_to(at + timedelta(minutes=2))
            for until in (at, at - AGAIN):
                rows += puller.pulled("shopify.orders", "pages", until - day - OVERLAP, until, 2 * day)
        rows += money(puller, world.starts_at, clock.now())
    assert sandbox.faults.struck["late"] > 0
    found = kept(iter(rows))
    assert of_orders(found) == of_orders(facts.rows(world, "shopify", clock.now()))
    assert sums(found) == truth(world, clock.now())


WIRE = ("throttle", "error", "cut", "empty_page", "repeated_page", "truncated", "empty_job", "expired_token")


@pytest.mark.parametrize(("seed", "route"), [(5, "pages"), (6, "bulk")])
def test_faults_change_nothing_at_the_end(clock: SharedClock, seed: int, route: str) -> None:
    world = make_world("small", seed)
    market = world.market("shopify")
    clock.set(world.ends_at)
    faults = Faults([*WIRE, "changed_type", "new_word"], 0.06, seed)
    with serve(world, clock=clock, faults=faults) as sandbox:
        puller = Stubborn(sandbox, market, clock, {**credentials(market), "access_token": ""})
        found = everything(puller, world, route)
        assert sandbox.bugs == []
        assert sandbox.traffic.throttled == {}
    assert len([kind for kind in faults.struck if faults.struck[kind]]) >= 4
    assert sums(found) == truth(world, world.ends_at)


@pytest.mark.parametrize("route", ["pages", "bulk"])
def test_a_window_with_an_order_that_never_comes_never_closes(clock: SharedClock, route: str) -> None:
    world = make_world("small", 9)
    market = world.market("shopify")
    clock.set(world.ends_at)
    victim = withheld(world.of("shopify"))
    assert victim
    changed = victim.changes()[-1]
    with serve(world, clock=clock, faults=Faults(["withhold"], 1.0)) as sandbox:
        puller = Puller(sandbox, market, clock, credentials(market))
        for _ in range(3):
            with pytest.raises(Unavailable):
                puller.answers("shopify.orders", route, changed - timedelta(hours=3), changed + timedelta(hours=3))
        before = list(puller.pulled("shopify.orders", route, world.starts_at, changed, timedelta(days=365)))
    assert of_orders(before) == {
        ref: told for ref, told in of_orders(facts.rows(world, "shopify", world.ends_at)).items() if told[4] < changed
    }


class Stubborn(Puller):
    """Tries each window again until it closes and all of it can be read."""

    def pulled(self, resource: str, route: str, since: datetime, until: datetime, step: timedelta) -> Iterator[Row]:
        while since < until:
            end = min(since + step, until)
            yield from self.until_whole(resource, route, since, end)
            since = end

    def until_whole(self, resource: str, route: str, since: datetime, until: datetime) -> list[Row]:
        for _ in range(60):
            try:
                rows = list(self.rows(self.answers(resource, route, since, until)))
            except Throttled as throttled:
                self.clock.sleep(throttled.wait)
                continue
            except (Unavailable, Changed, AssertionError):
                continue
            if not any(isinstance(row, Unreadable) for row in rows):
                return rows
        raise AssertionError(f"{resource} from {since} never came whole")
