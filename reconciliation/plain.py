"""Lines that post as they stand and have never been posted: one INSERT … SELECT, since a settlement can have a million.

It writes what ``draft`` and ``Ledger.write`` would (a test posts the same facts both ways and compares); lines with a
tax inside, of another channel's order, or with entries already go through these.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from channels.copying import copying
from channels.core.money import minor_units
from reconciliation.posting import COLUMNS, Ledger

# Not posted in one statement: fulfilment for another channel, withdrawn lines, stores whose prices hold tax,
# and lines that were read before.
SPECIAL = "(c.serves <> '' OR c.revised OR c.store_id = ANY(%(taxed)s))"


def post_plain(ledger: Ledger, stores: list[int], taxed: list[int], since: int) -> int:
    """Post them, and say how many."""
    values: dict[str, Any] = {"stores": stores, "taxed": taxed, "since": since, "company": ledger.company.pk}
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, values)
        days = cursor.fetchall()
        if not days:
            return 0
        cursor.execute(_RATES_TABLE)
        with copying("day_rate", ("currency", "day", "rate", "rate_source", "rate_on")) as copy:
            for currency, day in days:
                copy.write((currency, day or date.min, *_rate(ledger, currency, day)))
        cursor.execute("ANALYZE day_rate")
        cursor.execute(_insert(ledger), values)
        count = int(cursor.rowcount)
        cursor.execute("DROP TABLE day_rate")
        if since:
            cursor.execute(_SKUS, values)
            ledger.touched_skus.update(cursor.fetchall())
    ledger.outcome.posted += count
    return count


def _rate(ledger: Ledger, currency: str, day: date | None) -> tuple[Decimal | None, str, date | None]:
    found = ledger.find_rate(currency, day)
    if found is None:
        return None, "", None
    return found.rate, found.source, found.on if found.source else None


def _insert(ledger: Ledger) -> str:
    digits = minor_units(ledger.company.base_currency)
    booked = "c.posted_on" if not ledger.closes else (
        "(SELECT CASE WHEN c.posted_on <= max(p.through) THEN max(p.through) + 1 ELSE c.posted_on END "
        "FROM reconciliation_closedperiod p WHERE p.company_id = %(company)s AND p.closed_at <= c.known_at)"
    )  # fmt: skip
    return (
        f"INSERT INTO reconciliation_ledgerentry ({', '.join(COLUMNS)}) "
        f"SELECT %(company)s, c.store_id, c.store_id, c.resource, c.key, 0, c.stage, c.kind, c.label, c.order_ref, "
        f"c.sku, c.quantity, c.amount, c.currency, {_half_even('c.amount * r.rate', digits)}, r.rate, r.rate_source, "
        f"r.rate_on, c.ordered_on, c.shipped_on, c.posted_on, c.released_on, c.deposited_on, c.payout, c.page_id, "
        f"c.place, 1, FALSE, c.known_at, {booked} FROM ({_LINES}) c "
        f"JOIN day_rate r ON r.currency = c.currency "
        f"AND r.day = coalesce(c.posted_on, c.shipped_on, c.ordered_on, DATE '0001-01-01')"
    )


def _half_even(value: str, digits: int) -> str:
    """Rounded half to even; PostgreSQL's own rounding of numeric goes away from zero at a half."""
    scaled = f"({value}) * 1{'0' * digits}"
    return (
        f"CASE WHEN abs({scaled} - trunc({scaled})) = 0.5 AND mod(trunc({scaled}), 2) = 0 "
        f"THEN trunc({value}, {digits}) ELSE round({value}, {digits}) END"
    )


_FRESH = f"c.store_id = ANY(%(stores)s) AND c.role = 'direct' AND c.load > %(since)s AND NOT {SPECIAL}"
_LINES = (
    "SELECT c.*, (o.ordered_at AT TIME ZONE s.timezone)::date AS ordered_on, "
    "(coalesce(c.shipped_at, o.shipped_at) AT TIME ZONE s.timezone)::date AS shipped_on, "
    "(c.posted_at AT TIME ZONE s.timezone)::date AS posted_on, "
    "(c.released_at AT TIME ZONE s.timezone)::date AS released_on, "
    "(c.deposited_at AT TIME ZONE s.timezone)::date AS deposited_on, "
    "greatest(c.recorded_at, o.recorded_at) AS known_at "
    "FROM channels_charge c JOIN channels_store s ON s.id = c.store_id "
    "LEFT JOIN channels_order o ON o.store_id = c.store_id AND o.ref = c.order_ref AND c.order_ref <> '' "
    f"WHERE {_FRESH}"
)
_DAYS = f"SELECT DISTINCT currency, coalesce(posted_on, shipped_on, ordered_on) FROM ({_LINES}) c"
_SKUS = (
    "SELECT DISTINCT c.store_id, c.sku FROM channels_charge c WHERE c.store_id = ANY(%(stores)s) "
    "AND c.role = 'direct' AND c.kind = 'revenue' AND c.load > %(since)s"
)
_RATES_TABLE = (
    "CREATE TEMPORARY TABLE day_rate (currency text, day date, rate numeric, rate_source text, rate_on date) "
    "ON COMMIT DROP"
)
