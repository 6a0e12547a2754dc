"""The figures of the roles come from the books, agree with them, and say why where there is none."""

from datetime import date

import numpy as np
import pytest

from channels.load import load_rows
from channels.models import Company
from reconciliation.models import BuyerSignal, LedgerEntry
from reconciliation.post import post
from reports.analysis.kpi.figure import WINDOW, Figure
from reports.analysis.kpi.goals import ALLOWED, MOST, PAGES, Role
from reports.analysis.kpi.goals import Goal as Choice
from reports.analysis.kpi.pages import K21
from reports.analysis.kpi.stored import kept_flag
from reports.analysis.said import Said
from reports.build import build_steering
from reports.kpis import RolePage, role_page
from reports.models import Goal, Report
from reports.weeks import books
from tests.making import make_company
from tests.reports.asking import report
from tests.reports.selling import at, make_seller, order, store_of, week
from tests.reports.steering import NEW, SOLD, make_steered

pytestmark = pytest.mark.django_db
EVERY = [role.value for role in Role]


def built_page(company: Company, role: Role) -> RolePage:
    assert build_steering(company).failed == []
    return role_page(company, role)


def shown(company: Company, role: str) -> dict[str, Figure]:
    return {one.kpi.code: one for one in built_page(company, Role(role)).figures}


@pytest.mark.parametrize("role", EVERY)
def test_without_data_every_figure_has_no_value_but_a_reason(role: str) -> None:
    found = built_page(make_company(), Role(role))
    assert [one.kpi.code for one in found.figures] == list(PAGES[Role(role)])
    assert len(found.figures) <= MOST
    assert {one.kpi.value for one in found.figures} == {None}
    assert all(str(one.kpi.text) for one in found.figures)
    assert found.through is None


def test_without_advertising_its_figures_are_unknown_and_not_zero() -> None:
    found = shown(make_seller(amazon={"CA": [3] * 30}), "operator")
    for code in ("cpa", "tacos"):
        assert (found[code].kpi.value, str(found[code].kpi.text)) == (None, "No advertising is in the books.")
    assert found["aov"].kpi.value == 20


def test_the_owner_sees_what_customers_cost_and_bring() -> None:
    company = make_steered()
    found = {code: one.kpi for code, one in shown(company, "owner").items()}
    orders = NEW + NEW + SOLD
    assert found["contribution"].value == pytest.approx(WINDOW * (13 * orders - 28))
    assert found["contribution"].maturity < 1
    assert found["cac"].value == pytest.approx(8 / NEW)
    assert found["cac"].denominator == WINDOW * NEW
    assert "Amazon" in str(found["cac"].text) or "amazon" in str(found["cac"].text)
    assert found["ltv12"].value == pytest.approx(26)
    assert found["ltv_cac"].value == pytest.approx(26 * NEW / 8)
    assert found["ltv_cac"].text.values["month"] == 1
    assert (found["retention"].value, found["retention"].denominator) == (1, WINDOW * NEW)
    for code in ("attributed_revenue", "growth_share"):
        assert found[code].value is None
    assert found["contribution"].trend[52] == pytest.approx(0, abs=0.2)


def test_advertising_in_acquisition_cost_is_the_ledgers() -> None:
    company = make_steered(30)
    of = books(company)
    since, until = of.weeks[-WINDOW], of.through
    entries = LedgerEntry.objects.filter(
        company=company, kind="advertising", ordered_on__gte=since, ordered_on__lt=until
    )
    ledger = -sum(float(one.base_amount or 0) for one in entries)
    cac = shown(company, "owner")["cac"].kpi
    assert cac.value is not None
    counted = cac.value * cac.denominator
    assert counted == pytest.approx(sum(one[-WINDOW:].sum() for one in of.spent.values()))
    assert counted + of.hidden_advertising[-WINDOW:].sum() == pytest.approx(ledger) == 28 * WINDOW


@pytest.mark.parametrize("code", ["non_brand_share", "demand_capture"])
def test_shares_of_the_brand_are_held_back_where_much_is_unknown(code: str) -> None:
    made = shown(make_steered(20), "lead")[code].kpi
    assert (made.value, [(one.rule, one.fired) for one in made.flags]) == (None, [("K9", True)])
    assert str(made.text).startswith("42.9 % is neither brand nor non-brand")


def test_shares_of_the_brand_are_of_the_ledgers_advertising() -> None:
    company = make_steered(20, {"green tea": (8, 1)}, {"mapleton tea": (6, 3), "green tea": (10, 2)})
    found = {code: one.kpi for code, one in shown(company, "lead").items()}
    assert found["non_brand_share"].value == pytest.approx(18 / 24)
    assert found["demand_capture"].value == pytest.approx(6 / 24)
    assert [(one.rule, one.fired) for one in found["non_brand_share"].flags] == [("K9", False)]


