"""A forecast of a weekly series that anyone can do by hand, and how the same one, made earlier, came out."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

AHEAD = 13  # weeks
YEAR = 52
_KNOWN = 9  # of 13 weeks, below which their level is not told


def forecast(known: Floats, ahead: int = AHEAD) -> Floats:
    """The next weeks: those of a year ago × (the last 13 weeks by the same 13 a year ago), NaN where not known.

    Without a year and 13 weeks before, or where one of both levels is not above 0, the mean of the last 13.
    """
    level = _mean(known[-AHEAD:])
    before = _mean(known[-AHEAD - YEAR : -YEAR])
    last_year = known[len(known) - YEAR :][:ahead]
    if len(known) < YEAR + AHEAD or not (level > 0 and before > 0) or not np.isfinite(last_year).any():
        return np.full(ahead, level)
    return np.asarray(last_year * level / before)


def forecasts(series: Floats) -> Floats:
    """By week what was foreseen of it at most 13 weeks before, from what was known then: 13 at a time, from the end."""
    found = np.full(len(series), np.nan)
    for start in range(len(series) - AHEAD, AHEAD - 1, -AHEAD):
        found[start : start + AHEAD] = forecast(series[:start])
    return found


def _mean(weeks: Floats) -> float:
    known = weeks[np.isfinite(weeks)]
    return float(known.mean()) if len(known) >= _KNOWN else np.nan
