"""The pages of what channels add, in both languages, and the cards to take along."""

import io
import zipfile
from itertools import permutations
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from channels.models import Company
from reports.analysis.estimate import Bounds
from reports.models import Report
from tests.reports.api.making import make_company
from tests.reports.asking import PLANNED, REFUSED, UNPLANNED, estimate, report, world

pytestmark = pytest.mark.django_db
PAGE = "/admin/adds/"


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("owner"))
    return client


def test_without_reports_it_says_what_is_needed(staff: Client) -> None:
    assert "Nothing was computed yet" in staff.get(PAGE).content.decode()
    make_company()
    assert "Nothing was computed yet" in staff.get(PAGE).content.decode()


def test_channels_pairs_and_events_stand_with_their_intervals(staff: Client) -> None:
    world(make_company())
    page = staff.get(PAGE).content.decode()
    for text in ("adds profit", "cannot tell", "40 % … 60 %", "10 % … 50 %", "210.00 CNY", "<svg", "are too few"):
        assert text in page, text


def test_it_is_said_in_chinese(staff: Client) -> None:
    world(make_company())
    page = staff.get(PAGE, headers={"accept-language": "zh-hans"}).content.decode()
    for text in ("渠道增量", "盈亏平衡", "渠道自己的报表"):
        assert text in page, text
    assert "too few" not in page


def test_what_would_tell_stands_for_each_pair(staff: Client) -> None:
    company = make_company()
    world(company)
    report(company, "bounds", "US amazon→shopify", {"kappa": REFUSED}, body={"plan": PLANNED})
    page = " ".join(staff.get(PAGE).content.decode().split())
    table = page[page.index("How to find out") :]
    for text in (
        "/admin/reports/experiment/add/",
        '>5</td><td class="pl-r">17</td>',
        ">28 %<",
        ">41 %<",
        "is narrow enough",
        ">123 %<",
    ):
        assert text in table, text
    chinese = staff.get(PAGE, headers={"accept-language": "zh-hans"}).content.decode()
    for text in ("怎样弄清楚", "不超过 30 %，", "开/关测试不需要分地区"):
        assert text in chinese, text


def test_without_a_plan_it_says_why(staff: Client) -> None:
    world(make_company())
    Report.objects.filter(kind="bounds").update(body={"plan": UNPLANNED})
    table = staff.get(PAGE).content.decode().partition("How to find out")[2]
    assert "Shopify sold nothing in the last 17 weeks." in table
    assert "is narrow enough" not in table
    chinese = staff.get(PAGE, headers={"accept-language": "zh-hans"}).content.decode()
    assert "Shopify 最近 17 周没有任何订单" in chinese
    Report.objects.filter(kind="bounds").update(body={})
    assert "How to find out" not in staff.get(PAGE).content.decode()


def test_a_card_stands_as_a_page_and_can_be_taken_along(staff: Client) -> None:
    report = world(make_company())[3]
    address = f"{PAGE}{report.pk}/"
    page = staff.get(address).content.decode()
    assert "adds profit" in page
    assert page.count("<svg") >= 3
    assert staff.get(address, {"as": "md"}).content.decode().startswith("# ")
    assert staff.get(address, {"as": "pdf"}).content.startswith(b"%PDF")
    with zipfile.ZipFile(io.BytesIO(staff.get(address, {"as": "zip"}).content)) as archive:
        assert {"card.md", "card.pdf", "panel.csv", "event.json", "placebos.csv"} <= set(archive.namelist())
    assert staff.get(address, {"as": "exe"}).status_code == 404


def test_what_is_no_question_of_two_channels_has_no_card(staff: Client) -> None:
    assert staff.get(f"{PAGE}{world(make_company())[4].pk}/").status_code == 404


def test_it_needs_the_permission() -> None:
    client = Client()
    client.force_login(User.objects.create_user("somebody", is_staff=True))
    assert client.get(PAGE).status_code == 403


MARGINS = {"amazon": 8.0, "shopify": 15.0, "tiktok": 10.0}


def break_even_of(company: Company, affecting: str, affected: str) -> None:
    sides = {
        side: {"channel": name, "mean": MARGINS[name], "standard_error": 0.1, "orders": 100, "currency": "CNY",
               "freedom": 20} for side, name in (("own", affecting), ("other", affected))
    }  # fmt: skip
    report(company, "break_even", f"US {affecting}→{affected}", {"break_even": estimate(0.5, 0.4, 0.6)}, data=sides)


