"""Refunds of an order: lines, what is given back beside them, and the payment."""

from decimal import Decimal

from channels.core.money import quantum, round_minor, split
from channels.sandbox.shopify.connections import Node
from channels.sandbox.shopify.ids import gid, number
from channels.sandbox.shopify.lines import line_item
from channels.sandbox.shopify.money import bag, stamp
from channels.sandbox.shopify.payments import repayment
from channels.sandbox.shopify.storefront import Seen
from channels.sandbox.shopify.view import View
from channels.sandbox.world.model import ZERO, Line, Order, Refund


def refunds(view: View, seen: Seen) -> list[Node]:
    return [_refund(view, seen, one) for one in seen.order.refunds if seen.before(one.at)]


def _refund(view: View, seen: Seen, one: Refund) -> Node:
    order, currency = seen.order, view.front.market.currency
    back = one.price + one.shipping + one.tax
    return {
        "__typename": "Refund",
        "id": gid("Refund", number(one.ref)),
        "legacyResourceId": str(number(one.ref)),
        "createdAt": stamp(one.at),
        "processedAt": stamp(one.at),
        "updatedAt": stamp(one.at),
        "note": None,
        "totalRefundedSet": bag(back, currency),
        "refundLineItems": view.inner(lambda: _lines(view, seen, one)),
        "refundShippingLines": view.inner(lambda: _shipping(order, one, currency)),
        "orderAdjustments": view.inner(lambda: _adjustments(order, one, currency)),
        "transactions": view.inner(lambda: [repayment(view, order, one)] if back else []),
    }


def shares(order: Order, one: Refund, currency: str) -> list[tuple[int, Decimal, Decimal]]:
    """(index of the line, price, tax) of what comes back of each line: its units' part of discount and tax."""
    lines = zip(order.lines, one.units, strict=True)
    return [(place, *_part(line, units, currency)) for place, (line, units) in enumerate(lines) if units]


def _part(line: Line, units: int, currency: str) -> tuple[Decimal, Decimal]:
    each = [Decimal(1)] * line.quantity
    discount, tax = (sum(split(one, each, quantum(currency))[:units], ZERO) for one in (line.discount, line.tax))
    return line.price * units - discount, tax


def shipping_tax(order: Order, one: Refund, currency: str) -> Decimal:
    """The part of a refund's tax that is of the shipping that comes back."""
    if not order.shipping or not one.shipping:
        return ZERO
    return round_minor(order.shipping_tax * one.shipping / order.shipping, currency)


def restock(order: Order, one: Refund) -> str:
    """RefundLineItemRestockType."""
    if order.cancelled_at and not order.shipped_at:
        return "CANCEL"
    return "RETURN" if one.returned else "NO_RESTOCK"


def _lines(view: View, seen: Seen, one: Refund) -> list[Node]:
    currency = view.front.market.currency
    return [
        {
            "__typename": "RefundLineItem",
            "id": gid("RefundLineItem", number(f"{one.ref}/{place}")),
            "quantity": one.units[place],
            "restockType": restock(seen.order, one),
            "lineItem": line_item(view, seen, place),
            "subtotalSet": bag(price, currency),
            "totalTaxSet": bag(tax, currency),
        }
        for place, price, tax in shares(seen.order, one, currency)
    ]


def _shipping(order: Order, one: Refund, currency: str) -> list[Node]:
    if not one.shipping:
        return []
    return [{
        "__typename": "RefundShippingLine",
        "id": gid("RefundShippingLine", number(f"{one.ref}/shipping")),
        "subtotalAmountSet": bag(one.shipping, currency),
        "taxAmountSet": bag(shipping_tax(order, one, currency), currency),
    }]  # fmt: skip


def _adjustments(order: Order, one: Refund, currency: str) -> list[Node]:
    """What comes back beside lines and shipping: in the shop's sign, so more for the buyer is negative."""
    parts = shares(order, one, currency)
    price = one.price - sum((goods for _, goods, _ in parts), ZERO)
    tax = one.tax - sum((of_tax for _, _, of_tax in parts), ZERO) - shipping_tax(order, one, currency)
    if not (price or tax):
        return []
    return [{
        "__typename": "OrderAdjustment",
        "id": gid("OrderAdjustment", number(f"{one.ref}/adjustment")),
        "reason": "REFUND_DISCREPANCY",
        "amountSet": bag(-price, currency),
        "taxAmountSet": bag(-tax, currency),
    }]  # fmt: skip
