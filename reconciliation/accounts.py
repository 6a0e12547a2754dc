"""Accounts: the buyers inside each channel, put together from their orders' signals."""

from collections.abc import Collection

from django.db import connection

from channels.models import Company
from reconciliation.models import Account, BuyerSignal

# Mirrored orders and those that ship for another channel would show one sale as two buyers.
_ORDERS = (
    f"FROM {BuyerSignal._meta.db_table} s JOIN channels_store st ON st.id = s.store_id "
    "JOIN channels_order o ON o.store_id = s.store_id AND o.ref = s.order_ref "
    "WHERE st.company_id = %(company)s AND NOT o.is_mirror AND o.serves = ''"
)


def refresh(company: Company, keys: Collection[int] | None = None) -> tuple[int, int]:
    """Bring accounts in line with the signals: all of them, or those with the keys; (changed, gone).

    What customers gave elsewhere for an order belongs to the account that the channel tells for it. An account
    without a live token goes, and its links with it.
    """
    table = Account._meta.db_table
    some = "" if keys is None else " AND s.account = ANY(%(keys)s)"
    asked = {"company": company.pk, "keys": list(keys) if keys is not None else None}
    with connection.cursor() as cursor:
        cursor.execute(_ADOPT, asked)
        adopted = [row[0] for row in cursor.fetchall()]
        if keys is not None:
            asked["keys"] = [*keys, *adopted]
        cursor.execute(
            f"INSERT INTO {table} AS t (company_id, store_id, channel, key, known_buyer, country, first_at, last_at, "
            "orders, business, touched_at) "
            "SELECT %(company)s, (array_agg(s.store_id ORDER BY o.ordered_at, o.id))[1], st.channel, s.account, "
            "bool_or(s.known_buyer), coalesce((array_agg(upper(coalesce(nullif(o.country, ''), s.country)) "
            "ORDER BY o.ordered_at DESC, o.id DESC))[1], ''), min(o.ordered_at), max(o.ordered_at), "
            f"count(DISTINCT o.id), bool_and(o.business), now() {_ORDERS}{some} GROUP BY s.account, st.channel "
            "ON CONFLICT (company_id, key) DO UPDATE SET known_buyer = EXCLUDED.known_buyer, "
            "country = EXCLUDED.country, first_at = EXCLUDED.first_at, last_at = EXCLUDED.last_at, "
            "orders = EXCLUDED.orders, business = EXCLUDED.business, touched_at = EXCLUDED.touched_at",
            asked,
        )
        changed = cursor.rowcount
        cursor.execute(
            f"DELETE FROM reconciliation_customerlink l USING {table} a WHERE a.company_id = %(company)s "
            f"AND (a.id = l.left_id OR a.id = l.right_id) AND {_DEAD}",
            asked,
        )
        dropped = cursor.rowcount
        cursor.execute(f"DELETE FROM {table} a WHERE a.company_id = %(company)s AND {_DEAD}", asked)
    return changed, dropped


_DEAD = (
    f"NOT EXISTS (SELECT 1 FROM {BuyerSignal._meta.db_table} s JOIN channels_order o ON o.store_id = s.store_id "
    "AND o.ref = s.order_ref WHERE s.account = a.key AND NOT o.is_mirror AND o.serves = '')"
)
_ADOPT = (
    f"UPDATE {BuyerSignal._meta.db_table} given SET account = told.account, known_buyer = told.known_buyer "
    f"FROM {BuyerSignal._meta.db_table} told JOIN channels_store st ON st.id = told.store_id "
    "WHERE st.company_id = %(company)s AND given.store_id = told.store_id AND given.order_ref = told.order_ref "
    "AND given.origin = 'customer' AND told.origin = 'channel' AND told.part = 0 AND given.account <> told.account "
    "RETURNING given.account"
)
