"""Orders of the orders export: what is read, what is expected, what is refused, whose sale it is."""

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from channels.adapters.shopify import ADAPTER
from channels.core.adapter import recognise
from channels.core.kinds import Kind, Role, Stage
from channels.core.privacy import redact
from channels.core.reading import read_head
from channels.core.rows import ChargeRow, OrderItemRow, OrderRow, Page, Row, Shop, Unreadable

SHOP = Shop("shopify", "", "EUR", "Europe/Amsterdam")
HEADER = (
    "Name,Id,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Created at,Paid at,"
    "Fulfilled at,Cancelled at,Lineitem quantity,Lineitem price,Lineitem sku,Lineitem name,Lineitem discount,"
    "Payment Method,Refunded Amount,Tags,Source,Notes,Note Attributes,Shipping Country,Tax 1 Name,Tax 1 Value,Email"
).split(",")
PAID = {
    "Name": "#1001",
    "Id": "5550001001123",
    "Financial Status": "paid",
    "Currency": "EUR",
    "Subtotal": "26.00",
    "Shipping": "4.00",
    "Taxes": "2.48",
    "Total": "30.00",
    "Discount Code": "WELCOME10",
    "Discount Amount": "2.00",
    "Created at": "2026-10-03 10:12:29 +0200",
    "Paid at": "2026-10-03 10:12:31 +0200",
    "Lineitem quantity": "1",
    "Lineitem price": "18.00",
    "Lineitem sku": "HL-TIN-1",
    "Lineitem name": "Tin",
    "Payment Method": "Shopify Payments",
    "Source": "web",
    "Shipping Country": "NL",
    "Tax 1 Name": "NL VAT 9%",
    "Tax 1 Value": "2.48",
}
SECOND = {"Name": "#1001", "Lineitem quantity": "2", "Lineitem price": "5.00", "Lineitem sku": "HL-CUP-1"}
ONE = {**PAID, "Subtotal": "10.00", "Shipping": "", "Taxes": "0", "Total": "10.00", "Discount Amount": "",
       "Lineitem price": "10.00", "Tax 1 Value": ""}  # fmt: skip


def csv_of(*records: dict[str, str], header: Iterable[str] = HEADER) -> bytes:
    names = list(header)
    quoted = [[f'"{record.get(name, "")}"' for name in names] for record in records]
    return "\n".join([",".join(names), *(",".join(cells) for cells in quoted)]).encode()


def read(body: bytes) -> list[Row]:
    [(_, form)] = recognise(read_head(io.BytesIO(body)), (ADAPTER,))
    assert form.resource == "shopify.orders"
    return list(form.rows(Page(form.resource, lambda: io.BytesIO(body), "text/csv", datetime.now(UTC)), SHOP))


def charges(rows: Iterable[Row]) -> list[tuple[str, Kind, str, Decimal, str, int]]:
    return [
        (row.key, row.kind, row.label, row.amount, row.sku, row.quantity) for row in rows if isinstance(row, ChargeRow)
    ]


def order_of(rows: Iterable[Row]) -> OrderRow:
    return next(row for row in rows if isinstance(row, OrderRow))


def test_order_with_tax_inside_its_prices() -> None:
    rows = read(csv_of(PAID, SECOND))
    ref = "5550001001123"
    assert rows[0] == OrderRow(
        ref=ref,
        currency="EUR",
        status="paid",
        ordered_at=datetime(2026, 10, 3, 8, 12, 29, tzinfo=UTC),
        place=2,
        items=(OrderItemRow(f"{ref}/1", "HL-TIN-1", 1, "Tin"), OrderItemRow(f"{ref}/2", "HL-CUP-1", 2, "")),
        name="#1001",
        country="NL",
        sales_channel="web",
    )
    assert charges(rows) == [
        (f"{ref}/revenue/1", Kind.REVENUE, "Lineitem price", Decimal("16.51"), "HL-TIN-1", 1),
        (f"{ref}/discount/1", Kind.DISCOUNT, "WELCOME10", Decimal("-1.18"), "HL-TIN-1", 0),
        (f"{ref}/revenue/2", Kind.REVENUE, "Lineitem price", Decimal("9.17"), "HL-CUP-1", 2),
        (f"{ref}/discount/2", Kind.DISCOUNT, "WELCOME10", Decimal("-0.65"), "HL-CUP-1", 0),
        (f"{ref}/shipping", Kind.SHIPPING_INCOME, "Shipping", Decimal("3.67"), "", 0),
        (f"{ref}/tax/1", Kind.TAX_COLLECTED, "NL VAT 9%", Decimal("2.48"), "", 0),
    ]


