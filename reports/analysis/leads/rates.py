"""How many leads become customers, where the young ones have not had their time yet.

A lead of age t has had the share G(t) of its chance: G is the curve of how long won leads took, pooled over sources. So
the rate of a source is its won leads over Σ G(age), and a source is not called bad for being young.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.analysis.proportions import wilson
from reports.analysis.survival import Curve, kaplan_meier

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_DRAWS = 200
_Z = 1.7507  # 92 %
LEAST_WON = 20  # to say how long it takes; below, rates stay raw


@dataclass(frozen=True, slots=True)
class Rate:
    """``value`` of the leads that are or will be won; ``naive`` so far. ``maturity`` is their mean G, 1 is all ripe.

    ``mature`` leads are Σ G: the denominator. Ends hold 90 %.
    """

    value: float
    low: float
    high: float
    naive: float
    leads: int
    won: int
    mature: float

    @property
    def maturity(self) -> float:
        return self.mature / self.leads if self.leads else 0.0


def waiting(days: Floats, won: Flags) -> Curve:
    """How long the won ones take. ``days`` until won, or the age of a lead that is not.

    Most leads are never won, so the curve of all levels off below 1; divided by where it levels off it is G. What takes
    longer than anything seen is not in it.
    """
    curve = kaplan_meier(days, won)
    top = curve.done[-1] if len(curve.done) else 1.0
    return Curve(curve.times, curve.done / top, curve.low / top, np.minimum(curve.high / top, 1.0), curve.n)


def rates(source: NDArray[np.int64], days: Floats, won: Flags, age: Floats, seed: int = 0) -> list[Rate]:
    """The rate of each source 0, 1, …; ``age`` is that of the lead today, ``days`` as in ``waiting``.

    The interval is Wilson's on the mature leads, widened for what is not known of G by a bootstrap over leads. Both
    are taken at 92 %: deals that are signed in clumps (all on Fridays) tell less of G than so many leads would.
    """
    size = int(source.max()) + 1 if len(source) else 0
    if won.sum() < LEAST_WON:
        ripe, doubt = np.ones(len(age)), np.zeros(size)
    else:
        ripe = waiting(days, won).by(age)
        doubt = _doubt(source, days, won, age, size, seed)
    leads, done = np.bincount(source, minlength=size), np.bincount(source, won, size)
    mature = np.maximum(np.bincount(source, ripe, size), done)  # each won lead had its chance
    return [_rate(int(leads[n]), int(done[n]), float(mature[n]), float(doubt[n])) for n in range(size)]


def _rate(leads: int, won: int, mature: float, doubt: float) -> Rate:
    value = won / mature if mature else 0.0
    low, high = wilson(won, mature, _Z)
    spread = _Z * value * doubt
    return Rate(
        value, max(0.0, value - np.hypot(value - low, spread)), min(1.0, value + np.hypot(high - value, spread)),
        won / leads if leads else 0.0, leads, won, mature,
    )  # fmt: skip


def _doubt(source: NDArray[np.int64], days: Floats, won: Flags, age: Floats, size: int, seed: int) -> Floats:
    """The relative error of each source's mature leads, by drawing the leads that G rests on anew."""
    generator = np.random.default_rng(seed)
    moments, place = np.unique(days, return_inverse=True)
    ripe_at = np.searchsorted(moments, age, side="right")
    found = np.empty((_DRAWS, size))
    for n in range(_DRAWS):
        times = np.bincount(generator.integers(0, len(days), len(days)), minlength=len(days)).astype(float)
        done = _done(times, place, won, len(moments))
        ripe = np.concatenate([[0.0], done / done[-1]])[ripe_at] if done[-1] > 0 else np.ones(len(age))
        found[n] = np.bincount(source, ripe, size)
    mean = found.mean(axis=0)
    return np.asarray(np.divide(found.std(axis=0), mean, out=np.ones(size), where=mean > 0))


def _done(times: Floats, place: NDArray[np.int64], won: Flags, size: int) -> Floats:
    """Kaplan and Meier's curve at each moment, where lead i stands ``times[i]`` times at moment ``place[i]``."""
    events, leaving = np.bincount(place, times * won, size), np.bincount(place, times, size)
    risk = len(times) - np.concatenate([[0.0], np.cumsum(leaving)[:-1]])
    return np.asarray(1 - np.cumprod(1 - np.divide(events, risk, out=np.zeros(size), where=risk > 0)))
