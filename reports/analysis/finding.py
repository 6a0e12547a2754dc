"""Weeks in which what sells steadily sold nothing, where chance hardly explains it: launches, gaps, stock-outs.

A row (a region, a product) is held against all others of its channel: with its share s of their orders outside the
silence and o orders of theirs inside it, it should have had λ = s·o. Its own scatter φ = mean((c − e)²/e) ≥ 1 counts:
no order at all has a chance of about exp(−λ/φ). A silence is told where that, times all cells looked at, is at most
1 %; small rows join it that are silent in the same weeks, where it is at most 1 % alone.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from reports.analysis.panel import Series
from reports.analysis.weights import Mask

FALSE = 0.01  # chance that a channel where nothing happened has any find
LEAST = 3  # weeks of silence
TOGETHER = 3  # weeks within which silences of several rows are one event
_STEADY = 6  # weeks with orders that tell how much a row sells
_SPENT = 8  # weeks of spend before a pause


@dataclass(frozen=True, slots=True)
class Silence:
    """Columns ``start`` to before ``end`` (None: to the last) in which these rows had no order; ``expected`` in all."""

    rows: tuple[int, ...]
    start: int
    end: int | None
    expected: float

    @property
    def opening(self) -> bool:
        """Whether it lasts from the first week on: what follows is a beginning."""
        return self.start == 0


def silences(told: Series | Sequence[Sequence[float]], least: int = LEAST) -> list[Silence]:
    """Of rows × weeks, NaN unknown, by start; those of several rows at the same time are one."""
    counts: Series = np.asarray(told, dtype=np.float64)
    found, weak = list[Silence](), list[Silence]()
    limit = math.log(max(counts.size, 1) / FALSE)
    held = np.where(np.isfinite(counts), counts, 0.0)
    total = held.sum(axis=0)
    for row, own in enumerate(held):
        known = np.isfinite(counts[row])
        for start, end in _zeros(counts[row]):
            inside = np.zeros(len(own), dtype=bool)
            inside[start:end] = True
            expected, scatter = _expected(own, total - own, known, inside)
            if end - start >= least and expected / scatter >= -math.log(FALSE):
                strong = expected / scatter >= limit
                (found if strong else weak).append(Silence((row,), start, None if end == len(own) else end, expected))
    weeks = counts.shape[1]
    sure = _together(found, weeks)
    return _together([*sure, *(one for one in weak if any(_same(one, other, weeks) for other in sure))], weeks)


def _zeros(row: Series) -> Iterator[tuple[int, int]]:
    """Stretches of known weeks without an order; an unknown week ends one."""
    start = None
    for n, value in enumerate([*row, np.nan]):
        if value == 0:
            start = n if start is None else start
        elif start is not None:
            yield start, n
            start = None


def _expected(own: Series, rest: Series, known: Mask, inside: Mask) -> tuple[float, float]:
    """λ of the silence and φ of the row outside it."""
    outside = known & ~inside & (own.cumsum() > 0) if inside[0] else known & ~inside
    if (own[outside] > 0).sum() < _STEADY or not rest[outside].sum():
        return 0.0, 1.0
    share = own[outside].sum() / rest[outside].sum()
    usual = share * rest[outside]
    some = usual > 0
    scatter = float(((own[outside][some] - usual[some]) ** 2 / usual[some]).mean())
    return float(share * rest[inside].sum()), max(1.0, scatter)


def _together(found: list[Silence], weeks: int) -> list[Silence]:
    """Silences that begin and end within some weeks of each other, as one that lasts as long as any of them."""
    joined: list[Silence] = []
    for one in sorted(found, key=lambda silence: (silence.start, silence.end or math.inf)):
        same = next((n for n, other in enumerate(joined) if _same(one, other, weeks)), None)
        if same is None:
            joined.append(one)
            continue
        other = joined[same]
        ends = [end for end in (one.end, other.end) if end is not None]
        # They open with the first of them, close with the first, and come back with the first.
        joined[same] = Silence(
            tuple(sorted((*other.rows, *one.rows))), min(one.start, other.start), min(ends) if ends else None,
            one.expected + other.expected,
        )  # fmt: skip
    return joined


def _same(one: Silence, other: Silence, weeks: int) -> bool:
    if one.opening != other.opening:
        return False
    ends = abs((one.end or weeks) - (other.end or weeks)) <= TOGETHER
    return ends and (one.opening or abs(one.start - other.start) <= TOGETHER)


def pauses(spend: Sequence[float | None]) -> list[tuple[int, int | None]]:
    """Weeks from which to before which an advertisement that spent in each of the weeks before spent nothing.

    None is a week of which nothing is known. The end is None where it did not come back.
    """
    found: list[tuple[int, int | None]] = []
    steady, start = 0, None
    for n, amount in enumerate(spend):
        if amount is None:
            steady, start = 0, None
        elif amount > 0:
            if start is not None:
                found.append((start, n))
                start = None
            steady += 1
        elif start is None and (steady >= _SPENT or found):
            start = n
    if start is not None:
        found.append((start, None))
    return found
