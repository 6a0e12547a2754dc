"""Queries are classed by the company's lexicon, and what was searched, clicked and bought is summed by class.

Rows belong to a version of the lexicon: a new version makes new rows, and those of older versions stay as they were.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Max
from django.utils import timezone

from channels.copying import copying
from channels.load import company_lock
from channels.models import AdSpend, Company, RawPage, SearchStat, Store, Visit
from reconciliation.brand_shares import write_shares
from reconciliation.exposure.classify import Classifier
from reconciliation.lexicons import current, read
from reconciliation.markets import markets_of
from reconciliation.models import BrandShare, Exposed, Exposure, Lexicon, OrderExposure, QueryClass, Run
from reconciliation.posting import fetched
from reconciliation.searched import expose_advertising, expose_missing, expose_searches
from reconciliation.visited import expose_visits

BATCH = 10_000
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether anything was to do, and what there is now. ``lexicon`` is None for a company without one."""

    lexicon: int | None
    changed: bool = False
    queries: int = 0
    rows: int = 0
    orders: int = 0


def expose(company: Company, lexicon: Lexicon | None = None, progress: Progress | None = None) -> Outcome:
    """Bring a company's exposure up to its facts and ledger. Running it again changes nothing.

    Raises ValueError where the lexicon's terms are refused.
    """
    with company_lock(company.pk):
        lexicon = lexicon or current(company)
        if lexicon is None or lexicon.company_id != company.pk:
            return Outcome(None)
        done, _ = Exposed.objects.get_or_create(company=company)
        state = _state(company, lexicon)
        if done.state != state:
            _write(company, lexicon, progress or (lambda _step, _count: None))
            Lexicon.objects.filter(pk=lexicon.pk, used_at=None).update(used_at=timezone.now())
            done.lexicon, done.state, done.at = lexicon, state, timezone.now()
            done.save()
            return _outcome(lexicon, changed=True)
    return _outcome(lexicon, changed=False)


def _outcome(lexicon: Lexicon, *, changed: bool) -> Outcome:
    queries, rows, orders = (
        model._default_manager.filter(lexicon=lexicon).count() for model in (QueryClass, Exposure, OrderExposure)
    )
    return Outcome(lexicon.number, changed, queries, rows, orders)


def _state(company: Company, lexicon: Lexicon) -> str:
    """A fingerprint of all that the exposure is worked out from."""
    stores = (
        Store.objects.filter(company=company).order_by("pk").values_list("pk", "channel", "marketplace", "timezone")
    )
    load = RawPage.objects.filter(company=company).aggregate(Max("load"))["load__max"]
    posted = Run.objects.filter(company=company).aggregate(Max("pk"), Count("pk"))
    terms = list(lexicon.terms.order_by("pk").values_list("text", "kind", "distinctive"))
    parts = (VERSION, lexicon.pk, terms, load, sorted(posted.items()), list(stores))
    return hashlib.sha256(repr(parts).encode()).hexdigest()


VERSION = 1  # of how it is worked out: a new one makes it anew


def _write(company: Company, lexicon: Lexicon, progress: Progress) -> None:
    for model in (Exposure, OrderExposure, BrandShare):
        model._default_manager.filter(lexicon=lexicon).delete()
    progress("queries", _class_queries(company, lexicon))
    weeks: set[date] = set()
    stores = list(Store.objects.filter(company=company).order_by("pk"))
    markets = markets_of(company)
    for number, store in enumerate(stores, 1):
        weeks |= expose_searches(lexicon, store, markets[store.pk])
        weeks |= expose_advertising(lexicon, store, markets[store.pk])
        weeks |= expose_visits(lexicon, store)
        progress("stores", number)
    for store in stores:
        if weeks:
            expose_missing(lexicon, store, markets[store.pk], max(weeks))
    write_shares(lexicon, markets)


def _class_queries(company: Company, lexicon: Lexicon) -> int:
    """Every distinct query once a version; (new) queries classed."""
    verdict = Classifier(read(lexicon)).verdict
    sources = " UNION ".join(
        f"SELECT {column} AS query FROM {model._meta.db_table} WHERE store_id = ANY(%(stores)s) AND {column} <> ''"
        for model, column in ((SearchStat, "query"), (AdSpend, "search_term"), (Visit, "utm_term"))
    )
    table, count = QueryClass._meta.db_table, 0
    asked: dict[str, Any] = {
        "stores": list(Store.objects.filter(company=company).values_list("pk", flat=True)),
        "lexicon": lexicon.pk,
    }
    columns = ("lexicon_id", "query", "verdict", "term", "reason")
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT s.query FROM ({sources}) s LEFT JOIN {table} k ON k.lexicon_id = %(lexicon)s "
            f"AND k.query = s.query WHERE k.id IS NULL",
            asked,
        )
        for batch in fetched(cursor, BATCH):
            with copying(table, columns) as copy:
                for (query,) in batch:
                    found = verdict(query)
                    copy.write((lexicon.pk, query, found.verdict, found.term[:200], found.reason[:300]))
            count += len(batch)
    if count:
        # Without this the planner takes the table for empty and compares every row with every query.
        with connection.cursor() as plain:
            plain.execute(f"ANALYZE {table}")
    return count
