"""A message is handled once a complete window reaches beyond its receipt; back-fills and red windows do not do that."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from channels import windows
from channels.core.clock import SharedClock
from channels.deliveries import Message, take_in
from channels.models import Delivery, Store, SyncWindow
from channels.pull import pull
from tests.channels.depot import answer, chain, installed, make_depot, orders

pytestmark = pytest.mark.django_db
START = datetime(2026, 9, 1, tzinfo=UTC)
NEWS = Message("m1", "orders", b"{}", resources=("depot.orders",))


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


@pytest.fixture
def store(depot: Any, db: None) -> Store:
    return make_depot()


def pulled(store: Store, depot: Any, **last: Any) -> SyncWindow:
    """The latest window after a pull of what is due."""
    resource = windows.resource_of(store, "depot.orders")
    windows.open_windows(store, resource)
    depot.Script.run = chain(answer(orders("A"), closed=True, **last))
    pull(store, resource)
    return SyncWindow.objects.latest("ends_at")


def kept(delivery: Delivery) -> tuple[list[str], datetime | None]:
    delivery.refresh_from_db()
    return delivery.awaited, delivery.handled_at


def test_a_window_that_ends_before_the_message_is_not_its_re_read(store: Store, depot: Any, clock: SharedClock) -> None:
    windows.open_windows(store, windows.resource_of(store, "depot.orders"))
    clock.sleep(60)
    delivery = take_in(store, NEWS)
    assert SyncWindow.objects.get().ends_at < delivery.received_at
    depot.Script.run = chain(answer(orders("A"), closed=True))
    pull(store, windows.resource_of(store, "depot.orders"))
    assert (SyncWindow.objects.get().state, kept(delivery)) == ("green", (["depot.orders"], None))
    clock.sleep(3_600)
    window = pulled(store, depot)
    assert (window.state, kept(delivery)) == ("green", ([], window.closed_at))


def test_an_incomplete_window_handles_nothing(store: Store, depot: Any, clock: SharedClock) -> None:
    delivery = take_in(store, NEWS)
    clock.sleep(60)
    assert pulled(store, depot, expected=2).state == "red"
    assert kept(delivery) == (["depot.orders"], None)


def test_only_messages_of_the_store_and_resource_are_handled(store: Store, depot: Any, clock: SharedClock) -> None:
    other = take_in(make_depot(company=store.company, name="Depot two"), NEWS)
    private = take_in(store, Message("m2", "redact", b"{}", waits=True))
    two = take_in(store, Message("m3", "both", b"{}", resources=("depot.orders",)))
    Delivery.objects.filter(pk=two.pk).update(awaited=["depot.orders", "depot.ads"])
    clock.sleep(60)
    assert pulled(store, depot).state == "green"
    assert (kept(other), kept(private)) == ((["depot.orders"], None), ([], None))
    assert kept(two) == (["depot.ads"], None)


def test_a_message_that_nothing_is_read_for_is_handled_at_once(store: Store) -> None:
    delivery = take_in(store, Message("m4", "themes/publish", b"{}"))
    assert kept(delivery) == ([], delivery.received_at)


def test_proof_that_comes_later_asks_again(store: Store) -> None:
    unsigned = take_in(store, Message("m5", "orders", b"{}", verified=False))
    assert unsigned.handled_at == unsigned.received_at
    take_in(store, Message("m5", "orders", b"{}", resources=("depot.orders",)))
    assert kept(unsigned) == (["depot.orders"], None)
