"""The answers of an analysis: an estimate with its interval, bounds without a point, or that it cannot be told."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from reports.analysis.said import Said


@dataclass(frozen=True, slots=True)
class Check:
    """Something that was looked at. ``passed`` is None where it only informs; ``value`` is its figure, if any."""

    name: str
    passed: bool | None
    detail: Said
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with the interval that holds the truth in ``level`` of cases; ends may be infinite.

    ``unit`` is "share" or a currency code with what it is per, such as "USD/order"; ``n`` counts what it rests on
    (treated regions × weeks, blocks, orders). ``detail`` has what a page draws and a recomputation needs, as JSON.
    """

    value: float
    low: float
    high: float
    level: float
    unit: str
    n: int
    method: str
    assumptions: tuple[Said, ...] = ()
    checks: tuple[Check, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not (math.isfinite(self.value) and self.low <= self.high):
            raise ValueError(
                f"An estimate is finite and its interval is in order, not {self.value} {self.low, self.high}"
            )

    @property
    def width(self) -> float:
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where no point is identified: the truth lies between, under the assumptions."""

    low: float
    high: float
    unit: str
    n: int
    method: str
    assumptions: tuple[Said, ...] = ()
    checks: tuple[Check, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
    level: float = 0.9


@dataclass(frozen=True, slots=True)
class CannotTell:
    """No number: why, and the cheapest way to find out. ``unbounded`` where an interval came out without ends."""

    reason: Said
    tell: Said | None = None
    unit: str = "share"
    method: str = ""
    n: int = 0
    unbounded: bool = False
    assumptions: tuple[Said, ...] = ()
    checks: tuple[Check, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
    level: float = 0.9


Answer = Estimate | Bounds | CannotTell


def record(answer: Answer) -> dict[str, Any]:
    """The answer for JSON: the fields that every command prints, in English, infinite ends as null."""
    low, high = (None, None) if isinstance(answer, CannotTell) else (_finite(answer.low), _finite(answer.high))
    reason = _reason(answer)
    return {
        "type": {Estimate: "estimate", Bounds: "bounds", CannotTell: "cannot_tell"}[type(answer)],
        "value": _finite(answer.value) if isinstance(answer, Estimate) else None,
        "low": low, "high": high,
        "unbounded": answer.unbounded if isinstance(answer, CannotTell) else low is None or high is None,
        "level": answer.level, "unit": answer.unit, "n": answer.n, "method": answer.method,
        "assumptions": [str(one) for one in answer.assumptions],
        "checks": [{**asdict(one), "detail": str(one.detail), "value": _finite(one.value)} for one in answer.checks],
        "reason": reason,
    }  # fmt: skip


def _reason(answer: Answer) -> str | None:
    if not isinstance(answer, CannotTell):
        return None
    return f"{answer.reason} {answer.tell}" if answer.tell else str(answer.reason)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
