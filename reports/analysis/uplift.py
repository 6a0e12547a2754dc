"""What an event changed over both channels, week by week, from what is kept of its answer."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def uplift(detail: Mapping[str, Any]) -> tuple[Floats, Floats] | None:
    """Weekly orders of both channels less what they would have been, before and since.

    None where the affecting channel sold before, and nothing says what it would have sold.
    """
    gap, other = detail.get("gap"), detail.get("affecting")
    if "affected_gap" in detail:
        gap, other = detail["affected_gap"], detail["affecting_gap"]
    if not gap or not other or len(gap) != len(other):
        return None
    both = np.array([gap, other], np.float64)
    start, skipped = detail.get("before", 0), detail.get("skipped", 0)
    launched = "affected_gap" in detail or not both[1, :start].any()
    if not launched or not np.isfinite(both).all():
        return None
    whole = both.sum(axis=0)
    return whole[:start], whole[start + skipped :]
