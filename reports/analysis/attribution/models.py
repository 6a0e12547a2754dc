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
    found: dict[str, Credits | CannotTell] = {name: rule(journeys) for name, rule in rules(journeys).items()}
    found["markov"] = markov(journeys)
    found["shapley_rate"] = shapley_rate(journeys)
    return found


def rules(journeys: Journeys) -> dict[str, Callable[[Journeys], Credits]]:
    """The models that hand out credit journey by journey: sums over journeys are sums of credits."""
    found = dict(RULES)
    if journeys.days is not None:
        found["time_decay"] = time_decay
    if journeys.intent is not None:
        found["last_non_direct"] = lambda of: last_without(of, (DIRECT,))
        found["last_non_brand"] = lambda of: last_without(of, (DIRECT, BRAND))
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
    share = removal(chain(journeys))
    return Credits(share * journeys.conversions.sum(), share * journeys.value.sum())


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """How many journeys start at each channel, go from channel to channel, convert after it, and leave it anyhow."""

    start: Floats
    moves: Floats
    converts: Floats
    leaving: Floats


def chain(journeys: Journeys) -> Chain:
    size, lengths = len(journeys.channels), journeys.lengths
    weights = journeys.conversions + journeys.nulls
    ends = journeys.touch[journeys.starts[1:] - 1]
    inner = np.ones(len(journeys.touch), bool)
    inner[journeys.starts[1:] - 1] = False
    pairs = journeys.touch[:-1][inner[:-1]] * size + journeys.touch[1:][inner[:-1]]
    moves = _sums(pairs, np.repeat(weights, lengths - 1), size * size).reshape(size, size)
    leaving = moves.sum(axis=1) + _sums(ends, weights, size)
    start = _sums(journeys.touch[journeys.starts[:-1]], weights, size)
    return Chain(start, moves, _sums(ends, journeys.conversions, size), leaving)


def removal(of: Chain) -> Floats:
    """Each channel's share of all removal effects; zeros where nothing converts.

    A channel's effect is the chance to come by it, times the chance to convert from there, over the chance of all: both
    from one inverse of the chain's fundamental matrix.
    """
    size = len(of.start)
    if not of.converts.sum():
        return np.zeros(size)
    seen = np.where(of.leaving > 0, of.leaving, 1.0)
    visits = np.linalg.inv(np.eye(size) - of.moves / seen[:, None])
    effects = (of.start @ visits) / np.diag(visits) * (visits @ (of.converts / seen))
    return np.asarray(effects / effects.sum())


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
    share = rate_shares(*by_set(journeys), size)
    return Credits(share * journeys.conversions.sum(), share * journeys.value.sum())


def by_set(journeys: Journeys) -> tuple[Floats, Floats]:
    """Conversions and journeys by the set of channels that they touch, as bits."""
    size = 1 << len(journeys.channels)
    sets = np.bitwise_or.reduceat(np.int64(1) << journeys.touch, journeys.starts[:-1])
    return _sums(sets, journeys.conversions, size), _sums(sets, journeys.conversions + journeys.nulls, size)


def rate_shares(converted: Floats, journeys: Floats, size: int) -> Floats:
    """Each channel's share of the Shapley values of the rate; zeros where they come to nothing."""
    done, all_of = _within(converted, size), _within(journeys, size)
    worth = _shapley(np.divide(done, all_of, out=np.zeros_like(done), where=all_of > 0), size)
    return worth / worth.sum() if worth.sum() else worth


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
