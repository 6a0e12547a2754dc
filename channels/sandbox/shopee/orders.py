"""get_order_list and get_order_detail, and buyers as a seller without declared servers sees them."""

from datetime import datetime, timedelta

from channels.sandbox.shopee.envelope import Ask, Json, Refusal, enveloped, figure, stamp
from channels.sandbox.shopee.paging import Paging
from channels.sandbox.shopee.shop import Seen, ShopView, share
from channels.sandbox.world.model import ZERO, Line, Person

_TO_SHIP = timedelta(days=2)
_ALWAYS = frozenset({
    "order_sn", "region", "currency", "cod", "order_status", "message_to_seller", "create_time", "update_time",
    "days_to_ship", "ship_by_date", "reverse_shipping_fee", "booking_sn", "is_international",
})  # fmt: skip
STATUSES = ("UNPAID", "READY_TO_SHIP", "PROCESSED", "SHIPPED", "COMPLETED", "IN_CANCEL", "CANCELLED", "INVOICE_PENDING")


def order_list(ask: Ask, shop: ShopView, now: datetime, paging: Paging) -> Json:
    field = ask.text("time_range_field")
    if field not in ("create_time", "update_time"):
        raise Refusal("error_param", "Wrong parameters, detail: time_range_field is create_time or update_time.")
    since, until = ask.window("time_from", "time_to")
    size = ask.number("page_size", 1, 100)
    wanted = ask.text("order_status", "")
    if wanted and wanted not in STATUSES:
        raise Refusal("error_param", "Wrong parameters, detail: order_status is invalid.")
    found = []
    for seen in shop.all_seen(now):
        at = stamp(seen.at if field == "update_time" else seen.order.placed_at)
        if since <= at <= until and wanted in ("", seen.status):
            found.append((at, seen.order.ref, seen.status))
    status = "order_status" in ask.text("response_optional_fields", "")
    rows = [
        {"order_sn": ref, "booking_sn": ""} | ({"order_status": said} if status else {})
        for _, ref, said in sorted(found)
    ]
    page, more, cursor = paging.by_cursor(rows, ask.text("cursor", ""), size)
    return enveloped({"more": more, "next_cursor": cursor, "order_list": page})


def order_detail(ask: Ask, shop: ShopView, now: datetime) -> Json:
    asked = ask.strings("order_sn_list", 50)
    if "withhold" in shop.faults.kinds and shop.withheld in asked:
        shop.faults.struck["withhold"] += 1
        raise Refusal("error_server", "Something wrong. Please try later.")
    fields = set(ask.text("response_optional_fields", "").split(",")) | _ALWAYS
    found = [seen for ref in dict.fromkeys(asked) if (seen := shop.seen(ref, now))]
    orders = [{name: value for name, value in _order(seen, shop).items() if name in fields} for seen in found]
    return enveloped({"order_list": orders})


def _order(seen: Seen, shop: ShopView) -> Json:
    order, market = seen.order, shop.market
    person = shop.people[order.person]
    goods = sum((line.price * line.quantity - line.discount for line in order.lines), ZERO)
    return {
        "order_sn": order.ref, "region": market.marketplace, "currency": market.currency, "cod": False,
        "order_status": seen.status, "message_to_seller": "", "create_time": stamp(order.placed_at),
        "update_time": stamp(seen.at), "days_to_ship": 2, "booking_sn": "", "reverse_shipping_fee": 0,
        "ship_by_date": stamp(order.paid_at and order.paid_at + _TO_SHIP) if seen.been(order.paid_at) else 0,
        "total_amount": figure(goods + order.shipping), "payment_method": "Credit Card/Debit Card",
        "shipping_carrier": "Standard Delivery", "estimated_shipping_fee": figure(order.shipping),
        "pay_time": stamp(seen.when(order.paid_at)), "pickup_done_time": stamp(seen.when(order.shipped_at)),
        "fulfillment_flag": f"fulfilled_by_{'cb' if market.cross_border else 'local'}_seller", "split_up": False,
        "actual_shipping_fee_confirmed": seen.been(order.delivered_at), "note": "", "note_update_time": 0,
        "buyer_cancel_reason": "", "cancel_by": "buyer" if seen.cancelled else "",
        "cancel_reason": "Buyer cancelled" if seen.cancelled else "", "goods_to_declare": False,
        "buyer_user_id": buyer_id(person), "buyer_username": username(person),
        "recipient_address": {
            "name": masked_name(person.name), "phone": f"******{person.phone[-2:]}", "town": "", "district": "",
            "city": order.city, "state": order.state, "region": order.country, "zipcode": "******",
            "full_address": f"{person.street[:2]}******",
        },
        "item_list": [_item(line, shop, cancelled=seen.cancelled) for line in order.lines],
    }  # fmt: skip


def _item(line: Line, shop: ShopView, *, cancelled: bool) -> Json:
    return {
        **item_names(line, shop), "model_quantity_purchased": line.quantity, "model_original_price": figure(line.price),
        "model_discounted_price": figure(line.price), "wholesale": False, "weight": 0.3, "add_on_deal": False,
        "main_item": False, "add_on_deal_id": 0, "promotion_type": "", "promotion_id": 0,
        "order_item_id": item_id(line), "line_item_id": int(line.key), "promotion_group_id": 0,
        "active_qty": 0 if cancelled else line.quantity, "cancelled_qty": line.quantity if cancelled else 0,
        "returned_qty": 0,
    }  # fmt: skip


def item_id(line: Line) -> int:
    return 23_100_000_000 + line.product


def item_names(line: Line, shop: ShopView) -> Json:
    product = shop.products[line.product]
    return {
        "item_id": item_id(line), "item_name": product.title, "item_sku": product.sku_in(shop.market.code),
        "model_id": 190_000_000 + line.product, "model_name": "", "model_sku": product.sku_in(shop.market.code),
    }  # fmt: skip


def buyer_id(person: Person) -> int:
    """The buyer's number inside Shopee, the same in all shops."""
    return 880_000_000 + int(share("buyer", person.number) * 9_000) * 10_000 + person.number


def username(person: Person) -> str:
    """Half of the buyers call themselves by their mailbox's name."""
    if share("alias", person.number) < 0.5:
        return person.email.partition("@")[0]
    return f"b{int(share('username', person.number) * 36**8):x}"


def masked_name(name: str) -> str:
    return f"{name[:1]}******{name[-1:]}" if len(name) > 1 else "****"
