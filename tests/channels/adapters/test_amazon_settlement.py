"""Settlement report V2, trap by trap."""

import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.adapters.amazon import settlement
from channels.core.errors import Refused
from channels.core.kinds import Kind, Role
from channels.core.reading import read_head
from channels.core.rows import ChargeRow, Page, PayoutRow, Row, Shop, Unreadable

D = Decimal
SHOP = Shop("amazon", "Amazon.de", "EUR", "Europe/Berlin")
COLUMNS = (
    "settlement-id settlement-start-date settlement-end-date deposit-date total-amount currency transaction-type order-id "
    "merchant-order-id adjustment-id shipment-id marketplace-name amount-type amount-description amount fulfillment-id "
    "posted-date posted-date-time order-item-code merchant-order-item-id merchant-adjustment-item-id sku "
    "quantity-purchased promotion-id"
).split()
ORDER = "304-4410927-1183502"
SETTLEMENT = "18240071211"
START, END, DEPOSIT = (datetime(2026, month, day, 18, 27, 57, tzinfo=UTC) for month, day in ((7, 2), (7, 16), (7, 18)))
POSTED = datetime(2026, 7, 3, 8, 14, 22, tzinfo=UTC)


def row(**cells: str) -> str:
    named = {"settlement_id": SETTLEMENT} | cells
    return "\t".join(named.get(name.replace("-", "_"), "") for name in COLUMNS)


def summary(total: str, **cells: str) -> str:
    dates = {
        "settlement_start_date": "2026-07-02 18:27:57 UTC", "settlement_end_date": "2026-07-16 18:27:57 UTC",
        "deposit_date": "2026-07-18 18:27:57 UTC",
    }  # fmt: skip
    return row(**(dates | {"total_amount": total, "currency": "EUR"} | cells))


def line(amount: str, amount_type: str = "ItemPrice", words: str = "Principal", **cells: str) -> str:
    named = {
        "transaction_type": "Order", "order_id": ORDER, "merchant_order_id": ORDER, "marketplace_name": "Amazon.de",
        "amount_type": amount_type, "amount_description": words, "amount": amount, "posted_date": "2026-07-03",
        "posted_date_time": "2026-07-03 08:14:22 UTC", "sku": "HL-CUP-2-FBA",
    }  # fmt: skip
    return row(**(named | cells))


def file(*rows: str) -> str:
    return "\n".join(("\t".join(COLUMNS), *rows)) + "\n"


def read(text: str | bytes, shop: Shop = SHOP) -> list[Row]:
    body = text.encode() if isinstance(text, str) else text
    assert settlement.FORMAT.recognise(read_head(io.BytesIO(body)))
    page = Page("amazon.settlement", lambda: io.BytesIO(body), "text/plain", datetime(2026, 8, 1, tzinfo=UTC))
    return list(settlement.FORMAT.rows(page, shop))


def charges(rows: list[Row]) -> list[ChargeRow]:
    return [one for one in rows if isinstance(one, ChargeRow)]


def reasons(rows: list[Row]) -> list[tuple[int, str]]:
    return [(one.place, one.reason) for one in rows if isinstance(one, Unreadable)]


def payout(total: str, place: int = 2, ref: str = SETTLEMENT) -> PayoutRow:
    return PayoutRow(
        ref=ref, currency="EUR", place=place, stated=D(total), starts_at=START, ends_at=END, deposited_at=DEPOSIT
    )


def charge(
    amount: str,
    kind: Kind = Kind.REVENUE,
    label: str = "Order / ItemPrice / Principal",
    place: int = 3,
    quantity: int = 0,
) -> ChargeRow:
    return ChargeRow(
        key=f"{SETTLEMENT}:{place}", document=SETTLEMENT, kind=kind, label=label, amount=D(amount), currency="EUR",
        place=place, order=ORDER, sku="HL-CUP-2-FBA", quantity=quantity, posted_at=POSTED, shipped_at=POSTED,
        released_at=POSTED, deposited_at=DEPOSIT, payout=SETTLEMENT,
    )  # fmt: skip


def test_settlement_is_a_statement_and_a_charge_for_each_line() -> None:
    rows = read(file(summary("16.91"), line("19.90", quantity_purchased="1"), line("-2.99", "ItemFees", "Commission")))
    assert rows == [
        payout("16.91"),
        charge("19.90", quantity=1),
        charge("-2.99", Kind.COMMISSION, "Order / ItemFees / Commission", 4),
    ]


def test_trailing_blanks_may_be_cut() -> None:
    full = file(summary("16.91"), line("19.90", quantity_purchased="1"), line("-2.99", "ItemFees", "Commission"))
    cut = "\n".join(one.rstrip("\t") for one in full.split("\n"))
    assert [one.count("\t") + 1 for one in cut.splitlines()] == [24, 6, 23, 22]
    assert read(cut) == read(full)


