"""What a demand about personal data says: a platform's message, or what a person entered for a buyer who asked.

https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance#payload-types
"""

import json
from dataclasses import dataclass
from typing import Any

from channels.copying import clean
from channels.core.subjects import Subject, bare
from channels.models import Store
from reconciliation.models import PrivacyRequest

TOPICS = {
    "customers/redact": PrivacyRequest.Kind.ERASE,
    "customers/data_request": PrivacyRequest.Kind.TELL,
    "shop/redact": PrivacyRequest.Kind.SHOP,
}
_MOST = 10_000  # orders of one demand
_LONGEST = 320  # characters of a value: an e-mail address has no more


@dataclass(frozen=True, slots=True)
class Demand:
    """Whom it is about, and the domain of the shop, where it says so."""

    subject: Subject
    shop: str = ""


def read(body: bytes) -> Demand | None:
    """The demand in a message; None for what is none."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    customer = document.get("customer")
    customer = customer if isinstance(customer, dict) else {}
    orders = [*_listed(document.get("orders_to_redact")), *_listed(document.get("orders_requested"))]
    subject = Subject(
        orders=_some(orders), ids=_some([customer.get("id")]), emails=_some([customer.get("email")]),
        phones=_some([customer.get("phone")]),
    )  # fmt: skip
    return Demand(subject, shop_name(document.get("shop_domain")))


def written(order: str = "", buyer: str = "", email: str = "", phone: str = "") -> bytes:
    """A demand that a person enters, in the words of a message."""
    customer = {name: value for name, value in (("id", buyer), ("email", email), ("phone", phone)) if value}
    return json.dumps({"customer": customer, "orders_to_redact": [order] if order else []}).encode()


def stores_meant(store: Store, shop: str) -> list[Store]:
    """The stores that a message is about: an application has one address for such messages of all its shops."""
    if not shop:
        return [store]
    peers = Store.objects.filter(company=store.company_id, channel=store.channel).select_related("company")
    found = [one for one in peers.order_by("pk") if shop in names_of(one)]
    return found or ([] if names_of(store) else [store])


def names_of(store: Store) -> frozenset[str]:
    """The names under which a store's channel knows it."""
    names = (shop_name(one) for one in ((store.credentials or {}).get("shop"), store.marketplace))
    return frozenset(name for name in names if name)


def shop_name(given: Any) -> str:
    name = given.strip().casefold() if isinstance(given, str) else ""
    return name.removeprefix("https://").rstrip("/").removesuffix(".myshopify.com")


def _listed(node: Any) -> list[Any]:
    return node[:_MOST] if isinstance(node, list) else []


def _some(values: list[Any]) -> frozenset[str]:
    fit = (clean(str(value)) for value in values if isinstance(value, str | int) and not isinstance(value, bool))
    return frozenset(name for name in map(bare, fit) if name and len(name) <= _LONGEST)
