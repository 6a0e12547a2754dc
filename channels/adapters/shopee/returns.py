"""get_return_list and get_return_detail: what buyers ask back. The money of it posts from the escrow, not from here."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from channels.adapters.shopee.envelope import (
    Node,
    amount,
    count,
    currency,
    each,
    ident,
    inner,
    instant,
    listed,
    maybe,
    records,
    sku_of,
    text,
    word,
)  # fmt: skip
from channels.core.kinds import Kind, Role
from channels.core.money import Money
from channels.core.rows import ChargeRow, Page, Row, Shop

_REFUND_ONLY = "1"  # return_solution: the goods stay with the buyer


def _found(answer: Node) -> list[Any] | None:
    response = inner(answer, "response")
    if "return_sn" in response:
        return [response]
    found = response.get("return")
    return found if isinstance(found, list) else None


def shape(answer: Node) -> bool:
    return _found(answer) is not None


def rows(page: Page, shop: Shop) -> Iterator[Row]:
    """COMPARE charges, one per returned item: refund (−) and units that come back (−)."""
    yield from each(records(page, _found), lambda place, one: _charges(place, one, shop))


def _charges(place: int, one: Node, shop: Shop) -> Iterator[ChargeRow]:
    name, status = word(one, "return_sn"), text(one, "status").upper()
    items = listed(one, "item") or [{}]
    # A withdrawn request gives nothing back; its line of 0 replaces what an earlier page said.
    total = Decimal(0) if status == "CANCELLED" else -amount(one, "refund_amount")
    refund = Money(total, currency(one, "currency", shop))
    comes_back = status != "CANCELLED" and text(one, "return_solution") != _REFUND_ONLY
    for number, (item, share) in enumerate(zip(items, refund.split(_weights(items)), strict=True), 1):
        yield ChargeRow(
            key=f"{name}/{number}",
            document=name,
            kind=Kind.REFUND,
            label=" ".join(part for part in (status, text(one, "reason"), text(one, "return_refund_type")) if part),
            amount=share.amount,
            currency=share.currency,
            place=place,
            role=Role.COMPARE,
            order=ident(one, "order_sn"),
            sku=sku_of(item, "variation_sku") if item else "",
            quantity=-count(item, "amount") if comes_back else 0,
            posted_at=instant(one, "update_time"),
        )


def _weights(items: list[Node]) -> list[Decimal]:
    """The item's own refund where the shop is told it, else price × units."""
    own = [maybe(item, "refund_amount") or Decimal(0) for item in items]
    if any(own) and min(own) >= 0:
        return own
    return [max((maybe(item, "item_price") or Decimal(0)) * count(item, "amount"), Decimal(0)) for item in items]
