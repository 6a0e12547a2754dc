"""Windows of pulls in the admin: what is incomplete first, why, and another try at once."""

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

from channels import schedules
from channels.core.clock import SharedClock
from channels.models import Fetch, RawPage, Store, SyncWindow
from tests.channels.depot import answer, chain, installed, make_depot, orders
from tests.channels.looking import LIST, NOW, PULLS, START, bob, said_to, text_of, window_of

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


def listed(client: Client, **asked: str) -> list[int]:
    """The windows of the list, in its order."""
    found = client.get(reverse(LIST), asked).context["cl"].result_list
    return [window.pk for window in found]


def test_what_is_incomplete_comes_first_and_what_is_lost_soonest(ada: Client, store: Store) -> None:
    green = window_of(store, 9, state="green")
    ready, working = window_of(store, 8), window_of(store, 7, state="working")
    late, early = window_of(store, 6, state="red"), window_of(store, 5, state="red")
    again = window_of(store, 4, state="red", closed_at=NOW)  # was complete once, so nothing of it is lost
    assert listed(ada) == [one.pk for one in (early, late, again, working, ready, green)]


def test_the_list_is_filtered(ada: Client, store: Store, depot: Any) -> None:
    two = make_depot(company=store.company, name="Depot two")
    gone = window_of(store, -20, state="red")
    soon, red = window_of(store, 1, state="red"), window_of(store, 40, state="red")
    ready, green = window_of(store, 41), window_of(two, 42, state="green")
    assert listed(ada, state="red") == [gone.pk, soon.pk, red.pk]
    assert listed(ada, state="soon") == [soon.pk]
    assert listed(ada, state="gone") == [gone.pk]
    assert listed(ada, state="open") == [ready.pk]
    assert listed(ada, state="green") == [green.pk]
    assert listed(ada, store__id__exact=str(two.pk)) == [green.pk]
    assert listed(ada, resource="depot.orders", state="open") == [ready.pk]
    assert listed(ada, resource="shopee.orders") == []
    # Days are the stores' own: the 41st window of the store in Singapore ends there on 13 October at 8.
    assert listed(ada, starts_at_from="2026-10-13", starts_at_to="2026-10-13") == [ready.pk, green.pk]
    assert listed(ada, starts_at_from="2026-10-14") == []
    assert listed(ada, starts_at_to="2026-08-12") == [gone.pk]
    assert listed(ada, starts_at_from="nonsense", state="green") == [green.pk]


def test_a_line_is_in_the_stores_own_time_and_says_why(ada: Client, store: Store) -> None:
    window_of(
        store, 1, state="red", reason="the channel says 1,204 records, 1,180 came", failures=2, pages=3, rows=1_180,
        not_before=NOW + timedelta(minutes=5),
    )  # fmt: skip
    said = text_of(ada.get(reverse(LIST)).content)
    assert (
        "Depot Orders 2026-09-02 08:00 – 2026-09-03 08:00 Incomplete The channel says there are 1,204 records; "
        "1,180 came. · It can be had until 2026-12-01. 3 1,180 2026-11-20 20:05"
    ) in said
    ada.cookies["django_language"] = "zh-hans"
    assert "不完整 平台称有 1,204 条记录，实际收到 1,180 条。 · 在 2026-12-01 之前仍可取得。" in text_of(
        ada.get(reverse(LIST)).content
    )


def test_a_window_shows_its_counts_and_the_way_to_its_pages(ada: Client, store: Store) -> None:
    window = window_of(
        store, 1, state="red", reason="the channel says 5 records, 4 came", attempt=2, pages=2, rows=8, records=4,
        expected=5, unreadable=1, failures=3,
    )  # fmt: skip
    page = RawPage.objects.create(
        company=store.company, store=store, resource="depot.orders", name="answer 1", digest="d", archived_digest="d",
        size=1, body="b", fetched_at=NOW, recorded_at=NOW,
    )  # fmt: skip
    Fetch.objects.create(window=window, attempt=2, number=1, page=page, records=4, fetched_at=NOW, loaded=True)
    reply = ada.get(reverse("admin:channels_syncwindow_change", args=[window.pk]))
    said = text_of(reply.content)
    assert "pages 2 records 4 records, as the channel says 5 unreadable 1 rows 8" in said
    assert "attempt 2 failures in a row 3 complete since – next try with the next run" in said
    assert "2 1 answer 1 4 2026-11-20 20:00" in said
    assert reverse("admin:channels_rawpage_change", args=[page.pk]) in reply.content.decode()


def test_a_window_that_is_not_there_leads_to_the_list(ada: Client) -> None:
    assert ada.get(reverse("admin:channels_syncwindow_change", args=[1])).headers["Location"] == reverse(LIST)


