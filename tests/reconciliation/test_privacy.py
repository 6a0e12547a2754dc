"""What people may demand about their data is done from the message to the last column, and nobody else is touched."""

import copy
import io
import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.test import Client
from django_q.models import Schedule

from channels.models import Company, Delivery, Order, RawPage, Store, VaultEntry
from channels.vault import seal, unsealed
from reconciliation import privacy, resident, tasks
from reconciliation.accounts import refresh
from reconciliation.erasure import erase
from reconciliation.gather import gather
from reconciliation.identity.signals import LISTS, SCALARS, word
from reconciliation.models import (
    Account,
    BuyerSignal,
    Customer,
    CustomerLink,
    LinkModel,
    PairLabel,
    PrivacyRequest,
)
from reconciliation.people import assign
from tests.channels.test_webhooks import post
from tests.making import as_json, make_company, make_store, take_in
from tests.scanning import find_values

pytestmark = pytest.mark.django_db
SAMPLE = Path(__file__).parents[2] / "channels/adapters/shopify/samples/api_orders.json"
NOW = datetime.now(UTC)
SECRETS = {"client_id": "c", "client_secret": "new-secret", "shop": "maple", "access_token": "shpat_x"}
MARA = {"mara.okonkwo@example.org", "+31201234000", "Mara Okonkwo", "Lindenkade 12", "1011 AB", "7770000000001"}
OTTO = {"otto.harbor@example.org", "+31207654321", "Otto Harbor", "Wilgenpad 7", "2022 XY", "7770000000002"}


@pytest.fixture(autouse=True)
def _own_place(settings: Any, tmp_path: Path) -> None:
    settings.MATCHING = tmp_path
    for folder in storages["pages"].listdir("")[0]:
        _empty(folder)


def _empty(folder: str) -> None:
    folders, names = storages["pages"].listdir(folder)
    for name in names:
        storages["pages"].delete(f"{folder}/{name}")
    for name in folders:
        _empty(f"{folder}/{name}")


def shop(company: Company | None = None, name: str = "Own site", domain: str = "maple", **given: Any) -> Store:
    return make_store(
        company or make_company(), name, channel="shopify", currency="EUR", marketplace=f"{domain}.myshopify.com",
        credentials={**SECRETS, "shop": domain}, **given,
    )  # fmt: skip


def order(number: int, person: int = 1, **given: Any) -> dict[str, Any]:
    """An order of Mara (1) or Otto (2), or of somebody with a higher number."""
    node: dict[str, Any] = copy.deepcopy(json.loads(SAMPLE.read_text())["data"]["orders"]["nodes"][0])
    name, email, phone, street, code = {
        1: ("Mara Okonkwo", "mara.okonkwo@example.org", "+31201234000", "Lindenkade 12", "1011 AB"),
        2: ("Otto Harbor", "otto.harbor@example.org", "+31207654321", "Wilgenpad 7", "2022 XY"),
    }.get(
        person, (f"Buyer {person}", f"buyer{person}@example.org", f"+3120555{person:04d}", f"Laan {person}", "3011 AA")
    )
    text = json.dumps(node).replace("5550001001", f"55500{number:05d}")
    node = json.loads(text)
    node |= {
        "name": f"#{number}", "email": email, "phone": phone,
        "customer": {
            "id": f"gid://shopify/Customer/{7_770_000_000_000 + person}", "displayName": name,
            "defaultEmailAddress": {"emailAddress": email}, "defaultPhoneNumber": {"phoneNumber": phone},
        },
    }  # fmt: skip
    node["shippingAddress"] |= {"name": name, "address1": street, "zip": code, "phone": phone}
    return {**node, **given}


def ref(number: int) -> str:
    return f"55500{number:05d}123"


def page(*orders: dict[str, Any]) -> bytes:
    document = json.loads(SAMPLE.read_text())
    document["data"]["orders"]["nodes"] = list(orders)
    return as_json(document)


def redact(*numbers: int, person: int = 1, domain: str = "maple", **customer: Any) -> bytes:
    return as_json({
        "shop_id": 1, "shop_domain": f"{domain}.myshopify.com",
        "customer": {"id": 7_770_000_000_000 + person, "email": None, "phone": None, **customer},
        "orders_to_redact": [int(ref(number)) for number in numbers],
    })  # fmt: skip


