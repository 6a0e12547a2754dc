import io
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from channels.adapters.sheets import ADAPTER, costs, rates, skus, stock
from channels.core.adapter import Format
from channels.core.errors import Refused
from channels.core.reading import read_head
from channels.core.rows import CostRow, Page, RateRow, Row, Shop, SkuRow, StockRow, Unreadable

D = Decimal
SHOP = Shop("", "", "CNY", "Asia/Shanghai")
SAMPLES = Path(__file__).resolve().parents[3] / "channels/adapters/sheets/samples"


def page(body: bytes) -> Page:
    return Page("", lambda: io.BytesIO(body), "text/csv", datetime(2026, 8, 1, tzinfo=UTC))


def read(form: Format, text: str) -> list[Row]:
    return list(form.rows(page(text.encode()), SHOP))


def workbook(*lines: list[object]) -> bytes:
    book = Workbook()
    for line in lines:
        book.worksheets[0].append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def recognised(body: bytes) -> list[str]:
    head = read_head(io.BytesIO(body))
    return [form.resource for form in ADAPTER.formats if form.recognise(head)]


# What the samples say


@pytest.mark.parametrize(
    ("name", "form", "count"),
    [
        ("stock_receipts.csv", stock.FORMAT, 12),
        ("cost_sheet.csv", costs.FORMAT, 7),
        ("sku_map.csv", skus.FORMAT, 10),
        ("rates.csv", rates.FORMAT, 28),
    ],
)
def test_sample_is_known_by_its_content_and_read_whole(name: str, form: Format, count: int) -> None:
    body = (SAMPLES / name).read_bytes()
    assert recognised(body) == [form.resource]
    rows = list(form.rows(page(body), SHOP))
    assert (len(rows), [row for row in rows if isinstance(row, Unreadable)]) == (count, [])


def test_samples_have_stock_for_three_months_and_no_cost_for_cups() -> None:
    rows = list(stock.FORMAT.rows(page((SAMPLES / "stock_receipts.csv").read_bytes()), SHOP))
    units: Counter[str] = Counter()
    for row in rows:
        assert isinstance(row, StockRow)
        units[row.product] += int(row.quantity)
    assert units == {"MATCHA-50": 2300, "MATCHA-100": 1750, "SENCHA-100": 1700, "KETTLE-08": 1350}
    mapped = list(skus.FORMAT.rows(page((SAMPLES / "sku_map.csv").read_bytes()), SHOP))
    assert {row.product for row in mapped if isinstance(row, SkuRow)} == {*units, "CUP-2"}


# Stock


def test_stock_line_is_read_with_its_landed_components() -> None:
    text = (
        "SKU,Qty,Date,Unit cost,Currency,Freight,Duty,Other,Type,Receipt No\n"
        "M-1,100,2026-08-01,12.50,usd,0.30,,0,opening,\nM-1,50,2026-08-09,13,USD,.4,1.2,2,,PO-7\n"
    )
    assert read(stock.FORMAT, text) == [
        StockRow(
            "2026-08-01/opening/M-1/1", "M-1", date(2026, 8, 1), D(100), D("12.50"), "USD", 2,
            (("freight", D("0.30")),), opening=True,
        ),
        StockRow(
            "PO-7/M-1/1", "M-1", date(2026, 8, 9), D(50), D(13), "USD", 3,
            (("freight", D("0.4")), ("duty", D("1.2")), ("other", D(2))),
        ),
    ]  # fmt: skip


def test_stock_sheet_in_chinese_is_read_the_same() -> None:
    text = "产品;数量;日期;单价;币种;运费;关税;期初\nM-1;100;2026年8月1日;12,50;CNY;0,3;;是\n"
    assert read(stock.FORMAT, text) == [
        StockRow(
            "2026-08-01/opening/M-1/1", "M-1", date(2026, 8, 1), D(100), D("12.50"), "CNY", 2,
            (("freight", D("0.3")),), opening=True,
        )
    ]  # fmt: skip


STOCK = "product,quantity,date,unit cost,currency,freight,type\n"


def test_equal_lines_are_two_receipts_with_keys_of_their_own() -> None:
    line = "M-1,10,2026-08-01,5,CNY,,\n"
    rows = read(stock.FORMAT, STOCK + line + line)
    keys = [row.key for row in rows if isinstance(row, StockRow)]
    assert keys == ["2026-08-01/receipt/M-1/1", "2026-08-01/receipt/M-1/2"]


