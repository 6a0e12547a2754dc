"""Anderson–Rubin sets by randomisation: every k that a test of "x + k·y shows no effect" does not reject.

x and y are effects on two channels, observed and in each draw of another assignment. A draw speaks for k where its
|x + k·y| is at least the observed one. That difference of squares is a product of two functions linear in k, so the set
is solved from their roots; a grid would lose coverage (Anderson and Rubin 1949; Rosenbaum 2002).
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from reports.analysis.panel import Series

EXACT_PAIRS = 13  # up to here every assignment is tried: 2^12, as one and its mirror image say the same
DRAWS = 4_999  # beyond it
_NEAR = 1e-9

Interval = tuple[float, float]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Effects by draw as halves: ``kept`` + ``turned`` is the observed effect, ``kept`` − ``turned`` the draw's.

    Columns are x and y. ``exact`` is whether the draws are all assignments there are, the observed one among them.
    """

    kept: Series
    turned: Series
    exact: bool

    @property
    def total(self) -> int:
        return len(self.kept) + (not self.exact)


def flipped(pairs: Series, seed: int) -> Draws:
    """All on–off turns within pairs where they are few, else draws of them. ``pairs`` is pairs × (x, y), on − off."""
    count = len(pairs)
    exact = count <= EXACT_PAIRS
    if exact:
        turned = (np.arange(1 << (count - 1))[:, None] >> np.arange(count) & 1).astype(float)
    else:
        turned = np.random.default_rng(seed).integers(0, 2, (DRAWS, count)).astype(float)
    return Draws((1 - turned) @ pairs, turned @ pairs, exact)


def placed(observed: Series, placebos: Series) -> Draws:
    """Draws from effects (x, y) where nothing happened; ``placebos`` is placebos × 2."""
    return Draws((observed + placebos) / 2, (observed - placebos) / 2, exact=False)


def share(draws: Draws, k: float) -> float:
    """The p-value of k: the share of draws, the observed one among them, at least as far from no effect."""
    speak = _at(draws.kept, k) * _at(draws.turned, k) <= 0
    return float(speak.sum() + (not draws.exact)) / draws.total


def accepted(draws: Draws, level: float) -> tuple[Interval, ...]:
    """The closed intervals of k whose p-value is above 1 − level, ascending; ends may be infinite."""
    needed = (1 - level) * draws.total + _NEAR - (not draws.exact)
    inside, outside, always = _parts(draws)
    points = np.unique(np.concatenate([inside.ravel(), outside.ravel()]))
    points = points[np.isfinite(points)]
    low, high = np.sort(inside[:, 0]), np.sort(inside[:, 1])
    left, right = np.sort(outside[:, 0]), np.sort(outside[:, 1])
    past = len(left)

    upto = partial(np.searchsorted, v=points, side="right")
    below = partial(np.searchsorted, v=points, side="left")
    at = always + upto(low) - below(high) + past - below(left) + upto(right)
    after = always + upto(low) - upto(high) + past - upto(left) + upto(right)
    before = always + int(np.isneginf(low).sum()) + past
    between = np.concatenate([[before], after])
    return _joined(points, np.asarray(at > needed), between > needed)


def point(observed: Series, spread: Series) -> float:
    """The k at which x + k·y is no effect, drawn in by the covariance of their errors (2 × 2).

    The plain ratio has no variance, and where y is weak it errs far; this has one, and is unbiased to second order
    (Fuller 1977, Econometrica 45, with constant 1 and one instrument).
    """
    (x, y), down = observed, observed[1] ** 2 + spread[1, 1]
    return float(-(x * y + spread[0, 1]) / down)


def bounded(intervals: tuple[Interval, ...]) -> bool:
    """Whether the set has both ends. An empty set has none."""
    return bool(intervals) and np.isfinite(intervals[0][0]) and np.isfinite(intervals[-1][1])


def _at(half: Series, k: float) -> Series:
    value: Series = half[:, 0] + k * half[:, 1]
    return value


def _parts(draws: Draws) -> tuple[Series, Series, int]:
    """Where each draw speaks: between two roots, outside two roots, or (how many) for every k."""
    (p, q), (r, s) = draws.kept.T, draws.turned.T
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        first, second = -p / q, -r / s
        ends = np.sort(np.stack([first, second], axis=1), axis=1)
    same = (q == 0) & (p == 0) | (s == 0) & (r == 0)
    flat = ~same & (q == 0) & (s == 0)
    half = ~same & ~flat & ((q == 0) | (s == 0))
    both = ~same & ~flat & ~half
    bent = both & ((q > 0) != (s > 0))
    level, slope = np.where(q == 0, p, r), np.where(q == 0, s, q)
    root = np.where(q == 0, second, first)
    rising = level * np.sign(slope) > 0
    lines = np.where(rising[:, None], np.stack([np.full_like(root, -np.inf), root], 1), _from(root))
    whole = bent & (ends[:, 0] == ends[:, 1])
    always = int(same.sum() + (flat & ((p > 0) != (r > 0))).sum() + whole.sum())
    return np.concatenate([ends[both & ~bent], lines[half]]), ends[bent & ~whole], always


def _from(root: Series) -> Series:
    return np.stack([root, np.full_like(root, np.inf)], 1)


def _joined(points: Series, at: Mask, between: Mask) -> tuple[Interval, ...]:
    """Intervals from what holds at each point and in the gaps before, between and after them."""
    found: list[Interval] = []
    start = -np.inf if between[0] else None
    for point, holds, goes_on in zip(points, at, between[1:], strict=True):
        if start is None and holds:
            start = float(point)
        if start is not None and not goes_on:
            found.append((start, float(point)))
            start = None
    if start is not None:
        found.append((start, np.inf))
    return tuple(found)
