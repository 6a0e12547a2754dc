"""Telephone numbers as E.164, and the two digits that platforms leave of a masked one."""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from reconciliation.identity.normalise.masks import starred

_DIGITS = re.compile(r"\d")
_LONGEST = 60
_COUNTING = "01234567890123456789"


@lru_cache(maxsize=50_000)
def phone(value: str, country: str) -> tuple[str, str]:
    """The number as E.164 without its extension, and its last two digits; both empty for a number nobody has.

    An invalid number gives only its tail, and so does a masked one that shows it.
    """
    value = starred(value[: _LONGEST * 4])[:_LONGEST]
    if "*" in value:
        shown = re.search(r"\*[\s()-]*(\d{2})$|\*[^*]*\d(\d)[\s-]?(\d)$", value)
        return "", "".join(group or "" for group in shown.groups()) if shown else ""
    digits = "".join(character for character in value if character.isdecimal())
    if is_dummy(digits):
        return "", ""
    number = _parsed(value, country)
    if number is None or not phonenumbers.is_valid_number(number):
        return "", _tail(digits)
    if is_dummy(str(number.national_number)):
        return "", ""
    said = phonenumbers.format_number(_without_extension(number), PhoneNumberFormat.E164)
    return said, said[-2:]


def is_dummy(digits: str) -> bool:
    """Whether the digits are what people type who give no number: too few, all the same, or counted."""
    if len(digits) < 6 or len(set(digits)) < 3:
        return True
    return digits in _COUNTING or digits[::-1] in _COUNTING


def _parsed(value: str, country: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(value, country or None)
    except NumberParseException:
        return None


def _tail(digits: str) -> str:
    return digits[-2:]


def _without_extension(number: PhoneNumber) -> PhoneNumber:
    number.extension = None
    return number