def test_corrected_line_keeps_its_key() -> None:
    before, after = (read(stock.FORMAT, f"{STOCK}M-1,{units},2026-08-01,5,CNY,,\n")[0] for units in (10, 12))
    assert isinstance(before, StockRow)
    assert isinstance(after, StockRow)
    assert (before.key, before.quantity, after.quantity) == (after.key, D(10), D(12))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",10,2026-08-01,5,CNY", "product is empty: write your own code of the product"),
        ("M-1,,2026-08-01,5,CNY", "quantity is empty: write the units received"),
        ("M-1", "date is empty: write a day such as 2026-08-01"),
        ("M-1,ten,2026-08-01,5,CNY", "quantity 'ten' is not a number: write 1200 or 12.50"),
        ("M-1,-10,2026-08-01,5,CNY", "quantity '-10' is negative: write the units received, 0 or more"),
        ("M-1,(10),2026-08-01,5,CNY", "quantity '(10)' is negative: write the units received, 0 or more"),
        ("M-1,0,2026-08-01,5,CNY", "quantity is 0: write the units received, or leave the line out"),
        ("M-1,10,soon,5,CNY", "date 'soon' is not a day: write it as 2026-08-01"),
        ("M-1,10,2026-02-30,5,CNY", "date '2026-02-30' is not a day: write it as 2026-08-01"),
        ("M-1,10,2026-08-01,-5,CNY", "unit cost '-5' is negative: write the cost of one unit, 0 or more"),
        ("M-1,10,2026-08-01,1e99,CNY",
         "unit cost '1e99' is too large to be meant: write the cost of one unit"),
        ("M-1,10,2026-08-01,9999999999999,CNY",
         "unit cost '9999999999999' is too large to be meant: write the cost of one unit"),
        ("M-1,10,2026-08-01,5,", "currency is empty: write an ISO 4217 code such as CNY or USD"),
        ("M-1,10,2026-08-01,5,RMB", "currency 'RMB' is not an ISO 4217 code: write three letters such as CNY or USD"),
        ("M-1,10,2026-08-01,5,CNY,-1", "freight '-1' is negative: write the cost per unit, 0 or more"),
        ("M-1,10,2026-08-01,5,CNY,,gift", "type 'gift' is not known: write opening or receipt (期初 or 入库)"),
        ("=1+1,10,2026-08-01,5,CNY", "product '=1+1' is a formula: write the value itself"),
        ("+cmd|' /C calc'!A0,10,2026-08-01,5,CNY",
         "product \"+cmd|' /C calc'!A0\" is a formula: write the value itself"),
        ("@SUM(A1),10,2026-08-01,5,CNY", "product '@SUM(A1)' is a formula: write the value itself"),
        ("M-1,=5*2,2026-08-01,5,CNY", "quantity '=5*2' is a formula: write the value itself"),
        ("M-1,10,2026-08-01,12,50,CNY,0,opening",
         "there are more cells than columns: put a value that holds the separator in quotation marks"),
        (f"{'M' * 151},10,2026-08-01,5,CNY", "product has more than 150 characters: shorten it"),
    ],
)  # fmt: skip
def test_bad_line_says_which_field_and_what_to_do(line: str, reason: str) -> None:
    good = "M-2,1,2026-08-01,5,CNY\n"
    rows = read(stock.FORMAT, f"{STOCK}{line}\n{good}")
    assert isinstance(rows[0], Unreadable)
    assert (rows[0].place, rows[0].reason) == (2, reason)
    assert isinstance(rows[1], StockRow)


def test_reason_names_the_column_as_the_sheet_does() -> None:
    rows = read(stock.FORMAT, "产品,数量,日期,单价,币种\nM-1,十,2026-08-01,5,CNY\n")
    assert rows == [Unreadable(2, "数量 '十' is not a number: write 1200 or 12.50", "M-1 | 十 | 2026-08-01 | 5 | CNY")]


def test_workbook_is_read_like_a_table() -> None:
    body = workbook(
        ["产品", "数量", "日期", "单价", "币种", "类型", None],
        ["M-1", 100, datetime(2026, 8, 1), 0.1, "CNY", "期初", None],
        [None, None, None, None, None, None, None],
        ["M-1", 10.5, "2026-08-09", "1,5", "CNY", None, None],
        ["M-1", 10, 46235, 2, "CNY", None, "surplus"],
    )
    assert recognised(body) == ["sheets.stock"]
    assert list(stock.FORMAT.rows(page(body), SHOP)) == [
        StockRow("2026-08-01/opening/M-1/1", "M-1", date(2026, 8, 1), D(100), D("0.1"), "CNY", 2, opening=True),
        StockRow("2026-08-09/receipt/M-1/1", "M-1", date(2026, 8, 9), D("10.5"), D("1.5"), "CNY", 4),
        StockRow("2026-08-01/receipt/M-1/1", "M-1", date(2026, 8, 1), D(10), D(2), "CNY", 5),
    ]


