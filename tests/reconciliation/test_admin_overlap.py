"""The overlap page: what is told, what cannot be told and why, and what a channel says of its own buyers."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from channels.models import Company, RepeatPurchase
from reconciliation.models import Overlap
from reconciliation.repeats import Repeat, repeats
from tests.making import make_company, make_store, orders, take_in
from tests.reconciliation.admin_pages import HOSTILE, person, text

pytestmark = pytest.mark.django_db
PAGE = "/admin/overlap/"
TOLD: dict[str, Any] = {
    "proven": 4,
    "expected": 12.25,
    "total": 15.0,
    "low": 13.0,
    "high": 19.0,
    "visible_share": 0.62,
    "at_most": 80,
}


@pytest.fixture
def boss() -> Client:
    return person("boss")


def estimate(company: Company, number: int = 6, **given: Any) -> Overlap:
    where = {"channel": "shopee", "other": "shopify", "market": "SG", "month": date(2026, number, 1)}
    return Overlap.objects.create(company=company, **where | given)


def repeat(company: Company, starts: date, ends: date, key: str = "", **given: Any) -> None:
    store = company.stores.filter(channel="amazon").first() or make_store(
        company, "Amazon SG", marketplace="A19VAU5U5O7RUS", currency="SGD"
    )
    page = take_in(store, orders({}))
    RepeatPurchase.objects.create(
        store=store, page=page, place=1, load=1, recorded_at=datetime.now(UTC), resource="x", key=f"{starts}{ends}{key}",
        starts_on=starts, ends_on=ends, asin=f"B{key}", currency="SGD", sales=Decimal(9), repeat_sales=Decimal(1),
        **{"orders": 60, "customers": 50, "repeat_customers": 10} | given,
    )  # fmt: skip


def test_empty_says_what_is_missing(boss: Client) -> None:
    assert "Nothing is estimated yet" in text(boss.get(PAGE))
    make_company()
    assert "Nothing is estimated yet" in text(boss.get(PAGE))


def test_what_cannot_be_told_is_not_zero(boss: Client) -> None:
    company = make_company()
    estimate(company, 6, **TOLD)
    estimate(company, 7, proven=2, expected=3.0, visible_share=0.03, at_most=70,
             reason="cannot tell: only 3.0% of the buyers could be seen")  # fmt: skip
    estimate(company, 6, channel="amazon", other="shopify", visible_share=0.0, at_most=9, reason="not observable")
    shown = text(boss.get(PAGE))
    assert "<b>15</b>" in shown
    assert "13 – 19" in shown
    assert "62.0 %" in shown
    assert "cannot tell: only 3.0% of the buyers could be seen" in shown
    assert "not observable: nothing that could be compared is shown" in shown
    assert shown.count('fill="url(#untold)"') == 1
    assert shown.count('class="pl-interval"') == 1
    row = shown[shown.index("Amazon – Shopify SG") :]
    row = row[row.index("<tbody>") : row.index("</tbody>")]
    assert ">0<" not in row
    assert "as odds" in shown
    assert "nor 2 times less" in shown


def test_the_assumption_stands_there_in_chinese(boss: Client) -> None:
    estimate(make_company(), 6, **TOLD)
    boss.cookies["django_language"] = "zh-hans"
    with translation.override("zh-hans"):
        shown = text(boss.get(PAGE))
    assert "假设" in shown
    assert "“无法判断”不是零" in shown


def test_an_interval_of_nothing_is_drawn(boss: Client) -> None:
    estimate(make_company(), 6, proven=0, expected=0.0, total=0.0, low=0.0, high=0.0, visible_share=1.0, at_most=3)
    assert "0 – 0" in text(boss.get(PAGE))


def test_amazons_own_counts_stand_beside(boss: Client) -> None:
    company = make_company()
    estimate(company, 6, channel="amazon", other="shopify", reason="not observable")
    repeat(company, date(2026, 6, 1), date(2026, 6, 30))
    repeat(company, date(2026, 6, 1), date(2026, 6, 30), "2", customers=30, repeat_customers=6)
    repeat(company, date(2026, 6, 7), date(2026, 6, 13), "week")
    shown = text(boss.get(PAGE))
    assert "Amazon: 16 of 80 customers (20.0 %)" in shown
    assert "they say nothing of other channels" in shown


def test_months_go_before_weeks_and_other_spans_are_left_out() -> None:
    company = make_company()
    repeat(company, date(2026, 6, 7), date(2026, 6, 13))
    repeat(company, date(2026, 6, 14), date(2026, 6, 20))
    repeat(company, date(2026, 7, 5), date(2026, 7, 11))
    repeat(company, date(2026, 7, 1), date(2026, 7, 31), customers=40)
    repeat(company, date(2026, 4, 1), date(2026, 6, 30))
    assert repeats(company) == {
        ("amazon", "SG", date(2026, 6, 1)): Repeat(120, 100, 20, 2),
        ("amazon", "SG", date(2026, 7, 1)): Repeat(60, 40, 10, 0),
    }


def test_it_is_narrowed_and_takes_any_question(boss: Client) -> None:
    company, other = make_company(), make_company("Birch")
    estimate(company, 6, **TOLD)
    estimate(company, 6, market="VN", **TOLD | {"total": 77.0, "high": 78.0})
    estimate(other, 6, **TOLD | {"total": 99.0, "high": 100.0})
    assert "<b>77</b>" in text(boss.get(PAGE, {"company": company.pk}))
    assert "<b>99</b>" not in text(boss.get(PAGE, {"company": company.pk}))
    assert "<b>99</b>" in text(boss.get(PAGE, {"company": other.pk}))
    narrow = text(boss.get(f"{PAGE}?company={company.pk}&market=SG&pair=shopee-shopify"))
    assert ("<b>15</b>" in narrow, "<b>77</b>" in narrow) == (True, False)
    for asked in (
        "company=x",
        "company=99999999999",
        "pair=a",
        "market=%00",
        f"market={HOSTILE}",
        "pair=shopee-amazon",
    ):
        shown = text(boss.get(f"{PAGE}?{asked}"))
        assert HOSTILE not in shown


def test_many_months_are_cut_and_cost_no_more_questions(boss: Client) -> None:
    company = make_company()
    for month in range(1, 13):
        estimate(company, month, **TOLD)
    boss.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        boss.get(PAGE)
    for year in (2023, 2024, 2025):
        for month in range(1, 13):
            for market in ("SG", "VN"):
                estimate(company, market=market, **TOLD | {"month": date(year, month, 1)})
    with CaptureQueriesContext(connection) as many:
        shown = text(boss.get(PAGE))
    assert len(few) == len(many) <= 20
    assert "24 earlier months are not shown" in shown


def test_only_who_may_look_sees_it() -> None:
    assert person("looker", "view_overlap").get(PAGE).status_code == 200
    assert person("nobody", "view_store").get(PAGE).status_code == 403
