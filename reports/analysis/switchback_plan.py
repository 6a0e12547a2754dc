"""A switchback planned from orders before it: the schedule by lots, and how wide its answer will be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from reports.analysis.panel import Series
from reports.analysis.randomisation import bounded, flipped
from reports.analysis.schedule import FEWEST, Block, draw, paired
from reports.analysis.switchback import LEVEL, contrast, held

RUNS = 200  # simulated experiments
_SHARE = 0.3  # the share that is put into them; the width hardly depends on it


@dataclass(frozen=True, slots=True)
class SwitchbackPlan:
    """``width`` is the median of the simulated sets, infinite where most are unbounded; ``answered`` how many are not.

    ``weeks`` is how long the schedule lasts, in whole weeks or not.
    """

    blocks: tuple[Block, ...]
    width: float
    answered: float
    weeks: float
    seed: int


def plan_switchback(
    affected: Sequence[float] | Series,
    affecting: Sequence[float] | Series,
    first: date,
    weeks: int,
    block_days: int,
    moves: float,
    seed: int,
    level: float = LEVEL,
    share: float = _SHARE,
) -> SwitchbackPlan:
    """Histories are daily orders without any switching, of the same days, one after another.

    ``moves`` is how many of ``affecting``'s orders the switch brings, as a share of those without it. What is planned
    is laid over stretches of the history, with orders moved as ``moves`` and ``share`` say and with their own chance.
    """
    history = np.array([affected, affecting], dtype=float).T
    pairs = weeks * 7 // (2 * block_days)
    span = 2 * pairs * block_days
    least = 2 * FEWEST * block_days
    if pairs < FEWEST:
        raise ValueError(f"{weeks} weeks hold {pairs} pairs of {block_days}-day blocks; at least {FEWEST} are needed")
    if not np.isfinite(history).all() or (history < 0).any() or not moves > 0:
        raise ValueError("Histories are orders of 0 or more without gaps, and the switch moves more than nothing")
    if len(history) < least:
        raise ValueError(f"{len(history)} days of history; at least {least} are needed")
    width, answered = _expected(history, pairs, block_days, moves, share, level, seed)
    return SwitchbackPlan(draw(first, pairs, block_days, seed), width, answered, span / 7, seed)


def expected_width(
    affected: Series, affecting: Series, pairs: int, moves: float, seed: int, level: float = LEVEL
) -> float | None:
    """The width of a plan from orders by block instead of day; None where there are fewer blocks than one may have."""
    history = np.array([affected, affecting], dtype=float).T
    if len(history) < 2 * FEWEST or not np.isfinite(history).all():
        return None
    return _expected(history, pairs, 1, moves, _SHARE, level, seed)[0]


def _expected(
    history: Series, pairs: int, block_days: int, moves: float, share: float, level: float, seed: int
) -> tuple[float, float]:
    """The median width of simulated experiments, and how many of them had both ends."""
    random = np.random.default_rng(seed)
    whole = min(pairs, len(history) // (2 * block_days))
    widths = [
        _width(history, whole, block_days, moves, share, level, random) * np.sqrt(whole / pairs) for _ in range(RUNS)
    ]
    return float(np.median(widths)), float(np.isfinite(widths).mean())


def _width(
    history: Series, pairs: int, block_days: int, moves: float, share: float, level: float, random: np.random.Generator
) -> float:
    """The width of one simulated experiment over a stretch of the history."""
    seed = int(random.integers(2**31))
    blocks = draw(date(2000, 1, 1), pairs, block_days, seed)
    start = int(random.integers(len(history) - 2 * pairs * block_days + 1))
    orders = history[start : start + 2 * pairs * block_days].reshape(2 * pairs, block_days, 2).sum(axis=1)
    brought = random.poisson(moves * orders[:, 1]) * np.array([one.on for one in blocks])
    taken = random.binomial(brought, abs(share)) * np.sign(share)
    names = [one.name for one in blocks]
    found = contrast(
        paired(blocks, names)[0],
        dict(zip(names, orders[:, 0] - taken, strict=True)),
        dict(zip(names, orders[:, 1] + brought, strict=True)),
    )
    accept = held(flipped(found.cleared, seed), level)
    return accept[-1][1] - accept[0][0] if bounded(accept) else np.inf
