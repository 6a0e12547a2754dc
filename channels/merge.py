"""From the temporary tables into the facts: what is newer replaces, what is gone is withdrawn.

Several pages at once end as one after the other would, as long as no document stands in two of them.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Model

from channels.adapters import format_of, kept_as
from channels.incoming import incoming, upsert_sql
from channels.models import (
    AdSpend,
    Charge,
    Disbursement,
    GivenOrder,
    Lead,
    Order,
    Payout,
    RawPage,
    RepeatPurchase,
    SearchStat,
    Traffic,
    Visit,
)
from channels.rivals import find_rivals, withdraw_rivals
from channels.tally import Tally


class Conflict(Exception):
    """A closed statement is here already with other content; the page waits for a person."""


def merge(pages: Sequence[RawPage], number: int, tally: Tally) -> None:
    """From the temporary tables into the facts. ``number`` is the load of the first page.

    Several pages have one resource and store, tell orders with all that belongs to them, and have none in common.
    """
    page = pages[0]
    statement = format_of(page.resource).statement
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {incoming(Charge)}")
        if statement and not page.accepted_at:
            _check_conflict(cursor, page)
        if said := find_rivals(cursor, page):
            raise Conflict(said)
        withdraw_rivals(cursor, page, number)
        if "orders" in tally.rows:
            _merge_orders(cursor, page)
        if "money lines" in tally.rows or "orders" in tally.rows:
            _merge_charges(cursor, pages, number, statement=statement, versioned="orders" in tally.rows)
        if "statements" in tally.rows:
            _merge_payouts(cursor)
        if "statements" in tally.rows and not statement:
            _date_by_new_payout(cursor, page, number)
        for sort, model, natural in _OTHERS:
            if sort in tally.rows:
                cursor.execute(upsert_sql(model, ("store_id", "resource", natural), _LATER))


def _merge_charges(
    cursor: Any, pages: Sequence[RawPage], number: int, *, statement: bool, versioned: bool
) -> None:  # fmt: skip
    """Money lines. Orders say themselves which version is newer, and older ones are gone by now."""
    page = pages[0]
    _resolve_names(cursor, page, number)
    if not statement:
        _date_by_payout(cursor, page)
    newer = "TRUE"
    if _has_facts(cursor, pages):
        newer = "TRUE" if versioned else _LATER
        _withdraw(cursor, page, anywhere=statement, versioned=versioned)
    cursor.execute(upsert_sql(Charge, ("store_id", "resource", "key"), newer))


_LATER = "t.recorded_at <= EXCLUDED.recorded_at"
_OTHERS: tuple[tuple[str, type[Model], str], ...] = (
    ("advertising rows", AdSpend, "key"),
    ("search rows", SearchStat, "key"),
    ("repeat purchases", RepeatPurchase, "key"),
    ("visits", Visit, "key"),
    ("disbursements", Disbursement, "ref"),
    ("order numbers given by customers", GivenOrder, "key"),
    ("leads", Lead, "key"),
    ("traffic rows", Traffic, "key"),
)


def _resolve_names(cursor: Any, page: RawPage, number: int) -> None:
    """Money lines that name their order by the number people see take the channel's own id.

    Names repeat over the years: the last order before the money counts.
    """
    cursor.execute("SELECT EXISTS (SELECT 1 FROM channels_order WHERE store_id = %s AND name <> '')", [page.store_id])
    if not cursor.fetchone()[0]:
        return
    cursor.execute(
        f"UPDATE {incoming(Charge)} c SET order_ref = o.ref FROM ({_NAMED.format(table=incoming(Charge), more='')}) o "
        f"WHERE c.key = o.key",
        {"store": page.store_id},
    )
    cursor.execute(
        f"UPDATE channels_charge c SET order_ref = o.ref, load = greatest(o.load, %(load)s), revised = TRUE, "
        f"recorded_at = greatest(c.recorded_at, o.recorded_at) "
        f"FROM ({_NAMED.format(table='channels_charge', more=_NEWLY_NAMED)}) o WHERE c.store_id = %(store)s "
        f"AND c.resource = o.resource AND c.key = o.key AND c.order_ref <> o.ref",
        {"store": page.store_id, "load": number},
    )


_NAMED = (
    "SELECT DISTINCT ON (n.resource, n.key) n.resource, n.key, o.ref, o.recorded_at, o.load FROM {table} n "
    "JOIN channels_order o ON o.store_id = %(store)s AND o.name = n.order_name AND o.ref <> o.name "
    "WHERE n.store_id = %(store)s AND n.order_name <> '' {more} "
    "ORDER BY n.resource, n.key, o.ordered_at <= n.posted_at DESC NULLS LAST, o.ordered_at DESC"
)
_NEWLY_NAMED = (
    "AND n.order_name IN (SELECT x.name FROM channels_order x WHERE x.store_id = %(store)s AND x.load >= %(load)s)"
)


def _has_facts(cursor: Any, pages: Sequence[RawPage]) -> bool:
    """Whether this store has money lines of the documents that the pages bring, under any layout of them."""
    store = pages[0].store_id
    cursor.execute(
        f"SELECT EXISTS (SELECT 1 FROM channels_charge WHERE store_id = %s AND page_id <> ALL(%s) LIMIT 1) AND EXISTS ("
        f"SELECT 1 FROM (SELECT DISTINCT document FROM {incoming(Charge)} UNION SELECT ref FROM {incoming(Order)}) d "
        f"JOIN channels_charge c ON c.store_id = %s AND c.document = d.document)",
        [store, [page.pk for page in pages], store],
    )
    return bool(cursor.fetchone()[0])


def _check_conflict(cursor: Any, page: RawPage) -> None:
    """Raises Conflict where a statement of the page is here from another page and differs, or is another store's."""
    cursor.execute(
        f"SELECT i.ref, s.name FROM {incoming(Payout)} i JOIN channels_payout p ON p.ref = i.ref "
        f"AND p.resource = i.resource AND p.store_id <> i.store_id JOIN channels_store s ON s.id = p.store_id "
        f"WHERE s.company_id = %s",
        [page.company_id],
    )
    if elsewhere := cursor.fetchone():
        ref, name = elsewhere
        raise Conflict(
            f"Statement {ref} is in the store {name} already. Accept it only if it is that store's no longer."
        )
    cursor.execute(
        f"SELECT i.ref, p.stated, i.stated, i.currency, r.name FROM {incoming(Payout)} i "
        f"JOIN channels_payout p ON p.store_id = i.store_id AND p.ref = i.ref "
        f"JOIN channels_rawpage r ON r.id = p.page_id WHERE p.page_id <> i.page_id",
    )
    # Money by line; what the lines say otherwise, only within one layout: another writes other words and lines.
    line = (
        "SELECT place, sum(amount) AS amount, max(order_ref) || ' ' || max(sku) || CASE WHEN max(resource) = "
        "%(resource)s THEN string_agg(concat_ws(' ', label, quantity, posted_at), ',' ORDER BY key) ELSE '' END "
        "AS said FROM {table} "
        "WHERE store_id = %(store)s AND document = %(ref)s AND NOT coalesce(withdrawn, FALSE) GROUP BY place"
    )
    for ref, old_total, new_total, currency, name in cursor.fetchall():
        cursor.execute(
            f"WITH a AS ({line.format(table='channels_charge')}), b AS ({line.format(table=incoming(Charge))}) "
            f"SELECT coalesce(a.place, b.place), a.amount, b.amount, count(*) OVER () FROM a FULL JOIN b USING (place) "
            f"WHERE (a.amount, a.said) IS DISTINCT FROM (b.amount, b.said) ORDER BY 1 LIMIT 3",
            {"store": page.store_id, "ref": ref, "resource": kept_as(page.resource)},
        )
        differences = cursor.fetchall()
        if differences or old_total != new_total:
            shown = "; ".join(f"line {place}: {_plain(old)} → {_plain(new)}" for place, old, new, _ in differences)
            count = differences[0][3] if differences else 0
            raise Conflict(
                f"Statement {ref} is here already, from {name}, with total {_plain(old_total)} {currency}. "
                f"This file says {_plain(new_total)}; {count} lines differ. {shown}".strip()
            )
        # The same statement: what is here stays, so that importing it again changes nothing.
        cursor.execute(f"DELETE FROM {incoming(Charge)} WHERE document = %s", [ref])
        cursor.execute(f"DELETE FROM {incoming(Payout)} WHERE ref = %s", [ref])


