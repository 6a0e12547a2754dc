"""Rows of one page on their way into the fact tables: COPY into temporary tables, then one statement a table.

Row by row, PostgreSQL takes 160 upserts a second from Django; this way some ten thousands.
"""

from contextlib import ExitStack
from typing import Any

from django.db import connection, models

from channels.adapters import format_of, kept_as
from channels.copying import Copying, copying, head_of
from channels.core.rows import (
    AdSpendRow,
    ChargeRow,
    DisbursementRow,
    GivenRow,
    LeadRow,
    OrderRow,
    PayoutRow,
    RepeatRow,
    SearchRow,
    TrafficRow,
    VisitRow,
)
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

ITEM_COLUMNS = ("ref", "key", "sku", "title", "quantity", "listing")


class Incoming:
    """Temporary tables beside the fact tables for the rows of a page, emptied with the transaction.

    Charges go straight into an open COPY, since they are the many; the rest waits for a flush. Those of a closed
    statement that is not here yet go into the fact table itself.
    """

    def __init__(self, page: RawPage, load: int) -> None:
        self._held: dict[type, list[tuple[tuple[Any, ...], str]]] = {}
        self._held_size = 0
        self._used: set[str] = set()
        self._stack = ExitStack()
        self._charges: Copying | None = None
        self._fresh = False  # the statement being read is not here yet: its lines need no comparing
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('pg_temp.incoming_item')")
            if cursor.fetchone()[0] is None:
                cursor.execute(_MAKE_TABLES)
        self.turn(page, load)

    def turn(self, page: RawPage, load: int) -> None:
        """The rows that follow are of this page."""
        self._closed = format_of(page.resource).statement
        self._store = page.store_id
        self._head = head_of((page.store_id, page.pk, page.recorded_at, load, kept_as(page.resource)))

    def charge(self, row: ChargeRow) -> None:
        if self._charges is None:
            table = Charge._meta.db_table if self._fresh else incoming(Charge)
            self._used.add(incoming(Charge))
            self._charges = self._stack.enter_context(copying(table, columns(Charge)))
        self._charges.write(
            (row.place, row.key, row.document, row.role, row.stage, row.kind, row.label[:300],
             row.amount, row.currency, row.order, row.order, row.sku, row.quantity, row.posted_at, row.shipped_at,
             row.released_at, row.deposited_at, row.payout, row.serves, False),
            self._head,
        )  # fmt: skip

    def hold(self, kind: type, values: tuple[Any, ...]) -> None:
        self._held.setdefault(kind, []).append((values, "" if kind is _Item else self._head))
        self._held_size += 1
        if self._held_size >= 20_000:
            self.flush()

    def order(self, row: OrderRow) -> None:
        self.hold(
            Order,
            (row.place, row.ref, row.name, row.currency, row.status, row.cancelled, row.ordered_at,
             row.shipped_at, row.updated_at, row.country, row.state, row.city, row.sales_channel,
             row.is_mirror, row.mirror_of, row.serves, row.business, row.replaces),
        )  # fmt: skip
        for item in row.items:
            self.hold(_Item, (row.ref, item.key, item.sku, item.title[:300], item.quantity, item.listing))

    def payout(self, row: PayoutRow) -> None:
        if self._closed:
            self.flush()
            self._fresh = not Payout.objects.filter(store=self._store, ref=row.ref).exists()
        stated = row.stated
        if stated is None and row.closing is not None and row.opening is not None:
            stated = row.closing - row.opening
        self.hold(
            Payout,
            (row.place, row.ref, row.currency, stated, row.opening, row.closing, row.starts_at,
             row.ends_at, row.deposited_at, row.status, row.bank_reference, row.paid_amount, row.paid_currency,
             row.itemised),
        )  # fmt: skip

    def ad_spend(self, row: AdSpendRow) -> None:
        self.hold(
            AdSpend,
            (row.place, row.key, row.starts_on, row.ends_on, row.currency, row.spend, row.campaign,
             row.ad_group, row.targeting, row.match_type, row.search_term, row.sku, row.impressions, row.clicks,
             row.orders, row.units, row.sales),
        )  # fmt: skip

    def search(self, row: SearchRow) -> None:
        self.hold(
            SearchStat,
            (row.place, row.key, row.starts_on, row.ends_on, row.query, row.asin, row.volume, row.rank,
             row.impressions, row.impressions_total, row.clicks, row.clicks_total, row.cart_adds, row.cart_adds_total,
             row.purchases, row.purchases_total),
        )  # fmt: skip

    def disbursement(self, row: DisbursementRow) -> None:
        self.hold(
            Disbursement,
            (row.place, row.ref, row.currency, row.amount, row.opening, row.starts_at, row.ends_at,
             row.sent_at, row.status, row.trace, row.account_tail, row.paid_amount, row.paid_currency),
        )  # fmt: skip

    def repeat(self, row: RepeatRow) -> None:
        self.hold(
            RepeatPurchase,
            (row.place, row.key, row.starts_on, row.ends_on, row.asin, row.orders, row.customers,
             row.repeat_customers, row.currency, row.sales, row.repeat_sales),
        )  # fmt: skip

    def visit(self, row: VisitRow) -> None:
        self.hold(
            Visit,
            (row.place, row.key, row.order, row.position, row.visits, row.occurred_at, row.is_first,
             row.is_last, row.source, row.source_type, row.referrer, row.landing, row.utm_source, row.utm_medium,
             row.utm_campaign, row.utm_content, row.utm_term),
        )  # fmt: skip

    def given(self, row: GivenRow) -> None:
        self.hold(GivenOrder, (row.place, row.key, row.order, row.form, row.given_on))

    def lead(self, row: LeadRow) -> None:
        self.hold(
            Lead,
            (row.place, row.key, row.created_at, row.source, row.medium, row.campaign, row.status, row.stage,
             row.qualified_at, row.opportunity_at, row.won_at, row.lost_at, row.value, row.currency, row.order,
             row.is_deal, row.deal, row.lead, row.bot, row.consent),
        )  # fmt: skip

    def traffic(self, row: TrafficRow) -> None:
        self.hold(
            Traffic,
            (row.place, row.key, row.starts_on, row.ends_on, row.level, row.source, row.medium, row.campaign,
             row.channel_group, row.way, row.sessions, row.engaged, row.key_events, row.revenue, row.spend,
             row.currency),
        )  # fmt: skip

    def flush(self) -> None:
        """Close the COPY of charges and write what is held."""
        self._stack.close()
        self._charges = None
        for kind, rows in self._held.items():
            table, names = ("incoming_item", ITEM_COLUMNS) if kind is _Item else (incoming(kind), columns(kind))
            self._used.add(table)
            with copying(table, names) as copy:
                for row, head in rows:
                    copy.write(row, head)
        self._held.clear()
        self._held_size = 0

    def drop(self) -> None:
        """Make room for the next page of the same transaction."""
        with connection.cursor() as cursor:
            cursor.execute("; ".join(f"DELETE FROM {table}" for table in sorted(self._used)) or "SELECT 1")

    def abandon(self) -> None:
        """Leave the COPY when the page turns out to be bad; the transaction is rolled back by the caller."""
        self._stack.close()