def test_charge_is_an_estimate_of_its_order() -> None:
    assert read(csv_of(ONE))[1] == ChargeRow(
        key="5550001001123/revenue/1",
        document="5550001001123",
        kind=Kind.REVENUE,
        label="Lineitem price",
        amount=Decimal("10.00"),
        currency="EUR",
        place=2,
        role=Role.ESTIMATE,
        stage=Stage.EXPECTED,
        order="5550001001123",
        sku="HL-TIN-1",
        quantity=1,
        posted_at=datetime(2026, 10, 3, 8, 12, 31, tzinfo=UTC),
    )


def test_order_with_tax_on_top() -> None:
    rows = read(csv_of({**ONE, "Taxes": "0.63", "Total": "10.63", "Tax 1 Name": "MA State Tax", "Tax 1 Value": "0.63"}))
    assert [(kind, label, value) for _, kind, label, value, _, _ in charges(rows)] == [
        (Kind.REVENUE, "Lineitem price", Decimal("10.00")),
        (Kind.TAX_COLLECTED, "MA State Tax", Decimal("0.63")),
    ]


def test_columns_are_known_by_name_in_any_spelling() -> None:
    respelled = {"Lineitem sku": "Lineitem SKU", "Cancelled at": "Canceled at"}
    header = [respelled.get(name, name) for name in reversed(HEADER)]
    body = csv_of({**ONE, "Lineitem SKU": "HL-TIN-1", "Canceled at": ""}, header=header)
    assert read(body) == read(csv_of(ONE))


def test_form_without_ids_takes_the_name() -> None:
    header = [name for name in HEADER if name != "Id"]
    assert order_of(read(csv_of(ONE, header=header))).ref == "1001"


def test_orders_of_one_name_are_told_apart_by_id() -> None:
    refs = [row.ref for row in read(csv_of(ONE, {**ONE, "Id": "5550001001999"})) if isinstance(row, OrderRow)]
    assert refs == ["5550001001123", "5550001001999"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            {"Id": "5.55E+12"},
            "the id 5.55E+12 was damaged by a spreadsheet; upload the file as Shopify gives it, unopened",
        ),
        ({"Total": "10,0x"}, "“total” is not a number: '10,0x'"),
        ({"Total": "10.005"}, "“total” is 10.005, which is no whole number of 0.01 EUR"),
        ({"Total": ""}, "the order-level cells of #1001 are not on the row above; export again and do not sort"),
        ({"Currency": "€"}, "“currency” is no ISO code: '€'"),
        ({"Created at": "yesterday"}, "“created at” is not a date or time: 'yesterday'"),
        ({"Lineitem quantity": "1.5"}, "“lineitem quantity” is 1.5, which is no number of units"),
        ({"Lineitem price": ""}, "“lineitem price” is blank"),
    ],
)
def test_damaged_order_is_unreadable_and_the_next_one_is_read(change: dict[str, str], reason: str) -> None:
    good = {**ONE, "Name": "#1002", "Id": "5550001002123"}
    rows = read(csv_of({**ONE, **change}, good))
    assert (rows[0], [row.name for row in rows if isinstance(row, OrderRow)]) == (
        Unreadable(2, reason, "#1001"),
        ["#1002"],
    )


def test_short_row_is_unreadable() -> None:
    body = csv_of(ONE) + b"\n#1002,5550001002123,paid,EUR,10.00,0.00,0.00,10.00,,,2026-10-03,,,,1"
    assert read(body)[-1] == Unreadable(
        3, "the row ends before the column “lineitem price”; export the file again", "#1002"
    )


def test_lines_apart_from_their_order_are_unreadable() -> None:
    body = csv_of(ONE, {**ONE, "Name": "#1002", "Id": "5550001002123"}, SECOND)
    reason = "the order-level cells of #1001 are not on the row above; export again and do not sort"
    assert read(body)[-1] == Unreadable(4, reason, "#1001")


