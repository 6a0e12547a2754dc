"""What people see of pulls: windows with their reasons, the page Pulls, the tiles; and another try at once."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation
from django_q.models import Schedule

from channels import buckets, reasons, schedules
from channels.adapters import adapters
from channels.core.clock import SharedClock
from channels.core.transport import Rate
from channels.models import Fetch, Heartbeat, RawPage, Store, SyncWindow
from channels.shown import lasting
from channels.standing import paces, standings
from tests.channels.depot import answer, chain, installed, make_depot, orders
from tests.making import make_store

START = datetime(2026, 9, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LIST, PULLS = "admin:channels_syncwindow_changelist", "admin:pulls"

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


def bob(*permissions: str) -> Client:
    user = User.objects.create_user("bob", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def window_of(store: Store, day: int = 0, **fields: Any) -> SyncWindow:
    at = START + day * DAY
    values = {"resource": "depot.orders", "route": "pages", "starts_at": at, "ends_at": at + DAY, **fields}
    if values.get("state") == "green":
        values.setdefault("closed_at", NOW - DAY)
    return SyncWindow.objects.create(store=store, **values)


def text_of(html: bytes) -> str:
    """The words of the main part of a page."""
    body = html.decode().split('id="main"', 1)[-1]
    body = re.sub(r"<script.*?</script>|<style.*?</style>", " ", body, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).replace("&#x27;", "'").split())


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


@pytest.mark.parametrize(
    ("reason", "english", "chinese"),
    [
        ("waits for the channel's quota: 1,200 s", "Waits for the channel's quota: 1,200 s.",
         "正在等待平台的调用额度：1,200 秒。"),
        ("the channel answers in another shape: the chain of answers ended before its last one",
         "The channel answers in another shape than is known: The answers ended before the last one.",
         "平台的响应格式与已知的不同：响应在最后一个之前就中断了。"),
        ("2 records could not be read; see its pages", "2 records could not be read; see its pages.",
         "有 2 条记录无法读取；请查看其文件。"),
        ("Depot lacks credentials: API key; set them in the admin under Stores", "Depot lacks credentials: API key.",
         "Depot 缺少凭证：API key。"),
        ("settlement 7 is in SEK, and no store of this seller keeps that currency; add the store of that marketplace",
         "settlement 7 is in SEK, and no store of this seller keeps that currency: add the store of that marketplace.",
         "settlement 7 的币种是 SEK，而该卖家没有使用此币种的店铺：请添加对应站点的店铺。"),
        ("an answer cannot be read, and is kept sealed: the file is empty",
         "An answer cannot be read, and is kept sealed: The file is empty.",
         "有一个响应无法读取，已加密封存：文件为空。"),
        ("p.json cannot be taken: the file is empty", "p.json cannot be taken: The file is empty.",
         "p.json 无法接收：文件为空。"),
        ("the vendor's own words", "the vendor's own words", "the vendor's own words"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_reasons_are_said_in_the_persons_language(reason: str, english: str, chinese: str) -> None:
    with translation.override("en"):
        assert reasons.in_words(reason) == english
    with translation.override("zh-hans"):
        assert reasons.in_words(reason) == chinese


def test_what_is_lost_is_said(store: Store) -> None:
    window = window_of(store, -20, state="red", reason="down")
    assert reasons.explained(window) == "down · The channel no longer gives it out since 2026-11-10."
    assert reasons.explained(window_of(store, 1, state="green", reason="down")) == ""


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


def said_to(reply: Any) -> list[str]:
    return [str(one) for one in get_messages(reply.wsgi_request)]


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


def test_no_credential_is_on_any_of_these_pages(ada: Client, store: Store) -> None:
    window = window_of(store)
    urls = [reverse(LIST), reverse("admin:channels_syncwindow_change", args=[window.pk]), reverse(PULLS)]
    assert ["secret-depot-key" in ada.get(url).content.decode() for url in urls] == [False] * 3


def test_what_is_pulled_has_a_chinese_name() -> None:
    titles = {one.title for adapter in adapters() if adapter.source for one in adapter.source.resources}
    with translation.override("zh-hans"):
        assert sorted(title for title in titles if translation.gettext(title) == title) == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_open_in_both_languages(ada: Client, store: Store, depot: Any, language: str) -> None:
    depot.Script.run = chain(answer(orders("A"), closed=True))
    window = window_of(store, state="red", reason="down")
    ada.cookies["django_language"] = language
    urls = [reverse(LIST), reverse("admin:channels_syncwindow_change", args=[window.pk]), reverse(PULLS)]
    assert [ada.get(url).status_code for url in urls] == [200, 200, 200]


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (None, "–"), (timedelta(seconds=59), "under 1 min"), (timedelta(minutes=90), "90 min"),
        (timedelta(hours=30), "30 h"), (timedelta(days=12), "12 days"),
    ],
)  # fmt: skip
def test_spans_are_said_in_one_unit(span: timedelta | None, said: str) -> None:
    assert lasting(span) == said


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