def matched(store: Store) -> None:
    """As matching leaves it: tokens, accounts, a link between the first two, and a person of all."""
    gather(store.company, 0, NOW.date())
    refresh(store.company)
    accounts = list(Account.objects.order_by("first_at", "pk"))
    model, _ = LinkModel.objects.get_or_create(company=store.company, number=1, made_at=NOW)
    if len(accounts) > 1:
        left, right = accounts[:2]
        CustomerLink.objects.create(
            company=store.company, left=left, right=right, tier=2, probability=0.97, state="auto", model=model,
            levels=[{"what": "name", "level": "same", "weight": 9.0}], found_at=NOW,
        )  # fmt: skip
        PairLabel.objects.create(
            company=store.company, origin="sample", left_key=left.key, right_key=right.key, drawn_at=NOW
        )
    assign(store.company, {account.key: accounts[0].key for account in accounts}, NOW)


def kept(values: set[str], **logs: str) -> list[str]:
    return [f"{one.where}: {one.value}" for one in find_values(values, logs)]


def tokens_of(order_ref: str) -> set[str]:
    """All tokens of an order's buyer, as numbers and as words."""
    found: set[int] = set()
    for signal in BuyerSignal.objects.filter(order_ref=order_ref):
        found |= {signal.account, *(value for name in SCALARS if (value := getattr(signal, name)) is not None)}
        found.update(*(getattr(signal, name) for name in LISTS))
    return {form for value in found for form in (str(value), word(value))}


def vault_holds(value: str) -> bool:
    return any(value in unsealed(entry.sealed).decode() for entry in VaultEntry.objects.all()) or any(
        value in unsealed(one.sealed).decode() for one in Delivery.objects.exclude(sealed=b"")
    )


