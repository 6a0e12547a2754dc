"""The page of a role's figures, in both languages."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.html import escape

from reports.admin.checks import CHECKS
from reports.admin.kpis import NAMES, Met, figure, met, sparkline
from reports.analysis.kpi.figure import Kpi
from reports.analysis.kpi.names import NAMES as KPIS
from reports.analysis.kpi.rules import RULES
from reports.analysis.said import Said
from reports.build import build_steering
from reports.models import Goal
from tests.reports.api.making import make_company, make_reader
from tests.reports.steering import make_steered

pytestmark = pytest.mark.django_db
PAGE = "/admin/kpis/"


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("owner"))
    return client


def test_every_figure_has_a_name() -> None:
    assert NAMES.keys() == KPIS.keys()


def test_without_a_company_it_says_so(staff: Client) -> None:
    assert "There is no company yet." in staff.get(PAGE).content.decode()


@pytest.mark.parametrize("role", ["owner", "lead", "operator", "services", "nobody", ""])
def test_each_role_has_a_page_even_without_data(staff: Client, role: str) -> None:
    make_company()
    page = staff.get(PAGE, {"role": role})
    assert page.status_code == 200
    assert len(page.context["cards"]) == 7


def test_figures_stand_with_all_it_takes_to_judge_them(staff: Client) -> None:
    build_steering(make_steered(60))
    page = staff.get(PAGE, {"role": "operator"}).content.decode()
    for text in (
        "Cost per order",
        "2.15 USD/order",
        "20.00 USD/order",
        "<polyline",
        "10.8 %",
        "Conversion rate in stock",
    ):
        assert text in page, text
    lead = staff.get(PAGE, {"role": "lead"}).content.decode()
    for text in ("K9", "is neither brand nor non-brand"):
        assert text in lead, text


def test_it_is_said_in_chinese(staff: Client) -> None:
    build_steering(make_steered(30))
    page = staff.get(PAGE, {"role": "lead"}, headers={"accept-language": "zh-hans"}).content.decode()
    for text in ("各角色指标", "营销负责人", "基数", "成熟度", "非品牌占比", "既不属于品牌"):
        assert text in page, text
    assert "neither brand" not in page


def test_goals_stand_above_and_choose(staff: Client) -> None:
    company = make_company()
    Goal.objects.create(company=company, goal="retention", since=date(2026, 1, 5))
    page = staff.get(PAGE, {"role": "operator"})
    assert "Goals: Retention." in page.content.decode()
    assert [card.name for card in page.context["cards"]][:1] == ["Order value"]


def test_it_needs_the_permission(client: Client) -> None:
    reader = make_reader("channels.store")
    reader.is_staff = True
    reader.save()
    client.force_login(reader)
    assert client.get(PAGE).status_code == 403


def test_figures_are_in_words_of_their_unit() -> None:
    given = [
        (None, "share"),
        (0.1234, "share"),
        (1234.5, "USD/order"),
        (1.5, "ratio"),
        (14.6, "days"),
        (3.0, "USD/1000"),
    ]
    assert [figure(*one) for one in given] == [
        "–", "12.3 %", "1,234.50 USD/order", "1.50", "14.60 days", "3.00 USD/1,000 impressions",
    ]  # fmt: skip


def test_lines_break_where_weeks_are_not_known() -> None:
    assert str(sparkline([1.0, 2.0, None, 3.0, 1.0])).count("<polyline") == 2
    assert str(sparkline([None, 1.0])) == ""
    assert "nan" not in str(sparkline([5.0] * 52))
    assert escape("<") not in str(sparkline([1.0, 2.0]))


def test_what_a_page_lacks_is_named_and_no_code_stands_there(staff: Client) -> None:
    build_steering(make_steered(60))
    page = staff.get(PAGE, {"role": "operator"}).content.decode()
    assert "Amazon is complete on 0 % of days only; it lacks known buyers." in page
    assert "These could go: " in page
    assert "tacos" not in page
    page = staff.get(PAGE, {"role": "operator"}, headers={"accept-language": "zh-hans"}).content.decode()
    assert "已知买家" in page


@pytest.mark.parametrize(
    ("code", "value", "low", "high", "aim", "found"),
    [
        ("cvr", 0.034, 0.032, 0.035, 0.03, Met.YES), ("cvr", 0.034, 0.032, 0.035, 0.04, Met.NO),
        ("cvr", 0.034, 0.032, 0.035, 0.033, Met.PERHAPS), ("cvr", None, None, None, 0.03, None),
        ("tacos", 0.057, 0.044, 0.074, 0.06, Met.PERHAPS), ("tacos", 0.057, 0.044, 0.059, 0.06, Met.YES),
        ("tacos", 0.057, 0.044, None, 0.04, Met.NO), ("contribution", 90.0, None, None, 100.0, None),
        ("contribution", 100.0, None, None, 100.0, Met.YES),
    ],
)  # fmt: skip
def test_a_target_is_met_or_missed_with_all_of_the_interval(
    code: str, value: float | None, low: float | None, high: float | None, aim: float, found: Met | None
) -> None:
    made = Kpi(code, value, low, high, 9.0, 1.0, "share", {}, (), Said(""))
    assert met(made, aim) == found


def test_no_check_stands_there_by_its_code(staff: Client) -> None:
    assert set(CHECKS) == set(RULES)
    build_steering(make_steered(60))
    page = staff.get(PAGE, {"role": "lead"}).content.decode()
    assert "Brand and non-brand not told apart" in page
    assert "<b>K9" not in page
