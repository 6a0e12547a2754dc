"""Brand and non-brand: what searches for the brand cost and bring, and what advertising is credited with for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.words import channel_label
from reports.admin.checks import Warned, check_name, warned
from reports.admin.kpis import change, figure, sparkline
from reports.admin.pictures import picture
from reports.admin.steering import steering_view
from reports.analysis.kpi.brand import MOST_UNKNOWN
from reports.analysis.kpi.figure import SPANS
from reports.analysis.kpi.stored import taken_flag
from reports.analysis.stored import unpaired
from reports.analysis.weekly import CLASSES
from reports.decisions import say
from reports.models import Report
from reports.names import network_name
from reports.pictures.stacked import COLOURS, stacked

MEASURES = {
    "spend": _("Advertising"), "clicks": _("Clicks of advertising"), "orders": _("Orders"),
    "contribution": _("Contribution before advertising"),
}  # fmt: skip
NAMES = {"brand": _("Brand"), "non_brand": _("Non-brand"), "unknown": _("Unknown class"), "total": _("Total")}
SEARCHED = {
    "volume": _("everybody’s searches"), "impressions": _("times seen in search results"),
    "clicks": _("clicks in search results"),
}  # fmt: skip
_PICTURED = ("spend", "contribution")
_BY_WEEK = ("spend", "orders", "contribution")
_EMPTY = "–"


@dataclass(frozen=True, slots=True)
class Row:
    """``cells`` in the order of the columns; ``note`` stands under the name."""

    name: str
    cells: list[str]
    note: str = ""
    flag: Warned | None = None
    line: SafeString | str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure by channel, the company last; ``drawn`` are its weeks."""

    code: str
    title: Any
    rows: list[Row]
    drawn: SafeString | str


def shown(request: HttpRequest, report: Report) -> dict[str, Any]:
    body = report.body
    flags = [taken_flag(one) for one in body["flags"]]
    return {
        "window": body["window"], "currency": body["currency"], "colours": COLOURS,
        "flags": [warned(one) for one in flags if one.fired],
        "open": [check_name(one.rule) for one in flags if one.fired is None],
        "measured": [_measured(code, body) for code in MEASURES], "classes": [_class(one, body) for one in NAMES],
        "paid": [_paid(one) for one in body["paid"]], "credits": [_credit(one) for one in body["credits"]],
        "weeks": _weeks(body),
        "by_week": [MEASURES[one] for one in _BY_WEEK], "searches": _searches(body["searches"]),
        "clicked": _clicked(body["searches"]), "spans": SPANS,
    }  # fmt: skip


def _measured(code: str, body: Mapping[str, Any]) -> Measured:
    money = body["currency"] if code in ("spend", "contribution") else ""
    told = [one for one in body["channels"] if any(one[code][name]["sum"] for name in NAMES)]
    rows = [
        Row(channel_label(one["channel"]) if one["channel"] else gettext("Of no channel"), _parts(one[code], money),
            _costed(one) if code == "contribution" else "")
        for one in told
    ]  # fmt: skip
    title = f"{MEASURES[code]}{f', {money}' if money else ''}"
    drawn: SafeString | str = ""
    if code in _PICTURED and told:
        of = body["company"][code]
        said = gettext("%(measure)s by week: brand, non-brand and unknown") % {"measure": title}
        drawn = picture(
            stacked(body["weeks"], {one: of[one]["series"] for one in CLASSES}, of["total"]["series"]), code, said
        )
    return Measured(
        code, title, [*rows, Row(gettext("Company"), _parts(body["company"][code], money))] if rows else [], drawn
    )


def _costed(one: Mapping[str, Any]) -> str:
    covered = one["costed"]
    if covered is None or covered >= 0.98:
        return ""
    return gettext("%(share)s of its goods have a cost") % {"share": figure(covered, "share")}


def _parts(of: Mapping[str, Mapping[str, Any]], money: str) -> list[str]:
    """Brand, non-brand, unknown and total as they add up on the page too; shares of the first two, and their change."""
    sums = {name: of[name]["sum"] for name in NAMES}
    earns = min(sums.values()) >= -1e-6
    shares = [
        _share(sums[name], sums["unknown"], sums["total"]) if earns else _EMPTY for name in ("brand", "non_brand")
    ]
    changed = [of[name]["trend"]["13"] for name in ("brand", "non_brand")]
    return [
        *_added_up(sums, money),
        *shares,
        *map(change, changed),
    ]


def _added_up(sums: Mapping[str, float], money: str) -> list[str]:
    """In the order of ``NAMES``, rounded so that the classes still add up; what is not known at all is empty."""
    digits = (2 if abs(sums["total"]) < 1000 else 0) if money else int(any(one % 1 > 1e-6 for one in sums.values()))
    cut = {name: round(sums[name], digits) for name in ("brand", "non_brand", "total")}
    cut["unknown"] = round(cut["total"] - cut["brand"] - cut["non_brand"], digits)
    return [f"{cut[name] + 0:,.{digits}f}" for name in NAMES]


