"""What matching sees of a buyer: features in canonical form, and the keyed tokens that stand for them.

A token is the first 64 bits of HMAC-SHA256(company's key, field name, 0x1F, value) as a signed integer. Equality and
frequency are all that it tells; a holder of the key can still guess small domains, so tokens are personal data.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

# Columns of tokens, the same in BuyerSignal, in Arrow tables of records and in Features.
SCALARS = (
    "email", "mailbox", "handle", "username", "alias", "phone", "phone_tail", "name", "sound", "mask", "mask_other",
    "mask_own", "address", "numbers", "postcode", "city", "state",
)  # fmt: skip
LISTS = ("words", "sounds", "near", "called", "initialled", "street", "street_near", "place_near")


@dataclass(frozen=True, slots=True)
class Buyer:
    """A buyer as a channel shows him, in clear or masked; empty where it shows nothing. Columns of ``link``'s input."""

    name: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    username: str = ""


@dataclass(frozen=True, slots=True)
class Features:
    """Canonical forms of a buyer in clear. They live in memory only."""

    email: str = ""  # lower-cased, without dots or tags taken away
    mailbox: str = ""  # the mailbox behind it: dots and +tags taken away where the provider ignores them
    handle: str = ""  # local part of the mailbox, where it can be a user name elsewhere
    username: str = ""
    alias: str = ""  # letters of the user name
    phone: str = ""  # E.164
    phone_tail: str = ""  # last two digits, also of a masked phone
    name: str = ""  # words of the full name, romanised, sorted
    sound: str = ""  # the same as sound keys
    mask: str = ""  # pattern of the platform's mask, made of clear names by the same function
    mask_other: str = ""  # the same with the parts of the name in the other order
    mask_own: str = ""  # the same in a script of its own
    address: str = ""  # street words, numbers and postcode
    numbers: str = ""  # house and unit numbers, sorted
    postcode: str = ""
    city: str = ""
    state: str = ""
    words: tuple[str, ...] = ()  # of the name, nicknames in their formal form
    sounds: tuple[str, ...] = ()
    near: tuple[str, ...] = ()  # each word with one letter left out: words one typing error apart share one
    called: tuple[str, ...] = ()  # letters of user names made of the name's words
    initialled: tuple[str, ...] = ()  # the same of an initial and a word
    street: tuple[str, ...] = ()
    street_near: tuple[str, ...] = ()
    place_near: tuple[str, ...] = ()  # of postcode and city
    name_masked: bool = False
    country: str = ""  # ISO 3166 alpha-2, in clear


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A company's key of one version, derived from the installation's; never the same for two companies."""

    version: int
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Features as tokens: null and empty where there is none."""

    scalars: Mapping[str, int | None]
    lists: Mapping[str, Sequence[int]]
    name_masked: bool = False
    country: str = ""


def company_key(master: bytes, version: int, company: int) -> TokenKey:
    """HKDF-Expand of the installation's key (RFC 5869, one block) for the company."""
    info = f"plumbline.tokens.{version}.company.{company}".encode()
    return TokenKey(version, hmac.digest(master, info + b"\x01", "sha256"))


def token(key: TokenKey, name: str, value: str) -> int:
    """The token of a value under the field's name. A value must not be empty."""
    return _token(key.secret, name, value)


def _token(secret: bytes, name: str, value: str) -> int:
    digest = hmac.digest(secret, f"{name}\x1f{value}".encode(), "sha256")
    return int.from_bytes(digest[:8], "big", signed=True)


def word(value: int) -> str:
    """A token as sixteen hexadecimal digits, for JSON, whose numbers end at 53 bits."""
    return f"{value & 0xFFFF_FFFF_FFFF_FFFF:016x}"


def from_word(digits: str) -> int:
    """The token that ``word`` wrote. Raises ValueError for anything else."""
    value = int(digits, 16)
    return value - (1 << 64) if value >= 1 << 63 else value


def tokens(features: Features, key: TokenKey) -> Tokens:
    """Every feature as a token. ``mask_other`` is told apart by its column only: it is compared with ``mask``."""
    scalars: dict[str, int | None] = {}
    for name in SCALARS:
        value = getattr(features, name)
        make = _known if name in _OFTEN else _token
        scalars[name] = make(key.secret, _SPOKEN.get(name, name), value) if value else None
    lists = {
        name: tuple(sorted({_known(key.secret, _SPOKEN.get(name, name), one) for one in getattr(features, name)}))
        for name in LISTS
    }  # fmt: skip
    return Tokens(scalars, lists, features.name_masked, features.country)


# Words come again and again; looking one up takes a tenth of the time of making its token.
_OFTEN = frozenset({"phone_tail", "sound", "mask", "mask_other", "postcode", "city", "state"})
_known = lru_cache(maxsize=200_000)(_token)
# Columns whose values are compared with another column's share its name inside the message.
_SPOKEN = {"mask_other": "mask", "username": "handle", "alias": "called", "initialled": "called"}
