"""Journeys of own-site orders from the visits in the books: one touch is one visit, an order's money is the ledger's.

An order counts on the day of its sale in the store's time zone, with the money that the ledger has in the same week;
what the ledger has of it in other weeks stands with the money of no order.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from channels.models import Company, Order, Store, Visit
from reconciliation.exposure.visits import Arrival
from reconciliation.ledger.tiers import CM1, CM2, NET_REVENUE, TIER
from reconciliation.models import QueryClass
from reconciliation.visited import SAID, classed
from reports.ads import lexicon_in_use
from reports.analysis.attribution.booked import Booked, Came, Columns, booked
from reports.analysis.attribution.credited import Part
from reports.frames import region

_INCOME = [kind.value for kind, tier in TIER.items() if tier == NET_REVENUE]
_MARGINS = [kind.value for kind, tier in TIER.items() if tier in (NET_REVENUE, CM1, CM2)]
_VISITS = Visit._meta.db_table
_ON = "coalesce(e.ordered_on, e.posted_on)"
_WEEK = f"({_ON} - ({_ON} - DATE '0001-01-01') %% 7)"  # its Monday, as that day was one; quicker than date_trunc
# An order sold where its units are not all taken back; of each the row of the week in which it was sold.
_SOLD = f"""
CREATE TEMPORARY TABLE journey_order ON COMMIT DROP AS
WITH visited AS (
    SELECT v.store_id, v.order_ref, max(v.visits) AS counted FROM {_VISITS} v
    WHERE v.store_id = ANY(%(stores)s) GROUP BY 1, 2
), weekly AS (
    SELECT e.earning_store_id AS store, e.order_ref AS ref, {_WEEK} AS week,
        min({_ON}) FILTER (WHERE e.kind = 'revenue' AND e.quantity <> 0) AS day,
        coalesce(sum(e.quantity) FILTER (WHERE e.kind = 'revenue'), 0) AS units,
        coalesce(sum(e.quantity) FILTER (WHERE e.kind = 'cogs'), 0) AS costed,
        coalesce(sum(e.base_amount) FILTER (WHERE e.kind = ANY(%(income)s)), 0) AS net,
        coalesce(sum(e.base_amount) FILTER (WHERE e.kind = ANY(%(margins)s)), 0) AS contribution
    FROM reconciliation_ledgerentry e JOIN visited v ON v.store_id = e.earning_store_id AND v.order_ref = e.order_ref
    WHERE e.company_id = %(company)s AND e.earning_store_id = ANY(%(stores)s) AND {_ON} IS NOT NULL GROUP BY 1, 2, 3
), orders AS (
    SELECT w.*, sum(units) OVER o AS all_units, min(day) OVER o AS first FROM weekly w
    WINDOW o AS (PARTITION BY store, ref)
), placed AS (
    SELECT o.*, st.name FROM orders o JOIN channels_store st ON st.id = o.store
    WHERE all_units > 0 AND day = first AND day < %(until)s AND week = ANY(%(weeks)s)
)
SELECT row_number() OVER (ORDER BY p.day, p.ref, p.name) - 1 AS n, p.store, p.ref, p.week, p.day, p.units, p.costed,
    p.net, p.contribution, v.counted
FROM placed p JOIN visited v ON v.store_id = p.store AND v.order_ref = p.ref WHERE
"""
_IN_PLACE = f"""
EXISTS (SELECT 1 FROM {Order._meta.db_table} o WHERE o.store_id = p.store AND o.ref = p.ref
    AND upper(o.country) = %(country)s AND (%(states)s::text[] IS NULL OR o.state = ANY(%(states)s)))
"""
_ORDERS = """
SELECT string_agg(int8send(day - DATE '0001-01-01' + 1), ''), string_agg(float8send(round(net, 6)::float8), ''),
    string_agg(float8send(round(contribution, 6)::float8), ''), string_agg(float8send(units::float8), ''),
    string_agg(float8send(costed::float8), ''), string_agg(int8send(counted::bigint), '')
