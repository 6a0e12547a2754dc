from decimal import Decimal

import pytest

from reports.exports import Cell, Record, amount_text, csv_cell, csv_comment, csv_lines, number_text, share_text


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("12.300000", "EUR", "12.30"),
        ("-3", "USD", "-3.00"),
        ("1200.000000", "JPY", "1200"),
        ("1200.5", "JPY", "1200.5"),
        ("0.004", "EUR", "0.004"),
        ("1E+3", "EUR", "1000.00"),
        ("-0.000000", "EUR", "0.00"),
        ("99999999999999.999999", "EUR", "99999999999999.999999"),
        ("1.5", "KWD", "1.500"),
    ],
)
def test_amounts_are_exact_with_the_currencys_digits(amount: str, currency: str, text: str) -> None:
    assert amount_text(Decimal(amount), currency) == text


def test_numbers_have_no_exponent_and_shares_are_never_rounded_up() -> None:
    assert [number_text(Decimal(text)) for text in ("1.08420000", "1E+2", "0.0000000001")] == [
        "1.0842",
        "100",
        "0.0000000001",
    ]
    assert [share_text(Decimal(text)) for text in ("1", "0.99999", "0")] == ["1.0000", "0.9999", "0.0000"]
    assert (amount_text(None, "EUR"), number_text(None), share_text(None)) == (None, None, None)


@pytest.mark.parametrize("text", ["=1+1", "+49", "-x", "@SUM(A1)", " =1", "＝1", "\t=1", "\r=1", "\n=1"])
def test_text_is_never_a_formula(text: str) -> None:
    assert csv_cell(text, text=True) == f'"\'{text}"'


def test_cells_tell_numbers_text_and_nothing_apart() -> None:
    cells: list[tuple[Cell, bool]] = [
        ("-12.30", False),
        (5, False),
        (True, False),
        (None, False),
        (None, True),
        ("", True),
        ('a "b"', True),
    ]
    written = [csv_cell(value, text=text) for value, text in cells]
    assert written == ["-12.30", "5", "true", "", "", '""', '"a ""b"""']


def test_lines_follow_the_columns() -> None:
    records: list[Record] = [{"b": "1.00", "a": "x"}, {"a": None, "b": None}]
    assert list(csv_lines(records, ["a", "b"], {"a"})) == ['"x",1.00\r\n', ",\r\n"]


def test_a_comment_is_one_cell() -> None:
    assert csv_comment("ledger", 'a,"b"') == "# ledger | a;'b'\r\n"
