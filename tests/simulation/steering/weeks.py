"""Weekly figures of which is known whether they have a trend, and what their ratio is."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from reports.analysis.kpi.credit import trend
from reports.analysis.kpi.ratios import ratio_band
from reports.analysis.kpi.spans import comfort, local_win
from tests.simulation.steering.question import Figures

Floats = NDArray[np.float64]

WEEKS = 13
_TIMES = 10  # series of one run: they are quick
MODELS = 8


def ratios(random: Generator, carried: float) -> Figures:
    """Orders that follow spend at 3 to 1, both with noise that is carried over from week to week."""
    bands = []
    for _time in range(_TIMES):
        spend = 1_000 * np.exp(0.25 * _carried(random, carried))
        bands.append(ratio_band(3 * spend * (1 + 0.15 * _carried(random, carried)), spend))
    return {"held": [float(one is not None and one.low <= 3 <= one.high) for one in bands]}


def counted_ratios(random: Generator) -> Figures:
    """Costs by order of a small seller: counts, a season and some weeks of much spend; the next week has some of it."""
    bands, weeks = list[bool](), np.arange(WEEKS + 1)
    for _time in range(_TIMES):
        spend = random.gamma(6.0, 50.0, WEEKS + 1) * (1 + 0.3 * np.sin(2 * np.pi * (weeks / 26 + random.random())))
        expected = (0.75 * spend[1:] + 0.25 * spend[:-1]) / 25
        orders = random.negative_binomial(12, 12 / (12 + expected)).astype(float)
        band = ratio_band(orders, spend[1:])
        bands.append(band is not None and band.low <= 1 / 25 <= band.high)
    return {"held": [float(one) for one in bands]}


def models_without_trend(random: Generator, carried: float) -> Figures:
    """Shares by eight models that look at the same orders, each with some noise of its own."""
    called = []
    for _time in range(_TIMES):
        common = _carried(random, carried)
        own = [_carried(random, carried) for _model in range(MODELS)]
        found = trend({f"model {n}": 0.2 + 0.02 * common + 0.01 * one for n, one in enumerate(own)})
        called.append(float(found is not None and found.direction != 0))
    return {"trend called (K13)": called}


def local_wins(random: Generator, falls: float = 0.0) -> Figures:
    """A campaign's cost by conversion and the whole contribution, which fall by a share each week or do not."""
    fired = []
    for _time in range(_TIMES):
        level = np.exp(-falls * np.arange(WEEKS))
        conversions = random.poisson(80, WEEKS).astype(float)
        spend = 2_000 * level * np.exp(0.05 * _carried(random, 0.3))
        whole = 9_000 * level * np.exp(0.08 * _carried(random, 0.3))
        fired.append(float(bool(local_win(spend, np.maximum(conversions, 1.0), whole).fired)))
    return {"K10 fires": fired}


def comforts(random: Generator, grows: float) -> Figures:
    """A figure that is always at its goal, while contribution grows by a share each week."""
    fired = []
    for _time in range(_TIMES):
        whole = 9_000 * np.exp(grows * np.arange(26) + 0.08 * _carried(random, 0.3, 26))
        fired.append(float(bool(comfort(np.ones(26, bool), whole).fired)))
    return {"K18 fires": fired}


def _carried(random: Generator, carried: float, weeks: int = WEEKS) -> Floats:
    """Noise of variance 1."""
    found = random.normal(size=weeks) * np.sqrt(1 - carried**2)
    found[0] = random.normal()
    for week in range(1, weeks):
        found[week] += carried * found[week - 1]
    return np.asarray(found)
