"""Daily orders in which no day is out of the ordinary, until one is made so."""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from reports.analysis.kpi.spikes import LIMIT, scores
from tests.simulation.steering.question import Figures

Floats = NDArray[np.float64]

DAYS = 180
_SERIES = 4  # of one run
_KNOWN = 120  # days that are known when the newest is looked at


def orders(generator: Generator, series: int, days: int = DAYS) -> Floats:
    """About 200 orders a day: a week, a season, a trend, noise of a tenth that carries .3 over, and chance in counts."""
    noise = generator.normal(size=(series, days + 20)) * 0.1 * np.sqrt(1 - 0.3**2)
    for day in range(1, days + 20):
        noise[:, day] += 0.3 * noise[:, day - 1]
    week = np.tile(generator.normal(size=(series, 7)) * 0.2, (1, days // 7 + 1))[:, :days]
    time = np.arange(days) / DAYS
    season = 0.15 * np.sin(2 * np.pi * (time + generator.uniform(size=(series, 1))))
    trend = 0.4 * generator.normal(size=(series, 1)) * time
    return np.asarray(
        np.maximum(generator.poisson(200 * np.exp(week + season + trend + noise[:, 20:])), 0.5), np.float64
    )


def paydays(generator: Generator, series: int, days: int = DAYS, *, a_day: float = 800, tails: bool = False) -> Floats:
    """A seller of another size whose weekdays wander, who sells more about pay-day, and comes to a season.

    Counts are negative binomial; the level moves as the mean of three days' shocks. ``tails``: shocks are Student's t
    with four degrees of freedom, so that some days do lie far off and nothing is behind it.
    """
    time = np.arange(days)
    week = 0.18 * generator.normal(size=(series, 7))[:, time % 7]
    week = week + np.cumsum(0.004 * generator.normal(size=(series, days)), axis=1)
    pay = 0.06 * np.isin((time + generator.integers(30)) % 30, [27, 28, 29, 0, 1])
    middle = generator.uniform(0, days, (series, 1))
    season = 0.25 * np.exp(-(((time - middle) / 18) ** 2))
    drawn = (
        generator.standard_t(4, (series, days + 2)) / np.sqrt(2) if tails else generator.normal(size=(series, days + 2))
    )
    shocks = 0.06 * (drawn[:, 2:] + 0.5 * drawn[:, 1:-1] + 0.25 * drawn[:, :-2])
    mean = a_day * np.exp(week + pay + season + shocks)
    return np.asarray(np.maximum(generator.negative_binomial(300, 300 / (300 + mean)), 0.5), np.float64)


def spikes(make: Callable[..., Floats], random: Generator) -> Figures:
    """False alarms in 180 days and single days of +50 % found, looking back; and as of each newest day."""
    quiet = make(random, _SERIES, DAYS + _KNOWN)
    half_year = quiet[:, :DAYS]
    loud, day = half_year.copy(), int(random.integers(DAYS))
    loud[:, day] *= 1.5
    windows = np.lib.stride_tricks.sliding_window_view(np.log(quiet), _KNOWN, axis=1)
    newest = np.abs(scores(windows)[..., -1])[:, :DAYS] > LIMIT
    last = quiet[:, :_KNOWN].copy()
    last[:, -1] *= 1.5
    return {
        "false alarms in 180 days": (np.abs(scores(np.log(half_year))) > LIMIT).sum(axis=1).tolist(),
        "+50 % found": (scores(np.log(loud))[:, day] > LIMIT).astype(float).tolist(),
        "false alarms of newest days in 180": newest.sum(axis=1).tolist(),
        "+50 % found the same day": (scores(np.log(last))[:, -1] > LIMIT).astype(float).tolist(),
    }
