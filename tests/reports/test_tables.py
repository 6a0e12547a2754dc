"""Tables for the terminal."""

import pytest

from reports.tables import text_table


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("-0.124", "-0.124"), ("-0.50", "-0.50"), ("-0.00", "0.00"), ("-0", "0"), ("0.5", "0.5"), ("-12345.60", "-12,345.60"),
        ("1234567", "1,234,567"), ("-1234", "-1,234"), ("–", "–"), (None, "–"), ("+3.1%", "+3.1%"), ("-3.1%", "-3.1%"),
        ("≤ 12", "≤ 12"),
    ],
)  # fmt: skip
def test_numbers_keep_their_sign(given: object, shown: str) -> None:
    assert text_table([{"n": given}], numbers={"n"}).splitlines()[-1].strip() == shown


def test_chinese_is_two_columns_wide() -> None:
    table = text_table([{"店铺": "枫叶", "n": "1"}, {"店铺": "maple", "n": "10"}], numbers={"n"})
    assert table.splitlines()[2:] == ["枫叶    1", "maple  10"]
