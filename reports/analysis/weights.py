"""Weights of control regions, and the estimators of reference: differences, synthetic control, and both at once."""

import numpy as np
from numpy.typing import NDArray

from reports.analysis.panel import Series

Mask = NDArray[np.bool_]

HEAVY = 1e4  # how much heavier than the fit the sum to one weighs, before the sum is made exact
FLOOR = 1e-8  # of the mean square: makes the weights of equal controls equal
ROUNDS = 200


def simplex_weights(fit: Series, target: Series, allowed: Mask, ridge: float = 0.0) -> Series:
    """Weights w ≥ 0 with sum 1 that minimise wᵀ·fit·w − 2·wᵀ·target + ridge·|w|², one row for each row of ``target``.

    ``fit`` (n × n) is the Gram matrix of all regions; ``allowed`` (rows × n) says whom a row may use, one at least.
    Exact, by block principal pivoting of all rows at once (Kim and Park 2011) with the sum to one as a heavy row.
    """
    used = np.flatnonzero(allowed.any(axis=0))
    fit = fit[np.ix_(used, used)]
    scale = float(np.trace(fit)) / len(used) + ridge or 1.0
    gram = fit / scale + HEAVY + (ridge / scale + FLOOR) * np.eye(len(used))
    positive: Series = np.maximum(_pivoted(gram, target[:, used] / scale + HEAVY, allowed[:, used]), 0.0)
    weights = np.zeros_like(target)
    weights[:, used] = positive / positive.sum(axis=1, keepdims=True)
    return weights


def _pivoted(gram: Series, aim: Series, allowed: Mask) -> Series:
    """Non-negative least squares of each row: free all, then exchange who is infeasible; when stuck, only the last."""
    free, open_rows = allowed.copy(), np.arange(len(aim))
    weights = np.zeros_like(aim)
    fewest, patience = np.full(len(aim), aim.shape[1] + 1), np.full(len(aim), 3)
    for _ in range(ROUNDS):
        solved = _solved(gram, aim[open_rows], free[open_rows])
        weights[open_rows] = solved
        slack = solved @ gram - aim[open_rows]
        inside = free[open_rows]
        wrong = (inside & (solved < -1e-10)) | (~inside & allowed[open_rows] & (slack < -1e-7))
        count = wrong.sum(axis=1)
        better = count < fewest[open_rows]
        fewest[open_rows] = np.where(better, count, fewest[open_rows])
        patience[open_rows] = np.where(better, 3, patience[open_rows] - 1)
        stuck = patience[open_rows] < 0
        last = wrong.shape[1] - 1 - np.argmax(wrong[:, ::-1], axis=1)
        wrong[stuck] &= np.arange(wrong.shape[1]) == last[stuck, None]
        free[open_rows] = inside ^ wrong
        open_rows = open_rows[count > 0]
        if not len(open_rows):
            break
    return weights


def _solved(gram: Series, aim: Series, free: Mask) -> Series:
    """The unconstrained optimum among the free; zero for others."""
    both = free[:, :, None] & free[:, None, :]
    matrix = np.where(both, gram, np.eye(gram.shape[1]))
    solution: Series = np.linalg.solve(matrix, np.where(free, aim, 0.0)[..., None])[..., 0]
    return solution


def synthetic_weights(treated: Series, controls: Series, ridge: float = 0.0) -> Series:
    """Weights of the controls (n × weeks) whose sum, up to a constant, is nearest to the treated (weeks)."""
    centred = controls - controls.mean(axis=1, keepdims=True)
    fit, target = centred @ centred.T, centred @ (treated - treated.mean())
    weights: Series = simplex_weights(fit, target[None, :], np.ones((1, len(controls)), dtype=bool), ridge)[0]
    return weights


def difference_in_differences(treated: Series, controls: Series, before: int) -> float:
    """Mean change of the treated series less that of the mean control; ``before`` counts the weeks of no effect."""
    return _change(treated - controls.mean(axis=0), before)


def synthetic_control(treated: Series, controls: Series, before: int) -> float:
    """The same against the weighted controls: synthetic control with an intercept (Doudchenko and Imbens 2016)."""
    weights = synthetic_weights(treated[:before], controls[:, :before])
    return _change(treated - weights @ controls, before)


def synthetic_difference(treated: Series, controls: Series, before: int) -> float:
    """Synthetic difference in differences: weights of regions and of weeks (Arkhangelsky et al. 2021, AER 111)."""
    after = controls.shape[1] - before
    noise = float(np.diff(controls[:, :before], axis=1).std(ddof=1))
    regions = synthetic_weights(treated[:before], controls[:, :before], np.sqrt(after) * noise**2 * before)
    weeks = synthetic_weights(controls[:, before:].mean(axis=1), controls[:, :before].T, 1e-12 * noise**2)
    gap = treated - regions @ controls
    return float(gap[before:].mean()) - float(weeks @ gap[:before])


def _change(gap: Series, before: int) -> float:
    return float(gap[before:].mean() - gap[:before].mean())
