import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.identity.normalise.phones import is_dummy, phone


@pytest.mark.parametrize(("written", "country", "found"), [
    ("+1 (415) 555-2671", "", ("+14155552671", "71")),
    ("415.555.2671 ext. 5", "US", ("+14155552671", "71")),
    ("9123 4567", "SG", ("+6591234567", "67")),
    ("6591234567", "US", ("+6591234567", "67")),
    ("0065 9123 4567", "", ("+6591234567", "67")),
    ("138 0013 8001", "CN", ("+8613800138001", "01")),
    ("０１０－１２３４－５６７９", "KR", ("+821012345679", "79")),
    ("081-234-5679", "TH", ("+66812345679", "79")),
    ("٠٥٠١٢٣٤٥٦٧", "SA", ("+966501234567", "67")),
    ("9123 4567", "", ("", "67")),
    ("555-0173", "US", ("", "73")),
])  # fmt: skip
def test_number_and_tail(written: str, country: str, found: tuple[str, str]) -> None:
    assert phone(written, country) == found


@pytest.mark.parametrize(("written", "tail"), [
    ("******12", "12"), ("+65 **** **12", "12"), ("+65 **** *123", "23"), ("98****21", "21"), ("●●●●12", "12"),
    ("xxx-xxx-1278", "78"), ("XXXXXX78", "78"), ("1234****", ""), ("*******1", ""), ("********", ""), ("12******", ""),
])  # fmt: skip
def test_masked_number_shows_at_most_its_tail(written: str, tail: str) -> None:
    assert phone(written, "SG") == ("", tail)


@pytest.mark.parametrize("written", ["", "000000", "0000000000", "1234567890", "0987654321", "1111111111", "12", "none",
                                     "+65 1234 5678", "415 0000000", "\ud800"])  # fmt: skip
def test_number_that_nobody_has_says_nothing(written: str) -> None:
    assert phone(written, "US") == ("", "")


def test_dummies() -> None:
    assert [digits for digits in ("123456", "654321", "121212", "4155552671", "92229922", "12345") if is_dummy(digits)] == [
        "123456", "654321", "121212", "12345"]  # fmt: skip


@given(st.text(st.characters(exclude_categories=()), max_size=80), st.sampled_from(["", "US", "SG", "XX", "CN"]))
def test_number_is_e164_or_nothing(written: str, country: str) -> None:
    number, tail = phone(written, country)
    assert number == "" or (number[0] == "+" and number[1:].isdecimal() and number.endswith(tail))
    assert tail == "" or (len(tail) == 2 and tail.isdecimal())
