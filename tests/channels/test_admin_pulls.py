"""The page Pulls and the tiles: how each store stands, what stops it, what will be lost, and a button."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation
from django_q.models import Schedule

from channels import buckets, schedules
from channels.adapters import adapters
from channels.core.clock import SharedClock
from channels.core.transport import Rate
from channels.models import Heartbeat, Store
from tests.channels.depot import installed, make_depot
from tests.channels.looking import DAY, LIST, NOW, PULLS, said_to, text_of, window_of
from tests.making import make_store

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


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ada"))
    return client


def test_the_page_without_stores_says_where_to_begin(ada: Client) -> None:
    assert "There is no store yet. Set up a store first" in text_of(ada.get(reverse(PULLS)).content)


def test_the_page_says_how_each_resource_stands(ada: Client, store: Store, depot: Any) -> None:
    schedules.arrange()
    Schedule.objects.filter(func=schedules.PULL).update(next_run=NOW + timedelta(minutes=4))
    Heartbeat.objects.create(name="cluster", at=datetime.now(UTC))
    window_of(store, 0, state="green", ends_at=NOW - timedelta(hours=30), closed_at=NOW - DAY)
    window_of(
        store, 0, starts_at=NOW - timedelta(hours=30), ends_at=NOW - DAY, state="red",
        reason="the channel says 5 records, 4 came",
    )  # fmt: skip
    make_store(store.company, name="Maple US")
    said = text_of(ada.get(reverse(PULLS)).content)
    assert (
        "Orders depot.orders Incomplete 2026-09-01 – 2026-11-19 14:00 30 h 1 0 2026-11-19 20:00 2026-11-20 20:04 "
        "from 2027-02-17 on Pull now The channel says there are 5 records; 4 came."
    ) in said
    assert "Stores without credentials Maple US Amazon" in said
    assert "The tasks" not in said


def test_the_page_says_that_nothing_runs(ada: Client, store: Store) -> None:
    assert "The tasks have never run, so nothing is pulled" in text_of(ada.get(reverse(PULLS)).content)
    Heartbeat.objects.create(name="cluster", at=datetime.now(UTC) - timedelta(minutes=4))
    assert "The tasks do not run, so nothing is pulled" in text_of(ada.get(reverse(PULLS)).content)


def test_a_refused_store_says_what_to_do(ada: Client, store: Store) -> None:
    Store.objects.update(refused="the key is wrong")
    window_of(store, state="red", reason="the key is wrong")
    said = text_of(ada.get(reverse(PULLS)).content)
    assert "The channel refuses this store: the key is wrong Nothing of it is pulled until that is mended." in said
    assert said.count("the key is wrong") == 1


def test_quotas_are_shown_as_full_as_they_are_now(ada: Client, store: Store, depot: Any) -> None:
    mine = buckets.Owner.of("depot", "app", "")
    for _ in range(5):
        buckets.take(mine, "list", Rate(1.0, 10.0), 1, NOW - timedelta(seconds=2))
    buckets.throttled(mine, "list", Rate(1.0, 10.0))
    buckets.take(buckets.Owner.of("depot", "app", "another seller"), "report", Rate(0.02, 5.0), 1, NOW)
    buckets.take(buckets.Owner.of("depot", "app", "another seller"), "app", Rate(2.0, 4.0, shared=True), 1, NOW)
    said = text_of(ada.get(reverse(PULLS)).content)
    _, _, quotas = said.partition("refused for haste ")
    assert re.sub(r"\d\.\d", "N", quotas).startswith("app shared by all stores of the application N N 1 0 list N 9 5 1")
    assert "report" not in quotas


@pytest.mark.parametrize("resource", ["", "depot.orders"])
def test_pull_now_brings_the_schedule_forward(ada: Client, store: Store, resource: str) -> None:
    window = window_of(store, state="red", not_before=NOW + timedelta(hours=4))
    reply = ada.post(reverse(PULLS), {"store": store.pk, "resource": resource})
    assert (reply.status_code, reply.headers["Location"]) == (302, f"{reverse(PULLS)}#store-{store.pk}")
    assert said_to(reply) == ["Depot will be pulled once the tasks run: Orders."]
    window.refresh_from_db()
    assert window.not_before is None
    assert Schedule.objects.get(func=schedules.PULL).next_run <= datetime.now(UTC)


def test_pull_now_says_when_it_will_be(ada: Client, store: Store) -> None:
    Heartbeat.objects.create(name="cluster", at=datetime.now(UTC))
    assert said_to(ada.post(reverse(PULLS), {"store": store.pk})) == ["Depot is pulled within a minute: Orders."]


@pytest.mark.parametrize(
    ("windows", "state"),
    [
        ([], "Not begun"),
        ([(79, "ready")], "Being pulled"),
        ([(79, "green"), (80, "green")], "Up to date"),
        ([(80, "green"), (81, "ready")], "Up to date"),  # it has just begun
        ([(70, "ready"), (79, "green"), (80, "working")], "Catching up"),
        ([(70, "green"), (71, "ready")], "Catching up"),
        ([(70, "green")], "Behind"),
        ([(70, "red"), (79, "green")], "Incomplete"),
    ],
)
def test_a_resource_has_one_state(ada: Client, store: Store, windows: list[tuple[int, str]], state: str) -> None:
    for day, one in windows:
        window_of(store, day, state=one)
    [card] = ada.get(reverse(PULLS)).context["cards"]
    assert [str(line.state) for line in card.lines] == [state]


@pytest.mark.parametrize(
    ("change", "asked"),
    [({"pulls": False}, {}), ({"credentials": None}, {}), ({}, {"resource": "depot.ads"})],
)
def test_pull_now_of_what_is_not_pulled_is_said(
    ada: Client, store: Store, change: dict[str, Any], asked: dict[str, str]
) -> None:
    Store.objects.update(**change) if change else None
    assert said_to(ada.post(reverse(PULLS), {"store": store.pk, **asked})) == ["Depot is set not to pull that."]
    assert not Schedule.objects.filter(func=schedules.PULL, next_run__lte=datetime.now(UTC)).exists()


@pytest.mark.parametrize("asked", [{}, {"store": "x"}, {"store": "0"}])
def test_pull_now_of_no_store_is_not_found(ada: Client, store: Store, asked: dict[str, str]) -> None:
    assert ada.post(reverse(PULLS), asked).status_code == 404


def test_the_schedule_of_a_pull_is_said_in_words(ada: Client, store: Store) -> None:
    schedules.arrange()
    assert "Pull Depot: Orders" in text_of(ada.get(reverse("admin:django_q_schedule_changelist")).content)


def test_tiles_say_what_keeps_pulls_from_being_complete(ada: Client, store: Store) -> None:
    def tiles() -> dict[str, tuple[int, str]]:
        found = ada.get(reverse("admin:index")).context["tiles"]
        return {str(one["label"]): (one["count"], one["url"]) for one in found if "/rawpage/" not in one["url"]}

    assert set(tiles()) == {"open discrepancies"}
    window_of(store, 1, state="red")
    window_of(store, 2, state="ready")
    window_of(store, 40, state="red")
    Store.objects.update(refused="the key is wrong")
    found = tiles()
    del found["open discrepancies"]
    assert found == {
        "stores are refused by their channel": (1, reverse(PULLS)),
        "periods of pulls are incomplete": (2, f"{reverse(LIST)}?state=red"),
        "periods will be lost within 14 days": (2, f"{reverse(LIST)}?state=soon"),
    }


def test_what_is_pulled_has_a_chinese_name() -> None:
    titles = {one.title for adapter in adapters() if adapter.source for one in adapter.source.resources}
    with translation.override("zh-hans"):
        assert sorted(title for title in titles if translation.gettext(title) == title) == []
