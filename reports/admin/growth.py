"""Contribution week by week, and what is left of it less what channels took from each other, as a page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.safestring import SafeString

from channels.models import Company
from channels.words import channel_label
from reports.admin.cells import Cell, Line, cell
from reports.admin.pictures import picture
from reports.analysis.estimate import Bounds, Estimate
from reports.analysis.kpi.figure import WINDOW
from reports.decisions import say
from reports.models import Report
from reports.pictures.contribution import contribution_drawn

Weeks = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Growth:
    """``whole`` is contribution of 13 weeks before and after what was taken; ``held`` its slope with spend held."""

    through: date
    picture: SafeString
    pairs: list[Line]
    whole: dict[str, Cell]
    held: Cell | None


def growth(company: Company) -> Growth | None:
    """None where nothing says what channels took from each other."""
    report = Report.objects.filter(company=company, kind=Report.Kind.GROWTH).defer("data").first()
    if report is None or not report.body.get("pairs"):
        return None
    body, currency = report.body, report.body["currency"]
    made = body["figures"].get("contribution")
    whole = {"taken": cell(_answer(report.answers[0], currency))}
    if made is not None:
        whole |= {"left": cell(_answer(made, currency))}
    held = cell(_answer(body["held"], currency)) if body["held"] else None
    return Growth(report.through, _picture(body), [_pair(one, currency) for one in body["pairs"]], whole, held)


def _answer(of: Mapping[str, Any], unit: str) -> Estimate | Bounds:
    if of["value"] is None:
        return Bounds(of["low"], of["high"], unit, WINDOW, "")
    return Estimate(of["value"], of["low"], of["high"], 0.9, unit, WINDOW, "")


def _pair(one: Mapping[str, Any], currency: str) -> Line:
    cells = {
        "share": cell(_answer(one["share"], "share")), "orders": Cell(f"{one['orders']:,.0f}"),
        "margin": cell(_answer(one["margin"], currency)), "taken": cell(_answer(one["taken"], currency)),
    }  # fmt: skip
    name = f"{one['country']}: {channel_label(one['affecting'])} → {channel_label(one['affected'])}"
    return Line(one, name, cells)


def _picture(body: Mapping[str, Any]) -> SafeString:
    total, taken = body["contribution"], body["taken"]
    left = _less(total, taken["value"] or [None] * len(total))
    drawn = contribution_drawn(body["weeks"], total, left, _less(total, taken["high"]), _less(total, taken["low"]), say)
    return picture(drawn, "growth")


def _less(total: Weeks, other: Weeks) -> list[float | None]:
    return [None if one is None or less is None else one - less for one, less in zip(total, other, strict=True)]