def test_windows_are_only_looked_at(ada: Client, store: Store) -> None:
    window = window_of(store)
    change = reverse("admin:channels_syncwindow_change", args=[window.pk])
    assert ada.post(change, {"state": "green"}).status_code == 404
    assert ada.get(reverse("admin:channels_syncwindow_add")).status_code == 403
    assert ada.post(reverse("admin:channels_syncwindow_delete", args=[window.pk]), {"post": "yes"}).status_code == 403


def test_windows_are_tried_again_now(ada: Client, store: Store) -> None:
    later = NOW + timedelta(hours=3)
    red = window_of(store, 1, state="red", not_before=later)
    green = window_of(store, 2, state="green", again_at=later)
    other = window_of(store, 3, state="ready", not_before=later)
    reply = ada.post(reverse(LIST), {"action": "try_again", "_selected_action": [red.pk, green.pk]})
    assert said_to(reply) == ["2 windows are tried again within a minute."]
    for window in (red, green, other):
        window.refresh_from_db()
    assert (red.not_before, other.not_before, green.state) == (None, later, "green")
    assert green.again_at is not None
    assert green.again_at - NOW < timedelta(minutes=1)
    assert Schedule.objects.get(func=schedules.PULL).next_run <= datetime.now(UTC)


def test_one_window_is_tried_again_from_its_page(ada: Client, store: Store) -> None:
    window = window_of(store, state="red", not_before=NOW + timedelta(hours=3))
    url = reverse("admin:channels_syncwindow_again", args=[window.pk])
    assert ada.get(url).status_code == 405
    reply = ada.post(url)
    window.refresh_from_db()
    assert (window.not_before, said_to(reply)) == (None, ["1 window is tried again within a minute."])


def test_a_store_that_does_not_pull_is_said_so(ada: Client, store: Store) -> None:
    Store.objects.update(pulls=False)
    window = window_of(store, state="red", not_before=NOW + timedelta(hours=3))
    reply = ada.post(reverse("admin:channels_syncwindow_again", args=[window.pk]))
    assert said_to(reply) == ["Depot: this store is set not to pull by itself."]


def test_who_may_only_look_cannot_try_again(store: Store) -> None:
    window = window_of(store, state="red", not_before=NOW)
    looks = bob("view_syncwindow")
    assert looks.get(reverse(LIST)).status_code == 200
    assert (
        "Try again now" not in looks.get(reverse("admin:channels_syncwindow_change", args=[window.pk])).content.decode()
    )
    assert looks.post(reverse("admin:channels_syncwindow_again", args=[window.pk])).status_code == 403
    looks.post(reverse(LIST), {"action": "try_again", "_selected_action": [window.pk]})
    window.refresh_from_db()
    assert window.not_before == NOW
    page = looks.get(reverse(PULLS))
    assert (page.status_code, "Pull now" in page.content.decode()) == (200, False)
    assert looks.post(reverse(PULLS), {"store": store.pk}).status_code == 403


def test_who_may_not_look_sees_nothing(store: Store) -> None:
    window = window_of(store)
    stranger = bob("change_store")
    urls = [reverse(LIST), reverse("admin:channels_syncwindow_change", args=[window.pk]), reverse(PULLS)]
    assert [stranger.get(url).status_code for url in urls] == [403, 403, 403]
    assert stranger.post(reverse("admin:channels_syncwindow_again", args=[window.pk])).status_code == 403


def test_no_credential_is_on_any_of_these_pages(ada: Client, store: Store) -> None:
    window = window_of(store)
    urls = [reverse(LIST), reverse("admin:channels_syncwindow_change", args=[window.pk]), reverse(PULLS)]
    assert ["secret-depot-key" in ada.get(url).content.decode() for url in urls] == [False] * 3


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_open_in_both_languages(ada: Client, store: Store, depot: Any, language: str) -> None:
    depot.Script.run = chain(answer(orders("A"), closed=True))
    window = window_of(store, state="red", reason="down")
    ada.cookies["django_language"] = language
    urls = [reverse(LIST), reverse("admin:channels_syncwindow_change", args=[window.pk]), reverse(PULLS)]
    assert [ada.get(url).status_code for url in urls] == [200, 200, 200]


def test_the_list_asks_the_database_no_more_for_many_windows(
    ada: Client, store: Store, django_assert_max_num_queries: Any
) -> None:
    SyncWindow.objects.bulk_create(
        SyncWindow(
            store=store, resource="depot.orders", route="pages", starts_at=START + hour * timedelta(hours=1),
            ends_at=START + (hour + 1) * timedelta(hours=1), state="red",
        )
        for hour in range(60)
    )  # fmt: skip
    with django_assert_max_num_queries(10):
        ada.get(reverse(LIST))
    with django_assert_max_num_queries(14):
        ada.get(reverse(PULLS))
