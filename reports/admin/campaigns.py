"""Campaigns and visits: what to do next, campaigns by what is sure of them, and what sessions come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.words import channel_label
from reports.admin.checks import Warned, check_name, warned
from reports.admin.kpis import figure
from reports.admin.next_steps import next_shown
from reports.admin.pictures import picture
from reports.admin.steering import steering_view
from reports.analysis.kpi.flag import Flag
from reports.analysis.kpi.samples import conversions_needed
from reports.analysis.kpi.stored import taken_flag
from reports.decisions import say
from reports.models import Report
from reports.names import campaign_name, network_name
from reports.pictures.funnel import funnel_drawn
from reports.pictures.ranked import ranked_drawn

CLASSES = {
    "brand": _("Brand"),
    "non_brand": _("Non-brand"),
    "unknown": _("Unknown class"),
    "mixed": _("Several classes"),
}
WAYS = {
    "brand": _("Brand search, paid"), "direct": _("Direct"), "paid": _("Paid traffic"), "organic": _("Organic traffic"),
    "other": _("Other sources"), "unknown": _("Not told"),
}  # fmt: skip
STAGES = {"key_events": _("Key events by session"), "after": _("Orders by key event"), "orders": _("Orders by session")}
# Which rate of the stages each is.
_RATES = (
    ("key_events", "key_events", "of_sessions"),
    ("after", "orders", "of_before"),
    ("orders", "orders", "of_sessions"),
)

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """``dim`` where it rests on too few."""

    value: str
    interval: str = ""
    dim: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    note: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Found:
    """A flag that fired, with what it is of."""

    of: str
    flag: Warned


def shown(request: HttpRequest, report: Report) -> dict[str, Any]:
    body = report.body
    made, visits = body["campaigns"], body["visits"]
    labelled = [{**one, "label": campaign_name(one["label"])} for one in made["rows"]]
    flags = [(_of(one), taken_flag(one)) for one in body["flags"]]
    return {
        "steps": next_shown(request, report.company, body["next"]), "few": conversions_needed(),
        "currency": made["currency"], "weeks": made["weeks"], "unrated": made["unrated"],
        "found": [Found(of, warned(one)) for of, one in flags if one.fired],
        "open": [(of, check_name(one.rule), say(one.wrong)) for of, one in flags if one.fired is None],
        "passed": _passed([one for _, one in flags]),
        "ranked": picture(ranked_drawn(labelled), "ranked", gettext("Orders by click, with what is sure")),
        "rows": [_campaign(one) for one in made["rows"]], "sums": _sums(made) if made["rows"] else [],
        "margin": figure(made["margin"], "share"), "visits": visits,
        "days": [_day(one, flags) for one in body["days"]],
        **(_visits(visits, made["currency"]) if visits else {}),
    }  # fmt: skip


def _passed(flags: Sequence[Flag]) -> list[str]:
    """Checks that found nothing anywhere."""
    found = {one.rule for one in flags} - {one.rule for one in flags if one.fired is not False}
    return [check_name(one) for one in sorted(found, key=lambda rule: (len(rule), rule))]


def _of(one: Line) -> str:
    """The channel with its day, or the campaign."""
    on = date_format(date.fromisoformat(one["on"]), "SHORT_DATE_FORMAT") if one["on"] else ""
    return f"{campaign_name(channel_label(one['of']))} {on}".strip()


def _campaign(one: Line) -> Row:
    dim = one["few"]
    note = " · ".join(filter(None, (
        network_name(one["network"]), channel_label(one["channel"]) if one["channel"] != one["network"] else "",
        str(CLASSES[one["class"]]), gettext("not distinguishable") if one["distinguishable"] is False else "",
    )))  # fmt: skip
    return Row(one["campaign"] or gettext("No campaign named"), note, [
        Cell("–" if one["place"] is None else f"{one['place']}"), Cell(_money(one["spend"])), *_counts(one),
        Cell(figure(one["cvr"], "share"), _ends(one["cvr_low"], one["cvr_high"], "share"), dim),
        Cell(figure(one.get("cvr_shrunk"), "share"),
             _ends(one.get("cvr_shrunk_low"), one.get("cvr_shrunk_high"), "share")),
        Cell(_money(one["cpa"]), _ends(one["cpa_low"], one["cpa_high"], "", open_end=True), dim),
        Cell(_money(one["value_per_mille"]), "", dim), Cell(_money(one["contribution_per_mille"]), "", dim),
    ])  # fmt: skip


def _counts(one: Line) -> tuple[Cell, Cell]:
    """CTR of impressions, orders of clicks."""
    ctr = one["clicks"] / one["impressions"] if one["impressions"] else None
    return (
        Cell(figure(ctr, "share"), gettext("of %(many)s") % {"many": _count(one["impressions"])}),
        Cell(_count(one["orders"]), gettext("of %(many)s") % {"many": _count(one["clicks"])}),
    )


def _sums(made: Line) -> list[Row]:
    """All others, all, what no report tells, and the ledger's advertising, which they come to."""
    rest, empty = made["rest"], [Cell("")] * 7
    others = gettext("All others (%(many)s)") % {"many": f"{rest['campaigns']:,}"}
    rows = [_sum(others, rest)] if rest["campaigns"] else []
    untold = gettext("In no report") if made["untold"] >= 0 else gettext("In reports, not in the ledger")
    return [
        *rows, _sum(gettext("All campaigns"), made["total"]),
        Row(untold, "", [Cell(""), Cell(_money(made["untold"])), *empty]),
        Row(gettext("Advertising in the ledger"), "", [Cell(""), Cell(_money(made["ledger"])), *empty]),
    ]  # fmt: skip


