"""Targets of figures: which one is in force."""

from datetime import date
from decimal import Decimal

import pytest

from reports.kpis import targets_of
from reports.models import Target
from tests.making import make_company

pytestmark = pytest.mark.django_db


def test_the_latest_target_that_has_begun_is_in_force() -> None:
    company = make_company()
    for figure, value, since in (
        ("cac", 9, date(2026, 1, 5)), ("cac", 8, date(2026, 3, 2)), ("cac", 7, date(2999, 1, 1)),
        ("aov", 20, date(2026, 1, 5)), ("mer", 3, date(2999, 1, 1)),
    ):  # fmt: skip
        Target.objects.create(company=company, figure=figure, value=value, since=since)
    Target.objects.create(company=make_company("Other"), figure="mer", value=4, since=date(2026, 1, 5))
    assert {code: one.value for code, one in targets_of(company).items()} == {"aov": Decimal(20), "cac": Decimal(8)}
