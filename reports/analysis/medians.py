"""The middle of skewed values, such as of orders, with the interval of the bootstrap."""

from collections.abc import Sequence

import numpy as np
from scipy.stats import binom

from reports.analysis.weekly import Floats

FEWEST = 10


def median(values: Sequence[float] | Floats, level: float = 0.9) -> tuple[float, float, float] | None:
    """The median and the ends of its percentile bootstrap; None with fewer than ten values.

    No draws are needed: of n values drawn with replacement the middle one is at most the k-th smallest with the
    binomial chance that more than half of n draws fall on the k smallest (Efron 1979). Of two middle ones the lower
    says the lower end and the upper the upper.
    """
    n = len(values)
    if n < FEWEST or not np.isfinite(values).all():
        return None
    order = np.sort(values)
    places = np.arange(1, n + 1) / n
    low = int(np.searchsorted(binom.sf((n - 1) // 2, n, places), (1 - level) / 2))
    high = int(np.searchsorted(binom.sf(n // 2, n, places), (1 + level) / 2))
    return float(np.median(order)), float(order[low]), float(order[min(high, n - 1)])