FROM (SELECT * FROM journey_order ORDER BY n) s
"""
_CAME = f"""
CREATE TEMPORARY TABLE journey_visit ON COMMIT DROP AS
SELECT s.n, extract(epoch FROM v.occurred_at)::float8 / 86400 AS time, v.position, {SAID}
FROM journey_order s JOIN {_VISITS} v ON v.store_id = s.store AND v.order_ref = s.ref
LEFT JOIN {QueryClass._meta.db_table} k ON k.lexicon_id = %(lexicon)s AND k.query = v.utm_term AND v.utm_term <> ''
"""
_TOLD = "source, source_type, host, utm_source, utm_medium, utm_campaign, term"
_CODE = f"hash_record_extended(row({_TOLD}), 0)"
_ARRIVALS = f"SELECT {_CODE}, {_TOLD}, count(*) FROM journey_visit GROUP BY {_TOLD}"
_TOUCHES = f"""
SELECT string_agg(int8send(n), ''), string_agg(float8send(time), ''), string_agg(int8send(position), ''),
    string_agg(int8send({_CODE}), '') FROM journey_visit
"""


_PARTS = f"""
SELECT CASE WHEN s.week = e.week THEN 'attributed' WHEN s.ref IS NOT NULL THEN 'no_order'
        WHEN e.store = ANY(%(own)s) AND e.ref <> '' THEN 'no_visits'
        WHEN e.store IS NULL OR e.store = ANY(%(own)s) THEN 'no_order' ELSE 'other_channels' END,
    coalesce(round(sum(e.net) FILTER (WHERE e.week = ANY(%(net_weeks)s)), 6), 0)::float8,
    coalesce(round(sum(e.margin) FILTER (WHERE e.week = ANY(%(margin_weeks)s)), 6), 0)::float8,
    coalesce(round(-sum(e.ads) FILTER (WHERE e.week = ANY(%(margin_weeks)s)), 6), 0)::float8
FROM (
    SELECT e.earning_store_id AS store, e.order_ref AS ref, {_WEEK} AS week,
        sum(e.base_amount) FILTER (WHERE e.kind = ANY(%(income)s)) AS net,
        sum(e.base_amount) FILTER (WHERE e.kind = ANY(%(margins)s)) AS margin,
        sum(e.base_amount) FILTER (WHERE e.kind = 'advertising') AS ads
    FROM reconciliation_ledgerentry e WHERE e.company_id = %(company)s AND {_ON} >= %(from)s AND {_ON} < %(until)s
    GROUP BY 1, 2, 3
) e LEFT JOIN journey_order s ON s.store = e.store AND s.ref = e.ref GROUP BY 1
"""
_ORDERS_OF_PARTS = f"""
SELECT CASE WHEN s.ref IS NOT NULL THEN 'attributed' WHEN o.store = ANY(%(own)s) THEN 'no_visits'
        ELSE 'other_channels' END, count(*)
