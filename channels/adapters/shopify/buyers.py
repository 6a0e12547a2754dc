"""Who bought: the customer of an order as part 0, and its recipient as part 1 where that is somebody else.

A copy of another channel's order tells nobody: its buyer is that channel's, and so are the rules of what may be done
with his data. A field that is withheld or of another type is empty; the others of the order are read.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from channels.adapters.shopify.columns import Cells
from channels.adapters.shopify.nodes import Node
from channels.core.rows import BuyerRow

_LONGEST = 200  # characters of a name that are compared


@dataclass(frozen=True, slots=True)
class Address:
    """Where an order goes, or its bill."""

    name: str = ""
    phone: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    state: str = ""
    country: str = ""


def of_node(node: Node, ref: str, place: int) -> Iterator[BuyerRow]:
    """Of an order of the Admin API, whose only address is the recipient's."""
    customer = _inner(node, "customer")
    buyer = BuyerRow(
        order=ref,
        place=place,
        buyer=_text(customer, "id").rpartition("/")[2],
        name=_text(customer, "displayName"),
        email=_text(node, "email") or _text(_inner(customer, "defaultEmailAddress"), "emailAddress"),
        phone=_text(node, "phone") or _text(_inner(customer, "defaultPhoneNumber"), "phoneNumber"),
    )
    address = _inner(node, "shippingAddress")
    shipping = Address(
        name=_text(address, "name"),
        phone=_text(address, "phone"),
        street=_joined(_text(address, "address1"), _text(address, "address2")),
        postcode=_text(address, "zip"),
        city=_text(address, "city"),
        state=_text(address, "provinceCode") or _text(address, "province"),
        country=_text(address, "countryCodeV2"),
    )
    yield from _parts(buyer, Address(), shipping)


def of_cells(first: Cells, ref: str, place: int) -> Iterator[BuyerRow]:
    """Of an order of the export, which has no number of the customer; its first row tells him."""
    buyer = BuyerRow(order=ref, place=place, email=first.get("email", ""), phone=_cell(first, "phone"))
    yield from _parts(buyer, _address(first, "billing"), _address(first, "shipping"))


def _address(first: Cells, whose: str) -> Address:
    street = _joined(first.get(f"{whose} address1", ""), first.get(f"{whose} address2", ""))
    country = first.get(f"{whose} country", "")
    return Address(
        name=first.get(f"{whose} name", ""),
        phone=_cell(first, f"{whose} phone"),
        street=street or first.get(f"{whose} street", ""),
        postcode=_cell(first, f"{whose} zip"),
        city=first.get(f"{whose} city", ""),
        state=first.get(f"{whose} province", ""),
        country=country.upper() if len(country) == 2 else "",
    )


def _cell(first: Cells, name: str) -> str:
    """The export keeps the first zeros of a number by an apostrophe before it."""
    return first.get(name, "").lstrip("'")


def _parts(buyer: BuyerRow, billing: Address, shipping: Address) -> Iterator[BuyerRow]:
    """The customer at the address that is his, and the recipient of a gift.

    Where a customer's own country is not told, it is taken to be the recipient's: telephone numbers need one.
    """
    name = buyer.name or billing.name or shipping.name
    if same_name(name, shipping.name):
        own = shipping if shipping.street or shipping.postcode or not billing.street else billing
        phone = buyer.phone or own.phone or billing.phone
    else:
        own, phone = billing, buyer.phone or billing.phone
    yield replace(
        buyer, name=name, phone=phone, street=own.street, postcode=own.postcode, city=own.city, state=own.state,
        country=own.country or shipping.country,
    )  # fmt: skip
    if own is not shipping and not same_name(name, shipping.name):
        theirs = {_digits(number) for number in (buyer.phone, billing.phone)}
        yield BuyerRow(
            order=buyer.order, place=buyer.place, part=1, name=shipping.name,
            phone="" if _digits(shipping.phone) in theirs else shipping.phone,  # whoever orders may leave his own
            street=shipping.street, postcode=shipping.postcode, city=shipping.city, state=shipping.state,
            country=shipping.country,
        )  # fmt: skip


def same_name(one: str, other: str) -> bool:
    """Whether two names may be one person's: every word of the shorter is in the longer, or its initial is."""
    short, long = sorted((_words(one), _words(other)), key=len)
    return all(any(_same_word(word, full) for full in long) for word in short)


def _same_word(one: str, other: str) -> bool:
    return one == other or (1 in (len(one), len(other)) and one[0] == other[0])


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name[:_LONGEST].casefold())
    letters = "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char))
    return letters.split()


def _digits(number: str) -> str:
    """The last digits, which are the same with a country code and without."""
    return "".join(filter(str.isdigit, number))[-8:]


def _joined(*parts: str) -> str:
    return " ".join(filter(None, parts))


def _inner(node: Node, name: str) -> Mapping[str, Any]:
    found = node.get(name)
    return found if isinstance(found, dict) else {}


def _text(node: Node, name: str) -> str:
    value = node.get(name)
    return value.strip() if isinstance(value, str) else ""
