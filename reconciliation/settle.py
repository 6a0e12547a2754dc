"""Statements against the ledger: what disagrees becomes a Discrepancy with its money, and its age is kept."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal

from django.db import connection

from channels.core.money import round_minor
from channels.load import company_lock
from channels.models import Company, RawPage, UnreadableLine
from reconciliation.models import Discrepancy

Cause = Discrepancy.Cause
Search = Callable[[Company], Iterator["Finding"]]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that disagrees: what, with how much money, and since when it is known."""

    cause: str
    key: str
    store_id: int | None
    amount: Decimal
    currency: str
    since: datetime
    payout: str = ""
    order_ref: str = ""
    count: int = 1
    detail: str = ""
    page_id: int | None = None


def settle(company: Company) -> int:
    """Find what disagrees and keep the list of it; the number of findings. Resolutions are not touched."""
    with company_lock(company.pk):
        found = {(one.cause, one.key): one for search in SEARCHES for one in search(company)}
        kept = set()
        for row in Discrepancy.objects.filter(company=company):
            one = found.get((row.cause, row.key))
            if one is None:
                row.delete()
                continue
            kept.add((row.cause, row.key))
            since = row.since if row.amount == one.amount else one.since
            for field in fields(one):
                setattr(row, field.name, getattr(one, field.name))
            row.since = min(since, one.since)
            row.save()
        Discrepancy.objects.bulk_create(
            (
                Discrepancy(company=company, **{field.name: getattr(one, field.name) for field in fields(one)})
                for key, one in found.items()
                if key not in kept
            ),
            batch_size=1_000,
        )
    return len(found)


def residuals(company: Company) -> Iterator[Finding]:
    """Statements whose posted entries are not their total, and payouts that nothing is posted for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.store_id, p.ref, p.currency, p.stated, coalesce(sum(e.amount), 0), count(e.id), p.recorded_at, "
            "p.page_id, p.itemised FROM channels_payout p JOIN channels_store s ON s.id = p.store_id "
            "LEFT JOIN reconciliation_ledgerentry e ON e.paying_store_id = p.store_id AND e.payout = p.ref "
            "AND e.currency = p.currency WHERE s.company_id = %s GROUP BY p.id "
            "HAVING p.stated <> coalesce(sum(e.amount), 0)",
            [company.pk],
        )
        for store, ref, currency, stated, lines, count, since, page, itemised in cursor.fetchall():
            left = round_minor(stated - lines, currency)
            if left == 0 or not itemised:
                continue
            cause = Cause.RESIDUAL if count else Cause.UNTIED
            said = f"stated {stated:.2f}, lines {lines:.2f}" if count else f"stated {stated:.2f}, no lines are here yet"
            yield Finding(cause, f"{store}/{ref}", store, left, currency, since, payout=ref, detail=said, page_id=page)


def conflicts(company: Company) -> Iterator[Finding]:
    """Statements that came again with other content and wait for a person."""
    for page in RawPage.objects.filter(company=company, state=RawPage.State.WAITING):
        yield Finding(
            Cause.CONFLICT, str(page.digest), page.store_id, Decimal(0), "", page.fetched_at, detail=page.conflict,
            page_id=page.pk,
        )  # fmt: skip


def unreadable(company: Company) -> Iterator[Finding]:
    """Pages with lines that could not be read."""
    for page in RawPage.objects.filter(company=company, load__isnull=False, unreadable__isnull=False).distinct():
        lines = UnreadableLine.objects.filter(page=page)
        first = lines.order_by("place")[0]
        yield Finding(
            Cause.UNREADABLE, f"{page.store_id}/{page.digest}", page.store_id, Decimal(0), "", page.recorded_at,
            count=lines.count(), detail=f"line {first.place}: {first.reason}", page_id=page.pk,
        )  # fmt: skip


def _query(cause: str, sql: str) -> Search:
    """A search whose rows are store, key, amount, currency, since, payout, order, count, detail, page."""

    def search(company: Company) -> Iterator[Finding]:
        with connection.cursor() as cursor:
            cursor.execute(sql, {"company": company.pk})
            for store, key, amount, currency, since, payout, order, count, detail, page in cursor.fetchall():
                yield Finding(cause, key, store, amount, currency, since, payout, order, count, detail, page)

    search.__name__ = str(cause)
    return search


_UNMAPPED = """
SELECT paying_store_id, paying_store_id || '/' || currency || '/' || md5(label), sum(amount), currency,
       min(recorded_at), '', '', count(*) FILTER (WHERE NOT reversal) - count(*) FILTER (WHERE reversal), label,
       min(page_id)
FROM reconciliation_ledgerentry WHERE company_id = %(company)s AND kind = 'unmapped'
GROUP BY paying_store_id, label, currency
HAVING count(*) FILTER (WHERE NOT reversal) > count(*) FILTER (WHERE reversal)
"""
# Fields beside an order's terms whose names nobody knew: they post nothing, so there is no amount of their own.
_NEW_TERMS = """
SELECT c.store_id, c.store_id || '/term/' || md5(c.label), 0, '', min(c.recorded_at), '', '', count(*),
       c.label || ' is new beside an order''s terms; its effect on the income is in “unexplained”', min(c.page_id)
FROM channels_charge c JOIN channels_store s ON s.id = c.store_id
WHERE s.company_id = %(company)s AND c.role = 'compare' AND c.kind = 'unmapped' AND NOT c.withdrawn
AND EXISTS (SELECT 1 FROM channels_charge t WHERE t.store_id = c.store_id AND t.resource = c.resource
  AND t.document = c.document AND t.role = 'term' AND NOT t.withdrawn)
