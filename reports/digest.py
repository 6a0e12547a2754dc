"""A fingerprint of every derived table, independent of row order and ids."""

import hashlib
from collections.abc import Iterator

from django.db import connection

# What identifies a row in place of its id, where a table points to another.
_NAMES = {
    "store_id": "(SELECT name FROM channels_store x WHERE x.id = t.{0})",
    "paying_store_id": "(SELECT name FROM channels_store x WHERE x.id = t.{0})",
    "earning_store_id": "(SELECT name FROM channels_store x WHERE x.id = t.{0})",
    "company_id": "(SELECT name FROM channels_company x WHERE x.id = t.{0})",
    "page_id": "(SELECT digest FROM channels_rawpage x WHERE x.id = t.{0})",
    "order_id": "(SELECT ref FROM channels_order x WHERE x.id = t.{0})",
    # Which account of a pair stands left follows from their ids, which say nothing.
    "left_id": "(SELECT min(key) FROM reconciliation_account x WHERE x.id IN (t.left_id, t.right_id))",
    "right_id": "(SELECT max(key) FROM reconciliation_account x WHERE x.id IN (t.left_id, t.right_id))",
    "event_id": "(SELECT row(kind, country, affecting, affected, regions, starts_on)::text FROM reports_event x "
    "WHERE x.id = t.{0})",
    "model_id": "(SELECT number FROM reconciliation_linkmodel x WHERE x.id = t.{0})",
}
_KEYS = {"reconciliation_discrepancy": {"key": "regexp_replace(t.{0}, '^[0-9]+/', '')"}}  # begins with a store's id
_KNOWN = {"recorded_at", "since", "page_id", "place", "revised"}
_KNOWING: dict[str, set[str]] = {"channels_unreadableline": set()}  # nothing but a place in a page
TABLES = (
    "channels_order", "channels_orderitem", "channels_charge", "channels_payout", "channels_adspend",
    "channels_searchstat", "channels_disbursement", "channels_repeatpurchase", "channels_visit",
    "channels_lead", "channels_traffic",
    "channels_unreadableline", "channels_sku", "channels_stockreceipt", "channels_unitcost",
    "channels_exchangerate", "reconciliation_ledgerentry", "reconciliation_discrepancy",
    "reconciliation_account", "reconciliation_customerlink", "reports_report",
)  # fmt: skip
_COUNTERS = {"id", "load"}  # say when a row was written, not what it is
_POINTERS = {
    "reconciliation_discrepancy": {"page_id"},  # to the first of several pages that would do
    "reconciliation_account": {"touched_at"},  # when something was done, which is another time at every run
    "reconciliation_customerlink": {"found_at"},
    "reports_report": {"built_at"},
}


def digests(*, recorded: bool = True) -> Iterator[tuple[str, int, str]]:
    """(table, rows, SHA-256) of each derived table.

    Without ``recorded`` it is left out when and from which of several files it is known, which their order decides.
    """
    for table in TABLES:
        columns = (
            _columns(table)
            - _COUNTERS
            - _POINTERS.get(table, set())
            - (set() if recorded else _KNOWING.get(table, _KNOWN))
        )
        names = {**_NAMES, **_KEYS.get(table, {})}
        cells = ", ".join(names.get(name, "t.{0}").format(name) for name in sorted(columns))
        digest, count = hashlib.sha256(), 0
        with connection.chunked_cursor() as cursor:
            cursor.execute(
                f"SELECT encode(sha256(convert_to(row({cells})::text, 'UTF8')), 'hex') FROM {table} t ORDER BY 1"
            )
            for (line,) in cursor:
                digest.update(line.encode())
                count += 1
        yield table, count, digest.hexdigest()


def _columns(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
        return {row[0] for row in cursor.fetchall()}
