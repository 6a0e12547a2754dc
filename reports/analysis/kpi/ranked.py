"""The order of a table by what is sure: lower ends of intervals, and who cannot be told from the one above."""

from collections.abc import Iterable
from dataclasses import dataclass

from reports.analysis.proportions import wilson
from reports.analysis.said import Said

NOT_DISTINGUISHABLE = Said("not distinguishable")


@dataclass(frozen=True, slots=True)
class Row:
    """``value`` is None where there is nothing to divide by; ends hold 90 %. ``n`` counts what it rests on."""

    name: str
    value: float | None
    low: float
    high: float
    n: float
    successes: float | None = None
    contribution: float | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """``place`` is shared by all whose intervals reach into that of the first of their group."""

    row: Row
    place: int
    label: Said | None


def share(name: str, successes: float, trials: float, contribution: float | None = None) -> Row:
    """``successes`` of ``trials`` with Wilson's interval. Raises ValueError where they are no part of them."""
    if not 0 <= successes <= trials:
        raise ValueError(f"{name}: {successes} of {trials} is no share")
    low, high = wilson(successes, trials)
    return Row(name, successes / trials if trials else None, low, high, trials, successes, contribution)


def ranked(rows: Iterable[Row], largest_first: bool = True) -> list[Ranked]:
    """By the lower end, highest first; where small is good, by the upper end, lowest first."""
    known = sorted(rows, key=lambda one: (-one.low, one.name) if largest_first else (one.high, one.name))
    groups: list[list[Row]] = []
    for row in known:
        if groups and _overlap(groups[-1][0], row):
            groups[-1].append(row)
        else:
            groups.append([row])
    return [
        Ranked(row, 1 + sum(map(len, groups[:number])), NOT_DISTINGUISHABLE if len(group) > 1 else None)
        for number, group in enumerate(groups)
        for row in group
    ]


def _overlap(one: Row, other: Row) -> bool:
    return one.low <= other.high and other.low <= one.high
