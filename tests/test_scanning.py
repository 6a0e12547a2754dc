"""The scanner finds what was planted in each place, and nothing in a world that was handled as it should be."""

import io
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.test import Client
from django_q.models import OrmQ, Task
from django_q.signing import SignedPackage

from channels.models import Bucket, Delivery, Order, RawPage, VaultEntry
from channels.vault import purge, seal_whole
from tests.making import NOON, make_store, orders, take_in
from tests.scanning import Found, find_values

pytestmark = pytest.mark.django_db
WREN = "Wren O'Harbor"
VALUES = {WREN, "wren@harborandleaf.example", "+1 415 555 0101", "94107-2203", "s3cret-token", "冷泉路 8 号", "abc"}


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Files in memory outlive a test."""

    def empty(folder: str) -> None:
        folders, names = storages["pages"].listdir(folder)
        for name in names:
            storages["pages"].delete(f"{folder}/{name}".lstrip("/"))
        for name in folders:
            empty(f"{folder}/{name}".lstrip("/"))

    empty("")


def test_what_was_planted_is_found_in_every_place(client: Client) -> None:
    store = make_store(name="Maple", pull_options={"note": "冷泉路 8 号"})
    storages["pages"].save("1/x", ContentFile(json.dumps({"a": "冷泉路 8 号", "p": "94107-2203"}).encode()))
    Delivery.objects.create(
        store=store, channel="amazon", key="k", received_at=NOON, purge_on=NOON.date(), sealed=b"\xff s3cret-token"
    )
    Bucket.objects.create(
        channel="amazon", application="WREN@harborandleaf.example", operation="o", per_second=1, burst=1, tokens=1,
        updated_at=NOON,
    )  # fmt: skip
    Task.objects.create(
        id="t", name="t", func="f", args=("+1 415 555 0101",), started=NOON, stopped=NOON, success=True, result="ok"
    )
    OrmQ.objects.create(key="k", payload=SignedPackage.dumps({"args": ("s3cret-token",)}), lock=NOON)
    client.force_login(User.objects.create_superuser("ada"))
    session = client.session
    session["form"] = {"name": WREN}
    session.save()
    found = find_values(VALUES, {"log": "GET /x?email=wren%40harborandleaf.example 200", "clean": "abc 94107-22034"})
    assert found == [
        Found("channels_bucket.application", "wren@harborandleaf.example"),
        Found("channels_delivery.sealed", "s3cret-token"),
        Found("channels_store.pull_options", "冷泉路 8 号"),
        Found("channels_storeevent.pull_options", "冷泉路 8 号"),
        Found("django_q_ormq", "s3cret-token"),
        Found("django_q_task", "+1 415 555 0101"),
        Found("django_session", WREN),
        Found("log", "wren@harborandleaf.example"),
        Found("pages/1/x", "94107-2203"),
        Found("pages/1/x", "冷泉路 8 号"),
    ]


def test_nothing_is_found_of_what_is_cut_out_sealed_and_encrypted(
    client: Client, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    values = {"98765-4321", "s3cret-token", "wren@harborandleaf.example", "n3w-secret"}
    with caplog.at_level(logging.DEBUG):
        store = make_store(channel="amazon", credentials={"refresh_token": "s3cret-token"})
        take_in(store, orders({"ship-postal-code": "98765-4321"}))
        seal_whole(store, b'{"email": "wren@harborandleaf.example"', "cut off", datetime.now(UTC))
        client.force_login(User.objects.create_superuser("ada"))
        pages = {
            address: client.get(f"/admin/{address}").content.decode()
            for address in (
                "", "channels/store/", f"channels/store/{store.pk}/change/", "channels/delivery/", "channels/order/",
                f"channels/order/{Order.objects.get().pk}/change/", "channels/rawpage/", "channels/store/add/",
            )
        }  # fmt: skip
        call_command("rotate_credentials", stdout=io.StringIO(), stderr=io.StringIO())
    assert find_values(values, {**pages, "log": caplog.text}) == []


def test_a_purge_leaves_only_rows_that_hold_nothing() -> None:
    store = make_store()
    take_in(store, orders({"ship-postal-code": "98765-4321"}))
    seal_whole(store, b"98765-4321", "cut off", NOON)
    purge((datetime.now(UTC) + timedelta(days=400)).date())
    assert VaultEntry.objects.count() == 0
    assert find_values({"98765-4321"}) == []


def test_thousands_of_values_are_looked_for_at_once() -> None:
    store = make_store()
    take_in(store, orders({"sku": "SKU-299"}))
    values = {f"buyer{n}@harborandleaf.example" for n in range(2_000)}
    assert [found.where for found in find_values({*values, "SKU-299"})] == [
        "channels_charge.sku", "channels_orderitem.sku", f"pages/{RawPage.objects.get().body}",
    ]  # fmt: skip
