"""A world pulled from the sandbox's Shopee through the adapter, over HTTP: what arrives is the world's truth."""

import dataclasses
import io
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from channels.adapters.shopee import ADAPTER
from channels.adapters.shopee.pulls import RESOURCES, pages
from channels.core.errors import Changed, Throttled, Unavailable
from channels.core.kinds import Role
from channels.core.rows import AdSpendRow, ChargeRow, OrderRow, Page, PayoutRow, Row, Shop, Unreadable
from channels.core.transport import Answer, Connection, Resource, Task
from channels.sandbox.keys import credentials
from channels.sandbox.server import Running, serve
from channels.sandbox.wire import FAULTS, Faults
from channels.sandbox.world import facts_shopee, make_world
from channels.sandbox.world.model import Market, World
from tests.channels.sandbox.shopee_asking import DAY, ORDERS, SG, START, HandClock, little_world

WORLD = make_world("small", 3)
MARKETS = [market for market in WORLD.markets if market.channel == "shopee"]
FORMS = {form.resource: form for form in ADAPTER.formats}
# Reports do not exist here; what is withheld never arrives.
STRIKING = sorted(FAULTS.keys() - {"truncated", "empty_job", "withhold", "timeout"})


class Pull:
    """A store as the engine would pull it, in memory: windows are tried until they are complete."""

    def __init__(self, world: World, market: Market, served: Running, clock: HandClock) -> None:
        self.world, self.market, self.clock = world, market, clock
        self.shop = Shop("shopee", market.marketplace, market.currency, market.timezone, market.cross_border)
        self.credentials = credentials(market)
        self.endpoint = f"{served.base}/shopee"
        self.failed: list[str] = []

    def rows(self, resource: Resource) -> list[Row]:
        since, found = self.world.starts_at, []
        while since < self.clock.now():
            until = min(since + resource.routes[0].longest, self.world.ends_at)
            if resource.aligned == "day":
                until = min(until, self.world.ends_at - timedelta(days=1))
            task = Task(resource.name, resource.routes[0].name, since - resource.overlap, until)
            found += self._complete(task)
            since = until
            if since >= self.world.ends_at - timedelta(days=1):
                break
        return found

    def _complete(self, task: Task, tries: int = 60) -> list[Row]:
        answers: list[Answer] = []
        for _ in range(tries):
            try:
                resumed = dataclasses.replace(task, resume=answers[-1].resume if answers else "")
                for answer in pages(self._connection(), resumed):
                    answers.append(answer)  # noqa: PERF402 those before a failure stay
            except Throttled as throttled:
                self.clock.sleep(throttled.wait)
            except Unavailable as error:
                self.failed.append(str(error))
            except Changed as error:
                self.failed.append(str(error))
                answers = []
            if answers and answers[-1].closed:
                rows = [row for answer in answers for row in _read(answer, self.shop)]
                counted = answers[-1].expected in (None, sum(answer.records for answer in answers))
                if counted and not any(isinstance(row, Unreadable) for row in rows):
                    return rows
                answers = []
        raise AssertionError(f"{task} never completes: {self.failed[-3:]}")

    def _connection(self) -> Connection:
        return Connection(
            shop=self.shop, credentials=self.credentials, endpoint=self.endpoint, clock=self.clock, take=self._take,
            learn=lambda *_: None, renew=self._renew, timeout=0.5,
        )  # fmt: skip

    def _take(self, bucket: str, _cost: float) -> None:
        if bucket == "shop":
            self.clock.sleep(0.2)

    def _renew(self, change: Any) -> Any:
        self.credentials = dict(change(self.credentials))
        return self.credentials


def _read(answer: Answer, shop: Shop) -> Iterator[Row]:
    page = Page(answer.resource, lambda: io.BytesIO(answer.body), answer.media_type, WORLD.ends_at, answer.request)
    yield from FORMS[answer.resource].rows(page, shop)


def pulled(market: Market, faults: Faults) -> tuple[dict[str, list[Row]], Running]:
    """The rows of every resource of a market, and the sandbox that gave them."""
    clock = HandClock(WORLD.ends_at + timedelta(hours=1))
    with serve(WORLD, clock=clock, faults=faults) as served:
        pull = Pull(WORLD, market, served, clock)
        found = {one.name: pull.rows(one) for one in RESOURCES if one.serves(pull.shop)}
    assert served.bugs == []
    return found, served


