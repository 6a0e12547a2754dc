"""Webhooks that a shop sends: REST bodies in snake case, signed over the raw bytes; some twice, some out of order."""

import base64
import hashlib
import hmac
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import httpx
import orjson

from channels.sandbox.keys import SHOPIFY_APP
from channels.sandbox.shopify.ids import draw, gid, number, repayment_number, sale_number, share
from channels.sandbox.shopify.storefront import Seen, Storefront, financial_status, paid_by
from channels.sandbox.world.model import ZERO, Line, Market, Order, Person, Refund, World

VERSION = "2026-10"
PATIENCE = 5.0  # seconds that Shopify waits for an answer
_TWICE, _LATER, _FORGOTTEN = 0.1, 0.1, 0.02  # shares of messages
_FORGETS_AFTER = timedelta(days=10)

Message = tuple[Mapping[str, str], bytes]


def messages(world: World, market: Market, since: datetime, until: datetime) -> Iterator[Message]:
    """(headers, raw body) of what happens in the half-open time, as it arrives.

    A message that comes again has its webhook id again; one that comes late comes after the next.
    """
    front = Storefront(world, market)
    waiting: list[Message] = []
    for at, topic, order, refund in sorted(_happenings(front, since, until), key=lambda one: one[:2]):
        message = _message(front, at, topic, order, refund)
        mark = (topic, order.ref, at)
        if share("later", *mark) < _LATER and not waiting:
            waiting.append(message)
            continue
        yield message
        if share("twice", *mark) < _TWICE:
            yield message
        yield from waiting
        waiting.clear()
    yield from waiting


def deliver(url: str, sent: Iterable[Message]) -> Counter[int]:
    """Post each message to the address, once; how often each status came back, 0 for none."""
    statuses: Counter[int] = Counter()
    with httpx.Client(timeout=PATIENCE) as client:
        for headers, body in sent:
            try:
                statuses[client.post(url, content=body, headers=dict(headers)).status_code] += 1
            except httpx.HTTPError:
                statuses[0] += 1
    return statuses


def sign(body: bytes, secret: str) -> str:
    """X-Shopify-Hmac-Sha256: base64 of the HMAC-SHA256 over the raw body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def _happenings(
    front: Storefront, since: datetime, until: datetime
) -> Iterator[tuple[datetime, str, Order, Refund | None]]:
    for order in front.orders:
        for at in order.changes():
            if since <= at < until:
                yield at, "orders/create" if at == order.placed_at else "orders/updated", order, None
        for refund in order.refunds:
            if since <= refund.at < until:
                yield refund.at, "refunds/create", order, refund
        forgets = order.placed_at + _FORGETS_AFTER
        if since <= forgets < until and share("forgets", order.ref) < _FORGOTTEN:
            yield forgets, "customers/redact", order, None


def _message(front: Storefront, at: datetime, topic: str, order: Order, refund: Refund | None) -> Message:
    if refund:
        content: object = _refund(front, order, refund)
    elif topic == "customers/redact":
        content = _redact(front, order)
    else:
        content = _order(front, Seen(order, at))
    body = orjson.dumps(content)
    mark = uuid.UUID(int=draw("webhook", topic, order.ref, at))
    return {
        "Content-Type": "application/json",
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": sign(body, SHOPIFY_APP["client_secret"]),
        "X-Shopify-Shop-Domain": front.market.seller,
        "X-Shopify-API-Version": VERSION,
        "X-Shopify-Webhook-Id": str(mark),
        "X-Shopify-Event-Id": str(uuid.UUID(int=draw("event", order.ref, at))),
        "X-Shopify-Triggered-At": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }, body


def _local(front: Storefront, at: datetime | None) -> str | None:
    """REST writes times in the shop's zone."""
    return at.astimezone(ZoneInfo(front.market.timezone)).isoformat(timespec="seconds") if at else None


def _set(amount: Decimal, currency: str) -> dict[str, object]:
    money = {"amount": f"{amount:.2f}", "currency_code": currency}
    return {"shop_money": money, "presentment_money": money}