# The other sheets


def test_cost_sheet_leaves_out_repeats_and_refuses_contradictions() -> None:
    text = (
        "SKU,Cost,Currency,Effective from\nM-1,5,CNY,2026-08-01\nM-1,5,CNY,2026-08-01\nM-1,6,CNY,2026-08-01\nM-2,,,\n"
    )
    assert read(costs.FORMAT, text) == [
        CostRow("M-1", date(2026, 8, 1), D(5), "CNY", 2),
        Unreadable(4, "line 2 says otherwise of the same: keep one of the two", "M-1 | 6 | CNY | 2026-08-01"),
        Unreadable(5, "Effective from is empty: write a day such as 2026-08-01", "M-2 |  |  | "),
    ]


def test_cost_is_rounded_when_a_workbook_gives_a_float() -> None:
    body = workbook(["product", "cost", "currency", "from"], ["M-1", 37 / 3, "CNY", "2026-08-01"])
    assert list(costs.FORMAT.rows(page(body), SHOP)) == [CostRow("M-1", date(2026, 8, 1), D("12.333333"), "CNY", 2)]


def test_cost_of_zero_is_a_cost() -> None:
    assert read(costs.FORMAT, "product,cost,currency,from\nM-1,0,CNY,2026-08-01\n") == [
        CostRow("M-1", date(2026, 8, 1), D(0), "CNY", 2)
    ]


def test_sku_map_is_read_for_one_store_or_all() -> None:
    text = "店铺\t平台SKU\t产品\t标题\n全部\tHL-1\tM-1\t抹茶\n亚马逊美国\tHL-1-FBA\tM-1\n\tHL-2\t\n\t=HL\tM-1\n"
    assert read(skus.FORMAT, text) == [
        SkuRow("HL-1", "M-1", 2, title="抹茶"),
        SkuRow("HL-1-FBA", "M-1", 3, store="亚马逊美国"),
        Unreadable(4, "产品 is empty: write your own code of the product", " | HL-2 | "),
        Unreadable(5, "平台SKU '=HL' is a formula: write the value itself", " | =HL | M-1"),
    ]


def test_rates_are_read_with_their_source() -> None:
    text = "日期,原币,目标货币,汇率,来源\n2026-08-01,usd,TWD,31.42,typed by Lin\n2026-08-01,USD,VND,26180\n"
    assert read(rates.FORMAT, text) == [
        RateRow(date(2026, 8, 1), "USD", "TWD", D("31.42"), "typed by Lin", 2),
        RateRow(date(2026, 8, 1), "USD", "VND", D(26180), "typed in a sheet", 3),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2026-08-01,USD,USD,1", "quote 'USD' is the base currency too: write the other currency of the pair"),
        ("2026-08-01,USD,TWD,0",
         "rate is 0: write how many units of the quote currency one unit of the base is, or leave the line out"),
        ("2026-08-01,IDR,BTC,1", "quote 'BTC' is not an ISO 4217 code: write three letters such as CNY or USD"),
        ("2026-08-01,VND,KWD,0.000011712345", "rate is kept to 10 decimal places, too few for it: write the pair the other way round"),
        ("2026-08-01,USD,VND,10000000000", "rate 10000000000 is too large to be a rate: write one unit of base in the quote currency"),
        ("2026-08-01,USD,NTD,31", "quote 'NTD' is not an ISO 4217 code: write three letters such as CNY or USD"),
    ],
)  # fmt: skip
def test_bad_rate_says_what_to_do(line: str, reason: str) -> None:
    (row,) = read(rates.FORMAT, f"date,base,quote,rate\n{line}\n")
    assert isinstance(row, Unreadable)
    assert row.reason == reason


CELLS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)


@given(st.lists(st.lists(CELLS, max_size=8)))
def test_every_line_is_a_row_or_a_reason(lines: list[list[str]]) -> None:
    cells = [",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines]
    try:
        rows = read(stock.FORMAT, STOCK + "\n".join(cells))
    except Refused:
        return
    filled = sum(1 for line in lines if any(cell.strip() for cell in line))
    assert len(rows) == filled
    assert all(isinstance(row, StockRow | Unreadable) for row in rows)
