"""Weekly sums by region and channel: what every estimate of one channel's effect on another reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """``orders[channel]`` is regions × weeks; NaN is "not known". ``weeks`` are first days, ascending, each once.

    ``contribution[channel]`` is money in ``currency`` of the same orders, so that returns and fees of an order stand in
    its own week. ``category`` (regions × weeks) is an index of the category's demand that no channel here moves.
    Weeks need not follow each other without gaps: what an estimator does about a gap is its own rule.
    """

    weeks: tuple[date, ...]
    regions: tuple[str, ...]
    orders: Mapping[str, Series]
    contribution: Mapping[str, Series] = field(default_factory=dict)
    category: Series | None = None
    currency: str = ""

    def __post_init__(self) -> None:
        shape = (len(self.regions), len(self.weeks))
        held = [*self.orders.values(), *self.contribution.values(), *([] if self.category is None else [self.category])]
        if any(one.shape != shape for one in held):
            raise ValueError(f"Every series of a panel has {shape[0]} regions × {shape[1]} weeks")
        if any(later <= earlier for earlier, later in zip(self.weeks, self.weeks[1:], strict=False)):
            raise ValueError("Weeks of a panel ascend, each once")

    @property
    def channels(self) -> tuple[str, ...]:
        return tuple(self.orders)

    def index(self, day: date) -> int:
        """How many weeks begin before the day: the first week that lies wholly on or after it."""
        return sum(week < day for week in self.weeks)

    def unknown(self, channel: str) -> set[date]:
        """The weeks in which the channel's orders are not known in some region."""
        known = np.isfinite(self.orders[channel])
        return {week for number, week in enumerate(self.weeks) if not known[:, number].all()}


def panel_of(kept: Mapping[str, Any]) -> Panel:
    """The panel that was kept as JSON, its weeks as ISO dates; null is "not known"."""
    return Panel(
        tuple(map(date.fromisoformat, kept["weeks"])), tuple(kept["regions"]),
        {channel: np.array(series, np.float64) for channel, series in kept["orders"].items()},
        {channel: np.array(series, np.float64) for channel, series in kept.get("contribution", {}).items()},
        currency=kept.get("currency", ""),
    )  # fmt: skip
