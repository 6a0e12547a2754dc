"""``manage.py pull``: by hand what the schedules do, with an end; and what it would take before anything is sent."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import override_settings

from channels import windows
from channels.core.clock import SharedClock
from channels.core.errors import Refused, Throttled, Unavailable
from channels.core.transport import Answer, Connection, Task
from channels.models import Bucket, Fetch, Order, Store, SyncWindow
from tests.channels.depot import answer, chain, installed, make_depot, orders
from tests.making import make_store

START = datetime(2026, 9, 1, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(tmp_path: Path) -> Iterator[SharedClock]:
    shared = SharedClock(tmp_path / "clock")
    shared.set(START + DAY)
    with override_settings(CLOCK=shared.path):
        yield shared


@pytest.fixture
def depot(tmp_path: Path, clock: SharedClock) -> Iterator[Any]:
    with installed(tmp_path) as module:
        yield module


@pytest.fixture
def store(depot: Any, db: None) -> Store:
    return make_depot()


def pull(**options: Any) -> tuple[int, str, str]:
    """(exit code, what it printed, what it said beside)."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("pull", stdout=out, stderr=err, **options)
    except SystemExit as stopped:
        return int(str(stopped.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def takes(operation: str, cost: float, times: int) -> Any:
    """A vendor whose windows are of so many calls, each with one order."""

    def run(connection: Connection, task: Task) -> Iterator[Answer]:
        for number in range(int(task.resume or 0), times):
            connection.take(operation, cost)
            yield answer(orders(f"A{number}"), resume=str(number + 1), closed=number + 1 == times)

    return run


def test_a_store_is_pulled_to_its_end(store: Store, depot: Any) -> None:
    depot.Script.run = chain(answer(orders("A"), resume="1"), answer(orders("B"), closed=True, expected=2))
    code, out, err = pull()
    assert (code, out) == (0, "")
    [said] = err.splitlines()
    assert said.startswith("Depot depot.orders 2026-09-01 green: 2 pages, 4 rows")
    assert said.endswith("1 windows, 0 to go")
    assert Order.objects.count() == 2


def test_quotas_are_waited_for_on_the_clock_that_all_share(store: Store, depot: Any, clock: SharedClock) -> None:
    depot.Script.run = takes("report", 1, 6)  # the burst less what is kept back gives 4, then one in 52 s
    began = clock.now()
    code, _out, err = pull()
    assert (code, Fetch.objects.count(), Bucket.objects.get().taken) == (0, 6, 6)
    assert timedelta(seconds=75) < clock.now() - began < timedelta(seconds=110)
    assert "waiting" in err


def test_a_failure_is_tried_again_within_minutes(store: Store, depot: Any, clock: SharedClock) -> None:
    depot.Script.run = chain(
        Unavailable("503"), answer(orders("A"), resume="1"), Throttled(90), answer(orders("B"), closed=True)
    )
    began = clock.now()
    assert pull()[0] == 0
    assert timedelta(seconds=149) < clock.now() - began < timedelta(seconds=170)
    assert Order.objects.count() == 2


def test_what_goes_on_failing_ends_with_1_and_says_why(store: Store, depot: Any, clock: SharedClock) -> None:
    def down(connection: Connection, task: Task) -> Iterator[Answer]:
        raise Unavailable("the depot answers 503")

    depot.Script.run = down
    began = clock.now()
    code, _out, err = pull()
    window = SyncWindow.objects.get()
    assert (code, window.state, window.failures) == (1, "red", 4)
    assert clock.now() - began < timedelta(minutes=22)
    assert err.splitlines()[-1] == f"{window}: red: the depot answers 503; can be had until 2026-11-30"


def test_what_a_person_must_mend_is_not_waited_for(store: Store, depot: Any, clock: SharedClock) -> None:
    depot.Script.run = chain(Refused("the key is wrong"), answer(orders("A"), closed=True))
    began = clock.now()
    code, _out, err = pull()
    assert (code, clock.now() - began < timedelta(minutes=1)) == (1, True)
    assert "the key is wrong" in err
    assert pull()[0] == 0  # by hand it does not wait for the next try
    store.refresh_from_db()
    assert store.refused == ""


def test_a_complete_window_is_not_waited_for_to_be_read_again(store: Store, depot: Any, clock: SharedClock) -> None:
    depot.Script.run = chain(answer(orders("A"), closed=True))
    pull()
    SyncWindow.objects.update(again_at=clock.now() + timedelta(hours=2))
    began = clock.now()
    assert (pull()[0], clock.now() - began < timedelta(minutes=1)) == (0, True)


def test_since_begins_before_what_is_here(store: Store, depot: Any) -> None:
    depot.Script.run = takes("list", 1, 1)
    pull()
    Store.objects.update(timezone="Asia/Singapore")
    pull(since=datetime(2026, 8, 30, tzinfo=UTC).date())
    found = SyncWindow.objects.order_by("starts_at").values_list("starts_at", "state")
    assert list(found)[:2] == [(datetime(2026, 8, 29, 16, tzinfo=UTC), "green"), (START, "green")]


def test_only_the_named_store_and_resource(store: Store, depot: Any) -> None:
    make_depot(company=store.company, name="Depot two")
    depot.Script.run = takes("list", 1, 1)
    assert pull(store=["Depot"], resource=["depot.orders"])[0] == 0
    assert list(SyncWindow.objects.values_list("store__name", "resource")) == [("Depot", "depot.orders")]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"store": ["Nobody"]}, "There is no store named 'Nobody'. Stores: Depot, Maple US."),
        ({"store": ["Maple US"]}, "Maple US has no credentials: set them in the admin under Stores."),
        ({"resource": ["depot.ads"]}, "depot.ads is not pulled by these stores. Resources: depot.orders."),
        (
            {"resource": ["depot.orders", "amazon.orders"]},
            "amazon.orders is not pulled by these stores. Resources: depot.orders.",
        ),
    ],
)
def test_what_cannot_be_pulled_is_said(store: Store, options: dict[str, Any], said: str) -> None:
    make_store(store.company)
    with pytest.raises(CommandError) as refused:
        pull(**options)
    assert (str(refused.value), SyncWindow.objects.exists()) == (said, False)


