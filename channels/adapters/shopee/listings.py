"""Lists that only say what to ask for next: get_order_list names orders, get_escrow_list orders that were released."""

from collections.abc import Iterator

from channels.adapters.shopee.envelope import Node, amount, each, inner, instant, listed, records, word
from channels.core.kinds import Kind, Role
from channels.core.rows import ChargeRow, Page, Row, Shop


def order_list_shape(answer: Node) -> bool:
    """get_order_detail and get_shipment_list name their lists the same, but tell times and packages."""
    response = inner(answer, "response")
    named = isinstance(response.get("order_list"), list) and "more" in response
    return named and not any(
        {"create_time", "package_number"} & order.keys() for order in listed(response, "order_list")
    )


def order_list_rows(page: Page, shop: Shop) -> Iterator[Row]:
    """None: the details tell everything. A list that cannot be read is refused all the same."""
    for _ in records(page, lambda answer: inner(answer, "response").get("order_list")):
        yield from ()


def released_shape(answer: Node) -> bool:
    return isinstance(inner(answer, "response").get("escrow_list"), list)


def released_rows(page: Page, shop: Shop) -> Iterator[Row]:
    """COMPARE: what was released for an order, and when."""
    found = records(page, lambda answer: inner(answer, "response").get("escrow_list"))
    yield from each(found, lambda place, one: _released(place, one, shop))


def _released(place: int, one: Node, shop: Shop) -> Iterator[ChargeRow]:
    order, at = word(one, "order_sn"), instant(one, "escrow_release_time")
    if at is None:
        raise ValueError("escrow_release_time is missing")
    key = f"{order}|{int(at.timestamp())}"
    yield ChargeRow(
        key=key, document=key, kind=Kind.REVENUE, label="payout_amount", amount=amount(one, "payout_amount"),
        currency=shop.currency, place=place, role=Role.COMPARE, order=order, released_at=at,
    )  # fmt: skip
