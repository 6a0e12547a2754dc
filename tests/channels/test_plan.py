"""What a pull would take: windows, calls and the least time, by plain arithmetic on the vendors' quotas."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from channels import plan, windows
from channels.models import Store, SyncWindow
from tests.channels.depot import installed, make_depot

START = datetime(2026, 9, 1, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def depot(tmp_path: Path) -> Iterator[Any]:
    with installed(tmp_path) as module:
        yield module


@pytest.fixture
def store(depot: Any, db: None) -> Store:
    return make_depot()


def steps(store: Store, days: float, **options: Any) -> list[tuple[str, int, dict[str, float]]]:
    work = [(store, windows.resource_of(store, "depot.orders"))]
    return [(one.route.name, one.windows, dict(one.calls)) for one in plan.steps(work, START + days * DAY, **options)]


def test_few_orders_go_by_pages(store: Store) -> None:
    # 17 orders at two a call: 8.5 calls, which the burst of 10 covers, so no other route is quicker.
    assert steps(store, 3.5, orders=17) == [("pages", 1, {"list": 8.5})]


def test_many_orders_go_by_the_report_which_is_one_call_a_window(store: Store) -> None:
    # Windows of 30 days less the overlap: two for 40 days.
    assert steps(store, 40, orders=10_000) == [("report", 2, {"report": 2.0})]


def test_windows_that_are_here_and_not_complete_count_too(store: Store) -> None:
    fields = {"store": store, "resource": "depot.orders", "route": "pages"}
    SyncWindow.objects.create(**fields, starts_at=START, ends_at=START + DAY, state="green")
    SyncWindow.objects.create(**fields, starts_at=START + DAY, ends_at=START + 2 * DAY, state="red")
    # One day is missing, with 8 orders by what was said; the red day is reckoned at the same pace.
    assert steps(store, 3, orders=8) == [("pages", 2, {"list": 8.0})]
    SyncWindow.objects.update(state="green")
    assert steps(store, 2) == []


def test_what_is_cut_already_is_reckoned_at_the_stores_pace_or_as_was_said(store: Store) -> None:
    SyncWindow.objects.create(
        store=store, resource="depot.orders", route="pages", starts_at=START, ends_at=START + 2 * DAY, state="ready"
    )
    assert steps(store, 2) == [("pages", 1, {"list": windows.USUAL_ORDERS})]  # two days, two orders a call
    assert steps(store, 2, orders=30) == [("pages", 1, {"list": 15.0})]


def test_what_the_channel_no_longer_gives_out_is_not_asked_for(store: Store) -> None:
    found = windows.missing(store, windows.resource_of(store, "depot.orders"), START + DAY, since=START - 900 * DAY)
    assert found[0].starts_at == START + DAY - 90 * DAY


def test_a_day_begins_where_the_store_is(store: Store) -> None:
    Store.objects.update(timezone="America/Los_Angeles")
    store.refresh_from_db()
    assert plan.day_start(date(2026, 9, 1), store) == START + timedelta(hours=7)
    assert plan.day_start(None, store) is None


def test_the_least_time_is_that_of_the_tightest_bucket_of_a_seller(store: Store, depot: Any) -> None:
    two = make_depot(company=store.company, name="Depot two")
    resource = windows.resource_of(store, "depot.orders")
    # Of 240 days the channel keeps 90: in windows of 30 days less the overlap these are 4 reports for each store. Of
    # the seller's 8 the burst lets 5 through at once, three more come at 0.02 a second: 150 s.
    Store.objects.update(go_live="2026-01-01")
    store.refresh_from_db()
    two.refresh_from_db()
    found = list(plan.lines([(store, resource), (two, resource)], START + DAY, orders=50_000))
    assert [line.split() for line in found[1:]] == [
        ["Depot", "depot.orders", "report", "4", "0", "s", "4", "report"],
        ["Depot", "two", "depot.orders", "report", "4", "0", "s", "4", "report"],
        "depot: 8 calls, at least 3 min (the quota of report)".split(),
    ]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59.4, "59 s"), (60, "1 min"), (61, "2 min"), (3_599, "1 h 00 min"), (6_480, "1 h 48 min")],
)
def test_durations_are_said_as_people_do(seconds: float, said: str) -> None:
    assert plan.duration(seconds) == said
