"""Sessions of the own site from the books, each once, beside the orders and the money of the stores it belongs to.

Days are the store's; a period of several days counts in each by its share. GA4's revenue is what it credits: it stands
beside the ledger's and replaces nothing.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from channels.core.kinds import Way
from channels.models import Company, Store
from reconciliation.ledger.tiers import CM1, CM2, CM3A, NET_REVENUE, TIER
from reports.analysis.weekly import Floats
from reports.queries import mean_rates
from reports.reads import rows
from reports.weeks import COSTED, Books

Flags = NDArray[np.bool_]
_DAY = timedelta(days=1)

# Of each store and day the shortest period, of these the finest level, of these the latest to begin: one telling.
_TOLD = """
WITH t AS (
    SELECT t.*, t.ends_on - t.starts_on AS more,
        CASE level WHEN 'campaign' THEN 0 WHEN 'source' THEN 1 ELSE 2 END AS rough
    FROM channels_traffic t JOIN channels_store st ON st.id = t.store_id AND st.company_id = %(company)s
    WHERE t.ends_on >= %(since)s AND t.starts_on < %(until)s
), periods AS (
    SELECT DISTINCT store_id, resource, starts_on, ends_on, more, rough FROM t
), best AS (
    SELECT DISTINCT ON (store_id, d) periods.*, d::date AS day
    FROM periods CROSS JOIN generate_series(starts_on, ends_on, interval '1 day') d
    ORDER BY store_id, d, more, rough, starts_on DESC, resource
), told AS (
    SELECT t.*, day FROM t JOIN best USING (store_id, resource, starts_on, ends_on, more, rough)
)
"""
_SUMS = (
    "round(sum(sessions::numeric / (more + 1)), 6)::float8, round(sum(engaged::numeric / (more + 1)), 6)::float8, "
    "round(sum(key_events / (more + 1)), 6)::float8, round(sum(revenue / (more + 1)), 6)::float8, currency"
)
_DAYS = f"{_TOLD} SELECT store_id, day, way, min(more), {_SUMS} FROM told GROUP BY 1, 2, 3, currency ORDER BY 1, 2, 3"
_SOURCES = f"""
{_TOLD} SELECT way, source, medium, campaign, channel_group, {_SUMS} FROM told
WHERE day >= %(since)s AND day < %(until)s GROUP BY 1, 2, 3, 4, 5, currency ORDER BY 1, 2, 3, 4, 5, currency
"""

_ON = "coalesce(e.ordered_on, e.posted_on)"
_OF = "reconciliation_ledgerentry e WHERE e.company_id = %(company)s AND e.earning_store_id = ANY(%(stores)s)"
_ORDERS = f"""
SELECT store, day, count(*) FROM (
    SELECT e.earning_store_id AS store, min({_ON}) AS day FROM {_OF} AND {_ON} IS NOT NULL AND e.kind = 'revenue'
        AND e.order_ref <> '' AND e.quantity <> 0 GROUP BY e.earning_store_id, e.order_ref HAVING sum(e.quantity) > 0
) o WHERE day >= %(since)s AND day < %(until)s GROUP BY 1, 2
"""
_MONEY = f"""
SELECT e.earning_store_id, {_ON},
    round(coalesce(sum(e.base_amount) FILTER (WHERE e.kind = ANY(%(net)s)), 0), 4)::float8,
    round(coalesce(sum(e.base_amount), 0), 4)::float8, coalesce(sum(e.quantity) FILTER (WHERE e.kind = 'revenue'), 0),
    coalesce(sum(e.quantity) FILTER (WHERE e.kind = 'cogs'), 0),
    sum(CASE WHEN e.base_amount IS NOT NULL THEN 0 WHEN e.reversal THEN -1 ELSE 1 END)
FROM {_OF} AND {_ON} >= %(since)s AND {_ON} < %(until)s AND e.kind = ANY(%(margin)s) GROUP BY 1, 2
"""
_NET = [kind.value for kind, tier in TIER.items() if tier == NET_REVENUE]
_MARGIN = [kind.value for kind, tier in TIER.items() if tier in (NET_REVENUE, CM1, CM2, CM3A)]


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


def own_site(company: Company, of: Books) -> OwnSite | None:
    """None where no session of these weeks is in the books."""
    if not of.weeks or of.through is None:
        return None
    rates = mean_rates(company.pk) | {company.base_currency: 1.0}
    told = rows(_DAYS, {"company": company.pk, "since": of.weeks[0], "until": of.through})
    names = dict(Store.objects.filter(company=company).values_list("pk", "channel"))
    stores = sorted({row[0] for row in told}, key=lambda store: (names[store], store))
    if not stores:
        return None
    span = _Span(of.weeks[0], 7 * len(of.weeks), stores)
    given = {"company": company.pk, "stores": stores, "since": of.weeks[0], "until": of.through,
             "net": _NET, "margin": _MARGIN}  # fmt: skip
    orders = span.filled(rows(_ORDERS, given), 0.0)
    orders[np.repeat(np.isnan(of.orders), 7)] = np.nan
    net, cm3 = _money(rows(_MONEY, given), span)
    known = np.sign(span.filled(((store, day, 1.0) for store, day, *_ in told), math.nan))
    ways: dict[str, Floats] = {
        way.value: span.filled(((row[0], row[1], row[4]) for row in told if row[2] == way), 0.0) * known for way in Way
    }
    finest = span.filled(((row[0], row[1], 1.0) for row in told if row[3] == 0), 0.0)
    return OwnSite(
        of.weeks, tuple(names[store] for store in stores), sum(ways.values(), np.zeros_like(known)),
        span.filled(((row[0], row[1], row[6]) for row in told), 0.0) * known,
        span.filled(((row[0], row[1], _based(row[7], row[8], rates)) for row in told), 0.0) * known,
        ways, finest > 0, orders, net, cm3,
    )  # fmt: skip


def sources(company: Company, since: date, until: date) -> list[Source]:
    """Of the half-open days, by every name that an export gives."""
    rates = mean_rates(company.pk) | {company.base_currency: 1.0}
    found: dict[tuple[str, ...], list[float]] = defaultdict(lambda: [0.0] * 4)
    for *key, sessions, engaged, events, revenue, currency in rows(
        _SOURCES, {"company": company.pk, "since": since, "until": until}
    ):
        counts = found[tuple(key)]
        for place, value in enumerate((sessions, engaged, events, _based(revenue, currency, rates))):
            counts[place] += value
    return [
        Source(way, source, medium, campaign, group, *counts)
        for (way, source, medium, campaign, group), counts in sorted(found.items())
    ]


def _based(amount: float | None, currency: str, rates: Mapping[str, float]) -> float:
    return math.nan if amount is None else amount * rates.get(currency, math.nan)


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


def _money(told: list[tuple[Any, ...]], span: _Span) -> tuple[Floats, Floats]:
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
