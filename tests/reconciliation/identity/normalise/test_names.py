import csv
import hashlib
from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reconciliation.identity.normalise.names import SAME, Name, name, similarity
from reconciliation.identity.normalise.nicknames import FORMAL
from reconciliation.identity.normalise.sounds import sound
from tests.making import SHARED

BENCH = SHARED / "matching/name_bench/cases.csv"
LATIN = st.text("abcdefghilmnoprstuvz", min_size=3, max_size=9)


@pytest.mark.parametrize(("written", "words"), [
    ("Mr. John Smith", ("john", "smith")),
    ("SMITH, John Jr.", ("smith", "john")),
    ("  Dr. José María García-López, PhD ", ("jose", "maria", "garcia", "lopez")),
    ("O’Brien, Seán", ("obrien", "sean")),
    ("Anne-Marie Groß", ("anne", "marie", "gross")),
    ("John (Jack) Smith", ("john", "smith")),
    ("c/o Mary Jones", ("mary", "jones")),
    ("john.smith", ("john", "smith")),
    ("Ｊｏｈｎ　Ｓｍｉｔｈ", ("john", "smith")),
    ("Ig0r Sech1n", ("igor", "sechin")),
    ("Łukasz Żółć", ("lukasz", "zolc")),
    ("Đặng Thị Hà", ("dang", "thi", "ha")),
    ("İpek Şahin", ("ipek", "sahin")),
    ("Ji-sung Park", ("jisung", "park")),
    ("Владимир Юрьевич Путин", ("vladimir", "yurevich", "putin")),
    ("Γιώργος Παπαδόπουλος", ("giorgos", "papadopoulos")),
    ("محمد علي", ("mohammed", "ali")),
    ("יוסף כהן", ("yosef", "cohen")),
    ("राम कुमार", ("ram", "kumar")),
    ("すずき いちろう", ("suzuki", "ichiro")),
    ("スズキ イチロー", ("suzuki", "ichiro")),
    ("はっとり しゅんすけ", ("hattori", "shunsuke")),
    ("きょうこ", ("kyoko",)),
    ("สมชาย ใจดี", ("somchai", "jaidee")),
    ("ประยุทธ์ จันทร์", ("prayut", "jan")),
    ("ณัฐพล แก้วดวงใจ", ("natthaphon", "kaewduangjai")),
])  # fmt: skip
def test_name_is_words_in_latin_letters(written: str, words: tuple[str, ...]) -> None:
    assert name(written).words == words


@pytest.mark.parametrize(("written", "words"), [
    ("王小明", ("wang", "xiaoming")),
    ("小明 王", ("xiaoming", "wang")),
    ("王小明先生", ("wang", "xiaoming")),
    ("曾小明", ("zeng", "xiaoming")),
    ("王曾", ("wang", "ceng")),  # a surname's reading only in first place
    ("單立文", ("shan", "liwen")),
    ("单立文", ("shan", "liwen")),
    ("仇英", ("qiu", "ying")),
    ("解小东", ("xie", "xiaodong")),
    ("查良镛", ("zha", "liangyong")),
    ("区志航", ("ou", "zhihang")),
    ("任志强", ("ren", "zhiqiang")),
    ("朴树", ("piao", "shu")),
    ("吕布", ("lu", "bu")),
    ("欧阳娜娜", ("ouyang", "nana")),
    ("歐陽修", ("ouyang", "xiu")),
    ("司马光", ("sima", "guang")),
    ("諸葛亮", ("zhuge", "liang")),
    ("陈方安生", ("chenfang", "ansheng")),
    ("박지성", ("park", "jiseong")),
    ("김 민수", ("kim", "minsu")),
    ("민수 김", ("minsu", "kim")),
    ("이순신님", ("lee", "sunsin")),
    ("최정", ("choi", "jeong")),
    ("남궁민", ("namgung", "min")),
])  # fmt: skip
def test_name_in_one_piece_is_surname_and_given_name(written: str, words: tuple[str, ...]) -> None:
    assert name(written).words == words


