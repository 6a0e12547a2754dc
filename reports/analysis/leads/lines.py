"""What leads of each source or campaign came to, cost and brought. Nothing is ever divided by nothing.

Rates, costs and returns count what is still to come of young leads; ends hold 90 %.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from reports.analysis.kpi.leads import FEWEST_COVERED
from reports.analysis.kpi.roles import RIPE
from reports.analysis.kpi.samples import conversions_needed
from reports.analysis.leads.rates import LEAST_WON, Rate, waiting
from reports.analysis.leads.traced import STAGES, Flags, Floats, Traced
from reports.analysis.leads.worth import HUGE, interval
from reports.analysis.proportions import wilson
from reports.analysis.said import Said
from reports.analysis.stored import pair

KNOWN = 0.8  # of the won leads whose money must be known
_LEAST, _LEAST_PAID = 30, 10  # leads, and how many of them brought something, for an interval of what they bring
_SEVERAL = 5  # won leads, of which one may be called huge

Cell = dict[str, float | None]


@dataclass(frozen=True, slots=True, eq=False)
class _Own:
    """The people among the leads of a line, with the share of their time that each has had."""

    of: Traced
    ripe: Floats
    mature: float  # leads
    known: Flags  # won, lost, or young

    @property
    def maturity(self) -> float:
        return self.mature / len(self.ripe) if len(self.ripe) else 0.0


def lines(of: Traced, names: Sequence[str], spend: Floats, seed: int = 0) -> list[dict[str, Any]]:
    """By name: ``of.line`` counts them, and a lead whose line is below 0 tells only how long leads take.

    ``spend`` of each in one currency, NaN where not known.
    """
    found = {stage: of.rates(stage, len(names)) for stage in STAGES if stage in of.told}
    curve = of.curve("won")
    ripe = curve.by(of.age) if curve else np.ones(len(of.line))
    cycle = curve.quantile(0.9)[0] if curve else 0.0
    known = np.isfinite(of.won) | np.isfinite(of.lost) | (of.age < cycle)
    generator = np.random.default_rng(seed)
    made = []
    for place, name in enumerate(names):
        mine = of.line == place
        some = mine & of.people
        done = int(np.isfinite(of.won[some]).sum())
        own = _Own(of.of(some), ripe[some], max(float(ripe[some].sum()), done), known[some])
        rates = {stage: one[place] for stage, one in found.items()}
        maturity = own.maturity if curve and len(own.ripe) else None
        made.append({"name": name, "leads": int(mine.sum()), "maturity": maturity}
                    | _line(of.of(mine), own, rates, float(spend[place]), generator))  # fmt: skip
    return made


def _line(
    every: Traced, own: _Own, rates: Mapping[str, Rate], spend: float, generator: np.random.Generator
) -> dict[str, Any]:  # fmt: skip
    people, known = len(own.ripe), float(own.known.mean()) if len(own.ripe) else None
    blind = known is not None and known < FEWEST_COVERED
    revenue, gained, earned = (_per_lead(own, name, generator) for name in ("revenue", "contribution", "value"))
    won = int(np.isfinite(own.of.won).sum())
    costs = {stage: _cost(spend, people, rate) for stage, rate in rates.items()}
    return {
        **_bots(every), "people": people, **{stage: _reached(own.of, stage) for stage in STAGES},
        "lost": int((np.isfinite(own.of.lost) & ~np.isfinite(own.of.won)).sum()), "few": won < conversions_needed(),
        "rates": {stage: _rate(rate) for stage, rate in rates.items()}, "cycle": _cycle(own.of),
        "spend": spend if math.isfinite(spend) else None, "cost_per_lead": _by(spend, len(every.line)),
        "cost_per_person": _by(spend, people), "costs": costs,
        "told_value": _sum(own.of.value), "revenue": _sum(own.of.revenue),
        "contribution": _sum(own.of.contribution) if gained else None,
        "told_value_per_lead": earned, "revenue_per_lead": revenue, "contribution_per_lead": gained,
        "closed_loop": known, "blind": blind,
        "return": None if blind else _return(revenue, people, spend, 0.0),
        "roi": None if blind else _return(gained, people, spend, 1.0),
        "notes_said": [pair(one) for one in _notes(every, own, spend, blind)],
    }  # fmt: skip


def _bots(every: Traced) -> dict[str, Any]:
    """None where nobody has looked."""
    looked, bots = int(np.isfinite(every.bot).sum()), int((every.bot == 1).sum())
    if not looked:
        return {"bots": None, "bot_share": None}
    low, high = wilson(bots, looked)
    return {"bots": bots, "bot_share": {"value": bots / looked, "low": low, "high": high}}


def _reached(of: Traced, stage: str) -> int | None:
    return int(np.isfinite(getattr(of, stage)).sum()) if stage in of.told else None


def _rate(rate: Rate) -> Cell | None:
    return {"value": rate.value, "low": float(rate.low), "high": float(rate.high)} if rate.leads else None


def _cycle(of: Traced) -> Cell | None:
    """Median days until won, Kaplan–Meier's with Greenwood's band."""
    days, done = of.waited("won")
    if done.sum() < LEAST_WON:
        return None
    ends = waiting(days, done).quantile(0.5)
    return {name: one if math.isfinite(one) else None for name, one in zip(("value", "low", "high"), ends, strict=True)}


def _by(spend: float, leads: float) -> float | None:
    return spend / leads if spend > 0 and leads > 0 else None


def _cost(spend: float, people: int, rate: Rate) -> Cell | None:
    """Of those that have come there or will; no value where none has, but at least so much."""
    if not spend > 0 or not rate.leads:
        return None
    ends = (_by(spend, people * float(share)) for share in (rate.value, rate.high, rate.low))
    return dict(zip(("value", "low", "high"), ends, strict=True))


def _per_lead(own: _Own, name: str, generator: np.random.Generator) -> Cell | None:
    """Money by lead that has had its time; None where too little is known of it, or leads are too young."""
    money, won = getattr(own.of, name), np.isfinite(own.of.won)
    if own.maturity < RIPE or (won.any() and np.isfinite(money[won]).mean() < KNOWN):
        return None
    money = np.nan_to_num(money)
    value, some = float(money.sum() / own.mature), money != 0
    if len(money) < _LEAST or some.sum() < _LEAST_PAID:
        return {"value": value, "low": None, "high": None}
    low, high = interval(money, own.ripe, own.mature, generator)
    return {"value": value, "low": low, "high": high}


def _return(money: Cell | None, people: int, spend: float, less: float) -> Cell | None:
    """Money of all its leads, once they have had their time, by spend; with ``less`` 1 what is left over of it."""
    if money is None or not spend > 0:
        return None
    return {name: None if one is None else one * people / spend - less for name, one in money.items()}


def _sum(money: Floats) -> float:
    return float(np.nansum(money))


def _notes(every: Traced, own: _Own, spend: float, blind: bool) -> list[Said]:
    found = []
    leads, won = len(every.line), np.isfinite(own.of.won)
    if math.isnan(spend):
        found.append(Said("Part of its spend has no exchange rate."))
    elif leads and spend <= 0:
        found.append(Said("Leads, but no spend."))
    elif spend > 0 and not leads:
        found.append(Said("Spend, but no lead."))
    if leads and not len(own.ripe):
        found.append(Said("All of its leads are bots."))
    if len(own.ripe) and own.maturity < RIPE:
        said = {"share": round(100 * own.maturity)}
        found.append(Said("Too young: its leads have had {share} % of their time.", said))
    if blind:
        said = {"share": round(100 * float(1 - own.known.mean()))}
        found.append(Said("Blind: of {share} % of its leads nobody knows what became.", said))
    for name, text in _UNKNOWN.items():
        known = int(np.isfinite(getattr(own.of, name)[won]).sum())
        if known < won.sum() and (known or name == "revenue"):  # of none is said once, for all lines
            found.append(Said(text, {"n": known, "won": int(won.sum())}))
    total, most = _sum(own.of.revenue), float(np.nan_to_num(own.of.revenue).max(initial=0.0))
    if won.sum() >= _SEVERAL and most > HUGE * total > 0:
        found.append(Said("One lead brought {share} % of all value.", {"share": round(100 * most / total)}))
    return found


_UNKNOWN = {
    "revenue": Said("Revenue is known of {n} of {won} won leads.").template,
    "contribution": Said("Contribution is known of {n} of {won} won leads.").template,
}
