"""Sessions as analytics would tell them, for tests of visits."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from channels.core.kinds import Way
from channels.core.rows import Row, TrafficRow

_places = count(1)


def told(
    starts: date, sessions: int, ends: date | None = None, *, level: str = "campaign", way: Way = Way.PAID,
    source: str = "google", campaign: str = "tea", key_events: int = 0, revenue: int | None = None,
) -> TrafficRow:  # fmt: skip
    """Sessions of a day or period."""
    end = ends or starts
    return TrafficRow(
        f"{starts}|{end}|{level}|{way}|{source}|{campaign}", starts, end, level, next(_places), sessions, "USD", way,
        source, "cpc", campaign, key_events=Decimal(key_events), revenue=None if revenue is None else Decimal(revenue),
    )  # fmt: skip


def sessions(first: date, weeks: int, by_way: dict[Way, int], key_events: int = 0) -> Iterator[Row]:
    """As many on each day."""
    for n in range(7 * weeks):
        for way, many in by_way.items():
            yield told(first + timedelta(days=n), many, way=way, source=way.value, key_events=key_events, revenue=5)