class _Item:
    """Marks held order lines."""


_SOURCE = ("store_id", "page_id", "recorded_at", "load", "resource", "place")
_TABLES: dict[type[models.Model], tuple[str, ...]] = {
    Charge: (
        "key", "document", "role", "stage", "kind", "label", "amount", "currency", "order_ref", "order_name", "sku",
        "quantity",
        "posted_at", "shipped_at", "released_at", "deposited_at", "payout", "serves", "withdrawn",
    ),
    Order: (
        "ref", "name", "currency", "status", "cancelled", "ordered_at", "shipped_at", "updated_at", "country",
        "state", "city", "sales_channel", "is_mirror", "mirror_of", "serves", "business",
        "replaces",
    ),
    Payout: (
        "ref", "currency", "stated", "opening", "closing", "starts_at", "ends_at", "deposited_at", "status",
        "bank_reference", "paid_amount", "paid_currency", "itemised",
    ),
    AdSpend: (
        "key", "starts_on", "ends_on", "currency", "spend", "campaign", "ad_group", "targeting", "match_type",
        "search_term", "sku", "impressions", "clicks", "orders", "units", "sales",
    ),
    SearchStat: (
        "key", "starts_on", "ends_on", "query", "asin", "volume", "rank", "impressions", "impressions_total", "clicks",
        "clicks_total", "cart_adds", "cart_adds_total", "purchases", "purchases_total",
    ),
    Disbursement: (
        "ref", "currency", "amount", "opening", "starts_at", "ends_at", "sent_at", "status", "trace", "account_tail",
        "paid_amount", "paid_currency",
    ),
    RepeatPurchase: (
        "key", "starts_on", "ends_on", "asin", "orders", "customers", "repeat_customers", "currency", "sales",
        "repeat_sales",
    ),
    Visit: (
        "key", "order_ref", "position", "visits", "occurred_at", "is_first", "is_last", "source", "source_type",
        "referrer", "landing", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term",
    ),
    GivenOrder: ("key", "order_ref", "form", "given_on"),
    Lead: (
        "key", "created_at", "source", "medium", "campaign", "status", "stage", "qualified_at", "opportunity_at",
        "won_at", "lost_at", "value", "currency", "order_ref", "is_deal", "deal", "lead", "bot", "consent",
    ),
    Traffic: (
        "key", "starts_on", "ends_on", "level", "source", "medium", "campaign", "channel_group", "way", "sessions",
        "engaged", "key_events", "revenue", "spend", "currency",
    ),
}  # fmt: skip


