"""Telephone numbers as E.164, and the two digits that platforms leave of a masked one."""

import re
import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from reconciliation.identity.normalise.masks import starred

_LONGEST = 60
_NO_DIGIT = re.compile(r"\D")
_COUNTING = "01234567890123456789"
_SHOWN_TAIL = re.compile(r"\*[^*]*?(\d)[ ()-]*(\d)$")


def phone(value: str, country: str) -> tuple[str, str]:
    """The number as E.164 without its extension, and its last two digits; both empty for a number nobody has.

    An invalid number gives only its tail, and so does a masked one that shows it.
    """
    value = starred(value)[:_LONGEST]
    if not value:
        return "", ""
    if "*" in value:
        shown = _SHOWN_TAIL.search(value)
        return "", shown[1] + shown[2] if shown else ""
    digits = _NO_DIGIT.sub("", value)
    if not digits.isascii():
        digits = "".join(str(unicodedata.decimal(character)) for character in digits)
    if is_dummy(digits):
        return "", ""
    number = _read(value, country)
    if number and is_dummy(str(number.national_number)):
        return "", ""
    if not (number and _is_valid(number, country)):
        number = _read(f"+{digits.removeprefix('00')}", "") if len(digits) > 9 else None  # abroad, without its plus
        if not (number and phonenumbers.is_valid_number(number)):
            return "", digits[-2:]
    number.extension = None
    said = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return said, said[-2:]


def is_dummy(digits: str) -> bool:
    """Whether the digits are what people type who give no number: too few, one or two again and again, or counted."""
    if len(digits) < 6 or len(set(digits[-7:])) == 1 or digits == (digits[:2] * len(digits))[: len(digits)]:
        return True
    return digits in _COUNTING or digits[::-1] in _COUNTING


def _is_valid(number: PhoneNumber, country: str) -> bool:
    """Asked of its own country first: of the many that share +1, a general question tries one after another."""
    own = bool(country) and phonenumbers.is_valid_number_for_region(number, country)
    return own or phonenumbers.is_valid_number(number)


def _read(value: str, country: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(value, country or None)
    except NumberParseException:
        return None