FROM (
    SELECT e.earning_store_id AS store, e.order_ref AS ref, date_trunc('week', min({_ON}))::date AS week
    FROM reconciliation_ledgerentry e
    WHERE e.company_id = %(company)s AND {_ON} IS NOT NULL AND e.kind = 'revenue' AND e.order_ref <> ''
        AND e.quantity <> 0 GROUP BY 1, 2 HAVING sum(e.quantity) > 0
) o LEFT JOIN journey_order s ON s.store = o.store AND s.ref = o.ref
WHERE o.week = ANY(%(weeks)s) AND o.week >= %(from)s GROUP BY 1
"""
PARTS = ("attributed", "no_visits", "other_channels", "no_order")


@dataclass(frozen=True, slots=True)
class Place:
    """A country's regions, as panels spell them; all of it without any."""

    country: str
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Weeks:
    """The Mondays of which orders, net revenue and contribution are known; each a part of those before."""

    orders: tuple[date, ...]
    net: tuple[date, ...]
    margin: tuple[date, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """``parts`` by name of PARTS, of the days from ``since`` on; together they are the ledger of the known weeks."""

    booked: Booked | None
    parts: Mapping[str, Part]


def own_stores(company: Company) -> tuple[list[int], list[int]]:
    """The stores whose visits are known, and all of their channels."""
    seen = Store.objects.filter(Exists(Visit.objects.filter(store=OuterRef("pk"))), company=company)
    channels = set(seen.values_list("channel", flat=True))
    every = Store.objects.filter(company=company, channel__in=channels)
    return sorted(seen.values_list("pk", flat=True)), sorted(every.values_list("pk", flat=True))


def read(company: Company, weeks: Weeks, since: date, until: date) -> Read:
    """Journeys of all weeks before ``until``, and beside them the ledger from the Monday ``since`` on."""
    stores, own = own_stores(company)
    given = _given(company, stores, weeks.orders, until) | {
        "own": own, "from": since, "net_weeks": list(weeks.net), "margin_weeks": list(weeks.margin),
    }  # fmt: skip
    with _sold(given) as cursor:
        made = _booked(cursor, given, company.base_currency)
        cursor.execute(_PARTS, given)
        money = {name: sums for name, *sums in cursor.fetchall()}
        cursor.execute(_ORDERS_OF_PARTS, given)
        orders = dict(cursor.fetchall())
    return Read(made, {name: Part(orders.get(name, 0), *money.get(name, ())) for name in PARTS})


def journeys(company: Company, weeks: Sequence[date], until: date, place: Place | None = None) -> Booked | None:
    """Of orders sold in the weeks (Mondays) before ``until``, shipped to a place; None without one."""
    stores, _ = own_stores(company)
    given = _given(company, stores, weeks, until)
    if place is not None:
        given |= {"country": place.country, "states": _states(stores, place) if place.regions else None}
    with _sold(given, _IN_PLACE if place else "TRUE") as cursor:
        return _booked(cursor, given, company.base_currency)


def _given(company: Company, stores: Sequence[int], weeks: Sequence[date], until: date) -> dict[str, Any]:
    return {
        "company": company.pk, "stores": list(stores), "until": until, "weeks": list(weeks), "income": _INCOME,
        "margins": _MARGINS, "lexicon": lexicon_in_use(company),
    }  # fmt: skip


@contextmanager
def _sold(given: Mapping[str, Any], where: str = "TRUE") -> Iterator[Any]:
    """The orders to read as a table; of whole tables, which neither loops nor sorting them for a join would suit."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off")
        cursor.execute(_SOLD + where, given)
        cursor.execute("ANALYZE journey_order")
        yield cursor
        cursor.execute("DROP TABLE journey_order; SET LOCAL enable_nestloop = on; SET LOCAL enable_mergejoin = on")


def _booked(cursor: Any, given: Mapping[str, Any], currency: str) -> Booked | None:
    cursor.execute(_ORDERS)
    orders = cursor.fetchone()
    cursor.execute(_CAME, given)
    cursor.execute(_ARRIVALS)
    came = [Came(code, Arrival(*told[:5]), told[5], *classed(told)[:2], many)
            for code, *told, many in cursor.fetchall()]  # fmt: skip
    cursor.execute(_TOUCHES)
    touches = cursor.fetchone()
    cursor.execute("DROP TABLE journey_visit")
    return booked(Columns(*(bytes(one or b"") for one in (*orders, *touches))), came, currency)


def _states(stores: Sequence[int], place: Place) -> list[str]:
    """The region's spellings in orders."""
    told = Order.objects.filter(store__in=stores, country__iexact=place.country).order_by()
    return [
        one for one in told.values_list("state", flat=True).distinct() if region(place.country, one) in place.regions
    ]
