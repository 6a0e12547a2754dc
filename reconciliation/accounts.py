"""Accounts: the buyers inside each channel, put together from their orders' signals."""

from collections.abc import Collection
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from channels.models import Company
from reconciliation import resident
from reconciliation.models import Account, BuyerSignal, CustomerLink

_ACCOUNT, _SIGNAL, _LINK = Account._meta.db_table, BuyerSignal._meta.db_table, CustomerLink._meta.db_table

# Mirrored orders and those that ship for another channel would show one sale as two buyers.
_ORDERS = (
    f"FROM {_SIGNAL} s JOIN channels_store st ON st.id = s.store_id "
    "JOIN channels_order o ON o.store_id = s.store_id AND o.ref = s.order_ref "
    "WHERE st.company_id = %(company)s AND NOT o.is_mirror AND o.serves = ''"
)


@transaction.atomic
def refresh(company: Company, keys: Collection[int] | None = None) -> tuple[int, int]:
    """Bring accounts in line with the signals: all of them, or those with the keys; (changed, links gone).

    What customers gave elsewhere for an order belongs to the account that the channel tells for it. An account
    without a live token goes, and its links with it; whoever it was linked to or one with is looked at anew.
    """
    asked: dict[str, Any] = {"company": company.pk, "keys": list(keys) if keys is not None else None}
    with connection.cursor() as cursor:
        if _leave_out_copies(cursor, asked):
            resident.forget(company)
        _adopt(cursor, asked)
        changed = _gather(cursor, asked)
        return changed, _drop_dead(cursor, asked)


def of_orders(company: Company, after: int) -> set[int]:
    """Keys of the accounts whose orders changed since the load, also by pages that tell nothing of buyers."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT s.account FROM channels_order o JOIN channels_store st ON st.id = o.store_id "
            f"JOIN {_SIGNAL} s ON s.store_id = o.store_id AND s.order_ref = o.ref "
            "WHERE st.company_id = %s AND o.load > %s",
            [company.pk, after],
        )
        return {row[0] for row in cursor.fetchall()}


def _some(asked: dict[str, Any], account: str) -> str:
    return "" if asked["keys"] is None else f" AND {account} = ANY(%(keys)s)"


def _leave_out_copies(cursor: CursorWrapper, asked: dict[str, Any]) -> int:
    """An order that turned out to be another channel's shows that one's buyer: no tokens of him are kept here."""
    cursor.execute(
        f"DELETE FROM {_SIGNAL} s USING channels_order o, channels_store st WHERE st.id = s.store_id "
        "AND o.store_id = s.store_id AND o.ref = s.order_ref AND st.company_id = %(company)s AND o.is_mirror "
        f"AND s.origin = 'channel'{_some(asked, 's.account')}",
        asked,
    )
    return int(cursor.rowcount)


def _adopt(cursor: CursorWrapper, asked: dict[str, Any]) -> None:
    """Put what was given for an order under the account that the channel tells; both keys are asked for from now on."""
    given = "given.origin = 'customer'"
    if asked["keys"] is not None:
        given = (
            f"given.id IN (SELECT id FROM {_SIGNAL} WHERE account = ANY(%(keys)s) AND origin = 'customer' "
            f"UNION SELECT g.id FROM {_SIGNAL} t JOIN {_SIGNAL} g USING (store_id, order_ref) "
            "WHERE t.account = ANY(%(keys)s) AND t.origin = 'channel' AND g.origin = 'customer')"
        )
    cursor.execute(
        f"UPDATE {_SIGNAL} given SET account = told.account, known_buyer = told.known_buyer "
        f"FROM {_SIGNAL} told JOIN channels_store st ON st.id = told.store_id "
        f"JOIN {_SIGNAL} was ON was.store_id = told.store_id AND was.order_ref = told.order_ref "
        f"WHERE st.company_id = %(company)s AND {given} AND was.id = given.id "
        "AND told.origin = 'channel' AND told.part = 0 AND given.account <> told.account "
        "RETURNING given.account, was.account",
        asked,
    )
    if asked["keys"] is not None:
        asked["keys"] += [key for row in cursor.fetchall() for key in row]


def _gather(cursor: CursorWrapper, asked: dict[str, Any]) -> int:
    cursor.execute(
        f"INSERT INTO {_ACCOUNT} AS t (company_id, store_id, channel, key, known_buyer, country, first_at, last_at, "
        "orders, business, touched_at) "
        "SELECT %(company)s, (array_agg(s.store_id ORDER BY o.ordered_at, o.id))[1], st.channel, s.account, "
        "bool_or(s.known_buyer), coalesce((array_agg(upper(coalesce(nullif(o.country, ''), s.country)) "
        "ORDER BY o.ordered_at DESC, o.id DESC))[1], ''), min(o.ordered_at), max(o.ordered_at), "
        f"count(DISTINCT o.id), bool_and(o.business), now() {_ORDERS}{_some(asked, 's.account')} "
        "GROUP BY s.account, st.channel "
        "ON CONFLICT (company_id, key) DO UPDATE SET known_buyer = EXCLUDED.known_buyer, "
        "country = EXCLUDED.country, first_at = EXCLUDED.first_at, last_at = EXCLUDED.last_at, "
        "orders = EXCLUDED.orders, business = EXCLUDED.business, touched_at = EXCLUDED.touched_at",
        asked,
    )
    return int(cursor.rowcount)


def _drop_dead(cursor: CursorWrapper, asked: dict[str, Any]) -> int:
    """Remove accounts that no live token stands for; how many links went with them.

    Where only some are asked for, those that wait to be linked are looked at too: tokens that went to another
    account leave theirs waiting (``gather.upsert``).
    """
    some = "" if asked["keys"] is None else " AND (a.key = ANY(%(keys)s) OR a.touched_at IS NOT NULL)"
    cursor.execute("DROP TABLE IF EXISTS pg_temp.dead")
    cursor.execute(
        "CREATE TEMPORARY TABLE dead ON COMMIT DROP AS "
        f"SELECT a.id, a.customer_id FROM {_ACCOUNT} a WHERE a.company_id = %(company)s{some} AND NOT EXISTS ("
        f"SELECT 1 FROM {_SIGNAL} s JOIN channels_order o ON o.store_id = s.store_id AND o.ref = s.order_ref "
        "WHERE s.account = a.key AND NOT o.is_mirror AND o.serves = '')",
        asked,
    )
    if cursor.rowcount == 0:
        return 0
    cursor.execute("ANALYZE dead")
    cursor.execute(
        f"UPDATE {_ACCOUNT} a SET touched_at = now() FROM ("
        f"SELECT l.right_id AS id FROM dead JOIN {_LINK} l ON l.left_id = dead.id UNION "
        f"SELECT l.left_id FROM dead JOIN {_LINK} l ON l.right_id = dead.id UNION "
        f"SELECT m.id FROM dead JOIN {_ACCOUNT} m USING (customer_id)) near WHERE near.id = a.id",
    )
    dropped = 0
    for side in ("left_id", "right_id"):
        cursor.execute(f"DELETE FROM {_LINK} l USING dead WHERE l.{side} = dead.id")
        dropped += int(cursor.rowcount)
    cursor.execute(f"DELETE FROM {_ACCOUNT} WHERE id IN (SELECT id FROM dead)")
    return dropped
