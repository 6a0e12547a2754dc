"""All-orders report: orders and what they should bring, before the settlement says it."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

from channels.adapters.amazon.marketplaces import is_elsewhere
from channels.adapters.amazon.settlement import amount_of, sku_of
from channels.core.adapter import Format, Personal
from channels.core.kinds import Kind, Role, Stage
from channels.core.reading import Head, parse_instant, read_head, table
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


REQUIRED = {"amazon-order-id", "purchase-date", "order-status", "sales-channel", "quantity", "item-price"}


def _recognise(head: Head) -> bool:
    return {name.lower() for name in head.header} >= REQUIRED


_Line = tuple[int, dict[str, str]]  # place, cells by column name


def _rows(page: Page, shop: Shop) -> Iterator[Row]:
    elsewhere: dict[str, tuple[int, int]] = {}
    for ref, group in _orders(page):
        place, first = group[0]
        sold_on = first.get("sales-channel", "")
        if is_elsewhere(sold_on, shop.marketplace):
            # One report can hold a whole region; each marketplace's orders settle in its own store, which pulls them.
            if page.request:
                continue
            elsewhere[sold_on] = (elsewhere.get(sold_on, (place, 0))[0], elsewhere.get(sold_on, (place, 0))[1] + 1)
            continue
        try:
            yield from _order(ref, group, shop)
        except ValueError as error:
            yield Unreadable(place, f"order {ref or 'without a number'}: {error}")
    for sold_on, (place, count) in elsewhere.items():
        yield Unreadable(
            place, f"{count} orders of {sold_on} were left out: import the file into the store of that marketplace too"
        )


def _orders(page: Page) -> Iterator[tuple[str, list[_Line]]]:
    """Each order's lines. The report lists them one after another; those of a file that was sorted come last."""
    seen: set[int] = set()
    scattered: set[str] = set()
    for ref, _ in groupby(_lines(page), key=_ref):
        if hash(ref) in seen:
            scattered.add(ref)
        seen.add(hash(ref))
    seen.clear()
    held: dict[str, list[_Line]] = {}
    for ref, group in groupby(_lines(page), key=_ref):
        if not ref:
            yield from (("", [line]) for line in group)
        elif ref in scattered:
            held.setdefault(ref, []).extend(group)
        else:
            yield ref, list(group)
    yield from held.items()


def _ref(line: _Line) -> str:
    return line[1].get("amazon-order-id", "")


def _lines(page: Page) -> Iterator[_Line]:
    with page.open() as stream:
        head = read_head(stream)
        stream.seek(0)
        for place, cells in table(stream, head):
            yield place, {name.lower(): cell for name, cell in cells.items()}


def _order(ref: str, lines: list[_Line], shop: Shop) -> list[Row]:
    place, first = lines[0]
    if not ref or len(ref) > 100:
        raise ValueError("amazon-order-id is empty or no number; the row was not counted")
    for _, cells in lines:
        if "quantity" not in cells or not cells.get("purchase-date"):
            raise ValueError("the row is cut off; download the file again")
        if (currency := cells.get("currency") or shop.currency) != shop.currency:
            raise ValueError(f"it is in {currency}, but the store keeps {shop.currency}; import it into that store")
    elsewhere = first.get("sales-channel", "").startswith("Non-Amazon")
    cancelled = _is_cancelled(first.get("order-status", ""))
    items: list[OrderItemRow] = []
    charges: list[Row] = []
    for number, (line, cells) in enumerate(lines, 1):
        gone = cancelled or _is_cancelled(cells.get("item-status", ""))
        units = 0 if gone else int(cells["quantity"] or 0)
        sku = sku_of(cells.get("sku", ""))
        items.append(OrderItemRow(str(number), sku, units, cells.get("product-name", ""), cells.get("asin", "")[:40]))
        if not gone and not elsewhere:
            charges.extend(_charges(ref, number, line, cells, sku, units, shop.currency))
    updated = first.get("last-updated-date")
    order = OrderRow(
        ref=ref, currency=shop.currency, status=first.get("order-status", "")[:60],
        ordered_at=parse_instant(first["purchase-date"]), place=place, items=tuple(items),
        updated_at=parse_instant(updated) if updated else None, cancelled=cancelled,
        country=first.get("ship-country", "")[:2], state=first.get("ship-state", "")[:100],
        city=first.get("ship-city", "")[:100], sales_channel=first.get("sales-channel", "")[:60],
        serves=first.get("merchant-order-id", "")[:100] if elsewhere else "",
        business=first.get("is-business-order", "").lower() == "true",
    )  # fmt: skip
    return [order, *charges]


def _is_cancelled(status: str) -> bool:
    return status.lower() in ("cancelled", "canceled")


def _charges(
    ref: str, number: int, line: int, cells: dict[str, str], sku: str, units: int, currency: str
) -> Iterator[ChargeRow]:
    for column, (kind, sign) in _MONEY.items():
        amount = amount_of(cells[column]) * sign if cells.get(column) else Decimal(0)
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
