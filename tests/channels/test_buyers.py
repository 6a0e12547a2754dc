"""Buyers come out of archived pages as far as the vault still holds them, and out of nothing else."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command

from channels import buyers
from channels.adapters import adapters
from channels.buyers import buyers_of, formats_with_buyers
from channels.core.errors import Refused
from channels.core.privacy import PLACEHOLDER
from channels.core.rows import BuyerRow
from channels.load import replay_facts
from channels.models import GivenOrder, RawPage, Store, UnreadableLine, VaultEntry
from channels.receive import open_body, receive
from channels.vault import seal_cut, unseal, unsealed
from tests.making import NOON, make_company, make_store, orders, shopee_orders, shopify_orders, take_in

pytestmark = pytest.mark.django_db

WARRANTY = """Order number,Form,Date,Name,E_mail,Phone,Address,Zip,Remarks
111-5550101-0000123,Card,2026-08-03,Mara Okonkwo,mara@example.org,+1 415-555-0134,12 Lindenkade,94107,broken lid
112-0000000-0000000,Card,2026-08-04,Ada Testa,ada@example.org,,,,
"""


def shop(channel: str = "shopify", **given: Any) -> Store:
    return make_store(make_company(), f"Maple {channel}", channel=channel, **given)


def told(page: RawPage) -> list[dict[str, Any]]:
    """What each row tells, without what it does not."""
    return [{name: value for name, value in asdict(row).items() if value} for row in buyers_of(page)]


def archived(page: RawPage) -> str:
    with open_body(page) as stream:
        return stream.read().decode()


def test_formats_with_buyers_are_of_the_channels_that_may_be_matched() -> None:
    assert formats_with_buyers() == {
        "sheets.given", "shopee.orders", "shopify.api_orders", "shopify.bulk_orders", "shopify.orders",
    }  # fmt: skip
    assert [one.code for one in adapters() if one.code == "amazon" and any(form.buyers for form in one.formats)] == []


def test_an_export_tells_its_buyers() -> None:
    page = take_in(shop(), shopify_orders({}, {"Name": "#1002", "Email": "ben@example.com", "Shipping Name": "Ben Li"}))
    home = {"street": "12 Analytical Row", "postcode": "018956", "city": "Singapore", "country": "SG"}
    assert PLACEHOLDER in archived(page)
    assert "Byron" not in archived(page)
    assert told(page) == [
        {"order": "1001", "place": 2, "name": "Ada Byron", "email": "ada.byron@example.com", "phone": "+6581234567"}
        | home,
        {"order": "1002", "place": 3, "name": "Ada Byron", "email": "ben@example.com", "phone": "+6581234567"} | home,
        {"order": "1002", "place": 3, "part": 1, "name": "Ben Li"} | home,
    ]


def test_a_page_tells_nobody_once_its_vault_is_empty() -> None:
    page = take_in(shop(), shopify_orders({}, {"Name": "#1002", "Email": "ben@example.com"}))
    VaultEntry.objects.filter(page=page, place=2).delete()
    assert [row["order"] for row in told(page)] == ["1002"]
    VaultEntry.objects.filter(page=page).delete()
    assert told(page) == []


def test_values_that_are_gone_one_by_one_are_empty() -> None:
    page = take_in(shop("shopee", currency="SGD", marketplace="SG"), shopee_orders({}))
    [whole] = told(page)
    assert whole["name"] == "A***n"
    entry = VaultEntry.objects.get(page=page)
    cut = {path: value for path, value in unseal(entry).items() if "name" not in path}
    entry.sealed = seal_cut(cut)
    entry.save()
    [left] = told(page)
    assert left == {name: value for name, value in whole.items() if name not in ("name", "username")}


def test_amazons_pages_tell_nobody_though_their_vault_is_full() -> None:
    page = take_in(make_store(), orders({"ship-postal-code": "98765"}))
    assert VaultEntry.objects.filter(page=page).count() == 1
    assert told(page) == []


def test_a_large_table_is_put_together_anew_for_each_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [{"Name": f"#{n}", "Email": f"buyer{n}@example.com", "Notes": "茶" * (n % 7)} for n in range(1, 300)]
    page = take_in(shop(), shopify_orders(*lines))
    at_once = told(page)
    monkeypatch.setattr(buyers, "IN_MEMORY", 0)
    assert told(page) == at_once
    assert [row["email"] for row in at_once] == [f"buyer{n}@example.com" for n in range(1, 300)]


def test_hostile_values_are_no_values(caplog: pytest.LogCaptureFixture) -> None:
    long, half = "x" * 5_000, "\ud83d"
    body = shopee_orders(
        {"order_sn": "2609010AAAAAA1", "buyer_username": long, "buyer_user_id": {"a": 1}},
        {"order_sn": "2609010AAAAAA2", "buyer_username": f"a\0b{half}", "message_to_seller": "[personal]"},
        {"order_sn": None, "buyer_username": "lost"},
        {"order_sn": "2609010AAAAAA3", "recipient_address": "gone", "buyer_username": PLACEHOLDER, "buyer_user_id": 0},
        {"order_sn": "2609010AAAAAA4", "buyer_username": "last"},
    )
    with caplog.at_level(logging.DEBUG):
        page = take_in(shop("shopee", currency="SGD", marketplace="SG"), body)
        rows = {row["order"]: row.get("username", "") for row in told(page)}
    assert b"\\ud83d" in unsealed(VaultEntry.objects.get(page=page).sealed)
    assert rows == {"2609010AAAAAA1": "", "2609010AAAAAA2": "ab\ufffd", "2609010AAAAAA4": "last"}
    assert "last" not in caplog.text


@pytest.mark.parametrize("channel", ["amazon", "shopee", "shopify"])
def test_a_sheet_of_given_numbers_belongs_to_the_store_whose_orders_they_are(channel: str) -> None:
    store = shop(channel)
    page = take_in(store, WARRANTY.encode())
    assert (page.store, page.resource, page.state) == (store, "sheets.given", RawPage.State.LOADED)
    assert list(GivenOrder.objects.values_list("store", "order_ref", "form", "given_on").order_by("place")) == [
        (store.pk, "111-5550101-0000123", "Card", date(2026, 8, 3)),
        (store.pk, "112-0000000-0000000", "Card", date(2026, 8, 4)),
    ]
    assert archived(page).splitlines()[1] == (
        "111-5550101-0000123,Card,2026-08-03,[personal],[personal],[personal],[personal],[personal],[personal]"
    )
    assert told(page)[1] == {
        "order": "112-0000000-0000000", "place": 3, "name": "Ada Testa", "email": "ada@example.org", "given": "Card",
    }  # fmt: skip


def test_a_sheet_of_given_numbers_is_imported_by_command_and_outlives_a_replay() -> None:
    store = shop("amazon")
    facts = GivenOrder.objects.values("store", "page", "place", "resource", "key", "order_ref", "form", "given_on")
    take_in(store, WARRANTY.encode())
    longer = WARRANTY + "111-5550101-0000123,Card,2026-08-09,Mara O.,,,,,\n"
    take_in(store, longer.encode())
    before = list(facts.order_by("key"))
    assert [(one["key"], one["place"]) for one in before] == [
        ("Card/111-5550101-0000123/1", 2), ("Card/111-5550101-0000123/2", 4), ("Card/112-0000000-0000000/1", 3),
    ]  # fmt: skip
    replay_facts(store.company_id, lambda page: None)
    assert list(facts.order_by("key")) == before


def test_the_import_command_takes_a_given_sheet(tmp_path: Any) -> None:
    store = shop("amazon")
    file = tmp_path / "warranty.csv"
    file.write_text(WARRANTY, encoding="utf-8")
    out = io.StringIO()
    call_command("import", str(file), store=store.name, stdout=out, stderr=out)
    assert GivenOrder.objects.filter(store=store).count() == 2
    assert "Mara" not in out.getvalue()


def test_a_given_sheet_without_a_store_is_refused() -> None:
    with pytest.raises(Refused, match="into the store that it is about"):
        receive(make_company(), None, io.BytesIO(WARRANTY.encode()), "warranty.csv", NOON)


def test_who_writes_no_number_is_not_kept_in_clear() -> None:
    body = (
        "Order number,Form,Name,Email\n"
        "mara@example.org,Card,Mara Okonkwo,\n"
        "Mara Okonkwo,Card,,mara@example.org\n"
        '"12, Lindenkade",94107,Card,Mara,mara@example.org,Okonkwo\n'
        "=HYPERLINK(1),Card,Mara,\n"
        "111-5550101-0000123,Card,Mara,\n"
    )
    page = take_in(shop("amazon"), body.encode())
    left = archived(page) + json.dumps(page.summary) + str(list(UnreadableLine.objects.values()))
    assert [word for word in ("mara", "Mara", "Okonkwo", "Lindenkade", "HYPERLINK") if word in left] == []
    assert list(GivenOrder.objects.values_list("order_ref", flat=True)) == ["111-5550101-0000123"]
    assert [row["order"] for row in told(page)] == ["111-5550101-0000123"]


def test_a_record_that_cannot_be_told_leaves_the_others() -> None:
    page = take_in(shop(), shopify_orders({}, {"Name": "#1002", "Id": "5.55E+12"}, {"Name": "#1003"}))
    assert [row["order"] for row in told(page)] == ["1001", "1003"]


def test_nothing_is_written() -> None:
    page = take_in(shop(), shopify_orders({}))

    def state() -> tuple[Any, ...]:
        return RawPage.objects.values().get(), list(VaultEntry.objects.values("place", "sealed")), archived(page)

    before = state()
    rows: Iterator[BuyerRow] = buyers_of(page)
    assert next(rows).name == "Ada Byron"
    assert state() == before
