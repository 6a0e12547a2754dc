"""What vendors push: only what is signed comes in, once, sealed; it stops or hastens a store and is never a fact."""

import base64
import hashlib
import hmac
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django_q.models import Schedule

from channels.deliveries import PRIVACY
from channels.models import Delivery, Order, Store
from channels.schedules import name_of
from channels.vault import unsealed
from channels.webhooks import LIMIT, UNSIGNED_LIMIT, UNSIGNED_MOST, shopee_message, signed_by_shopee, signed_by_shopify
from tests.making import make_store

pytestmark = pytest.mark.django_db
ORDER = json.dumps({"id": 1, "email": "wren@harborandleaf.example", "line_items": []}).encode()
PUSH = {
    "msg_id": "m1", "shop_id": 700, "code": 3, "timestamp": 1790000001,
    "data": {"ordersn": "2608110SYNTH01", "status": "READY_TO_SHIP", "items": [], "update_time": 1790000000},
}  # fmt: skip
SECRET = "new-secret"
LATER = datetime(2090, 1, 1, tzinfo=UTC)


def shopify_store(**given: Any) -> Store:
    credentials = {"client_id": "c", "client_secret": "new-secret", "client_secret_old": "old-secret", "shop": "s"}
    return make_store(channel="shopify", **{"credentials": {**credentials, "access_token": "shpat_x"}, **given})


def shopee_store(**given: Any) -> Store:
    credentials = {"partner_id": "1", "partner_key": "shpkpartner", "push_keys": "other, third", "shop_id": "700"}
    return make_store(channel="shopee", **{"credentials": credentials, **given})


