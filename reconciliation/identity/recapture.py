"""Capture and recapture: the persons behind links, when two families of evidence find them independently.

How often a family finds a person that it could find is learned from all months, for it is the matcher's and hardly
changes; how many were found is the month's.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, pstdev

from reconciliation.identity.visibility import CELLS, ODDS, Family, Shares, shown_by_shared

DRAWS = 200
# Persons found by one family are found by the other more easily than those it misses, never less: who moves, gives a
# gift or has a second account looks different in both. So Chapman's estimate is a lower bound (Chao 1987, Biometrics
# 43), and the odds go from 1 to ODDS; the point stands in their middle.
MIDDLE = math.sqrt(ODDS)
# Who gave nothing true to one of the channels can be found by neither: at most this share, beside 3 % of gifts and 5 %
# of moves in the facts on matching, §3. They are among those whom the odds stand for, so the larger of the two counts.
HIDDEN = 0.05
COVER = 0.90
Interval = tuple[float, float, float]  # point, low, high
Cell = tuple[Family, Family]  # what the left and the right account show
Table = dict[Cell, list[float]]  # persons found by none, contact, place, both: an index is a Family
FULL: Cell = (Family.EITHER, Family.EITHER)


@dataclass(frozen=True, slots=True)
class Seen:
    """Persons that links are expected to show, by what accounts show and which families found them; its variance."""

    found: Table
    noise: Table


def recapture(
    month: Seen, ever: Seen, sides: tuple[Shares, Shares], errors: Sequence[float], chance: random.Random
) -> Interval:
    """The month's total with its 90 % interval.

    ``ever``: the same over all months, of which ``month`` is a part. ``errors``: by family, the relative standard error
    that all persons found by it have in common.
    """
    shown = (1 - sides[0][Family.NOTHING]) * (1 - sides[1][Family.NOTHING])
    cells, finds = _persons_behind(month.found, ever.found[FULL], 1.0)
    others = max(0.0, _full(ever.found[FULL], 1.0) - cells[FULL])
    apart = [max(0.0, whole - part) for whole, part in zip(ever.noise[FULL], month.noise[FULL], strict=True)]
    low, high = [], []
    for _ in range(DRAWS):
        scale = [max(0.0, 1 + chance.gauss(0, error)) for error in errors]
        drawn = {cell: _drawn(cells[cell], cell, finds, month.noise[cell], scale, chance) for cell in CELLS}
        rest = _drawn(others, FULL, finds, apart, scale, chance)
        whole = [one + other for one, other in zip(drawn[FULL], rest, strict=True)]
        low.append(sum(_persons_behind(drawn, whole, 1.0)[0].values()))
        high.append(max(sum(_persons_behind(drawn, whole, ODDS)[0].values()), low[-1] / (1 - HIDDEN)))
    total = sum(_persons_behind(month.found, ever.found[FULL], MIDDLE)[0].values()) / shown
    tail = _tail(low, high)
    bottom = _quantile(low, tail) / shown_by_shared(sides, ODDS)
    top = _quantile(high, 1 - tail) / shown_by_shared(sides, 1 / ODDS)
    return total, min(total, bottom), max(total, top)


def _full(found: Sequence[float], odds: float) -> float:
    """Persons behind those found where both accounts show both families.

    ``odds``: of being found by one family for those whom the other finds, against those whom it misses.
    """
    _, contact, place, both = found
    return contact + place + both + odds * contact * place / (both + 1.0)  # at odds 1 this is Chapman's estimate


def _persons_behind(found: Table, whole: Sequence[float], odds: float) -> tuple[dict[Cell, float], tuple[float, float]]:
    """Persons by what their two accounts show, and how often contact and place find one that they could find.

    ``whole``: those found in all months where both accounts show both.
    """
    _, contact, place, both = whole
    full = _full(whole, odds)
    finds = ((both + contact) / full, (both + place) / full) if full else (1.0, 1.0)
    either = (contact + place + both) / full if full else 1.0
    cells: dict[Cell, float] = {FULL: sum(found[FULL][1:]) / max(either, 0.05)}
    for cell in CELLS:
        shared = cell[0] & cell[1]
        if cell != FULL and shared:
            chance = finds[0] if shared is Family.CONTACT else finds[1]
            cells[cell] = sum(found[cell][1:]) / max(chance, 0.05)
    one, other = Family.CONTACT, Family.PLACE
    for cell in ((one, other), (other, one)):  # nothing in common: as many as the other cells imply
        cells[cell] = cells[cell[0], Family.EITHER] * cells[Family.EITHER, cell[1]] / (cells[FULL] + 1.0)
    return cells, finds


def _drawn(
    persons: float, cell: Cell, finds: tuple[float, float], noise: Sequence[float], scale: Sequence[float],
    chance: random.Random,
) -> list[float]:  # fmt: skip
    """What links might have shown of the same persons, had chance gone otherwise."""
    here, shared = round(persons), cell[0] & cell[1]
    contact = _binomial(here, finds[0], chance) if shared & Family.CONTACT else 0
    both = _binomial(contact, finds[1], chance) if shared is Family.EITHER else 0
    place = _binomial(here - contact, finds[1], chance) if shared & Family.PLACE else 0
    return [
        max(0.0, times * count + chance.gauss(0, math.sqrt(spread)))
        for count, times, spread in zip((0, contact - both, place, both), scale, noise, strict=True)
    ]


def _tail(low: Sequence[float], high: Sequence[float]) -> float:
    """How much chance to leave out at each end of a band: between half and all of what the interval may miss, for the
    truth cannot be at both ends at once (Imbens and Manski 2004, Econometrica 72).
    """
    spread = (pstdev(low) + pstdev(high)) / 2
    width = (fmean(high) - fmean(low)) / spread if spread > 0 else math.inf
    normal = NormalDist()
    least, most = normal.inv_cdf(COVER), normal.inv_cdf((1 + COVER) / 2)
    for _ in range(30):
        reach = (least + most) / 2
        if normal.cdf(reach + width) - normal.cdf(-reach) < COVER:
            least = reach
        else:
            most = reach
    return 1 - normal.cdf(most)


def _binomial(n: int, p: float, chance: random.Random) -> int:
    p = min(1.0, max(0.0, p))
    spread = n * p * (1 - p)
    if spread > 25:
        return min(n, max(0, round(chance.gauss(n * p, math.sqrt(spread)))))
    if p in {0.0, 1.0}:
        return n * int(p)
    few, flip = (1 - p, True) if p > 0.5 else (p, False)
    hits, at = 0, 0.0
    while (at := at + math.floor(math.log(1 - chance.random()) / math.log(1 - few)) + 1) <= n:
        hits += 1
    return n - hits if flip else hits


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[round(share * (len(ordered) - 1))]
