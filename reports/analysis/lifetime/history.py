"""Customers of the books who were won within the weeks, with all that is known of them since."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.analysis.customers import Bought
from reports.analysis.lifetime.cohorts import brought
from reports.analysis.lifetime.keeping import Keeping
from reports.analysis.lifetime.purchases import Floats, Integers

_DAYS = 7


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Orders by ``customer`` and ``day``, with ``money``; by customer the first day and its channel's place.

    ``seen`` and ``paid`` are, by customer, the day from which on orders and money are not known.
    """

    customer: Integers
    day: Integers
    money: Floats
    first: Integers
    by: Integers
    channels: tuple[str, ...]
    seen: Integers
    paid: Integers
    until: int  # the last day

    def __len__(self) -> int:
        return len(self.first)

    def of(self, channel: str) -> "History":
        """Those whom the channel won."""
        return self.those(self.by == self.channels.index(channel))

    def won_between(self, begins: int, ends: int) -> "History":
        """Those who came on the days from the one to before the other."""
        return self.those((self.first >= begins) & (self.first < ends))

    def those(self, kept: NDArray[np.bool_]) -> "History":
        number, mine = np.cumsum(kept) - 1, kept[self.customer]
        return History(
            number[self.customer[mine]], self.day[mine], self.money[mine], self.first[kept], self.by[kept],
            self.channels, self.seen[kept], self.paid[kept], self.until,
        )  # fmt: skip

    def brought(self, days: int, kept: Keeping | None) -> Floats:
        """What each of those who are so old brought."""
        return brought(
            self.customer, self.day - self.first[self.customer], self.money, self.first, self.paid, days, kept
        )


def history(of: Bought, orders: Floats, money: Floats) -> History:
    """``orders`` and ``money`` by week are NaN where these are not known; all money of such weeks is then NaN.

    A single order without its money makes that week one of those.
    """
    first = of.begun
    here = (of.acquired >= 0) & (first >= of.begins)
    week = (of.day - of.begins) // _DAYS
    seen, known = np.isfinite(orders), np.isfinite(orders + money)
    known[week[np.isnan(of.contribution) & (week >= 0)]] = False
    mine = here[of.person]
    paid = np.where(known[week[mine]], of.contribution[mine], np.nan)
    until = of.begins + _DAYS * of.weeks - 1
    begun = first[here]
    customer, day = (np.cumsum(here) - 1)[of.person[mine]], of.day[mine]
    order = np.lexsort((day, customer))
    return History(
        customer[order], day[order], paid[order], begun, of.acquired[here], of.channels,
        _known_until(begun, seen, of.begins, until), _known_until(begun, known, of.begins, until), until,
    )  # fmt: skip


def _known_until(first: Integers, known: NDArray[np.bool_], begins: int, until: int) -> Integers:
    """The Monday of the first week from each day's on that is not known, else the last day."""
    gaps = begins + _DAYS * np.flatnonzero(~known)
    place = np.searchsorted(gaps, first - (first - begins) % _DAYS)
    return np.asarray(np.concatenate([gaps, [until]])[place], np.int64)
