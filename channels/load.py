"""Pages become facts: one page in one transaction, what cannot be read of it listed, nothing half-loaded."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Max

from channels.adapters import format_of
from channels.copying import clean
from channels.core.errors import Changed, Refused
from channels.core.rows import (
    AdSpendRow,
    ChargeRow,
    CostRow,
    DisbursementRow,
    GivenRow,
    LeadRow,
    OrderRow,
    Page,
    PayoutRow,
    RateRow,
    RepeatRow,
    Row,
    SearchRow,
    Shop,
    SkuRow,
    StockRow,
    TrafficRow,
    VisitRow,
)
from channels.goods import Goods
from channels.incoming import Incoming
from channels.limits import within
from channels.merge import Conflict, merge
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
    Store,
    Traffic,
    UnreadableLine,
    Visit,
)
from channels.receive import open_body
from channels.tally import Tally
from channels.windows import forget_superseded

NO_SHOP = Shop("", "", "", "UTC")

Progress = Callable[[int], None]

_OTHERS = (  # facts other than orders
    Charge, Payout, AdSpend, SearchStat, Disbursement, RepeatPurchase, Visit, GivenOrder, Lead, Traffic,
)  # fmt: skip


def as_page(page: RawPage) -> tuple[Page, Shop]:
    """The archived page and its store as the adapters want them."""

    shop = page.store.shop if page.store else NO_SHOP
    return Page(page.resource, partial(open_body, page), page.media_type, page.fetched_at, page.request), shop


def preview(page: RawPage) -> Tally:
    """Read the page without loading it, and keep the summary on it. Raises Refused for one that cannot be taken."""
    tally = Tally()
    with refusing():
        for row in read_rows(page):
            tally.add(row)
        page.summary = storable(tally.summary())
        page.save(update_fields=["summary"])
    return tally


def read_rows(page: RawPage) -> Iterator[Row]:
    archived, shop = as_page(page)
    found = False
    form = format_of(page.resource)
    for row in form.rows(archived, shop):
        found = True
        yield within(row)
    if not (found or form.may_be_empty):
        raise Refused("the file has a header and nothing below it")


@contextmanager
def refusing() -> Iterator[None]:
    """What a page holds that neither its adapter nor the limits foresee is a reason to refuse it, not to break down."""
    try:
        yield
    except Changed as changed:
        raise Refused(str(changed)) from changed
    except (DataError, IntegrityError, ArithmeticError) as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise Refused(f"a value in it cannot be kept: {said[:300]}") from error


def storable(node: Any) -> Any:
    """JSON without the characters that PostgreSQL does not take."""
    if isinstance(node, dict):
        return {storable(key): storable(child) for key, child in node.items()}
    if isinstance(node, list):
        return [storable(child) for child in node]
    return clean(node) if isinstance(node, str) else node


@contextmanager
def company_lock(company_id: int) -> Iterator[None]:
    """One load or posting of a company at a time, over all processes; held to the end of the transaction."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('plumbline.company', %s))", [company_id])
        yield


def load(page: RawPage, progress: Progress | None = None) -> Tally:
    """Load a pending page. A statement that is here with other content makes the page wait instead.

    Raises Refused, and changes nothing, where the page as a whole cannot be taken.
    """
    tally = Tally()
    try:
        with refusing(), company_lock(page.company_id):
            page.refresh_from_db()
            if page.state in (RawPage.State.LOADED, RawPage.State.DISCARDED):
                return tally
            number = next_load(page.company_id)
            load_page_rows(page, read_rows(page), number, tally, progress)
            page.load, page.state, page.conflict = number, RawPage.State.LOADED, ""
            page.summary = storable(tally.summary())
            page.save(update_fields=["load", "state", "conflict", "summary"])
    except Conflict as conflict:
        page.state, page.conflict, page.summary = RawPage.State.WAITING, str(conflict), storable(tally.summary())
        # Another process may have settled it since the lock was left: its word stands.
        undecided = RawPage.objects.filter(pk=page.pk, state=RawPage.State.PENDING)
        undecided.update(state=page.state, conflict=page.conflict, summary=page.summary)
        page.refresh_from_db(fields=["state", "conflict", "summary"])
    if not connection.in_atomic_block:
        tell_planner(tally)
    return tally


def tell_planner(tally: Tally) -> None:
    """Statistics of tables that a page made a fifth larger: posting may follow before PostgreSQL looks by itself."""
    with connection.cursor() as cursor:
        for model, sort in ((Charge, "money lines"), (Order, "orders")):
            table, count = model._meta.db_table, tally.rows.get(sort, 0)
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
            if count * 5 > cursor.fetchone()[0]:
                cursor.execute(f"ANALYZE {table}")


