"""When customers have paid back what it cost to win them: the same customers, the same weeks, month by month."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reports.analysis.estimate import Answer, CannotTell
from reports.analysis.lifetime.acquired import Won, cac, ltv_by_cac, plain_cac
from reports.analysis.lifetime.body import curve_of
from reports.analysis.lifetime.cohorts import LEAST, MONTH
from reports.analysis.lifetime.history import History
from reports.analysis.lifetime.keeping import Keeping
from reports.analysis.lifetime.purchases import Floats
from reports.analysis.said import Said

AGES = (12, 6, 3)  # months, the longest that enough customers have behind them
_WEEKS = 13
_FEWEST = 6  # weeks
TOO_FEW = Said("Thirty customers of six weeks have to be three months old, with all that they brought known.")


@dataclass(frozen=True, slots=True, eq=False)
class Matured:
    """Customers of some of the ``weeks``, all of whom have ``months`` behind them."""

    of: History
    weeks: slice
    months: int
    begins: int

    @property
    def days(self) -> int:
        return round(self.months * MONTH)

    def brought(self, kept: Keeping) -> Floats:
        return self.of.brought(self.days, kept)


def matured(of: History, begins: int, weeks: int) -> Matured | None:
    """Of the latest 13 weeks that are old enough; None where even three months are too long."""
    for months in AGES:
        days = round(months * MONTH)
        old = max(weeks - -(-days // 7), 0)
        cohort = slice(max(old - _WEEKS, 0), old)
        some = of.won_between(begins + 7 * cohort.start, begins + 7 * old)
        some = some.those(some.first + days <= some.paid)
        if old - cohort.start >= _FEWEST and len(some) >= LEAST:
            return Matured(some, cohort, months, begins)
    return None


def of_a_year(of: Matured | None, kept: Keeping) -> tuple[float, float] | None:
    """The ends of what one of them brought in twelve months; None where they are younger."""
    if of is None or of.months != AGES[0]:
        return None
    last = curve_of(of.of, kept, of.months)[-1]
    return last["low"], last["high"]


def by_cost(of: Matured, won: Won, kept: Keeping, seed: int) -> Answer:
    """What they brought in ``months`` by what they cost; ``won`` is of their weeks."""
    if len(of.of) < LEAST:
        return CannotTell(TOO_FEW, unit="ratio", n=len(of.of))
    return ltv_by_cac(of.brought(kept), won, seed)


def payback(of: Matured, won: Won, kept: Keeping, unit: str) -> dict[str, Any] | None:
    """``curve`` by month beside ``cost``; ``month`` is the first whose value covers it, ``earliest`` and ``latest`` by
    the ends of both. None where it never does in these months; None for all where nobody was won."""
    cost = plain_cac(won)
    curve = curve_of(of.of, kept, of.months)
    if cost is None or not curve:
        return None
    answer = cac(won, unit)
    known = not isinstance(answer, CannotTell)
    low, high = (answer.low, answer.high) if not isinstance(answer, CannotTell) else (math.inf, math.inf)
    start, end = (date.fromordinal(of.begins + 7 * one) for one in (of.weeks.start, of.weeks.stop))
    return {
        "months": of.months, "from": start.isoformat(), "until": end.isoformat(), "customers": len(of.of),
        "curve": curve, "cost": {"value": cost, "low": low if known else None, "high": high if known else None},
        "month": _covers(curve, "value", cost),
        "earliest": _covers(curve, "high", low) if known else None,
        "latest": _covers(curve, "low", high) if known else None,
    }  # fmt: skip


def _covers(curve: Sequence[dict[str, Any]], which: str, cost: float) -> int | None:
    return next((int(one["months"]) for one in curve if one[which] is not None and one[which] >= cost), None)
