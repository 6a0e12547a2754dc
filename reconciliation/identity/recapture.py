"""Capture and recapture: the persons behind links, when two families of evidence find them independently."""

import math
import random
from collections.abc import Mapping, Sequence

from reconciliation.identity.visibility import CELLS, ODDS, Family, Shares, shown_by_shared

DRAWS = 200
# Persons whom neither family can find, because they moved, gave a gift or wrote their name in another way, are at most
# this share. Facts on matching, §3: blocking loses 14 % of the visible pairs. Of the 36 months told of 24 made-up
# companies 28 were covered with half of it (tests/benchmarks/overlap_coverage.py).
HIDDEN = 0.10
Interval = tuple[float, float, float]  # point, low, high
Cell = tuple[Family, Family]  # what the left and the right account show
Table = dict[Cell, list[float]]  # persons found by none, contact, place, both: an index is a Family
FULL: Cell = (Family.EITHER, Family.EITHER)


def recapture(
    found: Table, noise: Table, sides: tuple[Shares, Shares], doubt: float, chance: random.Random
) -> Interval:
    """The total with its 90 % interval, from expected persons found, their variance, and what accounts show.

    ``doubt``: relative standard error that all of ``found`` has in common.
    """
    shown = (1 - sides[0][Family.NOTHING]) * (1 - sides[1][Family.NOTHING])
    cells, finds = _persons_behind(found, 1.0)
    total = sum(cells.values()) / shown
    low, high = [], []
    for _ in range(DRAWS):
        drawn = _drawn(cells, finds, total, noise, doubt, chance)
        low.append(sum(_persons_behind(drawn, 1 / ODDS)[0].values()))
        high.append(sum(_persons_behind(drawn, ODDS)[0].values()))
    bottom = _quantile(low, 0.05) / shown_by_shared(sides, ODDS)
    top = _quantile(high, 0.95) / shown_by_shared(sides, 1 / ODDS) / (1 - HIDDEN)
    return total, min(total, bottom), max(total, top)


def _persons_behind(found: Table, odds: float) -> tuple[dict[Cell, float], tuple[float, float]]:
    """Persons by what their two accounts show, and how often contact and place find one that they could find.

    ``odds``: of being found by one family for those whom the other finds, against those whom it misses.
    """
    _, contact, place, both = found[FULL]
    missed = odds * contact * place / (both + 1.0)  # at odds 1 this is Chapman's estimate
    full = contact + place + both + missed
    finds = ((both + contact) / full, (both + place) / full) if full else (1.0, 1.0)
    cells: dict[Cell, float] = {FULL: full}
    for cell in CELLS:
        shared = cell[0] & cell[1]
        if cell != FULL and shared:
            chance = finds[0] if shared is Family.CONTACT else finds[1]
            cells[cell] = sum(found[cell][1:]) / max(chance, 0.05)
    one, other = Family.CONTACT, Family.PLACE
    for cell in ((one, other), (other, one)):  # nothing in common: as many as the other cells imply
        cells[cell] = cells[cell[0], Family.EITHER] * cells[Family.EITHER, cell[1]] / (full + 1.0)
    return cells, finds


def _drawn(
    cells: Mapping[Cell, float],
    finds: tuple[float, float],
    total: float,
    noise: Table,
    doubt: float,
    chance: random.Random,
) -> Table:
    """What links might have shown of the same persons, had chance gone otherwise."""
    table: Table = {}
    left, size = round(total), total
    scale = max(0.0, 1 + chance.gauss(0, doubt))
    for cell in CELLS:
        here = _binomial(left, cells[cell] / size if size > 0 else 0.0, chance)
        left, size = left - here, size - cells[cell]
        shared = cell[0] & cell[1]
        contact = _binomial(here, finds[0], chance) if shared & Family.CONTACT else 0
        both = _binomial(contact, finds[1], chance) if shared is Family.EITHER else 0
        place = _binomial(here - contact, finds[1], chance) if shared & Family.PLACE else 0
        counts = (0, contact - both, place, both)
        table[cell] = [
            max(0.0, scale * count + chance.gauss(0, math.sqrt(spread)))
            for count, spread in zip(counts, noise[cell], strict=True)
        ]
    return table


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
