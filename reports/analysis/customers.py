"""Customers by week: who is new, who comes again and what they bring, from one row for each order of a known person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

YEAR = 52  # weeks
MONTH = 365.25 / 12  # days
_DAYS = 7


@dataclass(frozen=True, slots=True, eq=False)
class Bought:
    """Orders of persons; days as ordinals. ``first`` is the day of the person's first order, whichever are here.

    Money in one currency, NaN where it is not known. ``begins`` is the Monday that the first of ``weeks`` begins on.
    Persons are numbered as they first stand in the rows; ``acquired`` is the place in ``channels`` of the channel of
    each one's first order, −1 where that order is not here.
    """

    person: Integers
    day: Integers
    first: Integers
    contribution: Floats
    revenue: Floats
    begins: int
    weeks: int
    channels: tuple[str, ...]
    acquired: Integers
    begun: Integers  # by person, as ``first``

    def __len__(self) -> int:
        return len(self.person)


def bought(
    rows: Sequence[Sequence[Any]] | Floats, begins: int, weeks: int, channels: tuple[str, ...] = ("",)
) -> Bought:  # fmt: skip
    """Of (person, day, first day, contribution, revenue[, place of the channel])."""
    table = np.asarray(rows, dtype=np.float64).reshape(len(rows), -1 if len(rows) else 5)
    person = _numbered(table[:, 0])
    day = table[:, 1].astype(np.int64)
    first = np.full(int(person.max()) + 1 if len(person) else 0, np.iinfo(np.int64).max, np.int64)
    np.minimum.at(first, person, np.minimum(day, table[:, 2].astype(np.int64)))
    channel = table[:, 5].astype(np.int64) if table.shape[1] > 5 else np.zeros(len(table), np.int64)
    money = table[:, 3].copy(), table[:, 4].copy()
    return Bought(
        person, day, first[person], *money, begins, weeks, channels, _acquired(person, day, first, channel), first
    )


def gathered(parts: Iterable[Sequence[Sequence[Any]]], columns: int) -> Floats:
    """One table of numbers, which come in parts: Python's own take ten times the memory."""
    return np.concatenate([np.empty((0, columns)), *(np.array(some, dtype=np.float64) for some in parts)])


def _numbered(names: Floats) -> Integers:
    """Each name by when it first appears: whatever the names were, equal rows get equal numbers."""
    _, first, place = np.unique(names, return_index=True, return_inverse=True)
    number = np.empty(len(first), np.int64)
    number[np.argsort(first)] = np.arange(len(first))
    return np.asarray(number[place], np.int64)


def _acquired(person: Integers, day: Integers, first: Integers, channel: Integers) -> Integers:
    order = np.lexsort((day, person))
    heads = order[np.flatnonzero(np.diff(person[order], prepend=-1))]
    return np.where(day[heads] == first, channel[heads], -1)


def new_customers(of: Bought) -> Floats:
    """Persons by the week of their first order, where that is here."""
    return _count(of, of.begun[of.acquired >= 0])


def new_by_channel(of: Bought) -> dict[str, Floats]:
    """The same by the channel of that order."""
    return {name: _count(of, of.begun[of.acquired == place]) for place, name in enumerate(of.channels)}


def first_money(of: Bought, days: int) -> Floats:
    """By the week of the first order: what these persons brought in so many days from it."""
    inside = _here(of) & (of.day - of.first < days)
    return _count(of, of.first[inside], of.contribution[inside])


def retained(of: Bought, month: int) -> Floats:
    """By the week of the first order: persons who ordered again in that month (1 is the first) after it."""
    age = of.day - of.first
    inside = _here(of) & (age > (month - 1) * MONTH) & (age <= month * MONTH) & (age > 0)
    again = np.unique(of.person[inside], return_index=True)[1]
    return _count(of, of.first[inside][again])


def repeat_revenue(of: Bought) -> Floats:
    """By the week of the order: revenue from persons who had ordered on an earlier day."""
    later = of.day > of.first
    return _count(of, of.day[later], of.revenue[later])


def frequency(of: Bought) -> tuple[Floats, Floats]:
    """By week, the 52 weeks that end with it: orders, and persons who ordered; NaN before the 52nd."""
    week = (of.day - of.begins) // _DAYS
    kept = (week >= 0) & (week < of.weeks)
    orders = np.cumsum(np.bincount(week[kept], minlength=of.weeks)).astype(float)
    orders[YEAR:] -= orders[:-YEAR].copy()
    active = np.unique(np.stack([of.person[kept], week[kept]], axis=1), axis=0)
    until = np.minimum(active[:, 1] + YEAR, of.weeks)
    same = active[:-1, 0] == active[1:, 0]
    until[:-1] = np.where(same, np.minimum(until[:-1], active[1:, 1]), until[:-1])
    moves = np.bincount(active[:, 1], minlength=of.weeks + 1) - np.bincount(until, minlength=of.weeks + 1)
    persons = np.cumsum(moves)[: of.weeks].astype(float)
    for series in (orders, persons):
        series[: YEAR - 1] = np.nan
    return orders, persons


def closed(of: Bought, days: int) -> int:
    """How many of the weeks, from the first, are so many days old at the end of the last."""
    return max(of.weeks - -(-days // _DAYS), 0)


def _here(of: Bought) -> NDArray[np.bool_]:
    """Orders of persons whose first one is among them."""
    return np.asarray((of.acquired >= 0)[of.person], np.bool_)


def _count(of: Bought, day: Integers, weight: Floats | None = None) -> Floats:
    week = (day - of.begins) // _DAYS
    kept = (week >= 0) & (week < of.weeks)
    counted = np.bincount(week[kept], None if weight is None else weight[kept], of.weeks)
    return counted.astype(np.float64)
