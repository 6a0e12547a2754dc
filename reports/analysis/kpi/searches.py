"""How often the brand is searched: by week, as an index, and where that goes."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from reports.analysis.kpi.figure import WINDOW, changes
from reports.analysis.kpi.slopes import slope
from reports.analysis.weekly import Floats, shown

SHOWN = 52  # weeks


def together(told: Mapping[str, Sequence[Floats]], measures: Sequence[str], weeks: int) -> Floats:
    """The sum over places, of the first of the measures that any tells; a week that one of them lacks is NaN."""
    found = next((told[name] for name in measures if told.get(name)), None)
    return np.full(weeks, np.nan) if found is None else np.asarray(np.sum(found, axis=0), np.float64)


def index_told(searches: Floats) -> dict[str, Any]:
    """100 is the mean of the first 13 known weeks of the last 52; ``slope`` is by week, as a share of the mean."""
    last, recent = searches[-SHOWN:], searches[-WINDOW:]
    known = last[np.isfinite(last)][:WINDOW]
    base = float(known.mean()) if len(known) else 0.0
    mean = float(np.nanmean(recent)) if np.isfinite(recent).any() else 0.0
    band = slope(recent / mean) if mean else None
    return {
        "index": shown(100 * last / base if base else np.full(len(last), np.nan)), "searches": shown(last),
        "trend": changes(searches),
        "slope": {"value": band.value, "low": band.low, "high": band.high} if band else None,
    }  # fmt: skip