GROUP BY c.store_id, c.label
"""
# Copies in a shop of orders sold elsewhere: no original among the company's stores, so their money is nowhere.
_MIRRORS = """
SELECT o.store_id, o.store_id || '/' || o.ref, coalesce(sum(c.amount), 0), o.currency, o.recorded_at, '', o.ref, 1,
       concat_ws(' ', o.name, o.sales_channel, o.mirror_of), o.page_id
FROM channels_order o JOIN channels_store s ON s.id = o.store_id
LEFT JOIN channels_charge c ON c.store_id = o.store_id AND c.order_ref = o.ref AND c.role = 'estimate'
  AND NOT c.withdrawn
WHERE s.company_id = %(company)s AND o.is_mirror AND NOT o.cancelled AND NOT EXISTS (
  SELECT 1 FROM channels_store t JOIN channels_charge x ON x.store_id = t.id
  WHERE t.company_id = s.company_id AND t.id <> s.id AND o.mirror_of <> '' AND x.order_ref = o.mirror_of)
AND NOT EXISTS (SELECT 1 FROM channels_store t JOIN channels_order x ON x.store_id = t.id
  WHERE t.company_id = s.company_id AND t.id <> s.id AND o.mirror_of <> '' AND x.ref = o.mirror_of)
GROUP BY o.id
"""
# Fulfilment fees for an order of another channel that is not here, or that several stores have under one number.
_UNSERVED = """
SELECT c.store_id, c.store_id || '/' || c.currency || '/' || c.serves, sum(c.amount), c.currency, min(c.recorded_at),
       min(c.payout), min(c.order_ref), count(*), 'multi-channel fulfilment for ' || c.serves ||
       CASE WHEN max(f.stores) > 1 THEN ', which ' || max(f.stores) || ' stores have' ELSE '' END, min(c.page_id)
FROM channels_charge c JOIN channels_store s ON s.id = c.store_id
CROSS JOIN LATERAL (
  SELECT count(DISTINCT o.store_id) AS stores FROM channels_order o JOIN channels_store t ON t.id = o.store_id
  WHERE t.company_id = s.company_id AND t.id <> s.id AND NOT o.is_mirror AND (o.ref = c.serves OR o.name = c.serves)
) f
WHERE s.company_id = %(company)s AND c.serves <> '' AND NOT c.withdrawn AND c.role = 'direct' AND f.stores <> 1
GROUP BY c.store_id, c.serves, c.currency
"""
# Where the channel remits the tax, what it collected and what it withheld cancel by order.
_TAX = """
SELECT paying_store_id, paying_store_id || '/' || currency || '/' || order_ref, sum(amount), currency,
       min(recorded_at), min(payout), order_ref, 1, 'tax collected and withheld', min(page_id)
FROM reconciliation_ledgerentry WHERE company_id = %(company)s AND stage = 'settled' AND order_ref <> ''
AND kind IN ('tax_collected', 'tax_withheld') GROUP BY paying_store_id, order_ref, currency
HAVING sum(amount) <> 0 AND coalesce(sum(amount) FILTER (WHERE kind = 'tax_withheld'), 0) <> 0
"""
# An order's income that was not paid out in full, or more than it: its transfers do not come to zero.
_RELEASES = """
SELECT paying_store_id, paying_store_id || '/' || currency || '/' || order_ref, sum(amount), currency,
       min(recorded_at), min(payout), order_ref, count(*), 'paid out less what the order earned', min(page_id)
FROM reconciliation_ledgerentry WHERE company_id = %(company)s AND kind = 'transfer' AND label LIKE '%% / paid in parts'
GROUP BY paying_store_id, order_ref, currency HAVING sum(amount) <> 0
"""
# A reserve held at the end of a statement comes back at the start of the next; the first one at the opening.
_RESERVES = """
WITH held AS (
  SELECT p.store_id, p.ref, p.currency, p.ends_at, p.recorded_at, p.page_id,
         coalesce(sum(c.amount) FILTER (WHERE c.amount > 0), 0) AS back,
         coalesce(-sum(c.amount) FILTER (WHERE c.amount < 0), 0) AS kept
  FROM channels_payout p JOIN channels_store s ON s.id = p.store_id
  LEFT JOIN channels_charge c ON c.store_id = p.store_id AND c.document = p.ref AND c.kind = 'reserve'
    AND NOT c.withdrawn
  WHERE s.company_id = %(company)s AND s.channel = 'amazon' GROUP BY p.id),
chain AS (
  SELECT h.*, lag(h.kept) OVER w AS before, lag(h.ref) OVER w AS last_ref FROM held h
  WINDOW w AS (PARTITION BY h.store_id, h.currency ORDER BY h.ends_at))
SELECT c.store_id, c.store_id || '/' || c.ref, c.back - coalesce(c.before, s.opening_reserve), c.currency,
       c.recorded_at, c.ref, '', 1,
       'released ' || round(c.back, 2) || ', held before ' || round(coalesce(c.before, s.opening_reserve), 2), c.page_id
FROM chain c JOIN channels_store s ON s.id = c.store_id
WHERE c.back <> coalesce(c.before, s.opening_reserve) AND (c.last_ref IS NOT NULL OR s.go_live IS NOT NULL)
"""

SEARCHES = (
    residuals,
    conflicts,
    unreadable,
    _query(Cause.UNMAPPED, _UNMAPPED),
    _query(Cause.UNMAPPED, _NEW_TERMS),
    _query(Cause.MIRROR, _MIRRORS),
    _query(Cause.UNSERVED, _UNSERVED),
    _query(Cause.TAX, _TAX),
    _query(Cause.RELEASE, _RELEASES),
    _query(Cause.RESERVE, _RESERVES),
)
