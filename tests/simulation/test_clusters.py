"""Two clusters share the stores: no window is worked twice at a time, no quota overdrawn, and one may die."""

import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Min
from django.test import override_settings
from django.utils import timezone
from django_q.models import Failure, OrmQ, Schedule
from django_q.tasks import async_task

from channels import schedules, windows
from channels.core.clock import SharedClock
from channels.management.commands.sandbox import connect
from channels.models import Fetch, Store, SyncWindow
from channels.sandbox.server import Running, serve
from channels.schedules import PULL
from tests.simulation.clusters import Cluster, audited, running, trespasses, working, writes
from tests.simulation.life import LIMIT, Life, archive_in, let_in_personal_data, states
from tests.simulation.verdict import problems

STEP = timedelta(days=28)
PATIENCE = timedelta(days=12)  # after the horizon, in which windows are read again
# Operations of which each call brings one answer, and the formats that read these answers.
ONE_CALL = {
    "amazon.listTransactions": ("amazon.transactions",),
    "amazon.listFinancialEventGroups": ("amazon.groups",),
    "amazon.searchOrders": ("amazon.api_orders",),
    "shopify.shopifyPaymentsAccount": ("shopify.balance", "shopify.api_payouts"),
    "shopee.order/get_order_list": ("shopee.order_list",),
    "shopee.payment/get_escrow_list": ("shopee.released",),
    "shopee.payment/get_wallet_transaction_list": ("shopee.wallet",),
    "shopee.returns/get_return_list": ("shopee.returns",),
}


@contextmanager
def world_of(life: Life) -> Iterator[tuple[Running, SharedClock, list[Store]]]:
    """The life's world, served and connected, with a schedule for all that its stores pull."""
    clock = SharedClock(life.folder / "clock")
    clock.set(life.world.starts_at + timedelta(days=4))
    with (
        override_settings(CLOCK=clock.path, ALLOW_LOOPBACK_ENDPOINTS=True, STORAGES=archive_in(life.folder), WORKERS=2),
        serve(life.world, clock=clock) as sandbox,
    ):
        stores = connect(life.world, "Harbor & Leaf", sandbox.base)
        let_in_personal_data(stores)
        Schedule.objects.all().delete()  # what migrations made asks others than the sandbox
        schedules.arrange()
        yield sandbox, clock, stores


def enqueue_each_twice(names: set[str]) -> None:
    for one in Schedule.objects.filter(func=PULL, name__in=names):
        store, _, resource = one.args.partition(",")
        for _ in range(2):
            async_task(PULL, int(store), resource.strip("'"))


def names_due(clock: SharedClock) -> set[str]:
    now = clock.now()
    return {schedules.name_of(store, name) for (store, name), due in windows.next_dues().items() if due <= now}


def failures() -> list[tuple[Any, str]]:
    """Tasks that broke down: their arguments, and where they did."""
    return list(Failure.objects.values_list("args", "result"))


class Months:
    """Time goes on in steps, and clusters do what is due; one of them dies on the way."""

    def __init__(self, life: Life, clock: SharedClock, doomed: Cluster) -> None:
        self.life, self.clock, self.doomed = life, clock, doomed
        self.died_at = 0
        self.until = time.monotonic() + LIMIT

    def pass_by(self) -> None:
        everything = set(Schedule.objects.filter(func=PULL).values_list("name", flat=True))
        stepped = self.clock.now()
        enqueue_each_twice(everything)
        while True:
            self._wait_for_the_clusters()
            due = self._due()
            if stepped < self.life.horizon and (due is None or due > min(self.clock.now(), stepped + STEP)):
                self.clock.advance_to(stepped + STEP)
                stepped = self.clock.now()
                enqueue_each_twice(everything)
            elif due is None:
                return
            else:
                self.clock.advance_to(due)
                enqueue_each_twice(names_due(self.clock))

    def _due(self) -> datetime | None:
        """When there is something to do next; new windows that tasks open after the horizon are read once only."""
        open_ones = SyncWindow.objects.exclude(state=SyncWindow.State.GREEN)
        if open_ones.exists():
            return open_ones.aggregate(due=Min("not_before"))["due"] or self.clock.now()
        again = SyncWindow.objects.filter(ends_at__lte=self.life.horizon, again_at__lte=self.life.horizon + PATIENCE)
        due: datetime | None = again.aggregate(due=Min("again_at"))["due"]
        return due

    def _wait_for_the_clusters(self) -> None:
        while OrmQ.objects.exists():
            assert not (failed := failures()), failed
            assert time.monotonic() < self.until, self._left()
            if not self.doomed.dead and SyncWindow.objects.filter(state=SyncWindow.State.GREEN).count() >= 20:
                self._kill_at_work()
            time.sleep(0.02)

    def _left(self) -> str:
        left = SyncWindow.objects.exclude(state=SyncWindow.State.GREEN).select_related("store")
        said = [f"{one}: {one.state} until {one.not_before}: {one.reason}" for one in left[:20]]
        return f"no end within {LIMIT:.0f} s: {self.clock.now()}, {states()}, {said}, {writes()[-10:]}"

    def _kill_at_work(self) -> None:
        """Stop it; if a worker was in the middle of a window, for good."""
        self.doomed.signal(signal.SIGSTOP)
        time.sleep(0.02)  # what it had sent to the database is done
        if not working(self.doomed.name):
            self.doomed.signal(signal.SIGCONT)
            return
        self.doomed.kill()
        self.died_at = max(one.seq for one in writes())
        # As when `retry` seconds have passed: what it had taken from the queue is there for others, and more than that.
        OrmQ.objects.update(lock=timezone.now() - timedelta(seconds=1))


def lost_calls(sandbox: Running) -> dict[str, int]:
    """Calls without an answer that was kept: of a worker that died between the two, or made twice."""
    kept = Counter(Fetch.objects.values_list("page__resource", flat=True))
    calls = sandbox.traffic.calls
    lost = {name: calls[name] - sum(kept[one] for one in resources) for name, resources in ONE_CALL.items()}
    return {name: count for name, count in lost.items() if count}


def live(life: Life) -> None:
    with (
        world_of(life) as (sandbox, clock, stores),
        audited(),
        running(life.folder, "one", "two") as (one, two),
    ):
        months = Months(life, clock, two)
        months.pass_by()
        log, life.ended_at, life.bugs = writes(), clock.now(), sandbox.bugs
        life.log.write_text("".join(cluster.log.read_text(encoding="utf-8") for cluster in (one, two)))

        assert two.dead
        assert {write.cluster for write in log if write.state == "working" and write.seq <= months.died_at} == {
            "one", "two",
        }  # fmt: skip
        assert trespasses(log, "two", months.died_at) == []
        assert failures() == []
        assert dict(sandbox.traffic.throttled) == {}
        lost = lost_calls(sandbox)
        assert min(lost.values(), default=0) >= 0
        assert sum(lost.values()) <= 2, lost  # the dead cluster had two workers
        assert problems(life, stores) == []


@pytest.mark.django_db(transaction=True)
def test_two_clusters_share_three_stores_and_one_of_them_dies(tmp_path: Path) -> None:
    life = Life(0, tmp_path)
    life.world = replace(life.world, markets=tuple(one for one in life.world.markets if one.channel != "amazon"))
    live(life)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_clusters_share_a_world_and_one_of_them_dies(tmp_path: Path) -> None:
    live(Life(0, tmp_path))
