"""Conversions from the books: leads followed to their deals, known by what the vault still holds, by the same rules."""

import io
import json
import logging
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from channels.core.kinds import Consent
from channels.load import load
from channels.models import Company, Store
from channels.receive import receive
from channels.vault import purge
from reports.booked_leads import booked
from reports.conversions.ga4 import problems as problems_ga4
from reports.conversions.google_ads import problems as problems_google
from reports.conversions.meta import problems as problems_meta
from tests.making import make_company, make_store

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 31, 12, tzinfo=UTC)
ARRIVED = NOW - timedelta(days=5)
CLICK, CLIENT = "Cj0KCQjw_TestClick-01", "GA1.1.123456.7654321"
ADA: dict[str, Any] = {
    "lead": "L-1", "created_at": "2026-10-20T09:00:00Z", "qualified_at": "2026-10-29T12:00:00Z",
    "won_at": "2026-10-30T12:00:00Z", "value": "420.5", "currency": "EUR", "consent": "yes",
    "email": "Ada.Testa@GMail.com", "phone": "030 5550101", "gclid": CLICK, "client_id": CLIENT,
}  # fmt: skip


@pytest.fixture
def store() -> Store:
    return make_store(channel="shopify", currency="EUR", timezone="Europe/Berlin")


def take_in(store: Store, *bodies: Any) -> None:
    for hours, body in enumerate(bodies):
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        load(receive(store.company, store, io.BytesIO(data), "leads", ARRIVED + timedelta(hours=hours)).page)


def run(out: Path, to: str = "google_ads", company: str = "Example Ltd", **more: str) -> Any:
    told = io.StringIO()
    call_command("conversions", company=company, to=to, out=out, as_of=NOW.isoformat(), stdout=told, **more)
    return json.loads(told.getvalue())


def test_a_lead_of_the_books_is_known_as_its_page_knew_it(store: Store) -> None:
    take_in(store, [ADA])
    found = booked(store.company, NOW.date(), "49")
    [lead] = found.all
    assert (lead.email, lead.phone, lead.gclid, lead.client_id) == (
        "ada.testa@gmail.com", "+49305550101", CLICK, "123456.7654321",
    )  # fmt: skip
    assert (lead.agreed, lead.value, lead.currency, lead.gone, found.unread) == (
        Consent.YES, Decimal("420.5"), "EUR", False, 0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("to", "problems"), [("google_ads", problems_google), ("ga4", problems_ga4), ("meta", problems_meta)],
    ids=["google_ads", "ga4", "meta"],
)  # fmt: skip
def test_what_is_written_keeps_the_network_s_rules_and_names_nobody(
    store: Store, tmp_path: Path, to: str, problems: Any, caplog: pytest.LogCaptureFixture
) -> None:
    take_in(store, [ADA, ADA | {"lead": "L-2", "consent": "unknown", "email": "bo@example.org", "phone": None}])
    with caplog.at_level(logging.DEBUG):
        told = run(tmp_path / "out", to, store.company.name)
    text = (tmp_path / "out").read_text()
    assert told["written"] == {"qualified": 1, "won": 1}
    assert problems(text, NOW) == []
    assert [word for word in ("ada", "Testa", "5550101", "L-1") if word in text.replace("ad_", "") + caplog.text] == []


def test_refusals_count_everywhere_and_bots_and_old_stages_stay_out(store: Store, tmp_path: Path) -> None:
    other = make_store(store.company, "Maple FR", channel="shopify", currency="EUR")
    bare = {"phone": None, "gclid": None, "client_id": None}
    take_in(
        store,
        [
            ADA, ADA | bare | {"lead": "L-2", "email": "bo@example.org", "bot": True},
            ADA | bare | {"lead": "L-3", "email": "c@example.org", "created_at": "2026-01-02", "qualified_at": "2026-01-03"},
            ADA | bare | {"lead": "L-4", "email": None},
        ],
    )  # fmt: skip
    assert run(tmp_path / "out", company=store.company.name) == {
        "written": {"qualified": 1, "won": 1},
        "left_out": {"bot": 1, "too old to be taken": 2, "nothing to know it by": 2},
    }
    take_in(other, [ADA | bare | {"lead": "X", "email": "ada.testa@gmail.com", "opted_out": True}])
    assert run(tmp_path / "out", company=store.company.name)["left_out"]["no consent"] == 2


def test_what_the_vault_no_longer_holds_is_left_out_and_counted(store: Store, tmp_path: Path) -> None:
    take_in(store, [ADA])
    purge(date(2100, 1, 1))
    late = NOW + timedelta(days=30)
    told = io.StringIO()
    call_command(
        "conversions", company=store.company.name, to="google_ads", out=tmp_path / "out", as_of=late.isoformat(),
        stdout=told,
    )  # fmt: skip
    assert json.loads(told.getvalue()) == {"written": {}, "left_out": {"personal fields are gone": 2}}


def test_a_deal_of_hubspot_gives_its_contact_the_win_and_the_money(store: Store) -> None:
    take_in(
        store,
        "Record ID,Create Date,Lifecycle Stage,Became a Sales Qualified Lead Date,Email,Consent\n"
        "1,2026-10-20,Opportunity,2026-10-28,a@example.org,yes\n",
        "Record ID,Create Date,Deal Stage,Close Date,Amount,Currency,Associated Contact IDs\n"
        "7,2026-10-29,Closed Won,2026-10-30,900,EUR,1\n8,2026-10-29,Closed Won,2026-10-30,100,USD,1\n",
    )
    [lead] = booked(store.company, NOW.date()).all
    assert (lead.email, lead.won_at) == ("a@example.org", datetime(2026, 10, 29, 23, tzinfo=UTC))
    assert lead.value is None  # no rate of the other currency is known


def test_the_same_number_in_two_stores_is_two_conversions(store: Store, tmp_path: Path) -> None:
    other = make_store(store.company, "Maple FR", channel="shopify", currency="EUR")
    take_in(store, [ADA])
    take_in(other, [ADA])
    assert run(tmp_path / "out", company=store.company.name)["written"] == {"qualified": 2, "won": 2}


def test_another_company_s_leads_are_not_in_it(store: Store, tmp_path: Path) -> None:
    take_in(store, [ADA])
    make_company("Birch Ltd")
    assert run(tmp_path / "out", company="Birch Ltd") == {"written": {}, "left_out": {}}
    for name in ("Elm Ltd", ""):
        with pytest.raises(CommandError, match="no company"):
            run(tmp_path / "none", company=name)
    assert Company.objects.count() == 2
    assert not (tmp_path / "none").exists()