def test_identical_rows_are_both_kept() -> None:
    rows = charges(read(file(summary("-6.62"), *[line("-3.31", "ItemFees", "FBAPerUnitFulfillmentFee")] * 2)))
    assert [(one.key, one.amount) for one in rows] == [(f"{SETTLEMENT}:3", D("-3.31")), (f"{SETTLEMENT}:4", D("-3.31"))]


@pytest.mark.parametrize("order", ["FBA15K8XQ2WT", "", "7730451882", "304-4410927-118350"])
def test_what_is_no_order_number_is_no_order(order: str) -> None:
    fee = line("-21.84", "FBA Inventory Storage Fee", "Base fee", transaction_type="FBAFees", order_id=order)
    [one] = charges(read(file(summary("-21.84"), fee)))
    assert (one.order, one.kind, one.amount) == ("", Kind.STORAGE, D("-21.84"))


def test_blank_marketplace_name_keeps_the_order() -> None:
    [one] = charges(read(file(summary("19.90"), line("19.90", marketplace_name="", quantity_purchased="2"))))
    assert one == charge("19.90", quantity=2)


@pytest.mark.parametrize(
    "cells",
    [{"order_id": "S01-5483007-8658014", "marketplace_name": "Non-Amazon DE"},
     {"order_id": "S01-5483007-8658014", "marketplace_name": ""}, {"marketplace_name": "Non-Amazon"}],
)  # fmt: skip
def test_shipping_for_another_channel_serves_its_order(cells: dict[str, str]) -> None:
    fee = line(
        "-7.90", "ItemFees", "FBAPerUnitFulfillmentFee", merchant_order_id="#1005", quantity_purchased="1", **cells
    )
    [one] = charges(read(file(summary("-7.90"), fee)))
    assert (one.serves, one.order, one.kind, one.quantity) == (
        "#1005",
        cells.get("order_id", ORDER),
        Kind.FULFILMENT,
        0,
    )


def test_own_orders_serve_no_other_channel() -> None:
    assert charges(read(file(summary("1.00"), line("1.00"))))[0].serves == ""


def test_rows_outside_the_period_count() -> None:
    early = line("19.90", posted_date_time="2026-06-20 01:00:00 UTC")
    [one] = charges(read(file(summary("19.90"), early)))
    assert one.posted_at == datetime(2026, 6, 20, 1, tzinfo=UTC)
    assert (one.payout, one.amount) == (SETTLEMENT, D("19.90"))


@pytest.mark.parametrize(
    ("text", "amount"),
    [("19,90", "19.90"), ("1.234,56", "1234.56"), ("-1.234,56", "-1234.56"), ("1,234.56", "1234.56"), ("1,234", "1234"),
     ("19.90  ", "19.90"), ("-0.01", "-0.01"), ("1980", "1980"), ("0,00", "0.00")],
)  # fmt: skip
def test_amounts_with_point_or_comma(text: str, amount: str) -> None:
    rows = read(file(summary(text), line(text)))
    assert rows == [payout(amount), charge(amount)]


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1_000", "12.34.56", "1e30", "9" * 15, "0.0000001", "free"])
def test_amount_that_is_none_is_unreadable(text: str) -> None:
    rows = read(file(summary("1.00"), line("1.00"), line(text)))
    assert rows[:2] == [payout("1.00"), charge("1.00")]
    [(place, reason)] = reasons(rows)
    assert place == 4
    assert repr(text) in reason


@pytest.mark.parametrize("layout", ["2026-07-03 08:14:22 UTC", "2026-07-03T08:14:22+00:00", "03.07.2026 08:14:22 UTC"])
def test_all_three_layouts_of_dates(layout: str) -> None:
    [one] = charges(read(file(summary("19.90"), line("19.90", posted_date_time=layout))))
    assert one == charge("19.90")


def test_summary_in_the_european_layout() -> None:
    dates = {
        "settlement_start_date": "02.07.2026 18:27:57 UTC", "settlement_end_date": "16.07.2026 18:27:57 UTC",
        "deposit_date": "18.07.2026 18:27:57 UTC",
    }  # fmt: skip
    assert read(file(summary("19,90", **dates), line("19,90"))) == [payout("19.90"), charge("19.90")]


def test_date_stands_in_when_the_time_is_blank() -> None:
    [one] = charges(read(file(summary("19.90"), line("19.90", posted_date_time="", posted_date="03.07.2026"))))
    assert one.posted_at == datetime(2026, 7, 3, tzinfo=UTC)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encoding_and_ends_of_line_change_nothing(encoding: str, end: str) -> None:
    text = file(summary("19.90"), line("19.90", sku="GRÜN"))
    assert read(text.replace("\n", end).encode(encoding)) == read(text)


