"""What the purchases of every customer come to: how many repeats, the last of them when, and of what value."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Purchases:
    """By customer: repeat purchases after the first day, age at the last one, age at the end; ages in weeks.

    ``spend`` is the mean value of a repeat purchase, 0 where there is none. Purchases of one day are one.
    """

    repeats: Integers
    last: Floats
    age: Floats
    spend: Floats


def purchases(customer: Integers, day: Integers, value: Floats, until: int) -> Purchases:
    """From single purchases; days are numbers, ``until`` is the last day looked at. Later ones are left out.

    Customers without a purchase by then have no row; the others stand in the order of their numbers.
    """
    seen = day <= until
    customer, day, value = customer[seen], day[seen], value[seen]
    if not _sorted(customer, day):
        order = np.lexsort((day, customer))
        customer, day, value = customer[order], day[order], value[order]
    if not len(customer):
        empty = np.empty(0)
        return Purchases(np.empty(0, np.int64), empty, empty, empty)
    new_day = np.concatenate([[True], (np.diff(customer) != 0) | (np.diff(day) != 0)])
    spent = np.add.reduceat(value, np.flatnonzero(new_day))
    customer, day = customer[new_day], day[new_day]
    first = np.flatnonzero(np.concatenate([[True], np.diff(customer) != 0]))
    counts = np.diff(np.concatenate([first, [len(customer)]]))
    repeats = counts - 1
    repeated = np.add.reduceat(spent, first) - spent[first]
    begun, last = day[first], day[first + repeats]
    return Purchases(
        repeats.astype(np.int64), (last - begun) / 7, (until - begun) / 7,
        np.divide(repeated, repeats, out=np.zeros(len(first)), where=repeats > 0),
    )  # fmt: skip


def _sorted(customer: Integers, day: Integers) -> bool:
    """By customer, and each one's by day: sorting a million again takes longer than all else."""
    later = np.diff(customer)
    return bool(((later > 0) | ((later == 0) & (np.diff(day) >= 0))).all())
