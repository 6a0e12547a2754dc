"""Draws that come out the same on every machine: only ``random.Random.random`` and plain arithmetic."""

import random
from bisect import bisect_right
from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A stream of draws for one subject; ``words`` name it, so that a change to one subject leaves the others alone."""

    def __init__(self, *words: str | int) -> None:
        digest = sha256("|".join(str(word) for word in words).encode()).digest()
        self.random = random.Random(int.from_bytes(digest[:8], "big")).random

    def below(self, count: int) -> int:
        """A whole number from 0 to ``count`` − 1."""
        return int(self.random() * count)

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self.random() * (high - low + 1))

    def happens(self, share: float) -> bool:
        return self.random() < share

    def pick(self, choices: Sequence[T]) -> T:
        return choices[int(self.random() * len(choices))]

    def weighted(self, cumulative: Sequence[float]) -> int:
        """An index, by weights that were summed up one after another."""
        return min(bisect_right(cumulative, self.random() * cumulative[-1]), len(cumulative) - 1)

    def poisson(self, mean: float) -> int:
        """Knuth's product of uniforms, in parts of at most 16 so that the limit stays a normal number."""
        total = 0
        while mean > 16:
            total += self.poisson(16.0)
            mean -= 16
        limit, product = exp(-mean), self.random()
        while product > limit:
            product *= self.random()
            total += 1
        return total

    def noise(self, spread: float) -> float:
        """About normal around 0 with this standard deviation: the sum of three uniforms."""
        return (self.random() + self.random() + self.random() - 1.5) * 2 * spread

    def letters(self, alphabet: str, length: int) -> str:
        return "".join(self.pick(alphabet) for _ in range(length))


def exp(x: float) -> float:
    """e to the x by its series; ``math.exp`` may differ in the last bit between C libraries."""
    small, total, term = x / 64, 1.0, 1.0
    for n in range(1, 16):
        term *= small / n
        total += term
    for _ in range(6):
        total *= total
    return total


def summed(weights: Sequence[float]) -> list[float]:
    """Weights one after another, for ``Chance.weighted``."""
    sums: list[float] = []
    for weight in weights:
        sums.append((sums[-1] if sums else 0.0) + weight)
    return sums
