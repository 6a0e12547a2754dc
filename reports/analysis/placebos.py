"""What no event would have looked like: random groups of controls at pseudo-dates, by the estimator of the event.

All estimates are linear in the regions, so that a window is its Gram matrix and each region's change, and a group is
a row of shares less weights: hundreds of placebos cost a few batched solutions. Everything is per weekly order that
the group had of the affected channel before. Design of facts: pooled over space and time, since one date alone
under-covers among the answers that happen to be narrow.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from reports.analysis.comparison import Comparison
from reports.analysis.panel import Series
from reports.analysis.weights import Mask, simplex_weights

DRAWS = 160
DATES = 8
SHORTEST = 12  # weeks before a pseudo-date
PART = 0.6  # of the true weeks before that a pseudo-date has at least: shorter ones fit worse than the event
RIDGE = 0.75  # in variances of a control's weekly change: spreads weights that one week's noise would concentrate
AVERAGED, MISSED = (
    0.55,
    0.3,
)  # of the error's variance: averages over regions, shows in the fit before; the rest does not
LEVEL = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Shift:
    """A window: ``fit`` (regions × regions, mean over the weeks before) and changes per region, plain or detrended.

    ``affected`` per own order before; ``affecting`` and ``money`` in their own units; ``spread``: the variance of the
    change that white noise of 1 a week gives; ``level`` and ``sold``: weekly orders before of both channels.
    """

    fit: Series
    ridge: float
    level: Series
    sold: Series
    affected: Series
    affecting: Series
    money: Series
    slope: Series
    spread: float


@dataclass(frozen=True, slots=True, eq=False)
class Contrast:
    """Of each group: what changed more than in its weighted controls, per weekly order of the affected channel before.

    ``averaged`` is Σ share² + Σ weight², ``missed`` the mean squared gap before: two signs of how large errors are.
    """

    affected: Series
    affecting: Series
    money: Series
    slope: Series
    shares: Series
    weights: Series
    averaged: Series
    missed: Series
    spread: Series


def shifts(made: Comparison, at: int, horizon: int) -> tuple[Shift, Shift]:
    """The change from before week ``at`` to the horizon after it: plain, and with linear trends of before taken off."""
    start = at + made.skipped
    level, sold = made.affected[:, :at].mean(axis=1), made.affecting[:, :at].mean(axis=1)
    own = _cleared(made, at) / np.where(level > 0, level, 1.0)[:, None]
    before, after = np.arange(at) - (at - 1) / 2, start + (horizon - 1) / 2 - (at - 1) / 2
    steepness = before @ before
    series = [own, made.affecting, np.zeros_like(own) if made.money is None else made.money]
    plain = [one[:, start : start + horizon].mean(axis=1) - one[:, :at].mean(axis=1) for one in series]
    slopes = [one[:, :at] @ before / steepness for one in series]
    if made.launched:  # where it sold before, in controls, only what goes beyond the growth of all demand
        slopes[1] = np.zeros_like(slopes[1])
        plain[1] = plain[1] - np.where(made.controls, sold * plain[0], 0.0)
    centred = own[:, :at] - own[:, :at].mean(axis=1, keepdims=True)
    straight = centred - slopes[0][:, None] * before
    noise = np.diff(own[:, :at], axis=1).var(axis=1, ddof=1)[made.controls & (level > 0)]
    ridge = RIDGE * float(np.median(noise)) if len(noise) else 0.0
    spread = 1 / horizon + 1 / at
    bent = [one - slope * after for one, slope in zip(plain, slopes, strict=True)]
    return (
        Shift(centred @ centred.T / at, ridge, level, sold, plain[0], plain[1], plain[2], slopes[0], spread),
        Shift(straight @ straight.T / at, ridge, level, sold, bent[0], bent[1], bent[2], slopes[0],
              spread + after**2 / float(steepness)),
    )  # fmt: skip


def _cleared(made: Comparison, at: int) -> Series:
    """Affected orders less what the category's index explains of them in the weeks before, region by region."""
    if made.category is None:
        return made.affected
    index = made.category / made.category[:, :at].mean(axis=1, keepdims=True) - 1
    inner = made.affected[:, :at] - made.affected[:, :at].mean(axis=1, keepdims=True)
    moved = (index[:, :at] ** 2).sum(axis=1)
    follows = (inner * index[:, :at]).sum(axis=1) / np.where(moved > 0, moved, 1.0)
    cleared: Series = made.affected - follows[:, None] * index
    return cleared


