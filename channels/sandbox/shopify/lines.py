"""Order lines as GraphQL objects."""

from channels.sandbox.shopify.connections import Node
from channels.sandbox.shopify.ids import gid, number
from channels.sandbox.shopify.money import bag, money
from channels.sandbox.shopify.storefront import Seen
from channels.sandbox.shopify.view import View, limited
from channels.sandbox.world.model import Line


def line_item(view: View, seen: Seen, place: int) -> Node:
    line, currency = seen.order.lines[place], view.front.market.currency
    product = view.front.products[line.product]
    back = sum(refund.units[place] for refund in seen.order.refunds if seen.before(refund.at))
    left = 0 if seen.before(seen.order.cancelled_at) else line.quantity - back
    return {
        "__typename": "LineItem",
        "id": gid("LineItem", number(line.key)),
        "name": product.title,
        "sku": product.sku_in(view.front.market.code),
        "quantity": line.quantity,
        "currentQuantity": left,
        "refundableQuantity": left,
        "originalUnitPriceSet": bag(line.price, currency),
        "discountedTotalSet": bag(line.price * line.quantity - line.discount, currency),
        "discountAllocations": [{"allocatedAmountSet": bag(line.discount, currency)}] if line.discount else [],
        "taxLines": limited(lambda: tax_lines(line, currency)),
        "duties": [],
        "taxable": bool(line.tax),
        "isGiftCard": False,
        "product": {"id": gid("Product", 7_000_000_000_000 + product.number)},
        "variant": {
            "id": gid("ProductVariant", 41_000_000_000_000 + product.number),
            "inventoryItem": {"unitCost": money(product.cost, currency)},
        },
    }


def tax_lines(line: Line, currency: str) -> list[Node]:
    """The tax on top of a line's price; none where there is none."""
    net = line.price * line.quantity - line.discount
    if not line.tax:
        return []
    return [{"title": "State Tax", "rate": round(float(line.tax / net), 4) if net else None,
             "priceSet": bag(line.tax, currency)}]  # fmt: skip


def shipping_line(view: View, seen: Seen) -> Node:
    """An order has one: the way it is sent, free or not."""
    order, currency = seen.order, view.front.market.currency
    tax: Node = {"title": "State Tax", "rate": None, "priceSet": bag(order.shipping_tax, currency)}
    return {
        "__typename": "ShippingLine",
        "id": gid("ShippingLine", number(f"{order.ref}/shipping")),
        "title": "Standard",
        "isRemoved": False,
        "originalPriceSet": bag(order.shipping, currency),
        "discountedPriceSet": bag(order.shipping, currency),
        "discountAllocations": [],
        "taxLines": limited(lambda: [tax] if order.shipping_tax else []),
    }
