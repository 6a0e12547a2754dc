"""Japanese kana as people write them in Latin letters: Hepburn without long vowels, Sato and not Satou."""

import re
from functools import lru_cache

from anyascii import anyascii

KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fc]+")
_SMALL = {"ゃ": "ya", "ゅ": "yu", "ょ": "yo", "ゎ": "wa", "ぁ": "a", "ぃ": "i", "ぅ": "u", "ぇ": "e", "ぉ": "o"}
_LONG = re.compile(r"ou|oo|(?<=u)u")


@lru_cache(maxsize=20_000)
def said(text: str) -> str:
    """The text with its kana in Latin letters and all else as it is."""
    return KANA.sub(lambda found: _word(found[0]), text)


def _word(text: str) -> str:
    spoken = ""
    doubled = False
    for letter in map(_hiragana, text):
        if letter in "ーっ":
            doubled = letter == "っ"
            continue
        if (small := _SMALL.get(letter)) and spoken:
            spoken = spoken[:-1] + (small[-1] if spoken.endswith(("shi", "chi", "ji")) or len(small) == 1 else small)
            continue
        syllable = anyascii(letter)
        if doubled:
            syllable = ("t" if syllable.startswith("ch") else syllable[:1]) + syllable
            doubled = False
        spoken += syllable
    return _LONG.sub(lambda found: found[0][:1] if len(found[0]) > 1 else "", spoken)


def _hiragana(letter: str) -> str:
    return chr(ord(letter) - 0x60) if "\u30a1" <= letter <= "\u30f6" else letter
