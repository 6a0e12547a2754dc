"""Attribution as trends: what models say together, what they cannot say, and the money behind each channel."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports.admin.checks import check_name
from reports.admin.pictures import picture
from reports.admin.steering import steering_view
from reports.analysis.kpi.stored import taken_flag
from reports.analysis.said import Said
from reports.decisions import say
from reports.models import Event, Report
from reports.names import visit_channel
from reports.pictures.shares import shares_drawn

MODELS = {
    "last": _("Last touch"), "last_non_direct": _("Last non-direct"), "last_non_brand": _("Last non-brand"),
    "first": _("First touch"), "linear": _("Linear"), "time_decay": _("Time decay"),
    "position": _("Position-based"), "markov": _("Markov chain"), "shapley_rate": _("Shapley value"),
}  # fmt: skip
SHOWN_FIRST = "linear"
PARTS = {
    "no_visits": _("Own site, visits not known"), "other_channels": _("Other channels"),
    "no_order": _("Money of no order"), "spend_without_visits": _("Ads that no visit names"),
    "spend_not_reported": _("Ads billed beyond reports"),
}  # fmt: skip
_TRENDS = {"up": "↑", "down": "↓"}
Row = dict[str, Any]


def said(kept: Sequence[Any]) -> str:
    return say(Said(kept[0], dict(kept[1])))


def _shown(request: HttpRequest, report: Report) -> Row:
    body = report.body
    models = body["models"]
    asked = request.GET.get("model", "")
    model = asked if asked in models else SHOWN_FIRST
    currency = body["currency"]
    weekly = body["weekly"]
    drawn = shares_drawn(weekly["weeks"], weekly["models"][model], visit_channel) if weekly else None
    return {
        "model": model, "models": [(one, MODELS[one]) for one in models], "since": body["since"],
        "until": body["until"], "currency": currency,
        "conclusions": [said(one) for one in body["conclusions_said"]],
        "picture": picture(drawn, "shares", gettext("Shares of orders by week")),
        "rows": _channels(body, model), "beside": _beside(body), "total": _money(body["total"]),
        "campaigns": _campaigns(body["campaigns"][model]), "apart": _apart(body), "refused": _refused(body),
        "warnings": _warnings(body), "tests": _tests(body), "untested": _untested(body),
        "caused": said(body["brand_and_direct"]["text_said"]), "caused_fired": body["brand_and_direct"]["fired"],
        "unknown": said(body["contribution_said"]) if body["contribution_said"] else "",
        "coverage": body["coverage"], "notes": _notes(body["coverage"]),
    }  # fmt: skip


def _money(row: Mapping[str, Any]) -> Row:
    return {name: "–" if row[name] is None else f"{row[name] + 0.0:,.0f}"
            for name in ("orders", "revenue", "before_ads", "spend", "after_ads")}  # fmt: skip


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _channels(body: Row, model: str) -> list[Row]:
    """The largest revenue first."""
    found = []
    for row in sorted(body["by_model"][model], key=lambda one: (-one["revenue"], one["channel"])):
        trend = body["trends"].get(row["channel"], {"call": None})
        apart = body["spread"].get(row["channel"])
        found.append({
            "name": visit_channel(row["channel"]), **_money(row), "share": _percent(row["share"]),
            "trend": _TRENDS.get(trend["call"], ""), "why": said(trend["why_said"]) if "why_said" in trend else "",
            "apart": f"{_percent(apart['low'])} – {_percent(apart['high'])}" if apart else "",
            "loss": row["after_ads"] is not None and row["after_ads"] < 0,
        })  # fmt: skip
    return found


def _beside(body: Row) -> list[Row]:
    return [{"name": PARTS[row["part"]], **_money(row)} for row in body["beside"] if any(
        row[name] for name in ("orders", "revenue", "before_ads", "spend")
    )]  # fmt: skip


def _campaigns(rows: Sequence[Row]) -> list[Row]:
    found = []
    for row in sorted(rows, key=lambda one: (-one["spend"], -one["revenue"], one["channel"], one["campaign"] or "")):
        if row["campaign"] == "" and not row["spend"]:
            continue
        name = gettext("other campaigns") if row["campaign"] is None else row["campaign"] or gettext("no campaign")
        where = {"visits": gettext("no spend told"), "spend": gettext("no visits")}.get(row["seen"], "")
        found.append({"channel": visit_channel(row["channel"]), "name": name, "where": where, **_money(row)})
    return found


def _apart(body: Row) -> list[Row]:
    """Each channel's share by model, where they differ most first."""
    shares = {model: {row["channel"]: row["share"] for row in rows} for model, rows in body["by_model"].items()}
    found = []
    for name, one in sorted(body["spread"].items(), key=lambda pair: (-pair[1]["spread"], pair[0])):
        cells = [_percent(shares[model].get(name, 0)) for model in body["models"]]
        found.append({"name": visit_channel(name), "shares": cells, "spread": f"{100 * one['spread']:.0f}"})
    return found


