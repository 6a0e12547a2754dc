"""Who gets credit for conversions: rules that hand it out by position, and two that ask what a channel's lack changes.

All give conversions and value by channel, in the order of ``Journeys.channels``. None of them says what a channel
caused: where the wish to buy brings people to brand searches and direct visits, all are wrong alike
(facts/measurement.md §3.4).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reports.analysis.attribution.journeys import BRAND, DIRECT, Floats, Integers, Journeys
from reports.analysis.estimate import CannotTell
from reports.analysis.said import Said

HALF_LIFE = 7.0  # days
MOST_SETS = 16  # channels that Shapley values are exact for: 2^16 sets


@dataclass(frozen=True, slots=True, eq=False)
class Credits:
    """Conversions and value by channel; together they are all conversions and all value."""

    conversions: Floats
    value: Floats


def attribute(journeys: Journeys) -> dict[str, Credits | CannotTell]:
    """Every model that the journeys allow; those that need times are left out where there are none."""
    found: dict[str, Credits | CannotTell] = {name: model(journeys) for name, model in RULES.items()}
    if journeys.days is not None:
        found["time_decay"] = time_decay(journeys)
    if journeys.intent is not None:
        found["last_non_direct"] = last_without(journeys, (DIRECT,))
        found["last_non_brand"] = last_without(journeys, (DIRECT, BRAND))
    found["markov"] = markov(journeys)
    found["shapley_rate"] = shapley_rate(journeys)
    return found


def last(journeys: Journeys) -> Credits:
    return _one(journeys, journeys.starts[1:] - 1)


def first(journeys: Journeys) -> Credits:
    return _one(journeys, journeys.starts[:-1])


def linear(journeys: Journeys) -> Credits:
    """Every touch alike."""
    return _spread(journeys, np.ones(len(journeys.touch)))


def position(journeys: Journeys) -> Credits:
    """40 % to the first touch, 40 % to the last, 20 % to those between; halves where there are but two."""
    lengths = journeys.lengths
    weights = np.repeat(0.2 / np.maximum(lengths - 2, 1), lengths)
    ends = np.where(lengths > 2, 0.4, 0.5)
    weights[journeys.starts[:-1]] = ends
    weights[journeys.starts[1:] - 1] = ends
    return _spread(journeys, weights)


def time_decay(journeys: Journeys) -> Credits:
    """A touch counts half as much for every seven days that it lies before the last one."""
    if journeys.days is None:
        raise ValueError("Time decay needs the times of touches")
    return _spread(journeys, np.exp2(-journeys.days / HALF_LIFE))


def last_without(journeys: Journeys, intents: tuple[int, ...]) -> Credits:
    """The last touch of another intent; the last of all where there is none."""
    if journeys.intent is None:
        raise ValueError("This model needs the intent of touches")
    counts = ~np.isin(journeys.intent, intents) & ~(
        np.array([name == "direct" for name in journeys.channels])[journeys.touch] if DIRECT in intents else False
    )
    places = np.where(counts, np.arange(len(counts)), -1)
    found = np.maximum.reduceat(places, journeys.starts[:-1])
    return _one(journeys, np.where(found < 0, journeys.starts[1:] - 1, found))


RULES: dict[str, Callable[[Journeys], Credits]] = {"last": last, "first": first, "linear": linear, "position": position}


def _one(journeys: Journeys, places: Integers) -> Credits:
    channel, size = journeys.touch[places], len(journeys.channels)
    return Credits(_sums(channel, journeys.conversions, size), _sums(channel, journeys.value, size))


def _spread(journeys: Journeys, weights: Floats) -> Credits:
    lengths, size = journeys.lengths, len(journeys.channels)
    share = weights / np.repeat(np.add.reduceat(weights, journeys.starts[:-1]), lengths)
    conversions = _sums(journeys.touch, share * np.repeat(journeys.conversions, lengths), size)
    return Credits(conversions, _sums(journeys.touch, share * np.repeat(journeys.value, lengths), size))


def _sums(of: Integers, weights: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(of, weights, size), np.float64)


_WITHOUT_NULLS = Said(
    "Only journeys that ended in an order are known: nothing can be said of what a channel's lack would change."
)
_TELL_NULLS = Said("Bring the journeys of visitors who did not buy, such as from web analytics.")


def markov(journeys: Journeys) -> Credits | CannotTell:
    """Removal effects in the first-order Markov chain, solved exactly (Anderl et al. 2016).

    A transition into a removed channel ends in no conversion. A channel that follows itself stays a transition, which
    changes nothing in removal effects.
    """
    if not journeys.has_nulls:
        return CannotTell(_WITHOUT_NULLS, _TELL_NULLS, method="markov")
    size = len(journeys.channels)
    start, moves, converts = _transitions(journeys)
    if not converts.sum():
        return Credits(np.zeros(size), np.zeros(size))
    whole = start @ np.linalg.solve(np.eye(size) - moves, converts)
    effects = np.empty(size)
    for one in range(size):
        rest = np.arange(size) != one
        system = np.eye(size - 1) - moves[np.ix_(rest, rest)]
        effects[one] = 1 - (start[rest] @ np.linalg.solve(system, converts[rest])) / whole
    share = effects / effects.sum()
    return Credits(share * journeys.conversions.sum(), share * journeys.value.sum())


def _transitions(journeys: Journeys) -> tuple[Floats, Floats, Floats]:
    """Chances of the first channel, from channel to channel, and from channel to conversion."""
    size, lengths = len(journeys.channels), journeys.lengths
    weights = journeys.conversions + journeys.nulls
    ends = journeys.touch[journeys.starts[1:] - 1]
    inner = np.ones(len(journeys.touch), bool)
    inner[journeys.starts[1:] - 1] = False
    pairs = journeys.touch[:-1][inner[:-1]] * size + journeys.touch[1:][inner[:-1]]
    counts = np.bincount(pairs, np.repeat(weights, lengths - 1), size * size).reshape(size, size)
    converts = np.bincount(ends, journeys.conversions, size)
    leaving = counts.sum(axis=1) + np.bincount(ends, weights, size)
    seen = np.where(leaving > 0, leaving, 1.0)
    start = np.bincount(journeys.touch[journeys.starts[:-1]], weights, size)
    return start / start.sum(), counts / seen[:, None], converts / seen


def shapley_rate(journeys: Journeys) -> Credits | CannotTell:
    """Shapley values of the conversion rate, where a set's worth is the rate of the journeys that stay within it.

    Scaled to all conversions. A channel whose journeys convert less than those without it gets less than nothing: that
    is told. (The Shapley value of the sum of conversions is an equal split over a journey's channels: no other model.)
    """
    if not journeys.has_nulls:
        return CannotTell(_WITHOUT_NULLS, _TELL_NULLS, method="shapley_rate")
    size = len(journeys.channels)
    if size > MOST_SETS:
        return CannotTell(
            Said("There are {n} channels; exact Shapley values are given for at most {most}.",
                 {"n": size, "most": MOST_SETS}),
            Said("Join the rarest channels into one."), method="shapley_rate",
        )  # fmt: skip
    sets = np.bitwise_or.reduceat(np.int64(1) << journeys.touch, journeys.starts[:-1])
    converted = _within(_sums(sets, journeys.conversions, 1 << size), size)
    all_of = _within(_sums(sets, journeys.conversions + journeys.nulls, 1 << size), size)
    rate = np.divide(converted, all_of, out=np.zeros_like(converted), where=all_of > 0)
    worth = _shapley(rate, size)
    share = worth / worth.sum() if worth.sum() else worth
    return Credits(share * journeys.conversions.sum(), share * journeys.value.sum())


def _within(by_set: Floats, size: int) -> Floats:
    """Sums over all subsets of each set."""
    found = by_set.copy()
    for one in range(size):
        halves = found.reshape(-1, 2, 1 << one)
        halves[:, 1, :] += halves[:, 0, :]
    return found


def _shapley(worth: Floats, size: int) -> Floats:
    """Shapley values of a game given by the worth of every set, as bits."""
    members = np.zeros(1 << size, np.int64)
    for one in range(size):
        members.reshape(-1, 2, 1 << one)[:, 1, :] += 1
    factorial = np.cumprod(np.concatenate([[1.0], np.arange(1, size + 1)]))
    chance = factorial[:-1] * factorial[size - 1 :: -1] / factorial[size]
    found = np.empty(size)
    for one in range(size):
        halves = worth.reshape(-1, 2, 1 << one)
        without = members.reshape(-1, 2, 1 << one)[:, 0, :]
        found[one] = ((halves[:, 1, :] - halves[:, 0, :]) * chance[without]).sum()
    return found