def _sum(name: str, one: Line) -> Row:
    spent = " · ".join(
        f"{CLASSES[of]} {_money(amount)}" for of, amount in one["spend_by_class"].items() if round(amount, 2)
    )
    return Row(name, spent, [Cell(""), Cell(_money(one["spend"])), *_counts(one), *[Cell("")] * 5])


def _visits(of: Line, currency: str) -> dict[str, Any]:
    told = [one for one in of["ways"] if one["sessions"]]
    stages = {one["stage"]: one for one in of["stages"]}
    whole = {name: _rated(stages[stage][of]) for name, stage, of in _RATES}
    pictured = [{"name": gettext("All visits"), "leads": 1, "rates": whole}]
    pictured += [
        {"name": str(WAYS[one["way"]]), "leads": 1, "rates": {"key_events": _rated(one["key_event_rate"])}}
        for one in told
    ]
    total = of["total"]
    others = gettext("All others (%(many)s)") % {"many": f"{of['rest']['sources']:,}"}
    return {
        "funnel": picture(funnel_drawn(pictured, {one: str(name) for one, name in STAGES.items()}), "funnel",
                          gettext("What visits come to, with intervals")),
        "stages": [(str(STAGES[name]), _rate(stages[stage][of])) for name, stage, of in _RATES],
        "counts": [_count(stages[name]["count"]) for name in ("sessions", "key_events", "orders")],
        "ways": [Row(str(WAYS[one["way"]]), "", _source(one, total)) for one in told],
        "sources": [Row(_origin(one), str(WAYS[one["way"]]), _source(one, total)) for one in of["sources"]],
        "rest": [Row(others, "", _source(of["rest"], total))] if of["rest"]["sources"] else [],
        "total": Row(gettext("All visits"), "", _source(total, total)),
        "ledger_revenue": f"{_money(of['revenue']['ledger'])} {currency}",
        "told_revenue": f"{_money(of['revenue']['analytics'])} {currency}",
        "channels": ", ".join(map(channel_label, of["channels"])),
    }  # fmt: skip


def _rated(rate: Line) -> dict[str, float] | None:
    """For drawing: nothing where there is no interval."""
    return None if rate["low"] is None else {"value": rate["rate"], "low": rate["low"], "high": rate["high"]}


def _origin(one: Line) -> str:
    where = " / ".join(filter(None, (one["source"], one["medium"]))) or one["group"]
    return " · ".join(filter(None, (where, one["campaign"]))) or gettext("Not told")


def _source(one: Line, total: Line) -> list[Cell]:
    share = one["sessions"] / total["sessions"] if total["sessions"] else None
    rate = one.get("key_event_rate")
    return [
        Cell(_count(one["sessions"])), Cell(figure(share, "share")),
        Cell(_count(one["engaged"]) if total["engaged"] else "–"), Cell(_count(one["key_events"])),
        _rate(rate, dim=one["key_events"] < conversions_needed()) if rate else Cell(""), Cell(_money(one["revenue"])),
    ]  # fmt: skip


def _rate(rate: Line, *, dim: bool = False) -> Cell:
    return Cell(figure(rate["rate"], "share"), _ends(rate["low"], rate["high"], "share"), dim)


def _day(one: Line, flags: Sequence[tuple[str, Any]]) -> tuple[str, date, list[str], str]:
    """Channel, its last day, the orders of its last seven days, and what K11 says."""
    name = channel_label(one["channel"])
    flag = next(flag for of, flag in flags if flag.rule == "K11" and of == name)
    lately = [_count(many) for many in one["orders"][-7:]]
    return name, date.fromisoformat(one["last"]), lately, say(flag.wrong)


def _money(value: float | None) -> str:
    return "–" if value is None else f"{round(value, 2) + 0:,.2f}"


def _count(value: float) -> str:
    return f"{value:,.0f}"


def _ends(low: float | None, high: float | None, unit: str, *, open_end: bool = False) -> str:
    if low is None or (high is None and not open_end):
        return ""
    return f"{figure(low, unit)} – {'…' if high is None else figure(high, unit)}"


campaigns_view = steering_view(Report.Kind.CAMPAIGNS, _("Campaigns and visits"), "reports/campaigns.html", shown)
