"""Orders API 2026-01-01: searchOrders and getOrder. No payload wrapper; items always, money only with PROCEEDS."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice

from channels.sandbox.amazon.books import Books
from channels.sandbox.amazon.order import fulfilled_by, order_document, status_of
from channels.sandbox.amazon.paging import Paging
from channels.sandbox.amazon.replies import (
    MARKETPLACES,
    Json,
    Refusal,
    invalid,
    moment_text,
    read_moment,
    read_number,
)
from channels.sandbox.wire import Request
from channels.sandbox.world.model import Order

INCLUDED = frozenset(
    (
        "BUYER RECIPIENT PROCEEDS EXPENSE PROMOTION CANCELLATION FULFILLMENT PACKAGES TAX PAYMENT FULFILLMENT_ORDERS"
    ).split()
)
_SETTLED = timedelta(minutes=2)  # how far back an end must be
_FILTERS = (
    "createdAfter", "createdBefore", "lastUpdatedAfter", "lastUpdatedBefore", "marketplaceIds", "fulfillmentStatuses",
    "fulfilledBy", "includedData",
)  # fmt: skip


def search_orders(request: Request, books: Books, now: datetime, paging: Paging) -> Json:
    """A page of orders by their creation or last change, each as it stands now."""
    created, updated = request.get("createdAfter"), request.get("lastUpdatedAfter")
    if bool(created) == bool(updated):
        raise invalid("Exactly one of createdAfter and lastUpdatedAfter must be given")
    field = "created" if created else "lastUpdated"
    if request.get("lastUpdatedBefore" if created else "createdBefore"):
        raise invalid(f"{field}After goes only with {field}Before")
    size = read_number("maxResultsPerPage", request.get("maxResultsPerPage"), 100, 100)
    place = paging.start("orders", request, _FILTERS, "paginationToken", now, timedelta(hours=24))
    after = read_moment(f"{field}After", created or updated)
    before = _before(request.get(f"{field}Before"), f"{field}Before", place.get("before"), now)
    if after > before:
        raise invalid(f"{field}After must be before {field}Before")
    paging.place = place = {**place, "before": moment_text(before)}
    included, wanted = _listed(request, "includedData"), _wanted(request, books)
    passed = tuple(place.get("passed", (0.0, "")))
    # A moment before, since a float may be a microsecond off.
    since = max(after, datetime.fromtimestamp(passed[0], UTC) - timedelta(seconds=1))
    found = (books.placed if created else books.updated)(since, before, now)
    rest = (
        (at, order) for at, order in found
        if (at.timestamp(), order.ref) > passed and _fits(books, order, wanted, request, now)
    )  # fmt: skip
    page = list(islice(rest, size + 1))
    token = ""
    if page and paging.is_empty():
        page, token = [], paging.again()
    elif len(page) > size:
        at, last = page[size - 1]
        token = paging.token({**place, "passed": [at.timestamp(), last.ref]})
    shown = [order for _, order in page[:size]]
    _refuse_withheld(books, shown)
    body: Json = {"orders": [order_document(order, books, now, included) for order in shown]}
    if token:
        body["pagination"] = {"nextToken": token}
    return {**body, f"{field}Before": moment_text(before)}


def get_order(ref: str, request: Request, books: Books, now: datetime) -> Json:
    order = books.orders.get(ref)
    if order is None or books.last_change(order, now) is None:
        raise Refusal(404, "NotFound", f"The order {ref[:40]} was not found")
    _refuse_withheld(books, (order,))
    return {"order": order_document(order, books, now, _listed(request, "includedData"))}


def _refuse_withheld(books: Books, orders: Iterable[Order]) -> None:
    for order in orders:
        if books.lasting.withholds(order, books.withheld):
            raise Refusal(500, "InternalFailure", "We encountered an internal error. Please try again.")


def _before(text: str, name: str, fixed: str | None, now: datetime) -> datetime:
    """The end of the period; a chain keeps the one of its first page."""
    if fixed:
        return datetime.fromisoformat(fixed)
    if not text:
        return now - _SETTLED
    before = read_moment(name, text)
    if before > now - _SETTLED:
        raise invalid(f"{name} must be at least 2 minutes before now")
    return before


def _listed(request: Request, name: str) -> frozenset[str]:
    """A list, given as repeated parameters or with commas."""
    values = frozenset(one for key, value in request.query if key == name for one in value.split(",") if one)
    if name == "includedData" and (unknown := values - INCLUDED):
        raise invalid(f"includedData has no {', '.join(sorted(unknown))}")
    return values


def _wanted(request: Request, books: Books) -> frozenset[str]:
    ids = _listed(request, "marketplaceIds")
    if len(ids) > 50:
        raise invalid("marketplaceIds takes at most 50")
    if unknown := ids - MARKETPLACES.keys() - books.by_id.keys():
        raise invalid(f"There is no marketplace {', '.join(sorted(unknown))[:60]}")
    return frozenset(books.by_id[one].code for one in ids if one in books.by_id) if ids else frozenset(books.by_market)


def _fits(books: Books, order: Order, wanted: frozenset[str], request: Request, now: datetime) -> bool:
    if order.market not in wanted:
        return False
    by, statuses = request.get("fulfilledBy"), _listed(request, "fulfillmentStatuses")
    if by and by != fulfilled_by(order):
        return False
    at = books.last_change(order, now)
    return not statuses or (at is not None and status_of(order, at) in statuses)
