"""Leads as arrays: when each stage was reached, and what came of it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.analysis.leads.rates import LEAST_WON, Rate, rates, waiting
from reports.analysis.survival import Curve

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]

STAGES = ("qualified", "opportunity", "won")


@dataclass(frozen=True, slots=True)
class One:
    """A lead. Times are days as ordinals; all but ``created`` are NaN where it has not happened or is not known.

    ``value`` is what the CRM says was won, ``revenue`` that of its orders in the books or else ``value``,
    ``contribution`` that of its orders: NaN where not known, 0 where nothing was won. ``bot`` is 1, 0, or NaN where
    nobody has looked.
    """

    created: float
    qualified: float = math.nan
    opportunity: float = math.nan
    won: float = math.nan
    lost: float = math.nan
    bot: float = math.nan
    value: float = 0.0
    revenue: float = 0.0
    contribution: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Traced:
    """``One`` by lead, with its ``line`` (source, or campaign). A later stage counts as the earlier ones, too.

    What precedes its lead happened at once. ``told`` are the stages that are known of any lead; ``now`` is the last
    moment of all.
    """

    line: Places
    created: Floats
    qualified: Floats
    opportunity: Floats
    won: Floats
    lost: Floats
    bot: Floats
    value: Floats
    revenue: Floats
    contribution: Floats
    told: frozenset[str]
    now: float

    @property
    def age(self) -> Floats:
        return np.maximum(self.now - self.created, 0.0)

    @property
    def people(self) -> Flags:
        """Not known to be bots."""
        return np.asarray(self.bot != 1)

    def of(self, some: Flags) -> "Traced":
        return replace(self, **{name: getattr(self, name)[some] for name in ("line", *_COLUMNS)})

    def waited(self, stage: str) -> tuple[Floats, Flags]:
        """Days until the stage, or the age of a lead that has not come there."""
        at: Floats = getattr(self, stage)
        done = np.isfinite(at)
        return np.maximum(np.where(done, at, self.now) - self.created, 0.0), done

    def curve(self, stage: str) -> Curve | None:
        """How long it takes to the stage; None where too few have come there to say."""
        days, done = self.of(self.people).waited(stage)
        return waiting(days, done) if done.sum() >= LEAST_WON else None

    def rates(self, stage: str, size: int) -> list[Rate]:
        """By line, of people, with one curve of all of them; a line below 0 counts in the curve alone."""
        people = self.of(self.people)
        days, done = people.waited(stage)
        line = np.where(people.line < 0, size, people.line)
        found = rates(line, days, done, people.age) if len(line) else []
        return (found + [Rate(0.0, 0.0, 1.0, 0.0, 0, 0, 0.0)] * size)[:size]


_COLUMNS = ("created", "qualified", "opportunity", "won", "lost", "bot", "value", "revenue", "contribution")


def traced(leads: Sequence[One], lines: Sequence[int]) -> Traced:
    table = np.array([[getattr(one, name) for name in _COLUMNS] for one in leads], np.float64).reshape(-1, 9)
    columns: Mapping[str, Any] = dict(zip(_COLUMNS, table.T, strict=True))
    told = frozenset(name for name in STAGES if np.isfinite(columns[name]).any())
    later = np.fmin(columns["opportunity"], columns["won"])
    stages = {"qualified": np.fmin(columns["qualified"], later), "opportunity": later}
    moments = table[:, :5][np.isfinite(table[:, :5])]
    return Traced(
        np.array(lines, np.int64), told=told, now=float(moments.max()) if len(moments) else math.nan,
        **{**columns, **stages},
    )  # fmt: skip