def _plain(amount: Decimal | None) -> str:
    return "–" if amount is None else f"{amount.normalize():f}" if amount != amount.to_integral() else f"{amount:.2f}"


def _merge_orders(cursor: Any, page: RawPage) -> None:
    newer = (
        "coalesce(EXCLUDED.updated_at, EXCLUDED.recorded_at) >= coalesce(t.updated_at, t.recorded_at)"
        " AND NOT (EXCLUDED.updated_at IS NULL AND t.updated_at IS NOT NULL)"
    )
    stale = newer.replace("EXCLUDED", "i")
    # An older version of an order brings no money either.
    cursor.execute(
        f"WITH stale AS (DELETE FROM {incoming(Order)} i USING channels_order t WHERE t.store_id = i.store_id "
        f"AND t.ref = i.ref AND NOT ({stale}) RETURNING i.ref) "
        f"DELETE FROM {incoming(Charge)} c USING stale WHERE c.document = stale.ref"
    )
    cursor.execute(upsert_sql(Order, ("store_id", "ref")))
    cursor.execute(
        f"DELETE FROM channels_orderitem i USING channels_order o, {incoming(Order)} n "
        f"WHERE i.order_id = o.id AND o.store_id = %s AND o.ref = n.ref",
        [page.store_id],
    )
    cursor.execute(
        f"INSERT INTO channels_orderitem (order_id, key, sku, title, quantity, listing) "
        f"SELECT DISTINCT ON (o.id, i.key) o.id, i.key, i.sku, i.title, i.quantity, i.listing FROM incoming_item i "
        f"JOIN {incoming(Order)} n ON n.ref = i.ref JOIN channels_order o ON o.store_id = %s AND o.ref = i.ref "
        f"ORDER BY o.id, i.key",
        [page.store_id],
    )


