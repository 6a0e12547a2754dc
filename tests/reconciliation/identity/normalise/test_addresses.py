import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.identity.normalise.addresses import Address, address, near


@pytest.mark.parametrize(("written", "words", "numbers"), [
    ("Apt 5, 12B Main Street", ("main", "st"), ("12b", "5")),
    ("5/12b Main St.", ("main", "st"), ("12b", "5")),
    ("12B MAIN ST\nUNIT 005", ("main", "st"), ("12b", "5")),
    ("#05-12 Orchard Road", ("orchard", "rd"), ("12", "5")),
    ("350 5th Ave", ("ave",), ("350", "5")),
    ("350 Fifth Avenue", ("ave",), ("350", "5")),
    ("42nd St", ("st",), ("42",)),
    ("7 O'Connor Pde", ("oconnor", "pde"), ("7",)),
    ("P.O. Box 00123", ("pobox",), ("123",)),
    ("Postfach 12 34", ("pobox",), ("12", "34")),
    ("Hauptstraße 5", ("haupt", "st"), ("5",)),
    ("Haupt Str. 5", ("haupt", "st"), ("5",)),
    ("Müllerweg 7", ("muller", "weg"), ("7",)),
    ("Muellerweg 7", ("muller", "weg"), ("7",)),
    ("C/ Mayor, 3", ("c", "mayor"), ("3",)),
    ("Calle Mayor nº 3", ("c", "mayor"), ("3",)),
    ("Rua das Flores 10, apto 3", ("das", "flores", "r"), ("10", "3")),
    ("Jl. Sudirman No. 5", ("jl", "sudirman"), ("5",)),
    ("中山北路二段12號5樓", ("duan", "zhongshanbeilu"), ("12", "2", "5")),
    ("中山北路2段12号5楼", ("duan", "zhongshanbeilu"), ("12", "2", "5")),
    ("建国路88号1单元502室", ("jianguolu",), ("1", "502", "88")),
    ("세종대로 110 101동 1203호", ("sejongdaro",), ("101", "110", "1203")),
    ("99/9 ถนนสุขุมวิท ซอย 11", ("rd", "soi", "sukhumwit"), ("11", "9", "99")),
    ("ห้อง 3, 99/9 ถ.สุขุมวิท ซ.11 ต.คลองเตย", ("khlongtoei", "rd", "soi", "sukhumwit"), ("11", "3", "9", "99")),
    ("196 Trần Hưng Đạo Căn hộ 66", ("dao", "hung", "tran"), ("196", "66")),
    ("Jl. Mawar No. 5 RT 07/RW 02", ("jl", "mawar"), ("2", "5", "7")),
    ("末広2-72-9 98号室", ("moguang",), ("2", "72", "9", "98")),
    ("ул. Ленина, д. 5", ("d", "lenina", "ul"), ("5",)),
    ("Rose Cottage", ("cottage", "rose"), ()),
    ("", (), ()),
])  # fmt: skip
def test_street_in_one_spelling(written: str, words: tuple[str, ...], numbers: tuple[str, ...]) -> None:
    assert address(written) == Address(words, numbers)


@pytest.mark.parametrize(("written", "words"), [
    ("12****", ()), ("******", ()), ("Bl******", ()), ("Blk 123 Ang Mo ******", ("ang", "mo")), ("12 Main S****", ("main",)),
])  # fmt: skip
def test_masked_street_tells_only_whole_words(written: str, words: tuple[str, ...]) -> None:
    assert address(written) == Address(words, (), whole=False)


def test_near_words_share_a_value_and_numbers_stand_whole() -> None:
    assert near(address("12b Main Rd")) == ("main", "ain", "min", "man", "mai", "n:12b")
    assert set(near(address("5 Orchard Rd"))) & set(near(address("5 Orchrd Rd"))) == {"orchrd", "n:5"}


@given(st.text(st.characters(exclude_categories=()), max_size=120))
def test_any_line_gives_plain_words(written: str) -> None:
    found = address(written)
    assert all(one.isascii() and one.isalnum() for one in (*found.words, *found.numbers))
