"""Orders from the Admin API: a page of them, or one order with the further pages of what it has."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from channels.adapters.shopify.api_money import (
    Line,
    Refunded,
    cancelled_units,
    order_line,
    parts_of,
    refunds_elsewhere,
)
from channels.adapters.shopify.buyers import of_node
from channels.adapters.shopify.mirrors import mirror_of
from channels.adapters.shopify.nodes import (
    MISREAD,
    Node,
    document,
    instant,
    joined,
    needed,
    nodes,
    partial,
    tail,
    text,
)
from channels.adapters.shopify.order_money import Part
from channels.adapters.shopify.visits import visits
from channels.core.adapter import Format, Personal
from channels.core.errors import Changed
from channels.core.kinds import Role, Stage
from channels.core.reading import Head
from channels.core.rows import BuyerRow, ChargeRow, OrderItemRow, OrderRow, Page, Row, Shop, Unreadable

UNPAID = frozenset(("PENDING", "AUTHORIZED", "PARTIALLY_PAID", "VOIDED", "EXPIRED"))
_UNPAID_FOR_GOOD = frozenset(("VOIDED", "EXPIRED"))
_STILL_PAID = frozenset(("PAID", "PARTIALLY_PAID", "PARTIALLY_REFUNDED"))

# Below an order. The country, the state and the city are none; who a customer number is, only the shop knows.
PERSONAL_PATHS = (
    "email", "phone", "customer.id", "customer.displayName", "customer.defaultEmailAddress.emailAddress",
    "customer.defaultPhoneNumber.phoneNumber",
    *(f"shippingAddress.{name}" for name in ("name", "company", "address1", "address2", "zip", "phone")),
)  # fmt: skip


def recognise(head: Head) -> bool:
    if head.kind != "json":
        return False
    return _page_of(head.document) is not None or _is_whole(head.document)


def _page_of(answer: Any) -> dict[str, Any] | None:
    data = answer.get("data") if isinstance(answer, dict) else None
    page = data.get("orders") if isinstance(data, dict) else None
    return page if isinstance(page, dict) and isinstance(page.get("nodes"), list) and "pageInfo" in page else None


def _is_whole(answer: Any) -> bool:
    first = answer[0] if isinstance(answer, list) and answer else None
    data = first.get("data") if isinstance(first, dict) else None
    return isinstance(data, dict) and "order" in data


def rows(page: Page, shop: Shop) -> Iterator[Row]:
    """Each order with its expected money, its refunds where no balance transaction tells them, and its visits.

    Of an order that the answer holds in part there is nothing here: another answer has the whole.
    """
    for place, order in _orders(document(page)):
        if isinstance(order, Unreadable):
            yield order
        else:
            yield from order_rows(order, place)


def _orders(answer: Any) -> Iterator[tuple[int, Node | Unreadable]]:
    """Every order that the answer holds in whole, or why it cannot be read."""
    if _is_whole(answer):
        try:
            if (node := joined(answer)) is not None:
                yield 1, node
        except MISREAD as error:
            yield 1, Unreadable(1, f"the order cannot be put together: {error}"[:300])
        return
    orders = _page_of(answer)
    if orders is None:
        raise Changed("the answer has no page of orders")
    for place, node in enumerate(orders["nodes"], 1):
        if not isinstance(node, dict):
            yield place, Unreadable(place, "an order is no object")
        elif not partial(node):
            yield place, node


def buyers(page: Page, _shop: Shop) -> Iterator[BuyerRow]:
    """Who bought the orders of which ``rows`` tells."""
    for place, order in _orders(document(page)):
        if not isinstance(order, Unreadable):
            yield from order_buyers(order, place)


def order_buyers(node: Node, place: int) -> Iterator[BuyerRow]:
    """The buyers of one order; none of a test, of another channel's order, and of one that cannot be read."""
    try:
        ref = tail(needed(node, "id"))
        own = node.get("test") is not True and mirror_of(_as_cells(node)) is None
    except MISREAD:
        return
    if own:
        yield from of_node(node, ref, place)


def order_rows(node: Node, place: int) -> Iterator[Row]:
    """All rows of one order, or an Unreadable in their place."""
    try:
        found = list(_order(node, place))
    except MISREAD as error:
        yield Unreadable(place, f"{type(error).__name__}: {error}"[:300], str(node.get("name", ""))[:100])
        return
    yield from found


def _order(node: Node, place: int) -> Iterator[Row]:
    if node.get("test") is True:
        return
    ref = tail(needed(node, "id"))
    currency = needed(node, "currencyCode")
    status = text(node, "displayFinancialStatus")
    cancelled = instant(node, "cancelledAt") is not None
    gone = cancelled and status not in _STILL_PAID
    off = cancelled_units(node)
    lines = [order_line(one, currency, off.get(one["id"], 0)) for one in nodes(node, "lineItems")]
    yield _order_row(node, ref, currency, status, place, lines, cancelled=cancelled, gone=gone)
    if status not in _UNPAID_FOR_GOOD:
        # A cancelled order keeps its parts, so that its payment and refund split as any other's; it sold no units.
        yield from _charges(node, ref, currency, place, lines, sold=not gone)
    yield from visits(node, ref, place)