@pytest.mark.parametrize(
    ("status", "cancelled", "count", "quantity"),
    [
        ("paid", False, 1, 1),
        ("pending", False, 1, 1),
        ("authorized", False, 1, 1),
        ("voided", False, 0, 1),
        ("expired", False, 0, 1),
        ("voided", True, 0, 0),
        ("refunded", True, 1, 0),
        ("paid", True, 1, 1),
        ("partially_refunded", True, 1, 1),
    ],
)
def test_money_is_expected_only_of_orders_that_are_alive(
    status: str, cancelled: bool, count: int, quantity: int
) -> None:
    day = "2026-10-04 09:00:00 +0200" if cancelled else ""
    rows = read(csv_of({**ONE, "Financial Status": status, "Cancelled at": day}))
    order = order_of(rows)
    assert (order.status, order.cancelled, order.items[0].quantity, len(charges(rows))) == (
        status,
        cancelled,
        quantity,
        count,
    )


@pytest.mark.parametrize(
    "gateway", ["Shopify Payments", "shopify_payments", "Shop Pay", "Gift Card + Shopify Payments"]
)
def test_refund_through_shopify_payments_comes_from_the_transactions(gateway: str) -> None:
    rows = read(csv_of({**ONE, "Refunded Amount": "4.00", "Payment Method": gateway}))
    assert [kind for _, kind, *_ in charges(rows)] == [Kind.REVENUE]


@pytest.mark.parametrize("gateway", ["PayPal Express Checkout", "manual", "Cash on Delivery (COD)", "Gift Card", ""])
def test_refund_through_another_gateway_is_expected_with_its_tax(gateway: str) -> None:
    rows = read(csv_of(PAID | {"Refunded Amount": "15.00", "Payment Method": gateway}, SECOND))
    assert charges(rows)[-2:] == [
        ("5550001001123/refund", Kind.REFUND, "Refunded Amount", Decimal("-13.76"), "", 0),
        ("5550001001123/refund-tax", Kind.TAX_COLLECTED, "tax in Refunded Amount", Decimal("-1.24"), "", 0),
    ]


AMAZON, SHOPEE = "304-4410927-1183502", "2609145HLTEA7K"


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"Source": "amazon", "Payment Method": ""}, ""),
        ({"Source": "amazon-us", "Payment Method": "", "Tags": AMAZON}, AMAZON),
        ({"Source": "Amazon Marketplace", "Payment Method": "", "Note Attributes": f"Order: {AMAZON}"}, AMAZON),
        ({"Payment Method": "amazon_marketplace", "Notes": f"id {AMAZON}"}, AMAZON),
        ({"Payment Method": "manual", "Source": "3890849", "Tags": "vip, amazon"}, ""),
        ({"Payment Method": "manual", "Source": "3890849", "Tags": f"shopee, {SHOPEE}"}, SHOPEE),
        ({"Payment Method": "", "Source": "shopee", "Note Attributes": f"order_sn: {SHOPEE}"}, SHOPEE),
        ({"Payment Method": "", "Name": f"#{AMAZON}"}, AMAZON),
    ],
)
def test_mirror_of_another_channel_is_known(change: dict[str, str], number: str) -> None:
    order = order_of(read(csv_of({**ONE, **change})))
    assert (order.is_mirror, order.mirror_of) == (True, number)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"Tags": "amazon"},  # paid here, so sold here
        {"Payment Method": "Amazon Pay", "Tags": "amazon-pay"},
        {"Payment Method": "amazon_payments"},
        {"Payment Method": "manual", "Tags": "amazon-mcf, fulfilled-by-amazon"},
        {"Payment Method": "manual", "Tags": "Amazonia collection"},
        {"Payment Method": "manual", "Notes": SHOPEE},  # no channel is named
        {"Payment Method": "PayPal Express Checkout", "Note Attributes": f"replaces {AMAZON}"},
        {"Payment Method": "manual", "Notes": "call 30444109271183502, P01-1234567-1234567"},
    ],
)
def test_own_sale_is_no_mirror(change: dict[str, str]) -> None:
    order = order_of(read(csv_of({**ONE, **change})))
    assert (order.is_mirror, order.mirror_of) == (False, "")


def test_redacted_page_gives_the_same_rows_and_keeps_only_the_number_of_a_note() -> None:
    note = f"Please ring at Mrs Sample, +31600000001, Amazon {AMAZON}"
    body = csv_of({**ONE, "Payment Method": "amazon", "Notes": note, "Email": "ada@example.com"})
    out = io.BytesIO()
    cut = list(redact(io.BytesIO(body), read_head(io.BytesIO(body)), ADAPTER.formats[0].personal, out))
    assert cut == [(2, {"Notes": note, "Email": "ada@example.com"})]
    assert f",[personal] {AMAZON},," in out.getvalue().decode()
    assert read(out.getvalue()) == read(body)
