"""What is told of leads by source: how many come to be won, how long that takes, what they bring and cost."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.analysis.leads.files import BOTS, FORM, Lead, Leads
from reports.analysis.leads.rates import LEAST_WON, Rate, rates, waiting
from reports.analysis.proportions import Z90, wilson
from reports.analysis.said import Said
from reports.analysis.survival import Curve, kaplan_meier

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_HUGE = 0.5  # of all value in one deal


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """By lead: NaN where a time is not known; ``days`` until won, or the age of one that is not."""

    source: NDArray[np.int64]
    dated: Flags
    age: Floats
    days: Floats
    won: Flags
    lost: Flags
    value: Floats
    bot: Flags
    qualified: Flags
    opportunity: Flags

    def of(self, some: Flags) -> "_Table":
        return _Table(*(getattr(self, name)[some] for name in self.__slots__))


def told(
    of: Leads, as_of: float | None = None, spend: Mapping[str, float] | None = None, money: str = "", seed: int = 0
) -> dict[str, Any]:  # fmt: skip
    """All as JSON, as of a moment, else of the last one in the files. Raises ValueError where no lead is older."""
    now = of.latest if as_of is None else as_of
    known = [one for one in of.leads if one.created is None or one.created <= now]
    if not known:
        raise ValueError("no lead came in by then")
    table = _table(known, now)
    names = list(of.sources)
    by_source = _rates(table, len(names), seed)
    dated = table.of(table.dated)
    cycle = waiting(dated.days, dated.won).quantile(0.9)[0] if dated.won.any() else math.inf
    whole = _row(table, _rates(_as_one(table), 1, seed)[0], of, cycle)
    rows = {
        name: _row(table.of(table.source == n), by_source[n], of, cycle)
        for n, name in enumerate(names) if (table.source == n).any()
    }  # fmt: skip
    notes = _notes(table, of)
    if spend is not None:
        notes += _costs(rows, whole, spend, money)
    return {
        "as_of": date.fromordinal(int(now)).isoformat(), "level": 0.9, "currency": of.currency,
        "counts": of.counts | {"leads": len(known), "leads_after_as_of": len(of.leads) - len(known)},
        "all": whole, "sources": dict(sorted(rows.items(), key=lambda row: -row[1]["leads"])),
        "days_to_90_percent_of_won": _finite(cycle), "notes": [str(one) for one in notes],
    }  # fmt: skip


def _table(leads: Sequence[Lead], now: float) -> _Table:
    """A deal before its lead counts as won at once: the lead was entered late."""
    created = np.array([math.nan if one.created is None else one.created for one in leads])
    won_at = np.array([math.inf if one.won is None else one.won for one in leads])
    won = won_at <= now
    age = now - created
    days = np.where(won, np.maximum(np.where(won, won_at, now) - created, 0.0), age)

    def by(name: str) -> Flags:
        moments = [getattr(one, name) for one in leads]
        return np.array([one is not None and one <= now for one in moments], bool)

    return _Table(
        np.array([one.source for one in leads], np.int64), np.isfinite(created), age, days, won,
        np.array([one.lost for one in leads], bool), np.where(won, np.array([one.value for one in leads]), 0.0),
        np.array([one.bot for one in leads], bool), by("qualified"), by("opportunity"),
    )  # fmt: skip


def _as_one(table: _Table) -> _Table:
    return _Table(np.zeros_like(table.source), *(getattr(table, name) for name in table.__slots__[1:]))


def _rates(table: _Table, size: int, seed: int) -> list[Rate | None]:
    """By source, of leads with a date; None where there is none, or where too few were won to say how long it takes."""
    dated = table.of(table.dated)
    if dated.won.sum() < LEAST_WON:
        return [None] * size
    found = rates(dated.source, dated.days, dated.won, dated.age, seed)
    found += [Rate(0.0, 0.0, 1.0, 0.0, 0, 0, 0.0)] * (size - len(found))
    return [one if one.leads else None for one in found]


def _row(table: _Table, rate: Rate | None, of: Leads, cycle: float) -> dict[str, Any]:
    leads, won, bots = len(table.source), int(table.won.sum()), int(table.bot.sum())
    covered = table.won | table.lost | (table.age < cycle)
    mature = rate.mature if rate else 0.0
    return {
        "leads": leads, "won": won, "lost": int((table.lost & ~table.won).sum()),
        "qualified": int(table.qualified.sum()) if "qualified_at" in of.says else None,
        "opportunities": int(table.opportunity.sum()) if "opportunity_at" in of.says else None,
        "naive_rate": _share(won, leads),
        "rate": rate and {"value": rate.value, "low": rate.low, "high": rate.high},
        "maturity": rate and rate.maturity,
        "days_to_won": _days(table),
        "value": float(table.value.sum()), "value_per_lead": _mean(table.value),
        "value_per_mature_lead": float(table.value[table.dated].sum()) / mature if mature else None,
        "closed_loop": float(covered.mean()) if math.isfinite(cycle) else None,
        "bots": _share(bots, leads) | {"leads": bots} if of.says & {*BOTS, FORM} else None,
    }  # fmt: skip


def _share(part: int, whole: int) -> dict[str, float]:
    low, high = wilson(part, whole)
    return {"value": part / whole, "low": low, "high": high}


def _mean(values: Floats) -> dict[str, float | None]:
    """With its interval from thirty leads on, of which ten brought something."""
    mean, enough = float(values.mean()), len(values) >= 30 and (values != 0).sum() >= 10
    half = float(Z90 * values.std(ddof=1) / np.sqrt(len(values))) if enough else None
    return {"value": mean, "low": None if half is None else mean - half, "high": None if half is None else mean + half}


def _days(table: _Table) -> dict[str, Any]:
    """Median days with their bands: of those won so far, and where young leads are counted as they are.

    The second is Kaplan–Meier's; it is the longer one while leads that take long have not had their time.
    """
    dated = table.of(table.dated)
    won = int(dated.won.sum())
    if won < LEAST_WON:
        return {"won": won, "so_far": None, "by_maturity": None, "reason": str(_few(won))}
    so_far = _median(kaplan_meier(dated.days[dated.won], np.ones(won, bool)))
    return {
        "won": won, "so_far": so_far | {"median": float(np.median(dated.days[dated.won]))},
        "by_maturity": _median(waiting(dated.days, dated.won)), "reason": None,
    }  # fmt: skip


def _few(won: int) -> Said:
    return Said("{n} leads with a date were won; {least} are needed.", {"n": won, "least": LEAST_WON})


def _median(of: Curve) -> dict[str, float | None]:
    return dict(zip(("median", "low", "high"), map(_finite, of.quantile(0.5)), strict=True))


def _notes(table: _Table, of: Leads) -> list[Said]:
    found = []
    for name, said in _COUNTED.items():
        if n := of.counts[name]:
            found.append(Said(said.template, {"n": n}))
    if (won := int((table.won & table.dated).sum())) < LEAST_WON:
        found.append(_few(won))
    total, most = float(table.value.sum()), float(table.value.max())
    if table.won.sum() > 1 and most > _HUGE * total > 0:
        found.append(Said("One lead brought {share} % of all value.", {"share": round(100 * most / total)}))
    return found


_COUNTED = {
    "leads_without_date": Said("{n} leads have no date: they count as leads, but not in rates by maturity."),
    "leads_without_source": Said("{n} leads name no source: they are one of their own."),
    "duplicate_leads": Said("{n} rows name a lead that stands above: the first row counts."),
    "deals_without_lead": Said("{n} deals belong to no lead of the file: they count nowhere."),
    "deals_before_their_lead": Said("{n} deals were won before their lead came in: they count as won at once."),
    "deals_without_date": Said("{n} won deals have no date: they count nowhere."),
    "deals_without_value": Said("{n} won deals have no value: they count as won, with a value of 0."),
    "duplicate_deals": Said("{n} rows name a deal that stands above: the first row counts."),
}


def _costs(
    rows: dict[str, dict[str, Any]], whole: dict[str, Any], spend: Mapping[str, float], currency: str
) -> list[Said]:  # fmt: skip
    """Adds what things cost to the rows; says what has no cost. Nothing is ever divided by nothing."""
    notes = []
    same = {_same(name): name for name in rows}
    spent = dict.fromkeys(rows, 0.0)
    lost = 0.0
    for name, money in spend.items():
        if (meant := same.get(_same(name))) is not None:
            spent[meant] += money
        elif money:
            lost += money
            notes.append(Said("{source} has spend of {amount}, but no lead.", {"source": name, "amount": money}))
    for name, row in rows.items():
        row["cost"] = _cost(row, spent[name], currency)
        if not spent[name]:
            notes.append(Said("{source} has {n} leads, but no spend.", {"source": name, "n": row["leads"]}))
    whole["cost"] = _cost(whole, sum(spent.values()) + lost, currency)
    return notes


def _cost(row: Mapping[str, Any], spent: float, currency: str) -> dict[str, Any]:
    """Of what is so far; ``per_won_to_come`` counts the young leads that will be won, too. None: there is none."""

    def per(n: float | None) -> float | None:
        return spent / n if n and spent else None

    bots = row["bots"]["leads"] if row["bots"] else 0
    to_come = row["rate"]["value"] * row["leads"] if row["rate"] else None
    return {
        "spend": spent, "currency": currency, "per_lead": per(row["leads"]),
        "per_lead_without_bots": per(row["leads"] - bots), "per_qualified": per(row["qualified"]),
        "per_opportunity": per(row["opportunities"]), "per_won": per(row["won"]),
        "per_won_to_come": per(to_come),
    }  # fmt: skip


def _same(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
