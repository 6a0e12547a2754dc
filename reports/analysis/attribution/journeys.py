"""Journeys of touches, coded in integers: what every attribution model reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

UNKNOWN, BRAND, NON_BRAND, DIRECT = range(4)  # what a touch says of the visitor's intent
INTENTS = {"": UNKNOWN, "unknown": UNKNOWN, "brand": BRAND, "non_brand": NON_BRAND, "direct": DIRECT}

MOST_TOUCHES = 1_000  # of one journey: its first and its latest; what lies between is left out and counted


@dataclass(frozen=True, slots=True, eq=False)
class Journeys:
    """``touch`` has the channel's number of every touch, journey after journey in the order of time.

    Journey j is ``touch[starts[j]:starts[j + 1]]``; it stands for ``conversions[j]`` conversions of ``value[j]`` in all
    and ``nulls[j]`` journeys that ended in none. ``days`` is how long before its journey's last touch each one was,
    None where times are not known. ``ends_on`` numbers the day that a journey counts in: of its order where that is
    known, else of its last touch. ``capped`` journeys lost touches.
    """

    channels: tuple[str, ...]
    touch: Integers
    starts: Integers
    conversions: Floats
    value: Floats
    nulls: Floats
    days: Floats | None = None
    intent: Integers | None = None
    ends_on: Integers | None = None
    currency: str = ""
    capped: int = 0

    @property
    def lengths(self) -> Integers:
        return np.diff(self.starts)

    @property
    def has_nulls(self) -> bool:
        return bool(self.nulls.sum() > 0)

    def part(self, first: int, end: int) -> "Journeys":
        """The journeys of a half-open range of numbers."""
        touches = slice(self.starts[first], self.starts[end])
        return replace(
            self, touch=self.touch[touches], starts=self.starts[first : end + 1] - self.starts[first],
            conversions=self.conversions[first:end], value=self.value[first:end], nulls=self.nulls[first:end],
            days=None if self.days is None else self.days[touches],
            intent=None if self.intent is None else self.intent[touches],
            ends_on=None if self.ends_on is None else self.ends_on[first:end],
        )  # fmt: skip

    def by_day(self) -> "Journeys":
        """The same in the order of their days; raises ValueError where these are not known."""
        if self.ends_on is None:
            raise ValueError("The days of journeys are not known")
        if bool((np.diff(self.ends_on) >= 0).all()):
            return self
        order = np.argsort(self.ends_on, kind="stable")
        starts: Integers = np.concatenate([[0], np.cumsum(self.lengths[order])])
        touches = np.arange(len(self.touch)) + np.repeat(self.starts[:-1][order] - starts[:-1], np.diff(starts))
        return replace(
            self, touch=self.touch[touches], starts=starts, conversions=self.conversions[order],
            value=self.value[order], nulls=self.nulls[order], ends_on=self.ends_on[order],
            days=None if self.days is None else self.days[touches],
            intent=None if self.intent is None else self.intent[touches],
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Timed:
    """Touches in the order of their journeys and of time, those between left out; ``kept`` are their places before."""

    kept: Integers
    starts: Integers
    days: Floats
    last: Floats
    capped: int


def timed(of: Integers, time: Floats, place: Integers | None = None) -> Timed:
    """``of`` is each touch's journey, from 0 on and none without one; ``place`` orders touches of one moment."""
    order = np.lexsort((time, of) if place is None else (place, time, of))
    of, time = of[order], time[order]
    lengths = np.bincount(of)
    ends = np.cumsum(lengths)
    at = np.arange(len(of)) - (ends - lengths)[of]
    kept = (at == 0) | (at > lengths[of] - MOST_TOUCHES)
    last = time[ends - 1]
    starts = np.concatenate([[0], np.cumsum(np.minimum(lengths, MOST_TOUCHES))])
    return Timed(order[kept], starts, (last[of] - time)[kept], last, int((lengths > MOST_TOUCHES).sum()))


def from_paths(paths: Iterable[tuple[Sequence[str], float, float, float]]) -> Journeys:
    """Journeys of (channels, conversions, value, nulls), which know no times."""
    numbers: dict[str, int] = {}
    touch: list[int] = []
    lengths, conversions, value, nulls = list[int](), list[float](), list[float](), list[float]()
    capped = 0
    for path, converted, worth, without in paths:
        kept, lost = shortened(path)
        capped += lost
        touch += [numbers.setdefault(name, len(numbers)) for name in kept]
        lengths.append(len(kept))
        conversions.append(converted)
        value.append(worth)
        nulls.append(without)
    return Journeys(
        tuple(numbers), np.array(touch, np.int64), np.concatenate([[0], np.cumsum(np.array(lengths, np.int64))]),
        np.array(conversions, float), np.array(value, float), np.array(nulls, float), capped=capped,
    )  # fmt: skip


def shortened(path: Sequence[str]) -> tuple[Sequence[str], bool]:
    """The journey within what is looked at: its first touch and its latest ones; and whether touches were left out."""
    if len(path) <= MOST_TOUCHES:
        return path, False
    return [path[0], *path[1 - MOST_TOUCHES :]], True
