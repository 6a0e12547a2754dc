"""The orders export: one row per order line; what is the order's stands on its first row only."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from channels.adapters.shopify.buyers import of_cells
from channels.adapters.shopify.columns import (
    Cells,
    amount,
    currency_of,
    has_columns,
    instant,
    needed,
    plain,
    table_rows,
)
from channels.adapters.shopify.mirrors import NUMBER, mirror_of
from channels.adapters.shopify.order_money import SHOPIFY_PAYMENTS, Line, Part, Totals, parts_of, refund_parts
from channels.core.adapter import Format, Personal
from channels.core.kinds import Role, Stage
from channels.core.reading import Head, parse_decimal
from channels.core.rows import BuyerRow, ChargeRow, OrderItemRow, OrderRow, Page, Row, Shop, Unreadable

_COLUMNS = frozenset(
    ("name", "financial status", "currency", "subtotal", "total", "created at", "lineitem quantity", "lineitem price")
)
# Country, province and city of the destination are none: they stay on the order. Notes and attributes are free text.
_PERSONAL = frozenset(
    (
        "Email", "Phone", "Notes", "Note Attributes", "Employee", "Billing City",
        *(
            f"{whose} {what}"
            for whose in ("Billing", "Shipping")
            for what in ("Name", "Street", "Address1", "Address2", "Company", "Zip", "Phone")
        ),
    )
)  # fmt: skip

_UNPAID_FOR_GOOD = frozenset(("voided", "expired"))
_STILL_PAID = frozenset(("paid", "partially_paid", "partially_refunded"))

Record = tuple[int, Cells]


def recognise(head: Head) -> bool:
    # Personal cells are cut out of text tables only, so a workbook of orders is not taken.
    return head.kind == "table" and has_columns(head, _COLUMNS)


def rows(page: Page, shop: Shop) -> Iterator[Row]:
    """Each order with its expected money: the parts of its total, and the refund where no other export has it."""
    zone = ZoneInfo(shop.timezone)
    for records in _orders(page):
        place, first = records[0]
        try:
            yield from _order(records, zone)
        except ValueError as error:
            yield Unreadable(place, str(error), first.get("name", ""))


def buyers(page: Page, _shop: Shop) -> Iterator[BuyerRow]:
    """Who bought the orders of which ``rows`` tells; nobody of another channel's order."""
    for records in _orders(page):
        place, first = records[0]
        if not (first.get("name") and first.get("total")) or mirror_of(first) is not None:
            continue
        with suppress(ValueError):
            yield from of_cells(first, _ref(first), place)


def _orders(page: Page) -> Iterator[list[Record]]:
    """The records of one order at a time: those that follow each other with one name and no other id."""
    records: list[Record] = []
    for place, cells in table_rows(page):
        if records and not _same_order(records[0][1], cells):
            yield records
            records = []
        records.append((place, cells))
    if records:
        yield records


def _same_order(first: Cells, cells: Cells) -> bool:
    return cells.get("name", "") == first.get("name", "") and cells.get("id", "") in ("", first.get("id", ""))


def _order(records: list[Record], zone: ZoneInfo) -> Iterator[Row]:
    place, first = records[0]
    name, ref = needed(first, "name"), _ref(first)
    if not first.get("total"):
        raise ValueError(f"the order-level cells of {name} are not on the row above; export again and do not sort")
    totals = _totals(first)
    lines = [_line(place, cells, totals.currency) for place, cells in records if _has_line(cells)]
    status = _status(first)
    cancelled = instant(first, "cancelled at", zone) is not None
    gone = cancelled and status not in _STILL_PAID
    ordered = instant(first, "created at", zone)
    if ordered is None:
        raise ValueError("“created at” is blank")
    mirrored = mirror_of(first)
    yield OrderRow(
        ref=ref,
        currency=totals.currency,
        status=first.get("financial status", ""),
        ordered_at=ordered,
        place=place,
        items=tuple(_item(ref, n, line, cancelled=gone) for n, line in enumerate(lines, 1)),
        name=name,
        shipped_at=instant(first, "fulfilled at", zone),
        cancelled=cancelled,
        country=_country(first),
        state=first.get("shipping province", ""),
        city=first.get("shipping city", ""),
        sales_channel=first.get("source", ""),
        mirror_of=mirrored or "",
        is_mirror=mirrored is not None,
    )
    if status not in _UNPAID_FOR_GOOD:
        # A cancelled order keeps its parts, so that its payment and refund split as any other's; it sold no units.
        yield from _charges(ref, place, lines, totals, first, zone, sold=not gone)


