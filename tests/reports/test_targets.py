"""Targets of figures: which one is in force, and what always reaching it says."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from reports.analysis.kpi.figure import SPANS, Figure, Kpi
from reports.analysis.kpi.goals import Role
from reports.analysis.kpi.stored import kept
from reports.analysis.said import Said
from reports.kpis import role_page, targets_of
from reports.models import Target
from tests.making import make_company
from tests.reports.asking import report

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


def test_a_figure_that_is_always_at_its_target_comforts() -> None:
    company = make_company()
    weeks = [100.0 - n for n in range(40)]
    kpi = Kpi("cac", 5.0, 4.0, 6.0, 52.0, 1.0, "USD/customer", dict.fromkeys(SPANS), (), Said("Spend."))
    whole = replace(kpi, code="contribution", value=900.0)
    figures = {"cac": kept(Figure(kpi, np.full(40, 5.0))), "contribution": kept(Figure(whole, np.array(weeks)))}
    report(company, "figures", "all", {}, body={"figures": figures})

    def checks() -> dict[str, list[tuple[str, bool | None]]]:
        shown = role_page(company, Role.OWNER).figures
        return {one.kpi.code: [(flag.rule, flag.fired) for flag in one.kpi.flags] for one in shown}

    assert checks()["cac"] == []
    target = Target.objects.create(company=company, figure="cac", value=6, since=date(2026, 1, 5))
    assert (checks()["cac"], checks()["contribution"]) == ([("K18", True)], [])
    target.value = Decimal("4.5")
    target.save()
    assert checks()["cac"] == [("K18", False)]