def _share(part: float, unknown: float, total: float) -> str:
    """Of parts none of which is below nothing; a range where more than 5 % is unknown, which may be of this class."""
    if total <= 0:
        return _EMPTY
    least, most = part / total, min((part + unknown) / total, 1.0)
    return _range({"low": least, "high": most if unknown > MOST_UNKNOWN * total else least}, "share")


def _weeks(body: Mapping[str, Any]) -> list[Row]:
    """The company's weeks, the latest first: the classes of each measure that is drawn, and of orders."""
    found = []
    for place in reversed(range(len(body["weeks"]))):
        cells = []
        for code in _BY_WEEK:
            sums = {name: body["company"][code][name]["series"][place] for name in NAMES}
            known = sums["total"] is not None
            cells += _added_up(sums, body["currency"] if code != "orders" else "") if known else [_EMPTY] * len(NAMES)
        found.append(Row(date_format(date.fromisoformat(body["weeks"][place]), "SHORT_DATE_FORMAT"), cells))
    return found


def _class(name: str, body: Mapping[str, Any]) -> Row:
    """What advertising reports claim of a class, over all networks."""
    of = body["paid"][0]["classes"][name] if body["paid"] else {}
    if not of:
        return Row(str(NAMES[name]), [])
    acos = of["spend"] / of["sales"] if of["sales"] > 0 else None
    return Row(str(NAMES[name]), [
        f"{of['spend']:,.2f}", f"{of['clicks']:,.0f}", f"{of['orders']:,.0f}", f"{of['sales']:,.2f}",
        _ends(of["cpa"], ""), _ends(of["roas"], "ratio"), figure(acos, "share"),
    ])  # fmt: skip


def _ends(one: Mapping[str, Any] | None, unit: str) -> str:
    if one is None:
        return _EMPTY
    value, between = figure(one["value"], unit), "" if one["low"] is None else _range(one, unit)
    return value if between in ("", value) else f"{value} ({between})"


def _range(one: Mapping[str, Any] | None, unit: str) -> str:
    """Two ends; one figure where they are the same to the eye."""
    if one is None:
        return _EMPTY
    low, high = (figure(one[name], unit) for name in ("low", "high"))
    return low if low == high else f"{low} – {high}"


def _paid(one: Mapping[str, Any]) -> Row:
    share = one["brand_share"]
    flag = taken_flag(one["flag"])
    told = f"{figure(share['value'], 'share')} ({_range(share, 'share')})" if share else _EMPTY
    cells = [
        figure(one["roas"], "ratio"), told, _range(one["without_rivals"], "ratio"), _range(one["with_rivals"], "ratio"),
        figure(one["break_even"], "ratio"),
    ]  # fmt: skip
    name = network_name(one["network"]) or gettext("All advertising")
    note = say(flag.wrong) if flag.fired is None else ""
    return Row(name, cells, note, warned(flag) if flag.fired else None)


def _credit(one: Mapping[str, Any]) -> Row:
    found, flag = one["over_credit"], taken_flag(one["flag"])
    queries, loss = one["query_share"], one["relationship_loss"]
    cells = [_credited(found), _range(queries, "share"), figure(loss["value"], "share") if loss else _EMPTY]
    name = f"{one['country']}: {channel_label(one['marketplace'])} → {channel_label(one['shop'])}"
    note = say(unpaired(found["reason_said"])) if found["reason_said"] else _how(one)
    return Row(name, cells, note, warned(flag) if flag.fired else None)


def _credited(found: Mapping[str, Any]) -> str:
    if found["low"] is None:
        return gettext("cannot tell")
    return _range(found, "share") if found["value"] is None else _ends(found, "share")


def _how(one: Mapping[str, Any]) -> str:
    if one["over_credit"]["value"] is not None:
        return gettext("measured by an event")
    return gettext("measured by an event, bounds") if one["measured"] else gettext("bounds without an event")


def _searches(found: Mapping[str, Any]) -> list[Row]:
    """Channels and markets, and all of them where there are several."""
    rows = [
        _searched(f"{channel_label(one['channel'])} {one['market']}".strip(), one, str(SEARCHED[one["measure"]]))
        for one in found["each"]
    ]
    return [*rows, _searched(gettext("Together"), found["all"], "")] if len(rows) > 1 else rows


def _clicked(found: Mapping[str, Any]) -> list[Row]:
    """Clicks in search results by class; what they hold of advertising's cannot be told apart."""
    return [
        Row(f"{channel_label(one['channel'])} {one['market']}".strip(), _added_up(one["clicks"], ""),
            gettext("with those on advertising") if one["with_ads"] else gettext("without advertising"))
        for one in found["each"] if one["clicks"]["total"]
    ]  # fmt: skip


def _searched(name: str, one: Mapping[str, Any], note: str) -> Row:
    known = [each for each in one["index"] if each is not None]
    lately = f"{sum(known[-4:]) / len(known[-4:]):,.0f}" if known else _EMPTY
    cells = [lately, *_changes(one["trend"]), _ends(one["slope"], "share")]
    return Row(name, cells, note, line=sparkline(one["index"]))


def _changes(trend: Mapping[str, float | None]) -> Iterable[str]:
    return [change(trend[weeks]) for weeks in map(str, SPANS)]


brand_view = steering_view(Report.Kind.BRAND, _("Brand and non-brand"), "reports/brand.html", shown)
