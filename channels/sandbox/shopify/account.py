"""Shopify Payments: the account, its balance transactions and its payouts."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from channels.sandbox.shopify.connections import Node
from channels.sandbox.shopify.ids import gid, number
from channels.sandbox.shopify.money import money, stamp
from channels.sandbox.shopify.search import Value
from channels.sandbox.shopify.storefront import Movement, payout_status, transaction_of
from channels.sandbox.shopify.view import View
from channels.sandbox.world.model import ZERO, Statement

MOVEMENT_FIELDS = frozenset(
    ("id", "processed_at", "payments_transfer_id", "payout_date", "payout_status", "transaction_type", "currency")
)
PAYOUT_FIELDS = frozenset(("id", "issued_at", "status", "amount", "currency"))
# Types whose sums a payout's summary shows by themselves; what is in none of them is an adjustment.
_SUMMARY = {"charges": ("CHARGE",), "refunds": ("REFUND", "REFUND_FAILURE"), "advance": ("ADVANCE",)}


def balance(view: View) -> Decimal:
    """What stands on the account: all movements so far, the payouts among them."""
    return sum((one.net for one in view.front.moved(view.now)), ZERO)


def movement(view: View, one: Movement) -> Node:
    currency, payout = view.front.market.currency, paid_in(one, view.now)
    order = view.front.by_ref.get(one.order)
    # Only where the type tells nothing yet: the truth of the others would be another.
    words = one.words if one.mapped else view.word(one.words, "GOODWILL_MYSTERY_CREDIT", one.number)
    transaction = transaction_of(one)
    return {
        "__typename": "ShopifyPaymentsBalanceTransaction",
        "id": gid("ShopifyPaymentsBalanceTransaction", one.number),
        "type": words,
        "test": False,
        "amount": money(one.amount, currency),
        "fee": money(one.fee, currency),
        "net": money(one.net, currency),
        "transactionDate": stamp(one.at),
        "sourceType": _source_type(one),
        "sourceId": str(payout_number(payout)) if one.transfer and payout else str(transaction or one.number),
        "sourceOrderTransactionId": str(transaction) if transaction else None,
        "adjustmentReason": None,
        "adjustmentsOrders": [],
        "associatedOrder": {"id": gid("Order", number(order.ref)), "name": order.name} if order else None,
        "associatedPayout": {
            "id": gid("ShopifyPaymentsPayout", payout_number(payout)) if payout else None,
            "status": payout_status(payout, view.now) if payout else "PENDING",
        },
    }


def paid_in(one: Movement, now: datetime) -> Statement | None:
    """The payout that the movement is part of, as far as it is known by now."""
    return one.statement if one.statement and one.statement.published_at <= now else None


def payout_number(one: Statement) -> int:
    return number(one.ref)


def _source_type(one: Movement) -> str:
    if one.transfer:
        return "TRANSFER"
    return next((kind for kind in ("CHARGE", "REFUND", "DISPUTE") if one.words.startswith(kind)), "ADJUSTMENT")


def movement_field(view: View, one: Movement, name: str) -> Value:
    """What the search compares."""
    if name == "processed_at":
        return one.at
    if name == "id":
        return one.number
    if name in ("transaction_type", "currency"):
        return one.words if name == "transaction_type" else view.front.market.currency
    payout = paid_in(one, view.now)
    if name == "payout_status":
        return payout_status(payout, view.now) if payout else "PENDING"
    if payout is None:
        return None
    return payout_number(payout) if name == "payments_transfer_id" else _day(view, payout)


def _day(view: View, one: Statement) -> str:
    at = one.deposited_at or one.published_at
    return at.astimezone(ZoneInfo(view.front.market.timezone)).date().isoformat()


def payout(view: View, one: Statement) -> Node:
    currency = view.front.market.currency
    return {
        "__typename": "ShopifyPaymentsPayout",
        "id": gid("ShopifyPaymentsPayout", payout_number(one)),
        "legacyResourceId": str(payout_number(one)),
        "issuedAt": stamp(one.published_at),
        "status": payout_status(one, view.now),
        "transactionType": "WITHDRAWAL" if one.total < 0 else "DEPOSIT",
        "net": money(one.total, currency),
        "gross": money(one.total, currency),
        "externalTraceId": (one.trace or None) if payout_status(one, view.now) == "PAID" else None,
        "summary": lambda _: summary(view, one),
    }


def payout_field(view: View, one: Statement, name: str) -> Value:
    values: dict[str, Value] = {
        "id": payout_number(one),
        "issued_at": one.published_at,
        "status": payout_status(one, view.now),
        "amount": one.total,
        "currency": view.front.market.currency,
    }
    return values[name]


def summary(view: View, one: Statement) -> Node:
    """Gross and fee by group: Σ gross − Σ fee is the payout's net. A refund's gross is named ``refundsFeeGross``."""
    parts = [part for part in view.front.movements if part.statement is one and not part.transfer]
    groups: dict[str, tuple[Decimal, Decimal]] = {}
    for part in parts:
        name = _group(part.words)
        gross, fee = groups.get(name, (ZERO, ZERO))
        groups[name] = (gross + part.amount, fee + part.fee)
    names = {
        "adjustments": ("adjustmentsGross", "adjustmentsFee"),
        "advance": ("advanceGross", "advanceFees"),
        "charges": ("chargesGross", "chargesFee"),
        "refunds": ("refundsFeeGross", "refundsFee"),
        "reserved": ("reservedFundsGross", "reservedFundsFee"),
        "retried": ("retriedPayoutsGross", "retriedPayoutsFee"),
    }
    currency = view.front.market.currency
    return {
        field: money(amount, currency)
        for name, fields in names.items()
        for field, amount in zip(fields, groups.get(name, (ZERO, ZERO)), strict=True)
    }


def _group(words: str) -> str:
    if words.startswith("RESERVED_FUNDS"):
        return "reserved"
    if words.startswith("TRANSFER_"):
        return "retried"
    return next((name for name, types in _SUMMARY.items() if words in types), "adjustments")
