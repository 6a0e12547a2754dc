"""Curves from bits to probability by penalised logistic regression: one for all pairs, one for each kind near it.

The common curve is drawn towards the weight taken at its word (Platt 1999; prior as in Gelman et al. 2008), that of a
kind towards the common one, so a kind of few labels keeps close to it (Gelman and Hill 2007, partial pooling). A small
share of the labels is taken to be wrong (Copas 1988), so no single label far out moves much.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

WORD = (math.log(2.0), 0.0)  # slope and intercept of the weight taken at its word
SPREAD = (0.15, 0.8)  # deviations of the common curve from it
KIND_SPREAD = (0.15, 0.7)  # deviations of a kind's curve from the common one
WRONG = 0.01  # share of labels taken to be wrong

Curve = tuple[float, float]  # slope, intercept


@dataclass(frozen=True)
class Sample:
    """Labels in columns: bits, answer, how much it counts, place of its kind among the kinds, −1 for none of them."""

    bits: Sequence[float]
    same: Sequence[bool]
    counts: Sequence[float]
    kinds: Sequence[int]

    @cached_property
    def size(self) -> int:
        """Numbers to be found: a curve, and what each kind's differs from it."""
        return 4 + 2 * max(self.kinds, default=-1)


def curves(sample: Sample) -> list[Curve]:
    """The common curve, then that of each kind."""
    word = [*WORD, *[0.0] * (sample.size - 2)]
    starts = word, _newton(sample, [float(one) for one in sample.same], word)
    found = max((_doubting(sample, start) for start in starts), key=lambda at: _plausible(sample, at))
    return [_curve(found, kind) for kind in range(-1, sample.size // 2 - 1)]


def sigmoid(x: float) -> float:
    """1 ÷ (1 + e^−x), at any x."""
    if x >= 0:
        return 1.0 / (1.0 + math.exp(-min(x, 700.0)))
    power = math.exp(max(x, -700.0))
    return power / (1.0 + power)


def _curve(at: Sequence[float], kind: int) -> Curve:
    return (at[0], at[1]) if kind < 0 else (at[0] + at[2 + 2 * kind], at[1] + at[3 + 2 * kind])


def _logits(sample: Sample, at: Sequence[float]) -> list[float]:
    own = [_curve(at, kind) for kind in range(-1, sample.size // 2 - 1)]
    return [own[kind + 1][1] + own[kind + 1][0] * x for x, kind in zip(sample.bits, sample.kinds, strict=True)]


def _doubting(sample: Sample, start: list[float]) -> list[float]:
    """The numbers where a share of the labels may be wrong, uphill from ``start`` by EM."""
    at = start
    for _ in range(30):
        logits = _logits(sample, at)
        truth = [_belief(same, sigmoid(logit)) for same, logit in zip(sample.same, logits, strict=True)]
        at, before = _newton(sample, truth, at), at
        if max(abs(a - b) for a, b in zip(at, before, strict=True)) < 1e-7:
            break
    return at


def _belief(same: bool, p: float) -> float:
    """The probability that a pair is one person, given its label and what the weight says."""
    yes = p * (1 - WRONG if same else WRONG)
    no = (1 - p) * (WRONG if same else 1 - WRONG)
    return yes / (yes + no)


def _plausible(sample: Sample, at: Sequence[float]) -> float:
    """How likely labels of which some are wrong make it, prior included."""
    height = _prior(at)
    for logit, same, count in zip(_logits(sample, at), sample.same, sample.counts, strict=True):
        p = WRONG + (1 - 2 * WRONG) * sigmoid(logit)
        height += count * math.log(p if same else 1 - p)
    return height


def _newton(sample: Sample, y: Sequence[float], start: list[float]) -> list[float]:
    """The numbers of the highest posterior. The prior keeps them finite; halved steps keep it going uphill."""
    at = start
    height = _height(sample, y, at)
    for _ in range(50):
        step = _step(sample, y, at)
        size = 1.0
        while size > 1e-6:
            tried = [one + size * by for one, by in zip(at, step, strict=True)]
            if (reached := _height(sample, y, tried)) >= height:
                break
            size /= 2
        else:
            return at
        at, gain, height = tried, reached - height, reached
        if gain < 1e-10:
            return at
    return at


def _step(sample: Sample, y: Sequence[float], at: Sequence[float]) -> list[float]:
    """Newton's step: a label moves the common curve and its kind's, so sums by kind are all that is needed."""
    size = sample.size
    rise = [(mean - one) / sd**2 for one, (mean, sd) in zip(at, _priors(size), strict=True)]
    bend = [[0.0] * size for _ in range(size)]
    for place, (_, sd) in enumerate(_priors(size)):
        bend[place][place] = 1 / sd**2
    sums = [[0.0] * 5 for _ in range(size // 2)]
    columns = (_logits(sample, at), sample.bits, y, sample.counts, sample.kinds)
    for logit, x, truth, count, kind in zip(*columns, strict=True):
        p = sigmoid(logit)
        rest, curved = count * (truth - p), count * p * (1 - p)
        sum_ = sums[kind + 1]
        for place, value in enumerate((rest * x, rest, curved * x * x, curved * x, curved)):
            sum_[place] += value
    for number, (up_slope, up, xx, x1, one) in enumerate(sums):
        bases = (0, 2 * number) if number else (0,)
        for a in bases:
            rise[a] += up_slope
            rise[a + 1] += up
            for b in bases:
                for (i, j), value in (((0, 0), xx), ((0, 1), x1), ((1, 0), x1), ((1, 1), one)):
                    bend[a + i][b + j] += value
    return _solved(bend, rise)


def _height(sample: Sample, y: Sequence[float], at: Sequence[float]) -> float:
    height = _prior(at)
    for z, truth, count in zip(_logits(sample, at), y, sample.counts, strict=True):
        height += count * (truth * z - max(z, 0.0) - math.log1p(math.exp(-abs(z))))
    return height


def _prior(at: Sequence[float]) -> float:
    return -sum(((one - mean) / sd) ** 2 for one, (mean, sd) in zip(at, _priors(len(at)), strict=True)) / 2


def _priors(size: int) -> list[tuple[float, float]]:
    """Mean and deviation of each number."""
    common = list(zip(WORD, SPREAD, strict=True))
    return common + [(0.0, sd) for sd in KIND_SPREAD] * (size // 2 - 1)


def _solved(rows: list[list[float]], right: Sequence[float]) -> list[float]:
    """The solution of a symmetric positive definite system, by elimination; the prior keeps it away from singular."""
    left = [[*row, value] for row, value in zip(rows, right, strict=True)]
    size = len(left)
    for at in range(size):
        for below in range(at + 1, size):
            share = left[below][at] / left[at][at]
            left[below] = [one - share * other for one, other in zip(left[below], left[at], strict=True)]
    found = [0.0] * size
    for at in reversed(range(size)):
        rest = left[at][size] - sum(left[at][place] * found[place] for place in range(at + 1, size))
        found[at] = rest / left[at][at]
    return found
