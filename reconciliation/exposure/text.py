"""Search words in one form: width, case, accents, kana, script variants, and where words begin and end.

Traditional and simplified Chinese are folded only for the common characters listed here: a lexicon names both forms.
"""

import re
import unicodedata
from dataclasses import dataclass

from reconciliation.exposure.words import SIMPLIFIED

LONGEST = 500  # characters of a query that are looked at; the facts hold no more

# Scripts whose words are not told apart by spaces. Hangul has spaces, but particles are written onto the word.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af"
)
HAS_UNSPACED = re.compile(f"[{UNSPACED}]")
_SMALL = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_LETTERS = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"})
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´＇", "'"))
_WORD = re.compile(
    "[\u30a1-\u30fa\u30fc-\u30ff]+"  # katakana
    "|[\u3041-\u309f]+"  # hiragana
    "|[\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]+"  # Han
    "|[\u0e00-\u0e7f]+"  # Thai
    "|[\uac00-\ud7af]+"
    f"|[^\\W_{UNSPACED}]+"
)
_ASCII_WORD = re.compile("[a-z0-9]+")
_POSSESSIVE = re.compile(r"'s\b")
# Thai marks that people leave out or set wrongly in foreign names: tones, shortening, silencing.
_THAI_MARKS = re.compile("[\u0e47-\u0e4e]")
_SEPARATORS = re.compile("[・･·‧]")


@dataclass(frozen=True, slots=True)
class Text:
    """Words of a query one after another without spaces, and where each begins and ends."""

    joined: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    unspaced: bool  # holds a script without spaces
    gaps: frozenset[int] = frozenset()  # places in ``joined`` where the query had a space or a sign


def normalise(query: str) -> str:
    """The query in one form: its words, with one space between them."""
    return " ".join(_split(_fold(query))[0])


def read(query: str) -> Text:
    """The words of a query as they are matched."""
    words, apart = _split(_fold(query))
    starts, ends, gaps, place = [], [], [], 0
    for word, gap in zip(words, apart, strict=True):
        starts.append(place)
        if gap:
            gaps.append(place)
        place += len(word)
        ends.append(place)
    joined = "".join(words)
    unspaced = not joined.isascii() and HAS_UNSPACED.search(joined) is not None
    return Text(joined, tuple(words), tuple(starts), tuple(ends), unspaced, frozenset(gaps))


def _fold(query: str) -> str:
    """Width, case, invisible characters and accents; kana stay as they are, since their change ends a word."""
    query = query[:LONGEST]
    if query.isascii():
        return query.lower().replace("&", " and ")
    query = unicodedata.normalize("NFKC", query).casefold().translate(_LETTERS).translate(_APOSTROPHES)
    query = unicodedata.normalize("NFKC", query)
    parts: list[str] = []
    for char in unicodedata.normalize("NFD", query)[: 4 * LONGEST]:
        kind = unicodedata.category(char)
        if kind == "Cf" or (kind == "Mn" and char not in "\u3099\u309a" and not "\u0e00" <= char <= "\u0eff"):
            continue
        parts.append(char)
    query = unicodedata.normalize("NFC", "".join(parts))
    return _THAI_MARKS.sub("", query).translate(SIMPLIFIED).replace("&", " and ")


def _split(folded: str) -> tuple[list[str], list[bool]]:
    """The words, and for each whether something stood between it and the one before."""
    if "'" in folded:
        folded = _POSSESSIVE.sub("", folded)
    if folded.isascii():
        words = _ASCII_WORD.findall(folded)
        return words, [True] * len(words)
    words, apart, end = [], [], -1
    for found in _WORD.finditer(folded):
        words.append(_kana(found.group()))
        apart.append(found.start() != end)
        end = found.end()
    return words, apart


def _kana(word: str) -> str:
    """Hiragana as katakana, small kana as large, long vowels without their mark."""
    if not "\u3041" <= word[0] <= "\u30ff":
        return word
    return word.translate(_KATAKANA).translate(_SMALL).replace("ー", "") or word


def is_unspaced(word: str) -> bool:
    return HAS_UNSPACED.search(word) is not None


def is_kana(word: str) -> bool:
    return all("\u3041" <= char <= "\u30ff" for char in word)
