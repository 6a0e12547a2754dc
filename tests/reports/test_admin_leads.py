"""The page of leads to revenue, in both languages, with little, much and odd data."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from channels.models import AdSpend, Company, Lead
from reports.admin.leads import Cell, _ends, money, name_of
from reports.build import build_steering
from tests.reports.api.making import make_company, make_reader
from tests.reports.leading import make_led

pytestmark = pytest.mark.django_db
PAGE = "/admin/leads/"


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("owner"))
    return client


def shown(staff: Client, company: Company, language: str = "en") -> Any:
    assert build_steering(company).failed == []
    page = staff.get(PAGE, {"company": company.pk}, headers={"accept-language": language})
    assert page.status_code == 200
    return page


def test_without_anything_it_says_what_is_missing(staff: Client) -> None:
    assert "There is no company yet." in staff.get(PAGE).content.decode()
    company = make_company()
    assert "Not computed yet" in staff.get(PAGE, {"company": company.pk}).content.decode()
    assert "No leads are in the books." in shown(staff, company).content.decode()


def test_cheap_leads_that_bring_little_are_seen(staff: Client) -> None:
    page = shown(staff, make_led())
    text = page.content.decode()
    for part in (
        "Leads of Meta Ads are cheaper than those of Google Ads but earn less",
        "Compare cost per qualified lead, cost per won order and contribution per spend.",
        "Checked, nothing found: First by luck, Young beside old leads, Bots among leads, Outcomes of leads unknown,",
        "Spend, but no lead.",
        "Leads, but no spend.",
        "Contribution by lead",
        "<title>Cost per lead beside what it brings</title>",
        "<title>Share of leads by stage</title>",
        "3,400 USD",
    ):
        assert part in text, part
    ranks = str(page.context["ranks"][0])
    assert "inf" not in text.replace("info", "").replace("infor", "")
    assert "nan" not in ranks.lower()


def test_it_is_said_in_chinese(staff: Client) -> None:
    Lead.objects.filter(source="Referral").update(source="")
    text = shown(staff, make_led(), "zh-hans").content.decode()
    for part in ("线索到收入", "有花费，但没有线索。", "便宜的线索，以及它们带来什么", "每条线索的贡献", "未发现问题"):
        assert part in text, part
    for part in ("Spend, but", "Cheapest lead", "blind", "All leads"):
        assert part not in text, part


def test_names_are_words_and_never_markup(staff: Client) -> None:
    company = make_led(20)
    Lead.objects.filter(source="Referral").update(source="<script>alert(1)</script> {0} %s")
    AdSpend.objects.filter(campaign="Dance").update(campaign="</svg><b>{x}")
    text = shown(staff, company).content.decode()
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {0} %s" in text
    assert "</svg><b>" not in text


def test_two_hundred_sources_are_twenty_lines(staff: Client) -> None:
    company = make_led(20)
    for number, one in enumerate(Lead.objects.filter(source="Facebook")):
        Lead.objects.filter(pk=one.pk).update(source=f"Partner {number % 200:03}", campaign="")
    page = shown(staff, company)
    assert len(page.context["become"]) == 21
    assert page.context["become"][19].name == "All others"
    assert page.context["become"][20].name == "All leads"


def test_where_outcomes_are_not_known_no_return_is_told(staff: Client) -> None:
    company = make_led()
    Lead.objects.update(lost_at=None)
    page = shown(staff, company)
    assert "K15" in [one.rule for one in page.context["warned"]]
    assert {row.cells[-1].value for row in page.context["costs"]} == {"blind", "–"}
    assert page.context["ranks"] == []


def test_outcomes_are_not_called_known_where_a_source_is_blind(staff: Client) -> None:
    page = shown(staff, make_led())
    assert "Outcomes of leads unknown" in page.context["passed"]
    report = page.context["report"]
    report.body["sources"][0]["blind"] = True
    report.save()
    assert "Outcomes of leads unknown" not in staff.get(PAGE).context["passed"]


def test_it_needs_the_permission(client: Client) -> None:
    reader = make_reader("channels.store")
    reader.is_staff = True
    reader.save()
    client.force_login(reader)
    assert client.get(PAGE).status_code == 403


def test_cells_say_what_is_known() -> None:
    def cell(*ends: float | None, **how: bool) -> Cell:
        return _ends(dict(zip(("value", "low", "high"), ends, strict=True)), money, **how)

    assert _ends(None, money) == Cell("–")
    assert cell(None, 417.3, None) == Cell("≥ 417.30")
    assert cell(None, None, None) == Cell("–")
    assert cell(12.0, None, None, bracket=True) == Cell("(12.00)", "", True)
    assert cell(1200.0, 900.0, None) == Cell("1,200", "900.00 – …")
    assert name_of(None) == "All others"
