"""What is personal is encrypted, kept by the store's policy, and gone on its day."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from channels.models import Delivery, VaultEntry
from channels.vault import PERSONAL_DAYS, purge, purge_day, seal_whole, unsealed
from tests.making import make_store, orders, take_in

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
BODY = b'{"buyer": "Wren Harbor", "cut'


@pytest.mark.parametrize(
    ("channel", "policy", "day"),
    [
        ("shopify", {}, date(2026, 10, 1)),
        ("shopify", {"personal_days": 7}, date(2026, 9, 8)),
        ("shopify", {"personal_days": 60}, date(2026, 10, 31)),
        ("amazon", {"personal_days": 60}, date(2026, 10, 1)),
        ("amazon", {"personal_days": 1}, date(2026, 9, 2)),
        ("shopify", {"personal_days": 0}, date(2026, 10, 1)),
        ("shopify", {"personal_days": 5_000}, date(2026, 10, 1)),
        ("shopify", {"personal_days": "7"}, date(2026, 10, 1)),
        ("shopify", {"personal_days": True}, date(2026, 10, 1)),
    ],
)
def test_the_day_follows_the_policy_within_what_the_channel_allows(channel: str, policy: Any, day: date) -> None:
    assert purge_day(make_store(channel=channel, signal_policy=policy), NOON) == day


def test_a_page_goes_by_the_policy_of_its_store() -> None:
    store = make_store(signal_policy={"personal_days": 3})
    page = take_in(store, orders({"ship-postal-code": "98765"}))
    assert [(entry.purge_on - page.fetched_at.date()).days for entry in VaultEntry.objects.all()] == [3]
    assert PERSONAL_DAYS == 30


def test_a_body_that_cannot_be_read_is_kept_whole_and_once() -> None:
    store = make_store(channel="shopify")
    first = seal_whole(store, BODY, "the JSON document cannot be read", NOON)
    assert seal_whole(store, BODY, "again", datetime(2026, 9, 2, tzinfo=UTC)) == first
    kept = Delivery.objects.get()
    assert (kept.topic, kept.outcome, kept.purge_on) == (
        "unparseable", "the JSON document cannot be read", date(2026, 10, 1),
    )  # fmt: skip
    assert (unsealed(kept.sealed), b"Wren" in bytes(kept.sealed)) == (BODY, False)


def test_a_purge_drops_what_is_due_and_keeps_the_row_of_a_message() -> None:
    store = make_store()
    take_in(store, orders({"ship-postal-code": "98765"}))
    seal_whole(store, BODY, "cut off", NOON)
    VaultEntry.objects.update(purge_on=date(2026, 10, 1))
    assert purge(date(2026, 9, 30)) == "0 records and 0 messages purged"
    assert purge(date(2026, 10, 1)) == "1 records and 1 messages purged"
    assert purge(date(2026, 10, 1)) == "0 records and 0 messages purged"
    assert (VaultEntry.objects.count(), bytes(Delivery.objects.get().sealed)) == (0, b"")


def test_a_purge_of_everything_looks_at_no_day() -> None:
    store = make_store()
    take_in(store, orders({"ship-postal-code": "98765"}))
    seal_whole(store, BODY, "cut off", NOON)
    assert purge(None) == "1 records and 1 messages purged"