def test_without_credentials_there_is_nothing_to_do() -> None:
    make_store()
    with pytest.raises(CommandError, match="No store has credentials"):
        pull()


def test_a_day_is_written_as_a_day() -> None:
    with pytest.raises(CommandError, match="'yesterday' is no day; write 2026-01-31"):
        call_command("pull", "--since", "yesterday")


def test_a_store_that_does_not_pull_by_itself_can_be_pulled_by_hand(store: Store, depot: Any) -> None:
    Store.objects.update(pulls=False)
    depot.Script.run = takes("list", 1, 1)
    assert pull(store=["Depot"])[0] == 0
    with pytest.raises(CommandError, match="No store has credentials"):
        pull()


def test_another_process_is_waited_for_and_then_said(store: Store, clock: SharedClock) -> None:
    other = connections["default"].copy()
    windows.open_windows(store, windows.resource_of(store, "depot.orders"))
    with other.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"plumbline.window.{store.pk}.depot.orders"]
        )
        began = clock.now()
        code, _out, err = pull()
    other.close()
    assert (code, err.splitlines()[0]) == (1, "another process is pulling the rest")
    assert timedelta(minutes=5) <= clock.now() - began < timedelta(minutes=6)


def test_the_plan_sends_nothing_and_says_what_it_takes(store: Store, depot: Any, clock: SharedClock) -> None:
    def never(connection: Connection, task: Task) -> Iterator[Answer]:
        raise AssertionError

    depot.Script.run = never
    clock.set(START + 30 * DAY)
    code, out, _err = pull(plan=True, orders=3_000)
    head, line, whole = out.splitlines()
    assert (code, head.split()) == (0, ["store", "resource", "route", "windows", "least", "time", "calls"])
    assert line.split() == ["Depot", "depot.orders", "report", "2", "0", "s", "2", "report"]
    assert whole == "depot: 2 calls, at least 0 s"
    assert (SyncWindow.objects.exists(), Bucket.objects.exists()) == (False, False)
