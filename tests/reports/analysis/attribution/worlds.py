"""Journeys of which is known why brand and direct touches are in them."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reports.analysis.attribution.journeys import BRAND, DIRECT, NON_BRAND, Floats, Integers, Journeys

Flags = NDArray[np.bool_]

CHANNELS = ("display", "social", "search", "email", "affiliate", "video", "brand search", "direct")
INTENT = np.array([NON_BRAND] * 6 + [BRAND, DIRECT])
LIFTS = np.array([0.002, 0.004, 0.012, 0.008, 0.006, 0.003, 0.010, 0.005])
COMMON = np.array([0.2, 0.2, 0.15, 0.1, 0.05, 0.1, 0.12, 0.08])


def random_touches(seed: int, n: int = 20_000, *, distinct: bool = False, ends: bool = False) -> Journeys:
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


def wish_to_buy(seed: int, n: int = 20_000, *, at_the_end: bool = False) -> Journeys:
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


def converting(journeys: Journeys) -> Journeys:
    """What a shop sees: those that bought."""
    kept = journeys.conversions > 0
    lengths = journeys.lengths
    touch = journeys.touch[np.repeat(kept, lengths)]
    return of(touch, np.concatenate([[0], np.cumsum(lengths[kept])]), np.ones(kept.sum(), bool))


def of(touch: Integers, starts: Integers, bought: Flags) -> Journeys:
    done: Floats = bought.astype(float)
    return Journeys(CHANNELS, touch, starts, done, 50 * done, 1 - done, intent=INTENT[touch])


def _ending(touch: Integers, starts: Integers, sells: Flags) -> Journeys:
    """Each journey up to the first touch that sells."""
    kept, lengths, bought = list[int](), list[int](), list[bool]()
    for begin, end in pairwise(starts.tolist()):
        hits = np.flatnonzero(sells[begin:end])
        last = begin + hits[0] + 1 if len(hits) else end
        kept += range(begin, last)
        lengths.append(last - begin)
        bought.append(bool(len(hits)))
    return of(touch[kept], np.concatenate([[0], np.cumsum(lengths)]), np.array(bought))
