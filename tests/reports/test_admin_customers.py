"""The page on customers: in both languages, with much, little and nothing."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from channels.models import Company
from reconciliation.models import BuyerSignal
from reports.build import build_steering
from reports.models import Report
from reports.pictures.cohorts import COLUMNS, ROWS, triangle_drawn
from reports.pictures.curves import payback_drawn, repeat_drawn
from reports.pictures.drawing import svg
from tests.making import make_company
from tests.reports.selling import make_seller
from tests.reports.steering import make_steered

pytestmark = pytest.mark.django_db
PAGE = "/admin/customer-value/"


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("owner"))
    return client


def shown(staff: Client, company: Company, language: str = "en") -> str:
    response = staff.get(PAGE, {"company": company.pk}, headers={"accept-language": language})
    assert response.status_code == 200
    return response.content.decode()


def test_who_may_not_see_reports_does_not_see_it(client: Client) -> None:
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    assert client.get(PAGE).status_code == 403


def test_nothing_yet_is_said(staff: Client) -> None:
    assert "There is no company yet." in staff.get(PAGE).content.decode()
    company = make_company()
    assert "Not computed yet" in shown(staff, company)
    build_steering(company)
    assert "No whole week of orders is known yet." in shown(staff, company)


def test_value_cost_and_return_stand_with_their_intervals(staff: Client) -> None:
    company = make_steered(70)
    build_steering(company)
    page = shown(staff, company)
    for text in (
        "What a customer brings", "26.00", "No retention marketing is entered", "buyers not known: left out",
        "364.00", "2.00", "Paid back in month 1.", "(100%)", "Retention by cohort", "customers came again",
        "Amazon does not tell who buys",
    ):  # fmt: skip
        assert text in page, text
    assert len(re.findall(r"<title>(?:Retention by cohort|Who came again|Value and cost by age)</title>", page)) == 3
    chinese = shown(staff, company, "zh-hans")
    for text in ("一位客户带来多少", "第 1 个月回本", "各批客户留存", "亚马逊 不说明谁在购买"):
        assert text in chinese, text


def test_a_shop_that_just_began_has_reasons(staff: Client) -> None:
    company = make_steered(7)
    build_steering(company)
    page = shown(staff, company)
    for text in (
        "Nobody has been a customer for 24 months yet.",
        "Thirty customers of six weeks",
        "a forecast takes 21",
    ):
        assert text in page, text


def test_without_known_buyers_it_says_what_would_tell(staff: Client) -> None:
    company = make_steered(10)
    BuyerSignal.objects.update(matching=False)
    build_steering(company)
    page = shown(staff, company)
    assert "which of their details may be matched" in page
    assert "What a customer brings" not in page


def test_without_advertising_there_is_value_and_no_cost(staff: Client) -> None:
    company = make_seller(shopify={"CA": [3] * 30})
    build_steering(company)
    assert "What a customer" not in shown(staff, company)
    assert Report.objects.get(company=company, kind=Report.Kind.CUSTOMERS).body["reason_said"]


# Pictures


def cohort(month: str, *cells: tuple[float | None, bool]) -> dict[str, Any]:
    made = [{"active": share, "money": 1.0, "mature": mature} for share, mature in cells]
    return {"month": month, "customers": 1_234, "cells": made}


def test_the_triangle_brackets_what_is_not_over_and_dashes_what_is_not_known() -> None:
    drawn = triangle_drawn(
        [cohort("2026-01", (1.0, True), (None, True), (0.051, False)), cohort("2026-02", (1, False))]
    )
    assert drawn is not None
    text = svg(drawn, "Retention <&>")
    assert all(one in text for one in (">100%<", ">–<", ">(5.1%)<", ">(100%)<", ">1,234<", "Retention &lt;&amp;&gt;"))


@pytest.mark.parametrize("many", [0, 1, 40])
def test_the_triangle_is_drawn_of_two_months_and_more_and_stays_small(many: int) -> None:
    drawn = triangle_drawn([cohort(f"{n:02}", *((0.0, True) for _ in range(many - n))) for n in range(many)])
    if many < 2:
        assert drawn is None
    else:
        assert drawn is not None
        text = svg(drawn)
        assert text.count("1,234") == ROWS
        assert f">{COLUMNS - 1}<" in text
        assert f">{COLUMNS}<" not in text


def curve(cost: Mapping[str, float | None], month: int | None) -> dict[str, Any]:
    values = [{"months": n, "value": 10.0 * n, "low": 9.0 * n, "high": 11.0 * n} for n in range(1, 13)]
    return {"months": 12, "curve": values, "cost": cost, "month": month}


@pytest.mark.parametrize(
    "cost",
    [{"value": 25.0, "low": 20.0, "high": 30.0}, {"value": 900.0, "low": None, "high": None},
     {"value": 25.0, "low": 20.0, "high": 1e4}],
    ids=["within", "never", "wide"],
)  # fmt: skip
def test_value_is_drawn_beside_cost(cost: Mapping[str, float | None]) -> None:
    drawn = payback_drawn(curve(cost, 3 if cost["value"] == 25 else None), "USD")
    assert drawn is not None
    text = svg(drawn)
    assert "cost of winning one" in text
    assert "nan" not in text


def test_what_cannot_be_drawn_is_left_out() -> None:
    assert payback_drawn(curve({"value": float("inf"), "low": 1.0, "high": 2.0}, None), "USD") is None
    assert repeat_drawn({"days": [0, 7], "share": [0, 0.1], "low": [0, 0], "high": [0, 0.2]}) is None
    flat = {"days": [0, 7, 14], "share": [0, 0, 0], "low": [0, 0, 0], "high": [0, 0, 0]}
    assert repeat_drawn(flat) is None
    assert repeat_drawn({"days": [0, 7, 14], "share": [0, 0.5, 1], "low": [0, 0.4, 1], "high": [0, 0.6, 1]}) is not None
