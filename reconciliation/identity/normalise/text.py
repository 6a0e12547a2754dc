"""Text of strangers, made safe to work with: cut, composed, without controls, in one spelling of the letters."""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

LIMIT = 200  # characters of a field that are read; no real name, street or mailbox is longer
WORDS = 16  # words of a field that are read
LETTERS = 40  # letters of a word that are read
_MARKS = re.compile(
    r"([\u0300-\u036f\u0489\u1ab0-\u1aff\u20d0-\u20ff\ufe20-\ufe2f])[\u0300-\u036f\u0489\u1ab0-\u20ff]+"
)


def clean(value: str, limit: int = LIMIT) -> str:
    """The text as NFKC without controls, unpaired surrogates and direction marks, spaces single, cut at the limit."""
    value = value[: limit * 4]
    if value.isascii() and value.isprintable():
        return " ".join(value[:limit].split())
    composed = unicodedata.normalize("NFKC", _MARKS.sub(r"\1", value))[:limit]
    return " ".join("".join(map(_kept, composed)).split())


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] == "Z" or category == "Cc":
        return " "
    return "" if category[0] == "C" else character


@lru_cache(maxsize=100_000)
def roman(word: str) -> str:
    """Letters and digits of the word in ASCII, small; case is folded first. German ä, ö, ü lose their dots."""
    word = word.casefold()
    if not word.isascii():
        word = anyascii(word.replace("'", "")).lower()
    return "".join(filter(str.isalnum, word))[:LETTERS]


@lru_cache(maxsize=200_000)
def less_one(word: str) -> tuple[str, ...]:
    """The word and the word with each one of its letters left out: words one error apart share at least one of these.

    Words of one or two letters stand alone: less of them would say nothing.
    """
    if len(word) < 3:
        return (word,) if word else ()
    return tuple(dict.fromkeys((word, *(word[:at] + word[at + 1 :] for at in range(len(word))))))