def _refused(body: Row) -> list[tuple[str, str, str]]:
    return [
        (str(MODELS[model]), said(one["reason_said"]), said(one["tell_said"]) if one["tell_said"] else "")
        for model, one in body["refused"].items()
    ]  # fmt: skip


def _warnings(body: Row) -> list[Row]:
    """By rule what is wrong, of each channel, and once why it matters and what to look at instead."""
    found: dict[str, Row] = {}
    for one in body["warnings"]:
        if one["fired"]:
            flag = taken_flag(one)
            rule = found.setdefault(flag.rule, {
                "rule": flag.rule, "name": check_name(flag.rule), "why": say(flag.why), "instead": say(flag.instead),
                "wrong": [],
            })  # fmt: skip
            rule["wrong"].append((visit_channel(one["channel"]) if one["channel"] else "", said(one["wrong_said"])))
    return list(found.values())


def _tests(body: Row) -> list[Row]:
    """Experiments with what they brought and the factor of each model."""
    found = []
    for one in body["calibration"]:
        models = [
            {"name": MODELS[model], "credited": f"{row['credited']:,.1f}", "factor": _factor(row["factor"]),
             "told": row["factor"]["type"] == "estimate", "orders": _interval(row["orders"]),
             "worth": _interval(row["before_ads"])}
            for model, row in one["models"].items()
        ]  # fmt: skip
        told = one["brought"]
        where = ", ".join(one["regions"][:6]) + (f" +{len(one['regions']) - 6}" if len(one["regions"]) > 6 else "")
        found.append({
            "channel": visit_channel(one["channel"]), "kind": Event.Kind(one["kind"]).label,
            "where": f"{one['country']} {where}".strip(), "starts": one["starts"],
            "brought": _interval(told) if told else "", "models": models if told else [],
            "reason": said(one["reason_said"]) if one["reason_said"] else "",
        })  # fmt: skip
    return found


def _factor(kept: Row) -> str:
    if kept["type"] == "cannot_tell":
        return said(kept["said"]["reason"])
    return _interval([kept["value"], kept["low"], kept["high"]], 2)


def _interval(ends: Sequence[float] | None, digits: int = 0) -> str:
    if ends is None:
        return "–"
    value, low, high = (f"{one:,.{digits}f}" for one in ends)
    return f"{value} ({low} – {high})"


def _untested(body: Row) -> list[str]:
    """Channels that cost money and that no experiment measured."""
    tested = {one["channel"] for one in body["calibration"] if one["brought"]}
    rows = body["by_model"][SHOWN_FIRST]
    return [visit_channel(row["channel"]) for row in rows if row["spend"] and row["channel"] not in tested]


def _notes(told: Row) -> list[str]:
    """What the figures leave out, in sentences; nothing where nothing is."""
    found = []
    if told["visited_share"] is not None and told["visited_share"] < 1:
        found.append(
            gettext("%(share)s of the own site’s orders have visits.") % {"share": _percent(told["visited_share"])}
        )
    if told["cut_journeys"]:
        found.append(
            gettext("%(journeys)s journeys are cut: the shop counts %(visits)s visits of them that it does not list.")
            % {"journeys": f"{told['cut_journeys']:,}", "visits": f"{told['unlisted_visits']:,}"}
        )
    if told["capped_journeys"]:
        found.append(gettext("%(journeys)s journeys have more than 1,000 visits: the first and the latest count.")
                     % {"journeys": f"{told['capped_journeys']:,}"})  # fmt: skip
    if told["joined_sources"]:
        found.append(gettext("%(sources)s rare sources are joined as “other”.")
                     % {"sources": f"{told['joined_sources']:,}"})  # fmt: skip
    if told["contribution_weeks"] < told["weeks"]:
        found.append(
            gettext("Contribution is known of %(known)s of %(weeks)s weeks; money of the others is left out.")
            % {"known": told["contribution_weeks"], "weeks": told["weeks"]}
        )
    return found


attribution_view = steering_view(Report.Kind.ATTRIBUTION, _("Attribution"), "reports/attribution.html", _shown)
