"""What goes to Google Ads, GA4 and Meta keeps their rules, is hashed, and has nobody in it who did not agree."""

import csv
import io
import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reports.conversions import Made, ga4, google_ads, meta
from reports.conversions.ga4 import problems as ga4_problems
from reports.conversions.google_ads import problems as google_problems
from reports.conversions.identifiers import hashed
from reports.conversions.meta import problems as meta_problems
from tests.reports.conversions.making import CLICK, CLIENT, FBC, FORM, NOW, leads, row

Make = Callable[..., Made]
Check = Callable[[str, datetime], list[str]]
TO: dict[str, tuple[Make, Check]] = {
    "google_ads": (google_ads, google_problems),
    "ga4": (ga4, ga4_problems),
    "meta": (meta, meta_problems),
}
each = pytest.mark.parametrize("to", sorted(TO))


def bodies(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_google_ads_knows_a_conversion_by_its_click_and_hashes(tmp_path: Path) -> None:
    qualified, won = lines(google_ads(leads(tmp_path, row()), NOW).text)
    assert won == {
        "Google Click ID": CLICK, "Email": hashed("adatesta@gmail.com"), "Phone Number": hashed("+49305550101"),
        "Conversion Name": "Converted lead", "Conversion Time": "2026-10-30T12:00:00+00:00",
        "Conversion Value": "420.50", "Conversion Currency": "EUR", "Order ID": hashed("L1|won")[:32],
        "Ad User Data": "Granted", "Ad Personalization": "Granted",
    }  # fmt: skip
    assert (qualified["Conversion Name"], qualified["Conversion Value"]) == ("Qualified lead", "")


def test_ga4_takes_a_client_and_no_address(tmp_path: Path) -> None:
    made = ga4(leads(tmp_path, row()), NOW)
    assert bodies(made.text)[1] == {
        "client_id": CLIENT,
        "timestamp_micros": 1_793_361_600_000_000,
        "consent": {"ad_user_data": "GRANTED", "ad_personalization": "GRANTED"},
        "events": [
            {
                "name": "close_convert_lead",
                "params": {"transaction_id": hashed("L1|won")[:32], "value": 420.5, "currency": "EUR"},
            }
        ],
    }
    assert hashed("ada.testa@gmail.com") not in made.text


def test_meta_takes_its_own_marks_plain_and_the_others_hashed(tmp_path: Path) -> None:
    [body] = bodies(meta(leads(tmp_path, row()), NOW).text)
    assert body["data"][1] == {
        "event_name": "Converted Lead", "event_time": 1_793_361_600, "event_id": hashed("L1|won")[:32],
        "action_source": "system_generated",
        "user_data": {
            "lead_id": int(FORM), "em": [hashed("ada.testa@gmail.com")], "ph": [hashed("49305550101")], "fbc": FBC,
        },
        "custom_data": {"event_source": "crm", "lead_event_source": "Plumbline", "value": 420.5, "currency": "EUR"},
    }  # fmt: skip


@each
def test_nobody_without_consent_on_record_is_exported(to: str, tmp_path: Path) -> None:
    make, check = TO[to]
    words = ["yes", "no", "", "maybe", "Legitimate interest – prospect/lead", "denied", "granted"]
    draw = random.Random(20261031)
    people = [(str(number), draw.choice(words)) for number in range(400)]
    rows = [
        row(number, word, email=f"p{number}@example.org", phone=f"+49305550{number:0>4}", gclid=f"Click_{number:0>6}", client_id=f"c.{number:0>4}", fbc=f"fb.1.1767225600000.Click-{number:0>6}", facebook_lead=f"{10**15 + int(number)}")
        for number, word in people
    ]  # fmt: skip
    made = make(leads(tmp_path, *rows), NOW)
    agreed = {hashed(f"{number}|won")[:32] for number, word in people if word in ("yes", "granted")}
    others = {hashed(f"{number}|{stage}")[:32] for number, word in people if word not in ("yes", "granted") for stage in ("qualified", "won")}  # fmt: skip
    assert agreed
    assert {mark for mark in agreed if mark not in made.text} == set()
    assert {mark for mark in others if mark in made.text} == set()
    assert made.held == {"qualified": len(agreed), "won": len(agreed)}
    assert made.left_out == {"no consent": 400 - len(agreed)}
    for number, word in people:
        known = {hashed(f"p{number}@example.org"), f"Click_{number:0>6}", f"c.{number:0>4}", f"{10**15 + int(number)}"}
        assert word in ("yes", "granted") or not any(one in made.text for one in known)
    assert check(made.text, NOW) == []


@each
def test_nothing_personal_stands_in_clear(to: str, tmp_path: Path) -> None:
    text = TO[to][0](leads(tmp_path, row("ada.testa@gmail.com")), NOW).text
    assert text
    for word in ("Ada", "ada.", "Testa", "testa", "@", "305550101", "555-0101"):
        assert word not in text


@each
def test_each_stage_of_a_lead_is_told_once_and_the_same_way_each_time(to: str, tmp_path: Path) -> None:
    make, _ = TO[to]
    twice = make(leads(tmp_path, row(), row()), NOW)
    assert twice.text == make(leads(tmp_path, row()), NOW).text
    assert twice.left_out == {"told twice": 2}


@each
def test_bots_the_future_and_who_is_known_by_nothing_stay_out(to: str, tmp_path: Path) -> None:
    nothing = dict.fromkeys(("email", "phone", "gclid", "client_id", "fbc", "facebook_lead"), "")
    made = TO[to][0](
        leads(
            tmp_path,
            row("1", bot="yes", **nothing),
            row("2", won_at="2026-10-31T12:00:01Z", qualified_at="", **nothing),
            row("3", won_at="", **nothing),
            row("4", won_at="", qualified_at="", **nothing),
        ),
        NOW,
    )
    assert made.held == {}
    assert made.left_out == {"bot": 1, "in the future": 1, "nothing to know it by": 1}


@pytest.mark.parametrize(
    ("to", "oldest"), [("google_ads", timedelta(days=90)), ("ga4", timedelta(hours=72)), ("meta", timedelta(hours=167))]
)
def test_what_is_older_than_each_takes_stays_out(to: str, oldest: timedelta, tmp_path: Path) -> None:
    make, check = TO[to]
    for older, held in ((timedelta(0), {"won": 1}), (timedelta(seconds=1), {})):
        moment = (NOW - oldest - older).isoformat()
        made = make(leads(tmp_path, row(created_at=moment, won_at=moment, qualified_at="")), NOW)
        assert made.held == held
        assert made.left_out == ({} if held else {"too old to be taken": 1})
        assert check(made.text, NOW) == []


def test_the_age_of_a_click_is_that_of_the_lead(tmp_path: Path) -> None:
    late = leads(tmp_path, row(created_at="2026-07-01", qualified_at="", won_at="2026-10-30"))
    assert google_ads(late, NOW).left_out == {"too old to be taken": 1}
    assert meta(late, NOW).held == {"won": 1}


def test_meta_takes_a_thousand_events_in_a_request(tmp_path: Path) -> None:
    made = meta(leads(tmp_path, *(row(str(number)) for number in range(1_001))), NOW)
    assert [len(body["data"]) for body in bodies(made.text)] == [1_000, 1_000, 2]
    assert meta_problems(made.text, NOW) == []


@each
def test_nobody_at_all_makes_a_file_of_nothing(to: str) -> None:
    make, _ = TO[to]
    made = make([], NOW)
    assert (made.held, made.left_out) == ({}, {})
    assert "L1" not in made.text


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (hashed("adatesta@gmail.com"), "ada.testa@gmail.com"), (CLICK, "click 1"), (",Granted,", ",Denied,"),
        ("2026-10-30T12:00:00+00:00", "2026-10-30 12:00"), ("2026-10-30T12", "2026-11-30T12"), ("420.50", ""),
        ("420.50", "1.420,50"), ("EUR", "Euro"), ("Converted lead", ""), ("Email", "E-mail"),
    ],
    ids=str,
)  # fmt: skip
def test_google_s_rules_find_what_breaks_them(was: str, now: str, tmp_path: Path) -> None:
    text = google_ads(leads(tmp_path, row()), NOW).text
    assert google_problems(text, NOW) == []
    assert was in text
    assert google_problems(text.replace(was, now), NOW) != []


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (CLIENT, ""), ("1793361600000000", "1793361600"), ("GRANTED", "DENIED"), ("close_convert_lead", "closed deal"),
        ("close_convert_lead", "ga_close"), ("close_convert_lead", "c" * 41), ("transaction_id", "t" * 41),
        (hashed("L1|won")[:32], "x" * 101), ('"currency": "EUR"', '"coin": "EUR"'), ("420.5", '"420.5"'),
        ('"events": [', '"events": [], "others": ['),
    ],
    ids=str,
)  # fmt: skip
def test_the_protocol_s_rules_find_what_breaks_them(was: str, now: str, tmp_path: Path) -> None:
    text = ga4(leads(tmp_path, row()), NOW).text
    assert ga4_problems(text, NOW) == []
    assert was in text
    assert ga4_problems(text.replace(was, now), NOW) != []


