"""Who bought, from get_order_detail: in clear, or as Shopee masks it (``J******n``, ``******64``).

An order has one address, and whoever it goes to counts as the buyer. What is nothing but a mask tells nothing and is
empty. Nothing here is read from the escrow, which tells the same names again.
"""

from collections.abc import Iterator

from channels.adapters.shopee.envelope import Node, inner, text, word
from channels.adapters.shopee.orders import details
from channels.core.rows import BuyerRow, Page, Shop

_PLACES = ("town", "district", "city", "state", "zipcode", "region")


def buyers(page: Page, _shop: Shop) -> Iterator[BuyerRow]:
    """Who bought the orders of which ``orders.rows`` tells."""
    for place, order in details(page):
        try:
            yield _buyer(place, order)
        except ValueError:
            continue


def _buyer(place: int, order: Node) -> BuyerRow:
    address = inner(order, "recipient_address")
    number = told(order, "buyer_user_id")
    return BuyerRow(
        order=word(order, "order_sn"),
        place=place,
        buyer="" if number == "0" or "*" in number else number,  # a masked number is nobody's
        username=told(order, "buyer_username"),
        name=told(address, "name"),
        phone=told(address, "phone"),
        street=_street(address),
        postcode=told(address, "zipcode"),
        city=_named(address, "city") or _named(address, "district") or _named(address, "town"),
        state=_named(address, "state"),
        country=(text(order, "region") or text(address, "region"))[:2],
    )


def told(node: Node, key: str) -> str:
    """The value; "" where it is nothing but a mask."""
    value = text(node, key)
    return value if any(char.isalnum() for char in value) else ""


def _named(address: Node, key: str) -> str:
    value = told(address, key)
    return "" if "*" in value else value


def _street(address: Node) -> str:
    """The full address without the places and the postcode that stand in it once more."""
    value = told(address, "full_address")
    known = {text(address, key).casefold() for key in _PLACES}
    parts = (part.strip() for part in value.split(","))
    return ", ".join(part for part in parts if part and part.casefold() not in known)
