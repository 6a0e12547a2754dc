"""Webhooks of the sandbox's Shopify: what is sent, and that the signature holds over the raw bytes."""

import base64
import hashlib
import hmac
import json
import threading
from collections import Counter
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest

from channels.sandbox.shopify.webhooks import deliver, messages
from channels.sandbox.world import make_world
from tests.channels.sandbox.shopify_world import SHOP, at, world

CAPTURES = Path(__file__).parents[4] / "shared" / "data" / "shopify" / "files"


def test_messages_tell_what_happens_in_the_time() -> None:
    sent = list(messages(world(), SHOP, at(9), at(41)))
    told = Counter((headers["X-Shopify-Topic"], json.loads(body).get("name", "")) for headers, body in sent)
    assert set(told) == {
        ("orders/updated", "#1001"), ("orders/updated", "#1003"), ("refunds/create", ""),
    }  # fmt: skip


def test_the_signature_is_of_the_raw_body() -> None:
    sent = list(messages(world(), SHOP, at(-1), at(60)))
    assert sent
    for headers, body in sent:
        digest = hmac.new(b"sandbox-shopify-secret", body, hashlib.sha256).digest()
        assert headers["X-Shopify-Hmac-Sha256"] == base64.b64encode(digest).decode()
        assert headers["X-Shopify-Shop-Domain"] == "harbor-leaf.myshopify.com"


def test_the_body_is_of_the_moment_and_has_the_buyer() -> None:
    sent = list(messages(world(), SHOP, at(0), at(0.1)))
    bodies = [json.loads(body) for _, body in sent]
    by_state = {one["financial_status"]: one for one in bodies}
    assert set(by_state) == {"pending", "paid"}
    paid = by_state["paid"]
    assert (paid["id"], paid["name"], paid["email"], paid["updated_at"]) == (
        6001, "#1001", "tessa2@example.com", "2026-09-01T08:01:00-04:00",
    )  # fmt: skip
    assert paid["shipping_address"]["name"] == "Tessa Tester2"


def test_some_come_twice_and_some_out_of_order() -> None:
    small = make_world("small", 3)
    sent = list(messages(small, small.market("shopify"), small.starts_at, small.ends_at))
    ids = [headers["X-Shopify-Webhook-Id"] for headers, _ in sent]
    times = [headers["X-Shopify-Triggered-At"] for headers, _ in sent]
    assert len(ids) > len(set(ids)) > 0.8 * len(ids)
    assert any(later < earlier for earlier, later in pairwise(times))
    assert sent == list(messages(small, small.market("shopify"), small.starts_at, small.ends_at))


def test_periods_that_follow_each_other_tell_everything_once() -> None:
    small = make_world("small", 3)
    market, half = small.market("shopify"), small.starts_at + timedelta(days=21)
    whole = {one["X-Shopify-Webhook-Id"] for one, _ in messages(small, market, small.starts_at, small.ends_at)}
    first = {one["X-Shopify-Webhook-Id"] for one, _ in messages(small, market, small.starts_at, half)}
    second = {one["X-Shopify-Webhook-Id"] for one, _ in messages(small, market, half, small.ends_at)}
    assert first | second == whole
    assert not first & second


def test_an_order_has_the_keys_of_shopifys_own_message() -> None:
    path = CAPTURES / "webhook_orders_create.json"
    if not path.is_file():
        pytest.skip("the sample is not beside the project")
    theirs = json.loads(path.read_bytes())
    _, body = next(messages(world(), SHOP, at(0), at(0.01)))
    ours = json.loads(body)
    assert set(ours) - set(theirs) == set()
    assert set(ours["shipping_address"]) - set(theirs["shipping_address"]) == set()
    assert {name: type(one) for name, one in ours.items() if one is not None} == {
        name: type(theirs[name]) if theirs[name] is not None else type(one)
        for name, one in ours.items()
        if one is not None
    }


def test_messages_are_posted_as_they_are() -> None:
    got: list[tuple[str, bytes]] = []

    class Shelf(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.headers["X-Shopify-Hmac-Sha256"], body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        sent = list(messages(world(), SHOP, at(0), at(12)))
        statuses = deliver(f"http://127.0.0.1:{server.server_port}/", sent)
    finally:
        server.shutdown()
        server.server_close()
    assert statuses == {200: len(sent)}
    assert got == [(headers["X-Shopify-Hmac-Sha256"], body) for headers, body in sent]
