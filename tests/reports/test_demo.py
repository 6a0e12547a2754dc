"""What the demo does beside the commands it calls."""

from datetime import date
from decimal import Decimal

import pytest

from channels.management.commands import sandbox
from channels.models import Company, Payout, Store
from reports.management.commands import demo
from tests.making import make_company


def test_the_demo_waits_for_the_sandboxs_own_last_word() -> None:
    assert demo.READY == sandbox.READY


@pytest.mark.django_db
@pytest.mark.parametrize(("go_live", "month"), [("2026-08-17", date(2026, 9, 1)), ("2026-12-01", date(2026, 12, 1))])
def test_the_statement_begins_with_the_first_whole_month(go_live: str, month: date) -> None:
    Store.objects.create(company=make_company(), name="A", channel="amazon", currency="USD", go_live=go_live)
    assert demo._whole_month(["A"]) == month


def test_only_what_the_seller_owes_is_taxed_inside_prices() -> None:
    assert all(Decimal(0) <= rate < Decimal("0.3") for rates in demo.TAX_RATES.values() for rate in rates.values())


@pytest.mark.django_db
def test_a_company_without_payouts_has_no_line() -> None:
    Company.objects.create(name=demo.COMPANY, base_currency="CNY")
    assert (demo._payouts(), Payout.objects.count()) == ([], 0)
