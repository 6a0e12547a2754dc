"""The file of a bulk operation: JSON lines, each an order or what belongs to one by its ``__parentId``."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, BinaryIO

from channels.adapters.shopify.api_orders import PERSONAL_PATHS, order_buyers, order_rows
from channels.adapters.shopify.nodes import parsed, partial
from channels.core.adapter import Format, Personal
from channels.core.errors import Changed
from channels.core.reading import Head, read_head
from channels.core.rows import BuyerRow, Page, Row, Shop, Unreadable

CONNECTIONS = {"LineItem": "lineItems", "ShippingLine": "shippingLines"}  # by type; all else is a moment


def recognise(head: Head) -> bool:
    if head.kind not in ("json", "jsonl") or not isinstance(head.document, dict):
        return False
    document = head.document
    return (document.get("__typename") == "Order" and "id" in document) or is_job(document)


def is_job(document: Any) -> bool:
    """Whether it is the state of a bulk operation, which stands for a file without lines."""
    data = document.get("data") if isinstance(document, dict) else None
    job = data.get("bulkOperation") if isinstance(data, dict) else None
    return isinstance(job, dict) and "rootObjectCount" in job


def rows(page: Page, shop: Shop) -> Iterator[Row]:
    """Each order with its expected money and its visits; ``place`` is its line.

    An order with refunds is left to the answers that tell its refunds in full.
    """
    with page.open() as stream:
        head = read_head(stream)
    if is_job(head.document):
        return
    orders: dict[str, tuple[int, dict[str, Any]]] = {}
    children: defaultdict[str, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    with page.open() as stream:
        for place, line in ((place, parsed(line)) for place, line in _lines(stream)):
            if not isinstance(line, dict):
                raise Changed(f"line {place} of the bulk file is no object")
            if "__parentId" in line:
                children[line["__parentId"]].append((place, line))
            elif isinstance(line.get("id"), str):
                orders[line["id"]] = (place, line)
            else:
                yield Unreadable(place, "the line has neither an id nor a parent")
    for gid, (place, order) in orders.items():
        whole = with_children(order, [line for _, line in children.pop(gid, ())])
        if not partial(whole):
            yield from order_rows(whole, place)
    for parent, orphans in children.items():
        yield Unreadable(orphans[0][0], f"its order is not in the file: {parent}"[:200])


def buyers(page: Page, _shop: Shop) -> Iterator[BuyerRow]:
    """Who bought the orders of which ``rows`` tells; the lines below an order tell nobody."""
    with page.open() as stream:
        for place, line in ((place, parsed(line)) for place, line in _lines(stream)):
            if isinstance(line, dict) and "__parentId" not in line and not partial(line):
                yield from order_buyers(line, place)


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """(number from 1, line) of those that are not blank."""
    return ((number, line) for number, line in enumerate(iter(stream.readline, b""), 1) if line.strip())


def with_children(order: dict[str, Any], children: list[dict[str, Any]]) -> dict[str, Any]:
    """The order with its lines in the shape that pages have."""
    found: dict[str, Any] = {name: {"nodes": []} for name in CONNECTIONS.values()}
    moments: list[dict[str, Any]] = []
    for child in children:
        name = CONNECTIONS.get(str(child.get("__typename", "")))
        (found[name]["nodes"] if name else moments).append(child)
    journey = order.get("customerJourneySummary")
    if isinstance(journey, dict):
        found["customerJourneySummary"] = {**journey, "moments": {"nodes": moments}}
    return {**order, **found}


FORMAT = Format(
    resource="shopify.bulk_orders",
    title="Shopify orders (bulk operation)",
    recognise=recognise,
    rows=rows,
    personal=Personal(paths=frozenset(PERSONAL_PATHS)),
    kept_as="shopify.orders",
    may_be_empty=True,
    buyers=buyers,
)
