"""Demand as it would have been: four processes that share nothing but their size, so that no estimator fits them all.

Each gives log demand around a region's own level, regions × weeks. Their spread was fixed once, before any estimator of
the program ran: plain synthetic control errs on them by 0.09 to 0.19 of κ at 5 of 20 regions × 13 weeks and B = 0.4 A.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Array = NDArray[Any]

YEAR = 52


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """``log`` is regions × weeks; ``category`` the part of it that every seller of the category meets.

    ``excess`` draws the multiplier of the means (regions × weeks, mean 1) that makes counts vary more than Poisson's.
    """

    log: Array
    category: Array
    excess: Callable[[Generator], Array]


def factors(rng: Generator, regions: int, weeks: int) -> Demand:
    """Brand and category factors with unequal loadings, autoregressive regions, trends, season, promotion weeks."""
    brand = rng.normal(0.05, 0.03, (regions, 1)) * autoregression(rng, 1, weeks, 0.85)
    category = rng.normal(0.07, 0.02, (regions, 1)) * autoregression(rng, 1, weeks, 0.93)
    season = rng.normal(0.15, 0.03, (regions, 1)) * _wave(weeks, rng.uniform(0, YEAR))
    promoted = (rng.random(weeks) < 5 / YEAR) * rng.uniform(0.1, 0.3, weeks)
    own = 0.08 * autoregression(rng, regions, weeks, 0.6)
    trend = rng.normal(0.02, 0.05, (regions, 1)) * np.arange(weeks) / YEAR
    log = brand + category + season + promoted * rng.uniform(0.3, 1.7, (regions, 1)) + own + trend
    return Demand(log, category + season, lambda rng: rng.gamma(30, 1 / 30, (regions, weeks)))


def walks(rng: Generator, regions: int, weeks: int) -> Demand:
    """Levels that wander, together and each for itself, with breaks after which they stay where they are."""
    common = np.cumsum(rng.normal(0, 0.015, (1, weeks)), axis=1)
    loads = rng.uniform(0.6, 1.4, (regions, 1))
    own = np.cumsum(rng.normal(0, 0.01, (regions, weeks)), axis=1)
    breaks = (rng.random((regions, weeks)) < 0.4 / YEAR) * rng.normal(0, 0.1, (regions, weeks))
    log = loads * common + own + np.cumsum(breaks, axis=1)
    return Demand(log, loads * common, lambda rng: np.ones((regions, weeks)))


def spatial(rng: Generator, regions: int, weeks: int) -> Demand:
    """Neighbours move together, shocks have heavy tails, the season is the country's with each region's own lag."""
    place = rng.uniform(0, 1, (regions, 2))
    apart = np.linalg.norm(place[:, None] - place[None], axis=2)
    near = np.linalg.cholesky(np.exp(-apart / 0.25) + 1e-9 * np.eye(regions))
    shocks = near @ rng.standard_t(4, (regions, weeks + YEAR)) / np.sqrt(2)  # t(4) has variance 2
    own = 0.11 * _recursion(shocks, 0.55)[:, YEAR:]
    lag = rng.uniform(0, YEAR) + rng.normal(0, 1.5, (regions, 1))
    season = rng.uniform(0.1, 0.2) * _wave(weeks, lag) + 0.05 * _wave(weeks, 2 * lag, YEAR / 2)
    country = 0.05 * autoregression(rng, 1, weeks, 0.9)
    local = rng.normal(1, 0.15, (regions, 1))
    excess = rng.uniform(0.05, 0.15, (regions, 1))
    return Demand(
        own + season + local * country, season + country,
        lambda rng: np.exp(excess * rng.standard_normal((regions, weeks)) - excess**2 / 2),
    )  # fmt: skip


def resampled(rng: Generator, regions: int, weeks: int) -> Demand:
    """Blocks of eight weeks of another process, all regions at once, put together anew around a trend."""
    source = (factors, walks, spatial)[rng.integers(3)](rng, regions, 4 * YEAR)
    rest = source.log - source.log.mean(axis=1, keepdims=True)
    moving = rest - _smooth(rest)
    starts = rng.integers(0, 4 * YEAR - 8, -(-weeks // 8))
    at = (starts[:, None] + np.arange(8)).ravel()[:weeks]
    slow = 0.06 * autoregression(rng, regions, weeks, 0.97)
    common = rng.uniform(-0.1, 0.2) * np.arange(weeks) / YEAR + 0.1 * _wave(weeks, rng.uniform(0, YEAR))
    shape = rng.uniform(15, 60)
    return Demand(
        moving[:, at] + slow + common,
        np.broadcast_to(common, (regions, weeks)),
        lambda rng: rng.gamma(shape, 1 / shape, (regions, weeks)),
    )


PROCESSES: dict[str, Callable[[Generator, int, int], Demand]] = {
    "factors": factors, "walks": walks, "spatial": spatial, "resampled": resampled,
}  # fmt: skip


def autoregression(rng: Generator, rows: int, steps: int, rho: float) -> Array:
    """Rows of a first-order process with variance 1, from its steady state."""
    return _recursion(rng.standard_normal((rows, steps + YEAR)), rho)[:, YEAR:]


def _recursion(shocks: Array, rho: float) -> Array:
    out = np.empty_like(shocks)
    out[:, 0] = shocks[:, 0]
    for step in range(1, shocks.shape[1]):
        out[:, step] = rho * out[:, step - 1] + np.sqrt(1 - rho**2) * shocks[:, step]
    return out


def _wave(weeks: int, lag: float | Array, period: float = YEAR) -> Array:
    wave: Array = np.cos(2 * np.pi * (np.arange(weeks) - lag) / period)
    return wave


def _smooth(series: Array, weeks: int = 53) -> Array:
    """A moving mean over a year, its ends continued."""
    padded = np.pad(series, ((0, 0), (weeks // 2, weeks // 2)), mode="edge")
    return np.apply_along_axis(np.convolve, 1, padded, np.full(weeks, 1 / weeks), "valid")
