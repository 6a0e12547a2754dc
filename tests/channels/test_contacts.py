"""Leads are known by what the vault still holds of their pages, each field as it came last."""

import io
import json
from datetime import date, timedelta
from typing import Any

import pytest

from channels.contacts import contacts, formats_with_contacts
from channels.core.rows import ContactRow
from channels.core.subjects import Subject, whose
from channels.erase import forget
from channels.load import load
from channels.models import Lead, RawPage, Store, VaultEntry
from channels.receive import open_body, receive
from channels.vault import purge
from tests.making import NOON, make_store

pytestmark = pytest.mark.django_db

SHEET = "lead,created at,source,email,phone,gclid\n"


def shop() -> Store:
    return make_store(channel="shopify", currency="EUR", timezone="Europe/Berlin")


def take_in(store: Store, body: Any, hours: int = 0) -> RawPage:
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    page = receive(store.company, store, io.BytesIO(data), "leads", NOON + timedelta(hours=hours)).page
    load(page)
    return page


def test_each_field_counts_as_it_came_last_in_sheet_and_json_alike() -> None:
    store = shop()
    take_in(store, SHEET + "L-1,2026-06-02,google,old@example.org,+49 30 1,Cj0KCQ\nL-2,2026-06-02,x,,,\n")
    take_in(store, [{"lead": "L-1", "created_at": "2026-06-02", "email": "new@example.org"}], hours=1)
    found, unread = contacts(store.company_id)
    assert found == {(store.pk, "crm.leads", "L-1"): ContactRow("L-1", 1, "new@example.org", "+49 30 1", "Cj0KCQ")}
    assert unread == 0


def test_what_is_purged_is_gone_for_good() -> None:
    store = shop()
    take_in(store, SHEET + "L-1,2026-06-02,google,old@example.org,,\n")
    purge(date(2100, 1, 1))
    assert contacts(store.company_id) == ({}, 0)
    assert Lead.objects.count() == 1


def test_a_person_who_is_erased_is_known_by_nothing_and_the_others_of_the_page_stay() -> None:
    store = shop()
    leads = [
        {"lead": str(one), "created_at": "2026-06-02", "email": f"{one}@example.org", "gclid": f"Cj0KC{one}"}
        for one in (1, 2)
    ]
    take_in(store, leads)
    assert forget(store, whose([Subject(emails=frozenset({"1@example.org"}))])) == {0: 2}
    found, _ = contacts(store.company_id)
    assert [(one.lead, one.email, one.gclid) for one in found.values()] == [("2", "2@example.org", "Cj0KC2")]


def test_another_company_s_leads_name_nobody_here_and_a_damaged_page_is_counted() -> None:
    store = shop()
    page = take_in(store, SHEET + "L-1,2026-06-02,google,old@example.org,,\n")
    assert contacts(store.company_id + 1) == ({}, 0)
    assert "old@" not in open_body(page).read().decode()
    RawPage.objects.filter(pk=page.pk).update(resource="crm.leads_json")  # as a table it is no JSON
    assert contacts(store.company_id) == ({}, 1)
    assert VaultEntry.objects.exists()


def test_formats_of_deals_name_nobody() -> None:
    assert formats_with_contacts() == {
        "crm.hubspot_contacts", "crm.leads", "crm.leads_json", "crm.salesforce_leads"
    }  # fmt: skip