def _charges(
    ref: str, place: int, lines: list[Line], totals: Totals, first: Cells, zone: ZoneInfo, *, sold: bool
) -> Iterator[ChargeRow]:
    paid, shipped = instant(first, "paid at", zone), instant(first, "fulfilled at", zone)
    for part in parts_of(lines, totals):
        yield _charge(ref, part, lines, totals.currency, place, posted=paid, shipped=shipped, sold=sold)
    refunded = amount(first, "refunded amount", totals.currency)
    if refunded and not SHOPIFY_PAYMENTS.search(_gateway(first)):
        for part in refund_parts(refunded, totals):
            # The day of the refund is not in the export.
            yield _charge(ref, part, lines, totals.currency, place, posted=None, shipped=shipped, sold=sold)


def _charge(
    ref: str,
    part: Part,
    lines: list[Line],
    currency: str,
    place: int,
    *,
    posted: datetime | None,
    shipped: datetime | None,
    sold: bool,
) -> ChargeRow:
    line = None if part.line is None else lines[part.line]
    return ChargeRow(
        key=f"{ref}/{part.key}",
        document=ref,
        kind=part.kind,
        label=part.label,
        amount=part.amount,
        currency=currency,
        place=line.place if line else place,
        role=Role.ESTIMATE,
        stage=Stage.EXPECTED,
        order=ref,
        sku=line.sku if line else "",
        quantity=line.quantity if sold and line and part.key.startswith("revenue") else 0,
        posted_at=posted,
        shipped_at=shipped,
    )


def _ref(first: Cells) -> str:
    """The id as text, or the name without its mark in forms without ids."""
    ref = first.get("id", "").lstrip("'").removeprefix("gid://shopify/Order/")
    if not ref:
        return first["name"].lstrip("#")
    if not ref.isascii() or not ref.isdigit():
        # 5.55E+12: a spreadsheet keeps 15 digits of a number at most and shows fewer.
        raise ValueError(f"the id {ref} was damaged by a spreadsheet; upload the file as Shopify gives it, unopened")
    return ref


def _status(first: Cells) -> str:
    return plain(first.get("financial status", "")).replace(" ", "_")


def _gateway(first: Cells) -> str:
    return first.get("payment method", "").lower().replace("_", " ")


def _country(first: Cells) -> str:
    country = first.get("shipping country", "") or first.get("billing country", "")
    return country.upper() if len(country) == 2 else ""


def _has_line(cells: Cells) -> bool:
    return any(cells.get(name) for name in ("lineitem name", "lineitem price", "lineitem quantity"))


def _line(place: int, cells: Cells, currency: str) -> Line:
    return Line(
        sku=cells.get("lineitem sku", ""),
        title=cells.get("lineitem name", ""),
        quantity=_quantity(needed(cells, "lineitem quantity")),
        price=amount({**cells, "lineitem price": needed(cells, "lineitem price")}, "lineitem price", currency),
        discount=amount(cells, "lineitem discount", currency),
        taxable=cells.get("lineitem taxable", "").lower() != "false",
        place=place,
    )


def _quantity(text: str) -> int:
    quantity = parse_decimal(text)
    if quantity != int(quantity) or quantity < 0:
        raise ValueError(f"“lineitem quantity” is {text}, which is no number of units")
    return int(quantity)


def _item(ref: str, number: int, line: Line, *, cancelled: bool) -> OrderItemRow:
    return OrderItemRow(f"{ref}/{number}", line.sku, 0 if cancelled else line.quantity, line.title)


def _totals(first: Cells) -> Totals:
    currency = currency_of(first)

    def money(*names: str) -> Decimal:
        return sum((amount(first, name, currency) for name in names), Decimal(0))

    taxes = [(first.get(f"tax {n} name", ""), money(f"tax {n} value")) for n in range(1, 6)]
    return Totals(
        currency=currency,
        subtotal=money("subtotal"),
        shipping=money("shipping"),
        taxes=money("taxes"),
        total=money("total"),
        discount=money("discount amount"),
        duties=money("duties"),
        tip=money("tip", "tips"),
        tax_parts=tuple((name or "Taxes", value) for name, value in taxes if value),
        discount_code=first.get("discount code", ""),
        shipping_method=first.get("shipping method", ""),
    )


FORMAT = Format(
    resource="shopify.orders",
    title="Shopify orders export",
    recognise=recognise,
    rows=rows,
    personal=Personal(columns=_PERSONAL, kept=NUMBER),
    buyers=buyers,
)
