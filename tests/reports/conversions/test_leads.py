from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from channels.core.kinds import Consent
from reports.analysis.rows import Unreadable
from reports.conversions import read_leads
from tests.reports.conversions.making import CLICK, CLIENT, FBC, FORM, HEAD, NOW, leads, row, write


def test_a_lead_with_all_that_it_may_be_known_by(tmp_path: Path) -> None:
    [lead] = leads(tmp_path, row())
    assert (lead.email, lead.phone, lead.gclid) == ("ada.testa@gmail.com", "+49305550101", CLICK)
    assert (lead.client_id, lead.fbc, lead.facebook_lead, lead.agreed) == (CLIENT, FBC, FORM, Consent.YES)


@pytest.mark.parametrize(
    ("word", "agreed"),
    [
        ("yes", "yes"), ("TRUE", "yes"), ("1", "yes"), ("Granted", "yes"), ("Freely given consent from contact", "yes"),
        ("no", "no"), ("denied", "no"), ("0", "no"),
        ("", "unknown"), ("maybe", "unknown"), ("yes?", "unknown"), ("Legitimate interest – prospect/lead", "unknown"),
        ("Not applicable", "unknown"), ("ja", "unknown"),
    ],
)  # fmt: skip
def test_consent_is_what_says_so_and_nothing_else(tmp_path: Path, word: str, agreed: str) -> None:
    assert [lead.agreed for lead in leads(tmp_path, row(consent=word))] == [agreed]


def test_who_refused_once_has_refused_in_every_row_over_any_steps(tmp_path: Path) -> None:
    alone = {"email": "", "phone": "", "gclid": "", "client_id": "", "fbc": "", "facebook_lead": ""}
    read = leads(
        tmp_path,
        row("1", "no", **{**alone, "email": "ADA@example.org"}),
        row("2", "yes", **{**alone, "email": "ada@example.org", "phone": "+49305550101"}),
        row("3", "yes", **{**alone, "phone": "0049 30 5550101"}),
        row("4", "yes", **{**alone, "email": "bo@example.org"}),
        row("5", "", **{**alone, "email": "bo@example.org"}),
        row("5", "yes", **alone),
    )
    assert [lead.agreed for lead in read] == ["no", "no", "no", "yes", "unknown", "unknown"]


def test_opting_out_outweighs_consent_and_names_of_hubspot_do(tmp_path: Path) -> None:
    head = (
        "Record ID,Legal basis for processing contact's data,Unsubscribed from all email,Became a Customer Date,Email"
    )
    read = leads(
        tmp_path,
        "1,Freely given consent from contact,false,2026-10-30 09:00,a@example.org",
        "2,Freely given consent from contact,true,2026-10-30 09:00,b@example.org",
        head=head,
    )
    assert [(lead.number, lead.agreed, lead.won_at) for lead in read] == [
        ("1", "yes", datetime(2026, 10, 30, 9, tzinfo=UTC)), ("2", "no", datetime(2026, 10, 30, 9, tzinfo=UTC)),
    ]  # fmt: skip


def test_times_are_in_their_zone_and_days_end_by_now(tmp_path: Path) -> None:
    path = write(tmp_path, row(created_at="2026-10-20 09:00", qualified_at="2026-10-29", won_at="2026-10-31"))
    [lead] = read_leads(path, NOW, ZoneInfo("Europe/Berlin"))
    assert lead.created_at == datetime(2026, 10, 20, 7, tzinfo=UTC)
    assert lead.qualified_at == datetime(2026, 10, 29, 22, 59, 59, tzinfo=UTC)
    assert lead.won_at == NOW


def test_a_day_to_come_stays_in_the_future(tmp_path: Path) -> None:
    path = write(tmp_path, row("1", won_at="2026-11-01"), row("2", won_at="2027-03-31"))
    first, second = read_leads(path, NOW, ZoneInfo("Europe/Berlin"))
    assert (first.won_at, second.won_at) == (
        datetime(2026, 11, 1, 22, 59, 59, tzinfo=UTC), datetime(2027, 3, 31, 21, 59, 59, tzinfo=UTC),
    )  # fmt: skip


def test_what_is_no_identifier_is_none(tmp_path: Path) -> None:
    [lead] = leads(
        tmp_path, row(email="ada", phone="030 1", gclid="=1+1", client_id="a b", fbc="fb.x", facebook_lead="12")
    )
    assert {lead.email, lead.phone, lead.gclid, lead.client_id, lead.fbc, lead.facebook_lead} == {""}


@pytest.mark.parametrize(
    "cells",
    [
        {"won_at": "mara@example.org"}, {"value": "mara@example.org"}, {"currency": "mara@example.org"},
        {"value": "nan"}, {"value": "sNaN"}, {"value": "-1"}, {"value": "1e999"}, {"value": "5", "currency": ""},
        {"number": ""}, {"won_at": "9999-12-31T23:59:59-23:00"},
    ],
    ids=str,
)  # fmt: skip
def test_a_message_names_the_line_and_shows_no_cell(tmp_path: Path, cells: dict[str, str]) -> None:
    with pytest.raises(Unreadable) as told:
        leads(tmp_path, row(), row(**cells))
    assert "leads.csv, line 3: " in str(told.value)
    assert "mara" not in str(told.value)
    assert told.value.__cause__ is None


def test_a_file_that_says_nothing_of_consent_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no column consent"):
        leads(tmp_path, "L1,mara@example.org", head="lead,email")
    with pytest.raises(Unreadable, match="line 2: 13 fields") as told:
        leads(tmp_path, row()[:-1], head=HEAD)
    assert "Ada" not in str(told.value)


def test_the_words_of_the_archive_s_files_do_here_too_and_so_does_analytics_cookie(tmp_path: Path) -> None:
    [lead] = leads(tmp_path, "1,yes,a@example.org,GA1.1.123456.7654321", head="lead,营销同意,E-mail,GA client ID")
    assert (lead.agreed, lead.email, lead.client_id) == ("yes", "a@example.org", "123456.7654321")
