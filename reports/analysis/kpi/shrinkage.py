"""Rates of many small campaigns, drawn towards their common one as far as chance alone explains how they differ.

Empirical Bayes with a beta prior by moments (Kleinman 1973): those with few trials are drawn most.
"""

import numpy as np
from numpy.typing import NDArray

from reports.analysis.proportions import Z90

Floats = NDArray[np.float64]


def shrunk(successes: Floats, trials: Floats) -> tuple[Floats, Floats, Floats]:
    """Rates and their 90 % ends; NaN where no campaign has a trial. Raises ValueError for more successes than trials.

    The ends are a normal's around the posterior mean, cut at 0 and 1; the error of the prior itself is not in them.
    """
    if (successes < 0).any() or (successes > trials).any():
        raise ValueError("Successes are part of the trials")
    total = trials.sum()
    if not total:
        nothing = np.full(len(trials), np.nan)
        return nothing, nothing, nothing
    common, size = successes.sum() / total, _prior_size(successes, trials)
    if np.isinf(size):
        mean, spread = np.full(len(trials), common), np.full(len(trials), common * (1 - common) / total)
    else:
        mean = (successes + size * common) / (trials + size)
        spread = mean * (1 - mean) / (trials + size + 1)
    half = Z90 * np.sqrt(spread)
    return mean, np.maximum(mean - half, 0.0), np.minimum(mean + half, 1.0)


def _prior_size(successes: Floats, trials: Floats) -> float:
    """How many trials the common rate counts for; inf where the campaigns differ no more than by chance."""
    kept = trials > 0
    n, k, total = trials[kept], int(kept.sum()), trials.sum()
    common = successes.sum() / total
    if k < 2 or common in (0.0, 1.0):
        return float("inf")
    rates = successes[kept] / n
    between = (n * (rates - common) ** 2).sum()
    by_chance = common * (1 - common) * (k - 1)
    reach = total - (n**2).sum() / total - (k - 1)
    variance = (between - by_chance) / reach if reach > 0 else 0.0
    return float("inf") if variance <= 0 else max(common * (1 - common) / variance - 1, 0.0)
