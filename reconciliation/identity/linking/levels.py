"""What is compared of a pair, and the levels of agreement from the strongest down.

A level is tried only where those above it failed, and cheap tests of equality stand before those on lists. A value of
``None`` as a condition is the rest. ``rarity`` names the column whose frequency moves the weight of the level,
and ``least`` the frequency below which no value is taken to be.
"""

from collections.abc import Callable
from dataclasses import dataclass

from reconciliation.identity.linking.dialects import Dialect
from reconciliation.identity.normalise.names import NEAR

LEAST_FREQUENCY = 1e-7
_MADE_OF_NAMES = 5e-5  # of user names: two persons who share one often share the name, too


@dataclass(frozen=True, slots=True)
class Level:
    label: str
    condition: Callable[[Dialect], str] | None
    rarity: str = ""
    least: float = LEAST_FREQUENCY


@dataclass(frozen=True, slots=True)
class Comparison:
    """``void`` says when the comparison has nothing to say: its weight is zero then."""

    name: str
    void: Callable[[Dialect], str]
    levels: tuple[Level, ...]


def _is(sql: str) -> Callable[[Dialect], str]:
    return lambda _: sql


def _same(*columns: str) -> str:
    return " and ".join(f"{column}_l = {column}_r" for column in columns)


def _beside(d: Dialect) -> str:
    """How much of "near" a pair shares beside its equal words, which have ``NEAR`` values each."""
    return f"{d.count('near')} - {NEAR} * {d.count('words')}"


def _street(d: Dialect, least: int) -> str:
    """So much of the street in common: a word has its length and one, and a number one."""
    return f"{d.any('street_near')} and {d.count('street_near')} >= {least}"


_TOWN = "(postcode_l = postcode_r or city_l = city_r)"
# A family shares its name, its home and its contacts together: there a rare surname says no more than a frequent one.
_HOME = "coalesce(address_l = address_r or phone_l = phone_r or mailbox_l = mailbox_r, false)"
_MASKED = "(name_masked_l or name_masked_r)"
_OTHER_ORDER = "(mask_l = mask_other_r or mask_other_l = mask_r)"
_MAILBOX_NAME = "(username_l = handle_r or handle_l = username_r)"
_OWN_DIFFERS = "coalesce(mask_own_l <> mask_own_r, false)"
_NO_MASK = f"(mask_l is null or mask_r is null or not {_MASKED})"


def _nameable(d: Dialect) -> str:
    """A user name, and a name on the other side alone; not where it is the mailbox's, which says more elsewhere."""
    sides = " or ".join(f"(alias_{a} is not null and {d.length.format(f'called_{b}')} > 0)" for a, b in ("lr", "rl"))
    return f"((name_l is null or name_r is null) and ({sides}) and not coalesce({_MAILBOX_NAME}, false))"


def _of(column: str) -> Callable[[Dialect], str]:
    """A user name made of the other side's name."""
    return lambda d: f"{_nameable(d)} and {d.among('alias', column)}"


def _of_another(d: Dialect) -> str:
    """A user name that is made of some name, and not of the other side's."""
    made = " or ".join(d.among("alias", column) for column in ("called", "initialled"))
    return f"(namely_l or namely_r) and {_nameable(d)} and not coalesce({made}, false)"


def _fitting(column: str) -> Callable[[Dialect], str]:
    return lambda d: f"{_of(column)(d)} and ({_same('mask')} or {_OTHER_ORDER})"


_NO_STREET_L = "(numbers_l is null and address_l is null)"
_NO_STREET_R = "(numbers_r is null and address_r is null)"

