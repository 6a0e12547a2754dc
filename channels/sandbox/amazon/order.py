"""One order as of a moment: its status, money, places and people, as Orders 2026-01-01 writes it."""

from datetime import datetime, timedelta
from decimal import Decimal

from channels.sandbox.amazon.books import Books
from channels.sandbox.amazon.replies import MARKETPLACES, Json, moment_text, text_of
from channels.sandbox.amazon.seals import pick, share
from channels.sandbox.world.model import ZERO, Line, Market, Order

_NEW_STATUS = "AWAITING_CUSTOMS"
_NO_BUYER_NAME = {"US", "JP", "SG"}  # where the tax roles give none


def status_of(order: Order, at: datetime) -> str:
    if order.cancelled_at and order.cancelled_at <= at:
        return "CANCELLED"
    if order.shipped_at and order.shipped_at <= at:
        return "SHIPPED"
    return "PENDING" if order.paid_at and order.paid_at > at else "UNSHIPPED"


def has_new_status(order: Order, status: str, books: Books) -> bool:
    """Whether a word nobody knows stands for the status. Not for one that says that there is no money."""
    return status in ("UNSHIPPED", "SHIPPED") and books.lasting.has("new_word", "status", order.ref)


def fulfilled_by(order: Order) -> str:
    return order.fulfilled_by or "AMAZON"


def shipping_shares(order: Order) -> tuple[tuple[Decimal, Decimal], ...]:
    """What the buyer pays for shipping, and its tax, per line: as the shipment's money has it, else on the first."""
    return tuple(
        zip(
            _shares(order, "Order / ItemPrice / Shipping", order.shipping),
            _shares(order, "Order / ItemPrice / ShippingTax", order.shipping_tax),
            strict=True,
        )
    )


def _shares(order: Order, words: str, whole: Decimal) -> list[Decimal]:
    parts = [ZERO] * len(order.lines)
    for term in order.income:
        if term.line is not None and term.words == words:
            parts[term.line] += term.amount
    return parts if sum(parts) == whole else [whole, *(ZERO for _ in parts[1:])]


def order_document(order: Order, books: Books, now: datetime, included: frozenset[str]) -> Json:
    """The order as its last visible change left it."""
    at = books.last_change(order, now)
    if at is None:
        raise ValueError(f"{order.ref} cannot be seen yet")
    market = books.by_market[order.market]
    status = status_of(order, at)
    body: Json = {
        "orderId": order.ref,
        "createdTime": moment_text(order.placed_at),
        "lastUpdatedTime": moment_text(at),
        "programs": ["AMAZON_BUSINESS"] if order.business else ["PRIME"] if pick(2, order.ref) else [],
        "salesChannel": _sales_channel(order, market),
        "orderItems": [_item(order, i, market, books, status, included) for i in range(len(order.lines))],
    }
    if order.serves or share("alias", order.ref) < 0.3:
        body["orderAliases"] = [{"aliasId": order.serves or order.ref, "aliasType": "SELLER_ORDER_ID"}]
    if "BUYER" in included:
        body["buyer"] = _buyer(order, market, books)
    if "RECIPIENT" in included:
        body["recipient"] = {"deliveryAddress": _address(order, books)}
    if "PROCEEDS" in included and status != "PENDING":
        body["proceeds"] = _order_proceeds(order, market, body["orderItems"])
    if "FULFILLMENT" in included:
        body["fulfillment"] = _fulfilment(order, books, status)
    return body


def _sales_channel(order: Order, market: Market) -> Json:
    name = MARKETPLACES.get(market.marketplace, market.name)
    if order.serves:
        return {
            "channelName": "NON_AMAZON",
            "marketplaceId": market.marketplace,
            "marketplaceName": f"Non-Amazon {market.country}",
        }
    return {"channelName": "AMAZON", "marketplaceId": market.marketplace, "marketplaceName": name}


def _buyer(order: Order, market: Market, books: Books) -> Json:
    """By the roles: no name from the tax roles in some countries, an address of the relay only where we ship."""
    person, buyer = books.people[order.person], {}
    if market.country not in _NO_BUYER_NAME:
        buyer["buyerName"] = person.name
    if fulfilled_by(order) == "MERCHANT":
        domain = MARKETPLACES.get(market.marketplace, "Amazon.com").lower()
        buyer["buyerEmail"] = f"{int(share(order.person, books.seller) * 36**8):x}@marketplace.{domain}"
    if order.business:
        buyer["buyerPurchaseOrderNumber"] = f"PO-{pick(90_000, order.ref) + 10_000}"
    return buyer


