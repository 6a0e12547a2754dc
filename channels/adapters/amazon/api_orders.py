"""Orders as the API tells them (Orders 2026-01-01): the same orders as the all-orders report's, newest version first.

searchOrders and getOrder answer alike. Money comes as texts, by item: proceeds.breakdowns, with details only of TAX and
DISCOUNT. Its types are an order's columns in the report under other names, so both layouts estimate the same.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from channels.adapters.amazon import orders
from channels.adapters.amazon.marketplaces import MARKETPLACES, is_elsewhere
from channels.adapters.amazon.settlement import sku_of
from channels.core.adapter import Format, Personal
from channels.core.kinds import Kind, Role, Stage
from channels.core.reading import Head, parse_instant, read_head
from channels.core.rows import ChargeRow, OrderItemRow, OrderRow, Page, Row, Shop, Unreadable

RESOURCE = "amazon.api_orders"

# Type, or type and subtype, of a breakdown → the report's column for it.
_COLUMNS = {
    "ITEM": "item-price", "SHIPPING": "shipping-price", "GIFT_WRAP": "gift-wrap-price",
    "TAX ITEM": "item-tax", "TAX SHIPPING": "shipping-tax", "TAX GIFT_WRAP": "gift-wrap-tax", "TAX": "item-tax",
    "DISCOUNT ITEM": "item-promotion-discount", "DISCOUNT SHIPPING": "ship-promotion-discount",
    "DISCOUNT": "item-promotion-discount",
}  # fmt: skip
_KINDS = {
    "ITEM": Kind.REVENUE, "SHIPPING": Kind.SHIPPING_INCOME, "GIFT_WRAP": Kind.SHIPPING_INCOME,
    "COD_FEE": Kind.SHIPPING_INCOME, "TAX": Kind.TAX_COLLECTED, "DISCOUNT": Kind.DISCOUNT,
}  # fmt: skip


def _recognise(head: Head) -> bool:
    document = head.document
    if not isinstance(document, dict):
        return False
    if isinstance(document.get("order"), dict):
        return "orderId" in document["order"]
    found = document.get("orders")
    if not isinstance(found, list):
        return False
    ends = {"lastUpdatedBefore", "createdBefore"} & document.keys()
    return "orderId" in found[0] if found and isinstance(found[0], dict) else bool(ends) and not found


def _rows(page: Page, shop: Shop) -> Iterator[Row]:
    with page.open() as stream:
        document = read_head(stream).document
    elsewhere: dict[str, list[int]] = {}
    for place, order in enumerate(document["orders"] if "orders" in document else [document["order"]], 1):
        try:
            sold_on = _sold_on(order)
            if is_elsewhere(sold_on, shop.marketplace):
                elsewhere.setdefault(sold_on, []).append(place)
                continue
            yield from _order(order, place, shop, sold_on)
        except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
            ref = order.get("orderId") if isinstance(order, dict) else None
            yield Unreadable(place, f"order {ref or 'without a number'}: {error!r}")
    for name, places in {} if page.request else elsewhere.items():
        yield Unreadable(places[0], f"{len(places)} orders of {name} were left out: import them into its own store too")


def _sold_on(order: Mapping[str, Any]) -> str:
    """The sales channel in the report's words: Amazon.de, or Non-Amazon DE for what another channel sold."""
    channel = order.get("salesChannel") or {}
    name = channel.get("marketplaceName") or MARKETPLACES.get(channel.get("marketplaceId") or "", "")
    if channel.get("channelName") == "NON_AMAZON" and not name.startswith("Non-Amazon"):
        return f"Non-Amazon {name}".strip()
    return str(name)


def _order(order: Mapping[str, Any], place: int, shop: Shop, sold_on: str) -> Iterator[Row]:
    ref = order["orderId"]
    if not isinstance(ref, str) or not 0 < len(ref) <= 100:
        raise ValueError("orderId is no number of an order")
    fulfilment, address = order.get("fulfillment") or {}, (order.get("recipient") or {}).get("deliveryAddress") or {}
    status = str(fulfilment.get("fulfillmentStatus") or "")
    cancelled, elsewhere = status == "CANCELLED", sold_on.startswith("Non-Amazon")
    items: list[OrderItemRow] = []
    charges: list[ChargeRow] = []
    for number, item in enumerate(order["orderItems"], 1):
        product = item.get("product") or {}
        units = 0 if cancelled else _units(item)
        sku = sku_of(product.get("sellerSku") or "")
        items.append(
            OrderItemRow(str(number), sku, units, product.get("title") or "", str(product.get("asin") or "")[:40])
        )
        if units and not elsewhere:
            charges += _charges(f"{ref}/{number}", ref, item, place, sku, units, shop.currency)
    aliases: list[Mapping[str, Any]] = order.get("orderAliases") or []
    numbers = [one.get("aliasId") for one in aliases if one.get("aliasType") == "SELLER_ORDER_ID"]
    shipped = [parse_instant(one["shipTime"]) for one in order.get("packages") or () if one.get("shipTime")]
    updated = order.get("lastUpdatedTime")
    yield OrderRow(
        ref=ref, currency=shop.currency, status=status[:60], ordered_at=parse_instant(order["createdTime"]),
        place=place, items=tuple(items), shipped_at=min(shipped, default=None),
        updated_at=parse_instant(updated) if updated else None, cancelled=cancelled,
        country=(address.get("countryCode") or "")[:2], state=(address.get("stateOrRegion") or "")[:100],
        city=(address.get("city") or "")[:100], sales_channel=sold_on[:60],
        serves=str(numbers[0] or "")[:100] if elsewhere and numbers else "",
        business="AMAZON_BUSINESS" in (order.get("programs") or ()), replaces=_replaced(order),
    )  # fmt: skip
    yield from charges


