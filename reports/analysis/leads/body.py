"""All that is told of leads: what those of each source and campaign cost and brought, and what misleads in it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from reports.analysis.kpi.figure import SPANS, Figure, Kpi, nothing
from reports.analysis.kpi.flag import Flag
from reports.analysis.kpi.leads import K3
from reports.analysis.kpi.ranks import ranks
from reports.analysis.kpi.stored import kept, kept_flag
from reports.analysis.leads import checks
from reports.analysis.leads.checks import Costed
from reports.analysis.leads.costs import NOT_TOLD, cost_figures
from reports.analysis.leads.figures import NOT_WON, lead_figures
from reports.analysis.leads.lines import KNOWN, lines
from reports.analysis.leads.matching import Words, matched, same
from reports.analysis.leads.traced import Floats, One, Traced, traced
from reports.analysis.said import Said

YEAR = 52  # weeks that the tables tell of, at most
MOST = 20  # lines of a table; the others are one
_FEWEST = 10  # leads of a line that has a rank
_MONDAY = 1  # as an ordinal of a day
_HELD_BY = {
    "qualified_cpl": ("K3", "K5", "K16"), "cost_per_opportunity": ("K3", "K5", "K16"), "bot_share": ("K5",),
    "qualification_rate": ("K4",), "lead_to_customer": ("K1", "K4"), "revenue_per_lead": ("K4", "K15"),
    "closed_loop": ("K15",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spent:
    """Advertising of a campaign in the week from the Monday ``week``, an ordinal; NaN where it is not known."""

    week: int
    network: str
    campaign: str
    amount: float


@dataclass(frozen=True, slots=True)
class Given:
    """At least one lead, and ``words`` of each, in one order; money in ``currency``.

    ``spend`` is that of the stores that the leads are for, ``all_spend`` by week that of all. ``notes`` say what was
    found when they were put together.
    """

    leads: Sequence[One]
    words: Sequence[Words]
    spend: Sequence[Spent]
    all_spend: Mapping[int, float]
    currency: str
    notes: Sequence[Said] = ()


def window(given: Given) -> tuple[int, int]:
    """Which weeks have leads and their spend, a year at most: from one Monday until another, as ordinals.

    Only weeks of both are compared; where they never meet, or nothing was spent, those of the leads.
    """
    moments = [at for one in given.leads for at in _moments(one)]
    began = _monday(min(one.created for one in given.leads))
    until = max(_monday(max(moments)), began + 7)  # the week that is not over is left out
    paid = [one.week for one in given.spend if one.amount != 0]
    if paid and max(min(paid), began) < min(max(paid) + 7, until):
        until = min(max(paid) + 7, until)
        began = max(min(paid), began)
    else:
        until = min(until, _monday(max(one.created for one in given.leads)) + 7)
    return max(began, until - 7 * YEAR), until


def told_body(given: Given) -> dict[str, Any]:
    since, until = window(given)
    inside = [since <= one.created < until for one in given.leads]
    spend = [one for one in given.spend if since <= one.week < until]
    meant = [words for words, here in zip(given.words, inside, strict=True) if here]
    found = matched(meant, [(one.network, one.campaign) for one in spend])
    own = iter(found.leads)
    names = [next(own) if here else None for here in inside]
    sources, by_source = _few(names, found.spend, [one.amount for one in spend])
    by_campaign = _campaigns(names, given.words, found.spend, spend)
    labels, of_campaign = _few(*by_campaign, [one.amount for one in spend])
    weeks = [(one.week - since) // 7 for one in spend]
    size = (until - since) // 7
    every = traced(given.leads, [-1] * len(given.leads))
    by_week = _weekly(weeks, [0] * len(spend), [one.amount for one in spend], (1, size))
    whole = replace(every, line=np.where(inside, 0, -1))
    worth = _worth(whole)
    every_spend = np.array([given.all_spend.get(since + 7 * week, 0.0) for week in range(size)])
    made = {
        name: Costed(
            replace(every, line=np.array(of[0], np.int64)), [str(_text(one)) for one in shown],
            _weekly(weeks, of[1], [one.amount for one in spend], (len(shown), size)), since, worth, every_spend,
        )
        for name, shown, of in (("sources", sources, by_source), ("campaigns", labels, of_campaign))
    }  # fmt: skip
    flags = _flags(made["sources"], made["campaigns"], _sourced(whole, given.words))
    told = {name: _table(one, shown) for (name, one), shown in zip(made.items(), (sources, labels), strict=True)}
    (total,) = lines(whole, [""], by_week.sum(axis=1))
    figures = _figures(every, given, since, until, by_week[0], flags)
    return {
        "currency": given.currency, "since": _day(since), "until": _day(until), "as_of": _day(int(every.now)),
        "worth": worth, "stages": [one for one in ("qualified", "opportunity", "won") if one in every.told],
        "all": total, **told, "ranks": {name: _ranks(rows, worth) for name, rows in told.items()},
        "flags": [kept_flag(one) for one in flags],
        "figures": {code: kept(one) for code, one in figures.items()},
        "notes_said": [[one.template, dict(one.values)] for one in given.notes],
    }  # fmt: skip


Label = tuple[str, str] | None  # line and campaign; None: all others


def _few(
    names: Sequence[Any], paid: Sequence[Any], amounts: Sequence[float]
) -> tuple[list[Any], tuple[list[int], list[int]]]:  # fmt: skip
    """The largest lines by leads or spend, and the place of each lead and spend among them; the others come last."""
    leads, money = dict[Any, float](), dict[Any, float]()
    for name in names:
        if name is not None:
            leads[name] = leads.get(name, 0.0) + 1
    for name, amount in zip(paid, amounts, strict=True):
        if name is not None:
            money[name] = money.get(name, 0.0) + (abs(amount) if math.isfinite(amount) else 0.0)
    most, dearest = max(leads.values(), default=1.0), max(money.values(), default=0.0) or 1.0
    size = {one: max(leads.get(one, 0.0) / most, money.get(one, 0.0) / dearest) for one in leads | money}
    order = sorted(size, key=lambda one: (-size[one], one))
    kept_lines: list[Any] = order if len(order) <= MOST else [*order[: MOST - 1], None]
    place = {one: min(n, len(kept_lines) - 1) for n, one in enumerate(order)}
    return kept_lines, ([-1 if one is None else place[one] for one in names], [place[one] for one in paid])


def _campaigns(
    names: Sequence[str | None], words: Sequence[Words], paid: Sequence[str], spend: Sequence[Spent]
) -> tuple[list[Label], list[Label]]:
    """Line and campaign of each lead that names one or came of advertising, and of each spend."""
    spelt: dict[tuple[str, str], tuple[str, str]] = {}

    def label(line: str, campaign: str) -> tuple[str, str]:
        return spelt.setdefault((line, same(campaign)), (line, campaign.strip()))

    bought = [label(line, one.campaign) for line, one in zip(paid, spend, strict=True)]
    dear = set(paid)
    told: list[Label] = [
        label(line, one.campaign) if line is not None and (one.campaign or line in dear) else None
        for line, one in zip(names, words, strict=True)
    ]
    return told, list(bought)


def _text(name: Any) -> str:
    return "…" if name is None else name if isinstance(name, str) else name[1] or name[0]


def _table(made: Costed, shown: Sequence[Any]) -> list[dict[str, Any]]:
    """One for each line; ``name`` is null for all others, ``source`` is the line of a campaign."""
    found = lines(made.of, made.names, made.spend.sum(axis=1))
    return [
        {**one, "name": name if name is None or isinstance(name, str) else name[1]}
        | ({"source": name[0]} if isinstance(name, tuple) else {})
        for one, name in zip(found, shown, strict=True)
    ]


def _worth(of: Traced) -> str:
    """Contribution where it is known of most won leads, else revenue."""
    won = (of.line >= 0) & np.isfinite(of.won)
    return "contribution" if won.any() and np.isfinite(of.contribution[won]).mean() >= KNOWN else "revenue"


def _sourced(of: Traced, words: Sequence[Words]) -> tuple[float, float]:
    """Revenue of the leads that have a source, and of all."""
    money = np.where(of.line >= 0, np.nan_to_num(of.revenue), 0.0)
    named = np.array([bool(one.source or one.campaign) for one in words])
    return float(money[named].sum()), float(money.sum())


def _flags(sources: Costed, campaigns: Costed, revenue: tuple[float, float]) -> list[Flag]:
    """K2 stands on the figures and lines that it concerns."""
    unknown = Said("Part of the spend has no exchange rate.")
    cheap = K3.cannot_tell(unknown) if np.isnan(sources.spend).any() else checks.cheap(sources)
    return [
        checks.unlike_rates(sources), cheap, checks.ages(sources), checks.spam(sources),
        checks.loop(sources, *revenue), checks.drift(campaigns),
    ]  # fmt: skip


def _ranks(rows: Sequence[Mapping[str, Any]], worth: str) -> list[dict[str, Any]]:
    """Lines with spend and enough leads: their place by cost per lead, 1 is cheapest, and by what a spend brings.

    ``brings`` is money by spend, young leads counted as they will be; lines that are blind or too young have no rank.
    """
    found = [
        (row, row[f"{worth}_per_lead"]["value"] * row["people"] / row["spend"]) for row in rows
        if row["cost_per_lead"] and row["leads"] >= _FEWEST and row[f"{worth}_per_lead"] and not row["blind"]
        and row["name"] is not None
    ]  # fmt: skip
    cheap = ranks(np.array([row["cost_per_lead"] for row, _ in found]))
    good = ranks(-np.array([brings for _, brings in found]))
    made = [
        {"name": row["name"], "cost_per_lead": row["cost_per_lead"], "brings": brings, "by_cost": float(cheap[n]),
         "by_return": float(good[n])} for n, (row, brings) in enumerate(found)
    ]  # fmt: skip
    return sorted(made, key=lambda one: (one["by_cost"], one["by_return"], one["name"]))


def _figures(
    of: Traced, given: Given, since: int, until: int, spend: Floats, flags: Sequence[Flag]
) -> dict[str, Figure]:  # fmt: skip
    rows = np.stack([of.created, of.qualified, of.won, of.lost, of.revenue, of.bot], axis=1)
    made = lead_figures(rows.tolist(), given.currency) | cost_figures(of, spend, since, given.currency)
    absent = {"revenue_per_lead": (f"{given.currency}/lead", NOT_WON), "closed_loop": ("share", NOT_WON),
              "cycle_length": ("days", NOT_WON)}  # fmt: skip
    if "qualified" not in of.told:
        made.pop("qualification_rate", None)
        absent["qualification_rate"] = ("share", NOT_TOLD["qualified"])
    for code, (unit, why) in absent.items():
        made.setdefault(code, (nothing(code, unit, why, dict.fromkeys(SPANS)), np.full(len(spend), np.nan)))
    return {code: Figure(_flagged(kpi, flags), series) for code, (kpi, series) in made.items()}


def _flagged(kpi: Kpi, flags: Sequence[Flag]) -> Kpi:
    """A figure that is not there has nothing wrong with it."""
    mine = tuple(flag for flag in flags if flag.rule in _HELD_BY.get(kpi.code, ()) and kpi.value is not None)
    return replace(kpi, flags=(*kpi.flags, *mine))


def _weekly(weeks: Sequence[int], line: Sequence[int], amount: Sequence[float], size: tuple[int, int]) -> Floats:
    found = np.zeros(size)
    np.add.at(found, (np.array(line, np.int64), np.array(weeks, np.int64)), np.array(amount, np.float64))
    return found


def _moments(one: One) -> list[float]:
    return [at for at in (one.created, one.qualified, one.opportunity, one.won, one.lost) if math.isfinite(at)]


def _monday(at: float) -> int:
    return int((math.floor(at) - _MONDAY) // 7 * 7 + _MONDAY)


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()
