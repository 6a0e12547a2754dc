"""The sheet of order numbers that customers gave: known by its columns, its numbers as the channel writes them."""

import io
from datetime import UTC, date, datetime

import pytest

from channels.adapters import adapters
from channels.adapters.sheets import given
from channels.core.adapter import recognise
from channels.core.privacy import redact
from channels.core.reading import read_head
from channels.core.rows import GivenRow, Page, Row, Shop, Unreadable

AMAZON = Shop("amazon", "ATVPDKIKX0DER", "USD", "America/Los_Angeles")
SHOPIFY = Shop("shopify", "", "USD", "America/New_York")


def page(text: str) -> Page:
    return Page("sheets.given", lambda: io.BytesIO(text.encode()), "text/csv", datetime(2026, 9, 1, tzinfo=UTC))


def read(text: str, shop: Shop = AMAZON) -> list[Row]:
    """The rows of what is archived; their buyers are of the same orders."""
    head, kept = read_head(io.BytesIO(text.encode())), io.BytesIO()
    list(redact(io.BytesIO(text.encode()), head, given.FORMAT.personal, kept))
    rows = list(given.rows(page(kept.getvalue().decode()), shop))
    told = [(row.order, row.place) for row in given.buyers(page(text), shop)]
    assert told == [(row.order, row.place) for row in rows if isinstance(row, GivenRow)]
    return rows


def number_of(cell: str, shop: Shop = AMAZON) -> str:
    [row] = read(f'order,name\n"{cell}",Ada\n', shop)
    return row.order if isinstance(row, GivenRow) else ""


@pytest.mark.parametrize(
    "header",
    [
        "Order number,E-mail", "订单号,表单,填写日期,姓名,邮箱,电话,地址,邮编,城市,省份,国家,用户名,备注",
        "Amazon_Order_ID;Full Name;Notes", "order no.\tphone number\ttimestamp", "ORDER*,NAME*,Town",
    ],
)  # fmt: skip
def test_known_by_its_columns(header: str) -> None:
    found = recognise(read_head(io.BytesIO(f"{header}\n".encode())), adapters())
    assert [form.resource for _, form in found] == ["sheets.given"]


@pytest.mark.parametrize(
    "header", ["order,form,date", "name,email,phone", "order,name,price", "order,order number,name", "order,order id"]
)
def test_not_known_without_people_or_with_columns_of_another(header: str) -> None:
    assert recognise(read_head(io.BytesIO(f"{header}\n".encode())), adapters()) == []


@pytest.mark.parametrize(
    "cell",
    [
        "111-5550101-0000123", "#111-5550101-0000123", " 111 5550101 0000123 ", "11155501010000123",
        "111–5550101–0000123", "１１１－５５５０１０１－０００0123", "111-5550101-0000123.",
    ],
)  # fmt: skip
def test_an_amazon_number_is_the_same_however_it_is_typed(cell: str) -> None:
    assert number_of(cell) == "111-5550101-0000123"


@pytest.mark.parametrize(
    ("cell", "number"),
    [("#1001", "#1001"), ("hl-1001", "HL-1001"), ("2608051abcdefg", "2608051ABCDEFG"), ("5550001001123", "5550001001123"),
     ("11155501010000123", "11155501010000123")],
)  # fmt: skip
def test_the_numbers_of_other_channels_stay_as_they_are(cell: str, number: str) -> None:
    assert number_of(cell, SHOPIFY) == number


@pytest.mark.parametrize(
    "cell",
    ["ada@example.org", "Ada Byron", "my first one", "=1+1", "+1 415 555 0134", "@cmd", "1" * 40, "12, Pier", "我的订单", "1"],
)  # fmt: skip
def test_what_is_no_number_is_unreadable_and_tells_nobody(cell: str) -> None:
    [row] = read(f'order,name\n"{cell}",Ada\n')
    assert isinstance(row, Unreadable)
    assert "is no number of an order" in row.reason
    assert cell not in row.reason + row.excerpt


def test_a_line_is_known_by_its_form_and_number() -> None:
    rows = read(
        "order,form,date,email\n"
        "1001,Card,2026-08-03,a@example.org\n1001,Card,2026-08-04,b@example.org\n1001,Survey,,a@example.org\n"
        "1002,Card,soon,c@example.org\n"
    )
    assert [
        (row.key, row.order, row.place, row.form, row.given_on) for row in rows if isinstance(row, GivenRow)
    ] == [
        ("Card/1001/1", "1001", 2, "Card", date(2026, 8, 3)), ("Card/1001/2", "1001", 3, "Card", date(2026, 8, 4)),
        ("Survey/1001/1", "1001", 4, "Survey", None),
    ]  # fmt: skip


def test_a_title_above_the_header_and_semicolons_are_read() -> None:
    rows = read("Warranty\norder;name;email;form\n1001;Ada;;Card\n", SHOPIFY)
    assert [(row.place, row.order) for row in rows if isinstance(row, GivenRow)] == [(3, "1001")]
