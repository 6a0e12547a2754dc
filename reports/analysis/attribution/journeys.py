"""Journeys of touches, coded in integers: what every attribution model reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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
    None where times are not known. ``ends_on`` numbers the day of the last touch. ``capped`` journeys lost touches.
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