def _order_row(
    node: Node, ref: str, currency: str, status: str, place: int, lines: list[Line], *, cancelled: bool, gone: bool
) -> OrderRow:
    # Imported orders share one createdAt; processedAt is the day of the business, as in Shopify's own analytics.
    ordered = instant(node, "processedAt") or instant(node, "createdAt")
    if ordered is None:
        raise ValueError("“processedAt” is empty")
    address = node.get("shippingAddress") or {}
    mirrored = mirror_of(_as_cells(node))
    return OrderRow(
        ref=ref,
        currency=currency,
        status=status.lower(),
        ordered_at=ordered,
        place=place,
        items=tuple(
            OrderItemRow(f"{ref}/{n}", line.sku, 0 if gone else line.quantity, line.title)
            for n, line in enumerate(lines, 1)
        ),
        name=text(node, "name"),
        shipped_at=shipped(node),
        updated_at=instant(node, "updatedAt"),
        cancelled=cancelled,
        country=text(address, "countryCodeV2") if address else "",
        state=(text(address, "provinceCode") or text(address, "province")) if address else "",
        city=text(address, "city") if address else "",
        sales_channel=text(node, "sourceName"),
        mirror_of=mirrored or "",
        is_mirror=mirrored is not None,
    )


def _as_cells(node: Node) -> Mapping[str, str]:
    """What tells a copy of another channel's order, under the names that the export has."""
    return {
        "name": text(node, "name"),
        "tags": ", ".join(map(str, node.get("tags") or ())),
        "source": text(node, "sourceName"),
        "source identifier": text(node, "sourceIdentifier"),
        "attribution": str((node.get("attribution") or {}).get("handle") or ""),
        "payment method": " + ".join(map(str, node.get("paymentGatewayNames") or ())),
    }


def shipped(node: Node) -> datetime | None:
    """When the last parcel left, once all have."""
    if text(node, "displayFulfillmentStatus") != "FULFILLED":
        return None
    left = [one for one in node["fulfillments"] if text(one, "status") not in ("CANCELLED", "ERROR", "FAILURE")]
    return max((at for one in left if (at := instant(one, "createdAt"))), default=None)


def paid(node: Node) -> datetime | None:
    """When the last payment came that made the order paid; authorizations are none."""
    if text(node, "displayFinancialStatus") in UNPAID:
        return None
    came = [
        instant(one, "processedAt")
        for one in node["transactions"]
        if text(one, "kind") in ("SALE", "CAPTURE") and text(one, "status") == "SUCCESS"
    ]
    return max((at for at in came if at), default=None)


def _charges(node: Node, ref: str, currency: str, place: int, lines: list[Line], *, sold: bool) -> Iterator[ChargeRow]:
    posted, left = paid(node), shipped(node)
    for part in parts_of(node, lines, currency):
        line = None if part.line is None else lines[part.line]
        units = line.quantity if line and sold and part.key.startswith("revenue") else 0
        yield _charge(ref, part, line, currency, place, posted, left, units)
    for one in refunds_elsewhere(node, lines, currency):
        line = None if one.part.line is None else lines[one.part.line]
        units = -one.units if sold and line else 0
        yield _charge(ref, one.part, line, currency, place, _refunded_at(one), left, units)


def _refunded_at(one: Refunded) -> datetime | None:
    return instant(one.refund, "processedAt") or instant(one.refund, "createdAt")


def _charge(
    ref: str, part: Part, line: Line | None, currency: str, place: int, posted: datetime | None,
    left: datetime | None, units: int,
) -> ChargeRow:  # fmt: skip
    return ChargeRow(
        key=f"{ref}/{part.key}",
        document=ref,
        kind=part.kind,
        label=part.label,
        amount=part.amount,
        currency=currency,
        place=place,
        role=Role.ESTIMATE,
        stage=Stage.EXPECTED,
        order=ref,
        sku=line.sku if line else "",
        quantity=units,
        posted_at=posted,
        shipped_at=left,
    )


FORMAT = Format(
    resource="shopify.api_orders",
    title="Shopify orders (Admin API)",
    recognise=recognise,
    rows=rows,
    personal=Personal(
        paths=frozenset(
            f"{above}.{path}" for above in ("data.orders.nodes.*", "*.data.order") for path in PERSONAL_PATHS
        )
    ),
    kept_as="shopify.orders",
    may_be_empty=True,
    buyers=buyers,
)
