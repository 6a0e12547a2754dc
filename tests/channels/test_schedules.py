"""Schedules follow the stores; tasks take ids and may come too late, twice, or for nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import override_settings
from django_q.models import Schedule

from channels import schedules, tasks, windows
from channels.core.clock import SharedClock
from channels.core.errors import Unavailable
from channels.models import Heartbeat, Order, Store, SyncWindow
from tests.channels.depot import answer, chain, installed, make_depot, orders
from tests.making import make_store

START = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
def depot(tmp_path: Path) -> Iterator[Any]:
    clock = SharedClock(tmp_path / "clock")
    clock.set(START + timedelta(days=1))
    with installed(tmp_path) as module, override_settings(CLOCK=clock.path):
        yield module


@pytest.fixture
def store(depot: Any, db: None) -> Store:
    return make_depot()


def pulls() -> list[tuple[str, str, int]]:
    found = Schedule.objects.filter(func=schedules.PULL).order_by("name")
    return [(one.name, one.args, one.minutes) for one in found]


def test_each_store_and_resource_has_one_and_arranging_again_changes_nothing(store: Store) -> None:
    assert schedules.arrange() == (1, 0)
    before = list(Schedule.objects.values())
    assert schedules.arrange() == (0, 0)
    assert list(Schedule.objects.values()) == before
    assert pulls() == [(f"pull {store.pk} depot.orders", f"{store.pk},'depot.orders'", 15)]


def test_they_go_on_for_good_and_begin_within_minutes(store: Store) -> None:
    two = make_depot(company=store.company, name="Depot two")
    now = datetime.now(UTC)
    schedules.arrange()
    found = list(Schedule.objects.filter(func=schedules.PULL).order_by("next_run"))
    assert [one.name for one in found] == [schedules.name_of(one.pk, "depot.orders") for one in (store, two)]
    assert [one.repeats for one in found] == [-1, -1]
    assert [round((one.next_run - now) / timedelta(minutes=1)) for one in found] == [0, 1]


@pytest.mark.parametrize("change", [{"pulls": False}, {"credentials": None}, {"channel": "amazon"}])
def test_one_of_nothing_is_dropped(store: Store, change: dict[str, Any]) -> None:
    schedules.arrange()
    other = Schedule.objects.create(name="beat", func="channels.tasks.beat")
    Store.objects.filter(pk=store.pk).update(**change)
    schedules.arrange()
    assert [one for one in pulls() if "depot" in one[0]] == []
    assert Schedule.objects.filter(pk=other.pk).exists()


def test_a_changed_pace_is_taken_over_and_the_next_run_kept(store: Store) -> None:
    schedules.arrange()
    at = datetime(2026, 9, 3, tzinfo=UTC)
    Schedule.objects.filter(func=schedules.PULL).update(minutes=60, next_run=at)
    assert schedules.arrange() == (0, 0)
    assert list(Schedule.objects.filter(func=schedules.PULL).values_list("minutes", "next_run")) == [(15, at)]


def test_stores_without_credentials_have_none(depot: Any, db: None) -> None:
    make_store()
    assert schedules.arrange() == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_set(depot: Any) -> None:
    store = make_depot()
    for number in range(5):
        make_depot(company=store.company, name=f"Depot {number}")
    together = Barrier(2)

    def arrange(_: int) -> int:
        together.wait()
        try:
            return schedules.arrange()[0]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        made = sorted(pool.map(arrange, range(2)))
    assert (made, len(pulls())) == ([0, 6], 6)


def test_hastening_brings_the_next_run_and_what_failed_forward(store: Store) -> None:
    schedules.arrange()
    later = datetime.now(UTC) + timedelta(hours=6)
    Schedule.objects.filter(func=schedules.PULL).update(next_run=later)
    fields = {"store": store, "route": "pages", "not_before": later}
    for day, (state, resource) in enumerate([("red", "depot.orders"), ("ready", "depot.orders"), ("red", "depot.ads")]):
        at = START + timedelta(days=day)
        SyncWindow.objects.create(
            **fields, resource=resource, state=state, starts_at=at, ends_at=at + timedelta(days=1)
        )
    windows.hasten(store, "depot.orders")
    assert Schedule.objects.get(func=schedules.PULL).next_run <= datetime.now(UTC)
    # A quota is still to be waited for, and another resource is not meant.
    assert list(SyncWindow.objects.order_by("starts_at").values_list("not_before", flat=True)) == [None, later, later]


def test_a_pull_opens_windows_and_works_them(store: Store, depot: Any) -> None:
    depot.Script.run = chain(answer(orders("A"), closed=True))
    assert tasks.pull(store.pk, "depot.orders") == "1 windows complete, 0 not; 1 pages, 2 rows"
    assert tasks.pull(store.pk, "depot.orders") == "0 windows complete, 0 not; 0 pages, 0 rows"
    assert Order.objects.count() == 1


def test_a_pull_that_fails_is_a_window_and_no_failed_task(store: Store, depot: Any) -> None:
    depot.Script.run = chain(Unavailable("the depot answers 503"))
    assert tasks.pull(store.pk, "depot.orders") == "0 windows complete, 1 not; 0 pages, 0 rows"
    assert SyncWindow.objects.get().reason == "the depot answers 503"


@pytest.mark.parametrize("change", [{"pulls": False}, {"credentials": None}])
def test_a_task_of_a_store_that_pulls_no_longer_does_nothing(store: Store, change: dict[str, Any]) -> None:
    Store.objects.update(**change)
    assert tasks.pull(store.pk, "depot.orders") == "the store pulls no longer"
    assert tasks.pull(store.pk + 1, "depot.orders") == "the store pulls no longer"
    assert not SyncWindow.objects.exists()


def test_a_task_of_a_resource_that_is_gone_says_so(store: Store) -> None:
    assert tasks.pull(store.pk, "depot.ads") == "Depot does not pull depot.ads; it pulls depot.orders"


def test_a_beat_shows_life_and_makes_schedules(store: Store) -> None:
    before = datetime.now(UTC)
    assert tasks.beat() == "1 schedules made, 0 dropped"
    assert tasks.beat() == "0 schedules made, 0 dropped"
    assert Heartbeat.objects.get(name="cluster").at >= before


def test_the_cluster_is_set_as_its_faults_ask() -> None:
    """A task that outlasts ``retry`` runs twice, one that is killed can stall the cluster (django-q2 1.11, #339)."""
    set_to = settings.Q_CLUSTER
    wanted = {
        "timeout": 540, "retry": 900, "max_attempts": 3, "ack_failures": True, "catch_up": False, "bulk": 1,
        "recycle": 100, "save_limit": 10_000,
    }  # fmt: skip
    assert {name: set_to[name] for name in wanted} == wanted
    assert set_to["queue_limit"] == set_to["workers"]
    assert tasks.PULL_SECONDS <= 300