def _address(order: Order, books: Books) -> Json:
    person = books.people[order.person]
    address = {
        "name": person.name, "addressLine1": person.street, "city": order.city, "stateOrRegion": order.state,
        "postalCode": person.postcode, "countryCode": order.country,
        "addressType": "COMMERCIAL" if order.business else "RESIDENTIAL",
    }  # fmt: skip
    if fulfilled_by(order) == "MERCHANT":
        address["phone"] = person.phone
    return address


def _fulfilment(order: Order, books: Books, status: str) -> Json:
    opens = order.placed_at.replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "fulfillmentStatus": _NEW_STATUS if has_new_status(order, status, books) else status,
        "fulfilledBy": fulfilled_by(order),
        "fulfillmentServiceLevel": ("STANDARD", "EXPEDITED")[pick(2, "level", order.ref)],
        "shipByWindow": {
            "earliestDateTime": moment_text(opens),
            "latestDateTime": moment_text(opens + timedelta(days=2, seconds=-1)),
        },
    }


def _item(order: Order, index: int, market: Market, books: Books, status: str, included: frozenset[str]) -> Json:
    line, product = order.lines[index], books.products[order.lines[index].product]
    shown: Json = {
        "asin": product.asin, "title": product.title, "sellerSku": product.sku_in(market.code),
        "condition": {"conditionType": "NEW", "conditionSubtype": "NEW"},
    }  # fmt: skip
    if status != "PENDING" and not order.serves:
        shown["price"] = {"unitPrice": _money(line.price, market)}
    item: Json = {"orderItemId": line.key, "quantityOrdered": line.quantity, "product": shown}
    if "PROCEEDS" in included and status != "PENDING" and not order.serves:
        item["proceeds"] = _item_proceeds(order, index, market)
    if "PROMOTION" in included and line.discount:
        item["promotion"] = {"breakdowns": [{"promotionId": f"HL-{pick(900, order.ref) + 100}"}]}
    if "CANCELLATION" in included and status == "CANCELLED":
        item["cancellation"] = {"cancellationRequest": {"requester": "BUYER", "cancelReason": "Ordered by mistake"}}
    if "FULFILLMENT" in included:
        done = line.quantity if status == "SHIPPED" else 0
        open_ = 0 if status in ("SHIPPED", "CANCELLED") else line.quantity
        item["fulfillment"] = {"quantityFulfilled": done, "quantityUnfulfilled": open_}
    if "TAX" in included and line.tax:
        item["tax"] = {
            "taxCollections": [{"model": "MARKETPLACE_FACILITATOR", "responsibleParty": "Amazon Services, Inc."}]
        }
    return item


def _item_proceeds(order: Order, index: int, market: Market) -> Json:
    line = order.lines[index]
    shipping, shipping_tax = shipping_shares(order)[index]
    parts = [("ITEM", line.price * line.quantity, ()), ("SHIPPING", shipping, ()), _tax(line, shipping_tax)]
    parts.append(("DISCOUNT", -line.discount, (("ITEM", -line.discount),)))
    breakdowns = []
    for kind, amount, details in parts:
        if not amount and kind != "ITEM":
            continue
        part: Json = {"type": kind, "subtotal": _money(amount, market)}
        if details:
            part["detailedBreakdowns"] = [
                {"subtype": name, "value": _money(one, market)} for name, one in details if one
            ]
        breakdowns.append(part)
    total = sum((amount for _, amount, _ in parts), ZERO)
    return {"proceedsTotal": _money(total, market), "breakdowns": breakdowns}


_Part = tuple[str, Decimal, tuple[tuple[str, Decimal], ...]]


def _tax(line: Line, shipping_tax: Decimal) -> _Part:
    return "TAX", line.tax + shipping_tax, (("ITEM", line.tax), ("SHIPPING", shipping_tax))


def _order_proceeds(order: Order, market: Market, items: list[Json]) -> Json:
    """The items' money once more, added up by type."""
    sums: dict[str, Decimal] = {}
    for item in items:
        for part in item.get("proceeds", {}).get("breakdowns", ()):
            sums[part["type"]] = sums.get(part["type"], ZERO) + Decimal(part["subtotal"]["amount"])
    body: Json = {"grandTotal": _money(sum(sums.values(), ZERO), market)}
    if not order.serves:
        body["breakdowns"] = [{"type": kind, "subtotal": _money(amount, market)} for kind, amount in sums.items()]
    return body


def _money(amount: Decimal, market: Market) -> Json:
    return {"amount": text_of(amount, market.currency), "currencyCode": market.currency}
