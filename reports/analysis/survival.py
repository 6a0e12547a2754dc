"""Time until something happens, where for some it has not happened yet (Kaplan and Meier 1958)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.analysis.proportions import Z90

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """``done[i]`` is the share to whom it has happened by ``times[i]``, ascending; ``low`` and ``high`` hold 90 %.

    The band is Greenwood's on the scale of log(−log), so that it stays within 0 and 1.
    """

    times: Floats
    done: Floats
    low: Floats
    high: Floats
    n: int

    def by(self, times: Floats) -> Floats:
        """The share to whom it has happened by each of the times; 0 before the first."""
        places = np.searchsorted(self.times, times, side="right")
        return np.concatenate([[0.0], self.done])[places]

    def quantile(self, share: float) -> tuple[float, float, float]:
        """When it has happened to this share, and the ends of its interval; inf where it never comes to that."""
        return tuple(self._first(one, share) for one in (self.done, self.high, self.low))  # type: ignore[return-value]

    def _first(self, of: Floats, share: float) -> float:
        reached = np.flatnonzero(of >= share)
        return float(self.times[reached[0]]) if len(reached) else float("inf")


def kaplan_meier(times: Floats, happened: NDArray[np.bool_]) -> Curve:
    """The curve of times to the event, or for how long there was none. Raises ValueError for a negative time."""
    if len(times) and (times < 0).any():
        raise ValueError("A time before the beginning says nothing of how long it took: leave it out and count it.")
    moments, place = np.unique(times, return_inverse=True)
    events = np.bincount(place, happened, len(moments)).astype(float)
    risk = (len(times) - np.concatenate([[0], np.cumsum(np.bincount(place, minlength=len(moments)))[:-1]])).astype(
        float
    )
    left = np.cumprod(1 - events / risk) if len(moments) else np.empty(0)
    spare = np.where(risk > events, risk - events, 1.0)
    variance = np.cumsum(np.where(risk > events, events / (risk * spare), 0.0))
    some = events > 0
    moments, left, variance = moments[some], left[some], variance[some]
    inner = (left > 0) & (left < 1)
    logs = np.log(np.where(inner, left, 0.5))
    spread = Z90 * np.sqrt(variance) / np.abs(logs)
    low, high = (np.where(inner, 1 - np.exp(logs * np.exp(sign * spread)), 1 - left) for sign in (-1, 1))
    return Curve(moments, 1 - left, low, high, len(times))
