"""What channels took from each other, week by week: κ · orders of B · m_A, summed over pairs of channels."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.analysis.estimate import Answer, Bounds, CannotTell, Estimate
from reports.analysis.money import Loss, Margin, lost

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Took:
    """A share of ``affecting``'s weekly ``orders`` in a country, each at what an order of ``affected`` brings in."""

    country: str
    affecting: str
    affected: str
    share: Estimate | Bounds
    margin: Margin
    orders: Floats

    def over(self, orders: float) -> Loss:
        return Loss(orders, self.margin, self.share, f"{self.country} {self.affecting}")


@dataclass(frozen=True, slots=True, eq=False)
class Weekly:
    """Money by week; ``value`` is None where some share has bounds only."""

    low: Floats
    value: Floats | None
    high: Floats


def told(share: Answer) -> Estimate | Bounds | None:
    """The share, None where nothing is known of it: bounds of 0 and 1 hold for any two channels."""
    if isinstance(share, CannotTell) or (isinstance(share, Bounds) and share.low <= 0 and share.high >= 1):
        return None
    return share


def once(pairs: Iterable[Took], weeks: int) -> list[Took]:
    """One direction of each two channels, for what one took from the other the other cannot have taken from it.

    The one whose share is known best, else that in which more went over the last ``weeks``.
    """
    found: dict[tuple[str, frozenset[str]], Took] = {}
    for one in pairs:
        place = (one.country, frozenset((one.affecting, one.affected)))
        if place not in found or _rank(one, weeks) > _rank(found[place], weeks):
            found[place] = one
    return list(found.values())


def _rank(one: Took, weeks: int) -> tuple[bool, float]:
    return isinstance(one.share, Estimate), lost([one.over(float(one.orders[-weeks:].sum()))]).most


def sums(pairs: Sequence[Took], currency: str, orders: Mapping[Took, float]) -> Estimate | Bounds | None:
    """Money lost over so many orders of each; None without pairs."""
    if not pairs:
        return None
    return lost([one.over(orders[one]) for one in pairs]).answer(currency, round(sum(map(abs, orders.values()))))


def weekly(pairs: Sequence[Took], weeks: int) -> Weekly:
    """As ``sums``, by week."""
    made = [lost([one.over(float(one.orders[week])) for one in pairs]) for week in range(weeks)]
    low, high = (np.array(of, np.float64) for of in (
        [one.least - one.below for one in made], [one.most + one.above for one in made],
    ))  # fmt: skip
    known = all(one.known for one in made)
    return Weekly(low, np.array([one.least for one in made], np.float64) if known else None, high)
