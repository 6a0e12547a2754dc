"""All-orders report: orders and what they should bring, before the settlement says it."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

from channels.core.adapter import Format, Personal
from channels.core.kinds import Kind, Role, Stage
from channels.core.reading import Head, find_encoding, parse_decimal, parse_instant, table
from channels.core.rows import ChargeRow, OrderItemRow, OrderRow, Page, Row, Shop, Unreadable

RESOURCE = "amazon.orders"

# column → (kind, sign): the report writes discounts as positive numbers.
_MONEY = {
    "item-price": (Kind.REVENUE, 1),
    "item-tax": (Kind.TAX_COLLECTED, 1),
    "shipping-price": (Kind.SHIPPING_INCOME, 1),
    "shipping-tax": (Kind.TAX_COLLECTED, 1),
    "gift-wrap-price": (Kind.SHIPPING_INCOME, 1),
    "gift-wrap-tax": (Kind.TAX_COLLECTED, 1),
    "item-promotion-discount": (Kind.DISCOUNT, -1),
    "ship-promotion-discount": (Kind.DISCOUNT, -1),
}


def _recognise(head: Head) -> bool:
    names = {name.lower() for name in head.header}
    return {"amazon-order-id", "purchase-date", "order-status", "sales-channel", "item-price"} <= names


def _rows(page: Page, shop: Shop) -> Iterator[Row]:
    with page.open() as stream:
        encoding = find_encoding(stream)
        stream.seek(0)
        start = stream.readline().decode(encoding, errors="replace")
        stream.seek(0)
        source = table(stream, Head("table", encoding, max("\t,;", key=start.count)))
        # The report lists an order's lines one after another.
        for ref, group in groupby(source, key=lambda row: row[1].get("amazon-order-id", "")):
            lines = list(group)
            try:
                yield from _order(ref, lines, shop)
            except ValueError as error:
                yield Unreadable(lines[0][0], f"order {ref or 'without a number'}: {error}")


def _order(ref: str, lines: list[tuple[int, dict[str, str]]], shop: Shop) -> list[Row]:
    place, first = lines[0]
    if not ref:
        raise ValueError("amazon-order-id is empty; the row was not counted")
    currency = next((cells["currency"] for _, cells in lines if cells.get("currency")), shop.currency)
    if currency != shop.currency:
        raise ValueError(f"it is in {currency}, but the store keeps {shop.currency}; import it into that store")
    elsewhere = first.get("sales-channel", "").startswith("Non-Amazon")
    cancelled = first.get("order-status", "").lower() in ("cancelled", "canceled")
    items: list[OrderItemRow] = []
    charges: list[Row] = []
    for number, (line, cells) in enumerate(lines, 1):
        gone = cancelled or cells.get("item-status", "").lower() in ("cancelled", "canceled")
        units = 0 if gone else int(cells.get("quantity") or 0)
        sku = cells.get("sku", "")
        items.append(OrderItemRow(str(number), sku, units, cells.get("product-name", "")))
        if not gone and not elsewhere:
            charges.extend(_charges(ref, number, line, cells, sku, units, currency))
    purchased = parse_instant(first["purchase-date"])
    updated = first.get("last-updated-date")
    order = OrderRow(
        ref=ref, currency=currency, status=first.get("order-status", ""), ordered_at=purchased, place=place,
        items=tuple(items), updated_at=parse_instant(updated) if updated else None, cancelled=cancelled,
        country=first.get("ship-country", "")[:2], sales_channel=first.get("sales-channel", ""),
        serves=first.get("merchant-order-id", "") if elsewhere else "",
        business=first.get("is-business-order", "").lower() == "true",
    )  # fmt: skip
    return [order, *charges]


def _charges(
    ref: str, number: int, line: int, cells: dict[str, str], sku: str, units: int, currency: str
) -> Iterator[ChargeRow]:
    for column, (kind, sign) in _MONEY.items():
        amount = parse_decimal(cells[column]) * sign if cells.get(column) else Decimal(0)
        if amount:
            yield ChargeRow(
                key=f"{ref}/{number}/{column}", document=ref, kind=kind, label=column, amount=amount,
                currency=currency, place=line, role=Role.ESTIMATE, stage=Stage.EXPECTED, order=ref, sku=sku,
                quantity=units if column == "item-price" else 0,
            )  # fmt: skip


FORMAT = Format(
    RESOURCE, "Amazon all-orders report", _recognise, _rows,
    personal=Personal(columns=frozenset({
        "ship-postal-code", "purchase-order-number", "cpf", "buyer-name", "buyer-email", "buyer-phone-number",
        "recipient-name", "ship-address-1", "ship-address-2", "ship-address-3", "ship-phone-number",
        "buyer-company-name", "buyer-tax-registration-id", "buyer-cst-id", "customized-url", "customized-page",
    })),
)  # fmt: skip
