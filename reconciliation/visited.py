"""Orders whose visits to the own site are known: whether one was a search for the brand, and how long before."""

from datetime import date
from typing import Any

from django.db import connection

from channels.copying import copying
from channels.models import Order, Store, Visit
from reconciliation.exposure.verdicts import Class
from reconciliation.exposure.visits import Arrival, campaign_class, in_search, medium_of, visit_class
from reconciliation.models import Exposure, Lexicon, OrderExposure, QueryClass
from reconciliation.posting import fetched

_ORDERS = Order._meta.db_table
_TOLD = ("source", "source_type", "host", "utm_source", "utm_medium", "utm_campaign", "term")
_HOST = "split_part(split_part(split_part(v.referrer, '//', 2), '/', 1), ':', 1)"
# What a visit ``v`` tells of where it came from; ``k`` is the class of its term.
SAID = (
    f"v.source, v.source_type, {_HOST} AS host, v.utm_source, v.utm_medium, v.utm_campaign, "
    "coalesce(k.verdict, '') AS term"
)
_VISITS = (
    f"FROM {Visit._meta.db_table} v LEFT JOIN {QueryClass._meta.db_table} k "
    "ON k.lexicon_id = %(lexicon)s AND k.query = v.utm_term AND v.utm_term <> '' WHERE v.store_id = %(store)s"
)


def expose_visits(lexicon: Lexicon, store: Store) -> set[date]:
    """Write a store's orders by their visits, and the visits by week; the weeks there are."""
    asked: dict[str, Any] = {
        "company": store.company_id, "lexicon": lexicon.pk, "store": store.pk, "zone": store.timezone,
    }  # fmt: skip
    if not Visit.objects.filter(store=store).exists():
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS arriving (source text, source_type text, host text, utm_source text, "
            "utm_medium text, utm_campaign text, term text, medium text, verdict text, evidence text) "
            "ON COMMIT DROP; TRUNCATE arriving; DROP TABLE IF EXISTS came"
        )
        _arrivals(asked)
        cursor.execute("ANALYZE arriving")
        cursor.execute(_CAME, asked)
        cursor.execute("ANALYZE came")
        cursor.execute(_BY_ORDER, asked)
        cursor.execute(_BY_WEEK, asked)
    there = Exposure.objects.filter(lexicon=lexicon, store=store).exclude(medium="")
    return set(there.values_list("starts_on", flat=True))


def _arrivals(asked: dict[str, Any]) -> None:
    """What visits tell of where they came from → medium, class and evidence; each combination once."""
    with connection.chunked_cursor() as found:
        found.execute(f"SELECT DISTINCT {SAID} {_VISITS}", asked)
        rows = [row for batch in fetched(found, 10_000) for row in batch]
    with copying("arriving", (*_TOLD, "medium", "verdict", "evidence")) as copy:
        for row in rows:
            copy.write((*row, *classed(row)))


def classed(row: tuple[str, ...]) -> tuple[str, str, str]:
    """Medium, class and evidence of what ``SAID`` selects."""
    arrival, campaign, term = Arrival(*row[:5]), row[5], row[6]
    known: dict[str, Class] = {"brand": "brand", "non_brand": "non_brand", "unknown": "unknown"}
    medium = medium_of(arrival)
    verdict, evidence = visit_class(
        medium, search=in_search(arrival), term=known.get(term), campaign=campaign_class(campaign)
    )
    return medium, verdict, evidence


_CAME = (
    "CREATE TEMPORARY TABLE came ON COMMIT DROP AS "
    "SELECT t.*, a.medium, a.verdict, a.evidence FROM ("
    f"SELECT v.order_ref, v.resource, v.occurred_at, v.position, v.visits, v.is_last, v.utm_term, {SAID}, "
    "o.ordered_at, coalesce(upper(o.country), '') AS market "
    + _VISITS.replace("WHERE", f"LEFT JOIN {_ORDERS} o ON o.store_id = v.store_id AND o.ref = v.order_ref WHERE")
    + f") t JOIN arriving a USING ({', '.join(_TOLD)})"
)  # fmt: skip
# The visit that decides: the last for the brand, else the last of which nothing is known, else the last.
_DECIDES = "(c.verdict = 'brand') DESC, (c.verdict = 'unknown') DESC, c.occurred_at DESC, c.position DESC"
_BY_ORDER = (
    f"INSERT INTO {OrderExposure._meta.db_table} (company_id, lexicon_id, store_id, order_ref, verdict, last, "
    "evidence, term, visits, at, lag_hours) SELECT %(company)s, %(lexicon)s, %(store)s, d.order_ref, "
    # visits that the shop counts and does not list may have been searches
    "CASE WHEN d.brand THEN 'brand' WHEN d.plain AND d.listed >= d.counted THEN 'non_brand' ELSE 'unknown' END, "
    "d.last, CASE WHEN d.plain AND d.listed < d.counted THEN 'unlisted' ELSE d.evidence END, d.term, "
    "greatest(d.listed, d.counted), d.at, extract(epoch FROM d.ordered_at - d.at) / 3600 FROM ("
    "SELECT c.order_ref, bool_or(c.verdict = 'brand') AS brand, bool_and(c.verdict = 'non_brand') AS plain, "
    "count(*) AS listed, max(c.visits) AS counted, max(c.ordered_at) AS ordered_at, "
    "(array_agg(c.verdict ORDER BY c.occurred_at DESC, c.position DESC))[1] AS last, "
    f"(array_agg(c.evidence ORDER BY {_DECIDES}))[1] AS evidence, "
    f"(array_agg(c.utm_term ORDER BY {_DECIDES}))[1] AS term, "
    f"(array_agg(c.occurred_at ORDER BY {_DECIDES}))[1] AS at FROM came c GROUP BY 1) d"
)
# from Sunday
_WEEK = "(date_trunc('week', (c.occurred_at AT TIME ZONE %(zone)s) + interval '1 day') - interval '1 day')::date"
_BY_WEEK = (
    f"INSERT INTO {Exposure._meta.db_table} (company_id, lexicon_id, store_id, source, medium, period, starts_on, "
    "ends_on, days, market, product, verdict, clicks, purchases, currency) "
    "SELECT %(company)s, %(lexicon)s, %(store)s, c.resource, c.medium, 'week', c.week, c.week + 6, 7, c.market, '', "
    "c.verdict, count(*), count(*) FILTER (WHERE c.is_last), '' FROM ("
    f"SELECT c.*, {_WEEK} AS week FROM came c) c GROUP BY c.resource, c.medium, c.week, c.market, c.verdict"
)