LEVELS = (
    Comparison(
        "name",
        _is(f"name_l is null or name_r is null or {_MASKED}"),
        (
            Level("same name", _is(_same("name")), "name"),
            Level("sounds the same", _is(_same("sound"))),
            Level("two words shared", lambda d: f"{d.count('words')} >= 2"),
            Level("one shared, another near", lambda d: f"{d.any('words')} and {_beside(d)} >= 1"),
            Level("one word contained", lambda d: f"{d.any('near')} and {d.smaller('words')} = 1"),
            Level("one shared, another sounds alike", lambda d: f"{d.any('words')} and {d.count('sounds')} >= 2"),
            Level("one rare word shared", lambda d: f"{d.any('rare')} and not {_HOME}"),
            Level("one word shared", lambda d: d.any("words")),
            Level("two words sound alike", lambda d: f"{d.count('sounds')} >= 2"),
            Level("two words near", lambda d: f"{d.count('near')} >= 2"),
            Level("one word near", lambda d: d.any("near")),
            Level("one word sounds alike", lambda d: d.any("sounds")),
            Level("no word shared", None),
        ),
    ),
    Comparison(
        "name_masked",
        lambda d: f"{_NO_MASK} and not {_nameable(d)}",
        (
            Level("fits, both masked", _is(f"name_masked_l and name_masked_r and {_same('mask')}"), "mask"),
            Level("fits, user name of it", _fitting("called"), "alias"),
            Level("user name of it", _of("called"), "alias"),
            Level("fits, user name of an initial", _fitting("initialled"), "alias_short"),
            Level("user name of an initial", _of("initialled"), "alias_short"),
            Level("fits in its own script", _is(f"{_same('mask_own')} and not {_NO_MASK}"), "mask_own"),
            Level("mask fits", _is(f"{_same('mask')} and not {_OWN_DIFFERS} and not {_NO_MASK}"), "mask"),
            Level("fits in the other order", _is(f"{_OTHER_ORDER} and not {_NO_MASK}"), "mask"),
            Level("no name in the user name", _is(_NO_MASK)),
            Level("contradicts", None),
        ),
    ),
    Comparison(
        "place",
        _is(f"{_NO_STREET_L} or {_NO_STREET_R}"),
        (
            Level("same address", _is(_same("address")), "address"),
            Level("number, street and town", lambda d: f"{_same('numbers')} and {_TOWN} and {_street(d, 5)}"),
            Level("street and town", lambda d: f"{_TOWN} and {_street(d, 10)}"),
            Level("much of the street and town", lambda d: f"{_TOWN} and {_street(d, 4)}"),
            Level("street and near town", lambda d: f"{d.any('place_near')} and {_street(d, 10)}"),
            Level("little of the street and town", lambda d: f"{_TOWN} and {_street(d, 2)}"),
            Level("much of the street, near town", lambda d: f"{d.any('place_near')} and {_street(d, 4)}"),
            Level("same postcode", _is(_same("postcode")), "postcode"),
            Level("same city", _is(_same("city"))),
            Level("street elsewhere", lambda d: _street(d, 10)),
            Level("near town", lambda d: d.any("place_near")),
            Level("same state", _is(_same("state"))),
            Level("same country", _is(_same("country"))),
            Level("other country", None),
        ),
    ),
    Comparison(
        "geo",
        _is(
            f"not ({_NO_STREET_L} or {_NO_STREET_R})"
            " or coalesce(postcode_l, city_l, state_l) is null or coalesce(postcode_r, city_r, state_r) is null"
        ),
        (
            Level("same postcode", _is(_same("postcode")), "postcode"),
            Level("same city", _is(_same("city"))),
            Level("near town", lambda d: d.any("place_near")),
            Level("same state", _is(_same("state"))),
            Level("same country", _is(_same("country"))),
            Level("other country", None),
        ),
    ),
    Comparison(
        "phone",
        _is("phone_l is null or phone_r is null"),
        (Level("same phone", _is(_same("phone")), "phone"), Level("other phone", None)),
    ),
    Comparison(
        "phone_tail",
        _is("phone_tail_l is null or phone_tail_r is null or (phone_l is not null and phone_r is not null)"),
        (Level("same last digits", _is(_same("phone_tail"))), Level("other last digits", None)),
    ),
    Comparison(
        "email",
        _is("mailbox_l is null or mailbox_r is null"),
        (
            Level("same mailbox", _is(_same("mailbox")), "mailbox"),
            Level("same name at another provider", _is(_same("handle")), "handle", _MADE_OF_NAMES),
            Level("other mailbox", None),
        ),
    ),
    Comparison(
        "username",
        _is(
            "coalesce(username_l, handle_l) is null or coalesce(username_r, handle_r) is null"
            " or (username_l is null and username_r is null)"
        ),
        (
            Level("same user name", _is(_same("username")), "username", _MADE_OF_NAMES),
            Level(
                "name of the mailbox alone", _is(f"{_MAILBOX_NAME} and (mask_l is null or mask_r is null)"), "handle"
            ),
            Level("name of the mailbox", _is(_MAILBOX_NAME), "handle", _MADE_OF_NAMES),
            Level("user name of another name", _of_another),
            Level("other user name", None),
        ),
    ),
)

# Columns that are another one with a frequency of its own: a user name of an initial is as rare as what makes it.
DERIVED = {"alias_short": "alias"}

# Labels of clear names that contradict each other.
CONTRARY = ("one rare word shared", "one word shared", "one word near", "one word sounds alike", "no word shared")
# Labels of a user name that is made of the name, and where there is no name beside it.
TOLD = ("fits, user name of it", "user name of it", "fits, user name of an initial", "user name of an initial")
NAMELESS = ("no name in the user name",)
