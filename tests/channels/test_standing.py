"""How far pulls are complete, what waits, what is lost, how fast it goes."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.utils import translation

from channels.core.clock import SharedClock
from channels.models import Fetch, RawPage, Store, SyncWindow
from channels.shown import lasting
from channels.standing import paces, standings
from tests.channels.depot import installed, make_depot
from tests.channels.looking import DAY, NOW, START, window_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def clock(tmp_path: Path) -> Iterator[SharedClock]:
    shared = SharedClock(tmp_path / "clock")
    shared.set(NOW)
    with override_settings(CLOCK=shared.path):
        yield shared


@pytest.fixture
def depot(tmp_path: Path, clock: SharedClock) -> Iterator[Any]:
    with installed(tmp_path) as module:
        yield module


@pytest.fixture
def store(depot: Any) -> Store:
    return make_depot(timezone="Asia/Singapore")


def standing(store: Store) -> Any:
    [row] = standings([store], NOW)[store.pk]
    return row


def test_the_unbroken_stretch_is_the_one_that_ends_last(store: Store) -> None:
    for day in (0, 1, 3, 4):
        window_of(store, day, state="green")
    window_of(store, 2, state="red")
    window_of(store, 5, state="ready")
    row = standing(store)
    assert (row.since, row.until) == (START + 3 * DAY, START + 5 * DAY)
    assert (row.windows, row.complete, row.red, row.waiting) == (6, 4, 1, 1)
    assert (row.behind(NOW), row.late(NOW)) == (NOW - START - 5 * DAY, True)


def test_reading_again_does_not_break_the_stretch_and_failing_then_does(store: Store) -> None:
    window_of(store, 0, state="green")
    again = window_of(store, 1, state="working", closed_at=NOW - DAY)
    assert (standing(store).since, standing(store).until) == (START, START + 2 * DAY)
    SyncWindow.objects.filter(pk=again.pk).update(state="red", failures=1)
    assert (standing(store).since, standing(store).until) == (START, START + DAY)


def test_a_store_that_has_not_begun_stands_nowhere(store: Store) -> None:
    row = standing(store)
    assert (row.windows, row.since, row.until, row.last, row.next_run, row.lost_at) == (0, None, None, None, None, None)
    assert (row.behind(NOW), row.late(NOW), row.soon(NOW)) == (None, False, False)


def test_what_is_lost_and_what_will_be(store: Store) -> None:
    window_of(store, -20, state="red")  # 90 days ago and ten more
    window_of(store, 1, state="ready")
    window_of(store, 2, state="red")
    window_of(store, -19, state="green")
    row = standing(store)
    assert (row.gone, row.lost_at, row.soon(NOW)) == (1, START + DAY + 90 * DAY, True)


def test_nothing_is_lost_of_a_store_to_which_it_is_given_for_good(store: Store) -> None:
    store.credentials["all"] = "yes"
    store.save()
    window_of(store, -20, state="red")
    row = standing(store)
    assert (row.gone, row.lost_at) == (0, None)


def test_a_running_pull_has_a_pace_and_an_end(store: Store) -> None:
    for day in range(4):
        window_of(store, day, state="green", closed_at=NOW - timedelta(minutes=day + 1), pages=2, rows=20)
    window_of(store, 4, state="ready")
    working = window_of(store, 5, state="working", pages=1, rows=10)
    page = RawPage.objects.create(
        company=store.company, store=store, resource="depot.orders", digest="d", archived_digest="d", size=1, body="b",
        fetched_at=NOW, recorded_at=NOW, summary={"rows": {"orders": 20, "money lines": 40}},
    )  # fmt: skip
    for number, ago in enumerate((20, 4, 3, 2, 1), 1):  # minutes; the first is too long ago to count
        Fetch.objects.create(
            window=working, attempt=1, number=number, page=page, fetched_at=NOW - timedelta(minutes=ago), loaded=True
        )
    pace = paces([standing(store)], NOW)[store.pk]
    assert (pace.complete, pace.windows, pace.pages, pace.rows) == (4, 6, 9, 90)
    assert (pace.pages_a_minute, pace.rows_a_second, pace.left) == (1.0, 1.0, timedelta(minutes=2))
    later = NOW + timedelta(minutes=5)
    assert paces(standings([store], later)[store.pk], later) == {}


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (None, "–"), (timedelta(seconds=59), "under 1 min"), (timedelta(minutes=90), "90 min"),
        (timedelta(hours=30), "30 h"), (timedelta(days=12), "12 days"),
    ],
)  # fmt: skip
def test_spans_are_said_in_one_unit(span: timedelta | None, said: str) -> None:
    assert lasting(span) == said
