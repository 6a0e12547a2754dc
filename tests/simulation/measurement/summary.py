"""What the runs of a family say together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import mean, median

from scipy.stats import beta

from tests.simulation.measurement.question import BROKE, Family, Result

WIDE = 0.6


@dataclass(frozen=True, slots=True)
class Covered:
    """Of ``count`` intervals ``hits`` hold the truth; ``upper`` is the one-sided 95 % Clopper–Pearson bound."""

    hits: int
    count: int

    @property
    def share(self) -> float:
        return self.hits / self.count

    @property
    def upper(self) -> float:
        return 1.0 if self.hits == self.count else float(beta.ppf(0.95, self.hits + 1, self.count - self.hits))


@dataclass(frozen=True, slots=True)
class Summary:
    """None where there is nothing to count. ``answering``: with a finite width of at most WIDE.

    ``conditional`` counts answers; ``whatever`` also the intervals that a refusal held back, and ``without`` is how
    many refusals had none. The yardstick's figures are of the same runs.
    """

    family: Family
    runs: int
    answered: float
    answering: float
    open: float  # refused because the set has no ends
    conditional: Covered | None
    whatever: Covered | None
    without: int
    width: float | None
    yard_width: float | None
    yard_covered: float | None
    rmse: float | None
    yard_rmse: float | None
    bias: float | None
    false: float | None  # of answers, those with low > 0
    broke: float  # the estimator raised
    seconds: float

    @property
    def wider(self) -> float | None:
        return self.width / self.yard_width if self.width is not None and self.yard_width else None

    @property
    def worse(self) -> float | None:
        return self.rmse / self.yard_rmse if self.rmse is not None and self.yard_rmse else None


def summary(family: Family, results: Sequence[Result]) -> Summary:
    told = [one for one in results if one.answered]
    sets = [one for one in results if one.sets]
    points = [one for one in told if one.value is not None]
    beside = [one for one in points if one.plain]
    return Summary(
        family, len(results),
        len(told) / len(results),
        sum(one.width <= WIDE for one in told) / len(results),
        sum(not one.answered and one.open for one in results) / len(results),
        _covered(told), _covered(sets), len(results) - len(sets),
        median(one.width for one in told) if told else None,
        median(2 * one.plain[1] for one in told if one.plain) if beside else None,
        mean(abs(one.plain[0] - one.truth) <= one.plain[1] for one in beside if one.plain) if beside else None,
        _rmse([(one.value or 0.0) - one.truth for one in points]),
        _rmse([one.plain[0] - one.truth for one in beside if one.plain]),
        mean((one.value or 0.0) - one.truth for one in points) if points else None,
        sum(one.low > 0 for one in told) / len(told) if told else None,
        sum(one.type == BROKE for one in results) / len(results),
        median(one.seconds for one in results),
    )  # fmt: skip


def _covered(results: Sequence[Result]) -> Covered | None:
    return Covered(sum(one.covers for one in results), len(results)) if results else None


def _rmse(errors: Iterable[float]) -> float | None:
    squares = [error**2 for error in errors]
    return sqrt(mean(squares)) if squares else None
