"""Attribution from the books: whatever a model gives to channels, all lines together are the ledger."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from channels.models import AdSpend, Company, Visit
from reconciliation.models import LedgerEntry
from reports.analysis.kpi.stored import taken
from reports.attributed import ask_attribution
from reports.build import build_steering, digest
from reports.queries import Question, contribution
from reports.weeks import books
from tests.making import make_company
from tests.reports.api.making import make_client
from tests.reports.selling import at, week
from tests.reports.steering import make_steered
from tests.reports.visiting import BRAND, DIRECT, GOOGLE, make_visited

pytestmark = pytest.mark.django_db
WEEKS = 26
MONEY = ("orders", "revenue", "before_ads", "spend", "after_ads")
Body = dict[str, Any]


@pytest.fixture
def company() -> Company:
    return make_visited(WEEKS)


def _body(company: Company) -> Body:
    asked = ask_attribution(company, books(company))
    assert asked is not None
    return dict(asked.ask().body)


def _sums(rows: list[Body]) -> list[float]:
    return [sum(one[name] for one in rows) for name in MONEY]


def _ledger(company: Company) -> list[float]:
    """The last 13 weeks of the statement."""
    lines = contribution(Question(company=company.pk, by="company", basis="ordered", since=week(WEEKS - 13)))
    before, after = (float(sum(getattr(one, name) or 0 for one in lines)) for name in ("cm2", "cm3a"))
    orders, revenue = sum(one.orders for one in lines), float(sum(one.net_revenue or 0 for one in lines))
    return [orders, revenue, before, before - after, after]


def _agrees(company: Company, body: Body) -> None:
    for rows in (body["by_model"], body["campaigns"]):
        for model in body["models"]:
            assert _sums([*rows[model], *body["beside"]]) == pytest.approx(_ledger(company), abs=0.005)
    assert [body["total"][name] for name in MONEY] == pytest.approx(_ledger(company), abs=0.005)


def test_channels_and_what_no_journey_holds_are_the_ledger(company: Company) -> None:
    body = _body(company)
    _agrees(company, body)
    assert body["models"] == ["last", "last_non_direct", "last_non_brand", "first", "linear", "time_decay", "position"]
    assert set(body["refused"]) == {"markov", "shapley_rate"}
    assert {one["part"]: (one["orders"], one["spend"]) for one in body["beside"]} == {
        "no_visits": (13, 0), "other_channels": (39, 65), "no_order": (0, 0), "spend_without_visits": (0, 0),
        "spend_not_reported": (0, 0),
    }  # fmt: skip


def test_they_agree_where_the_books_are_untidy(company: Company) -> None:
    """Reports beside the bills, money of no order and of another week, and orders that are all taken back."""
    AdSpend.objects.filter(resource="google.ads").update(spend=F("spend") * 2)
    AdSpend.objects.filter(campaign="Spring").update(resource="tiktok.ads")
    entries = LedgerEntry.objects.filter(company=company, ordered_on__gte=week(WEEKS - 13))
    fees = entries.filter(kind="commission").order_by("pk")
    LedgerEntry.objects.filter(pk__in=fees.values("pk")[:7]).update(order_ref="", earning_store=None)
    LedgerEntry.objects.filter(pk__in=fees.values("pk")[20:27]).update(ordered_on=F("ordered_on") - timedelta(days=7))
    body = _body(company)
    _agrees(company, body)
    rest = {one["part"]: one for one in body["beside"]}
    assert rest["spend_without_visits"]["spend"] == 6 * 13
    assert rest["spend_not_reported"]["spend"] == -14 * 13
    assert rest["no_order"]["before_ads"] < 0


def test_a_campaigns_spend_meets_its_visits_whatever_the_case(company: Company) -> None:
    rows = {(one["channel"], one["campaign"]): one for one in _body(company)["campaigns"]["last"]}
    assert rows["google / ads", "tea"]["spend"] == 130
    assert rows["google / ads", "tea"]["seen"] == rows["meta / ads", "spring"]["seen"] == "both"
    autumn = rows["meta / ads", "autumn"]
    assert (autumn["seen"], autumn["spend"], autumn["orders"], autumn["after_ads"]) == ("spend", 39, 0, -39)
    assert rows["email", ""]["seen"] == "visits"


def test_contribution_without_costs_is_not_told(company: Company) -> None:
    LedgerEntry.objects.filter(company=company, kind="cogs", earning_store__channel="shopify").delete()
    body = _body(company)
    assert body["contribution_said"]
    assert body["total"]["after_ads"] is None
    assert {one["before_ads"] for one in body["by_model"]["last"]} == {None}
    assert body["total"]["revenue"] == _ledger(company)[1]


def test_a_week_without_a_rate_is_left_out_of_every_line(company: Company) -> None:
    entry = LedgerEntry.objects.filter(company=company, ordered_on=week(WEEKS - 2), kind="commission").first()
    assert entry is not None
    LedgerEntry.objects.filter(pk=entry.pk).update(base_amount=None, rate=None)
    body, of = _body(company), books(company)
    known = of.cm3[-13:][of.cm3[-13:] == of.cm3[-13:]]
    assert body["coverage"]["contribution_weeks"] == len(known) == 12
    for model in body["models"]:
        assert sum(one["after_ads"] for one in [*body["by_model"][model], *body["beside"]]) == pytest.approx(
            known.sum()
        )


def test_figures_have_weekly_values_of_all_models(company: Company) -> None:
    figures = {code: taken(one) for code, one in _body(company)["figures"].items()}
    revenue = figures["attributed_revenue"].kpi
    assert (revenue.low, revenue.high) == (13 * 20, 4 * 13 * 20)
    assert revenue.trend[13] == 0
    assert len(figures["attributed_revenue"].series) == len(figures["attribution_spread"].series) == WEEKS
    assert figures["attribution_spread"].kpi.value == pytest.approx(0.5, abs=0.2)


def test_weekly_shares_have_bands_and_trends_are_called_by_the_rule(company: Company) -> None:
    body = _body(company)
    weekly = body["weekly"]
    assert len(weekly["weeks"]) == 26
    assert weekly["weeks"][-1] == week(WEEKS - 1).isoformat()
    direct = weekly["models"]["last"]["direct"]
    assert direct["share"][-1] == pytest.approx(0.5)
    assert direct["low"][-1] < 0.5 < direct["high"][-1]
    assert {one["call"] for one in body["trends"].values()} == {None}
    assert "No channel" in body["conclusions_said"][0][0]


def test_a_channel_that_all_models_see_rise_is_called() -> None:
    company = make_visited(20, [(DIRECT,), (DIRECT,), (DIRECT,), (DIRECT,), (DIRECT,), (DIRECT,)])
    for number in range(7, 20):
        days = [week(number) + timedelta(days=n) for n in range((number - 5) // 3 + 1)]
        Visit.objects.filter(occurred_at__date__in=days).update(**{**GOOGLE, "source": ""})
    body = _body(company)
    assert body["trends"]["google / ads"]["call"] == "up"
    assert body["conclusions_said"][0] == [
        "{channel} falls: {agree} of {models} models agree.", {"channel": "direct", "agree": 7, "models": 7},
    ]  # fmt: skip


def test_few_weeks_are_told_instead_of_a_trend() -> None:
    body = _body(make_visited(8))
    assert body["conclusions_said"][0] == [
        "{weeks} whole weeks are known; a trend takes {least}.", {"weeks": 8, "least": 13},
    ]  # fmt: skip
    assert len(body["weekly"]["weeks"]) == 8


def test_orders_of_brand_ads_are_booked_as_paid() -> None:
    body = _body(make_visited(14, [(BRAND,), (DIRECT, BRAND), (BRAND, GOOGLE)]))
    flags = {one["rule"]: one for one in body["warnings"]}
    assert flags["K8"]["figures"]["brand_share"] == pytest.approx(2 / 3)
    assert flags["K8"]["figures"]["roas"] == pytest.approx(3 * 20 / 14)
    assert flags["K14"]["fired"] is not None


def test_orders_of_ads_whose_words_nobody_knows_may_be_of_the_brand() -> None:
    body = _body(make_visited(14, [(BRAND,), ({**GOOGLE, "utm_term": ""},), (GOOGLE,)]))
    figures = next(one for one in body["warnings"] if one["rule"] == "K8")["figures"]
    assert figures["brand_share"] == pytest.approx(1 / 3)
    assert figures["brand_share_high"] > 2 / 3
    assert figures["without_rivals_low"] < figures["roas"] / 2


def test_the_same_books_ask_the_same_question(company: Company) -> None:
    first, again = (ask_attribution(company, books(company)) for _ in range(2))
    assert first is not None
    assert again is not None
    assert digest(first) == digest(again)
    Visit.objects.filter(source="direct").update(source="", utm_source="partner", utm_medium="referral")
    changed = ask_attribution(company, books(company))
    assert changed is not None
    assert digest(changed) != digest(first)


def test_the_report_is_read_over_rest_in_both_languages() -> None:
    company = make_visited(14)
    assert build_steering(company).failed == []
    (made,) = make_client("reports.report").get("/api/v1/analyses/", {"kind": "attribution"}).json()
    body = made["body"]
    assert len(body["conclusions_en"]) == len(body["conclusions_zh"]) > 0
    assert body["refused"]["markov"]["reason_zh"].startswith("只知道")
    assert body["by_model"]["last"][0]["channel"] == "direct"
    assert "conclusions_said" not in body


def test_nothing_is_asked_without_visits() -> None:
    empty = make_company("Empty")
    assert ask_attribution(empty, books(empty)) is None
    company = make_steered(20)
    assert ask_attribution(company, books(company)) is None


def test_visits_of_old_orders_alone_ask_nothing() -> None:
    company = make_visited(20)
    Visit.objects.filter(occurred_at__gte=at(week(5))).delete()
    assert ask_attribution(company, books(company)) is None