def test_a_redact_message_ends_with_nothing_left_of_that_person_and_all_of_the_others(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    store = shop()
    with caplog.at_level(logging.DEBUG):
        take_in(store, page(order(1001), order(1002, 2), order(1003)))
        matched(store)
        assert post(client, store, as_json(order(1001)), "orders/updated", "old") == 200
        assert post(client, store, as_json(order(1002, 2)), "orders/updated", "other") == 200
        mara = set(BuyerSignal.objects.filter(order_ref=ref(1001)).values_list("account", flat=True))
        tokens = tokens_of(ref(1001)) - tokens_of(ref(1002))
        assert len(tokens) > 30
        resident.of(store.company)
        places = {one.where for one in find_values(tokens)}
        assert places >= {"matching/0.parquet", "reconciliation_account.key", "reconciliation_buyersignal.words"}
        assert places & {"reconciliation_pairlabel.left_key", "reconciliation_pairlabel.right_key"}
        assert post(client, store, redact(1001), "customers/redact", "r1") == 200
        assert tasks.keep_promises() == "Maple: 1 requests handled, 0 wait"
    request = PrivacyRequest.objects.get()
    assert (request.kind, bytes(request.sealed), request.counts) == (
        "erase", b"",
        {"orders": 2, "signals": 2, "accounts": 1, "links": 1, "values": 20, "messages": 1},
    )  # fmt: skip
    assert request.due_on == (request.received_at + timedelta(days=30)).date()
    assert {word(key) for key in mara} <= set(request.accounts)
    assert {one.where for one in find_values(tokens)} == {"reconciliation_privacyrequest.accounts"}
    assert not any(vault_holds(value) for value in MARA)
    assert all(vault_holds(value) for value in OTTO)
    assert [one.order_ref for one in BuyerSignal.objects.all()] == [ref(1002)]
    assert (Account.objects.count(), CustomerLink.objects.count(), PairLabel.objects.count()) == (1, 0, 0)
    assert Account.objects.filter(touched_at=None).count() == 0
    call_command("purge", "--all", stdout=io.StringIO())
    assert (VaultEntry.objects.count(), BuyerSignal.objects.count(), Account.objects.count()) == (0, 0, 0)
    assert kept(MARA | OTTO, log=caplog.text) == []
    assert Order.objects.count() == 3


def test_before_the_purge_too_nothing_stands_in_clear(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    store = shop()
    with caplog.at_level(logging.DEBUG):
        take_in(store, page(order(1001), order(1002, 2)))
        matched(store)
        post(client, store, redact(1001, email="mara.okonkwo@example.org"), "customers/redact", "r1")
        tasks.keep_promises()
    assert kept(MARA | OTTO, log=caplog.text) == []


def test_who_was_erased_stays_out_whatever_comes_in_again(client: Client) -> None:
    store = shop()
    body = page(order(1001), order(1002, 2))
    take_in(store, body)
    matched(store)
    post(client, store, redact(1001), "customers/redact", "r1")
    tasks.keep_promises()
    again = page(order(1001, updatedAt="2026-10-09T09:00:00Z"), order(1002, 2), order(1009))
    take_in(store, again)
    post(client, store, as_json(order(1001)), "orders/updated", "late")
    RawPage.objects.update(fetched_at=NOW)
    gather(store.company, 0, NOW.date())
    assert {one.order_ref for one in BuyerSignal.objects.all()} == {ref(1002)}
    assert vault_holds("mara.okonkwo@example.org")
    assert "21 values erased again" in privacy.purge(NOW.date())
    assert not any(vault_holds(value) for value in MARA)
    assert all(vault_holds(value) for value in OTTO)
    assert "0 values erased again" in privacy.purge(NOW.date())


def test_the_key_that_keeps_him_out_may_be_an_older_one(client: Client, settings: Any) -> None:
    settings.TOKEN_KEYS = {1: b"1" * 32}
    store = shop()
    take_in(store, page(order(1001), order(1002, 2)))
    post(client, store, redact(1001), "customers/redact", "r1")
    tasks.keep_promises()
    settings.TOKEN_KEYS = {1: b"1" * 32, 2: b"2" * 32}
    take_in(store, page(order(1001), order(1003)))
    gather(store.company, 0, NOW.date())
    assert {one.order_ref for one in BuyerSignal.objects.all()} == {ref(1002)}


def test_a_demand_is_met_once_however_often_it_comes(client: Client) -> None:
    store = shop()
    take_in(store, page(order(1001)))
    for key in ("r1", "r1", "r2"):
        post(client, store, redact(1001), "customers/redact", key)
        tasks.keep_promises()
    assert PrivacyRequest.objects.get().counts["values"] == 10
    assert set(Delivery.objects.values_list("outcome", "sealed")) == {(privacy.DONE, b"")}
    assert Delivery.objects.filter(handled_at=None).count() == 0


def test_a_demand_without_anybody_is_done_and_says_so(client: Client) -> None:
    store = shop()
    take_in(store, page(order(1002, 2)))
    post(client, store, redact(1001), "customers/redact", "r1")
    tasks.keep_promises()
    request = PrivacyRequest.objects.get()
    assert request.handled_at is not None
    assert set(request.counts.values()) == {0}
    assert all(vault_holds(value) for value in OTTO)


def test_a_demand_that_nobody_signed_is_none(client: Client) -> None:
    store = shop()
    take_in(store, page(order(1001)))
    assert post(client, store, redact(1001), "customers/redact", "r1", secret="wrong") == 401
    Delivery.objects.create(
        store=store, channel="shopify", key="x", topic="customers/redact", sealed=seal(redact(1001)), verified=False,
        received_at=NOW, purge_on=NOW.date(),
    )  # fmt: skip
    tasks.keep_promises()
    assert PrivacyRequest.objects.count() == 0
    assert vault_holds("Lindenkade 12")


@pytest.mark.parametrize(
    "body", [b"[]", b"{", b'"x"', b"\xff", b"[" * 100_000], ids=["list", "cut", "text", "bytes", "deep"]
)
def test_a_demand_that_cannot_be_read_waits_for_a_person(client: Client, body: bytes) -> None:
    store = shop()
    assert post(client, store, body, "customers/redact", "r1") == 200
    tasks.keep_promises()
    assert (PrivacyRequest.objects.count(), Delivery.objects.get().outcome) == (0, privacy.UNREADABLE)
    assert Delivery.objects.get().handled_at is None


@pytest.mark.parametrize(
    "body",
    [
        {}, {"customer": None, "orders_to_redact": None}, {"customer": [], "orders_to_redact": {"a": 1}},
        {"customer": {"id": True, "email": "", "phone": []}, "orders_to_redact": [None, "", " ", [], {}, 1.5]},
        {"customer": {"email": "x" * 5_000}, "orders_to_redact": ["\0", "%", "' OR 1=1"]},
    ],
)  # fmt: skip
def test_hostile_demands_erase_nobody(client: Client, body: Any) -> None:
    store = shop()
    take_in(store, page(order(1001, discountCodes=[""]), order(1002, 2)))
    matched(store)
    post(client, store, as_json(body), "customers/redact", "r1")
    assert tasks.keep_promises() == "Maple: 1 requests handled, 0 wait"
    assert BuyerSignal.objects.count() == 2
    assert all(vault_holds(value) for value in MARA | OTTO)


def test_a_message_for_another_shop_of_the_application_reaches_that_shop(client: Client) -> None:
    store = shop()
    other = shop(store.company, "Second site", "willow")
    for one in (store, other):
        take_in(one, page(order(1001)))
    post(client, store, redact(1001, domain="willow"), "customers/redact", "r1")
    post(client, store, redact(1001, domain="elsewhere"), "customers/redact", "r2")
    tasks.keep_promises()
    assert PrivacyRequest.objects.get().store == other
    assert [entry.page.store for entry in VaultEntry.objects.all()] == [store]
    assert Delivery.objects.get(key="r2").outcome == privacy.NO_SHOP


def test_what_is_held_is_told(client: Client) -> None:
    store = shop()
    take_in(store, page(order(1001), order(1002, 2), order(1003)))
    matched(store)
    body = as_json(
        {"shop_domain": "maple.myshopify.com", "customer": {"id": 7_770_000_000_001}, "orders_requested": []}
    )
    post(client, store, body, "customers/data_request", "d1")
    tasks.keep_promises()
    request = PrivacyRequest.objects.get()
    assert request.counts == {"orders": 2, "personal_values": 1, "messages": 0, "tokens": 2, "accounts": 1}
    told = unsealed(request.sealed).decode()
    assert all(value in told for value in MARA)
    assert not any(value in told for value in OTTO)
    document = json.loads(told)
    assert document["accounts"][0]["linked_with"][0]["probability"] == 0.97
    assert {"email", "words"} <= set(document["tokens"][0]["features"])
    assert request.purge_on is not None
    assert BuyerSignal.objects.count() == 3
    privacy.purge_told(request.purge_on - timedelta(days=1))
    assert PrivacyRequest.objects.exclude(sealed=b"").count() == 1
    privacy.purge_told(request.purge_on)
    assert PrivacyRequest.objects.exclude(sealed=b"").count() == 0


def test_a_shop_that_goes_takes_its_buyers_along_and_no_others(client: Client) -> None:
    store = shop()
    other = shop(store.company, "Second site", "willow")
    for one in (store, other):
        take_in(one, page(order(1001), order(1002, 2)))
    matched(store)
    post(client, store, as_json({"shop_id": 1, "shop_domain": "maple.myshopify.com"}), "shop/redact", "s1")
    tasks.keep_promises()
    counts = PrivacyRequest.objects.get().counts
    assert {name: counts[name] for name in ("signals", "accounts", "entries", "messages")} == {
        "signals": 2, "accounts": 2, "entries": 1, "messages": 0,
    }  # fmt: skip
    assert {one.store for one in BuyerSignal.objects.all()} == {other}
    assert {entry.page.store for entry in VaultEntry.objects.all()} == {other}
    assert Order.objects.filter(store=store).count() == 2


def test_whoever_was_the_same_person_is_looked_at_anew_and_keeps_no_id_of_the_erased(client: Client) -> None:
    store = shop()
    take_in(store, page(order(1001), order(1002, 2)))
    matched(store)
    Account.objects.update(touched_at=None)
    post(client, store, redact(1001), "customers/redact", "r1")
    tasks.keep_promises()
    assert Account.objects.get().touched_at is not None
    take_in(store, page(order(1005, 5)))
    post(client, store, redact(1002, person=2), "customers/redact", "r2")
    tasks.keep_promises()
    assert (Account.objects.count(), Customer.objects.count()) == (0, 0)


def test_one_demand_that_fails_does_not_hold_up_the_next(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = shop()
    take_in(store, page(order(1001), order(1002, 2)))
    whole = erase

    def fragile(at: Store, subject: Any) -> Any:
        if ref(1001) in subject.orders:
            raise ValueError("mara.okonkwo@example.org")
        return whole(at, subject)

    monkeypatch.setattr("reconciliation.privacy.erase", fragile)
    for number, person in ((1001, 1), (1002, 2)):
        post(client, store, redact(number, person=person), "customers/redact", f"r{number}")
    assert tasks.keep_promises() == "Maple: 1 requests handled, 1 wait"
    assert "mara" not in caplog.text
    assert not vault_holds("Otto Harbor")
    monkeypatch.setattr("reconciliation.privacy.erase", whole)
    assert tasks.keep_promises() == "Maple: 1 requests handled, 0 wait"
    assert not vault_holds("Mara Okonkwo")


def test_the_schedule_keeps_promises_every_five_minutes() -> None:
    assert Schedule.objects.get(func="reconciliation.tasks.keep_promises").minutes == 5
