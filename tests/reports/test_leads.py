"""Leads in the books, from what was spent on them to the orders that came of them."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Value
from django.db.models.functions import Concat

from channels.core.kinds import Kind
from channels.core.rows import ChargeRow
from channels.load import load_rows
from channels.models import AdSpend, Company, Lead, Order, RawPage, Store, UnreadableLine
from reconciliation.ledger.tiers import CM1, CM2, NET_REVENUE, TIER
from reconciliation.models import LedgerEntry
from reconciliation.post import post
from reports.analysis.kpi.goals import Role
from reports.analysis.stored import unpaired
from reports.build import build_steering
from reports.models import Report
from tests.making import make_company, make_store
from tests.reconciliation.searching import page_of
from tests.reports.leading import (
    CHEAP,
    CONTRIBUTION,
    DEAR,
    GOOGLE,
    META,
    PRICE,
    TIKTOK,
    TOLD,
    WEEKS,
    advertise,
    make_led,
)
from tests.reports.selling import at, store_of, week
from tests.reports.test_kpis import built_page

pytestmark = pytest.mark.django_db


def tell(store: Store, page: Any, key: str, day: int, **given: Any) -> None:
    fields: dict[str, Any] = {
        "store": store, "page": page, "place": 1, "recorded_at": at(week(50)), "load": 1, "resource": "crm.leads",
        "stage": "lead", "consent": "unknown", "created_at": at(week(0) + timedelta(days=day)),
    }  # fmt: skip
    Lead.objects.create(key=key, **{**fields, **given})


def test_leads_are_followed_to_deals_that_either_names() -> None:
    company = make_company()
    store = make_store(company)
    page = page_of(store)
    for n in range(140):
        tell(store, page, f"L{n}", n, bot=n % 10 == 0, deal=f"D{n}" if n % 14 == 3 else "")
        won = at(week(0) + timedelta(days=n + 10))
        if n % 7 == 3 and n < 130:
            named = {"lead": f"L{n}"} if n % 14 != 3 else {}
            tell(
                store,
                page,
                f"D{n}",
                n + 1,
                is_deal=True,
                stage="won",
                won_at=won,
                value=Decimal(700),
                currency="USD",
                **named,
            )
    found = {one.kpi.code: one.kpi for one in built_page(company, Role.SERVICES).figures}
    assert found["bot_share"].value == pytest.approx(0.1, abs=0.02)
    assert found["cycle_length"].value == pytest.approx(10)
    # Of each 7 leads one is won, and of each 70 bots leave 63, of which the won ones are 9.
    assert found["lead_to_customer"].value == pytest.approx(9 / 63, abs=0.02)
    assert found["revenue_per_lead"].value == pytest.approx(700 * 9 / 63, rel=0.15)
    assert (found["qualification_rate"].value, found["qualified_cpl"].value) == (None, None)
    assert str(found["qualified_cpl"].text) == "The CRM tells of no lead when it was qualified."


def test_money_in_a_currency_without_a_rate_is_not_known() -> None:
    company = make_company()
    store = make_store(company)
    page = page_of(store)
    for n in range(140):
        won = at(week(0) + timedelta(days=n + 1)) if n % 2 else None
        tell(store, page, f"L{n}", n, stage="won" if won else "lead", won_at=won, value=Decimal(9), currency="XAF")
    made = next(one.kpi for one in built_page(company, Role.SERVICES).figures if one.kpi.code == "revenue_per_lead")
    assert (made.value, made.unit) == (None, "USD/lead")


def body_of(company: Company) -> dict[str, Any]:
    assert build_steering(company).failed == []
    found: dict[str, Any] = Report.objects.get(company=company, kind=Report.Kind.LEADS).body
    return found


def line(body: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in body["sources"] if one["name"] == name)


def said(body: dict[str, Any]) -> list[str]:
    return [str(unpaired(one)) for one in body["notes_said"]]


@pytest.fixture
def company() -> Company:
    return make_led()


def test_leads_meet_spend_and_orders(company: Company) -> None:
    body = body_of(company)
    assert {one["name"] for one in body["sources"]} == {"Google Ads", "Meta Ads", "TikTok Ads", "Referral"}
    google, meta = line(body, "Google Ads"), line(body, "Meta Ads")
    won = WEEKS - 1  # those of the last week are not decided
    assert (google["leads"], google["qualified"], google["won"]) == (DEAR * WEEKS, 2 * WEEKS, won)
    assert (google["spend"], google["revenue"], google["told_value"]) == (GOOGLE * WEEKS, PRICE * won, TOLD * won)
    assert google["contribution"] == pytest.approx(CONTRIBUTION * won)
    assert google["rates"]["won"]["value"] == pytest.approx(1 / DEAR, rel=0.01)
    assert google["costs"]["won"]["value"] == pytest.approx(GOOGLE, rel=0.01)
    assert google["roi"]["value"] == pytest.approx(CONTRIBUTION / GOOGLE - 1, rel=0.02)
    assert google["cycle"]["value"] == pytest.approx(10)
    assert (meta["leads"], meta["won"], meta["cost_per_lead"]) == (CHEAP * WEEKS, 4, META / CHEAP)
    assert line(body, "TikTok Ads")["notes_said"] == [["Spend, but no lead.", {}]]
    assert line(body, "Referral")["notes_said"] == [["Leads, but no spend.", {}]]
    assert {one["rule"] for one in body["flags"] if one["fired"]} == {"K3"}


def test_money_agrees_with_the_ledger(company: Company) -> None:
    body = body_of(company)
    paid = -float(sum(one.amount for one in LedgerEntry.objects.filter(company=company, kind=Kind.ADVERTISING)))
    for table in ("sources", "campaigns"):
        assert sum(one["spend"] for one in body[table]) == pytest.approx(paid)
    assert body["all"]["spend"] == paid == (GOOGLE + META + TIKTOK) * WEEKS
    entries = LedgerEntry.objects.filter(company=company, ordered_on__isnull=False)
    income = [kind for kind, tier in TIER.items() if tier == NET_REVENUE]
    assert body["all"]["revenue"] == pytest.approx(float(sum(one.amount for one in entries.filter(kind__in=income))))
    margins = entries.filter(kind__in=[kind for kind, tier in TIER.items() if tier in (NET_REVENUE, CM1, CM2)])
    assert body["all"]["contribution"] == pytest.approx(float(sum(one.amount for one in margins)))


def test_what_the_crm_says_otherwise_is_counted(company: Company) -> None:
    won = WEEKS - 1 + 4
    told = TOLD * won
    assert said(body_of(company)) == [
        f"{won} of {won} orders came to another amount than the CRM says: {PRICE * won} USD in the books, {told} in the CRM."
    ]


def test_a_refund_counts(company: Company) -> None:
    ref = Lead.objects.filter(key="G3-1").values_list("order_ref", flat=True).get()
    refund = ChargeRow(
        f"{ref}-back", f"{ref}-back", Kind.REFUND, "refund", Decimal(-PRICE), "USD", 1, order=ref, sku="TEA",
        posted_at=at(week(10)),
    )  # fmt: skip
    load_rows(store_of(company, "shopify"), [refund], "refund", at(week(200)))
    post(company)
    google = line(body_of(company), "Google Ads")
    assert (google["revenue"], google["won"]) == (PRICE * (WEEKS - 2), WEEKS - 1)


def test_an_order_counts_once_and_says_that_its_lead_was_won(company: Company) -> None:
    ref = Lead.objects.filter(key="G3-1").values_list("order_ref", flat=True).get()
    Lead.objects.filter(key="R7").update(order_ref=ref, created_at=at(week(20)))
    Lead.objects.filter(key="R8").update(order_ref="nowhere")
    Lead.objects.filter(key="G5-1").update(stage="lead", won_at=None, value=None)
    body = body_of(company)
    assert body["all"]["revenue"] == PRICE * (WEEKS + 3)
    assert line(body, "Google Ads")["won"] == WEEKS - 1
    assert "1 orders are named by a further lead: they count with the first." in said(body)
    assert "1 leads name an order that is not in the books: the CRM’s value counts." in said(body)


def test_addresses_of_people_are_in_no_report(company: Company) -> None:
    Lead.objects.filter(key="R3").update(source="ada%40testa.example", campaign="ada@testa.example")
    assert "testa" not in json.dumps(body_of(company))


def test_a_network_that_paid_back_more_than_it_took_is_no_spend(company: Company) -> None:
    AdSpend.objects.filter(campaign="Dance").update(spend=-TIKTOK)
    body = body_of(company)
    assert line(body, "TikTok Ads")["spend"] == -TIKTOK * WEEKS
    assert {one["rule"] for one in body["flags"] if one["fired"]} == {"K3"}


def test_days_that_are_still_to_come_make_no_lead_older(company: Company) -> None:
    RawPage.objects.filter(pk__in=Lead.objects.values("page")).update(fetched_at=at(week(WEEKS)))
    before = body_of(company)
    Lead.objects.filter(key="G3-1").update(won_at=at(week(170)))
    Lead.objects.filter(key="R39").update(created_at=at(week(170)))
    body = body_of(company)
    assert (body["since"], body["until"]) == (before["since"], before["until"])
    assert body["all"]["leads"] == before["all"]["leads"] - 1  # one came in the week that is not over
    assert body["as_of"] == before["as_of"] == week(WEEKS).isoformat()


def test_an_order_that_two_leads_have_won_counts_once(company: Company) -> None:
    first = Lead.objects.get(key="G3-1")
    Lead.objects.filter(key="R7").update(
        order_ref=first.order_ref, created_at=at(week(20)), stage="won", won_at=at(week(21)), value=TOLD, currency="USD"
    )
    body = body_of(company)
    assert body["all"]["revenue"] == PRICE * (WEEKS + 3)
    assert body["all"]["contribution"] == pytest.approx(CONTRIBUTION * (WEEKS + 3))
    assert line(body, "Referral")["won"] == 1
    assert not [one for one in said(body) if "not in the books" in one]


def test_an_order_that_was_cancelled_brought_nothing_whatever_the_crm_says(company: Company) -> None:
    refs = list(Lead.objects.filter(key__in=["G3-1", "G4-1"]).values_list("order_ref", flat=True))
    Order.objects.filter(ref__in=refs).update(cancelled=True)
    LedgerEntry.objects.filter(company=company, order_ref__in=refs).delete()
    Lead.objects.filter(key="G4-1").update(stage="lead", won_at=None, value=None)
    body = body_of(company)
    assert body["all"]["revenue"] == PRICE * (WEEKS + 1)
    assert line(body, "Google Ads")["won"] == WEEKS - 2
    assert not [one for one in said(body) if "not in the books" in one]


def test_an_order_is_known_by_its_name(company: Company) -> None:
    Lead.objects.exclude(order_ref="").update(order_ref=Concat(Value("#"), "order_ref"))
    Order.objects.update(name=Concat(Value("#"), "ref"))
    assert body_of(company)["all"]["revenue"] == PRICE * (WEEKS + 3)


def test_the_role_page_has_costs_of_leads(company: Company) -> None:
    found = {one.kpi.code: one for one in built_page(company, Role.SERVICES).figures}
    cost = found["qualified_cpl"].kpi
    assert cost.value == pytest.approx((GOOGLE + META + TIKTOK) / 2.1, rel=0.05)
    assert cost.trend[13] == pytest.approx(0, abs=0.06)
    assert any(flag.rule == "K3" and flag.fired for flag in cost.flags)
    assert len(found["qualified_cpl"].series) == WEEKS
    revenue = found["revenue_per_lead"].kpi
    assert revenue.unit == "USD/lead"
    assert revenue.value == pytest.approx(PRICE * 1.1 / (DEAR + CHEAP + 1), rel=0.05)
    assert revenue.trend[13] == pytest.approx(0, abs=0.06)  # the youngest weeks do not make it fall
    assert found["cost_per_opportunity"].kpi.value is None
    assert found["cost_per_opportunity"].kpi.flags == ()


def test_advertising_elsewhere_is_left_out(company: Company) -> None:
    there = make_store(company, "Maple amazon", channel="amazon", ads_by_card=True)
    advertise(there, WEEKS)
    post(company)
    body = body_of(company)
    assert body["all"]["spend"] == (GOOGLE + META + TIKTOK) * WEEKS
    assert said(body)[-1] == (
        f"Advertising of channels that no lead is for is left out: {(GOOGLE + META + TIKTOK) * WEEKS} USD in all."
    )


def test_without_advertising_costs_have_a_reason() -> None:
    company = make_led(12)
    AdSpend.objects.all().delete()
    body = body_of(company)
    assert body["ranks"]["sources"] == []
    assert {one["cost_per_lead"] for one in body["sources"]} == {None}
    cost = next(one.kpi for one in built_page(company, Role.SERVICES).figures if one.kpi.code == "qualified_cpl")
    assert (cost.value, str(cost.text)[:14]) == (None, "No advertising")


def test_deals_without_leads_and_odd_times_are_counted() -> None:
    company = make_led(12)
    store = store_of(company, "shopify")
    page = page_of(store)
    tell(store, page, "D1", 3, is_deal=True, stage="won", won_at=at(week(1)), lead="unknown", value=Decimal(1))
    tell(store, page, "L1", 9, stage="won", won_at=at(week(0)), value=Decimal(10), currency="USD")
    UnreadableLine.objects.create(page=page, place=4, reason="no day")
    page.resource = "crm.leads"
    page.save()
    body = body_of(company)
    for text in (
        "1 deals belong to no lead: they count nowhere.",
        "1 leads were won before they came in: they count as won at once.",
        "1 lines of the CRM’s files could not be read, such as leads without a day: they count nowhere.",
    ):
        assert text in said(body)
    assert line(body, "(not given)")["won"] == 1


def test_a_report_is_computed_again_only_where_something_changed(company: Company) -> None:
    first = build_steering(company)
    digest = Report.objects.get(company=company, kind=Report.Kind.LEADS).inputs
    assert (build_steering(company).built, first.failed) == (0, [])
    Lead.objects.filter(key="G3-1").update(campaign="Other")
    build_steering(company)
    assert Report.objects.get(company=company, kind=Report.Kind.LEADS).inputs != digest


def test_nobodys_name_and_no_row_of_ours_is_in_it(company: Company) -> None:
    text = json.dumps(body_of(company))
    for one in Lead.objects.exclude(order_ref="")[:5]:
        assert one.order_ref not in text
        assert f'"{one.key}"' not in text
