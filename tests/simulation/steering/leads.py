"""Leads of which is known what part will ever be won, and channels of which is known whose leads are worth most."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from reports.analysis.kpi.leads import cheap_leads
from reports.analysis.leads.rates import Flags, Floats, Rate, rates
from reports.analysis.lifetime.purchases import Integers
from tests.simulation.steering.question import Figures

OLDEST = np.array([400, 200, 90, 45])


@dataclass(frozen=True, slots=True, eq=False)
class Leads:
    """Of sources 0 to 3, the youngest last; ``rate`` is the truth of each."""

    source: Integers
    days: Floats
    won: Flags
    age: Floats
    rate: Floats

    def rates(self, seed: int) -> list[Rate]:
        return rates(self.source, self.days, self.won, self.age, seed)


def alike(random: Generator) -> Leads:
    """Four sources of one rate of 8 %, whose leads come evenly and are won after gamma times of 45 days."""
    source = np.repeat(np.arange(4), 1_500)
    age = random.integers(1, OLDEST[source] + 1).astype(float)
    return _leads(random, source, age, np.full(4, 0.08), np.ceil(random.gamma(1.5, 30, len(source))))


def long_waits(random: Generator, *, slow: float = 1.0) -> Leads:
    """Unequal sources, leads that come in waves, and log-normal times with a long tail; ``slow``: of the youngest."""
    source = np.repeat(np.arange(4), [2_600, 1_700, 1_200, 900])
    age = _in_waves(random, source)
    takes = np.ceil(21 * np.exp(random.normal(size=len(source))))
    takes = np.where(source == 3, np.ceil(slow * takes), takes)
    return _leads(random, source, age, random.permutation([0.03, 0.06, 0.10, 0.15]), takes)


def signing_days(random: Generator, *, every: int) -> Leads:
    """A large seller whose few deals are signed every so many days, after Weibull times that most often are short."""
    source = np.repeat(np.arange(4), 6_000)
    age = _in_waves(random, source)
    today = random.uniform(0, every)
    agreed = 35 * random.weibull(0.8, len(source)) - age + today  # counted from a day of signing
    signed = np.ceil(agreed / every) * every - today
    return _leads(random, source, age, random.permutation([0.012, 0.018, 0.025, 0.035]), np.ceil(signed + age))


def few(random: Generator) -> Leads:
    """A small seller: 150 leads of each source."""
    source = np.repeat(np.arange(4), 150)
    age = random.integers(1, OLDEST[source] + 1).astype(float)
    return _leads(random, source, age, np.full(4, 0.12), np.ceil(random.gamma(2.5, 14, len(source))))


def told(worlds: Iterable[Leads], run: int) -> Figures:
    figures: dict[str, list[float]] = defaultdict(list)
    for leads in worlds:
        for oldest, rate, truth in zip(OLDEST, leads.rates(run), leads.rate, strict=True):
            figures[f"error in points, up to {oldest} days old"].append(100 * (rate.value - truth))
            figures[f"held, up to {oldest} days old"].append(float(rate.low <= truth <= rate.high))
    return figures


def _in_waves(random: Generator, source: Integers) -> Floats:
    """Ages: twice as many leads come at the height of a wave as at its bottom, and the more the later."""
    oldest, phase = OLDEST[source], random.uniform(0, 2 * np.pi)
    age = np.empty(len(source))
    open_ = np.ones(len(source), bool)
    while open_.any():
        drawn = random.uniform(0, oldest[open_])
        height = (2 + np.sin(2 * np.pi * drawn / 90 + phase)) / 3 * np.exp(-drawn / (2 * oldest[open_]))
        taken = random.random(len(drawn)) < height
        age[np.flatnonzero(open_)[taken]] = np.ceil(drawn[taken])
        open_[np.flatnonzero(open_)[taken]] = False
    return age


def _leads(random: Generator, source: Integers, age: Floats, rate: Floats, takes: Floats) -> Leads:
    takes = np.maximum(takes, 0.0)
    won = (random.random(len(source)) < rate[source]) & (takes <= age)
    return Leads(source, np.where(won, takes, age), won, age, np.asarray(rate, float))


@dataclass(frozen=True, slots=True)
class Channels:
    spend: NDArray[np.float64]
    contribution: list[Floats]

    def flagged(self, run: int) -> Figures:
        names = [f"channel {one}" for one in range(len(self.spend))]
        return {"K3 fires": [float(bool(cheap_leads(names, self.spend, self.contribution, run).fired))]}


def two_channels(random: Generator, *, upside_down: bool) -> Channels:
    """400 leads at 10 and 100 at 40; upside down, one in a hundred of the cheap ones is won and one in five others."""
    rates = (0.01, 0.20) if upside_down else (0.20, 0.20)
    values = (150.0, 900.0) if upside_down else (900.0, 900.0)
    made = [
        np.where(random.random(n) < rate, value, 0.0) for n, rate, value in zip((400, 100), rates, values, strict=True)
    ]
    return Channels(np.array([4_000.0, 4_000.0]), made)


def many_channels(random: Generator, power: float, channels: int = 6) -> Channels:
    """Costs by lead from 8 to 80; what comes by spend goes with their ``power``: 0 is equal, above it cheap is worse.

    Orders are log-normal, one in ten is sent back at a loss, and budgets differ.
    """
    cost = np.geomspace(8, 80, channels) * np.exp(0.1 * random.normal(size=channels))
    spend = 9_000 * np.exp(0.4 * random.normal(size=channels))
    made = []
    for price, budget in zip(cost, spend, strict=True):
        n = max(int(budget / price), 10)
        back = 1.6 * price * (price / np.sqrt(8 * 80)) ** power
        rate = min(0.3, 0.03 * (price / 8) ** 0.5)
        order = random.lognormal(np.log(back / rate) - 0.5, 1.0, n) / 0.87
        order = np.where(random.random(n) < 0.1, -0.3 * order, order)
        made.append(np.where(random.random(n) < rate, order, 0.0))
    return Channels(spend, made)