def _replaced(order: Mapping[str, Any]) -> str:
    """The order that this one replaces or exchanges."""
    for one in order.get("associatedOrders") or ():
        if one.get("associationType") in ("REPLACEMENT_ORIGINAL_ID", "EXCHANGE_ORIGINAL_ID"):
            return str(one.get("orderId") or "")[:100]
    return ""


def _units(item: Mapping[str, Any]) -> int:
    """Units ordered less those cancelled, which are neither shipped nor to be shipped."""
    ordered = _whole(item["quantityOrdered"])
    done = item.get("fulfillment") or {}
    if "cancellationExecution" not in (item.get("cancellation") or {}) or "quantityFulfilled" not in done:
        return ordered
    return min(ordered, _whole(done["quantityFulfilled"]) + _whole(done.get("quantityUnfulfilled") or 0))


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str) or Decimal(value) != int(value):
        raise ValueError(f"{value!r} is no number of units")
    return int(value)


def _charges(
    key: str, ref: str, item: Mapping[str, Any], place: int, sku: str, units: int, currency: str
) -> Iterator[ChargeRow]:
    seen: Counter[str] = Counter()
    for words, amount in _amounts(item, currency):
        if not amount:
            continue
        kind = _KINDS.get(words.partition(" ")[0], Kind.UNMAPPED)
        column = _COLUMNS.get(words, words.lower().replace(" ", "-"))[:60]
        seen[column] += 1
        yield ChargeRow(
            key=f"{key}/{column}" if seen[column] == 1 else f"{key}/{column}#{seen[column]}", document=ref, kind=kind,
            label=words, amount=amount, currency=currency, place=place, role=Role.ESTIMATE, stage=Stage.EXPECTED,
            order=ref, sku=sku, quantity=units if words == "ITEM" else 0,
        )  # fmt: skip


def _amounts(item: Mapping[str, Any], currency: str) -> Iterator[tuple[str, Decimal]]:
    """(words, amount) of an item's proceeds, in the finest parts that there are; the seller's sign.

    Left out, since the report has no column for them: points (expense), and the driver's tip, which is the order's.
    """
    for part in (item.get("proceeds") or {}).get("breakdowns") or ():
        kind, rest = str(part["type"]), _money(part["subtotal"], currency)
        for detail in part.get("detailedBreakdowns") or ():
            amount = _money(detail["value"], currency)
            rest -= amount
            yield f"{kind} {detail['subtype']}", _signed(kind, amount)
        yield kind, _signed(kind, rest)


def _signed(kind: str, amount: Decimal) -> Decimal:
    """Which sign discounts have is not documented; they always lower what the seller gets."""
    return -abs(amount) if kind == "DISCOUNT" else amount


def _money(node: Mapping[str, Any], currency: str) -> Decimal:
    if node["currencyCode"] != currency:
        raise ValueError(f"it is in {node['currencyCode']}, but the store keeps {currency}")
    text = node["amount"]
    if isinstance(text, bool) or not isinstance(text, int | Decimal | str):
        raise ValueError(f"{text!r} is no amount of money")
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is no amount of money") from error
    if not amount.is_finite() or abs(amount) >= 10**12 or amount != round(amount, 6):
        raise ValueError(f"{text!r} is no amount of money")
    return amount


# What the API gives of buyers and recipients, by any role (facts §1.9), and what may tell of them. Country, state,
# city and district are not personal.
_ADDRESS = ("name", "companyName", "addressLine1", "addressLine2", "addressLine3", "postalCode", "phone",
            "extendedFields")  # fmt: skip
PERSONAL = Personal(paths=frozenset({
    *(f"**.deliveryAddress.{name}" for name in _ADDRESS), "**.deliveryPreference", "**.buyer.*", "**.buyerEmail",
    "**.buyerName", "**.shipFromAddress.*", "**.giftMessage", "**.customizedUrl", "**.taxRegistrations",
    "**.paymentExecutions", "**.trackingNumber",
}))  # fmt: skip

FORMAT = Format(
    RESOURCE, "Amazon orders (API)", _recognise, _rows, PERSONAL, kept_as=orders.RESOURCE, may_be_empty=True,
)  # fmt: skip
