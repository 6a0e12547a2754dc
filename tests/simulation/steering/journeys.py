"""Journeys of which is known why brand and direct touches are in them."""

from datetime import date
from itertools import pairwise

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from reports.analysis.attribution.caused import signs
from reports.analysis.attribution.journeys import BRAND, DIRECT, NON_BRAND, Floats, Integers, Journeys
from reports.analysis.attribution.weekly import trends, weekly
from tests.simulation.steering.question import Figures

Flags = NDArray[np.bool_]
Seed = int | Generator

MONDAY = date(2026, 1, 5).toordinal()

CHANNELS = ("display", "social", "search", "email", "affiliate", "video", "brand search", "direct")
INTENT = np.array([NON_BRAND] * 6 + [BRAND, DIRECT])
LIFTS = np.array([0.002, 0.004, 0.012, 0.008, 0.006, 0.003, 0.010, 0.005])
COMMON = np.array([0.2, 0.2, 0.15, 0.1, 0.05, 0.1, 0.12, 0.08])


def random_touches(seed: Seed, n: int = 20_000, *, distinct: bool = False, ends: bool = False) -> Journeys:
    """Touches fall at random; each adds to the chance of an order: every one, every channel once, or one by one."""
    random = np.random.default_rng(seed)
    lifts = LIFTS[random.permutation(len(LIFTS))]
    lengths = 1 + random.poisson(2.0, n)
    touch = random.choice(len(CHANNELS), lengths.sum(), p=COMMON)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    if ends:
        return _ending(touch, starts, random.random(len(touch)) < lifts[touch])
    if distinct:
        seen = np.zeros((n, len(CHANNELS)), bool)
        seen[np.repeat(np.arange(n), lengths), touch] = True
        chance = 0.01 + seen @ lifts
    else:
        chance = 0.01 + np.add.reduceat(lifts[touch], starts[:-1])
    return of(touch, starts, random.random(n) < chance)


def wish_to_buy(seed: Seed, n: int = 20_000, *, at_the_end: bool = False) -> Journeys:
    """The wish to buy brings orders, brand searches and visits; no touch adds to anything."""
    random = np.random.default_rng(seed)
    wish = random.beta(1.0, 4.0, n)
    lengths = 1 + random.poisson(2.0, n)
    other = COMMON[:6] / COMMON[:6].sum()
    touch = random.choice(6, lengths.sum(), p=other)
    if at_the_end:
        brings = random.binomial(2, wish)
        places = np.repeat(np.cumsum(lengths), brings)
        touch = np.insert(touch, places, random.choice([6, 7], len(places)))
        lengths = lengths + brings
    else:
        brand = random.random(lengths.sum()) < np.repeat(0.05 + 0.7 * wish, lengths)
        touch = np.where(brand, random.choice([6, 7], len(brand), p=[0.6, 0.4]), touch)
    return of(touch, np.concatenate([[0], np.cumsum(lengths)]), random.random(n) < 0.005 + 0.15 * wish)


def touch_by_touch(random: Generator, n: int = 15_000, *, season: float = 0.0) -> Journeys:
    """Touches at random, of people who see unequally much; odds of an order multiply from touch to touch.

    Each touch may be the one that ends in an order; brand and direct ones multiply the odds by up to 2.5. ``season``: by
    how much the share of brand and direct touches swings over 26 weeks, as a share, for everybody alike.
    """
    lengths = np.minimum(1 + random.poisson(1.2 * random.lognormal(0.0, 1.0, n)), 60)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    common = random.dirichlet(30 * COMMON)
    day = random.integers(0, 182, n)
    swing = np.repeat(1 + season * np.sin(2 * np.pi * day / 182), lengths)
    named = random.random(len(swing)) < common[6:].sum() * swing
    ads = random.choice(6, len(named), p=common[:6] / common[:6].sum())
    touch = np.where(named, random.choice([6, 7], len(named), p=common[6:] / common[6:].sum()), ads)
    odds = np.log(0.006) + random.uniform(0, np.log(2.5), len(CHANNELS))[touch]
    order = np.arange(len(touch)) - np.repeat(starts[:-1], lengths)
    sells = random.random(len(touch)) < 1 / (1 + np.exp(-odds - 0.05 * np.minimum(order, 10)))
    return _ending(touch, starts, sells, MONDAY + day)


def come_to_want(random: Generator, n: int = 20_000) -> Journeys:
    """One in eight comes to want it at some touch; from then on the brand's name and its address bring him back.

    Only who wants it buys, at a rate of his own; no touch adds to anything.
    """
    lengths = np.minimum(1 + random.negative_binomial(0.9, 0.3, n), 60)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    since = np.where(random.random(n) < 0.125, np.floor(random.random(n) * lengths), np.inf)
    order = np.arange(starts[-1]) - np.repeat(starts[:-1], lengths)
    wants = order >= np.repeat(since, lengths)
    named = random.random(len(wants)) < np.where(wants, 0.6, 0.08)
    touch = np.where(named, random.choice([6, 7], len(named)), random.integers(0, 6, len(named)))
    sells = wants & (random.random(len(wants)) < np.repeat(random.beta(2, 8, n), lengths))
    return _ending(touch, starts, sells)


def converting(journeys: Journeys) -> Journeys:
    """What a shop sees: those that bought."""
    kept = journeys.conversions > 0
    lengths = journeys.lengths
    touch = journeys.touch[np.repeat(kept, lengths)]
    ends_on = None if journeys.ends_on is None else journeys.ends_on[kept]
    return of(touch, np.concatenate([[0], np.cumsum(lengths[kept])]), np.ones(kept.sum(), bool), ends_on)


def of(touch: Integers, starts: Integers, bought: Flags, ends_on: Integers | None = None) -> Journeys:
    done: Floats = bought.astype(float)
    return Journeys(CHANNELS, touch, starts, done, 50 * done, 1 - done, intent=INTENT[touch], ends_on=ends_on)


def warned(journeys: Journeys, run: int) -> Figures:
    """Whether the warning fires of all journeys, and of those alone that a shop sees."""
    views = {"with nulls": journeys, "converters only": converting(journeys)}
    return {f"warns, {name}": [float(bool(signs(view, run).fired))] for name, view in views.items()}


def called(journeys: Journeys, run: int) -> Figures:
    """Whether a trend of some channel is called, by channel."""
    found = trends(weekly(journeys, seed=run), journeys.channels)
    return {"trend called (K13)": [float(one.call is not None) for one in found.values() if one.models]}


def _ending(touch: Integers, starts: Integers, sells: Flags, ends_on: Integers | None = None) -> Journeys:
    """Each journey up to the first touch that sells."""
    kept, lengths, bought = list[int](), list[int](), list[bool]()
    for begin, end in pairwise(starts.tolist()):
        hits = np.flatnonzero(sells[begin:end])
        last = begin + hits[0] + 1 if len(hits) else end
        kept += range(begin, last)
        lengths.append(last - begin)
        bought.append(bool(len(hits)))
    return of(touch[kept], np.concatenate([[0], np.cumsum(lengths)]), np.array(bought), ends_on)
