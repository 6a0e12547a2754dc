"""Customer value: what customers cost to win, bring with age, and how many come again."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.words import channel_label
from reports.admin.pictures import picture
from reports.admin.steering import steering_view
from reports.analysis.estimate import Answer, CannotTell, Estimate
from reports.analysis.lifetime.cohorts import too_young
from reports.analysis.said import Said
from reports.decisions import answers_of, say
from reports.models import Report
from reports.pictures.cohorts import COLUMNS, ROWS, triangle_drawn
from reports.pictures.curves import payback_drawn, repeat_drawn

_MONTHS = (3, 6, 12, 24)
_TOLD = (1, 3, 6, 12, 24)  # months of the repeat curve in words
_MONTH = 365.25 / 12
Row = dict[str, Any]
Cell = dict[str, str]  # value, interval, why


def _shown(request: HttpRequest, report: Report) -> Row:
    body, answers = report.body, answers_of(report)
    common = {
        "currency": body["currency"], "known": [channel_label(one) for one in body["known"]], "since": body["from"],
        "hidden": [channel_label(one) for one in body["hidden"]], "elsewhere": _elsewhere(body["unidentified"]),
    }  # fmt: skip
    if "reason_said" in body:
        return {**common, "reason": _said(body["reason_said"])}
    return {
        **common, "customers": f"{body['customers']:,}", "keeping": _said(body["keeping_said"]),
        "notes": [_said(one["text_said"]) for one in body["notes"]], "months": _MONTHS,
        "values": _values(body, answers), "cost": _cost(body["cost"], answers), "payback": _payback(body, answers),
        "triangle": picture(triangle_drawn(body["cohorts"]), "cohorts", gettext("Retention by cohort")),
        "cohorts": _cohorts(body["cohorts"]), "ages": range(min(_oldest(body["cohorts"]), COLUMNS)),
        "repeat": picture(repeat_drawn(body["repeat"], say), "repeat", gettext("Who came again")),
        "came": _came(body["repeat"]), "ahead": _ahead(body["ahead"], answers, body["currency"]),
    }  # fmt: skip


def _said(kept: Sequence[Any]) -> str:
    return say(Said(kept[0], kept[1]))


def _money(value: float | None) -> str:
    return "–" if value is None else f"{value + 0.0:,.2f}" if isfinite(value) else "…"


def _cell(answer: Answer | None, *, money: bool = True) -> Cell:
    """Bounds without a second end are "at least" or "at most"."""
    if answer is None:
        return {"value": "–", "interval": "", "why": ""}
    if isinstance(answer, CannotTell):
        return {"value": "–", "interval": "", "why": " ".join(say(one) for one in (answer.reason, answer.tell) if one)}
    low, high = (_money(one) for one in (answer.low, answer.high))
    if isinstance(answer, Estimate):
        return {"value": _money(answer.value) if money else f"{answer.value:,.0f}", "why": "",
                "interval": f"{low} – {high}" if money else f"{answer.low:,.0f} – {answer.high:,.0f}"}  # fmt: skip
    bound = f"≥ {low}" if answer.high == float("inf") else f"≤ {high}"
    return {"value": bound, "interval": "", "why": ""}


def _values(body: Row, answers: Mapping[str, Answer]) -> list[Row]:
    """All customers, then by the channel of the first order where there are several."""
    cells = [_cell(answers.get(f"ltv_{months}")) for months in _MONTHS]
    found = [{"name": gettext("All channels"), "customers": f"{body['customers']:,}", "cells": cells}]
    for one in body["by_channel"] if len(body["by_channel"]) > 1 else ():
        own = [_of_age(age) for age in one["ages"]] or [_cell(None)] * len(_MONTHS)
        found.append({"name": channel_label(one["channel"]), "customers": f"{one['customers']:,}", "cells": own})
    return found


def _of_age(age: Mapping[str, Any]) -> Cell:
    if age["value"] is None:
        return {"value": "–", "interval": "", "why": say(too_young(age["customers"], age["months"]))}
    return {"value": _money(age["value"]), "interval": f"{_money(age['low'])} – {_money(age['high'])}", "why": ""}


def _cost(told: Row, answers: Mapping[str, Answer]) -> Row:
    spent, recall = told["advertising"], told["recall"]
    rows = [_cost_row(channel_label(one["channel"]), one) for one in told["by_channel"] if len(told["by_channel"]) > 1]
    if told["of_no_channel"]:
        rows.append({"name": gettext("Of no channel"), "spend": _money(told["of_no_channel"])})
    hidden = [{"name": channel_label(one["channel"]), "spend": _money(one["spend"])} for one in told["hidden"]]
    return {
        "weeks": told["weeks"], "since": told["from"], "rows": rows, "company": _cost_row("", told["company"]),
        "hidden": hidden, "ledger": _money(spent["ledger"]), "left_out": _money(spent["left_out"]),
        "has_left_out": abs(spent["left_out"]) >= 0.005, "unknown_weeks": spent["unknown_weeks"],
        "shared": told["shared"] and {name: _money(one) for name, one in told["shared"].items()},
        "recall": recall and {"pairs": recall["pairs"], "certain": recall["low"] >= 1,
                              **{name: f"{recall[name]:.0%}" for name in ("value", "low", "high")}},
        "incremental": [(name.partition(" ")[2], _cell(one)) for name, one in answers.items()
                        if name.partition(" ")[0] == "incremental"],
    }  # fmt: skip


def _cost_row(name: str, told: Row) -> Row:
    new = told["new"] if told["corrected"] is None else told["corrected"]
    low, high = (_money(told[end]) for end in ("low", "high"))
    interval = "" if told["low"] is None else f"≥ {low}" if told["high"] is None else f"{low} – {high}"
    return {
        "name": name, "spend": _money(told["spend"]), "new": f"{new:,.0f}", "value": _money(told["value"]),
        "interval": interval, "counted": f"{told['new']:,.0f}" if round(new) != round(told["new"]) else "",
    }  # fmt: skip


def _payback(body: Row, answers: Mapping[str, Answer]) -> Row | None:
    told = body["payback"]
    if told is None:
        return {"reason": _cell(answers["ltv_cac"])["why"]} if "ltv_cac" in answers else None
    drawn = payback_drawn(told, body["currency"], say)
    by_channel = [(channel_label(name.partition(" ")[2]), _cell(one)) for name, one in answers.items()
                  if name.startswith("ltv_cac ")]  # fmt: skip
    return {
        "picture": picture(drawn, "payback", gettext("Value and cost by age")), "ratio": _cell(answers["ltv_cac"]),
        "by_channel": by_channel, "cost": _money(told["cost"]["value"]),
        **{name: told[name] for name in ("months", "from", "until", "customers", "month", "earliest", "latest")},
    }  # fmt: skip


def _oldest(cohorts: Sequence[Row]) -> int:
    return max((len(one["cells"]) for one in cohorts), default=0)


def _cohorts(cohorts: Sequence[Row]) -> list[Row]:
    """Contribution by customer so far, of the latest cohorts; in brackets where the month is not over."""
    return [
        {"month": one["month"], "customers": f"{one['customers']:,}",
         "cells": [_so_far(cell) for cell in one["cells"][:COLUMNS]]}
        for one in cohorts[-ROWS:]
    ]  # fmt: skip


def _so_far(cell: Row) -> str:
    text = _money(cell["money"])
    return text if cell["mature"] else f"({text})"


def _came(told: Row) -> list[Row]:
    found = []
    for months in _TOLD:
        place = round(months * _MONTH / 7)
        if place < len(told["days"]):
            share, low, high = (f"{100 * told[name][place]:.1f} %" for name in ("share", "low", "high"))
            found.append({"months": months, "share": share, "interval": f"{low} – {high}"})
    return found


def _ahead(told: Row, answers: Mapping[str, Answer], currency: str) -> Row:
    names = {"purchases_ahead": _("Purchases"), "value_ahead": _("Contribution")}
    rows = []
    for code, name in names.items():
        answer = answers[code]
        checks = [say(one.detail) for one in answer.checks]
        rows.append(
            {
                "name": name,
                "cell": _cell(answer, money=code == "value_ahead"),
                "checks": checks,
                "unit": currency if code == "value_ahead" else "",
            }
        )
    correlation = told["correlation"]
    return {"weeks": told["weeks"], "rows": rows, "correlation": None if correlation is None else f"{correlation:.2f}"}


def _elsewhere(told: Sequence[Row]) -> list[Row]:
    return [
        {"name": channel_label(one["channel"]), "said": [_said(text["text_said"]) for text in one["said"]],
         "months": [{**row, "share": _share(row)} for row in one["months"]],
         "products": [{**row, "share": _share(row)} for row in one["products"]]}
        for one in told
    ]  # fmt: skip


def _share(row: Row) -> str:
    return f"{100 * row['repeat_customers'] / row['customers']:.1f} %" if row["customers"] else "–"


customers_view = steering_view(Report.Kind.CUSTOMERS, _("Customer value"), "reports/customers.html", _shown)
