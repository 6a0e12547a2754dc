"""Leads to revenue: what leads of each source cost, what becomes of them, and what they bring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports.admin.kpis import Warned
from reports.admin.pictures import picture
from reports.admin.steering import steering_view
from reports.analysis.kpi.samples import conversions_needed
from reports.analysis.kpi.stored import taken_flag
from reports.analysis.leads.files import NOT_GIVEN
from reports.analysis.leads.matching import PAID_SEARCH, PAID_SOCIAL
from reports.analysis.said import Said
from reports.analysis.stored import unpaired
from reports.decisions import say
from reports.models import Report
from reports.pictures.funnel import funnel_drawn
from reports.pictures.ranks import ranks_drawn

STAGES = {"qualified": _("Qualified"), "opportunity": _("Opportunity"), "won": _("Won")}
_NAMES = {NOT_GIVEN: _("(not given)"), PAID_SEARCH: _("Paid search"), PAID_SOCIAL: _("Paid social")}
_THOUSAND = 1_000

Line = Mapping[str, Any]
Ends = Mapping[str, float | None] | None


@dataclass(frozen=True, slots=True)
class Cell:
    """``dim`` where it rests on too few."""

    value: str
    interval: str = ""
    dim: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    source: str
    notes: list[str]
    cells: list[Cell]


def _shown(request: HttpRequest, report: Report) -> dict[str, Any]:
    body = report.body
    stages = {name: str(STAGES[name]) for name in body["stages"]}
    flags = [taken_flag(one) for one in body["flags"]]
    everything: Line = {**body["all"], "name": gettext("All leads")}
    named = [{**one, "name": name_of(one["name"])} for one in body["sources"]]
    ranked = [{**one, "name": name_of(one["name"])} for one in body["ranks"]]
    ranks = ranks_drawn(ranked, gettext("Cheapest lead first"), gettext("Brings most for its cost first"))
    return {
        "since": date.fromisoformat(body["since"]), "until": date.fromisoformat(body["until"]),
        "currency": body["currency"], "whole": everything, "by_contribution": body["worth"] == "contribution",
        "facts": _facts(everything, body["currency"]),
        "warned": [Warned(one.rule, _say(one.wrong), say(one.why), say(one.instead)) for one in flags if one.fired],
        "open": [(one.rule, _say(one.wrong)) for one in flags if one.fired is None],
        "passed": [one.rule for one in flags if one.fired is False],
        "funnel": picture(funnel_drawn([everything, *named], stages), "funnel", gettext("Share of leads by stage")),
        "ranks": picture(ranks, "ranks", gettext("Cost per lead beside what it brings")),
        "stage_heads": list(stages.values()), "become": [_become(one, stages) for one in [*named, everything]],
        "costs": [_costs(one, stages) for one in [*named, everything]],
        "campaigns": [_campaign({**one, "name": _campaign_name(one)}, stages) for one in body["campaigns"]],
        "few": conversions_needed(), "notes": [_say(unpaired(one)) for one in body["notes_said"]],
    }  # fmt: skip


def name_of(name: str | None) -> str:
    return gettext("All others") if name is None else str(_NAMES.get(name, name))


def _campaign_name(line: Line) -> str:
    return name_of(None) if line["name"] is None else line["name"] or gettext("No campaign named")


def _say(said: Said) -> str:
    values = {name: name_of(one) if isinstance(one, str) else one for name, one in said.values.items()}
    return say(Said(said.template, values))


def _facts(line: Line, currency: str) -> list[tuple[str, Cell]]:
    return [
        (gettext("Spend"), Cell(f"{money(line['spend'])} {currency}")),
        (gettext("Leads"), Cell(f"{line['leads']:,}")), (gettext("Won"), Cell(f"{line['won'] or 0:,}")),
        (gettext("Cost per lead"), Cell(f"{money(line['cost_per_lead'])} {currency}")),
        (gettext("Cost per won order"), _ends(line["costs"].get("won"), money)),
        (gettext("Revenue"), Cell(f"{money(line['revenue'])} {currency}")),
        (gettext("Revenue in the CRM"), Cell(f"{money(line['told_value'])} {currency}")),
        (gettext("Contribution"), Cell(f"{money(line['contribution'])} {currency}")),
        (gettext("Return on spend"), _return(line)),
    ]  # fmt: skip


def _become(line: Line, stages: Mapping[str, str]) -> Row:
    bots = _ends(line["bot_share"], share)
    rates = [_ends(line["rates"].get(stage), share, dim=line["few"]) for stage in stages]
    reached = [Cell(f"{line[stage]:,}" if line[stage] is not None else "–") for stage in stages]
    both = [one for pair in zip(reached, rates, strict=True) for one in pair]
    return _row(line, [
        Cell(f"{line['leads']:,}"), bots, *both, _ends(line["cycle"], lambda one: f"{one:,.0f}"),
        Cell(share(line["maturity"])), Cell(share(line["closed_loop"])),
    ])  # fmt: skip


def _costs(line: Line, stages: Mapping[str, str]) -> Row:
    return _row(line, [
        Cell(money(line["spend"])), Cell(money(line["cost_per_lead"])), Cell(money(line["cost_per_person"])),
        *(_ends(line["costs"].get(stage), money, dim=line["few"]) for stage in stages),
        _ends(line["revenue_per_lead"], money, bracket=True), _ends(line["contribution_per_lead"], money, bracket=True),
        Cell(money(line["revenue"])), _return(line),
    ])  # fmt: skip


def _campaign(line: Line, stages: Mapping[str, str]) -> Row:
    return _row(line, [
        Cell(money(line["spend"])), Cell(f"{line['leads']:,}"), Cell(f"{line['won'] or 0:,}"),
        Cell(money(line["cost_per_lead"])), _ends(line["costs"].get("won"), money, dim=line["few"]),
        _ends(line["revenue_per_lead"], money, bracket=True), _ends(line["contribution_per_lead"], money, bracket=True),
        _return(line),
    ])  # fmt: skip


def _row(line: Line, cells: Sequence[Cell]) -> Row:
    notes = [_say(unpaired(one)) for one in line["notes_said"]]
    return Row(line["name"], name_of(line["source"]) if line.get("source") else "", notes, list(cells))


def _return(line: Line) -> Cell:
    """ROI where contribution is known, else revenue by spend; nothing where outcomes are not known."""
    if line["blind"]:
        return Cell(gettext("blind"))
    if line["roi"]:
        return _ends(line["roi"], lambda one: f"{100 * one:+,.0f} %".replace("-", "\u2212"), bracket=True)
    return _ends(line["return"], lambda one: f"{one:,.2f} ×", bracket=True)


def _ends(of: Ends, words: Any, *, dim: bool = False, bracket: bool = False) -> Cell:
    """Without a value, what it is at least; with ``bracket`` a value without an interval stands in brackets."""
    if of is None:
        return Cell("–")
    value, low, high = of["value"], of["low"], of["high"]
    if value is None:
        return Cell(f"≥ {words(low)}" if low is not None else "–", dim=dim)
    if low is None and high is None:
        return Cell(f"({words(value)})" if bracket else words(value), dim=dim or bracket)
    ends = ("…" if one is None else words(one) for one in (low, high))
    return Cell(words(value), " – ".join(ends), dim)


def share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:,.1f} %"


def money(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value + 0.0:,.0f}" if abs(value) >= _THOUSAND else f"{value + 0.0:,.2f}"


leads_view = steering_view(Report.Kind.LEADS, _("Leads to revenue"), "reports/leads.html", _shown)
