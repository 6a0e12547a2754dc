"""The chains of answers of each resource and route, each going on where its cursor says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from channels.adapters.shopify import bulk, documents
from channels.adapters.shopify.client import Client, Said
from channels.adapters.shopify.listings import Listed, Size, counted, listed, period
from channels.adapters.shopify.nodes import partial
from channels.adapters.shopify.parts import whole_order
from channels.adapters.shopify.resume import Place
from channels.core.errors import Changed, Unavailable
from channels.core.transport import Answer, Task

_ORDER_POINTS = 130.0  # of one order of a page, before Shopify has said what it costs
_REFUNDED_POINTS = 300.0
REFUNDED = "(financial_status:partially_refunded OR financial_status:refunded)"


def orders(client: Client, task: Task) -> Iterator[Answer]:
    """Orders changed in the period, page by page; the count that each page says is of the same moment as the page."""
    query = period("updated_at", task)
    size = Size(5, _ORDER_POINTS)
    place = Place.of(task.resume)
    while not place.closed:
        if place.todo:
            answer = _next_whole(client, place)
        else:
            said, page, left = _page_of_orders(client, documents.ORDERS, query, size, place)
            after, new = place.turned(tuple(node["id"] for node in page.nodes), page.after, left)
            count = counted(said.data.get("ordersCount"))
            if count is None and after.ended:
                raise Changed("there are too many orders in one window for Shopify to count; pull shorter ones")
            answer = Answer(
                "shopify.api_orders", said.body, resume=after.text, closed=after.closed, records=new, expected=count,
                request={"query": query},
            )  # fmt: skip
        yield answer
        place = Place.of(answer.resume)


def _page_of_orders(
    client: Client, document: str, query: str, size: Size, place: Place
) -> tuple[Said, Listed, tuple[str, ...]]:
    """A page, and the ids of its orders that are there in part only."""
    said = size.ask(client, document, {"query": query, "after": place.after})
    page = listed(said.data.get("orders"), "orders")
    return said, page, tuple(node["id"] for node in page.nodes if partial(node))


def _next_whole(client: Client, place: Place) -> Answer:
    """The first order that was there in part only, with all that it has."""
    gid = place.todo[0]
    after = place.without_first()
    body = whole_order(client, gid)
    return Answer("shopify.api_orders", body, resume=after.text, closed=after.closed, request={"id": gid})


def bulk_orders(client: Client, task: Task) -> Iterator[Answer]:
    """Orders changed in the period from a file that Shopify makes, then those with refunds page by page."""
    query = period("updated_at", task)
    place = Place.of(task.resume)
    if not place.phase:
        for answer in bulk.chunks(client, query, place):
            yield answer
            place = Place.of(answer.resume)
    yield from _refunded(client, f"{query} AND {REFUNDED}", place)


def _refunded(client: Client, query: str, place: Place) -> Iterator[Answer]:
    """What a bulk file lacks: orders with their refunds. They stand in the file's count already."""
    size = Size(2, _REFUNDED_POINTS)
    while not place.closed:
        if place.todo:
            answer = _next_whole(client, place)
        else:
            said, page, left = _page_of_orders(client, documents.REFUNDED, query, size, place)
            after, _ = place.turned(tuple(node["id"] for node in page.nodes), page.after, left)
            count = counted(said.data.get("ordersCount"))
            if after.ended and count is not None and after.records < count:
                raise Unavailable(f"Shopify says {count:,} orders with refunds, {after.records:,} came")
            answer = Answer(
                "shopify.api_orders", said.body, resume=after.text, closed=after.closed, request={"query": query}
            )
        yield answer
        place = Place.of(answer.resume)


@dataclass(frozen=True, slots=True)
class _Money:
    """A connection of the Shopify Payments account."""

    document: str
    connection: str
    resource: str
    field: str  # that the period is of
    first: int
    points: float


_PAYOUTS = _Money(documents.PAYOUTS, "payouts", "shopify.api_payouts", "issued_at", 50, 3.0)
_BALANCE = _Money(documents.BALANCE, "balanceTransactions", "shopify.balance", "processed_at", 40, 12.0)


def payouts(client: Client, task: Task) -> Iterator[Answer]:
    return _money(client, task, _PAYOUTS)


def balance(client: Client, task: Task) -> Iterator[Answer]:
    return _money(client, task, _BALANCE)


def _money(client: Client, task: Task, what: _Money) -> Iterator[Answer]:
    """Pages of the account; one answer without records where the shop has no Shopify Payments."""
    query = period(what.field, task)
    size = Size(what.first, what.points)
    place = Place.of(task.resume)
    while not place.closed:
        said = size.ask(client, what.document, {"query": query, "after": place.after})
        page = _of_account(said.data, what.connection)
        place, new = place.turned(tuple(node["id"] for node in page.nodes), page.after, ())
        yield Answer(
            what.resource, said.body, resume=place.text, closed=place.closed, records=new, request={"query": query}
        )


def _of_account(data: Mapping[str, Any], connection: str) -> Listed:
    if "shopifyPaymentsAccount" not in data:
        raise Changed("Shopify's answer has no account")
    account = data["shopifyPaymentsAccount"]
    if account is None:
        return Listed([], None)
    return listed(account.get(connection) if isinstance(account, dict) else None, connection)
