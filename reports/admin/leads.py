"""Leads to revenue: what leads of each source cost, what becomes of them, and what they bring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports.admin.checks import Warned, check_name
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
_PER = {"qualified": _("Per qualified lead"), "opportunity": _("Per opportunity"), "won": _("Per won order")}
_NAMES = {
    NOT_GIVEN: _("(not given)"), PAID_SEARCH: _("Paid search"), PAID_SOCIAL: _("Paid social"),
    "(direct) / (none)": _("Direct"),
}  # fmt: skip
_THOUSAND = 1_000
_CAMPAIGNS = 3  # at least, whose order is drawn

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
    blind = any(one["blind"] for one in body["sources"])  # K15 is of all leads together
    known = any(one["contribution_per_lead"] for one in [everything, *named])
    return {
        "since": date.fromisoformat(body["since"]), "until": date.fromisoformat(body["until"]),
        "currency": body["currency"], "whole": everything, "by_contribution": body["worth"] == "contribution",
        "contribution": known,
        "facts": _facts(everything, body["currency"]),
        "warned": [Warned(one.rule, _say(one.wrong), say(one.why), say(one.instead)) for one in flags if one.fired],
        "open": [(check_name(one.rule), _say(one.wrong)) for one in flags if one.fired is None],
        "passed": [check_name(one.rule) for one in flags if one.fired is False and not (one.rule == "K15" and blind)],
        "funnel": picture(funnel_drawn([everything, *named], stages), "funnel", gettext("Share of leads by stage")),
        "ranks": [found for table in ("sources", "campaigns") if (found := _ranks(body["ranks"][table], table))],
        "stage_heads": list(stages.values()), "cost_heads": [_PER[one] for one in stages],
         "become": [_become(one, stages) for one in [*named, everything]],
        "costs": [_costs(one, stages, contribution=known) for one in [*named, everything]],
        "campaigns": [_campaign({**one, "name": _campaign_name(one)}, contribution=known) for one in body["campaigns"]],
        "few": conversions_needed(), "notes": [_say(unpaired(one)) for one in body["notes_said"]],
    }  # fmt: skip


def _ranks(rows: Sequence[Line], table: str) -> SafeString:
    """Of a single source or two campaigns there is nothing to see."""
    if table == "campaigns" and len(rows) < _CAMPAIGNS:
        return mark_safe("")
    named = [{**one, "name": name_of(one["name"]) or gettext("No campaign named")} for one in rows]
    drawn = ranks_drawn(named, gettext("Cheapest lead first"), gettext("Brings most for its cost first"))
    return picture(drawn, f"ranks-{table}", gettext("Cost per lead beside what it brings"))


def name_of(name: str | None) -> str:
    return gettext("All others") if name is None else str(_NAMES.get(name, name))


def _campaign_name(line: Line) -> str:
    return name_of(None) if line["name"] is None else line["name"] or gettext("No campaign named")


def _say(said: Said) -> str:
    return say(Said(said.template, {name: _value(one) for name, one in said.values.items()}))


def _value(one: Any) -> Any:
    if isinstance(one, str):
        return name_of(one)
    return f"{one:,}" if isinstance(one, int) else one


def _facts(line: Line, currency: str) -> list[tuple[str, Cell]]:
    def amount(name: str) -> Cell:
        return Cell("–" if line[name] is None else f"{money(line[name])} {currency}")

    return [
        (gettext("Spend"), amount("spend")),
        (gettext("Leads"), Cell(f"{line['leads']:,}")), (gettext("Won"), Cell(f"{line['won'] or 0:,}")),
        (gettext("Cost per lead"), amount("cost_per_lead")),
        (gettext("Cost per won order"), _ends(line["costs"].get("won"), money)),
        (gettext("Revenue"), amount("revenue")),
        (gettext("Revenue in the CRM"), amount("told_value")),
        (gettext("Contribution"), amount("contribution")),
        (gettext("Return on spend"), _return(line)),
    ]  # fmt: skip


def _become(line: Line, stages: Mapping[str, str]) -> Row:
    bots = _ends(line["bot_share"], share)
    reached = [_reached(line, stage) for stage in stages]
    days = _ends(line["cycle"], lambda one: f"{one:,.0f}")
    cells = [Cell(f"{line['leads']:,}"), bots, *reached, days]
    return _row(line, [*cells, Cell(share(line["maturity"])), Cell(share(line["closed_loop"]))], noted=False)


def _reached(line: Line, stage: str) -> Cell:
    """How many so far, and the rate."""
    rate = _ends(line["rates"].get(stage), share, dim=line[stage] < conversions_needed())
    return Cell(f"{line[stage]:,} · {rate.value}" if line["people"] else "–", rate.interval, rate.dim)


def _costs(line: Line, stages: Mapping[str, str], *, contribution: bool) -> Row:
    return _row(line, [
        Cell(money(line["spend"])), _per_lead(line),
        *(_ends(line["costs"].get(stage), money, dim=line[stage] < conversions_needed()) for stage in stages),
        _ends(line["revenue_per_lead"], money, bracket=True), *_contribution(line, contribution=contribution),
        Cell(money(line["revenue"])), _return(line),
    ])  # fmt: skip


def _campaign(line: Line, *, contribution: bool) -> Row:
    return _row(line, [
        Cell(money(line["spend"])), Cell(f"{line['leads']:,}"), Cell(f"{line['won'] or 0:,}"),
        _per_lead(line), _ends(line["costs"].get("won"), money, dim=line["few"]),
        _ends(line["revenue_per_lead"], money, bracket=True), *_contribution(line, contribution=contribution),
        _return(line),
    ])  # fmt: skip


def _contribution(line: Line, *, contribution: bool) -> list[Cell]:
    """A column only where it is known of any source."""
    return [_ends(line["contribution_per_lead"], money, bracket=True)] if contribution else []


def _row(line: Line, cells: Sequence[Cell], *, noted: bool = True) -> Row:
    notes = [_say(unpaired(one)) for one in line["notes_said"] if noted]
    return Row(line["name"], name_of(line["source"]) if line.get("source") else "", notes, list(cells))


def _per_lead(line: Line) -> Cell:
    """Below it what is left where bots are taken out."""
    without = money(line["cost_per_person"]) if line["bots"] and line["cost_per_lead"] else ""
    return Cell(money(line["cost_per_lead"]), gettext("without bots %(cost)s") % {"cost": without} if without else "")


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
