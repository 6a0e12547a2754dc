"""Transactions (Finances 2024-06-19): an order's money before its settlement, with what is held back.

The settlement file posts; until it is here, an order's lines stand in as HELD. What has no order is only compared. The
same money stands in the items' breakdowns and again in the transaction's: one of the two is read.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from channels.adapters.amazon.breakdowns import kind_at
from channels.adapters.amazon.marketplaces import is_elsewhere
from channels.adapters.amazon.settlement import order_number, sku_of
from channels.core.adapter import Format
from channels.core.kinds import Kind, Role, Stage
from channels.core.reading import Head, parse_instant, read_head
from channels.core.rows import ChargeRow, Page, Row, Shop, Unreadable

RESOURCE = "amazon.transactions"

_Leaf = tuple[tuple[str, ...], Decimal]  # path of breakdown types, amount
_Json = Mapping[str, Any]


def _transactions(document: Any) -> list[Any] | None:
    """The list, with and without Amazon's envelope."""
    if not isinstance(document, dict):
        return None
    payload = document.get("payload", document)
    found = payload.get("transactions") if isinstance(payload, dict) else None
    return found if isinstance(found, list) else None


def _recognise(head: Head) -> bool:
    found = _transactions(head.document)
    if not found:  # another channel's list may be empty under the same name, but not in this envelope
        return found is not None and "payload" in head.document
    return isinstance(found[0], dict) and {"transactionType", "totalAmount", "postedDate"} <= found[0].keys()


def _rows(page: Page, shop: Shop) -> Iterator[Row]:
    with page.open() as stream:
        found = _transactions(read_head(stream).document) or []
    for place, transaction in enumerate(found, 1):
        try:
            if _is_ours(transaction, shop):
                yield from _charges(transaction, place, shop)
        except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
            number = transaction.get("transactionId") if isinstance(transaction, dict) else None
            yield Unreadable(place, f"transaction {number or 'without a number'}: {error!r}")


def _is_ours(transaction: _Json, shop: Shop) -> bool:
    """Whether it is this store's: a seller's marketplaces of a region come together.

    Its own marketplace decides, where it names one that is known here; else the currency.
    """
    details, seller = transaction.get("marketplaceDetails") or {}, transaction.get("sellingPartnerMetadata") or {}
    market = details.get("marketplaceId") or seller.get("marketplaceId") or ""
    return not is_elsewhere(market, shop.marketplace) and transaction["totalAmount"]["currencyCode"] == shop.currency


def _charges(transaction: _Json, place: int, shop: Shop) -> Iterator[ChargeRow]:
    whole = _whole(transaction, place, shop)
    total, rest = _money(transaction["totalAmount"], shop.currency), Decimal(0)
    seen: Counter[str] = Counter()
    for part, sku, units, leaves in _parts(transaction, shop):
        sold = units
        for path, amount in leaves:
            kind = kind_at(transaction["transactionType"], path)
            priced = kind is Kind.REVENUE and amount > 0
            line = _line(whole, part, path, amount, seen)
            yield replace(line, kind=kind, sku=sku, quantity=sold if priced else 0)
            sold, rest = (0 if priced else sold), rest + amount
    if total != rest:  # what the parts leave open still counts
        path = ("Rest", "not in its breakdowns")
        yield _line(whole, "", path, total - rest, seen)


def _whole(transaction: _Json, place: int, shop: Shop) -> ChargeRow:
    """What the lines of a transaction have in common."""
    number, said = transaction.get("transactionId"), transaction["transactionType"]
    if not isinstance(said, str):
        raise ValueError("transactionType is no text")
    related = {
        one["relatedIdentifierName"]: one["relatedIdentifierValue"]
        for one in transaction.get("relatedIdentifiers") or ()
    }
    order = order_number(related.get("ORDER_ID") or "")
    posted = parse_instant(transaction["postedDate"])
    status = transaction.get("transactionStatus") or ""
    # Once released, some sellers get the release as a transaction of its own, which then stands for both.
    twice = status == "DEFERRED_RELEASED" and bool(related.get("RELEASE_TRANSACTION_ID"))
    deferred = status == "DEFERRED"
    due = _maturity(transaction)
    return ChargeRow(
        key=_number(number, transaction), document=_number(number, transaction), kind=Kind.UNMAPPED, label=said,
        amount=Decimal(0), currency=shop.currency, place=place, role=Role.HELD if order and not twice else Role.COMPARE,
        stage=Stage.DEFERRED if deferred else Stage.SETTLED, order=order, posted_at=posted,
        shipped_at=posted if said == "Shipment" else None, released_at=due if deferred or (status != "RELEASED" and due)
        else posted,
    )  # fmt: skip