def test_the_operator_sees_what_an_order_costs() -> None:
    found = {code: one.kpi for code, one in shown(make_steered(64), "operator").items()}
    assert found["cpa"].value == pytest.approx(28 / 13)
    assert found["tacos"].value == pytest.approx(28 / 260)
    assert found["purchase_frequency"].value == pytest.approx((52 + 52) / (52 + 10))
    assert found["purchase_frequency"].low is None
    # 5 orders of 20.00 at a margin of 13/20 for 20,000 and 8,000 impressions
    assert found["value_per_mille"].value == pytest.approx(5 * 13 / 28)
    assert {rule.rule for rule in found["cpa"].flags} == {"K2", "K10"}


def test_who_may_not_be_matched_is_in_no_figure() -> None:
    company = make_steered(30)
    BuyerSignal.objects.update(matching=False)
    found = shown(company, "owner")
    for code in ("cac", "ltv12", "ltv_cac", "retention"):
        assert found[code].kpi.value is None
        assert "matched" in str(found[code].kpi.text)


def test_young_customers_have_no_twelve_months_yet() -> None:
    found = shown(make_steered(40), "owner")
    assert "365 days" in str(found["ltv12"].kpi.text)
    assert found["retention"].kpi.value == 1


def test_goods_without_a_cost_are_a_reason() -> None:
    company = make_steered(30)
    LedgerEntry.objects.filter(company=company, kind="cogs", ordered_on=week(28)).delete()
    made = shown(company, "owner")["contribution"].kpi
    assert (made.value, str(made.text)) == (None, "Goods of these weeks lack a cost, or money an exchange rate.")


@pytest.mark.parametrize("goal", [one.value for one in Choice])
def test_figures_follow_from_the_goals_in_force(goal: str) -> None:
    company = make_company()
    Goal.objects.create(company=company, goal=goal, since=date(2026, 1, 5))
    Goal.objects.create(company=make_company("Other"), goal="growth", since=date(2026, 1, 5))
    for role in Role:
        found = built_page(company, role)
        assert found.goals == (goal,)
        assert {one.kpi.code for one in found.figures} <= ALLOWED[Choice(goal)]


def test_a_goal_of_tomorrow_changes_nothing_yet() -> None:
    company = make_company()
    Goal.objects.create(company=company, goal="retention", since=date(2999, 1, 1))
    assert built_page(company, Role.OWNER).goals == ()


def test_weekly_values_are_there_to_draw() -> None:
    series = shown(make_steered(30), "operator")["aov"].series
    assert len(series) == 30
    assert np.nanmax(np.abs(series - 20)) < 1e-9


def test_what_a_report_warns_of_stands_on_the_pages_of_all_roles() -> None:
    company = make_company()
    flag = K21.fires(Said("{channel} is whole on {share} % of days only.", {"channel": "amazon", "share": 4}), {})
    report(company, "campaigns", "all", {}, body={"figures": {}, "page_flags": [kept_flag(flag)]})
    for role in Role:
        assert flag in role_page(company, role).flags


def test_the_middle_order_and_the_cost_of_a_new_customer_stand_beside_the_means() -> None:
    company = make_steered(40)
    load_rows(store_of(company, "shopify"), order(week(39), price=900), "large", at(week(200)))
    post(company)
    found = {code: one.kpi for code, one in shown(company, "operator").items()}
    body = Report.objects.get(company=company, kind="figures").body
    assert body["middle_order"] == {"value": 20, "low": 20, "high": 20}
    assert found["aov"].value is not None
    assert found["aov"].value > 20
    assert found["aov"].text.values["median"] == "20.00 USD"
    assert body["new_customer_cost"]["value"] == pytest.approx(8 / NEW)
    assert found["cpa"].text.values == {"cost": "2.00 USD"}


def test_channels_of_which_buyers_are_not_known_are_silos() -> None:
    company = make_steered(40)
    (silo,) = [one for one in built_page(company, Role.OWNER).flags if one.rule == "K21"]
    assert silo.fired
    assert silo.wrong.values["channel"] == "amazon"
    assert silo.figures == {"channels": 0.5, "lowest": 0, "cost": 1, "revenue": 1, "fee": 1, "identity": 0.5}
    LedgerEntry.objects.filter(company=company, kind="cogs", earning_store__channel="shopify").delete()
    (silo,) = [one for one in built_page(company, Role.OWNER).flags if one.rule == "K21"]
    assert (silo.figures["channels"], silo.figures["cost"]) == (0, 0.5)


def test_where_nothing_is_known_of_any_day_no_silo_is_told() -> None:
    (silo,) = [one for one in built_page(make_company(), Role.OWNER).flags if one.rule == "K21"]
    assert silo.fired is None
