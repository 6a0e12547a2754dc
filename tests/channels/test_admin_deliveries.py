"""The lists of what was pushed, counted and sent: in words, without what is sealed, with addresses as text."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from channels.deliveries import PRIVACY
from channels.models import Bucket, Delivery, Disbursement, RawPage, RepeatPurchase, Store, Visit
from channels.vault import seal, seal_whole
from tests.making import NOON, make_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ada"))
    return client


@pytest.fixture
def store() -> Store:
    return make_store(channel="shopify")


def source(store: Store) -> dict[str, Any]:
    page = RawPage.objects.create(
        company=store.company, store=store, resource="shopify.orders", digest="d", archived_digest="d", size=1,
        body="b", fetched_at=NOON, recorded_at=NOON,
    )  # fmt: skip
    return {"store": store, "page": page, "place": 3, "recorded_at": NOON, "load": 1, "resource": "test"}


def shown(client: Client, model: str, pk: int | None = None) -> str:
    url = (
        reverse(f"admin:channels_{model}_changelist") if pk is None
        else reverse(f"admin:channels_{model}_change", args=[pk])
    )  # fmt: skip
    reply = client.get(url)
    assert reply.status_code == 200
    return reply.content.decode()


def test_a_message_is_shown_without_what_it_holds(ada: Client, store: Store) -> None:
    sealed = seal(b'{"email": "wren@harborandleaf.example"}')
    kept = Delivery.objects.create(
        store=store, channel="shopify", key="w1", topic="customers/redact", received_at=NOON, sealed=sealed,
        purge_on=date(2026, 10, 1), outcome=PRIVACY,
    )  # fmt: skip
    for page in (shown(ada, "delivery"), shown(ada, "delivery", kept.pk)):
        assert ("customers/redact" in page, "waits for a person" in page) == (True, True)
        assert [one for one in ("wren", "harborandleaf", sealed.decode()[:20]) if one in page] == []
    assert ada.post(reverse("admin:channels_delivery_delete", args=[kept.pk])).status_code == 403


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("is read again: shopify.orders", "重新读取: shopify.orders"),
        (PRIVACY, "等待人工处理"),
        ("says nothing that is pulled", "不涉及任何抓取内容"),
        ("shopify.orders: the JSON document cannot be read", "shopify.orders: the JSON document cannot be read"),
    ],
)
def test_what_became_of_a_message_is_said_in_the_readers_language(
    ada: Client, store: Store, outcome: str, words: str
) -> None:
    ada.cookies["django_language"] = "zh-hans"
    seal_whole(store, b"x", outcome, NOON)
    assert words in shown(ada, "delivery")


def test_the_last_purge_is_in_sight(ada: Client, store: Store) -> None:
    assert "has not been purged yet" in shown(ada, "delivery")
    seal_whole(store, b"x", "cut off", NOON)
    call_command("purge", all=True)
    assert "0 records and 1 messages purged" in shown(ada, "delivery")


def test_an_address_that_a_visitor_wrote_is_text(ada: Client, store: Store) -> None:
    evil = "<script>alert(1)</script>"
    visit = Visit.objects.create(
        **source(store), key="v1", order_ref="1001", position=2, visits=3, occurred_at=NOON, landing=f"/x{evil}",
        utm_source=evil, utm_campaign="=HYPERLINK()",
    )  # fmt: skip
    for page in (shown(ada, "visit"), shown(ada, "visit", visit.pk)):
        assert ("1001" in page, evil in page, "&lt;script&gt;" in page) == (True, False, True)
    assert "2 / 3" in shown(ada, "visit")


def test_repeat_purchases_and_disbursements_are_listed(ada: Client, store: Store) -> None:
    facts = source(store)
    days = {"starts_on": date(2026, 9, 1), "ends_on": date(2026, 9, 30)}
    again = RepeatPurchase.objects.create(
        **facts, **days, key="r", asin="B0HARBOR", orders=10, customers=8, repeat_customers=2, currency="USD",
        sales=Decimal(200), repeat_sales=Decimal(50),
    )  # fmt: skip
    sent = Disbursement.objects.create(
        **facts, ref="G1", currency="USD", amount=Decimal("1234.5"), starts_at=NOON, trace="ACH-7",
        ends_at=datetime(2026, 9, 14, tzinfo=UTC),
    )  # fmt: skip
    assert [one in shown(ada, "repeatpurchase") for one in ("B0HARBOR", "25.0 %", "200.00")] == [True] * 3
    assert [one in shown(ada, "disbursement") for one in ("G1", "1,234.50", "ACH-7")] == [True] * 3
    shown(ada, "repeatpurchase", again.pk)
    shown(ada, "disbursement", sent.pk)


def test_quotas_are_listed_without_whose_they_are(ada: Client) -> None:
    bucket = Bucket.objects.create(
        channel="amazon", application="app-digest", seller="seller-digest", operation="searchOrders",
        per_second=0.0167, burst=20, tokens=3.5, updated_at=NOON, taken=1234, throttled=0,
    )  # fmt: skip
    for page in (shown(ada, "bucket"), shown(ada, "bucket", bucket.pk)):
        assert [one in page for one in ("searchOrders", "1,234", "app-digest", "seller-digest")] == [
            True, True, False, False,
        ]  # fmt: skip
