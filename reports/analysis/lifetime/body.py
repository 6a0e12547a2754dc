"""What the page on customers tells of their history: cohorts, repeat curve, value by age, and what to expect of them.

Keys that end in ``_said`` hold sentences as [template, values]; money is in the currency of the books.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from reports.analysis.customers import Bought as BookedOrders
from reports.analysis.estimate import Answer, CannotTell, Estimate
from reports.analysis.lifetime import gamma_gamma
from reports.analysis.lifetime.ahead import Bought, purchases_ahead, value_ahead, weeks_ahead
from reports.analysis.lifetime.cohorts import LEAST, MONTH, Cell, Cohort, Worth, cohorts, repeat, too_young, worth
from reports.analysis.lifetime.history import History, history
from reports.analysis.lifetime.keeping import Keeping
from reports.analysis.lifetime.purchases import Floats, Integers
from reports.analysis.said import Said
from reports.analysis.survival import Curve

METHOD = "mean of customers who are so old"
_LONGEST = 24  # months of the repeat curve
_POINTS = 104
_LOOK = Said("Look at the cohorts' value so far.")

GAPS = Said("Orders of some weeks are not known: who came again then cannot be told.")
NO_MONEY = Said("Goods of some weeks lack a cost, or money an exchange rate: what came in is not known.")


@dataclass(frozen=True, slots=True, eq=False)
class Lives:
    """Histories with what keeping the customers cost, and the Mondays of weeks whose orders are not known."""

    of: History
    kept: Keeping
    gaps: Integers
    currency: str


def lives_of(of: BookedOrders, orders: Floats, money: Floats, kept: Keeping, currency: str) -> Lives:
    """``orders`` and ``money`` by week are NaN where these are not known."""
    gaps = of.begins + 7 * np.flatnonzero(np.isnan(orders))
    return Lives(history(of, orders, money), kept, gaps, currency)


def cohort_rows(given: Lives) -> list[dict[str, Any]]:
    """By month of the first order; a month in which orders are not known has no retention."""
    of = given.of
    if not len(of):
        return []
    kept = given.kept if given.kept.entered else None
    found = cohorts(of.customer, of.day, of.money, of.first, of.until, kept)
    months = {_month(date.fromordinal(int(day) + ahead)) for day in given.gaps for ahead in (0, 6)}
    return [_cohort(one, months) for one in found]


def _cohort(of: Cohort, gaps: set[int]) -> dict[str, Any]:
    start = _month(of.month)
    return {
        "month": of.month.isoformat()[:7], "customers": of.size,
        "cells": [_cell(one, known=start + k not in gaps) for k, one in enumerate(of.cells)],
    }  # fmt: skip


def _cell(of: Cell, *, known: bool) -> dict[str, Any]:
    active = round(of.active, 6) if known else None
    return {"active": active, "money": round(of.money, 4) if np.isfinite(of.money) else None, "mature": of.mature}


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def repeat_told(of: History) -> dict[str, Any]:
    """Share who came again by age, in steps of a week; ``median_days`` is None where it never comes to half."""
    curve = repeat(of.customer, of.day, of.first, of.seen)
    longest = min(float((of.seen - of.first).max(initial=0)), _LONGEST * MONTH)
    days = np.arange(0.0, longest + 1, 7.0)[: _POINTS + 1]
    share, low, high = at(curve, days)
    median = curve.quantile(0.5)[0]
    return {
        "customers": curve.n, "level": 0.9, "median_days": median if np.isfinite(median) else None,
        "days": days.tolist(), "share": _rounded(share), "low": _rounded(low), "high": _rounded(high),
    }  # fmt: skip


def at(curve: Curve, days: Floats | Sequence[float]) -> tuple[Floats, Floats, Floats]:
    """The share to whom it has happened by each day, and the band."""
    place = np.searchsorted(curve.times, days, side="right")
    share, low, high = (np.concatenate([[0.0], one])[place] for one in (curve.done, curve.low, curve.high))
    return share, low, high


def value_answers(given: Lives) -> dict[str, Answer]:
    """LTV at 3, 6, 12 and 24 months of all who are that old, as "ltv_3" and so on."""
    of = given.of
    found = worth(of.customer, of.day, of.money, of.first, of.paid, kept=given.kept)
    return {f"ltv_{one.months}": _value(one, given) for one in found}


def _value(of: Worth, given: Lives) -> Answer:
    unit = f"{given.currency}/customer"
    if of.value is None or of.low is None or of.high is None:
        said = too_young(of.customers, of.months)
        return CannotTell(said, Said("It takes {least}; wait.", {"least": LEAST}), unit=unit, n=of.customers)
    return Estimate(of.value, of.low, of.high, 0.9, unit, of.customers, METHOD)


def values_by_channel(given: Lives) -> list[dict[str, Any]]:
    """The same by the channel of the first order; ``value`` is None where fewer than thirty are so old."""
    found = []
    for channel in given.of.channels:
        of = given.of.of(channel)
        ages = worth(of.customer, of.day, of.money, of.first, of.paid, kept=given.kept) if len(of) else ()
        rows = [{"months": one.months, "value": one.value, "low": one.low, "high": one.high, "customers": one.customers}
                for one in ages]  # fmt: skip
        found.append({"channel": channel, "customers": len(of), "ages": rows})
    return found


def curve_of(of: History, kept: Keeping, months: int) -> list[dict[str, Any]]:
    """Value by each month of age up to ``months``, of those who have all of these behind them."""
    old = of.those(of.first + round(months * MONTH) <= of.paid)
    if len(old) < LEAST:
        return []
    ages = worth(old.customer, old.day, old.money, old.first, old.paid, kept=kept, horizons=range(1, months + 1))
    return [{"months": one.months, "value": one.value, "low": one.low, "high": one.high} for one in ages]


def keeping_said(kept: Keeping, currency: str) -> Said:
    """What retention marketing the value is less of."""
    if not kept.entered:
        return Said("No retention marketing is entered: what is spent to keep customers is taken as none.")
    spent = f"{kept.spent - kept.nobody:,.2f} {currency}"
    if kept.nobody <= 0:
        return Said(
            "Less {amount} of retention marketing, shared alike by all customers of its day.", {"amount": spent}
        )
    return Said(
        "Less {amount} of retention marketing, shared alike by all customers of its day; {more} were spent before "
        "there were any.", {"amount": spent, "more": f"{kept.nobody:,.2f} {currency}"},
    )  # fmt: skip


def ahead_answers(given: Lives) -> tuple[dict[str, Any], dict[str, Answer]]:
    """What all customers together will buy and bring; refused where it does not follow from the past."""
    of = given.of
    if not len(of):
        none = CannotTell(Said("No customer came within these weeks."), unit="purchases", method="BG/NBD")
        return {"weeks": None, "correlation": None}, {"purchases_ahead": none, "value_ahead": none}
    weeks = weeks_ahead(int(of.day.min()), of.until)
    bought = Bought(of.customer, of.day, of.money)
    answers = {"purchases_ahead": _purchases(bought, given, weeks), "value_ahead": _money(bought, given, weeks)}
    known = not np.isnan(of.money).any()
    correlation = gamma_gamma.correlation(bought.until(of.until)) if known else None
    return {"weeks": weeks, "correlation": correlation}, answers


def _purchases(bought: Bought, given: Lives, weeks: int | None) -> Answer:
    if len(given.gaps):
        return CannotTell(GAPS, _LOOK, unit="purchases", method="BG/NBD")
    if weeks is None:
        return _short(bought, given, "purchases")
    return purchases_ahead(bought, given.of.until, weeks)


def _money(bought: Bought, given: Lives, weeks: int | None) -> Answer:
    if len(given.gaps) or np.isnan(bought.money).any():
        why = GAPS if len(given.gaps) else NO_MONEY
        return CannotTell(why, _LOOK, unit=given.currency, method="BG/NBD with Gamma-Gamma")
    if weeks is None:
        return _short(bought, given, given.currency)
    return value_ahead(bought, given.of.until, weeks, given.currency)


def _short(bought: Bought, given: Lives, unit: str) -> CannotTell:
    few = (given.of.until - int(bought.day.min())) // 7
    said = Said("Purchases of {weeks} weeks are known; a forecast takes {least}.", {"weeks": few, "least": 21})
    return CannotTell(said, _LOOK, unit=unit, method="BG/NBD")


def _rounded(of: Floats) -> list[float]:
    return [round(float(one), 6) for one in of]
