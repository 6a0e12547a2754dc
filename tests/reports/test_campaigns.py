"""Campaigns and visits from the books: sums that agree with the ledger, sessions once, and what to do next."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from channels.core.kinds import Way
from channels.core.rows import AdSpendRow
from channels.load import load_rows
from channels.models import AdSpend, Company
from reconciliation.models import LedgerEntry
from reports.analysis.kpi.figure import WINDOW, Kpi
from reports.analysis.kpi.stored import taken
from reports.build import build_steering
from reports.models import Event, Report
from reports.unusual import ended_events, left_after
from reports.weeks import books
from tests.making import make_company
from tests.reports.selling import at, make_seller, order, store_of, week
from tests.reports.steering import NEW, make_steered
from tests.reports.visited import sessions, told

pytestmark = pytest.mark.django_db
WEEKS = 30
DAY = timedelta(days=1)


def body(company: Company) -> dict[str, Any]:
    assert build_steering(company).failed == []
    found: dict[str, Any] = Report.objects.get(company=company, kind="campaigns").body
    return found


def kpi(of: dict[str, Any], code: str) -> Kpi:
    return taken(of["figures"][code]).kpi


def visited(company: Company, by_way: dict[Way, int] | None = None, weeks: int = WEEKS, **fields: Any) -> None:
    ways = by_way or {Way.PAID: 10, Way.DIRECT: 4, Way.BRAND: 6}
    rows = sessions(week(0), weeks, ways, **fields)
    load_rows(store_of(company, "shopify"), rows, f"sessions {ways}", at(week(200)))


def test_the_tables_spend_and_what_no_report_tells_are_the_ledgers_advertising() -> None:
    company = make_steered(WEEKS)
    billed = LedgerEntry.objects.filter(company=company, kind="advertising", earning_store__channel="amazon")
    billed.filter(ordered_on__gte=week(28)).delete()
    AdSpend.objects.filter(store__channel="shopify", starts_on__gte=week(20), starts_on__lt=week(23)).delete()
    made = body(company)["campaigns"]
    ledger = LedgerEntry.objects.filter(company=company, kind="advertising", ordered_on__gte=week(WEEKS - WINDOW))
    spent = -sum(float(one.base_amount or 0) for one in ledger)
    rows = sum(row["spend"] for row in made["rows"]) + made["rest"]["spend"]
    assert rows == made["total"]["spend"] == 28 * WINDOW - 3 * 8
    assert rows + made["untold"] == pytest.approx(spent) == pytest.approx(made["ledger"])
    assert made["untold"] == 3 * 8 - 2 * 20
    assert {row["label"]: row["spend"] for row in made["rows"]} == {
        "Tea (amazon)": 20 * WINDOW, "Tea (shopify)": 8 * (WINDOW - 3),
    }  # fmt: skip


def test_brand_non_brand_and_unknown_add_up_to_each_campaigns_spend() -> None:
    made = body(make_steered(WEEKS))["campaigns"]
    for row in (*made["rows"], made["total"]):
        assert sum(row["spend_by_class"].values()) == pytest.approx(row["spend"])
    assert made["total"]["spend_by_class"] == {"brand": 6 * WINDOW, "non_brand": 10 * WINDOW, "unknown": 12 * WINDOW}
    assert made["margin"] == pytest.approx(13 / 20)


def test_orders_of_the_ledger_by_session_with_their_interval() -> None:
    company = make_steered(WEEKS)
    visited(company)
    made = kpi(body(company), "cvr")
    orders = WINDOW * 2 * NEW
    assert made.value == pytest.approx(orders / (WINDOW * 7 * 20))
    assert made.denominator == WINDOW * 140
    assert made.low is not None
    assert made.high is not None
    assert made.low < orders / (WINDOW * 140) < made.high
    assert {one.rule for one in made.flags} == {"K2", "K11"}


def test_contribution_by_session_is_that_of_the_own_sites_stores_alone() -> None:
    company = make_steered(WEEKS)
    visited(company)
    made = kpi(body(company), "funnel")
    assert made.value == pytest.approx((13 * 2 * NEW - 8) / 140)
    assert made.unit == "USD/session"
    LedgerEntry.objects.filter(company=company, kind="cogs", earning_store__channel="shopify").delete()
    assert kpi(body(company), "funnel").value is None


def test_ways_add_up_to_the_sessions_of_each_week_and_sources_to_all() -> None:
    company = make_steered(WEEKS)
    visited(company, key_events=2)
    made = body(company)["visits"]
    weekly = made["weekly"]
    for n, whole in enumerate(weekly["sessions"]):
        assert sum(weekly[way.value][n] for way in Way) == whole == 140
    assert sum(one["sessions"] for one in made["sources"]) + made["rest"]["sessions"] == made["total"]["sessions"]
    assert sum(one["sessions"] for one in made["ways"]) == made["total"]["sessions"] == WINDOW * 140
    assert [(one["stage"], one["count"]) for one in made["stages"]] == [
        ("sessions", WINDOW * 140), ("key_events", WINDOW * 42), ("orders", WINDOW * 2 * NEW),
    ]  # fmt: skip
    assert made["stages"][1]["of_before"]["rate"] == pytest.approx(0.3)
    assert made["revenue"] == {"ledger": WINDOW * 2 * NEW * 20, "analytics": WINDOW * 7 * 3 * 5}
    assert {key for one in made["sources"] for key in one} >= {"way", "source", "medium", "campaign"}


def test_levels_and_overlapping_periods_tell_no_session_twice() -> None:
    company = make_steered(WEEKS)
    visited(company)
    first, last = week(20), week(24) - DAY
    more = [
        *(told(first + n * DAY, 20, level="source", campaign="") for n in range(28)),
        told(first, 560, last, level="group", campaign=""), told(first, 99_999, last), told(first + DAY, 88_888, last + DAY),
        told(week(0) - 30 * DAY, 300, week(0) - DAY),
    ]  # fmt: skip
    load_rows(store_of(company, "shopify"), more, "more", at(week(200)))
    assert set(body(company)["visits"]["weekly"]["sessions"]) == {140}


def test_a_period_counts_in_its_days_and_weeks_that_are_not_whole_are_unknown() -> None:
    company = make_steered(WEEKS)
    rows = [told(week(18) + 3 * DAY, 280, week(22) + 2 * DAY)]  # four weeks from a Thursday on
    load_rows(store_of(company, "shopify"), rows, "period", at(week(200)))
    made = body(company)
    weekly = made["visits"]["weekly"]
    assert [weekly["sessions"][n] for n in range(17, 24)] == [None, None, 70, 70, 70, None, None]
    assert made["visits"]["weeks_known"] == 3
    assert kpi(made, "cvr").denominator == 210
    assert made["visits"]["total"]["sessions"] == 280


def test_of_two_shops_one_without_sessions_is_not_divided_by_the_others() -> None:
    company = make_steered(WEEKS)
    rows = sessions(week(0), WEEKS, {Way.PAID: 30})
    load_rows(store_of(company, "amazon"), rows, "sessions there", at(week(200)))
    assert kpi(body(company), "cvr").value == pytest.approx(5 / 210)
    visited(company, weeks=20)
    made = kpi(body(company), "cvr")
    orders, seen = 3 * 13 + 10 * 5, 3 * 350 + 10 * 210
    assert made.value == pytest.approx(orders / seen)


def test_more_orders_than_sessions_are_no_share() -> None:
    company = make_steered(WEEKS)
    visited(company, {Way.DIRECT: 1})
    made = kpi(body(company), "cvr")
    assert made.value is None
    assert "is no share" in str(made.text)


def _stock_out(company: Company, start: date, end: date | None, **fields: Any) -> None:
    given = {"kind": "stock_out", "country": "US", "affecting": "shopify", "affected": "amazon", "state": "confirmed"}
    Event.objects.create(company=company, starts_on=start, ends_on=end, **{**given, **fields})


def test_days_without_stock_are_left_out() -> None:
    company = make_steered(WEEKS)
    visited(company)
    _stock_out(company, week(25), week(27), state="proposed")
    made = kpi(body(company), "stocked_cvr")
    assert made.value is None
    assert "no stock-out" in str(made.text)
    Event.objects.update(state="confirmed")
    _stock_out(company, week(25), week(27), affected="shopee")
    _stock_out(company, week(26), week(29), affecting="amazon", affected="shopify")
    made = kpi(body(company), "stocked_cvr")
    assert made.denominator == (WINDOW - 2) * 140
    assert made.value == pytest.approx(2 * NEW / 140)
    assert made.text.values == {"days": 14}


def test_days_without_stock_need_sessions_by_day() -> None:
    company = make_steered(WEEKS)
    rows = [told(week(17), 1300, week(WEEKS) - DAY)]
    load_rows(store_of(company, "shopify"), rows, "period", at(week(200)))
    _stock_out(company, week(25), None)
    made = body(company)
    assert kpi(made, "cvr").value is not None
    assert "by Date" in str(kpi(made, "stocked_cvr").text)


def test_without_sessions_there_are_none_and_the_first_steps_say_what_to_bring() -> None:
    made = body(make_seller(amazon={"CA": [3] * WEEKS}))
    assert made["visits"] is None
    assert set(made["figures"]) == {"value_per_mille"}
    assert [one["to"] for one in made["next"]] == ["pages", "pages"]
    assert made["campaigns"]["rows"] == []


def test_nothing_is_asked_of_an_empty_company() -> None:
    company = make_company()
    assert build_steering(company).failed == []
    assert not Report.objects.filter(company=company, kind="campaigns").exists()


def test_a_campaign_that_surely_loses_is_the_first_to_look_at() -> None:
    company = make_steered(WEEKS)
    rows = [
        AdSpendRow(f"gold {n}", week(n), week(n), "USD", Decimal(40), 1, campaign="Gold", impressions=900, clicks=40)
        for n in range(WEEKS)
    ]
    load_rows(store_of(company, "shopify"), rows, "gold", at(week(200)))
    first = body(company)["next"][0]
    assert first["to"] == "campaigns"
    assert first["step_said"][1]["campaign"].startswith("Gold (")
    assert first["step_said"][1]["spent"] == "520.00 USD"


@pytest.mark.parametrize(("last", "action"), [(1, False), (2, True)], ids=["one-day", "two-days"])
def test_days_that_lie_off_are_told_by_channel(last: int, action: bool) -> None:
    company = make_seller(money=True, amazon={"CA": [14] * 20})
    end = week(20) - DAY
    rows = [row for n in range(last) for _ in range(30) for row in order(end - (n + 1) * DAY)]
    load_rows(store_of(company, "amazon"), rows, "more", at(week(200)))
    made = body(company)
    (flag,) = [one for one in made["flags"] if one["rule"] == "K11"]
    assert flag["of"] == "amazon"
    assert (flag["figures"]["action"] == 1) is action
    assert any(one["to"] == "days" for one in made["next"]) is action
    assert [one["last"] for one in made["days"]] == [(end - DAY).isoformat()]  # a file may cut its last day


def test_addresses_of_people_in_links_are_in_no_report() -> None:
    company = make_steered(WEEKS)
    rows = [
        told(week(25), many, source=source, campaign=campaign)
        for many, source, campaign in (
            (5, "ada@testa.example", "tea"),
            (7, "newsletter", "for ada.testa%40example.org"),
            (9, "ben@testa.example", "tea"),
        )
    ]
    load_rows(store_of(company, "shopify"), rows, "addressed", at(week(200)))
    made = body(company)["visits"]
    assert "testa" not in str(made)
    assert sorted((one["source"], one["campaign"], one["sessions"]) for one in made["sources"]) == [
        ("", "tea", 14), ("newsletter", "", 7),
    ]  # fmt: skip


def test_a_promotion_that_left_nothing_is_found() -> None:
    weeks = [14] * 15 + [40] * 4 + [14] * 11
    company = make_seller(amazon={"CA": weeks}, shopify={"CA": [10] * 30})
    given = {"company": company, "country": "US", "affecting": "amazon", "state": "confirmed", "kind": "promotion"}
    Event.objects.create(**given, affected="shopify", starts_on=week(15), ends_on=week(19))
    Event.objects.create(**given, affected="shopee", starts_on=week(15), ends_on=week(19))
    Event.objects.create(**given, affected="shopify", starts_on=week(5), ends_on=week(12))
    flags = [one for one in body(company)["flags"] if one["rule"] == "K12"]
    assert [(one["of"], one["on"], one["fired"]) for one in flags] == [
        ("amazon", week(15).isoformat(), True), ("amazon", week(5).isoformat(), None),
    ]  # fmt: skip
    assert flags[0]["figures"]["persistence"] == pytest.approx(0)


def test_weeks_that_are_not_known_are_no_weeks_without_orders() -> None:
    company = make_seller(amazon={"CA": [14] * 15 + [40] * 4 + [7] * 11})
    Event.objects.create(company=company, country="US", affecting="amazon", affected="shopify", state="confirmed",
                         kind="promotion", starts_on=week(15), ends_on=week(19))  # fmt: skip
    of = books(company)
    gaps = [n in (5, *range(22, 30)) for n in range(30)]
    known = replace(of, orders=np.where(gaps, np.nan, of.orders))
    (ended,) = ended_events(company, known)
    assert len(ended.before) == 12
    assert left_after(ended).fired is None
    assert left_after(ended_events(company, of)[0]).fired


def test_the_same_books_give_the_same_answer_and_what_came_in_another() -> None:
    company = make_steered(WEEKS)
    visited(company)
    body(company)
    assert build_steering(company).built == 0
    visited(company, {Way.PAID: 99})
    assert build_steering(company).built == 1
    assert books(company).weeks


def test_a_campaign_that_gets_cheaper_while_the_whole_earns_less_is_told_by_name() -> None:
    falling = [40 - 3 * n for n in range(8)]
    company = make_seller(amazon={"CA": [40] * 22 + falling})
    rows = [
        AdSpendRow(
            f"{name}|{n}", week(n), week(n), "USD", Decimal(spend), 1, campaign=name, impressions=9000, clicks=300,
            orders=orders, sales=Decimal(20 * orders),
        )
        for n in range(WEEKS)
        for name, spend, orders in (("Easy", 100, max(n - 10, 10)), ("Steady", 100, 20), ("Small", 1, max(n - 10, 10)))
    ]  # fmt: skip
    load_rows(store_of(company, "amazon"), rows, "ads", at(week(200)))
    made = body(company)
    wins = {one["of"]: one["fired"] for one in made["flags"] if one["rule"] == "K10"}
    assert wins == {"Easy (amazon)": True, "Steady (amazon)": False}
    assert [one["step_said"][1]["campaign"] for one in made["next"] if "gets cheaper" in one["step_said"][0]] == [
        "Easy (amazon)"
    ]


def test_advertising_without_a_rate_is_told_and_not_taken_for_none() -> None:
    company = make_steered(WEEKS)
    euros = [
        AdSpendRow(f"euro {n}", week(n), week(n), "EUR", Decimal(7), 1, campaign="Euro", clicks=3)
        for n in range(28, 30)
    ]
    load_rows(store_of(company, "shopify"), euros, "euros", at(week(200)))
    made = body(company)
    assert (made["campaigns"]["weeks"], made["campaigns"]["unrated"]) == (WINDOW - 2, 2)
    assert made["campaigns"]["total"]["spend"] == 28 * (WINDOW - 2) == made["campaigns"]["ledger"]
    AdSpend.objects.filter(store__channel="amazon").update(currency="EUR")
    made = body(company)
    assert made["campaigns"]["rows"] == []
    assert ("rates", 13) in [(one["to"], one["step_said"][1].get("weeks")) for one in made["next"]]
    assert not any("No report of advertising" in one["step_said"][0] for one in made["next"])