def sign(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def post(
    client: Client, store: Store, body: bytes = ORDER, topic: str = "orders/updated", key: str = "w1",
    secret: str = SECRET,
) -> int:  # fmt: skip
    reply = client.post(
        f"/webhooks/shopify/{store.pk}/", body, content_type="application/json",
        headers={"X-Shopify-Hmac-Sha256": sign(body, secret), "X-Shopify-Topic": topic, "X-Shopify-Webhook-Id": key},
    )  # fmt: skip
    assert reply.content == b""
    return reply.status_code


def push(client: Client, address: str, document: Any = PUSH, *, key: str = "shpkpartner", url: str = "") -> int:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    text = (url or f"http://testserver{address}").encode() + b"|" + body
    given = hmac.digest(key.encode(), text, "sha256").hex()
    reply = client.post(address, body, content_type="application/json", headers={"Authorization": given})
    assert reply.content == b""
    return reply.status_code


def scheduled(store: Store, resource: str) -> Schedule:
    return Schedule.objects.create(
        name=name_of(store.pk, resource), func="channels.tasks.pull", schedule_type=Schedule.MINUTES, minutes=30,
        next_run=LATER,
    )  # fmt: skip


def test_a_signed_message_is_kept_sealed_and_the_resource_is_read_again(client: Client) -> None:
    store = shopify_store(signal_policy={"personal_days": 5})
    orders = scheduled(store, "shopify.orders")
    assert post(client, store) == 200
    kept = Delivery.objects.get()
    assert (kept.store, kept.channel, kept.key, kept.topic, kept.verified, kept.times, kept.handled_at) == (
        store, "shopify", "w1", "orders/updated", True, 1, None,
    )  # fmt: skip
    assert kept.outcome == "is read again: shopify.orders"
    assert kept.purge_on == kept.received_at.date() + timedelta(days=5)
    assert (unsealed(kept.sealed), b"wren" in bytes(kept.sealed)) == (ORDER, False)
    orders.refresh_from_db()
    assert orders.next_run < datetime.now(UTC) + timedelta(seconds=1)
    assert Order.objects.count() == 0


def test_the_same_message_again_only_counts(client: Client) -> None:
    store = shopify_store()
    orders = scheduled(store, "shopify.orders")
    assert post(client, store) == 200
    Schedule.objects.filter(pk=orders.pk).update(next_run=LATER)
    assert [post(client, store), post(client, store)] == [200, 200]
    orders.refresh_from_db()
    assert (Delivery.objects.get().times, orders.next_run) == (3, LATER)


@pytest.mark.parametrize(("secret", "status"), [("new-secret", 200), ("old-secret", 200), ("", 401), ("guess", 401)])
def test_either_of_two_secrets_signs_and_nothing_else(client: Client, secret: str, status: int) -> None:
    assert post(client, shopify_store(), secret=secret) == status
    assert Delivery.objects.count() == (status == 200)


def test_a_store_without_a_secret_takes_nothing(client: Client) -> None:
    body = b"{}"
    assert not signed_by_shopify(body, sign(body, ""), {"client_secret": "", "access_token": "t"})
    assert post(client, shopify_store(credentials=None), secret="") == 401
    assert post(client, shopee_store(name="Maple SG", company=Store.objects.get().company), secret="x") == 401


def test_the_signature_is_of_the_bytes_and_not_of_what_they_mean(client: Client) -> None:
    store = shopify_store()
    reply = client.post(
        f"/webhooks/shopify/{store.pk}/", ORDER + b" ", content_type="application/json",
        headers={"X-Shopify-Hmac-Sha256": sign(ORDER), "X-Shopify-Topic": "orders/updated"},
    )  # fmt: skip
    assert (reply.status_code, Delivery.objects.count()) == (401, 0)


def test_a_signature_that_is_no_ascii_is_wrong_and_no_error(client: Client) -> None:
    reply = client.post(
        f"/webhooks/shopify/{shopify_store().pk}/", ORDER, content_type="application/json",
        headers={"X-Shopify-Hmac-Sha256": "naïve"},
    )  # fmt: skip
    assert reply.status_code == 401


@pytest.mark.parametrize("topic", ["customers/data_request", "customers/redact", "shop/redact", "customers/merge"])
def test_requests_about_personal_data_wait_for_a_person(client: Client, topic: str) -> None:
    assert post(client, shopify_store(), topic=topic) == 200
    assert Delivery.objects.values_list("topic", "outcome", "handled_at").get() == (topic, PRIVACY, None)


def test_an_uninstalled_app_stops_the_store_with_a_reason(client: Client) -> None:
    store = shopify_store()
    post(client, store, topic="app/uninstalled")
    store.refresh_from_db()
    assert store.refused.startswith("Shopify says that the app was uninstalled")
    kept = Delivery.objects.get()
    assert (kept.outcome, kept.handled_at is None) == ("the store is marked as refused", False)


def test_an_unknown_topic_is_kept_and_changes_nothing(client: Client) -> None:
    assert post(client, shopify_store(), topic="themes/publish") == 200
    assert Delivery.objects.get().outcome == "says nothing that is pulled"


def test_only_posts_of_a_sane_size_come_in(client: Client) -> None:
    store = shopify_store()
    assert client.get(f"/webhooks/shopify/{store.pk}/").status_code == 405
    assert post(client, store, b"x" * (LIMIT + 1)) == 413
    assert post(client, store, b"x" * LIMIT) == 200
    assert Client(enforce_csrf_checks=True).post("/webhooks/shopee/", b"[]", "application/json").status_code == 400


def test_a_push_is_taken_from_the_address_of_the_shop_and_of_the_partner(client: Client) -> None:
    store = shopee_store()
    orders = scheduled(store, "shopee.orders")
    assert push(client, f"/webhooks/shopee/{store.pk}/") == 200
    kept = Delivery.objects.get()
    assert (kept.key, kept.topic, kept.verified, kept.outcome) == ("m1", "3", True, "is read again: shopee.orders")
    orders.refresh_from_db()
    assert orders.next_run < LATER
    assert push(client, "/webhooks/shopee/") == 200
    assert Delivery.objects.get().times == 2


@pytest.mark.parametrize("key", ["shpkpartner", "partner", "other", "third"])
def test_any_key_of_the_list_signs_either_form(key: str) -> None:
    credentials = {"partner_key": "shpkpartner", "push_keys": "other, third"}
    for text in (b"https://here/|{}", b"{}"):
        given = hmac.digest(key.encode(), text, "sha256").hex()
        assert signed_by_shopee(b"{}", given, ["https://here/"], credentials)
        assert not signed_by_shopee(b"{ }", given, ["https://here/"], credentials)
    assert not signed_by_shopee(b"{}", hmac.digest(b"", b"{}", "sha256").hex(), [], {"partner_key": "shpk"})


def test_the_address_that_shopee_signs_can_be_said(client: Client) -> None:
    credentials = {"partner_key": "k", "shop_id": "700", "push_url": "https://shop.example/push"}
    store = shopee_store(credentials=credentials)
    assert push(client, f"/webhooks/shopee/{store.pk}/", key="k", url="https://shop.example/push") == 200
    assert Delivery.objects.get().verified


def test_an_unsigned_push_is_marked_first_and_refused_when_the_mode_says_so(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    store = shopee_store()
    with caplog.at_level(logging.WARNING):
        assert push(client, f"/webhooks/shopee/{store.pk}/", key="guess") == 200
    assert (Delivery.objects.get().verified, "no signature" in caplog.text, "SYNTH" in caplog.text) == (
        False, True, False,
    )  # fmt: skip
    store.pull_options = {"push_mode": "enforce"}
    store.save()
    assert push(client, "/webhooks/shopee/", {**PUSH, "msg_id": "m2"}, key="guess") == 401
    assert push(client, "/webhooks/shopee/", {**PUSH, "msg_id": "m3"}) == 200
    assert list(Delivery.objects.order_by("pk").values_list("key", flat=True)) == ["m1", "m3"]


def test_unsigned_pushes_beyond_some_hundred_an_hour_are_passed_over(client: Client) -> None:
    store = shopee_store()
    at = datetime.now(UTC)
    Delivery.objects.bulk_create(
        Delivery(
            store=store, channel="shopee", key=f"k{number}", verified=False, received_at=at, purge_on=at.date(),
        )
        for number in range(UNSIGNED_MOST)
    )  # fmt: skip
    assert push(client, "/webhooks/shopee/", key="guess") == 200
    assert Delivery.objects.count() == UNSIGNED_MOST
    assert push(client, "/webhooks/shopee/") == 200
    assert Delivery.objects.filter(verified=True).count() == 1


def test_a_large_unsigned_push_is_not_kept(client: Client) -> None:
    store = shopee_store()
    large = {**PUSH, "more": "x" * UNSIGNED_LIMIT}
    assert push(client, f"/webhooks/shopee/{store.pk}/", large, key="guess") == 413
    assert push(client, f"/webhooks/shopee/{store.pk}/", large) == 200


def test_a_signed_push_after_an_unsigned_one_of_the_same_key_counts(client: Client) -> None:
    store = shopee_store()
    address = f"/webhooks/shopee/{store.pk}/"
    gone = {"code": 2, "shop_id": 700, "timestamp": 1790000000}
    push(client, address, gone, key="guess")
    store.refresh_from_db()
    assert (store.refused, Delivery.objects.get().outcome) == ("", "not signed by the channel, so it stops nothing")
    push(client, address, gone)
    store.refresh_from_db()
    assert store.refused.startswith("Shopee says that the shop withdrew its authorisation")
    assert Delivery.objects.values_list("verified", "times", "outcome").get() == (
        True, 2, "the store is marked as refused",
    )  # fmt: skip


def test_a_push_of_a_shop_that_is_not_here_is_passed_over(client: Client) -> None:
    shopee_store()
    assert push(client, "/webhooks/shopee/", {**PUSH, "shop_id": 701}) == 200
    assert push(client, "/webhooks/shopee/999/") == 401
    assert push(client, "/webhooks/shopee/", b"not json") == 400
    assert Delivery.objects.count() == 0


def test_pushes_without_an_id_are_told_apart_by_what_they_say() -> None:
    plain = {name: value for name, value in PUSH.items() if name != "msg_id"}
    auth = {"shop_id": 123, "code": 1, "success": 1, "timestamp": 1470198856, "data": {"more_info": "x"}}
    keys = [shopee_message(one, b"{}", verified=True).key for one in (PUSH, plain, auth, {"code": 0}, {})]
    nothing = hashlib.sha256(b"{}").hexdigest()
    assert keys == ["m1", "3|2608110SYNTH01|READY_TO_SHIP|1790000000", "1|1470198856", nothing, nothing]
