"""The schedule of a switchback: blocks of on and off in pairs, drawn before it starts and read unchanged after it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import numpy as np

from reports.analysis.said import Said

FEWEST = 5  # pairs: with four the smallest p-value is 2/16, so that nothing can be excluded at 90 %
_CHANCE = 0.001  # an order this unlikely by lots was not drawn by lots


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch from ``starts`` until before ``ends`` in which the switch stood one way; its pair has it both ways."""

    name: str
    starts: datetime
    ends: datetime
    pair: str
    on: bool

    @property
    def days(self) -> float:
        return (self.ends - self.starts) / timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pair:
    on: Block
    off: Block

    @property
    def first(self) -> Block:
        return min(self.on, self.off, key=lambda one: one.starts)

    @property
    def second(self) -> Block:
        return max(self.on, self.off, key=lambda one: one.starts)


def draw(first: date, pairs: int, block_days: int, seed: int) -> tuple[Block, ...]:
    """Blocks that follow each other, with lots deciding in each pair which is on."""
    if pairs < 1 or block_days < 1:
        raise ValueError("A schedule has at least one pair of blocks of at least one day")
    on_first = np.random.default_rng(seed).integers(0, 2, pairs).astype(bool)
    start, length = datetime.combine(first, time()), timedelta(days=block_days)
    return tuple(
        Block(str(number + 1), start + number * length, start + (number + 1) * length, str(number // 2 + 1), bool(on))
        for number, on in enumerate(np.stack([on_first, ~on_first], axis=1).ravel())
    )


def paired(blocks: Iterable[Block], told: Iterable[str]) -> tuple[list[Pair], list[str]]:
    """Pairs of which both blocks are told of, by time, and the names of pairs that are left out."""
    known = set(told)
    found, left_out = [], []
    for name, members in _members(blocks).items():
        if len(members) == 2 and all(one.name in known for one in members):
            found.append(Pair(*sorted(members, key=lambda one: not one.on)))
        else:
            left_out.append(name)
    return sorted(found, key=lambda one: one.first.starts), left_out


def fault(blocks: Sequence[Block], carry_over: float = 0.0) -> Said | None:
    """What makes the schedule unfit for randomisation within pairs, or None. ``carry_over`` is in days."""
    for one in blocks:
        if one.ends <= one.starts:
            return Said("Block {block} ends before it begins.", {"block": one.name})
        if one.days <= carry_over:
            return Said(
                "Block {block} lasts {days} days, no longer than the effect that is carried over ({carry_over} days).",
                {"block": one.name, "days": round(one.days, 2), "carry_over": carry_over},
            )
    by_time = sorted(blocks, key=lambda one: one.starts)
    for before, after in pairwise(by_time):
        if after.starts < before.ends:
            return Said("Blocks {one} and {other} overlap.", {"one": before.name, "other": after.name})
    for pair, members in _members(blocks).items():
        on = sum(one.on for one in members)
        if len(members) > 2 or (len(members) == 2 and on != 1):
            return Said(
                "Pair {pair} has {on} blocks on and {off} off; a pair has one of each.",
                {"pair": pair, "on": on, "off": len(members) - on},
            )
    return None


def not_drawn(pairs: Sequence[Pair]) -> bool:
    """Whether on comes first in every pair, in none or in every other one, which lots would hardly ever bring."""
    first = [one.first.on for one in pairs]
    turns = [one != other for one, other in pairwise(first)]
    return 4 * 0.5 ** len(first) < _CHANCE and (all(turns) or not any(turns))


def _members(blocks: Iterable[Block]) -> dict[str, list[Block]]:
    found: dict[str, list[Block]] = defaultdict(list)
    for one in blocks:
        found[one.pair].append(one)
    return found