def test_profit_at_risk_stands_for_each_pair_and_on_its_card(staff: Client) -> None:
    company = make_company()
    event = world(company)[3]
    assert "Profit at risk" in staff.get(PAGE).content.decode()
    Report.objects.filter(kind="break_even").delete()
    break_even_of(company, "amazon", "shopify")
    page = staff.get(PAGE).content.decode()
    assert "180.00 CNY" in page  # 30 % of 40 orders at 15.00
    card = staff.get(f"{PAGE}{event.pk}/").content.decode()
    assert "180.00 CNY" in card
    assert "Profit at risk: what Shopify lost in a year at that share" in card


def test_three_channels_break_even_on_a_line(staff: Client) -> None:
    company = make_company()
    world(company)
    assert "Break-even towards several channels" not in staff.get(PAGE).content.decode()
    Report.objects.filter(kind="break_even").delete()
    for affecting, affected in permutations(MARGINS, 2):
        break_even_of(company, affecting, affected)
    report(company, "bounds", "US amazon→tiktok", {"kappa": Bounds(0, 0.1, "share", 9, "bounds")})
    page = staff.get(PAGE).content.decode()
    table = page[page.index("Break-even towards several channels") :]
    assert "15.00 × Shopify + 10.00 × " in table
    assert "= 8.00 CNY" in table
    assert "bounds only" in table  # amazon: 8.00 less 15.00 × (10 … 50 %) less 10.00 × (0 … 10 %)
    assert "This has not been computed yet." in table


def grown(company: Company, **other: Any) -> None:
    weeks = [f"2026-0{1 + n // 4}-{1 + 7 * (n % 4):02}" for n in range(16)]
    pair = {
        "country": "US", "affecting": "amazon", "affected": "shopify", "orders": 91.0,
        "share": {"value": 0.3, "low": 0.2, "high": 0.5}, "margin": {"value": 13.0, "low": 12.0, "high": 14.0},
        "taken": {"value": 354.9, "low": 230.0, "high": 600.0},
    }  # fmt: skip
    body = {
        "weeks": weeks, "currency": "CNY", "contribution": [182.0] * 14 + [None, 180.0], "pairs": [pair],
        "taken": {"value": [27.3] * 16, "low": [18.0] * 16, "high": [46.0] * 16}, "figures": {},
        "held": {"value": 1.5, "low": -0.5, "high": 3.5, "weeks": 16}, **other,
    }  # fmt: skip
    report(company, "growth", "all", {"taken": estimate(354.9, 230, 600, "CNY")}, body=body)


def test_contribution_is_drawn_less_what_channels_took(staff: Client) -> None:
    company = make_company()
    world(company)
    assert "Growth that is the company" not in staff.get(PAGE).content.decode()
    grown(company)
    page = staff.get(PAGE).content.decode()
    section = page[page.index("Growth that is the company") :].partition("</section>")[0]
    for text in ("<svg", "US: Amazon → Shopify", "354.90 CNY", "230.00 … 600.00 CNY", "1.50 CNY each week"):
        assert text in section, text
    chinese = staff.get(PAGE, headers={"accept-language": "zh-hans"}).content.decode()
    assert "公司自己的增长" in chinese


def test_bounds_are_drawn_as_a_band_alone(staff: Client) -> None:
    company = make_company()
    grown(company, taken={"value": None, "low": [18.0] * 16, "high": [46.0] * 16}, held=None)
    page = staff.get(PAGE).content.decode()
    assert "<svg" in page
    assert "With marketing spend held" not in page


def test_where_nothing_is_known_of_what_was_taken_nothing_is_drawn(staff: Client) -> None:
    company = make_company()
    grown(company, pairs=[])
    assert "Growth that is the company" not in staff.get(PAGE).content.decode()


def test_orders_of_each_channel_are_compared_on_its_card(staff: Client) -> None:
    company = make_company()
    event = world(company)[3]
    grown(company, orders={"US": {"amazon": [10.0] * 4 + [12.0] * 4, "shopify": [5.0] * 8}})
    card = staff.get(f"{PAGE}{event.pk}/").content.decode()
    assert "Orders over longer spans" in card
    assert "+20.0%" in card
