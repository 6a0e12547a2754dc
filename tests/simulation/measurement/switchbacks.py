"""One market in which advertising on B is switched on and off by lot, week by week within pairs.

Four processes of demand by day; at 26 weeks the plain ratio of on–off differences errs by about 0.075 of κ over them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.random import Generator

from tests.simulation.measurement.demand import Array, autoregression
from tests.simulation.measurement.worlds import MONDAY, taken_of

DAYS = 7  # of a block


@dataclass(frozen=True, slots=True)
class Schedule:
    """``lift`` is what advertising adds to B's orders while it is on."""

    weeks: int = 26
    a_day: float = 60.0
    b_day: float = 60.0
    lift: float = 0.7
    kappa: float | None = None


@dataclass(frozen=True, slots=True)
class Block:
    start: date
    end: date
    pair: int
    on: bool
    a: int
    b: int


@dataclass(frozen=True, slots=True, eq=False)
class Switched:
    """``truth`` is the share of the orders that advertising brought B which A lost by it; all else is by day."""

    blocks: tuple[Block, ...]
    truth: float
    alone: Array
    taken: Array
    extra: Array


def switched(rng: Generator, schedule: Schedule, process: str) -> Switched:
    days = schedule.weeks * DAYS
    log = DAILY[process](rng, days)
    on = np.concatenate([rng.permutation([True, False]) for _ in range(-(-schedule.weeks // 2))])[: schedule.weeks]
    alone = rng.poisson(schedule.a_day * np.exp(log) * rng.gamma(20, 1 / 20, days))
    own = 0.04 * autoregression(rng, 1, days, 0.8)[0]
    mean = schedule.b_day * np.exp(0.7 * log + own)
    base = rng.poisson(mean * rng.gamma(20, 1 / 20, days))
    extra = rng.poisson(schedule.lift * mean * _strength(np.repeat(on, DAYS)))
    kappa = rng.uniform(-0.1, 0.7) if schedule.kappa is None else schedule.kappa
    share = np.clip(kappa + 0.2 * abs(kappa) * autoregression(rng, 1, days, 0.9)[0], -0.3, 0.95)
    taken = taken_of(rng, extra, share, alone)
    a, b = (alone - taken).reshape(-1, DAYS).sum(axis=1), (base + extra).reshape(-1, DAYS).sum(axis=1)
    blocks = tuple(
        Block(MONDAY + timedelta(days=DAYS * at), MONDAY + timedelta(days=DAYS * (at + 1)), at // 2, bool(on[at]), a[at], b[at])
        for at in range(schedule.weeks)
    )  # fmt: skip
    return Switched(blocks, float(taken.sum() / max(1, extra.sum())), alone, taken, extra)


def _strength(on: Array) -> Array:
    """Full while on but for the first day's half; a tenth on the first day off."""
    before = np.concatenate([on[:1], on[:-1]])
    return np.where(on, np.where(before, 1.0, 0.5), np.where(before, 0.1, 0.0))


def _calm(rng: Generator, days: int) -> Array:
    log: Array = 0.10 * autoregression(rng, 1, days, 0.9)[0] + 0.05 * np.cos(2 * np.pi * np.arange(days) / 365)
    return log + _weekday(rng, days)


def _wandering(rng: Generator, days: int) -> Array:
    walk: Array = np.cumsum(rng.normal(0, 0.012, days) + (rng.random(days) < 2 / 365) * rng.normal(0, 0.15, days))
    return walk + _weekday(rng, days)


def _heavy(rng: Generator, days: int) -> Array:
    shocks = 0.05 * rng.standard_t(3, days) * (1 + 2 * (rng.random(days) < 0.02))
    log: Array = np.convolve(shocks, 0.6 ** np.arange(15))[:days]
    return log + _weekday(rng, days)


def _again(rng: Generator, days: int) -> Array:
    """Blocks of nine days of the other processes' changes around their own fortnight, put together anew."""
    source = (_calm, _wandering, _heavy)[rng.integers(3)](rng, 730)
    rest = source - np.convolve(np.pad(source, 14, mode="edge"), np.full(29, 1 / 29), "valid")
    starts = rng.integers(0, 730 - 9, -(-days // 9))
    blocks: Array = rest[(starts[:, None] + np.arange(9)).ravel()[:days]]
    slow: Array = 0.08 * autoregression(rng, 1, days, 0.98)[0]
    return np.asarray(blocks + slow)


def _weekday(rng: Generator, days: int) -> Array:
    week: Array = np.tile(rng.normal(0, 0.15, DAYS), -(-days // DAYS))[:days]
    return week


DAILY: dict[str, Callable[[Generator, int], Array]] = {
    "calm": _calm, "wandering": _wandering, "heavy": _heavy, "again": _again,
}  # fmt: skip
