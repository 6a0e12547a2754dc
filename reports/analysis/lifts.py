"""What a campaign brought two channels where it ran, against weighted controls, and what no campaign looks like there.

Everything is per weekly order that the group had of both channels before. Weights come from both channels' sum alone,
so that they are the same for both and each lift is linear in the orders; each channel is compared in its own growth,
since a region that sells more of one channel moves more orders of it with the same demand.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from reports.analysis.comparison import Comparison
from reports.analysis.panel import Series
from reports.analysis.placebos import DRAWS, PART, SHORTEST, dates_to
from reports.analysis.weights import Mask, simplex_weights

RIDGE = 2.0  # in variances of a control's weekly growth: the ratio of two lifts suffers more from concentrated weights
RECENT = 0.97  # weight of a week before in that of the week after it: the level of long ago tells less


COMMON = 0.1  # of an error's variance that neither averages over regions nor shows in the fit before


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """``fit``: Gram matrix of the sum's weekly growth; ``growth`` by channel is each region's change over its level."""

    fit: Series
    ridge: float
    levels: tuple[Series, Series]
    growth: tuple[Series, Series]
    spread: float


@dataclass(frozen=True, slots=True, eq=False)
class Lifts:
    """Of each group, per weekly order of both channels before: ``affected``, ``affecting``, and the controls' weights.

    ``averaged`` is Σ share² + Σ weight², ``missed`` the mean squared gap before: two signs of how large errors are.
    """

    affected: Series
    affecting: Series
    weights: Series
    averaged: Series
    missed: Series
    spread: Series


def window(made: Comparison, at: int, skipped: int, horizon: int) -> Window:
    """The weeks [at + skipped, at + skipped + horizon) against those before ``at``."""
    levels = (made.affected[:, :at].mean(axis=1), made.affecting[:, :at].mean(axis=1))
    total = (made.affected + made.affecting)[:, :at]
    relative = total / np.where(levels[0] + levels[1] > 0, levels[0] + levels[1], 1.0)[:, None] - 1
    noise = np.diff(relative, axis=1).var(axis=1, ddof=1)[made.controls]
    weights = recent(at)
    after = slice(at + skipped, at + skipped + horizon)
    growth = [
        (one[:, after].mean(axis=1) - one[:, :at] @ weights) / np.where(level > 0, level, 1.0)
        for one, level in zip((made.affected, made.affecting), levels, strict=True)
    ]
    return Window(
        relative @ relative.T / at, RIDGE * float(np.median(noise)), levels, (growth[0], growth[1]),
        1 / horizon + float(weights @ weights),
    )  # fmt: skip


def recent(weeks: int) -> Series:
    """Weights of the weeks before, with sum 1."""
    raw = RECENT ** np.arange(weeks)[::-1]
    weights: Series = raw / raw.sum()
    return weights


def lifts(made: Window, groups: Mask, allowed: Mask) -> Lifts:
    """Each group (a row of ``groups``) against the weighted regions that its row of ``allowed`` admits."""
    sizes = [groups @ level for level in made.levels]
    both = sizes[0] + sizes[1]
    shares = groups * (made.levels[0] + made.levels[1]) / both[:, None]
    weights = simplex_weights(made.fit, shares @ made.fit, allowed, made.ridge)
    found = [
        (groups @ (growth * level) - size * (weights @ growth)) / both
        for growth, level, size in zip(made.growth, made.levels, sizes, strict=True)
    ]
    less = shares - weights
    missed = np.maximum(np.einsum("ri,ij,rj->r", less, made.fit, less), 0.0)
    averaged = (shares**2 + weights**2).sum(axis=1)
    return Lifts(found[0], found[1], weights, averaged, missed, np.full(len(both), made.spread))


def placebo_lifts(made: Comparison, seed: int) -> Lifts:
    """Lifts of random groups of controls, at the campaign's own weeks and at pseudo-dates before it."""
    generator = np.random.default_rng(seed)
    controls = np.flatnonzero(made.controls)
    size = max(1, min(int(made.treated.sum()), len(controls) // 3))
    latest = made.before - made.skipped - made.horizon
    fewest = max(SHORTEST, math.ceil(PART * made.before))
    step = max(1, min(3 if made.before < 52 else 6, (latest - fewest) // 3))
    dates = [made.before, *(dates_to(latest, fewest, step) if latest >= SHORTEST else [])]
    found = []
    for at in dates:
        order = generator.random((math.ceil(DRAWS / len(dates)), len(controls))).argsort(axis=1)
        groups = np.zeros((len(order), len(made.regions)), dtype=bool)
        np.put_along_axis(groups, controls[order[:, :size]], values=True, axis=1)
        here = window(made, at, made.skipped, made.horizon)
        sold = (here.levels[0] > 0) & (here.levels[1] > 0)
        groups &= sold[None, :]
        groups = groups[groups.any(axis=1)]
        found.append(lifts(here, groups, made.controls[None, :] & ~groups & sold))
    return Lifts(*(np.concatenate([getattr(one, name) for one in found]) for name in Lifts.__slots__))


def sized(placebos: Lifts, found: Lifts) -> tuple[Series, Series]:
    """The placebos' lifts of both channels, each as large as the group's own error (one row) is expected to be."""

    def size(one: Lifts) -> Series:
        half = (1 - COMMON) / 2
        parts = half * one.averaged / placebos.averaged.mean() + half * one.missed / (placebos.missed.mean() or 1.0)
        deviation: Series = np.sqrt((COMMON + parts) * one.spread)
        return deviation

    ratio = size(found)[0] / size(placebos)
    return placebos.affected * ratio, placebos.affecting * ratio


def inflation(controls: int, level: float) -> float:
    """How much larger placebos are taken than they are: all share the same few controls, which tell quantiles badly."""
    two_sided = (1 + level) / 2
    return float(stdtrit(max(5.0, controls / 2), two_sided) / stdtrit(1e9, two_sided))


def gaps(made: Comparison, weights: Series) -> tuple[Series, Series]:
    """By week, orders of each channel where the campaign ran less those of the weighted controls at their level."""
    at = made.before
    found = []
    for orders in (made.affected, made.affecting):
        level = orders[:, :at].mean(axis=1)
        here = orders[made.treated].sum(axis=0)
        found.append(here - here[:at].mean() * (weights @ (orders / np.where(level > 0, level, 1.0)[:, None])))
    return found[0], found[1]