def money(rows: list[Row], *roles: Role) -> dict[tuple[str, str], Decimal]:
    """Totals by order and payout; a line that came twice counts once."""
    totals: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in {row.key: row for row in rows if isinstance(row, ChargeRow) and row.role in roles}.values():
        totals[row.order, row.payout] += row.amount
    return {name: total for name, total in totals.items() if total}


def orders(rows: list[Row]) -> dict[str, OrderRow]:
    found: dict[str, OrderRow] = {}
    for row in rows:
        if isinstance(row, OrderRow):
            kept = dataclasses.replace(row, place=1)
            found[row.ref] = max(kept, found.get(row.ref, kept), key=lambda one: one.updated_at or one.ordered_at)
    return found


def check_truth(market: Market, found: dict[str, list[Row]]) -> None:
    truth = list(facts_shopee.rows(WORLD, market, WORLD.ends_at))
    everything = [row for rows in found.values() for row in rows]
    assert orders(found["shopee.orders"]) == orders(truth)
    assert money(found["shopee.orders"], Role.ESTIMATE) == money(truth, Role.ESTIMATE)
    # A released order's own detail is newer than the batch's, and alone has what adjusts it.
    terms = found["shopee.orders"] + found["shopee.escrow"] + found["shopee.returns"]
    assert money(terms, Role.TERM) == money(truth, Role.TERM)
    ledger = found.get("shopee.wallet", []) + found.get("shopee.payouts", [])
    assert money(ledger, Role.RELEASE, Role.DIRECT) == money(truth, Role.RELEASE, Role.DIRECT)
    stated = {row.ref for row in everything if isinstance(row, PayoutRow)}
    assert stated == {row.ref for row in truth if isinstance(row, PayoutRow)}
    ads = [row for row in found["shopee.ads"] if isinstance(row, AdSpendRow)]
    last = WORLD.ends_at.date() - timedelta(days=1)
    days = [ad for ad in WORLD.ads if ad.market == market.code and ad.on < last]
    assert sum(row.spend for row in {row.key: row for row in ads}.values() if row.starts_on < last) == sum(
        ad.spend for ad in days
    )


@pytest.mark.parametrize("market", MARKETS, ids=lambda one: one.code)
def test_world_when_pulled_is_the_truth(market: Market) -> None:
    found, served = pulled(market, Faults())
    check_truth(market, found)
    assert dict(served.traffic.throttled) == {}


@pytest.mark.parametrize("market", MARKETS, ids=lambda one: one.code)
def test_world_when_pulled_through_faults_is_the_truth(market: Market) -> None:
    found, served = pulled(market, Faults(STRIKING, rate=0.08, seed=5))
    check_truth(market, found)
    assert {"error", "cut", "throttle", "expired_token"} <= set(+served.faults.struck)


def test_orders_when_pages_come_empty_or_twice_are_all_there() -> None:
    refs = [f"26090{number:04}ABCDE" for number in range(230)]
    many = [dataclasses.replace(ORDERS[1], ref=ref, market=SG.code) for ref in refs]
    world, clock = little_world(many), HandClock(START + 60 * DAY)
    with serve(world, clock=clock, faults=Faults(["empty_page", "repeated_page"], rate=0.3, seed=2)) as served:
        pull = Pull(world, SG, served, clock)
        found = {one.name: pull.rows(one) for one in RESOURCES[:2]}
    assert set(orders(found["shopee.orders"])) == set(refs)
    assert {order for order, _ in money(found["shopee.escrow"], Role.TERM)} == set(refs)
    assert {"empty_page", "repeated_page"} <= set(+served.faults.struck)


def test_order_when_withheld_keeps_its_windows_open() -> None:
    clock = HandClock(WORLD.ends_at + timedelta(hours=1))
    market = MARKETS[0]
    with serve(WORLD, clock=clock, faults=Faults(["withhold"], rate=0.1)) as served:
        pull = Pull(WORLD, market, served, clock)
        with pytest.raises(AssertionError, match="order/get_order_detail with error_server"):
            pull.rows(RESOURCES[0])
