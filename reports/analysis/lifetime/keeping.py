"""What it costs to keep customers: retention marketing, each day's shared alike by all who had bought before it."""

from dataclasses import dataclass

import numpy as np

from reports.analysis.customers import Bought, first_money
from reports.analysis.lifetime.purchases import Floats, Integers

_DAYS = 7


@dataclass(frozen=True, slots=True, eq=False)
class Keeping:
    """``paid[d]`` is the cost of one customer before day ``begins + d``; weeks that are not known cost nothing here."""

    begins: int
    paid: Floats
    spent: float
    nobody: float  # spent while there was nobody to keep

    @property
    def entered(self) -> bool:
        return bool(self.spent)

    def cost(self, first: Integers, until: Integers | int) -> Floats:
        """Of customers from the day after their first order to before ``until``, each."""
        last = len(self.paid) - 1
        start, end = (np.clip(np.asarray(day) - self.begins, 0, last) for day in (first + 1, until))
        return np.where(end > start, self.paid[end] - self.paid[start], 0.0)


def keeping(spent: Floats, begins: int, first: Integers) -> Keeping:
    """Of spend by week from Monday ``begins``, and the first days of all customers, also of those from before."""
    daily = np.repeat(np.nan_to_num(spent) / _DAYS, _DAYS)
    days = np.arange(begins, begins + len(daily))
    there = np.searchsorted(np.sort(first), days)  # who had bought before the day
    each = np.divide(daily, there, out=np.zeros(len(daily)), where=there > 0)
    nobody = float(daily[there == 0].sum())
    return Keeping(begins, np.concatenate([[0.0], np.cumsum(each)]), float(daily.sum()), nobody)


def brought_by_week(of: Bought, kept: Keeping, days: int, known: Floats) -> Floats:
    """By the week of the first order: contribution in so many days less what it cost to keep them.

    NaN where ``known`` is so for any week that these days fall in.
    """
    reach = -(-days // _DAYS) + 1
    gaps = np.convolve(np.isnan(known), np.ones(reach))[reach - 1 :]
    first = of.begun[of.acquired >= 0]
    week = (first - of.begins) // _DAYS
    here = (week >= 0) & (week < of.weeks)
    cost = np.bincount(week[here], kept.cost(first[here], first[here] + days), of.weeks)
    return np.where(gaps[: of.weeks] > 0, np.nan, first_money(of, days) - cost)
