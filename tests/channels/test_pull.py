"""A page is archived before it is read, the cursor moves with the data, and nothing that fails passes for nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import override_settings

from channels import windows
from channels.core.clock import SharedClock
from channels.core.errors import Changed, Refused, Throttled, Unavailable
from channels.core.transport import Answer, Connection, Resource, Task
from channels.load import replay_facts
from channels.models import Charge, Delivery, Fetch, Order, RawPage, Store, SyncWindow
from channels.pull import pull
from reports.digest import digests
from tests.channels.depot import answer, chain, installed, make_depot, orders
from tests.making import make_company

START = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
def clock(tmp_path: Path) -> Iterator[SharedClock]:
    shared = SharedClock(tmp_path / "clock")
    shared.set(START + timedelta(days=1))
    with override_settings(CLOCK=shared.path):
        yield shared


@pytest.fixture
def depot(tmp_path: Path, clock: SharedClock) -> Iterator[Any]:
    with installed(tmp_path) as module:
        yield module


pytestmark = pytest.mark.django_db


@pytest.fixture
def store(depot: Any, db: None) -> Store:
    return make_depot()


def the_resource(store: Store) -> Resource:
    return windows.resource_of(store, "depot.orders")


def run(store: Store, **options: Any) -> SyncWindow:
    resource = the_resource(store)
    if not SyncWindow.objects.filter(store=store).exists():
        windows.open_windows(store, resource)
    pull(store, resource, **options)
    return SyncWindow.objects.get(store=store)


def refs(store: Store) -> list[str]:
    return list(Order.objects.filter(store=store).order_by("ref").values_list("ref", flat=True))


def test_a_chain_is_read_to_its_end(store: Store, depot: Any) -> None:
    depot.Script.run = chain(
        answer(orders("A", "B"), resume="1"), answer(orders("C"), resume="2", closed=True, expected=3)
    )
    window = run(store)
    assert (window.state, window.pages, window.rows, window.records, window.expected) == ("green", 2, 6, 3, 3)
    assert refs(store) == ["A", "B", "C"]
    assert list(Fetch.objects.values_list("number", "resume", "closed", "loaded")) == [
        (1, "1", False, True), (2, "2", True, True),
    ]  # fmt: skip
    assert set(RawPage.objects.values_list("state", flat=True)) == {"loaded"}


def test_the_client_is_asked_for_the_window_with_its_overlap(store: Store, depot: Any) -> None:
    asked: list[Task] = []

    def script(connection: Connection, task: Task) -> Iterator[Answer]:
        asked.append(task)
        yield answer(orders(), closed=True)

    depot.Script.run = script
    window = run(store)
    [task] = asked
    assert (task.resource, task.route, task.resume) == ("depot.orders", window.route, "")
    assert (task.since, task.until) == (START - timedelta(minutes=30), window.ends_at)
    assert (window.state, window.rows) == ("green", 0)


@pytest.mark.parametrize(
    ("error", "state", "reason", "cursor"),
    [
        (Unavailable("the depot answers 503"), "red", "the depot answers 503", "1"),
        (Throttled(120), "ready", "waits for the channel's quota: 120 s", "1"),
        (Changed("no list"), "red", "the channel answers in another shape: no list", ""),
        (Refused("the key is wrong"), "red", "the key is wrong", ""),
    ],
)
def test_a_failure_keeps_what_is_here_and_is_tried_again(
    store: Store, depot: Any, clock: SharedClock, error: Exception, state: str, reason: str, cursor: str
) -> None:
    depot.Script.run = chain(answer(orders("A"), resume="1"), error, answer(orders("B"), closed=True, expected=2))
    window = run(store)
    assert (window.state, window.reason, window.cursor) == (state, reason, cursor)
    assert refs(store) == ["A"]
    store.refresh_from_db()
    assert store.refused == ("the key is wrong" if isinstance(error, Refused) else "")
    clock.sleep(4_000)
    window = run(store)
    store.refresh_from_db()
    assert (window.state, window.reason, store.refused, refs(store)) == ("green", "", "", ["A", "B"])


def test_a_chain_that_just_ends_is_not_complete(store: Store, depot: Any) -> None:
    depot.Script.run = chain(answer(orders("A"), resume="1"))
    window = run(store)
    assert (window.state, window.closed_at) == ("red", None)
    assert window.reason == "the channel answers in another shape: the chain of answers ended before its last one"


def test_a_record_that_is_missing_keeps_the_window_red(store: Store, depot: Any) -> None:
    depot.Script.run = chain(answer(orders("A"), closed=True, expected=2))
    assert run(store).reason == "the channel says 2 records, 1 came"


def test_a_page_that_comes_twice_counts_once(store: Store, depot: Any) -> None:
    page = orders("A")
    depot.Script.run = chain(
        answer(page, resume="1"), answer(page, resume="2"), answer(orders("B"), closed=True, expected=2)
    )
    window = run(store)
    assert (window.state, window.pages, window.records, refs(store)) == ("green", 3, 2, ["A", "B"])


def test_an_unreadable_record_is_red_until_it_can_be_read(store: Store, depot: Any, clock: SharedClock) -> None:
    bad = orders("A").replace(b'"10.00"', b"null")
    depot.Script.run = chain(answer(bad, closed=True))
    window = run(store)
    assert (window.state, window.reason) == ("red", "1 records could not be read; see its pages")
    depot.Script.run = chain(answer(orders("A"), closed=True))
    clock.sleep(70)
    assert run(store).state == "green"
    assert refs(store) == ["A"]


def test_a_failure_between_archive_and_load_loses_nothing(store: Store, depot: Any) -> None:
    depot.Script.run = chain(answer(orders("A"), resume="1"), answer(orders("B"), closed=True, expected=2))
    with connection.cursor() as cursor:
        # PostgreSQL stops the load itself, as a machine that dies would.
        cursor.execute(
            "CREATE FUNCTION stop_here() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'stopped'; END $$;"
            "CREATE TRIGGER stop BEFORE INSERT ON channels_charge FOR EACH ROW EXECUTE FUNCTION stop_here()"
        )
        with pytest.raises(Exception, match="stopped"):
            run(store)
        cursor.execute("DROP TRIGGER stop ON channels_charge; DROP FUNCTION stop_here()")
    window = SyncWindow.objects.get()
    assert (window.state, window.pages, window.cursor, refs(store)) == ("red", 0, "", [])
    assert window.reason == "the program failed at this window (ProgrammingError); please report it"
    assert list(Fetch.objects.values_list("number", "loaded")) == [(1, False), (2, False)]
    window = run(store, hurry=True)
    assert (window.state, window.pages, refs(store)) == ("green", 2, ["A", "B"])
    assert Fetch.objects.count() == 2


def test_reading_again_changes_nothing(store: Store, depot: Any, clock: SharedClock) -> None:
    depot.Script.run = chain(answer(orders("A"), closed=True))
    run(store)
    before = list(Charge.objects.values())
    clock.sleep(3 * 86_400)
    window = run(store)
    assert (window.state, window.attempt, window.again_at) == ("green", 2, None)
    assert list(Charge.objects.values()) == before


def test_a_body_that_is_broken_is_sealed_whole_and_never_taken_for_nothing(store: Store, depot: Any) -> None:
    body = orders("A", buyer="Ada Sample")[:-20]
    depot.Script.run = chain(Answer("depot.orders", body, closed=True))
    window = run(store)
    assert window.state == "red"
    assert "cannot be read" in window.reason
    kept = Delivery.objects.get()
    assert (kept.store, kept.topic) == (store, "unparseable")
    assert b"Ada" not in bytes(kept.sealed)
    assert not RawPage.objects.exists()


def test_a_statement_of_another_currency_goes_to_the_sellers_store_of_it(depot: Any) -> None:
    company = make_company()
    store = make_depot(company=company)
    euro = make_depot(company=company, name="Depot EU", currency="EUR")
    depot.Script.run = chain(answer(orders("A"), resume="1", currency="EUR"), answer(orders("B"), closed=True))
    resource = the_resource(store)
    windows.open_windows(store, resource)
    pull(store, resource)
    assert (refs(store), refs(euro)) == (["B"], ["A"])


def test_a_statement_that_no_store_keeps_is_said(store: Store, depot: Any) -> None:
    depot.Script.run = chain(answer(orders("A"), currency="SEK", name="settlement 7", closed=True))
    window = run(store)
    assert window.state == "red"
    assert window.reason == (
        "settlement 7 is in SEK, and no store of this seller keeps that currency; add the store of that marketplace"
    )
    store.refresh_from_db()
    assert store.refused == ""


def test_a_store_without_credentials_says_what_it_lacks(depot: Any) -> None:
    store = make_depot()
    Store.objects.filter(pk=store.pk).update(credentials={"seller": "x"})
    store.refresh_from_db()
    assert run(store).reason == "Depot lacks credentials: API key; set them in the admin under Stores"


def test_an_endpoint_outside_this_machine_is_refused(depot: Any) -> None:
    store = make_depot(endpoint="http://10.0.0.1/")
    depot.Script.run = chain(answer(orders("A"), closed=True))
    with override_settings(ALLOW_LOOPBACK_ENDPOINTS=True):
        assert "is refused" in run(store).reason
    assert refs(store) == []


def test_a_window_that_kills_its_workers_waits_after_the_third(store: Store, depot: Any) -> None:
    def script(connection: Connection, task: Task) -> Iterator[Answer]:
        raise KeyboardInterrupt  # what no worker survives

    depot.Script.run = script
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            run(store)
    window = run(store)
    assert (window.state, window.reason) == ("red", "the worker died at this window; failures in a row: 3")
    assert run(store).failures == 3


def test_a_chain_that_was_read_to_its_end_is_closed_without_asking_again(store: Store, depot: Any) -> None:
    depot.Script.run = chain(answer(orders("A"), resume="1", closed=True))
    window = run(store)
    SyncWindow.objects.filter(pk=window.pk).update(state="working", closed_at=None)
    depot.Script.run = chain(Unavailable("it must not be asked"))
    window = run(store)
    assert (window.state, window.records, window.pages) == ("green", 1, 1)


def test_what_the_channel_says_again_after_something_else_counts_again(store: Store, depot: Any) -> None:
    amounts, pages = [], []
    for amount in ("10.00", "12.00", "10.00", "10.00", "12.00"):
        SyncWindow.objects.filter(store=store).update(again_at=START)
        depot.Script.run = chain(answer(orders("A", amount=amount), resume="1", closed=True))
        assert run(store).state == "green"
        amounts.append(str(Charge.objects.get(store=store).amount))
        pages.append(RawPage.objects.count())
    assert amounts == ["10.000000", "12.000000", "10.000000", "10.000000", "12.000000"]
    assert pages == [1, 2, 3, 3, 4]
    before = list(digests())
    replay_facts(store.company_id, lambda page: None)
    assert list(digests()) == before


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_fails_moves_no_cursor(store: Store, depot: Any) -> None:
    depot.Script.run = chain(answer(orders("A"), resume="1"), answer(orders("B"), resume="2", closed=True, expected=2))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'full'; END $$; "
            "CREATE CONSTRAINT TRIGGER refuse AFTER UPDATE ON channels_fetch DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    try:
        with pytest.raises(DatabaseError):
            run(store)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION refuse CASCADE")
    window = SyncWindow.objects.get(store=store)
    assert (window.state, window.cursor, window.pages, window.records, refs(store)) == ("red", "", 0, 0, [])
    window = run(store, hurry=True)
    assert (window.state, window.pages, window.records, refs(store)) == ("green", 2, 2, ["A", "B"])
