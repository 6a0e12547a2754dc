"""A claim put to a world of which the truth is known, and what came of it."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from zlib import crc32

import numpy as np
from numpy.random import Generator

Figures = Mapping[str, Sequence[float]]  # by measure: an error, a count, or 1 and 0 for yes and no


class Claim(StrEnum):
    RATES = "lead rates"
    CAUSED = "wish to buy"  # brings brand and direct touches: the warning has to fire
    CHANCE = "touches at random"  # the warning has to be silent
    AHEAD = "forecast of customers"
    SPIKES = "days that lie off"
    INVERTED = "cheap leads without revenue"
    UPRIGHT = "cheap leads as good as others"
    BANDS = "bands of ratios"
    STEADY = "steady weeks"  # whatever calls a trend is wrong
    APART = "apart"  # an assumption is broken on purpose: shown, counted nowhere


@dataclass(frozen=True, slots=True)
class Family:
    """Worlds of one kind. ``ask`` takes a generator and the run's number.

    ``share`` of the runs asked for are run: dear worlds say much at a time. ``most`` is how many there are at all.
    ``missing`` says why there are none.
    """

    name: str
    claim: Claim
    why: str
    ask: Callable[[Generator, int], Figures]
    share: float = 1.0
    most: int | None = None
    missing: str = ""

    def runs(self, asked: int) -> int:
        if self.missing:
            return 0
        wanted = max(1, round(asked * self.share)) if asked else 0
        return wanted if self.most is None else min(self.most, wanted)


@dataclass(frozen=True, slots=True)
class Result:
    family: str
    run: int
    figures: Figures
    seconds: float  # of the processor, the world with it


def answered(family: Family, run: int) -> Result:
    began = time.process_time()
    figures = family.ask(np.random.default_rng((crc32(family.name.encode()), run)), run)
    return Result(family.name, run, figures, time.process_time() - began)
