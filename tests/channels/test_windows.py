"""Time is cut into windows that tile it; each goes to one worker; green is proof."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from channels import windows
from channels.core.clock import SharedClock
from channels.core.transport import best_route
from channels.models import Store, SyncWindow
from tests.channels.depot import installed, make_depot

START = datetime(2026, 9, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def depot(tmp_path: Path) -> Iterator[Any]:
    with installed(tmp_path) as module:
        yield module


@pytest.fixture
def clock(tmp_path: Path) -> Iterator[SharedClock]:
    shared = SharedClock(tmp_path / "clock")
    shared.set(START + 20 * DAY)
    with override_settings(CLOCK=shared.path):
        yield shared


@pytest.fixture
def store(depot: Any, db: None) -> Store:
    return make_depot()


def periods(store: Store) -> list[tuple[datetime, datetime]]:
    return list(SyncWindow.objects.filter(store=store).order_by("starts_at").values_list("starts_at", "ends_at"))


def resource(store: Store) -> Any:
    return windows.resource_of(store, "depot.orders")


def test_windows_tile_the_time_from_the_go_live_on(store: Store, clock: SharedClock) -> None:
    windows.open_windows(store, resource(store))
    found = periods(store)
    assert found[0][0] == START
    assert all(end == start for (_, end), (start, _) in pairwise(found))
    assert clock.now() - found[-1][1] < timedelta(seconds=5)


def test_opening_again_adds_only_what_has_passed_since(store: Store, clock: SharedClock) -> None:
    windows.open_windows(store, resource(store))
    before = periods(store)
    assert windows.open_windows(store, resource(store)) == 0
    clock.sleep(900)
    assert windows.open_windows(store, resource(store)) == 1
    found = periods(store)
    assert found[:-1] == before
    assert found[-1][0] == before[-1][1]


def test_an_earlier_beginning_fills_the_time_before(store: Store, clock: SharedClock) -> None:
    windows.open_windows(store, resource(store))
    first = periods(store)[0]
    windows.open_windows(store, resource(store), since=START - 10 * DAY)
    found = periods(store)
    assert found[0][0] == START - 10 * DAY
    assert first in found
    assert all(end == start for (_, end), (start, _) in pairwise(found))


def test_a_vendor_is_not_asked_for_what_has_not_been(store: Store, clock: SharedClock) -> None:
    clock.set(datetime.now(UTC) + 40 * DAY)
    windows.open_windows(store, resource(store))
    assert periods(store)[-1][1] <= datetime.now(UTC)
    store.endpoint = "http://127.0.0.1:8100/depot"
    windows.open_windows(store, resource(store))
    assert periods(store)[-1][1] > datetime.now(UTC) + 39 * DAY


def test_whole_weeks_follow_where_the_zone_of_the_store_was_corrected(store: Store, clock: SharedClock) -> None:
    route = replace(resource(store).routes[0], longest=7 * DAY)
    weekly = replace(resource(store), aligned="week", routes=(route,), overlap=timedelta(0))
    sunday = datetime(2026, 8, 30, tzinfo=UTC)
    window_of(store, starts_at=sunday - 7 * DAY, ends_at=sunday)
    store.timezone, shift = "America/Los_Angeles", timedelta(hours=7)
    store.go_live = None
    found = windows.missing(store, weekly, START + 20 * DAY, since=sunday)
    assert [(cut.starts_at, cut.ends_at) for cut in found] == [
        (sunday, sunday + 7 * DAY + shift), (sunday + 7 * DAY + shift, sunday + 14 * DAY + shift),
        (sunday + 14 * DAY + shift, sunday + 21 * DAY + shift),
    ]  # fmt: skip
    assert windows.missing(store, weekly, START + 4 * DAY, since=sunday) == []


def test_a_week_with_an_hour_more_is_one_window(store: Store) -> None:
    route = replace(resource(store).routes[0], longest=7 * DAY)
    weekly = replace(resource(store), aligned="week", routes=(route,), overlap=timedelta(0))
    store.timezone = "America/Los_Angeles"
    starts, ends = datetime(2025, 11, 2, 7, tzinfo=UTC), datetime(2025, 11, 9, 8, tzinfo=UTC)
    window_of(store, starts_at=starts - 7 * DAY, ends_at=starts)
    found = windows.missing(store, weekly, ends + DAY, since=starts)
    assert [(cut.starts_at, cut.ends_at) for cut in found] == [(starts, ends)]


def test_the_route_with_the_least_time_is_taken(store: Store, depot: Any) -> None:
    found = resource(store)
    few = best_route(found, depot.ADAPTER.source, DAY, pace=4)
    many = best_route(found, depot.ADAPTER.source, 20 * DAY, pace=1_000)
    assert (few.name, many.name) == ("pages", "report")


def test_what_the_channel_does_not_keep_is_not_asked_for(depot: Any, db: None, clock: SharedClock) -> None:
    store = make_depot(go_live="2020-01-01")
    windows.open_windows(store, resource(store))
    assert abs(periods(store)[0][0] - (clock.now() - 90 * DAY)) < timedelta(seconds=5)


def test_a_credential_may_lift_what_the_channel_does_not_keep(depot: Any, db: None, clock: SharedClock) -> None:
    store = make_depot(go_live="2020-01-01")
    store.credentials["all"] = "yes"
    store.save()
    windows.open_windows(store, resource(store))
    assert periods(store)[0][0] == datetime(2020, 1, 1, tzinfo=UTC)
    assert windows.lost_after(SyncWindow.objects.filter(store=store)[0]) is None


def test_a_resource_may_begin_before_the_others(store: Store, clock: SharedClock) -> None:
    windows.open_windows(store, replace(resource(store), lead=14 * DAY))
    assert periods(store)[0][0] == START - 14 * DAY


def window_of(store: Store, **fields: Any) -> SyncWindow:
    values = {"resource": "depot.orders", "route": "pages", "starts_at": START, "ends_at": START + DAY, **fields}
    return SyncWindow.objects.create(store=store, **values)


def test_a_closed_window_is_green_and_read_again_later(store: Store, clock: SharedClock) -> None:
    clock.set(START + DAY)
    window = window_of(store, records=2, expected=2)
    windows.close(window, resource(store))
    assert (window.state, window.again_at) == ("green", START + 3 * DAY)
    assert not windows.due(store, "depot.orders", clock.now()).exists()
    clock.sleep(2.1 * 86_400)
    assert windows.due(store, "depot.orders", clock.now()).get() == window


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"records": 1, "expected": 2}, "the channel says 2 records, 1 came"),
        ({"records": 2, "unreadable": 1}, "1 records could not be read; see its pages"),
    ],
)
def test_a_count_that_does_not_agree_is_red(store: Store, clock: SharedClock, counts: Any, said: str) -> None:
    window = window_of(store, **counts)
    windows.close(window, resource(store))
    assert (window.state, window.reason, window.records) == ("red", said, 0)


def test_a_report_of_weeks_is_believed_to_be_empty_the_third_time_only(store: Store, clock: SharedClock) -> None:
    weekly, window = replace(resource(store), aligned="week"), window_of(store)
    said = []
    for _ in range(3):
        windows.close(window, weekly)
        said.append((window.state, window.reason))
    wait = "nothing came; statistics without a line are believed only when asked 3 times"
    assert said == [("red", wait), ("red", wait), ("green", "")]


def test_a_window_that_the_channel_had_dropped_in_part_is_never_complete(store: Store, clock: SharedClock) -> None:
    clock.set(START + 95 * DAY)
    late, known = window_of(store), window_of(store, starts_at=START + DAY, ends_at=START + 2 * DAY, closed_at=START)
    said = []
    for window in (late, late, known):
        windows.close(window, resource(store))
        said.append((window.state, window.reason, window.failures))
    why = "it was read when the channel no longer gave out its beginning"
    assert said == [("red", why, 1), ("red", why, 1), ("green", "", 0)]
    store.credentials["all"] = "yes"
    late.store = store
    windows.close(late, resource(store))
    assert late.state == "green"


def test_pauses_grow_and_a_hurry_does_not_wait(store: Store, clock: SharedClock) -> None:
    window, waits = window_of(store), []
    for _ in range(6):
        windows.fail(window, "down")
        assert window.not_before is not None
        waits.append(round((window.not_before - clock.now()).total_seconds(), -1))
    assert waits == [60, 300, 900, 3600, 14400, 14400]
    assert not windows.due(store, "depot.orders", clock.now()).exists()
    assert windows.due(store, "depot.orders", clock.now(), hurry=True).get() == window


@pytest.mark.parametrize("wait", [1e9, float("inf"), float("nan")])
def test_no_vendor_makes_a_window_wait_for_more_than_a_day(store: Store, clock: SharedClock, wait: float) -> None:
    window = window_of(store)
    windows.postpone(window, wait)
    assert window.not_before is not None
    assert window.not_before - clock.now() <= DAY


def test_what_will_be_lost_is_said_with_its_date(store: Store, clock: SharedClock) -> None:
    window = window_of(store, state="red", reason="down")
    assert windows.explained(window) == "down; can be had until 2026-11-30"
    clock.sleep(100 * 86_400)
    assert windows.explained(window) == "down; the channel no longer gives it out since 2026-11-30"


@pytest.mark.django_db(transaction=True)
def test_one_worker_claims_a_resource_at_a_time(depot: Any) -> None:
    from django.db import connections  # noqa: PLC0415

    store = make_depot()
    other = connections["default"].copy()
    with windows.claimed(store, "depot.orders") as mine:
        with other.cursor() as cursor:
            cursor.execute(
                "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [f"plumbline.window.{store.pk}.depot.orders"]
            )
            theirs = cursor.fetchone()[0]
        assert (mine, theirs) == (True, False)
    other.close()
