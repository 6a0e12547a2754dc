import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.identity.normalise.local import one_spelling, taiwanese
from reconciliation.identity.normalise.masks import masked_name
from reconciliation.identity.normalise.names import name


@pytest.mark.parametrize(("country", "spellings", "words"), [
    ("TH", ("Phongsakorn", "Pongsakon", "พงศกร"), ("pongsakon",)),
    ("TH", ("Somchai Jaidee", "Somchai Chaidi", "สมชาย ใจดี"), ("somchai", "chaidi")),
    ("TH", ("Siriporn Boonmee", "Siriphon Bunmi", "ศิริพร บุญมี"), ("siripon", "bunmi")),
    ("TW", ("Tseng Ting-Wei", "Zeng Tingwei", "曾婷瑋"), ("tseng", "tingwei")),
    ("TW", ("Kao Cheng-Han", "Gao Zhenghan", "高政涵"), ("kao", "chenghan")),
    ("TW", ("Hsieh Hsiao-Kuo", "Xie Xiaoguo", "謝小國"), ("hsieh", "hsiaokuo")),
    ("DE", ("Jörg Müller", "Joerg Mueller", "JOERG MÜLLER"), ("jorg", "muller")),
    ("DE", ("Michael Bauer",), ("michael", "bauer")),
    ("JP", ("山田太郎", "山田 太郎", "Yamada Taro", "Yamada Tarou"), ("yamada", "taro")),
    ("JP", ("佐藤裕子", "Satoh Yuuko", "Sato Yuko"), ("sato", "yuko")),
    ("JP", ("長谷川翔",), ("hasegawa", "sho")),
    ("JP", ("佐藤未知",), ("sato", "weizhi")),  # a reading that only its bearer knows
    ("US", ("Joerg Mueller",), ("joerg", "mueller")),
])  # fmt: skip
def test_a_countrys_spellings_of_a_name_are_one(
    country: str, spellings: tuple[str, ...], words: tuple[str, ...]
) -> None:
    assert {name(written, country).words for written in spellings} == {words}


@pytest.mark.parametrize(
    "syllable", "chang hsu tsai kao tseng li chung szu yeh kuo lo ho chih shih lin ting yen".split()
)
def test_what_is_written_in_wade_giles_stays(syllable: str) -> None:
    assert taiwanese(syllable) == syllable


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12), st.sampled_from(["DE", "TH", "US", ""]))
def test_a_word_stays_a_word(word: str, country: str) -> None:
    assert one_spelling(word, country).isalpha()


def test_masks_know_the_countrys_first_letter() -> None:
    assert masked_name("鄭*涵", "TW") == name("鄭政涵", "TW").mask == name("Cheng Zhenghan", "TW").mask == "c*n"
    assert masked_name("鄭*涵", "CN") == "z*n"


@pytest.mark.parametrize(("written", "straight", "other"), [
    ("Nguyễn Thị Ngân", "n*n", "t*n"), ("Tan Wei Ming", "t*g", "w*n"), ("Maria Anna Lopez", "m*z", "l*a"), ("王小明", "w*g", "x*g"),
])  # fmt: skip
def test_other_order_moves_the_surname(written: str, straight: str, other: str) -> None:
    assert (name(written).mask, name(written).mask_other) == (straight, other)
