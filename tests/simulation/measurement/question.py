"""A question whose answer is known: put to the program, and what it said beside the truth."""

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from zlib import crc32

import numpy as np
from numpy.random import Generator

from reports.analysis.estimate import Answer, CannotTell, Estimate

Sets = tuple[tuple[float | None, float | None], ...]

BROKE = "broke"  # the type of a result where the estimator raised


class Expected(StrEnum):
    """What the design allows, said before anything runs."""

    ANSWER = "answerable"
    EDGE = "at the edge"  # wider than 0.6 as often as not: a refusal is no fault, and all sets together must cover
    REFUSE = "unanswerable"
    OPEN = "weak instrument"  # the set must come out without ends
    BOUNDS = "bounds"
    APART = "apart"  # reported, counted nowhere


@dataclass(frozen=True, slots=True)
class Question:
    """``yardstick`` gives (κ, half width) of plain synthetic control, where there is one.

    ``anyway`` is the interval that a refusal held back, where it can be computed: so that coverage can also be counted
    over all runs, whether answered or not.
    """

    truth: float
    ask: Callable[[int], Answer]
    process: str
    yardstick: Callable[[], tuple[float, float]] | None = None
    anyway: Callable[[int], Sets] | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """Worlds of one design. ``make`` takes a generator and the run's number, which chooses the process of demand."""

    name: str
    expected: Expected
    why: str
    make: Callable[[Generator, int], Question]
    lots: bool = False  # a launch in regions drawn by lot, whose width is compared with the yardstick's
    null: bool = False  # the true share is 0


@dataclass(frozen=True, slots=True)
class Result:
    """``sets`` is the interval or the parts of an open set (ends None), also of a refusal: from its detail, or anyway."""

    family: str
    run: int
    process: str
    truth: float
    type: str
    seconds: float  # of the processor for the answer: others may use it too
    took: float = 0.0  # of the run with its world and the yardstick
    value: float | None = None
    sets: Sets = ()
    reason: str = ""
    open: bool = False  # refused as a set without ends
    plain: tuple[float, float] | None = None

    @property
    def answered(self) -> bool:
        return self.type not in {"cannot_tell", BROKE}

    @property
    def covers(self) -> bool:
        return any(_low(low) <= self.truth <= _high(high) for low, high in self.sets)

    @property
    def low(self) -> float:
        return min((_low(low) for low, _ in self.sets), default=-math.inf)

    @property
    def width(self) -> float:
        return max((_high(high) for _, high in self.sets), default=math.inf) - self.low


def seed(family: str, run: int) -> tuple[int, int]:
    return crc32(family.encode()), run


def answered(family: Family, run: int) -> Result:
    started = time.perf_counter()
    rng = np.random.default_rng(seed(family.name, run))
    question = family.make(rng, run)
    began = time.process_time()
    try:
        answer = question.ask(run)
    except Exception as error:  # noqa: BLE001 - one that breaks is counted as such, and the others go on
        broke = f"{type(error).__name__}: {error}"
        return Result(family.name, run, question.process, question.truth, BROKE, 0.0, reason=broke)
    seconds = time.process_time() - began
    plain = question.yardstick() if question.yardstick else None
    kind = {Estimate: "estimate", CannotTell: "cannot_tell"}.get(type(answer), "bounds")
    refused = answer if isinstance(answer, CannotTell) else None
    sets = _sets(answer) or (question.anyway(run) if question.anyway else ())
    return Result(
        family.name, run, question.process, question.truth, kind, seconds, time.perf_counter() - started, _value(answer),
        sets, refused.reason.template if refused else "", bool(refused and refused.unbounded), plain,
    )  # fmt: skip


def as_json(result: Result) -> dict[str, Any]:
    return asdict(result)


def of_json(given: dict[str, Any]) -> Result:
    return Result(**{
        **given,
        "sets": tuple((low, high) for low, high in given["sets"]),
        "plain": tuple(given["plain"]) if given["plain"] else None,
    })  # fmt: skip


def _value(answer: Answer) -> float | None:
    if isinstance(answer, Estimate):
        return answer.value
    told = answer.detail.get("value")
    return float(told) if told is not None else None


def _sets(answer: Answer) -> Sets:
    if not isinstance(answer, CannotTell):
        return ((_finite(answer.low), _finite(answer.high)),)
    if "accepted" in answer.detail:
        return tuple((low, high) for low, high in answer.detail["accepted"])
    return ()


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _low(value: float | None) -> float:
    return -math.inf if value is None else value


def _high(value: float | None) -> float:
    return math.inf if value is None else value
