"""E-mail addresses and telephone numbers, brought into one form before they are hashed, since hashes compare whole.

https://developers.google.com/google-ads/api/docs/conversions/enhanced-conversions/leads,
https://developers.facebook.com/documentation/ads-commerce/conversions-api/parameters/customer-information-parameters
"""

import hashlib
import re

_EMAIL = re.compile(r"[^\s@,;<>()\"\\]{1,64}@[^\s@,;<>()\"\\]+\.[^\s@.,;<>()\"\\]{2,}")
_DOTLESS = ("gmail.com", "googlemail.com")
_MARKS = re.compile(r"[\s\-./()\u00a0\u2010-\u2015]")
_LONGEST = 254  # characters of an address, RFC 5321


def hashed(text: str) -> str:
    """SHA-256 in lower hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def email_of(text: str) -> str:
    """The address without blanks around it, in lower case; "" where it is none."""
    plain = text.strip().lower()
    return plain if len(plain) <= _LONGEST and plain.isprintable() and _EMAIL.fullmatch(plain) else ""


def google_email(text: str) -> str:
    """As Google compares them: in its own domains without the dots before the @."""
    name, _, domain = email_of(text).partition("@")
    return f"{name.replace('.', '')}@{domain}" if domain in _DOTLESS else f"{name}@{domain}" if domain else ""


def phone_of(text: str, calling_code: str = "") -> str:
    """The number as E.164, such as +4930123456; "" where it is none or its country is not known.

    ``calling_code`` is that of numbers without one, such as 49; their leading 0 goes.
    """
    plain = _MARKS.sub("", text.strip().replace("(0)", ""))
    plain = f"+{plain[2:]}" if plain.startswith("00") else plain
    if not plain.startswith("+") and calling_code:
        plain = f"+{calling_code}{plain.removeprefix('0')}"
    return plain if re.fullmatch(r"\+[1-9][0-9]{7,14}", plain) else ""


def meta_phone(text: str, calling_code: str = "") -> str:
    """As Meta compares them: digits alone, with the country's."""
    return phone_of(text, calling_code).removeprefix("+")
