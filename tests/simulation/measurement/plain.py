"""The yardstick: plain synthetic control with pooled placebos, as a careful analyst would write it in an hour.

Weekly orders over each region's own mean before the event, weights of a demeaned simplex least squares fit, and the
90 % quantile of what the same does to random groups of untreated regions on dates of the last year.
"""

import numpy as np
from numpy.random import Generator
from scipy.optimize import nnls

from reports.analysis.event import Event
from reports.analysis.panel import Panel
from tests.simulation.measurement.demand import Array

PLACEBOS = 160
HEAVY = 1e3  # the row that makes weights add up to one
FEWEST = 16  # weeks before a placebo's date
STEP = 6  # weeks between placebo dates


def plain(panel: Panel, event: Event, rng: Generator, level: float = 0.9) -> tuple[float, float]:
    """κ of a launch, and half the width of its interval."""
    a, b = panel.orders[event.affected], panel.orders[event.affecting]
    treated = np.isin(panel.regions, event.regions)
    start = panel.index(event.starts)
    base = a[treated, :start].mean(axis=1).sum()
    per = base * (a.shape[1] - start) / b[treated, start:].sum()
    effect = change(a[treated].sum(axis=0), a[~treated], start, a.shape[1])
    moved = placebos(a[~treated], int(treated.sum()), start, rng)
    return float(-effect * per), float(np.quantile(np.abs(moved), level) * per)


def change(treated: Array, donors: Array, start: int, end: int) -> float:
    """Relative change of the treated series from ``start``, against its synthetic control."""
    mine = treated / treated[:start].mean()
    theirs = donors / donors[:, :start].mean(axis=1, keepdims=True)
    gap = mine - weights(mine[:start], theirs[:, :start]) @ theirs
    return float(gap[start:end].mean() - gap[:start].mean())


def weights(treated: Array, donors: Array) -> Array:
    left = donors - donors.mean(axis=1, keepdims=True)
    found, _ = nnls(np.vstack([left.T, np.full(len(donors), HEAVY)]), np.append(treated - treated.mean(), HEAVY))
    return np.asarray(found / found.sum())


def placebos(donors: Array, size: int, start: int, rng: Generator) -> Array:
    """What the estimator finds in untreated groups; groups of at most a third, so that donors remain."""
    horizon = donors.shape[1] - start
    size = max(1, min(size, len(donors) // 3))
    dates = [date for date in range(start, start - 52, -STEP) if date >= FEWEST]
    moved = []
    for number in range(PLACEBOS):
        group = np.zeros(len(donors), dtype=bool)
        group[rng.choice(len(donors), size, replace=False)] = True
        date = dates[number % len(dates)]
        moved.append(change(donors[group].sum(axis=0), donors[~group], date, date + horizon))
    return np.array(moved)