def _number(number: object, transaction: _Json) -> str:
    """The transaction's own number; the oldest examples have none."""
    if number is None:
        return "none-" + sha256(repr(sorted(transaction.items(), key=repr)).encode()).hexdigest()[:24]
    if not isinstance(number, str) or not 0 < len(number) <= 100:
        raise ValueError("transactionId is no number of a transaction")
    return number


def _maturity(transaction: _Json) -> datetime | None:
    """When held money is to be released."""
    found = [one["maturityDate"] for one in transaction.get("contexts") or () if one.get("maturityDate")]
    return parse_instant(found[0]) if found else None


def _line(whole: ChargeRow, part: str, path: tuple[str, ...], amount: Decimal, seen: Counter[str]) -> ChargeRow:
    key = f"{whole.document}/{part}/{'>'.join(path)}"
    if len(key) > 180:
        key = f"{whole.document}/{part}/{sha256(key.encode()).hexdigest()[:32]}"
    seen[key] += 1
    key = key if seen[key] == 1 else f"{key}#{seen[key]}"
    return replace(whole, key=key, label=" / ".join((whole.label, *path)), amount=amount)


def _parts(transaction: _Json, shop: Shop) -> Iterator[tuple[str, str, int, list[_Leaf]]]:
    """(part, SKU, units, leaves): of each item, or of the transaction where its items do not tell."""
    items = transaction.get("items") or []
    products = [_product(item) for item in items]
    if items and all(item.get("breakdowns") for item in items):
        for number, (item, (sku, units)) in enumerate(zip(items, products, strict=True), 1):
            yield str(number), sku, units, list(_leaves(item["breakdowns"], (), shop.currency))
        return
    sku, units = products[0] if len(products) == 1 else ("", 0)
    yield "", sku, units, list(_leaves(transaction.get("breakdowns") or (), (), shop.currency))


def _product(item: _Json) -> tuple[str, int]:
    contexts: list[_Json] = item.get("contexts") or []
    found: _Json = next((one for one in contexts if one.get("contextType") == "ProductContext"), {})
    units = found.get("quantityShipped") or 0
    if isinstance(units, bool) or not isinstance(units, int | Decimal) or units != int(units):
        raise ValueError(f"quantityShipped is {units!r}, which is no count")
    return sku_of(found.get("sku") or ""), int(units)


def _leaves(nodes: Any, above: tuple[str, ...], currency: str) -> Iterator[_Leaf]:
    """The parts that have no parts; what a part's own parts leave open is one of them."""
    for node in nodes:
        path, amount = (*above, str(node["breakdownType"])), _money(node["breakdownAmount"], currency)
        below = list(_leaves(node.get("breakdowns") or (), path, currency))
        yield from below
        rest = amount - sum((one for _, one in below), Decimal(0))
        if rest:
            yield path, rest


def _money(node: _Json, currency: str) -> Decimal:
    amount = node["currencyAmount"]
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal | str):
        raise ValueError(f"{amount!r} is no amount of money")
    if node["currencyCode"] != currency:
        raise ValueError(f"it is in {node['currencyCode']}, but the store keeps {currency}")
    value = Decimal(amount)
    if not value.is_finite() or abs(value) >= 10**12:
        raise ValueError(f"{amount!r} is no amount of money")
    return round(value, 6)  # Amazon's numbers can carry the dust of binary floats


FORMAT = Format(RESOURCE, "Amazon transactions (API)", _recognise, _rows, may_be_empty=True)
