import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from channels.sandbox.shopee.orders import masked_name as shopee_mask
from reconciliation.identity.normalise.masks import VERSION, is_masked, mask_format, masked_in_own, masked_name
from reconciliation.identity.normalise.names import name

PART = st.text("abcdefghilmnoprstuvz", min_size=3, max_size=9)
LATIN = st.lists(PART, min_size=1, max_size=3).map(" ".join)
HAN = st.text("王小明李伟芳张丽国陈华欧阳", min_size=3, max_size=4)
HANGUL = st.text("김민수박지성이순신", min_size=3, max_size=4)
CYRILLIC = st.lists(st.text("абвгдеиклмнорст", min_size=3, max_size=8), min_size=1, max_size=2).map(" ".join)


@pytest.mark.parametrize(("value", "form"), [
    ("***", "hidden"), ("****** ***", "hidden"), ("•••", "hidden"), ("J***n", "ends"), ("J******n", "ends"),
    ("王*明", "ends"), ("王○明", "ends"), ("J*** T**", "words"), ("J**n T***y", "words"), ("王**", "start"),
    ("**明", "end"), ("Jo***in", "long ends"), ("******12", "digits"), ("+65 **** **12", "digits"), ("XXXXXX78", "digits"),
    ("12****", "digits"), ("Ba Lane***", "cut"), ("j***n@example.com", "mailbox"), ("a*b*c*d-e*", ""), ("John", ""), ("", ""),
])  # fmt: skip
def test_known_formats(value: str, form: str) -> None:
    assert mask_format(value) == form
    assert VERSION == 1


@pytest.mark.parametrize(
    "value", ["John", "Xavier XXavier", "Ivan·Petrov", "Juan XXIII", "Via XX Settembre", "Exxon", "", "5 x 7"]
)
def test_clear_values_are_not_masked(value: str) -> None:
    assert not is_masked(value)


@pytest.mark.parametrize(("value", "pattern"), [
    ("J***n", "j*n"), ("j•••N", "j*n"), ("J**n S***h", "j*h"), ("王*明", "w*g"), ("曾**明", "z*g"), ("박*성", "p*g"),
    ("И***в", "i*v"), ("ส***ย", "s*i"), ("J*** T**", ""), ("王**", ""), ("**明", ""), ("***", ""), ("1***2", ""), ("John", ""),
])  # fmt: skip
def test_pattern_of_a_masked_name(value: str, pattern: str) -> None:
    assert masked_name(value) == pattern


@given(LATIN | HAN | HANGUL | CYRILLIC, st.sampled_from("*•●"), st.integers(2, 6))
def test_masking_a_clear_name_gives_the_mask_of_the_clear_name(clear: str, star: str, stars: int) -> None:
    found = name(clear)
    assume(found.words)
    assert masked_name(f"{clear[0]}{star * stars}{clear[-1]}") == found.mask
    assert masked_name(shopee_mask(clear)) == found.mask != ""


@given(PART, PART)
def test_mask_in_the_other_order_is_that_of_the_name_so_written(one: str, two: str) -> None:
    assume(len(name(f"{one} {two}").words) == 2 == len(name(f"{two} {one}").words))
    assert name(f"{one} {two}").mask_other == name(f"{two} {one}").mask


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_value_is_read(value: str) -> None:
    assert is_masked(value) or mask_format(value) == masked_name(value) == ""


@pytest.mark.parametrize(("value", "own"), [
    ("王*明", "王*明"), ("ส***ย", "ส*ย"), ("И***В", "и*в"), ("Đ***a", "đ*a"), ("J***n", ""), ("王**", ""), ("**明", ""), ("王明", ""),
    ("", ""), ("***", ""),
])  # fmt: skip
def test_a_masked_name_keeps_its_own_script(value: str, own: str) -> None:
    assert masked_in_own(value) == own


@given(st.one_of(HAN, HANGUL, CYRILLIC))
def test_a_clear_name_gives_the_mask_of_its_own_script(value: str) -> None:
    assert name(value).mask_own == masked_in_own(f"{value[0]}***{value[-1]}") != ""
