"""Objects of the Admin API as JSON: their texts, times and amounts, read strictly."""

from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import orjson

from channels.core.errors import Refused
from channels.core.money import quantum
from channels.core.reading import parse_instant
from channels.core.rows import Page

Node = Mapping[str, Any]

# What a node of another shape raises when it is read; each caller makes it an Unreadable row.
MISREAD = (ValueError, KeyError, TypeError, AttributeError, ArithmeticError)

_OF_ORDER = ("lineItems", "shippingLines")
_OF_REFUND = ("refundLineItems", "refundShippingLines", "orderAdjustments", "transactions")


def document(page: Page) -> Any:
    """The JSON of an answer; its amounts are texts. Raises Refused where it is broken."""
    if page.document is not None:
        return page.document
    with page.open() as stream:
        return parsed(stream.read())


def parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body.removeprefix(BOM_UTF8))
    except orjson.JSONDecodeError as error:
        raise Refused(f"the JSON document cannot be read: {error}") from error


def text(node: Node, name: str) -> str:
    """The text, "" for null. Raises ValueError for another type or a field that is not there."""
    if name not in node:
        raise ValueError(f"“{name}” is not there")
    value = node[name]
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    raise ValueError(f"“{name}” is no text: {value!r}"[:200])


def needed(node: Node, name: str) -> str:
    """The text. Raises ValueError where it is empty."""
    if not (value := text(node, name)):
        raise ValueError(f"“{name}” is empty")
    return value


def whole(node: Node, name: str) -> int:
    """The number. Raises ValueError for another type."""
    value = node.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"“{name}” is no whole number: {value!r}"[:200])
    return value


def tail(gid: str) -> str:
    """The number in an id such as ``gid://shopify/Order/123``. Raises ValueError where there is none."""
    number = gid.rpartition("/")[2].partition("?")[0]
    if not number.isascii() or not number.isdigit():
        raise ValueError(f"no id of Shopify: {gid!r}"[:200])
    return number


def instant(node: Node, name: str) -> datetime | None:
    """In UTC, None for null."""
    value = text(node, name)
    return parse_instant(value) if value else None


def amount(money: Any, currency: str) -> Decimal:
    """Of a MoneyV2, whose amount is a text without its last zeros. Raises ValueError for anything else."""
    value = money.get("amount") if isinstance(money, dict) else None
    if not isinstance(value, str):
        raise ValueError(f"no amount of money: {money!r}"[:200])
    return _number(value, currency)


@lru_cache(maxsize=10_000)  # most amounts of an order stand in it several times
def _number(value: str, currency: str) -> Decimal:
    try:
        exact = Decimal(value)
        rounded = exact.quantize(quantum(currency))
    except InvalidOperation as error:
        raise ValueError(f"no amount of money: {value!r}"[:200]) from error
    if not exact.is_finite():
        raise ValueError(f"no amount of money: {value!r}")
    return rounded if rounded == exact else exact


def money(node: Node, name: str, currency: str) -> Decimal:
    """The amount in the shop's currency of a MoneyBag; zero for null."""
    if name not in node:
        raise ValueError(f"“{name}” is not there")
    bag = node[name]
    return Decimal(0) if bag is None else amount(bag["shopMoney"], currency)


def nodes(node: Node, name: str) -> list[Any]:
    """The entries of a connection. Raises ValueError where it is none."""
    connection = node.get(name)
    found = connection.get("nodes") if isinstance(connection, dict) else None
    if not isinstance(found, list):
        raise ValueError(f"“{name}” is no list")
    return found


def open_connections(order: Node) -> Iterator[tuple[str, str, Node]]:
    """(name, id of the parent, connection) of what an order has more of than the answer holds."""
    for name in _OF_ORDER:
        if _open(order.get(name)):
            yield name, order["id"], order[name]
    journey = order.get("customerJourneySummary")
    if isinstance(journey, dict) and _open(journey.get("moments")):
        yield "moments", order["id"], journey["moments"]
    for refund in order.get("refunds") or ():
        for name in _OF_REFUND:
            if _open(refund.get(name)):
                yield name, refund["id"], refund[name]


def _open(connection: Any) -> bool:
    info = connection.get("pageInfo") if isinstance(connection, dict) else None
    return isinstance(info, dict) and bool(info.get("hasNextPage"))


def partial(order: Node) -> bool:
    """Whether the answer holds a part of the order only: it is asked for once more by itself, and read from there."""
    try:
        headers_only = any("refundLineItems" not in refund for refund in order.get("refunds") or ())
        return headers_only or any(True for _ in open_connections(order))
    except MISREAD:
        return False  # it is read, and says what is wrong


def joined(answers: list[Any]) -> dict[str, Any] | None:
    """One order from the answer that begins it and those of the further pages of its connections; None for a gone one.

    Raises ValueError where an answer does not belong to it.
    """
    order: dict[str, Any] | None = answers[0]["data"]["order"]
    if order is None:
        return None
    refunds = {refund["id"]: refund for refund in order.get("refunds") or ()}
    for answer in answers[1:]:
        part = answer["data"].get("order") or answer["data"].get("refund") or {}
        parent = order if part.get("id") == order["id"] else refunds.get(part.get("id"))
        if parent is None:
            raise ValueError("a further page is of another order")
        _join(parent, part)
    return order


def _join(parent: dict[str, Any], part: dict[str, Any]) -> None:
    if isinstance(journey := part.get("customerJourneySummary"), dict):
        _join(parent["customerJourneySummary"], journey)
    for name, connection in part.items():
        if isinstance(connection, dict) and "nodes" in connection:
            parent[name]["nodes"].extend(connection["nodes"])
            parent[name]["pageInfo"] = connection["pageInfo"]
