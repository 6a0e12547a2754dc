"""Credentials change under a lock, are committed whatever follows, and stay readable through a rotation of keys."""

import io
import json
from threading import Thread
from typing import Any, cast

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection, transaction

from channels.core.transport import Credentials
from channels.credentials import change, enter
from channels.models import Delivery, Store, VaultEntry
from channels.vault import seal, seal_whole, unseal, unsealed
from reconciliation.models import PrivacyRequest
from reports.models import ConversionAccount
from tests.making import NOON, make_store, orders, take_in


def stored(store: Store) -> Any:
    return Store.objects.values_list("credentials", flat=True).get(pk=store.pk)


@pytest.mark.django_db
def test_a_change_sees_what_is_stored_and_stores_what_it_gives() -> None:
    store = make_store(credentials={"refresh_token": "1", "shop_id": "9"})
    assert change(store.pk, lambda old: {**old, "refresh_token": old["refresh_token"] + "2"}) == {
        "refresh_token": "12", "shop_id": "9",
    }  # fmt: skip
    assert stored(store) == {"refresh_token": "12", "shop_id": "9"}


@pytest.mark.django_db
def test_a_change_that_fails_stores_nothing() -> None:
    store = make_store(credentials={"a": "1"})

    def fail(old: Credentials) -> Credentials:
        raise LookupError

    with pytest.raises(LookupError):
        change(store.pk, fail)
    assert stored(store) == {"a": "1"}


@pytest.mark.django_db
def test_what_is_entered_is_merged_and_the_store_is_tried_again() -> None:
    store = make_store(credentials={"a": "1", "b": "2"}, refused="invalid_grant")
    enter(store.pk, {"b": None, "c": "3"})
    store.refresh_from_db()
    assert (store.credentials, store.refused) == ({"a": "1", "c": "3"}, "")
    enter(store.pk, {"a": None, "c": None})
    assert stored(store) is None


@pytest.mark.django_db(transaction=True)
def test_a_change_inside_a_transaction_is_refused() -> None:
    store = make_store(credentials={"a": "1"})
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        change(store.pk, lambda old: {"a": "2"})
    assert stored(store) == {"a": "1"}


@pytest.mark.django_db(transaction=True)
def test_changes_at_once_follow_each_other_and_none_is_lost() -> None:
    store = make_store(credentials={"count": "0"})

    def count() -> None:
        try:
            for _ in range(10):
                change(store.pk, lambda old: {"count": str(int(old["count"]) + 1)})
        finally:
            connection.close()

    threads = [Thread(target=count) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stored(store) == {"count": "30"}


@pytest.mark.django_db(transaction=True)
def test_facts_of_the_store_load_while_its_credentials_change() -> None:
    store = make_store(credentials={"a": "1"})

    def load(old: Credentials) -> Credentials:
        def other() -> None:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SET lock_timeout = '3s'")
                take_in(store, orders({}))
            finally:
                connection.close()

        thread = Thread(target=other)
        thread.start()
        thread.join()
        return {"a": "2"}

    change(store.pk, load)
    assert (stored(store), Store.objects.get(pk=store.pk).pages.count()) == ({"a": "2"}, 1)


@pytest.fixture
def keys(settings: Any) -> tuple[str, str]:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.CREDENTIAL_KEYS = settings.VAULT_KEYS = [old]
    return old, new


def rotate() -> str:
    out = io.StringIO()
    call_command("rotate_credentials", stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_after_a_rotation_the_old_key_can_go(keys: tuple[str, str], settings: Any) -> None:
    old, new = keys
    store = make_store(credentials={"token": "t0p-secret"})
    make_store(store.company, "Files only")
    take_in(store, orders({"ship-postal-code": "98765"}))
    seal_whole(store, b"whole", "cut off", NOON)
    PrivacyRequest.objects.create(
        store=store, kind="tell", subject="x", received_at=NOON, due_on=NOON.date(), sealed=seal(b"told")
    )
    ConversionAccount.objects.create(store=store, network="meta", since=NOON, credentials=cast(Any, {"a": "s3cret"}))
    settings.CREDENTIAL_KEYS = settings.VAULT_KEYS = [new, old]
    said = rotate()
    settings.CREDENTIAL_KEYS = settings.VAULT_KEYS = [new]
    assert stored(store) == {"token": "t0p-secret"}
    assert unseal(VaultEntry.objects.get()) == {"ship-postal-code": "98765"}
    assert unsealed(Delivery.objects.get().sealed) == b"whole"
    assert unsealed(PrivacyRequest.objects.get().sealed) == b"told"
    assert ConversionAccount.objects.get().credentials == {"a": "s3cret"}
    told = "1 stores, 1 records, 1 messages, 1 privacy requests, 1 conversion accounts"
    assert said.splitlines()[-1] == f"{told} are under the first key now."


@pytest.mark.django_db
def test_a_rotation_again_finds_nothing_to_do(keys: tuple[str, str], settings: Any) -> None:
    old, new = keys
    store = make_store(credentials={"token": "t0p-secret"})
    settings.CREDENTIAL_KEYS = settings.VAULT_KEYS = [new, old]
    rotate()
    with connection.cursor() as cursor:
        cursor.execute("SELECT credentials FROM channels_store WHERE id = %s", [store.pk])
        before = cursor.fetchone()
        nothing = "0 stores, 0 records, 0 messages, 0 privacy requests, 0 conversion accounts"
        assert rotate().splitlines()[-1] == f"{nothing} are under the first key now."
        cursor.execute("SELECT credentials FROM channels_store WHERE id = %s", [store.pk])
        assert cursor.fetchone() == before


@pytest.mark.django_db
def test_a_rotation_without_the_old_key_stops_and_says_so(keys: tuple[str, str], settings: Any) -> None:
    _, new = keys
    make_store(credentials={"token": "t0p-secret"})
    settings.CREDENTIAL_KEYS = [new]
    with pytest.raises(ImproperlyConfigured, match="CREDENTIAL_KEYS lacks the key"):
        rotate()


@pytest.mark.django_db
def test_stored_credentials_are_not_readable_in_the_database() -> None:
    make_store(credentials={"token": "t0p-secret"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT credentials FROM channels_store")
        (kept,) = cursor.fetchone()
    assert "t0p-secret" not in kept
    assert json.dumps({"token": "t0p-secret"}) not in kept
