"""Daily orders of channels from a CSV file: day, channel, orders. Who sold nothing on a day writes 0."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from reports.analysis.event_words import shown
from reports.analysis.panel import Series
from reports.analysis.rows import Limits, Unreadable, at, count, name_of, renamed, rows

DAILY = ("day", "channel", "orders")
_LIMITS = Limits(20_000_000, 100_000, "sum it by day and channel")


@dataclass(frozen=True, slots=True)
class Daily:
    """Orders by channel and day of the file ``name``."""

    name: str
    orders: Mapping[str, Mapping[date, float]]

    def together(self, one: str, other: str) -> tuple[Series, Series]:
        """Both channels' orders of the days from the first to the last that both have. Raises Unreadable for a gap."""
        both = self.orders[one], self.orders[other]
        first, last = max(min(days) for days in both), min(max(days) for days in both)
        if first > last:
            raise Unreadable(f"{self.name}: {shown(one)} and {shown(other)} have no day in common.")
        for channel in (one, other):
            days = self.orders[channel]
            if missing := next((day for day in _span(first, last) if day not in days), None):
                raise Unreadable(
                    f"{self.name}: {shown(channel)} has no row of {missing}, between {first} and {last}: "
                    f"write one for every day, with 0 where nothing was sold."
                )
        found = [np.array([days[day] for day in _span(first, last)]) for days in both]
        return found[0], found[1]


def read_days(path: Path) -> Daily:
    """Raises Unreadable."""
    orders, lines = dict[str, dict[date, float]](), dict[tuple[date, str], int]()
    for line, row in rows(path, _LIMITS, renamed(DAILY, (), {}, f"it has {', '.join(DAILY)}")):
        day, channel = _day(path.name, line, row["day"]), name_of(path.name, line, "channel", row["channel"])
        if (first := lines.setdefault((day, channel), line)) != line:
            raise at(path.name, line, f"day {day}, {shown(channel)} stands in line {first} already: add them")
        value = count(path.name, line, "orders", row["orders"])
        if math.isnan(value):
            raise at(path.name, line, "column orders is empty: a plan needs every day, with 0 where nothing was sold")
        orders.setdefault(channel, {})[day] = value
    if len(orders) < 2:
        raise Unreadable(f"{path.name} has {len(orders)} channels; a plan is of two, one row for each day and channel.")
    return Daily(path.name, orders)


def _span(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _day(name: str, line: int, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise at(name, line, f"column day: {shown(text)} is no day such as 2026-02-02") from error
