"""How alike two orders are: Kendall's tau-b and Spearman's rho, with ties."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def kendall(a: Floats, b: Floats) -> float:
    """Tau-b, 0 where one of them does not vary."""
    above = np.triu_indices(len(a), 1)
    first, second = (np.sign(one[:, None] - one[None, :])[above] for one in (a, b))
    pairs = np.sqrt((first**2).sum() * (second**2).sum())
    return float((first * second).sum() / pairs) if pairs else 0.0


def spearman(a: Floats, b: Floats) -> float:
    """Pearson's correlation of ranks, 0 where one of them does not vary."""
    return correlation(ranks(a), ranks(b))


def correlation(a: Floats, b: Floats) -> float:
    first, second = a - a.mean(), b - b.mean()
    size = np.sqrt((first @ first) * (second @ second))
    return float(first @ second / size) if size > 0 else 0.0


def ranks(values: Floats) -> Floats:
    """1 for the smallest; ties share the mean of their ranks."""
    _found, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(count) - (count - 1) / 2)[place], np.float64)