def _withdraw(cursor: Any, page: RawPage, *, anywhere: bool, versioned: bool) -> None:
    """Money lines that a newer version of their document no longer has.

    A statement accepted in another layout replaces the lines of the first layout too.
    """
    resource = "" if anywhere else "AND c.resource = %(resource)s"
    older = "" if versioned else "AND c.recorded_at <= d.recorded_at"
    cursor.execute(
        f"UPDATE channels_charge c SET withdrawn = TRUE, revised = TRUE, load = d.load, "
        f"recorded_at = greatest(c.recorded_at, d.recorded_at) FROM ("
        f"SELECT DISTINCT document, load, recorded_at FROM {incoming(Charge)} "
        f"UNION SELECT ref, load, recorded_at FROM {incoming(Order)}) d "
        f"WHERE c.store_id = %(store)s AND c.document = d.document {resource} AND NOT c.withdrawn "
        f"{older} AND NOT EXISTS (SELECT 1 FROM {incoming(Charge)} i "
        f"WHERE i.key = c.key AND i.resource = c.resource)",
        {"store": page.store_id, "resource": kept_as(page.resource)},
    )


def _merge_payouts(cursor: Any) -> None:
    """Statements; the pages of a running one are joined: the earliest opening, the latest closing."""
    cursor.execute(
        f"UPDATE {incoming(Payout)} i SET "
        f"opening = CASE WHEN p.starts_at < i.starts_at THEN p.opening ELSE i.opening END, "
        f"closing = CASE WHEN p.ends_at > i.ends_at THEN p.closing ELSE i.closing END, "
        f"starts_at = least(p.starts_at, i.starts_at), ends_at = greatest(p.ends_at, i.ends_at) "
        f"FROM channels_payout p WHERE p.store_id = i.store_id AND p.ref = i.ref AND i.opening IS NOT NULL"
    )
    cursor.execute(f"UPDATE {incoming(Payout)} SET stated = closing - opening WHERE opening IS NOT NULL")
    # An export with fewer columns does not take back what a fuller one said.
    cursor.execute(
        f"UPDATE {incoming(Payout)} i SET bank_reference = coalesce(nullif(i.bank_reference, ''), p.bank_reference), "
        f"paid_amount = coalesce(i.paid_amount, p.paid_amount), "
        f"paid_currency = coalesce(nullif(i.paid_currency, ''), p.paid_currency) "
        f"FROM channels_payout p WHERE p.store_id = i.store_id AND p.ref = i.ref AND p.stated = i.stated"
    )
    cursor.execute(upsert_sql(Payout, ("store_id", "ref"), _LATER))


def _date_by_payout(cursor: Any, page: RawPage) -> None:
    """Money lines that do not say when they were paid (Shopee's billing, Shopify's API) take it from their payout."""
    cursor.execute(
        f"UPDATE {incoming(Charge)} c SET {_PAID} FROM channels_payout p "
        f"WHERE p.store_id = %(store)s AND p.ref = c.payout AND {_UNPAID}",
        {"store": page.store_id},
    )


def _date_by_new_payout(cursor: Any, page: RawPage, number: int) -> None:
    """The same for lines that were here before their payout."""
    cursor.execute(
        f"UPDATE channels_charge c SET {_PAID}, revised = TRUE, load = %(load)s, "
        f"recorded_at = greatest(c.recorded_at, p.recorded_at) FROM channels_payout p "
        f"WHERE c.store_id = %(store)s AND p.store_id = c.store_id AND p.ref = c.payout AND {_UNPAID} "
        f"AND p.load = %(load)s",
        {"load": number, "store": page.store_id},
    )


_PAID = (
    "posted_at = coalesce(c.posted_at, p.deposited_at), released_at = coalesce(c.released_at, p.deposited_at), "
    "deposited_at = p.deposited_at"
)
_UNPAID = "c.payout <> '' AND c.deposited_at IS NULL AND p.deposited_at IS NOT NULL AND c.role <> 'estimate'"