def _order(front: Storefront, seen: Seen) -> dict[str, object]:
    one, currency, person = seen.order, front.market.currency, front.people[seen.order.person]
    tax = sum((line.tax for line in one.lines), one.shipping_tax)
    goods = sum((line.price * line.quantity - line.discount for line in one.lines), ZERO)
    original = front.original(one) if one.mirror_of else None
    return {
        "id": number(one.ref),
        "admin_graphql_api_id": gid("Order", number(one.ref)),
        "email": person.email,
        "contact_email": person.email,
        "phone": person.phone,
        "created_at": _local(front, one.placed_at),
        "processed_at": _local(front, one.placed_at),
        "updated_at": _local(front, seen.at),
        "cancelled_at": _local(front, one.cancelled_at) if seen.before(one.cancelled_at) else None,
        "cancel_reason": "customer" if seen.before(one.cancelled_at) else None,
        "name": one.name,
        "test": False,
        "currency": currency,
        "presentment_currency": currency,
        "total_price": f"{paid_by(one):.2f}",
        "subtotal_price": f"{goods:.2f}",
        "total_tax": f"{tax:.2f}",
        "total_price_set": _set(paid_by(one), currency),
        "total_shipping_price_set": _set(one.shipping, currency),
        "taxes_included": front.market.prices_include_tax,
        "financial_status": financial_status(seen).lower(),
        "fulfillment_status": "fulfilled" if seen.before(one.shipped_at) else None,
        "payment_gateway_names": [one.gateway] if one.gateway else [],
        "source_name": original.market.partition(".")[0] if original else "web",
        "source_identifier": original.ref if original else None,
        "line_items": [_line(front, line) for line in one.lines],
        "refunds": [_refund(front, one, refund) for refund in one.refunds if seen.before(refund.at)],
        "shipping_address": _address(one, one.recipient or person),
        "billing_address": _address(one, person),
        "customer": _customer(front, one),
    }


def _line(front: Storefront, line: Line) -> dict[str, object]:
    product = front.products[line.product]
    return {
        "id": number(line.key),
        "admin_graphql_api_id": gid("LineItem", number(line.key)),
        "title": product.title,
        "sku": product.sku_in(front.market.code),
        "quantity": line.quantity,
        "price": f"{line.price:.2f}",
        "total_discount": f"{line.discount:.2f}",
        "price_set": _set(line.price, front.market.currency),
    }


def _refund(front: Storefront, order: Order, one: Refund) -> dict[str, object]:
    back = one.price + one.shipping + one.tax
    payment = {
        "id": repayment_number(one.ref),
        "order_id": number(order.ref),
        "parent_id": sale_number(order.ref),
        "kind": "refund",
        "status": "success",
        "gateway": order.gateway,
        "amount": f"{back:.2f}",
        "currency": front.market.currency,
        "created_at": _local(front, one.at),
    }
    lines = [
        {"line_item_id": number(line.key), "quantity": units, "line_item": _line(front, line)}
        for line, units in zip(order.lines, one.units, strict=True)
        if units
    ]
    return {
        "id": number(one.ref),
        "order_id": number(order.ref),
        "created_at": _local(front, one.at),
        "note": None,
        "restock": one.returned,
        "refund_line_items": lines,
        "transactions": [payment],
        "order_adjustments": [],
    }


def _address(order: Order, person: Person) -> dict[str, object]:
    first, _, last = person.name.partition(" ")
    return {
        "first_name": first,
        "last_name": last,
        "name": person.name,
        "address1": person.street,
        "zip": person.postcode,
        "phone": person.phone,
        "city": order.city,
        "province_code": order.state,
        "country_code": order.country,
    }


def _customer(front: Storefront, order: Order) -> dict[str, object]:
    person = front.people[order.person]
    first, _, last = person.name.partition(" ")
    return {
        "id": 6_000_000_000_000 + person.number,
        "email": person.email,
        "phone": person.phone,
        "first_name": first,
        "last_name": last,
        "default_address": _address(order, person),
    }


def _redact(front: Storefront, order: Order) -> dict[str, object]:
    """The duty to forget a buyer; public apps must take it."""
    person = front.people[order.person]
    return {
        "shop_id": number(front.market.seller),
        "shop_domain": front.market.seller,
        "customer": {"id": 6_000_000_000_000 + person.number, "email": person.email, "phone": person.phone},
        "orders_to_redact": [number(order.ref)],
    }
