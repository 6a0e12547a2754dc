"""Whether brand searches and direct visits stand in journeys as if the wish to buy had brought them.

Where touches fall at random, and each adds something to the chance of an order, journeys of one length hold brand and
direct touches as chance deals them: no more often several in one journey, and no later than others. (Adding up makes
several in one *converting* journey rarer, so that knowing converters alone cannot raise a false alarm.) Where the wish
to buy brings people to the brand's name, such touches gather in the journeys of those who wish, and at their end.

How common such touches are for everybody changes with the season and with campaigns, which gathers them in journeys of
the same days. So where it is known when journeys ended, chance is dealt within a week, or within four where a week has
few.

A touch that itself ends the journey stands last too. So in converting journeys the place of touches is compared
without the last one; and the last one counts only where it is brand or direct at more than three times the odds of
those before, which is more than a touch's own effect is taken to do.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from reports.analysis.attribution.journeys import BRAND, DIRECT, Floats, Integers, Journeys

Flags = NDArray[np.bool_]

LEVEL = 0.02  # of all three looks together, by Bonferroni; half of it for the first
_MOST_ODDS = 3.0
_FEW = 20_000  # touches for which chance is dealt anew instead of taken as normal
_DEALS = 999
_FULL_WEEK = 200  # journeys in a week that suffice to deal chance within it
_LEAST = 30  # touches of either kind in journeys of two or more


@dataclass(frozen=True, slots=True)
class Signs:
    """How unlikely chance makes what is seen; ``p`` is of all looks together, None where there is too little."""

    p: float | None
    gathered: float
    late: float
    last: float

    @property
    def fired(self) -> bool | None:
        return None if self.p is None else self.p <= LEVEL


def signs(journeys: Journeys, seed: int = 0) -> Signs:
    """Of brand and direct touches; of all journeys where nulls are known, else of those that converted."""
    if journeys.intent is None:
        return Signs(None, 1.0, 1.0, 1.0)
    marked = np.isin(journeys.intent, (BRAND, DIRECT))
    weights = journeys.conversions + journeys.nulls
    whole = np.repeat(weights * (journeys.lengths > 1), journeys.lengths)
    if min(whole[marked].sum(), whole[~marked].sum()) < _LEAST:
        return Signs(None, 1.0, 1.0, 1.0)
    within = np.add.reduceat(marked.astype(np.int64), journeys.starts[:-1])
    gathered = _gathered(_alike(journeys), journeys.lengths, within, weights, seed)
    late, last = _late(journeys, marked), _last(journeys, marked)
    return Signs(min(1.0, 2 * gathered, 4 * late, 4 * last), gathered, late, last)


def _alike(journeys: Journeys) -> list[Integers]:
    """Which journeys are of one length of two or more, and of the same weeks."""
    lengths, time = journeys.lengths, np.zeros(len(journeys.lengths), np.int64)
    if journeys.ends_on is not None:
        weeks = (journeys.ends_on.max() - journeys.ends_on.min()) // 7 + 1
        time = journeys.ends_on // (7 if (lengths > 1).sum() >= _FULL_WEEK * weeks else 28)
        time -= time.min()
    key = lengths * (time.max() + 1) + time
    order = np.argsort(key, kind="stable")
    order = order[lengths[order] > 1]
    return np.split(order, np.flatnonzero(np.diff(key[order])) + 1)


def _gathered(alike: list[Integers], lengths: Integers, within: Integers, weights: Floats, seed: int) -> float:
    """Pairs of marked touches in one journey, against dealing the marks anew over journeys that are alike."""
    excess, variance = 0.0, 0.0
    for here in alike:
        pairs, mean, spread = _pairs(int(lengths[here[0]]), within[here], weights[here])
        excess, variance = excess + pairs - mean, variance + spread
    if variance <= 0:
        return 1.0
    if (weights * lengths).sum() > _FEW:
        return float(ndtr(-excess / np.sqrt(variance)))
    return _dealt(alike, lengths, within, np.rint(weights).astype(np.int64), seed)


def _pairs(length: int, within: Integers, weights: Floats) -> tuple[float, float, float]:
    """Pairs of marked touches that share a journey, with their mean and variance where K of n marks fall anywhere."""
    size = weights.sum()
    cells, marks = size * length, (weights * within).sum()
    pairs = float((weights * within * (within - 1)).sum() / 2)
    if cells < 4 or marks < 2:
        return pairs, pairs, 0.0
    edges = size * length * (length - 1) / 2
    joint = size * length * (length - 1) * (length - 2) / 2  # pairs of edges with a common touch
    chance = np.cumprod([(marks - one) / (cells - one) for one in range(4)])
    two, three, four = chance[1], chance[2], chance[3]
    mean = edges * two
    apart = edges * (edges - 1) / 2 - joint
    return pairs, float(mean), float(max(mean + 2 * joint * three + 2 * apart * four - mean**2, 0.0))


def _dealt(alike: list[Integers], lengths: Integers, within: Integers, times: Integers, seed: int) -> float:
    generator = np.random.default_rng(seed)
    seen, dealt = 0, np.zeros(_DEALS, np.int64)
    for here in alike:
        held = np.repeat(within[here], times[here])
        seen += int((held * held).sum())
        marks = np.zeros((_DEALS, len(held) * int(lengths[here[0]])), np.int8)
        marks[:, : held.sum()] = 1
        generator.permuted(marks, axis=1, out=marks)
        sums = marks.reshape(_DEALS, len(held), -1).sum(axis=2, dtype=np.int64)
        dealt += (sums * sums).sum(axis=1)
    return float(((dealt >= seen).sum() + 1) / (_DEALS + 1))


def _late(journeys: Journeys, marked: Flags) -> float:
    """Whether marked touches stand later in their journeys: Wilcoxon's rank sums within journeys, added up."""
    lengths = journeys.lengths
    place = np.arange(len(marked)) - np.repeat(journeys.starts[:-1], lengths) + 1
    excess, variance = 0.0, 0.0
    for weights, size in ((journeys.nulls, lengths), (journeys.conversions, lengths - 1)):
        counted = marked & (place <= np.repeat(size, lengths))
        marks = np.add.reduceat(counted.astype(float), journeys.starts[:-1])
        ranks = np.add.reduceat(np.where(counted, place, 0).astype(float), journeys.starts[:-1])
        excess += float((weights * (ranks - marks * (size + 1) / 2)).sum())
        variance += float((weights * marks * (size - marks) * (size + 1) / 12).sum())
    return float(ndtr(-excess / np.sqrt(variance))) if variance > 0 else 1.0


def _last(journeys: Journeys, marked: Flags) -> float:
    """Whether the last touch of converting journeys is marked at more than three times the odds of the others."""
    some = journeys.lengths > 1
    weights = journeys.conversions * some
    total = weights.sum()
    before = float((weights * (journeys.lengths - 1)).sum())
    if not total:
        return 1.0
    marks = np.add.reduceat(marked.astype(float), journeys.starts[:-1])
    last = marked[journeys.starts[1:] - 1]
    share = float((weights * last).sum() / total)
    earlier = float((weights * (marks - last)).sum())
    base = (earlier + 0.5) / (before + 1)
    most = _MOST_ODDS * base / (1 + (_MOST_ODDS - 1) * base)
    slope = _MOST_ODDS / (1 + (_MOST_ODDS - 1) * base) ** 2
    spread = np.sqrt(most * (1 - most) / total + slope**2 * base * (1 - base) / before)
    return float(ndtr(-(share - most) / spread))
