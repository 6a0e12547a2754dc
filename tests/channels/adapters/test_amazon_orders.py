"""All-orders report."""

import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from openpyxl import Workbook

from channels.adapters.amazon import orders
from channels.core.kinds import Kind, Role, Stage
from channels.core.privacy import redact
from channels.core.reading import read_head
from channels.core.rows import ChargeRow, OrderItemRow, OrderRow, Page, Row, Shop, Unreadable

D = Decimal
SHOP = Shop("amazon", "Amazon.de", "EUR", "Europe/Berlin")
COLUMNS = (
    "amazon-order-id merchant-order-id purchase-date last-updated-date order-status fulfillment-channel sales-channel "
    "order-channel ship-service-level product-name sku asin item-status quantity currency item-price item-tax "
    "shipping-price shipping-tax gift-wrap-price gift-wrap-tax item-promotion-discount ship-promotion-discount ship-city "
    "ship-state ship-postal-code ship-country promotion-ids is-business-order purchase-order-number price-designation"
).split()
ORDER = "304-4410927-1183502"


def line(**cells: str) -> str:
    named = {
        "amazon_order_id": ORDER, "merchant_order_id": ORDER, "purchase_date": "2026-08-28T15:52:03+00:00",
        "last_updated_date": "2026-08-29T18:11:41+00:00", "order_status": "Shipped", "sales_channel": "Amazon.de",
        "product_name": "Matcha", "sku": "HL-MATCHA-50-FBA", "asin": "B0HLMTC050", "item_status": "Shipped", "quantity": "2", "currency": "EUR",
        "item_price": "29.80", "ship_country": "DE", "is_business_order": "false",
    }  # fmt: skip
    return "\t".join((named | cells).get(name.replace("-", "_"), "") for name in COLUMNS)


def file(*rows: str) -> bytes:
    return ("\n".join(("\t".join(COLUMNS), *rows)) + "\n").encode()


def read(body: bytes) -> list[Row]:
    assert orders.FORMAT.recognise(read_head(io.BytesIO(body)))
    return list(orders.FORMAT.rows(Page("", lambda: io.BytesIO(body), "", datetime(2026, 10, 1, tzinfo=UTC)), SHOP))


def order(**changes: object) -> OrderRow:
    named: dict[str, object] = {
        "ref": ORDER, "currency": "EUR", "status": "Shipped", "place": 2,
        "ordered_at": datetime(2026, 8, 28, 15, 52, 3, tzinfo=UTC), "country": "DE", "sales_channel": "Amazon.de",
        "updated_at": datetime(2026, 8, 29, 18, 11, 41, tzinfo=UTC),
        "items": (OrderItemRow("1", "HL-MATCHA-50-FBA", 2, "Matcha", "B0HLMTC050"),),
    }  # fmt: skip
    return OrderRow(**(named | changes))  # type: ignore[arg-type]


def charge(column: str, amount: str, kind: Kind, quantity: int = 0, number: int = 1, place: int = 2) -> ChargeRow:
    return ChargeRow(
        key=f"{ORDER}/{number}/{column}", document=ORDER, kind=kind, label=column, amount=D(amount), currency="EUR",
        place=place, role=Role.ESTIMATE, stage=Stage.EXPECTED, order=ORDER, sku="HL-MATCHA-50-FBA", quantity=quantity,
    )  # fmt: skip


def test_order_and_what_it_should_bring() -> None:
    row = line(item_tax="4.76", shipping_price="3.99", item_promotion_discount="2.98", ship_promotion_discount="3.99")
    assert read(file(row)) == [
        order(),
        charge("item-price", "29.80", Kind.REVENUE, 2),
        charge("item-tax", "4.76", Kind.TAX_COLLECTED),
        charge("shipping-price", "3.99", Kind.SHIPPING_INCOME),
        charge("item-promotion-discount", "-2.98", Kind.DISCOUNT),
        charge("ship-promotion-discount", "-3.99", Kind.DISCOUNT),
    ]


def test_lines_of_one_order_are_its_items() -> None:
    assert read(file(line(), line(quantity="1", item_price="14.90"))) == [
        order(items=(
            OrderItemRow("1", "HL-MATCHA-50-FBA", 2, "Matcha", "B0HLMTC050"), OrderItemRow("2", "HL-MATCHA-50-FBA", 1, "Matcha", "B0HLMTC050"),
        )),
        charge("item-price", "29.80", Kind.REVENUE, 2),
        charge("item-price", "14.90", Kind.REVENUE, 1, number=2, place=3),
    ]  # fmt: skip


