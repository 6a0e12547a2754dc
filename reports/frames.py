"""Weekly panels of a company from its ledger: orders and contribution by region, week and channel of each country.

Orders count where their goods go and for the channel that sold them: copies of other channels' orders, orders shipped
for another channel, replacements, cancelled ones and those of businesses stay out, as in ``reconciliation.bought``.
Weeks begin on Monday by the store's clock. A week that a store's pull does not cover is unknown (NaN).

Contribution is CM2 of the orders of the week, whenever their money moved, less what advertising cost per order of the
store: in base currency, every currency at one rate throughout (Σ|base| / Σ|amount|), so that rates move nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from django.db import connection

from channels.models import Company, Store
from reconciliation.identity.normalise.places import state
from reconciliation.ledger.tiers import CM1, CM2, NET_REVENUE, TIER
from reports.analysis.panel import WEEK, Panel, Series
from reports.known_weeks import holds, known_days
from reports.queries import mean_rates

MARGIN_WEEKS = 52  # of orders that a margin is the mean of
MATURE = timedelta(weeks=4)  # after which an order's fees and returns are mostly known
COSTED = 0.98  # share of a channel's orders with a cost, below which its contribution is not known
_TRICKLE = 0.05  # of a channel's orders in a country: a store with less makes no week unknown

_KINDS = [kind.value for kind, tier in TIER.items() if tier in (NET_REVENUE, CM1, CM2)]
COUNTED = (
    "st.company_id = %(company)s AND NOT o.cancelled AND NOT o.is_mirror AND o.serves = '' AND o.replaces = '' "
    "AND NOT o.business AND o.country <> ''"
)
_DAY = "(o.ordered_at AT TIME ZONE st.timezone)"
_ORDER = f"channels_order o JOIN channels_store st ON st.id = o.store_id AND {COUNTED}"
_ENTRIES = (
    f"{_ORDER} JOIN reconciliation_ledgerentry e ON e.company_id = %(company)s AND e.earning_store_id = o.store_id "
    "AND e.order_ref = o.ref AND e.order_ref <> '' AND e.kind = ANY(%(kinds)s)"
)
_ORDERS = (
    f"SELECT o.store_id, upper(o.country), o.state, date_trunc('week', {_DAY})::date, count(*) FROM {_ORDER} "
    "GROUP BY 1, 2, 3, 4"
)
_MONEY = (
    f"SELECT o.store_id, upper(o.country), o.state, date_trunc('week', {_DAY})::date, e.currency, "
    f"sum(e.amount)::float8 FROM {_ENTRIES} GROUP BY 1, 2, 3, 4, 5"
)
_ADS = (
    "SELECT e.earning_store_id, CASE WHEN e.kind = 'advertising' THEN 'advertising' ELSE 'shared_marketing' END, "
    "e.currency, sum(e.amount)::float8 FROM reconciliation_ledgerentry e "
    "WHERE e.company_id = %(company)s AND e.kind IN ('advertising', 'shared_marketing', 'retention_marketing') "
    "AND e.earning_store_id IS NOT NULL "
    "AND coalesce(e.posted_on, e.ordered_on) >= %(since)s AND coalesce(e.posted_on, e.ordered_on) < %(until)s "
    "GROUP BY 1, 2, 3"
)
_SAMPLE = (
    f"SELECT o.store_id, upper(o.country), date_trunc('week', {_DAY})::date, "
    "round(sum(e.amount * r.rate::numeric), 4)::float8, "
    "bool_or(e.kind = 'cogs') "
    f"FROM {_ENTRIES} JOIN unnest(%(currencies)s::text[], %(rates)s::float8[]) AS r (currency, rate) "
    f"ON r.currency = e.currency WHERE {_DAY}::date >= %(since)s AND {_DAY}::date < %(until)s "
    "GROUP BY o.id, 1, 2, 3 ORDER BY 3, 4, o.ref"
)
_DAILY = (
    f"SELECT o.store_id, o.state, {_DAY}::date, count(*) FROM {_ORDER} AND upper(o.country) = %(country)s "
    f"WHERE {_DAY}::date >= %(since)s AND {_DAY}::date < %(until)s GROUP BY 1, 2, 3"
)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Orders: what each brought in, in base currency, and the week it was placed in."""

    amounts: Series
    weeks: tuple[date, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One country. ``stateless`` has the orders (by week) whose state nobody told: they are in no region.

    ``samples`` has by channel the contribution of each of last year's mature orders with a cost, and their weeks;
    ``costed`` is the share of orders that have one, ``shared`` the cost allocated to that year where any is.
    """

    country: str
    panel: Panel
    stateless: Mapping[str, Series]
    samples: Mapping[str, Sample]
    costed: Mapping[str, float]
    shared: Mapping[str, float]
    year: tuple[date, date]  # half-open, in weeks

    @property
    def through(self) -> date:
        """The first day after the last week."""
        return self.panel.weeks[-1] + WEEK

    def told(self, channel: str) -> float | None:
        """The share of the channel's orders whose region is known."""
        inside, outside = np.nansum(self.panel.orders[channel]), np.nansum(self.stateless[channel])
        return float(inside / (inside + outside)) if inside + outside else None

    def sold(self, channel: str, since: date, until: date) -> float:
        """Orders of the channel in the weeks of the half-open period, wherever they went; unknown weeks count as 0."""
        inside = [since <= week < until for week in self.panel.weeks]
        return float(np.nansum(self.panel.orders[channel][:, inside]) + np.nansum(self.stateless[channel][inside]))


def frames(company: Company) -> dict[str, Frame]:
    """By country, those with at least one week that is known."""
    rates = mean_rates(company.pk)
    with connection.cursor() as cursor:
        given: dict[str, Any] = {"company": company.pk, "kinds": _KINDS}
        cursor.execute(_ORDERS, given)
        orders = _table(cursor.fetchall(), "orders")
        cursor.execute(_MONEY, given)
        money = _table([(*row[:4], row[5] * rates.get(row[4], np.nan)) for row in cursor.fetchall()], "money")
    channels = dict(Store.objects.filter(company=company).values_list("pk", "channel"))
    known = known_days(company)
    found = {}
    for country, of in orders.groupby("country"):
        weeks, unknown = _weeks(of, channels, known)
        if weeks:
            found[str(country)] = (of, weeks, unknown)
    if not found:
        return {}
    until = max(weeks[-1] for _, weeks, _ in found.values()) + WEEK - MATURE
    costs, sample = _margins(company, rates, orders, until)
    return {
        country: _frame(company, country, of, money[money.country == country], channels, weeks, unknown, costs,
                        sample[sample.country == country], until)
        for country, (of, weeks, unknown) in found.items()
    }  # fmt: skip


def _table(rows: Any, what: str) -> pd.DataFrame:
    """Rows of (store, country, state, week, figure), the states in one spelling."""
    table = pd.DataFrame(rows, columns=["store", "country", "state", "week", what])
    spelt = {pair: region(*pair) for pair in set(zip(table.country, table.state, strict=True))}
    table["region"] = [spelt[pair] for pair in zip(table.country, table.state, strict=True)]
    return table


def region(country: str, told: str) -> str:
    """A state in one spelling, as CA for California; empty where it is not told."""
    return state(told, country).upper()


def _weeks(
    orders: pd.DataFrame, channels: Mapping[int, str], known: Mapping[int, list[tuple[date, date]]]
) -> tuple[list[date], dict[str, list[bool]]]:
    """From the first week that some channel knows whole to the last, and by channel which it does not know."""
    by_store = orders.groupby("store").orders.sum()
    by_channel = by_store.groupby(by_store.index.map(channels)).sum()
    selling = {
        store: channels[store] for store in by_store.index if by_store[store] >= _TRICKLE * by_channel[channels[store]]
    }
    spans = [span for store in selling for span in known[store]]
    every = list(_mondays(min(start for start, _ in spans), max(end for _, end in spans))) if spans else []
    seen = {
        channel: [
            all(holds(known[store], week, week + WEEK) for store, name in selling.items() if name == channel)
            for week in every
        ]
        for channel in sorted(set(selling.values()))
    }
    some = [any(of[n] for of in seen.values()) for n in range(len(every))]
    if not any(some):
        return [], {}
    first, last = some.index(True), len(some) - some[::-1].index(True)
    return every[first:last], {channel: [not one for one in of[first:last]] for channel, of in seen.items()}


def _mondays(since: date, until: date) -> Iterator[date]:
    """Of the weeks that lie between the days."""
    monday = since + timedelta(days=-since.weekday() % 7)
    while monday + WEEK <= until:
        yield monday
        monday += WEEK


Costs = Mapping[str, Mapping[int, float]]  # kind → store → cost per order (minus), in base currency


def _margins(
    company: Company, rates: Mapping[str, float], orders: pd.DataFrame, until: date
) -> tuple[Costs, pd.DataFrame]:
    """Advertising and allocated cost per order of each store, and each order's CM2, over the year before ``until``."""
    given: dict[str, Any] = {
        "company": company.pk, "kinds": _KINDS, "since": until - MARGIN_WEEKS * WEEK, "until": until,
        "currencies": list(rates), "rates": list(rates.values()),
    }  # fmt: skip
    inside = orders[(orders.week >= given["since"]) & (orders.week < until)].groupby("store").orders.sum()
    costs: dict[str, dict[int, float]] = {"advertising": {}, "shared_marketing": {}}
    with connection.cursor() as cursor:
        cursor.execute(_ADS, given)
        for store, kind, currency, amount in sorted(cursor.fetchall()):
            if store in inside:
                more = amount * rates.get(currency, np.nan) / float(inside[store])
                costs[kind][store] = round(costs[kind].get(store, 0.0) + more, 6)
    with connection.chunked_cursor() as cursor:
        cursor.execute(_SAMPLE, given)
        sample = pd.DataFrame(iter(cursor), columns=["store", "country", "week", "money", "costed"])
    return costs, sample


def _frame(
    company: Company, country: str, orders: pd.DataFrame, money: pd.DataFrame, channels: Mapping[int, str],
    weeks: list[date], unknown: Mapping[str, list[bool]], costs: Costs, sample: pd.DataFrame, until: date,
) -> Frame:  # fmt: skip
    """One country's; contribution is not known of weeks that end after ``until``."""
    regions = sorted(set(orders.region) - {""})
    counts, stateless, contribution = dict[str, Series](), dict[str, Series](), dict[str, Series]()
    samples, costed, shared = dict[str, Sample](), dict[str, float](), dict[str, float]()
    spread = pd.concat(
        [money, orders.assign(money=orders.orders * _of(orders, costs["advertising"]))], ignore_index=True
    )
    sample = sample.assign(money=sample.money + _of(sample, costs["advertising"]))
    year = (until - MARGIN_WEEKS * WEEK, until)
    for channel, gaps in unknown.items():
        stores = [store for store, name in channels.items() if name == channel]
        every, own = orders[orders.store.isin(stores)], spread[spread.store.isin(stores)]
        grid = _grid(every, "orders", ["", *regions], weeks, gaps)
        counts[channel], stateless[channel] = grid[1:], grid[0]
        of = sample[sample.store.isin(stores)]
        costed[channel] = float(of.costed.mean()) if len(of) else 0.0
        rated = not own.money.isna().any()  # money without a rate is not known, and neither is a sum with it
        of = of[of.costed.astype(bool) & rated]
        samples[channel] = Sample(of.money.to_numpy(dtype=np.float64), tuple(of.week))
        if costed[channel] >= COSTED and rated:
            early = [gap or week + WEEK > until for gap, week in zip(gaps, weeks, strict=True)]
            contribution[channel] = _grid(own, "money", regions, weeks, early)
        if allocated := {store: cost for store, cost in costs["shared_marketing"].items() if store in stores}:
            recent = every[(every.week >= year[0]) & (every.week < year[1])]
            shared[channel] = -float((recent.orders * _of(recent, allocated)).sum())
    panel = Panel(tuple(weeks), tuple(regions), counts, contribution, currency=company.base_currency)
    return Frame(country, panel, stateless, samples, costed, shared, year)


def _of(table: pd.DataFrame, by_store: Mapping[int, float]) -> pd.Series:
    """Each row's store's figure; 0 where it has none."""
    return pd.Series([by_store.get(store, 0.0) for store in table.store], index=table.index, dtype=np.float64)


def _grid(table: pd.DataFrame, what: str, regions: list[str], weeks: list[date], unknown: list[bool]) -> Series:
    """Regions × weeks: 0 where nothing was sold, NaN where it is not known."""
    sums = table.groupby(["region", "week"])[what].sum().unstack("week")
    cells = sums.reindex(index=regions, columns=weeks).fillna(0.0).to_numpy(dtype=np.float64, copy=True)
    grid: Series = np.round(cells, 2)  # the same in any order of adding: equal panels have equal digests
    grid[:, unknown] = np.nan
    return grid


def by_block(
    company: Company, country: str, regions: Sequence[str], blocks: Sequence[tuple[str, date, date]]
) -> dict[str, dict[str, float]]:
    """Orders by channel and block, a half-open period of days, in these regions (all); blocks not known are absent."""
    channels = dict(Store.objects.filter(company=company).values_list("pk", "channel"))
    given: dict[str, Any] = {
        "company": company.pk, "country": country,
        "since": min(start for _, start, _ in blocks), "until": max(end for _, _, end in blocks),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_DAILY, given)
        rows = cursor.fetchall()
    known, selling = known_days(company), dict[str, set[int]]()
    for store, *_ in rows:
        selling.setdefault(channels[store], set()).add(store)
    found = {
        channel: {name: 0.0 for name, start, end in blocks if all(holds(known[store], start, end) for store in stores)}
        for channel, stores in selling.items()
    }
    for store, told, day, count in rows:
        if not regions or region(country, told) in regions:
            counts = found[channels[store]]
            for name, start, end in blocks:
                if start <= day < end and name in counts:
                    counts[name] += count
    return found
