"""Sessions of the own site by day and store, beside the orders and the money of the stores that it belongs to."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from channels.core.kinds import Way
from reports.analysis.weekly import Floats

Flags = NDArray[np.bool_]
Rows = Sequence[tuple[Any, ...]]
COSTED = 0.98  # share of a store's units of a week with a cost, below which its contribution is not known
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Source:
    """Sessions of one source. ``revenue`` is GA4's, in base currency, NaN where it tells none or no rate is known."""

    way: str
    source: str
    medium: str
    campaign: str
    group: str
    sessions: float
    engaged: float
    key_events: float
    revenue: float


@dataclass(frozen=True, slots=True, eq=False)
class OwnSite:
    """Days × stores of ``weeks``, NaN where not known; ``by_day`` says where sessions are known of that day itself.

    ``ways`` has sessions by the way on which they came; ``net`` and ``cm3`` are the ledger's of the same stores,
    ``revenue`` is GA4's, all in base currency.
    """

    weeks: tuple[date, ...]
    channels: tuple[str, ...]
    sessions: Floats
    key_events: Floats
    revenue: Floats
    ways: Mapping[str, Floats]
    by_day: Flags
    orders: Floats
    net: Floats
    cm3: Floats

    def weekly(self, of: Floats, where: Flags | None = None) -> Floats:
        """Over stores: of each week those whose seven days are known, NaN with none; or single days of ``where``."""
        told = np.isfinite(self.sessions) & np.isfinite(self.orders)
        told = told.reshape(len(self.weeks), 7, -1)
        kept = np.broadcast_to(told.all(axis=1, keepdims=True), told.shape)
        kept = kept if where is None else told & where.reshape(told.shape)
        sums = np.where(kept, of.reshape(told.shape), 0.0).sum(axis=(1, 2))
        return np.where(kept.any(axis=(1, 2)), sums, np.nan)


@dataclass(frozen=True, slots=True)
class Read:
    """Rows by (store, day): ``sessions`` with way, length of its period less a day, sessions, key events and revenue;
    ``orders`` with their number; ``money`` with net revenue, contribution, units, units with a cost, and how many
    entries have no rate. ``stores`` have their channel.
    """

    stores: Mapping[int, str]
    sessions: Rows
    orders: Rows
    money: Rows


def own_site_of(weeks: tuple[date, ...], ordered: Floats, read: Read) -> OwnSite | None:
    """``ordered`` is NaN in weeks whose orders are not known. None without sessions."""
    stores = sorted({row[0] for row in read.sessions}, key=lambda store: (read.stores[store], store))
    if not stores or not weeks:
        return None
    span = _Span(weeks[0], 7 * len(weeks), stores)
    orders = span.filled(read.orders, 0.0)
    orders[np.repeat(np.isnan(ordered), 7)] = np.nan
    net, cm3 = _money(read.money, span)
    known = np.sign(span.filled(((store, day, 1.0) for store, day, *_ in read.sessions), math.nan))
    ways: dict[str, Floats] = {
        way.value: span.filled(((row[0], row[1], row[4]) for row in read.sessions if row[2] == way), 0.0) * known
        for way in Way
    }
    finest = span.filled(((row[0], row[1], 1.0) for row in read.sessions if row[3] == 0), 0.0)
    return OwnSite(
        weeks, tuple(read.stores[store] for store in stores), sum(ways.values(), np.zeros_like(known)),
        span.filled(((row[0], row[1], row[5]) for row in read.sessions), 0.0) * known,
        span.filled(((row[0], row[1], row[6]) for row in read.sessions), 0.0) * known,
        ways, finest > 0, orders, net, cm3,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Span:
    first: date
    days: int
    stores: list[int]

    def filled(self, told: Iterable[tuple[Any, ...]], empty: float) -> Floats:
        """Days × stores, summed; days out of the span are left out."""
        found = np.full((self.days, len(self.stores)), empty)
        for store, day, value in told:
            row, column = (day - self.first) // _DAY, self.stores.index(store)
            if 0 <= row < self.days:
                found[row, column] = value if math.isnan(found[row, column]) else found[row, column] + value
        return found


def _money(told: Rows, span: _Span) -> tuple[Floats, Floats]:
    """Net revenue, and contribution after advertising; the latter NaN in a store's weeks whose goods lack a cost."""
    net, cm3, units, costed, unrated = (
        span.filled(((row[0], row[1], float(row[place])) for row in told), 0.0) for place in (2, 3, 4, 5, 6)
    )
    by_week = (span.days // 7, 7, len(span.stores))
    units, costed, missing = (of.reshape(by_week).sum(axis=1) for of in (units, costed, np.abs(unrated)))
    unknown = np.repeat((costed < COSTED * units) | (missing > 0), 7, axis=0)
    net[np.repeat(missing > 0, 7, axis=0)] = math.nan
    cm3[unknown] = math.nan
    return net, cm3
