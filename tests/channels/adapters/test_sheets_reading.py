"""Knowing a sheet by its columns, and reading its numbers and days as they are meant."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest

from channels.adapters.sheets import ADAPTER, costs, stock
from channels.core.adapter import Format
from channels.core.errors import Changed, Refused
from channels.core.reading import read_head
from channels.core.rows import CostRow, Page, Row, Shop

D = Decimal
SHOP = Shop("", "", "CNY", "Asia/Shanghai")
FOLDER = Path(__file__).resolve().parents[3] / "channels/adapters"


def read(form: Format, text: str) -> list[Row]:
    page = Page(form.resource, lambda: io.BytesIO(text.encode()), "text/csv", datetime(2026, 8, 1, tzinfo=UTC))
    return list(form.rows(page, SHOP))


def recognised(body: bytes) -> list[str]:
    head = read_head(io.BytesIO(body))
    return [form.resource for form in ADAPTER.formats if form.recognise(head)]


@pytest.mark.parametrize(
    ("text", "comma_file", "semicolon_file"),
    [
        ("1200", "1200", "1200"),
        ("1,200", "1200", None),
        ("1.200", "1.200", None),
        ("0,125", "0.125", "0.125"),
        ("12,5", "12.5", "12.5"),
        ("12.50", "12.50", "12.50"),
        ("1,234.50", "1234.50", "1234.50"),
        ("1.234,50", "1234.50", "1234.50"),
        ("1,234,567", "1234567", "1234567"),
        ("1.234.567", "1234567", "1234567"),
        ("¥1,200.00", "1200.00", "1200.00"),
        ("１２．５", "12.5", "12.5"),
        ("1,2.5", None, None),
        ("1,23,456", None, None),
        ("1.2.3", None, None),
    ],
)
def test_number_is_read_as_meant_or_refused(text: str, comma_file: str | None, semicolon_file: str | None) -> None:
    for separator, expected in ((",", comma_file), (";", semicolon_file)):
        cells = [["product", "cost", "currency", "from date"], ["M-1", f'"{text}"', "CNY", "2026-08-01"]]
        (row,) = read(costs.FORMAT, "\n".join(separator.join(line) for line in cells))
        assert (row.unit_cost if isinstance(row, CostRow) else None) == (D(expected) if expected else None)


@pytest.mark.parametrize(
    "text",
    ["2026-08-01", "2026/8/1", "2026.08.01", "2026年8月1日", "01.08.2026", '"Aug 1, 2026"', "08/01/2026", "01-08-2026",
     "1 Aug 2026", "2026-08-01 23:30:00", "2026-08-01T01:00:00+08:00", "46235", "46235.0", "20260801"],
)  # fmt: skip
def test_day_is_read_in_every_layout(text: str) -> None:
    assert read(costs.FORMAT, f"product,cost,currency,from date\nM-1,5,CNY,{text}\n") == [
        CostRow("M-1", date(2026, 8, 1), D(5), "CNY", 2)
    ]


@pytest.mark.parametrize(
    "header",
    [
        "product,quantity,date,unit cost",  # no currency
        "product,quantity,date,unit cost,currency,asin",  # a column we do not know
        "product,sku,quantity,date,unit cost,currency",  # two names of the product
        "sku,asin,price,quantity",
        "sku,title",
        "Date,USD,JPY",
    ],
)
def test_other_header_is_not_taken(header: str) -> None:
    assert recognised(f"{header}\n".encode()) == []


def test_header_may_have_any_order_case_and_marks() -> None:
    header = "\ufeff*Currency,UNIT_COST, date ,Quantity*,Ｐroduct,备注,\n"
    assert recognised(header.encode()) == ["sheets.stock"]


def test_header_that_changed_is_told() -> None:
    with pytest.raises(Changed, match="the columns are not those of this sheet: a, b"):
        read(stock.FORMAT, "a,b\n1,2\n")


def vendor_files() -> Iterator[Path]:
    """The samples of the other adapters, and what lies beside the project where it is developed."""
    for folder in (FOLDER, FOLDER.parents[2] / "shared/data"):
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".csv", ".txt", ".tsv", ".json", ".xlsx") and "sheets" not in path.parts:
                yield path


def test_no_file_of_a_vendor_is_taken() -> None:
    taken = []
    for path in vendor_files():
        try:
            taken += [(path.name, resource) for resource in recognised(path.read_bytes())]
        except Refused:
            continue
    assert taken == []


def test_zip_that_is_no_workbook_is_refused() -> None:
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(Refused, match="the workbook cannot be opened"):
        recognised(out.getvalue())
