"""A whole small world pulled from the sandbox's Amazon, with faults and kills: what came is the world's truth."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from channels.adapters import format_of
from channels.adapters.amazon.pulls import SOURCE, pages
from channels.core.clock import SharedClock
from channels.core.errors import Changed, Throttled, Unavailable
from channels.core.kinds import Role
from channels.core.privacy import redact
from channels.core.reading import read_head
from channels.core.rows import ChargeRow, OrderRow, Page, Row, Shop, Unreadable
from channels.core.transport import Answer, Connection, Resource, Route, Task
from channels.sandbox.keys import credentials
from channels.sandbox.server import Running, serve
from channels.sandbox.wire import Faults
from channels.sandbox.world import make_world
from channels.sandbox.world.model import Market, World
from channels.sandbox.world.truth import summarise, summary

FAULTS = (
    "throttle", "error", "cut", "empty_page", "repeated_page", "late", "expired_token", "truncated", "empty_job",
    "changed_type",
)  # fmt: skip
PULLED = ("amazon.orders", "amazon.transactions", "amazon.groups", "amazon.settlements")


@dataclass
class Pull:
    """One market's pull without a database: the newest version of an order and a document stands."""

    connection: Connection
    random: Random
    orders: dict[str, tuple[OrderRow, list[Row]]] = field(default_factory=dict)
    documents: dict[str, dict[str, Row]] = field(default_factory=dict)
    others: list[Row] = field(default_factory=list)

    def window(self, task: Task) -> None:
        """Until it closes: killed now and then, going on where it was, begun anew after three failures."""
        resume, failures, came = "", 0, list[Row]()
        while True:
            try:
                for answer in pages(self.connection, Task(task.resource, task.route, task.since, task.until, resume)):
                    came += self.rows(answer)
                    resume = answer.resume
                    if answer.closed:
                        return self.keep(came)
                    if self.random.random() < 0.1:
                        break
            except Throttled as throttled:
                self.connection.clock.sleep(throttled.wait)
            except (Unavailable, Changed) as error:
                failures += 1
                if failures > 100:
                    raise
                if isinstance(error, Changed) or failures % 3 == 0:
                    resume, came = "", []

    def rows(self, answer: Answer) -> list[Row]:
        """What an answer holds after its personal fields are cut out."""
        form, kept = format_of(answer.resource), io.BytesIO()
        list(redact(io.BytesIO(answer.body), read_head(io.BytesIO(answer.body)), form.personal, kept))
        now = self.connection.clock.now()
        page = Page(answer.resource, lambda: io.BytesIO(kept.getvalue()), answer.media_type, now, answer.request)
        rows = list(form.rows(page, self.connection.shop))
        if any(isinstance(row, Unreadable) for row in rows):
            raise Changed("a record cannot be read")
        return rows

    def keep(self, came: list[Row]) -> None:
        lines: dict[str, list[Row]] = {}
        for row in came:
            if isinstance(row, ChargeRow):
                lines.setdefault(row.document, []).append(row)
        for row in came:
            if isinstance(row, OrderRow):
                before = self.orders.get(row.ref)
                if before is None or (before[0].updated_at or row.ordered_at) <= (row.updated_at or row.ordered_at):
                    self.orders[row.ref] = row, [one for one in lines.get(row.ref, []) if _is_estimate(one)]
            elif isinstance(row, ChargeRow):
                if not _is_estimate(row):
                    self.documents.setdefault(row.document, {})[row.key] = row
            else:
                self.others.append(row)

    def told(self) -> Iterator[Row]:
        for order, lines in self.orders.values():
            yield from (order, *lines)
        for document in self.documents.values():
            yield from document.values()
        yield from self.others


def _is_estimate(row: Row) -> bool:
    return isinstance(row, ChargeRow) and row.role is Role.ESTIMATE


def windows(resource: Resource, route: Route, world: World, end: datetime) -> Iterator[Task]:
    start, end = max(world.starts_at, end - (resource.keeps or end - world.starts_at)), end - resource.lag
    while start < end:
        until = min(end, start + route.longest - resource.overlap)
        yield Task(resource.name, route.name, start - resource.overlap, until)
        start = until


def connect(running: Running, market: Market, clock: SharedClock) -> Connection:
    left = {operation: rate.burst - 1 for operation, rate in SOURCE.rates.items()}

    def take(operation: str, cost: float) -> None:
        left[operation] -= cost
        if left[operation] < 0:  # one that comes back is used at once
            clock.sleep(1.05 / SOURCE.rates[operation].per_second)
            left[operation] = 0

    def learn(operation: str, per_second: float | None, available: float | None) -> None:
        left[operation] = left[operation] if available is None else min(left[operation], available)

    shop = Shop("amazon", market.marketplace, market.currency, market.timezone)
    return Connection(shop, credentials(market), f"{running.base}/amazon", clock, take, learn, lambda change: {}, 5)


@pytest.mark.parametrize(("seed", "route"), [(7, "report"), (8, "search")])
def test_pull_through_faults_and_kills_ends_at_the_truth(tmp_path: Path, seed: int, route: str) -> None:
    world, clock = make_world("small", seed), SharedClock(tmp_path / "clock")
    clock.set(world.ends_at + timedelta(days=5))
    end = clock.now()
    with serve(world, clock=clock, faults=Faults(FAULTS, 0.15, seed)) as running:
        for market in (one for one in world.markets if one.channel == "amazon"):
            pull = Pull(connect(running, market, clock), Random(seed))
            for resource in (one for one in SOURCE.resources if one.name in PULLED):
                way = next((one for one in resource.routes if one.name == route), resource.routes[0])
                for task in windows(resource, way, world, end):
                    pull.window(task)
            truth, told = summary(world, market.code, end), summarise(pull.told())
            for subject in ("orders", "money", "statements", "disbursements"):
                assert told[subject] == truth[subject]
        assert running.bugs == []
        assert running.traffic.throttled == {}
