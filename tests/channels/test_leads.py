"""Leads come in as files, stand as facts without a name, and outlive a replay; a newer export brings them up to date."""

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from channels.load import load, replay_facts
from channels.models import Lead, RawPage, Store, UnreadableLine, VaultEntry
from channels.receive import receive
from channels.vault import unseal
from tests.making import NOON, make_store

pytestmark = pytest.mark.django_db

HEADER = "lead,created at,source,stage,qualified at,won at,value,currency,order,consent,name,email,phone\n"
FIRST = "L-1,2026-06-02,google,qualified,2026-06-03,,,,,yes,Mara Okonkwo,mara@example.org,+49 30 5550101\n"
LATER = "L-1,2026-06-02,google,won,2026-06-03,2026-07-01,420.50,EUR,1001,yes,Mara Okonkwo,mara@example.org,\n"


def shop() -> Store:
    return make_store(channel="shopify", currency="EUR", timezone="Europe/Berlin")


def take_in(store: Store, body: str, hours: int = 0) -> RawPage:
    page = receive(store.company, store, io.BytesIO(body.encode()), "leads.csv", NOON + timedelta(hours=hours)).page
    load(page)
    page.refresh_from_db()
    return page


def test_a_lead_stands_without_its_name_which_the_vault_keeps() -> None:
    page = take_in(shop(), HEADER + FIRST)
    assert (page.resource, page.state, page.summary["rows"]) == ("crm.leads", RawPage.State.LOADED, {"leads": 1})
    [lead] = Lead.objects.values()
    assert (lead["key"], lead["source"], lead["stage"], lead["consent"], lead["value"]) == (
        "L-1", "google", "qualified", "yes", None,
    )  # fmt: skip
    kept = str(lead) + str(list(UnreadableLine.objects.values())) + str(page.summary)
    assert [word for word in ("Mara", "Okonkwo", "mara@", "5550101") if word in kept] == []
    assert unseal(VaultEntry.objects.get(page=page))["email"] == "mara@example.org"


def test_a_newer_export_brings_a_lead_up_to_date_and_an_older_one_does_not() -> None:
    store = shop()
    take_in(store, HEADER + LATER, hours=2)
    take_in(store, HEADER + FIRST, hours=1)
    [lead] = Lead.objects.all()
    assert (lead.stage, lead.value, lead.order_ref) == ("won", Decimal("420.5"), "1001")


def test_leads_outlive_a_replay() -> None:
    store = shop()
    take_in(store, HEADER + FIRST)
    take_in(store, HEADER + LATER, hours=1)
    facts = Lead.objects.values("key", "stage", "status", "value", "won_at", "page", "place", "load")
    before = list(facts)
    replay_facts(store.company_id, lambda page: None)
    assert list(facts) == before


def test_what_a_table_cannot_hold_is_listed_and_names_nobody() -> None:
    page = take_in(shop(), HEADER + "K" * 101 + FIRST[3:] + "L-2,2200-06-02,google,,,,,,,,Mara,,\n" + FIRST)
    said = [one.reason for one in UnreadableLine.objects.filter(page=page).order_by("place")]
    assert [("key has 101" in one, "no date of trade" in one) for one in said] == [(True, False), (False, True)]
    assert [lead.key for lead in Lead.objects.all()] == ["L-1"]


def test_the_admin_lists_leads_and_shows_nobody(admin_client: Client) -> None:
    take_in(shop(), HEADER + LATER)
    [lead] = Lead.objects.all()
    page = admin_client.get(reverse("admin:channels_lead_changelist")).content.decode()
    one = admin_client.get(reverse("admin:channels_lead_change", args=[lead.pk]))
    assert "L-1" in page
    assert one.status_code == 200
    assert "Mara" not in page + one.content.decode()


def test_the_import_command_takes_leads(tmp_path: Any) -> None:
    store = shop()
    file = tmp_path / "leads.csv"
    file.write_text(HEADER + FIRST, encoding="utf-8")
    out = io.StringIO()
    call_command("import", str(file), store=store.name, stdout=out, stderr=out)
    assert Lead.objects.filter(store=store).count() == 1
    assert "Mara" not in out.getvalue()