def test_order_that_was_sorted_apart_is_one_order() -> None:
    other = "305-2286614-9940317"
    apart = read(file(line(), line(amazon_order_id=other), line(quantity="1", item_price="14.90")))
    assert [(row.ref, len(row.items)) for row in apart if isinstance(row, OrderRow)] == [(other, 1), (ORDER, 2)]
    keys = [row.key for row in apart if isinstance(row, ChargeRow)]
    assert keys == [f"{other}/1/item-price", f"{ORDER}/1/item-price", f"{ORDER}/2/item-price"]


@pytest.mark.parametrize("status", ["Cancelled", "Canceled"])
def test_cancelled_order_has_no_units_and_no_money(status: str) -> None:
    assert read(file(line(order_status=status))) == [
        order(status=status, cancelled=True, items=(OrderItemRow("1", "HL-MATCHA-50-FBA", 0, "Matcha", "B0HLMTC050"),))
    ]


def test_cancelled_item_leaves_the_others() -> None:
    rows = read(file(line(item_status="Cancelled"), line()))
    assert rows == [
        order(items=(
            OrderItemRow("1", "HL-MATCHA-50-FBA", 0, "Matcha", "B0HLMTC050"), OrderItemRow("2", "HL-MATCHA-50-FBA", 2, "Matcha", "B0HLMTC050"),
        )),
        charge("item-price", "29.80", Kind.REVENUE, 2, number=2, place=3),
    ]  # fmt: skip


def test_pending_order_has_units_and_no_money_yet() -> None:
    row = line(order_status="Pending", item_status="", currency="", item_price="")
    assert read(file(row)) == [order(status="Pending")]


def test_shipping_for_another_channel_serves_its_order_and_sells_nothing() -> None:
    number = "S01-5483007-8658014"
    row = line(amazon_order_id=number, merchant_order_id="#1005", sales_channel="Non-Amazon DE", currency="")
    assert read(file(row)) == [order(ref=number, sales_channel="Non-Amazon DE", serves="#1005")]


def test_business_order_is_marked() -> None:
    assert read(file(line(is_business_order="true")))[0] == order(business=True)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"currency": "SEK"}, f"order {ORDER}: it is in SEK, but the store keeps EUR; import it into that store"),
        (
            {"amazon_order_id": ""},
            "order without a number: amazon-order-id is empty or no number; the row was not counted",
        ),
        ({"purchase_date": ""}, f"order {ORDER}: the row is cut off; download the file again"),
        ({"purchase_date": "soon"}, f"order {ORDER}: not a date or time: 'soon'"),
        ({"item_price": "NaN"}, f"order {ORDER}: not a number: 'NaN'"),
        ({"quantity": "two"}, f"order {ORDER}: invalid literal for int() with base 10: 'two'"),
        ({"sku": "S" * 151}, f"order {ORDER}: the SKU has more than 150 characters"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_order_that_cannot_be_read_says_why(cells: dict[str, str], reason: str) -> None:
    good = line(amazon_order_id="305-2286614-9940317")
    rows = read(file(line(**cells), good))
    assert rows[0] == Unreadable(2, reason)
    assert isinstance(rows[1], OrderRow)


def test_rows_without_a_number_are_each_unreadable() -> None:
    assert [
        row.place
        for row in read(file(line(amazon_order_id=""), line(amazon_order_id="")))
        if isinstance(row, Unreadable)
    ] == [2, 3]


def test_file_cut_off_within_a_row_says_so() -> None:
    body = file(line(amazon_order_id="305-2286614-9940317"), line())
    rows = read(body[: body.rindex(b"HL-MATCHA")])
    assert isinstance(rows[0], OrderRow)
    assert rows[-1] == Unreadable(3, f"order {ORDER}: the row is cut off; download the file again")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "latin-1", "utf-16"])
def test_encoding_changes_nothing(encoding: str) -> None:
    body = file(line(product_name="Grüntee"))
    assert read(body.decode().encode(encoding)) == read(body)


def test_header_in_other_letters_and_another_order() -> None:
    turned = [one.split("\t")[::-1] for one in file(line()).decode().splitlines()]
    body = "\n".join(("\t".join(turned[0]).upper(), "\t".join(turned[1])))
    assert read(body.encode()) == read(file(line()))


def test_workbook_reads_and_redacts_like_the_text() -> None:
    book, out = Workbook(), io.BytesIO()
    for row in file(line(ship_postal_code="20095", purchase_order_number="PO-7")).decode().splitlines():
        book.active.append([cell or None for cell in row.split("\t")])
    book.save(out)
    assert read(out.getvalue()) == read(file(line()))
    kept = io.BytesIO()
    head = read_head(io.BytesIO(out.getvalue()))
    cut = list(redact(io.BytesIO(out.getvalue()), head, orders.FORMAT.personal, kept))
    assert cut == [(2, {"ship-postal-code": "20095", "purchase-order-number": "PO-7"})]
    assert read(kept.getvalue()) == read(file(line()))
