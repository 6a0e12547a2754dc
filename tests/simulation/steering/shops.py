"""Customers who buy as BG/NBD says, shops that change beyond it, and CDNOW's; and forecasts as of past weeks."""

import gzip
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.random import Generator

from reports.analysis.estimate import Answer, Estimate
from reports.analysis.lifetime.ahead import Bought, _between, _came, _worth, purchases_ahead, value_ahead
from tests.simulation.steering.question import Figures

CDNOW = Path(__file__).parents[4] / "shared" / "data" / "ltv" / "CDNOW_sample.txt.gz"
WEEKS = 78
AHEAD = (4, 8, 13)
Cut = tuple[int, int]  # weeks known, weeks ahead


def shop(
    seed: int | Generator, customers: int = 4_000, weeks: int = WEEKS, *, swing: float = 0.0, leave: bool = True
) -> Bought:  # fmt: skip
    """Acquired through two thirds of the weeks. ``swing`` is by how much the rate of purchases wanders, as a share."""
    random = np.random.default_rng(seed)
    begun = random.integers(0, 7 * weeks * 2 // 3, customers)
    rate = random.gamma(0.6, 1 / 6.0, customers) / 7  # a day
    leaves = random.beta(0.8, 2.5, customers) if leave else np.zeros(customers)
    wander = 1 + swing * np.sin(2 * np.pi * np.arange(7 * weeks) / (7 * 52) + random.uniform(0, 2 * np.pi))
    alive = np.ones(customers, bool)
    who, when = [np.arange(customers)], [begun]
    for day in range(7 * weeks):
        alive &= ~((day == begun) & (random.random(customers) < leaves))
        buys = np.flatnonzero(alive & (day > begun) & (random.random(customers) < rate * wander[day]))
        alive[buys] = random.random(len(buys)) >= leaves[buys]
        who.append(buys)
        when.append(np.full(len(buys), day))
    customer, day_of = np.concatenate(who), np.concatenate(when)
    mean = random.gamma(6.0, 5.0, customers)
    return Bought(customer.astype(np.int64), 730_000 + day_of.astype(np.int64), random.gamma(4.0, mean[customer] / 4.0))


def clockwork(random: Generator, customers: int = 6_000, *, december: float = 0.0) -> Bought:
    """Not by the model: whoever buys does so rather regularly, leaves as time passes, and spends log-normally.

    More and more join as weeks go by. ``december``: how much more is bought in five weeks of every 52, as a share.
    """
    days = 7 * WEEKS
    begun = np.floor(days * 2 / 3 * random.beta(1.5, 1.0, customers))
    every = 35 * random.lognormal(0.0, 0.8, customers)  # days
    leaves = begun + random.gamma(0.7, 400.0, customers)
    pace = np.cumsum(1 + december * ((np.arange(days) // 7 + random.integers(52)) % 52 < 5))
    steps = every[:, None] * random.gamma(2.0, 0.5, (customers, 60))
    told = pace[begun.astype(int)][:, None] + np.cumsum(steps, axis=1)
    when = np.searchsorted(pace, told)
    who, which = np.nonzero((when < days) & (when <= leaves[:, None]))
    customer = np.concatenate([np.arange(customers), who])
    day = np.concatenate([begun.astype(int), when[who, which]])
    mean = random.lognormal(3.5, 0.6, customers)
    return Bought(customer, 730_000 + day, mean[customer] * random.lognormal(-0.18, 0.6, len(customer)))


@lru_cache(maxsize=1)
def cdnow() -> Bought:
    with gzip.open(CDNOW, "rt") as lines:
        rows = [line.split() for line in lines if line.strip()]
    days = [date.fromisoformat(f"{row[2][:4]}-{row[2][4:6]}-{row[2][6:]}").toordinal() for row in rows]
    return Bought(np.array([int(row[1]) for row in rows]), np.array(days), np.array([float(row[4]) for row in rows]))


def cuts(step: int = 1, spans: Sequence[int] = AHEAD) -> list[Cut]:
    """Each week at which the back-test has two windows side by side, and what was forecast is known."""
    return [(week, ahead) for ahead in spans for week in range(13 + 2 * ahead, WEEKS - ahead + 1, step)]


def held(bought: Bought, week: int, ahead: int, what: str) -> tuple[Answer, float]:
    """The answer of who knows no more than the first weeks, and what came then."""
    until = int(bought.day.min()) + 7 * week
    known = bought.day <= until
    past = Bought(bought.customer[known], bought.day[known], bought.money[known])
    if what == "purchases":
        return purchases_ahead(past, until, ahead), _between(bought, until, ahead, _came)
    return value_ahead(past, until, ahead, "USD"), _between(bought, until, ahead, _worth)


def ahead_of(bought: Bought, at: Sequence[Cut]) -> Figures:
    """Whether the interval holds what came, of forecasts that are given; and how far its ends lie apart."""
    figures: dict[str, list[float]] = {}
    for what in ("purchases", "value"):
        for week, ahead in at:
            answer, came = held(bought, week, ahead, what)
            given = isinstance(answer, Estimate)
            figures.setdefault(f"given, {what}", []).append(float(given))
            if isinstance(answer, Estimate):
                figures.setdefault(f"held, {what}", []).append(float(answer.low <= came <= answer.high))
                figures.setdefault(f"high / low, {what}", []).append(answer.high / answer.low)
    return figures


def some_cuts(random: Generator) -> list[Cut]:
    return [(int(random.integers(13 + 2 * ahead, WEEKS - ahead + 1)), ahead) for ahead in AHEAD]
