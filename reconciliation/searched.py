"""Counts of searches and of advertising by class of query, summed in the database: reports have millions of rows."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection

from channels.copying import copying
from channels.models import AdSpend, SearchStat, Store
from reconciliation.exposure.periods import Placed, missing, placed
from reconciliation.models import Exposure, Lexicon, QueryClass, Verdict

_TABLE, _CLASSES = Exposure._meta.db_table, QueryClass._meta.db_table
_KEYS = "company_id, lexicon_id, store_id, source, medium, market"
_VALUES = "%(company)s, %(lexicon)s, %(store)s, %(source)s, '', %(market)s"
_PERIOD = "p.period, p.first, p.last, p.days"
# Volume and everybody's counts repeat on each of the own products: once a query and period.
_ONCE = ("volume", "impressions_total", "clicks_total", "cart_adds_total", "purchases_total")
_OWN = ("impressions", "clicks", "cart_adds", "purchases")
_ADS = {"impressions": "impressions", "clicks": "clicks", "purchases": "orders", "spend": "spend", "sales": "sales"}


def expose_searches(lexicon: Lexicon, store: Store, market: str) -> set[date]:
    """Write a store's search statistics by class; the weeks there are."""
    weeks: set[date] = set()
    for source, ranges in _ranges(SearchStat, store).items():
        once = ", ".join(f"max({name}) AS {name}" for name in _ONCE)
        own = ", ".join(f"sum({name}) AS {name}" for name in _OWN)
        queries = (
            f"SELECT starts_on, ends_on, query, '' AS product, '' AS currency, {once}, {own} "
            f"FROM {SearchStat._meta.db_table} WHERE store_id = %(store)s AND resource = %(source)s "
            f"AND query <> '' GROUP BY 1, 2, 3 "
            # without queries each product is its own row
            f"UNION ALL SELECT starts_on, ends_on, '', '', '', {', '.join((*_ONCE, *_OWN))} "
            f"FROM {SearchStat._meta.db_table} WHERE store_id = %(store)s AND resource = %(source)s AND query = ''"
        )
        products = (
            f"SELECT starts_on, ends_on, query, asin AS product, '' AS currency, {', '.join((*_ONCE, *_OWN))} "
            f"FROM {SearchStat._meta.db_table} WHERE store_id = %(store)s AND resource = %(source)s AND asin <> ''"
        )
        weeks |= _write(lexicon, store, market, source, ranges, (*_ONCE, *_OWN), (queries, products))
    return weeks


def expose_advertising(lexicon: Lexicon, store: Store, market: str) -> set[date]:
    """Write what a store's advertising reports say by class of search term; the weeks there are."""
    weeks: set[date] = set()
    for source, ranges in _ranges(AdSpend, store).items():
        rows = (
            "SELECT starts_on, ends_on, search_term AS query, {product} AS product, currency, "
            + ", ".join(f"{theirs} AS {ours}" for ours, theirs in _ADS.items())
            + f" FROM {AdSpend._meta.db_table} WHERE store_id = %(store)s AND resource = %(source)s"
        )
        both = rows.format(product="''"), rows.format(product="sku") + " AND sku <> ''"
        weeks |= _write(lexicon, store, market, source, ranges, tuple(_ADS), both)
    return weeks


def expose_missing(lexicon: Lexicon, store: Store, market: str, until: date) -> None:
    """Rows of nulls for the weeks between a source's first and ``until`` of which there is no report."""
    weeks: dict[str, list[date]] = {}
    there = Exposure.objects.filter(lexicon=lexicon, store=store, period=Exposure.Period.WEEK)
    for source, starts_on in there.values_list("source", "starts_on").distinct().order_by("source", "starts_on"):
        weeks.setdefault(source, []).append(starts_on)
    Exposure.objects.bulk_create(
        Exposure(
            company_id=store.company_id, lexicon=lexicon, store=store, source=source, market=market,
            starts_on=week, ends_on=week + timedelta(days=6), verdict="unknown",
        )
        for source, of in weeks.items() for week in missing(of, until)
    )  # fmt: skip


def _ranges(model: type[AdSpend] | type[SearchStat], store: Store) -> dict[str, list[Placed]]:
    found: dict[str, list[tuple[date, date]]] = {}
    rows = model._default_manager.filter(store=store).order_by().values_list("resource", "starts_on", "ends_on")
    for source, starts_on, ends_on in rows.distinct():
        found.setdefault(source, []).append((starts_on, ends_on))
    return {source: placed(ranges) for source, ranges in sorted(found.items())}


def _write(
    lexicon: Lexicon,
    store: Store,
    market: str,
    source: str,
    ranges: Sequence[Placed],
    counts: Iterable[str],
    rows: Iterable[str],
) -> set[date]:
    """Rows of starts_on, ends_on, query, product, currency and counts → Exposure."""
    asked: dict[str, Any] = {
        "company": store.company_id, "lexicon": lexicon.pk, "store": store.pk, "source": source,
        "market": market, "classes": list(Verdict.values),
    }  # fmt: skip
    names = tuple(counts)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS exposing (starts_on date, ends_on date, period text, first date, "
            "last date, days int) ON COMMIT DROP; TRUNCATE exposing"
        )
        with copying("exposing", ("starts_on", "ends_on", "period", "first", "last", "days")) as copy:
            for one in ranges:
                copy.write((one.starts_on, one.ends_on, one.period, one.first, one.last, one.days))
        cursor.execute("ANALYZE exposing")
        for found in rows:
            cursor.execute(_insert(found, names), asked)
    return {one.first for one in ranges if one.period == Exposure.Period.WEEK}


def _most(name: str) -> int:
    return 99_999_999_999_999 if name in ("spend", "sales") else 2**63 - 1


def _insert(rows: str, names: Sequence[str]) -> str:
    """Every period with all three classes: one without a query is zero only where queries and the count are told."""
    sums = ", ".join(f"sum(r.{name}) AS {name}" for name in names)
    # a hostile sum beyond what the column holds must not stop the rest
    filled = ", ".join(
        f"CASE WHEN c.{name} IS NOT NULL OR (count(c.{name}) OVER place > 0 AND sum(c.queries) OVER place > 0) "
        f"THEN least(coalesce(c.{name}, 0), {_most(name)}) END"
        for name in names
    )
    places = "period, first, last, days, product, currency"
    return (
        f"WITH c AS (SELECT {_PERIOD}, r.product, r.currency, coalesce(k.verdict, 'unknown') AS verdict, "
        f"count(DISTINCT nullif(r.query, '')) AS queries, {sums} FROM ({rows}) r "
        f"JOIN exposing p USING (starts_on, ends_on) "
        f"LEFT JOIN {_CLASSES} k ON k.lexicon_id = %(lexicon)s AND k.query = r.query "
        f"GROUP BY 1, 2, 3, 4, 5, 6, 7) "
        f"INSERT INTO {_TABLE} ({_KEYS}, period, starts_on, ends_on, days, product, currency, verdict, queries, "
        f"{', '.join(names)}) "
        f"SELECT {_VALUES}, b.period, b.first, b.last, b.days, b.product, b.currency, v.verdict, "
        f"coalesce(c.queries, 0), {filled} "
        f"FROM (SELECT DISTINCT {places} FROM c) b CROSS JOIN unnest(%(classes)s::text[]) v (verdict) "
        f"LEFT JOIN c USING ({places}, verdict) "
        f"WINDOW place AS (PARTITION BY b.first, b.last, b.product, b.currency)"
    )
