"""The set of ratios −y/x that placebos do not contradict (Anderson and Rubin 1949), for noisy or exact x."""

import math
from dataclasses import dataclass

import numpy as np

from reports.analysis.panel import Series
from reports.analysis.placebos import upper
from reports.analysis.weights import Mask

ANGLES = 720
HALVINGS = 30


@dataclass(frozen=True, slots=True)
class Span:
    """The least and the largest ratio that is not contradicted; infinite where no end is."""

    low: float
    high: float

    def joined(self, other: "Span") -> "Span":
        return Span(min(self.low, other.low), max(self.high, other.high))

    @property
    def bounded(self) -> bool:
        return math.isfinite(self.low) and math.isfinite(self.high)


def ratios(y: float, x: float, ys: Series, xs: Series, wider: float) -> Span:
    """All k with |y + k·x| ≤ wider × the quantile of |ys + k·xs|, and what lies between them.

    k runs over the angles of its tangent, so that infinity is looked at as any other value.
    """
    if not xs.any() and x != 0:
        half = wider * float(upper(ys)) / abs(x)
        return Span(-y / x - half, -y / x + half)

    def within(angle: Series) -> Mask:
        cos, sin = np.cos(angle), np.sin(angle)
        limit = wider * upper(np.multiply.outer(cos, ys) + np.multiply.outer(sin, xs))
        inside: Mask = np.abs(cos * y + sin * x) <= limit
        return inside

    if x == 0 or within(np.array([math.pi / 2]))[0]:
        return Span(-math.inf, math.inf)
    point = math.atan(-y / x)
    angles = np.unique([*np.linspace(-math.pi / 2, math.pi / 2, ANGLES + 1), point])
    accepted = np.flatnonzero(within(angles))
    if not len(accepted):
        return Span(-y / x, -y / x)
    low, high = int(accepted[0]), int(accepted[-1])
    ends = np.array([[angles[low], angles[max(low - 1, 0)]], [angles[high], angles[min(high + 1, len(angles) - 1)]]])
    for _ in range(HALVINGS):
        middle: Series = ends.mean(axis=1)
        ends[np.arange(2), np.where(within(middle), 0, 1)] = middle
    return Span(math.tan(ends[0, 1]), math.tan(ends[1, 1]))