def test_a_body_has_at_most_25_events_and_parameters(tmp_path: Path) -> None:
    [body, _] = bodies(ga4(leads(tmp_path, row()), NOW).text)
    many = {**body, "events": body["events"] * 26}
    wide = {**body, "events": [{"name": "x", "params": {f"p{number}": 1 for number in range(26)}}]}
    assert ga4_problems(json.dumps(many), NOW) == ["line 1: 1 to 25 events go into a body"]
    assert ga4_problems(json.dumps(wide), NOW) == ["line 1: more than 25 parameters"]


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (hashed("ada.testa@gmail.com"), "ada.testa@gmail.com"), (hashed("49305550101"), "+49305550101"), (FORM, "12"),
        (FBC, "IwAR2F4"), ("1793361600", "1793361600000"), ("1793361600", "1690000000"), ("system_generated", "crm"),
        ("Converted Lead", ""), ('"event_source": "crm"', '"event_source": "web"'), ('"currency"', '"coin"'),
        ("fbc", "email"),
    ],
    ids=str,
)  # fmt: skip
def test_meta_s_rules_find_what_breaks_them(was: str, now: str, tmp_path: Path) -> None:
    text = meta(leads(tmp_path, row()), NOW).text
    assert meta_problems(text, NOW) == []
    assert was in text
    assert meta_problems(text.replace(was, now), NOW) != []
