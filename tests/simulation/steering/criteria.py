"""What the steering figures have to show, over all families that ran; a criterion without a family is left out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np

from tests.simulation.measurement.criteria import Criterion, least, most
from tests.simulation.steering.question import Claim, Family, Result


@dataclass(frozen=True, slots=True)
class Measured:
    """The mean of a measure over all runs of a family; ``reach`` is half of its 95 % interval from chance in runs."""

    family: Family
    measure: str
    mean: float
    reach: float
    count: int


@dataclass(frozen=True, slots=True)
class Aim:
    """Of a claim's measures that begin so; an error counts whatever its sign."""

    claim: Claim
    measure: str
    sign: str
    aim: float
    what: str


AIMS = (
    Aim(Claim.RATES, "error", "≤", 0.3, "lead rates: mean error at every age of channel, in points"),
    Aim(Claim.RATES, "held", "≥", 0.85, "lead rates: 90 % intervals that hold the truth"),
    Aim(Claim.CAUSED, "warns", "≥", 0.99, "warning \"possibly not caused by ads\" where the wish to buy brings touches"),
    Aim(Claim.CHANCE, "warns", "≤", 0.05, "the same warning where touches are random"),
    Aim(Claim.AHEAD, "held", "≥", 0.88, "forecasts of customers: back-tested 90 % intervals that hold what came"),
    Aim(Claim.SPIKES, "false alarms in", "≤", 1.0, "false spike alarms (K11) in 180 days"),
    Aim(Claim.SPIKES, "+50 % found", "≥", 0.55, "single days of +50 % found (K11)"),
    Aim(Claim.INVERTED, "K3", "≥", 0.90, "cheap leads without revenue flagged (K3)"),
    Aim(Claim.UPRIGHT, "K3", "≤", 0.10, "cheap leads flagged (K3) where they bring as much by spend or more"),
    Aim(Claim.BANDS, "held", "≥", 0.85, "ratios of 13 weeks: 90 % bands that hold the truth"),
    Aim(Claim.STEADY, "trend", "≤", 0.10, "trends of models called (K13) where there is none"),
    Aim(Claim.STEADY, "K10", "≤", 0.05, "local wins called (K10) where nothing moves"),
    Aim(Claim.STEADY, "K18", "≤", 0.05, "comfort figures called (K18) while contribution grows"),
)  # fmt: skip


def measured(family: Family, results: Sequence[Result]) -> list[Measured]:
    names = dict.fromkeys(name for one in results for name in one.figures)
    return [_mean(family, name, [list(one.figures.get(name, ())) for one in results]) for name in names]


def criteria(found: Mapping[str, Sequence[Measured]]) -> Iterator[Criterion]:
    for aim in AIMS:
        figures = {
            f"{one.family.name}: {one.measure}": abs(one.mean) if aim.measure == "error" else one.mean
            for of in found.values() for one in of
            if one.family.claim is aim.claim and one.measure.startswith(aim.measure) and "same day" not in one.measure
        }  # fmt: skip
        yield from (least if aim.sign == "≥" else most)(aim.what, figures, aim.aim)


def _mean(family: Family, measure: str, by_run: Sequence[Sequence[float]]) -> Measured:
    """Figures of one run are of one world: chance is counted by runs."""
    means = np.array([np.mean(one) for one in by_run if len(one)])
    reach = 1.96 * float(means.std(ddof=1)) / sqrt(len(means)) if len(means) > 1 else inf
    every = [figure for one in by_run for figure in one]
    return Measured(family, measure, float(np.mean(every)), reach, len(every))
