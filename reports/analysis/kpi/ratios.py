"""The interval of a ratio of two weekly sums.

Fieller's (1954), with HAC covariances over half of the weeks and critical values as in ``slopes``; it has no ends where
the denominator may be nothing. Measured with 90 % asked: .93 without carry-over, .88 at .3, .84 at .5, .78 at .7 for 13
weeks.
"""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reports.analysis.kpi.slopes import FEWEST, LEVEL, Slope, shocks

Floats = NDArray[np.float64]


def ratio_band(top: Floats, bottom: Floats) -> Slope | None:
    """Σ top / Σ bottom by week; None with fewer than six weeks or where the denominator may be nothing."""
    n = len(top)
    if n < FEWEST or bottom.sum() <= 0:
        return None
    covariance = _covariance(np.stack([top, bottom])[None])[0]
    above, below, t = float(top.mean()), float(bottom.mean()), critical(n)
    a = below**2 - t * t * covariance[1, 1]
    b = above * below - t * t * covariance[0, 1]
    c = above**2 - t * t * covariance[0, 0]
    if a <= 0:
        return None
    root = math.sqrt(max(b * b - a * c, 0.0))
    return Slope(above / below, (b - root) / a, (b + root) / a, n)


@lru_cache(maxsize=64)
def critical(n: int) -> float:
    """How many HAC errors a mean strays from the truth in 90 % of simulations."""
    drawn = shocks(n)
    error = np.sqrt(_covariance(drawn[:, None, :])[:, 0, 0])
    return float(np.quantile(np.abs(drawn.mean(axis=1)) / np.maximum(error, 1e-12), LEVEL))


def _covariance(series: Floats) -> Floats:
    """Of the means: … × k × n to … × k × k."""
    n = series.shape[-1]
    level = series - series.mean(axis=-1, keepdims=True)
    found = level @ level.swapaxes(-1, -2)
    for lag in range(1, n // 2 + 1):
        beside = level[..., lag:] @ level[..., : n - lag].swapaxes(-1, -2)
        found = found + (1 - lag / (n // 2 + 1)) * (beside + beside.swapaxes(-1, -2))
    return np.asarray(found / n**2)