def load_rows(store: Store, told: Iterable[Row], name: str, at: datetime) -> Tally:
    """Load facts that no page holds, such as a made-up world's: quickly, and never to be replayed.

    They stand under an empty page of the store's orders with this name, so that they can be told apart.
    """
    tally = Tally()
    resource = f"{store.channel}.orders"
    with company_lock(store.company_id):
        number = next_load(store.company_id)
        page = RawPage.objects.create(
            company=store.company, store=store, resource=resource, name=name, archived_digest="", size=0, body="",
            digest=hashlib.sha256(name.encode()).hexdigest(), fetched_at=at, recorded_at=at,
            state=RawPage.State.LOADED, load=number,
        )  # fmt: skip
        load_page_rows(page, map(within, told), number, tally, None)
        page.summary = storable(tally.summary())
        page.save(update_fields=["summary"])
    return tally


def next_load(company_id: int) -> int:
    return (RawPage.objects.filter(company=company_id).aggregate(Max("load"))["load__max"] or 0) + 1


def load_page_rows(page: RawPage, told: Iterable[Row], number: int, tally: Tally, progress: Progress | None) -> None:
    rows, goods = Incoming(page, number), Goods(page, number)
    write(told, rows, goods, tally, progress)
    rows.flush()
    for problem in goods.save():
        tally.add(problem)
    list_unreadable([(page, tally)])
    merge([page], number, tally)
    rows.drop()


def write(told: Iterable[Row], rows: Incoming, goods: Goods, tally: Tally, progress: Progress | None = None) -> None:
    """The rows on their way into the tables, counted."""
    take: dict[type, Callable[[Any], None]] = {
        ChargeRow: rows.charge, OrderRow: rows.order, PayoutRow: rows.payout, AdSpendRow: rows.ad_spend,
        SearchRow: rows.search, RepeatRow: rows.repeat, VisitRow: rows.visit, DisbursementRow: rows.disbursement,
        GivenRow: rows.given, LeadRow: rows.lead, TrafficRow: rows.traffic,
        StockRow: goods.stock, CostRow: goods.cost, SkuRow: goods.sku, RateRow: goods.rate,
    }  # fmt: skip
    try:
        for count, row in enumerate(told, 1):
            tally.add(row)
            if (taken := take.get(type(row))) is not None:
                taken(row)
            if progress and count % 5_000 == 0:
                progress(count)
    except BaseException:
        rows.abandon()
        raise


def list_unreadable(found: Sequence[tuple[RawPage, Tally]]) -> None:
    """The lines of the pages that cannot be read, instead of those of an earlier reading."""
    UnreadableLine.objects.filter(page__in=[page for page, _ in found]).delete()
    UnreadableLine.objects.bulk_create(
        (
            UnreadableLine(page=page, place=one.place, reason=clean(one.reason), excerpt=clean(one.excerpt)[:200])
            for page, tally in found
            for one in tally.problems
        ),
        batch_size=1_000,
    )


def accept(page: RawPage, user: Any = None) -> Tally:
    """A person says that a page in conflict is right: it replaces what was here. Recorded as of now."""
    if page.state != RawPage.State.WAITING:
        raise ValueError(f"page {page.pk} is not in conflict")
    page.accepted_at = page.recorded_at = datetime.now(UTC)
    page.accepted_by = user
    page.state = RawPage.State.PENDING
    page.save(update_fields=["accepted_at", "recorded_at", "accepted_by", "state"])
    return load(page)


def discard(page: RawPage) -> None:
    """A person says that a pending page, or one in conflict, is not to be loaded. It stays in the archive."""
    if page.state == RawPage.State.LOADED:
        raise ValueError(f"page {page.pk} is loaded already")
    page.state = RawPage.State.DISCARDED
    page.save(update_fields=["state"])


def replay_facts(company_id: int, on_load: Callable[[RawPage], None]) -> None:
    """Drop every fact that came from a page, and load the archive again in its order.

    Raises Refused, and changes nothing, where facts were loaded without pages.
    """
    with company_lock(company_id):
        if bare := RawPage.objects.filter(company=company_id, load__isnull=False, body="").first():
            raise Refused(f"the facts of {bare} were loaded without their pages and cannot be replayed")
        stores = "SELECT id FROM channels_store WHERE company_id = %s"
        with connection.cursor() as cursor:
            for model in _OTHERS:
                cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE store_id IN ({stores})", [company_id])
            orders = f"SELECT id FROM channels_order WHERE store_id IN ({stores})"
            cursor.execute(f"DELETE FROM channels_orderitem WHERE order_id IN ({orders})", [company_id])
            cursor.execute(f"DELETE FROM channels_order WHERE store_id IN ({stores})", [company_id])
        Goods.drop(company_id)
        UnreadableLine.objects.filter(page__company=company_id).delete()
        pages = list(RawPage.objects.filter(company=company_id, load__isnull=False).order_by("load"))
        for page in pages:
            tally = Tally()
            load_page_rows(page, read_rows(page), cast(int, page.load), tally, None)
            tell_planner(tally)
            on_load(page)
        forget_superseded(company_id)
