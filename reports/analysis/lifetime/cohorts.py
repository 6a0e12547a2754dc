"""Cohorts by the month of the first purchase, and what customers come to by age; young ones have not had their time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from reports.analysis.lifetime.keeping import Keeping
from reports.analysis.lifetime.purchases import Floats, Integers
from reports.analysis.proportions import Z90
from reports.analysis.said import Said
from reports.analysis.survival import Curve, kaplan_meier

MONTH = 365.25 / 12  # days
HORIZONS = (3, 6, 12, 24)  # months
LEAST = 30  # customers whose mean is given with an interval
_MONTHS = 60  # of cohorts and of their ages that are told


@dataclass(frozen=True, slots=True)
class Cell:
    """``active`` of the cohort bought in this month of its life; ``money`` by customer up to its end.

    Not ``mature``: the month is not over, so both can only be told as so far. NaN where a day is not known.
    """

    active: float
    money: float
    mature: bool


@dataclass(frozen=True, slots=True)
class Cohort:
    month: date
    size: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Worth:
    """The mean of what customers who have reached the age brought by then; None where fewer than thirty have."""

    months: int
    value: float | None
    low: float | None
    high: float | None
    customers: int


def begun(customer: Integers, day: Integers, bought: NDArray[np.bool_]) -> Integers:
    """The day of each customer's first purchase; one beyond all days where there is none."""
    first = np.full(int(customer.max()) + 1, int(day.max()) + 1, np.int64)
    np.minimum.at(first, customer[bought], day[bought])
    return first


def cohorts(
    customer: Integers, day: Integers, money: Floats, first: Integers, until: int, kept: Keeping | None = None
) -> tuple[Cohort, ...]:  # fmt: skip
    """The latest sixty months of first purchases; a month counts as over where ``until`` is its last day or later.

    Transactions before the first purchase (a refund of something older) count on that day. Money is less what it cost
    to keep them.
    """
    months = _months(np.arange(int(min(day.min(), first.min())), until + 1))
    begins = int(min(day.min(), first.min()))
    day = np.maximum(day, first[customer])
    last = int(months[-1])
    over = last if _months(np.array([until + 1]))[0] > last else last - 1
    some = first <= until
    start = np.where(some, months[np.where(some, first, until) - begins], -1)
    of, at = start[customer], months[day - begins]
    found = []
    for month in range(max(int(start[some].min()), last - _MONTHS + 1), last + 1):
        size = int((start == month).sum())
        if not size:
            continue
        here, width = of == month, last - month + 1
        age = at[here] - month
        pairs = np.unique(customer[here] * width + age)
        active = np.bincount(pairs % width, minlength=width) / size
        worth = np.cumsum(np.bincount(age, money[here], width)) / size
        if kept is not None:
            worth = worth - _kept(kept, first[start == month], month, width, until)
        cells = (Cell(float(active[k]), float(worth[k]), month + k <= over) for k in range(width))
        found.append(Cohort(date(month // 12, month % 12 + 1, 1), size, tuple(cells)))
    return tuple(found)


def _kept(kept: Keeping, first: Integers, month: int, width: int, until: int) -> Floats:
    """What a customer of the cohort cost up to the end of each month, on average."""
    ends = (np.arange(month + 1, month + width + 1) - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]")
    days = np.minimum(ends.astype(np.int64) + date(1970, 1, 1).toordinal(), until + 1)
    return np.array([kept.cost(first, int(end)).mean() for end in days])


def worth(
    customer: Integers, day: Integers, money: Floats, first: Integers, until: int | Integers, yearly: float = 0.0,
    kept: Keeping | None = None, horizons: Sequence[int] = HORIZONS,
) -> tuple[Worth, ...]:  # fmt: skip
    """What customers brought within each horizon of their first purchase, of those who are that old.

    ``until`` is the last day, or by customer the day from which on he is not known. ``yearly`` discounts: money of a
    year ahead counts 1 / (1 + yearly). Less what it cost to keep them.
    """
    age = np.maximum(day - first[customer], 0)
    present = money * (1 + yearly) ** (-age / 365.25)
    found = []
    for months in horizons:
        of = brought(customer, age, present, first, until, round(months * MONTH), kept)
        if len(of) < LEAST:
            found.append(Worth(months, None, None, None, len(of)))
            continue
        mean, half = float(of.mean()), float(Z90 * of.std(ddof=1) / np.sqrt(len(of)))
        found.append(Worth(months, mean, mean - half, mean + half, len(of)))
    return tuple(found)


def brought(
    customer: Integers, age: Integers, money: Floats, first: Integers, until: int | Integers, days: int,
    kept: Keeping | None = None,
) -> Floats:  # fmt: skip
    """What each customer who is so many days old brought in them; ``age`` is the customer's at the transaction."""
    ripe = first + days <= until
    sums = np.asarray(np.bincount(customer, np.where(age < days, money, 0.0), len(first)), np.float64)[ripe]
    return sums if kept is None else sums - kept.cost(first[ripe], first[ripe] + days)


def too_young(customers: int, months: int) -> Said:
    """Why there is no worth at that age."""
    if not customers:
        return Said("Nobody has been a customer for {months} months yet.", {"months": months})
    return Said("Only {n} have been customers for {months} months.", {"n": customers, "months": months})


def repeat(customer: Integers, day: Integers, first: Integers, until: int | Integers) -> Curve:
    """Days from the first purchase to the next one on another day; who has not come again is followed until today.

    ``until`` is the last day, or each customer's.
    """
    known = first <= until
    second = np.full(len(first), np.max(until, initial=0) + 1, np.int64)
    later = day > first[customer]
    np.minimum.at(second, customer[later], day[later])
    came = second <= until
    return kaplan_meier((np.where(came, second, until) - first)[known].astype(float), came[known])


def _months(days: Integers) -> Integers:
    """Year × 12 + month − 1 of days since the year 1."""
    stamps = (days - date(1970, 1, 1).toordinal()).astype("datetime64[D]").astype("datetime64[M]")
    return np.asarray(stamps.astype(np.int64) + 1970 * 12)