def test_japanese_file_in_cp932() -> None:
    text = file(
        summary("1980", currency="JPY"),
        line("1980", sku="抹茶-50", quantity_purchased="1"),
        line("-100", "Points", "PointsGranted", sku="抹茶-50"),
    )
    rows = read(text.encode("cp932"), Shop("amazon", "Amazon.co.jp", "JPY", "Asia/Tokyo"))
    assert [(one.sku, one.kind, one.amount, one.currency) for one in charges(rows)] == [
        ("抹茶-50", Kind.REVENUE, D(1980), "JPY"), ("抹茶-50", Kind.DISCOUNT, D(-100), "JPY"),
    ]  # fmt: skip


@pytest.mark.parametrize("paid", ["16.91", "-16.91"])
def test_without_summary_every_row_has_the_total_and_a_row_is_the_transfer(paid: str) -> None:
    head = {
        "settlement_start_date": "2026-07-02 18:27:57 UTC", "settlement_end_date": "2026-07-16 18:27:57 UTC",
        "deposit_date": "2026-07-18 18:27:57 UTC", "total_amount": "16.91", "currency": "EUR",
    }  # fmt: skip
    rows = read(file(
        line("19.90", **head), line("-2.99", "ItemFees", "Commission", **head),
        line(paid, "Transfer", "", transaction_type="Transfer", order_id="", sku="", **head),
    ))  # fmt: skip
    assert rows[0] == payout("16.91")
    assert [(one.place, one.kind, one.role) for one in charges(rows)] == [
        (2, Kind.REVENUE, Role.DIRECT), (3, Kind.COMMISSION, Role.DIRECT), (4, Kind.TRANSFER, Role.COMPARE),
    ]  # fmt: skip


def test_negative_settlement_keeps_its_sign_and_the_next_collects_it() -> None:
    fee = line("-94.91", "other-transaction", "Storage Fee", transaction_type="other-transaction", order_id="", sku="")
    assert read(file(summary("-94.91"), fee))[0] == payout("-94.91")
    rows = [line(amount, "other-transaction", words, transaction_type="other-transaction", order_id="", sku="")
            for amount, words in (("-94.91", "Payable to Amazon"), ("94.91", "Successful charge"))]  # fmt: skip
    assert [(one.kind, one.amount) for one in charges(read(file(summary("0.00"), *rows)))] == [
        (Kind.TRANSFER, D("-94.91")), (Kind.TRANSFER, D("94.91")),
    ]  # fmt: skip


def test_shipping_chargeback_takes_back_shipping_and_refunds_are_refunds() -> None:
    rows = charges(read(file(
        summary("-19.90"), line("3.99", words="Shipping"), line("-3.99", "ItemFees", "ShippingChargeback"),
        line("-19.90", transaction_type="Refund", quantity_purchased="1"),
    )))  # fmt: skip
    assert [(one.kind, one.amount, one.quantity, one.shipped_at) for one in rows] == [
        (Kind.SHIPPING_INCOME, D("3.99"), 0, POSTED), (Kind.SHIPPING_INCOME, D("-3.99"), 0, POSTED),
        (Kind.REFUND, D("-19.90"), 0, None),
    ]  # fmt: skip


def test_unknown_words_are_unmapped_and_count() -> None:
    [one] = charges(read(file(summary("-1.87"), line("-1.87", "Some-Fees", "Pilot Charge", transaction_type="Pilot"))))
    assert (one.kind, one.label, one.amount) == (Kind.UNMAPPED, "Pilot / Some-Fees / Pilot Charge", D("-1.87"))


def test_other_currency_is_refused_and_both_are_named() -> None:
    with pytest.raises(Refused, match=r"line 2: settlement 18240071211 is in SEK, but the store keeps EUR"):
        read(file(summary("19.90", currency="SEK"), line("19.90")))


@pytest.mark.parametrize("cells", [{"total_amount": ""}, {"currency": ""}, {"settlement_id": "9" * 101}])
def test_summary_that_lacks_something_is_refused(cells: dict[str, str]) -> None:
    with pytest.raises(Refused, match="line 2: the settlement's number, total or currency is missing"):
        read(file(summary("19.90", **cells), line("19.90")))


@pytest.mark.parametrize("cells", [{"total_amount": "much"}, {"deposit_date": "soon"}])
def test_summary_that_cannot_be_read_is_refused(cells: dict[str, str]) -> None:
    with pytest.raises(Refused, match="line 2: the settlement's total or dates cannot be read"):
        read(file(summary("19.90", **cells), line("19.90")))