def columns(model: type[models.Model]) -> tuple[str, ...]:
    """The columns of a fact table in the order in which Incoming writes them."""
    return (*_SOURCE, *_TABLES[model])


def content(model: type[models.Model]) -> tuple[str, ...]:
    """The columns that make a fact what it is, apart from where and when it was read."""
    return _TABLES[model]


def incoming(model: type[models.Model]) -> str:
    return f"incoming_{model._meta.model_name}"


# Made once a connection: a page of a hundred orders takes less time than nine new tables do.
_MAKE_TABLES = "".join(
    f"CREATE TEMPORARY TABLE IF NOT EXISTS {incoming(model)} ON COMMIT DELETE ROWS AS "
    f"SELECT {', '.join(columns(model))} FROM {model._meta.db_table} WITH NO DATA; "
    for model in _TABLES
) + (
    "CREATE TEMPORARY TABLE IF NOT EXISTS incoming_item (ref text, key text, sku text, title text, quantity int, "
    "listing text) ON COMMIT DELETE ROWS"
)


def upsert_sql(model: type[models.Model], natural: tuple[str, ...], newer: str = "TRUE") -> str:
    """Insert what is new and update what is newer and differs; unchanged facts keep their page and load."""
    table, names = model._meta.db_table, columns(model)
    updates = ", ".join(f"{name} = EXCLUDED.{name}" for name in names if name not in natural)
    updates += ", revised = TRUE" if model is Charge else ""
    own = ", ".join(f"t.{name}" for name in _TABLES[model])
    new = ", ".join(f"EXCLUDED.{name}" for name in _TABLES[model])
    distinct = ", ".join(natural)
    return (
        f"INSERT INTO {table} AS t ({', '.join(names)}) "
        f"SELECT DISTINCT ON ({distinct}) {', '.join(names)} FROM {incoming(model)} "
        f"ORDER BY {distinct}, load DESC, place DESC "
        f"ON CONFLICT ({distinct}) DO UPDATE SET {updates} "
        f"WHERE ({newer}) AND ({own}) IS DISTINCT FROM ({new})"
    )
