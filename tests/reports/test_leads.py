"""Leads in the books are followed to their deals."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from channels.models import Lead, Store
from reports.analysis.kpi.goals import Role
from tests.making import make_company, make_store
from tests.reconciliation.searching import page_of
from tests.reports.selling import at, week
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