@pytest.mark.parametrize("columns", [1, 2, 7, 8, 13, 14])
def test_file_cut_off_within_a_row_says_so(columns: int) -> None:
    cut = "\t".join(line("-2.99", "ItemFees", "Commission").split("\t")[:columns])
    rows = read(file(summary("19.90"), line("19.90")) + cut)
    assert rows[:2] == [payout("19.90"), charge("19.90")]
    [(place, reason)] = reasons(rows)
    assert place == 4
    assert "cut off" in reason
    assert "download" in reason


def test_row_without_a_settlement_is_unreadable() -> None:
    rows = read(file(summary("19.90"), line("19.90"), line("5.00", settlement_id="")))
    assert reasons(rows) == [(4, "the row is cut off; it was not counted: download the file again")]


@pytest.mark.parametrize(
    "cells", [{"quantity_purchased": "two"}, {"posted_date_time": "yesterday"}, {"sku": "S" * 151}], ids=str
)
def test_cell_that_cannot_be_read_makes_its_line_unreadable(cells: dict[str, str]) -> None:
    [(place, reason)] = reasons(read(file(summary("19.90"), line("19.90", **cells))))
    assert place == 3
    assert "cut off, download it again" in reason


def test_header_without_rows_gives_nothing() -> None:
    assert read(file()) == []


def test_several_settlements_in_one_file() -> None:
    other = {"settlement_id": "18251930664"}
    rows = read(file(summary("19.90"), line("19.90"), summary("5.00", **other), line("5.00", **other)))
    assert [one for one in rows if isinstance(one, PayoutRow)] == [payout("19.90"), payout("5.00", 4, "18251930664")]
    assert [(one.key, one.payout) for one in charges(rows)] == [
        ("18240071211:3", "18240071211"), ("18251930664:5", "18251930664"),
    ]  # fmt: skip


def test_columns_are_found_by_name_in_any_order_and_case() -> None:
    text = file(summary("16.91"), line("19.90", quantity_purchased="1"), line("-2.99", "ItemFees", "Commission"))
    turned = "\n".join("\t".join(reversed(one.split("\t"))) for one in text.splitlines())
    head, rest = turned.split("\n", 1)
    assert read(head.upper() + "\n" + rest) == read(text)


def test_blank_lines_keep_the_numbers_of_the_others() -> None:
    rows = read(file(summary("19.90"), "", line("19.90")))
    assert rows == [payout("19.90"), charge("19.90", place=4)]


def test_one_cell_too_many_is_not_read_as_a_missing_column() -> None:
    columns = COLUMNS[:-3]  # neither SKU, quantity nor promotion
    short = "\t".join(columns) + "\n" + "\t".join(summary("19.90").split("\t")[:21]) + "\n"
    [one] = charges(read(short + "\t".join(line("19.90").split("\t")[:21]) + "\t7\n"))
    assert (one.sku, one.quantity, one.amount) == ("", 0, D("19.90"))


words = st.sampled_from([
    ("Order", "ItemPrice", "Principal"), ("Order", "ItemFees", "Commission"), ("Refund", "ItemPrice", "Principal"),
    ("other-transaction", "other-transaction", "Storage Fee"), ("Pilot", "Unknown", "Words"), ("Order", "Promotion", "Shipping"),
])  # fmt: skip
cents = st.integers(min_value=-(10**9), max_value=10**9)


@given(
    st.lists(st.lists(st.tuples(words, cents), min_size=1, max_size=20), min_size=1, max_size=3),
    st.booleans(),
    st.booleans(),
)
def test_lines_add_up_to_the_stated_total_and_keys_are_unique(
    settlements: list[list[tuple[tuple[str, str, str], int]]], comma: bool, cut: bool
) -> None:
    def text(value: int) -> str:
        amount = f"{D(value).scaleb(-2):.2f}"
        return amount.replace(".", ",") if comma else amount

    out: list[str] = []
    for number, entries in enumerate(settlements):
        name = {"settlement_id": f"1824007121{number}"}
        out.append(summary(text(sum(value for _, value in entries)), **name))
        for (transaction, amount_type, description), value in entries:
            out.append(line(text(value), amount_type, description, transaction_type=transaction, **name))
    rows = read("\n".join(one.rstrip("\t") if cut else one for one in file(*out).split("\n")))
    for one in rows:
        assert not isinstance(one, Unreadable)
        if isinstance(one, PayoutRow):
            assert sum(part.amount for part in charges(rows) if part.payout == one.ref) == one.stated
    assert len({one.key for one in charges(rows)}) == len(charges(rows)) == sum(map(len, settlements))
