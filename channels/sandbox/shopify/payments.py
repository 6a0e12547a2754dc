"""Order transactions: how an order was paid and given back, with the fees of Shopify Payments."""

from datetime import datetime
from decimal import Decimal

from channels.sandbox.shopify.connections import Node
from channels.sandbox.shopify.ids import gid, number, pending_number, repayment_number, sale_number
from channels.sandbox.shopify.money import bag, money, text, when
from channels.sandbox.shopify.storefront import PAYMENTS, Movement, Seen, paid_by
from channels.sandbox.shopify.view import View
from channels.sandbox.world.model import ZERO, Order, Refund

# Gateways without a checkout: the payment waits for somebody who marks it as paid.
_BY_HAND = frozenset(("manual", "bank_deposit", "cash_on_delivery"))


def transactions(view: View, seen: Seen) -> list[Node]:
    """In order of time; only those with status SUCCESS are money."""
    one = seen.order
    found = []
    if one.gateway in _BY_HAND:
        waiting = "PENDING"
        found.append(_transaction(view, one, pending_number(one.ref), "SALE", waiting, paid_by(one), one.placed_at))
    if seen.before(one.paid_at):
        found.append(_sale(view, one))
    found += [
        repayment(view, one, refund)
        for refund in one.refunds
        if seen.before(refund.at) and refund.price + refund.shipping + refund.tax
    ]
    return found


def repayment(view: View, order: Order, one: Refund) -> Node:
    """The payment of a refund; its amount is positive."""
    back = one.price + one.shipping + one.tax
    node = _transaction(view, order, repayment_number(one.ref), "REFUND", "SUCCESS", back, one.at)
    return {**node, "parentTransaction": lambda _: _sale(view, order) if order.paid_at else None}


def _sale(view: View, one: Order) -> Node:
    return _transaction(view, one, sale_number(one.ref), "SALE", "SUCCESS", paid_by(one), one.paid_at)


def _transaction(
    view: View, order: Order, one: int, kind: str, status: str, amount: Decimal, at: datetime | None
) -> Node:
    currency = view.front.market.currency
    movement = view.front.by_transaction.get(one)
    return {
        "__typename": "OrderTransaction",
        "id": gid("OrderTransaction", one),
        "kind": kind,
        "status": status,
        "gateway": order.gateway or None,
        "formattedGateway": order.gateway.replace("_", " ").title() or None,
        "manualPaymentGateway": order.gateway in _BY_HAND,
        "paymentId": f"r{one}",
        "processedAt": when(at),
        "createdAt": when(at),
        "test": False,
        "amountSet": bag(amount, currency),
        "amountRoundingSet": None,
        "currencyExchangeAdjustment": None,
        "settlementCurrency": currency if order.gateway == PAYMENTS else None,
        "settlementCurrencyRate": "1.0" if order.gateway == PAYMENTS else None,
        "shopifyPaymentsSet": None,
        "parentTransaction": None,
        "fees": lambda _: [_fee(movement, currency)] if movement and movement.fee else [],
    }


def _fee(movement: Movement, currency: str) -> Node:
    rate = movement.fee / movement.amount if movement.amount else ZERO
    return {
        "__typename": "TransactionFee",
        "id": gid("TransactionFee", number(f"{movement.number}/fee")),
        "type": "processing_fee",
        "rate": text(round(rate, 4)),
        "rateName": "domestic",
        "flatFee": money(ZERO, currency),
        "flatFeeName": None,
        "amount": money(movement.fee, currency),
        "taxAmount": money(ZERO, currency),
    }