def contrasts(shift: Shift, groups: Mask, allowed: Mask, launched: bool) -> Contrast:
    """Each group (a row of ``groups``) against the weighted regions that its row of ``allowed`` admits."""
    size = groups @ shift.level
    shares = groups * shift.level / size[:, None]
    weights = simplex_weights(shift.fit, shares @ shift.fit, allowed, shift.ridge)
    less = shares - weights
    per_order = 1 / np.where(shift.level > 0, shift.level, 1.0)
    growth = shift.affecting * (per_order if launched else 1 / np.where(shift.sold > 0, shift.sold, 1.0))
    base = np.ones_like(size) if launched else groups @ shift.sold / size
    affecting = groups @ shift.affecting / size - base * (weights @ growth)
    return Contrast(
        less @ shift.affected, affecting, groups @ shift.money / size - weights @ (shift.money * per_order),
        less @ shift.slope, shares, weights, (shares**2 + weights**2).sum(axis=1),
        np.einsum("ri,ij,rj->r", less, shift.fit, less).clip(0), np.full(len(size), shift.spread),
    )  # fmt: skip


def pooled(
    made: Comparison, horizon: int, dates: list[int], seed: int, detrended: bool = False, draws: int = DRAWS
) -> Contrast:
    """Placebo contrasts of random groups of controls at these dates; the same groups, detrended or not."""
    generator = np.random.default_rng(seed)
    controls = np.flatnonzero(made.controls)
    size = group_size(len(controls), int(made.treated.sum()))
    rows = math.ceil(draws / len(dates))
    found: list[Contrast] = []
    for at in dates:
        order = generator.random((rows, len(controls))).argsort(axis=1)
        groups = np.zeros((rows, len(made.regions)), dtype=bool)
        np.put_along_axis(groups, controls[order[:, :size]], values=True, axis=1)
        groups &= (made.affected[:, :at].sum(axis=1) > 0)[None, :]
        groups = groups[groups.any(axis=1)]
        shift = shifts(made, at, horizon)[detrended]
        allowed = made.controls[None, :] & ~groups & (shift.level > 0)
        found.append(contrasts(shift, groups, allowed, made.launched))
    return Contrast(*(np.concatenate([getattr(one, name) for one in found]) for name in Contrast.__slots__))


def group_size(controls: int, treated: int) -> int:
    """Regions of a placebo group: as many as were treated, where that leaves it controls enough."""
    return max(1, min(treated, controls // 3))


def dates_to(latest: int, fewest: int, step: int) -> list[int]:
    """Pseudo-dates back from the latest, none with fewer weeks before it than ``fewest`` but the latest itself."""
    return [latest, *(at for at in (latest - step * k for k in range(1, DATES)) if at >= fewest)]


def placebos_of(made: Comparison, seed: int, detrended: bool = False) -> Contrast:
    """Placebos of the event's horizon, at its date and every 3 weeks of a short history, 6 of a long one, before."""
    fewest = max(SHORTEST, math.ceil(PART * made.before))
    return pooled(made, made.horizon, dates_to(made.before, fewest, 3 if made.before < 52 else 6), seed, detrended)


def foreseen(made: Comparison, seed: int) -> Contrast:
    """Placebos from the weeks before alone, with as long a horizon as they allow: what a design promises."""
    horizon = max(1, min(made.horizon, made.before // 2, made.before - SHORTEST))
    return pooled(made.early(), horizon, dates_to(made.before - horizon, SHORTEST, 3), seed)


def scales(placebos: Contrast, of: Contrast) -> Series:
    """How large an error the contrast (one row) has in units of each placebo's: the ratio of expected deviations."""

    def size(one: Contrast) -> Series:
        averaged, missed = one.averaged / placebos.averaged.mean(), one.missed / (placebos.missed.mean() or 1.0)
        sized: Series = np.sqrt((1 - AVERAGED - MISSED + AVERAGED * averaged + MISSED * missed) * one.spread)
        return sized

    ratio: Series = size(of)[0] / size(placebos)
    return ratio


def freedom(controls: int, treated: int) -> float:
    """Degrees of freedom of placebo draws: all share the same few controls, and the larger the groups the more."""
    return max(5.0, controls / min(2.5, 1 + group_size(controls, treated) / 2))


def inflation(controls: int, treated: int) -> float:
    """How much wider than the placebos' quantile an interval is, as so few controls tell the quantile badly."""
    return float(stdtrit(freedom(controls, treated), (1 + LEVEL) / 2) / stdtrit(1e9, (1 + LEVEL) / 2))


def upper(draws: Series, level: float = LEVEL) -> Series:
    """The quantile of the absolute draws (last axis), by its rank among one more draw than there are."""
    rank = min(draws.shape[-1], math.ceil((draws.shape[-1] + 1) * level)) - 1
    found: Series = np.partition(np.abs(draws), rank, axis=-1)[..., rank]
    return found