@pytest.mark.parametrize("written", [
    "", "-", "N/A", "n.a.", "Guest", "CUSTOMER", "test test", "Test Customer", "***", "*****", "J***n", "王*明", "123",
    "ACME Trading Ltd.", "Example GmbH", "深圳市某某有限公司", "株式会社さくら", "buyer@example.com", "\ud800", "😊",
])  # fmt: skip
def test_what_is_nobodys_name_says_nothing(written: str) -> None:
    assert name(written) == Name()


def test_nicknames_have_one_formal_form() -> None:
    assert name("Bob Smith").formal == name("Robert Smith").formal == ("robert", "smith")
    assert name("Liz Jones").formal == name("Elisabeth Jones").formal
    assert not set(FORMAL) & set(FORMAL.values())
    assert len(FORMAL) > 150


@pytest.mark.parametrize(("one", "other"), [
    ("yousef", "yusuf"), ("sergei", "sergey"), ("jung", "jeong"), ("pak", "bak"), ("katharine", "catherine"),
    ("stephen", "stefen"), ("dmitri", "dmitry"), ("schmidt", "schmit"), ("khan", "kan"), ("ivanow", "ivanov"),
])  # fmt: skip
def test_spellings_of_one_name_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [
    ("smith", "jones"), ("wang", "weng"), ("martin", "morton"), ("anna", "ina"), ("lopez", "perez"),
])  # fmt: skip
def test_other_names_sound_otherwise(one: str, other: str) -> None:
    assert sound(one) != sound(other)


@pytest.mark.parametrize(("one", "other"), [
    ("Bob Smith", "Smith, Robert"), ("Путин Владимир", "Vladimir Putin"), ("ใจดี สมชาย", "Somchai Jaidee"),
    ("王小明", "Wang Xiao Ming"), ("박지성", "Pak Ji-sung"), ("陈明", "Ming Chan"), ("VladimirPutin", "Vladimir Putin"),
    ("محمد علي", "Muhammad Ali"), ("Jon Smyth", "John Smith"),
])  # fmt: skip
def test_one_person_in_two_spellings_is_the_same(one: str, other: str) -> None:
    assert similarity(one, other) >= SAME
    assert similarity(one, other) == similarity(other, one)


@pytest.mark.parametrize(("one", "other"), [
    ("John Smith", "Jane Jones"), ("王小明", "李小明"), ("김종은", "김정은"), ("Maria Lopez", "Maria Perez"), ("", ""), ("-", "John"),
])  # fmt: skip
def test_two_persons_are_not(one: str, other: str) -> None:
    assert similarity(one, other) < SAME


def test_pairs_of_persons_across_scripts() -> None:
    """SAME was chosen on the first half of the pairs; the second half must do as well."""
    if not BENCH.is_file():
        pytest.skip("the labelled name pairs (../shared) are not here")
    with BENCH.open(encoding="utf-8") as file:
        pairs = [row for row in csv.DictReader(file) if row["schema"] == "Person"]
    assert len(pairs) > 500
    assert _f1(pairs) >= 0.82
    assert _f1([row for row in pairs if _half(row) == 1]) >= 0.80


def _half(row: dict[str, str]) -> int:
    return hashlib.blake2b(f"{row['name1']}|{row['name2']}".encode()).digest()[0] % 2


def _f1(pairs: list[dict[str, str]]) -> float:
    said = [(similarity(row["name1"], row["name2"]) >= SAME, row["is_match"] == "true") for row in pairs]
    return 2 * sum(ours and true for ours, true in said) / sum(ours + true for ours, true in said)


@given(st.lists(LATIN, min_size=2, max_size=4, unique=True))
def test_order_of_the_parts_does_not_matter(parts: list[str]) -> None:
    assume(name(" ".join(parts)).words)
    assert len({tuple(sorted(name(" ".join(order)).words)) for order in permutations(parts)}) == 1


@given(st.text(st.characters(exclude_categories=()), max_size=60), st.text(max_size=60))
def test_likeness_is_a_share_whatever_is_compared(left: str, right: str) -> None:
    assert 0.0 <= similarity(left, right) <= 1.0


def test_son_of_and_daughter_of_are_no_words_of_a_name() -> None:
    assert name("Nur Liyana binti Rahman").words == name("Nur Liyana Rahman").words == ("nur", "liyana", "rahman")
    assert name("Bin").words == ("bin",)
