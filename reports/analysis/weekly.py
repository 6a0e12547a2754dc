"""Weekly series from sums by week."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CLASSES = ("brand", "non_brand", "unknown")


def by_week(sums: Mapping[date, float], weeks: Sequence[date], unknown: Collection[date] = ()) -> Floats:
    """One value a week: 0 where nothing is, NaN where it is not known."""
    found = [np.nan if week in unknown else sums.get(week, 0.0) for week in weeks]
    return np.array(found, dtype=np.float64)


def where(series: Floats, known: Floats, least: float) -> Floats:
    """The series, NaN in weeks of which less than ``least`` is known."""
    return np.where(known >= least, series, np.nan)


def share(top: Floats, bottom: Floats) -> Floats:
    """By week; 1 where there is nothing to know of."""
    return np.asarray(np.divide(top, bottom, out=np.ones(len(top)), where=bottom > 0))


def ratio(top: Floats, bottom: Floats) -> Floats:
    """By week; NaN where there is nothing to divide by."""
    return np.asarray(np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0))


def known_with(series: Floats, other: Floats) -> Floats:
    """The series, NaN where the other is."""
    return np.where(np.isnan(other), np.nan, series)


def known_sum(series: Floats, weeks: int) -> float:
    """Of the last weeks, those not known left out."""
    return float(np.nansum(series[-weeks:]))


def shown(series: Floats, weeks: int = 52) -> tuple[float | None, ...]:
    """The last weeks for drawing: None where nothing is known."""
    return tuple(float(one) if np.isfinite(one) else None for one in series[-weeks:])


def maturity(weeks: int, ripe: int) -> float:
    """The mean share of ``ripe`` weeks that each of the last ``weeks`` has had, the latest none."""
    return float(np.minimum(np.arange(weeks) / ripe, 1.0).mean()) if weeks else 0.0
