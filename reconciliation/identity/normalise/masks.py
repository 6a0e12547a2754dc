"""Values that a platform shows only in part, read as patterns. No platform documents its format: these were seen.

A name's pattern is the first letter of its first character, ``*``, the last letter of its last character, romanised
each by itself: "J***n" and "John Martin" give "j*n", "王*明" and "王小明" give "w*g". Clear names go the same way.
"""

import re
from functools import lru_cache

from reconciliation.identity.normalise import han, korean, local, thai
from reconciliation.identity.normalise.text import clean, roman

VERSION = 1  # of the formats below; a new format is a new version, and old tokens are made again
_STAR = "*＊•●∗⁎✱·○◯█■"
_HIDDEN = re.compile(rf"[{_STAR}]+")
_X_RUN = re.compile(
    r"(?<![A-Za-z])[xX]{3,}(?![A-Za-z])|(?<=[0-9+-])[xX]{2,}(?![A-Za-z])|(?<![A-Za-z])[xX]{2,}(?=[0-9-])"
)
_LETTER = r"[^\W\d_]"
HIDDEN = "hidden"
# In this order: the first that fits names the format.
_FORMATS = (
    (HIDDEN, re.compile(r"[*\W_]+")),
    ("ends", re.compile(rf"{_LETTER}\*+{_LETTER}")),  # Shopee: J***n, 王*明
    ("words", re.compile(rf"{_LETTER}+\*+{_LETTER}?( {_LETTER}+\*+{_LETTER}?)+")),  # J*** T**, J**n T**t
    ("start", re.compile(rf"{_LETTER}+\*+")),  # 王**
    ("end", re.compile(rf"\*+{_LETTER}+")),  # **明
    ("long ends", re.compile(rf"{_LETTER}+\*+{_LETTER}+")),  # Jo***in
    ("digits", re.compile(r"[+(]?[\d*][\d* ()+-]*")),  # ******12, +65 **** **12
    ("cut", re.compile(r"[^*]+\*+")),  # 12****, Ba******
    ("mailbox", re.compile(r"[^\s@]*\*[^\s@]*@[^\s@]+")),  # j***n@example.com
)


def starred(value: str) -> str:
    """The cleaned value with every kind of mask character written as ``*``."""
    value = clean(value)
    if not value.isascii() and _HIDDEN.search(value) and _is_hidden(value):
        value = _HIDDEN.sub(lambda found: "*" * len(found[0]), value)
    if "xx" in value or "X" in value:
        value = _X_RUN.sub(lambda found: "*" * len(found[0]), value)
    return value


def _is_hidden(value: str) -> bool:
    """A middle dot between letters parts the names of Ivan·Petrov; only in a run is it a mask."""
    return any(len(found) > 1 or found != "·" for found in _HIDDEN.findall(value))


def is_masked(value: str) -> bool:
    """Whether a platform has hidden some of the value's characters."""
    return "*" in starred(value)


def mask_format(value: str) -> str:
    """Name of the known format that the masked value has, ``""`` where it has none of them or is not masked."""
    value = starred(value)
    if "*" not in value:
        return ""
    return next((name for name, pattern in _FORMATS if pattern.fullmatch(value)), "")


def masked_name(value: str, country: str = "") -> str:
    """The pattern of a masked name; ``""`` where one of its ends is hidden or is no letter."""
    value = starred(value)
    return pattern(value[:1], value[-1:], country) if "*" in value else ""


def masked_in_own(value: str) -> str:
    """The pattern of a masked name in its own script: "王*明"; ``""`` where that is Latin or an end is hidden."""
    value = starred(value).casefold()
    return own(value[:1], value[-1:]) if "*" in value else ""


def own(first: str, last: str) -> str:
    """The pattern in its own script of a name that begins and ends with these characters; ``""`` in plain Latin."""
    whole = f"{first}*{last}"
    return whole if first != "*" != last and first and last and not whole.isascii() else ""


def pattern(first: str, last: str, country: str = "") -> str:
    """The pattern of a name that begins and ends with these characters."""
    start, end = letters(first, country, first=True), letters(last, country, first=False)
    return f"{start[0]}*{end[-1]}" if start and end else ""


@lru_cache(maxsize=20_000)
def letters(character: str, country: str = "", *, first: bool) -> str:
    """A character romanised by itself, as it stands at a name's beginning or end."""
    if han.HAN.fullmatch(character):
        if first:
            return local.taiwanese(han.surname(character)) if country == "TW" else han.surname(character)
        return han.pinyin(character)
    if korean.HANGUL.fullmatch(character):
        return korean.surname(character) if first else korean.said(character)
    if thai.THAI.fullmatch(character):
        return thai.letter(character, first=first)
    said = roman(character)
    return said if said.isalpha() else ""
