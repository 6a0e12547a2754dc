"""The owner's figures of growth that is the company's own: its share, and how well it was foreseen."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reports.analysis.estimate import Answer, Bounds, CannotTell, Estimate
from reports.analysis.kpi.figure import NOT_KNOWN, SPANS, WINDOW, Kpi, nothing, ratio_kpi
from reports.analysis.kpi.flag import Flag
from reports.analysis.said import Said

Floats = NDArray[np.float64]

YEAR = 52


def growth_share(incremental: Floats, total: Floats, grown: Answer | None = None, flags: Sequence[Flag] = ()) -> Kpi:
    """Weekly incremental and total contribution of 65 weeks: (I − I of a year ago) / (T − T of a year ago).

    ``grown`` is by how much what channels took from each other grew within the year, in money: its interval is joined
    to that of the weeks, and where it has bounds only, so has the figure.
    """
    if min(len(incremental), len(total)) < YEAR + WINDOW:
        said = Said("{weeks} weeks are known; {least} are needed.",
                    {"weeks": min(len(incremental), len(total)), "least": YEAR + WINDOW})  # fmt: skip
        return nothing("growth_share", "share", said, dict.fromkeys(SPANS), flags)
    own, whole = (of[-WINDOW:] - of[-WINDOW - YEAR : -YEAR] for of in (incremental, total))
    if not np.isfinite(own).all() or not np.isfinite(whole).all():
        return nothing("growth_share", "share", NOT_KNOWN, dict.fromkeys(SPANS), flags)
    if whole.sum() <= 0:
        said = Said("Contribution did not grow within the year: there is no growth to share.")
        return nothing("growth_share", "share", said, dict.fromkeys(SPANS), flags)
    made = ratio_kpi("growth_share", own, whole, "share", flags=flags)
    return made if grown is None or isinstance(grown, CannotTell) else _with_taken(made, grown)


def _with_taken(made: Kpi, grown: Estimate | Bounds) -> Kpi:
    """Both errors joined as squares; of bounds the ends, each with the error of the weeks."""
    if made.value is None or made.low is None or made.high is None:
        return replace(made, low=None, high=None)
    below, above = made.value - made.low, made.high - made.value
    if isinstance(grown, Estimate):
        down, up = ((grown.high - grown.value) / made.denominator, (grown.value - grown.low) / made.denominator)
        return replace(made, low=made.value - math.hypot(below, down), high=made.value + math.hypot(above, up))
    ends = (1 - grown.high / made.denominator - below, 1 - grown.low / made.denominator + above)
    return replace(made, value=None, low=ends[0], high=ends[1])


def predictability(forecast: Floats, actual: Floats, flags: Sequence[Flag] = ()) -> Kpi:
    """MAPE of the weeks' forecasts as they were made before; weeks without sales have none and are left out."""
    kept = np.isfinite(forecast[-WINDOW:]) & np.isfinite(actual[-WINDOW:]) & (actual[-WINDOW:] > 0)
    off = np.abs(forecast[-WINDOW:] - actual[-WINDOW:])[kept] / actual[-WINDOW:][kept]
    return ratio_kpi("predictability", off, np.ones(len(off)), "share", flags=flags)
