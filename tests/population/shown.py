"""What people write and what a channel shows of it: typing errors, other orders, other scripts, masks."""

from random import Random

from tests.population.names import Name
from tests.population.places import Home
from tests.population.rates import Rates

NEAR = dict(zip("abcdefghijklmnopqrstuvwxyz", "snvfrdhjujklnmiolqetdiczxtx"[:26], strict=True))


def typo(random: Random, text: str) -> str:
    """One typing error: a letter left out, doubled, exchanged with the next, or its neighbour on the keyboard."""
    if len(text) < 4 or not text.isascii():
        return text
    at = random.randint(1, len(text) - 2)
    kind = random.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    if kind == 2:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + NEAR.get(text[at], text[at]) + text[at + 1 :]


def written_name(random: Random, rates: Rates, name: Name) -> str:
    """A name as its bearer types it this time."""
    if name.script and random.random() >= rates.romanised:
        if " " in name.script and random.random() < rates.swapped:
            return " ".join(reversed(name.script.split(" ", 1)))
        return name.script
    given, family = list(name.given), list(name.family)
    if name.nick and random.random() < rates.nickname:
        given[0] = name.nick
    elif name.english:
        given = _with_english(random, rates, name, given)
    if random.random() < rates.shortened:
        given = given[:1] if len(given) > 1 else [given[0][0]]
    family_first = name.family_first != (random.random() < rates.swapped)
    whole = " ".join(family + given if family_first else given + family)
    if random.random() < rates.typo:
        whole = typo(random, whole)
    style = random.random()
    return whole.upper() if style < 0.04 else whole.lower() if style < 0.10 else whole


def _with_english(random: Random, rates: Rates, name: Name, given: list[str]) -> list[str]:
    """In Singapore and Malaysia both names as a rule, in Taiwan the own one; else the English one alone."""
    both = len(given) > 1
    if random.random() < rates.nickname:
        return given if both and random.random() < 0.5 else [name.english]
    return [name.english, *given] if both else given


def written_street(random: Random, rates: Rates, home: Home) -> str:
    street = typo(random, home.street) if random.random() < rates.typo else home.street
    if random.random() < 0.25:
        for long, short in _SHORT:
            if long in street:
                street = street.replace(long, short)
                break
    if not home.unit or random.random() < 0.08:
        return street
    return f"{home.unit}, {street}" if random.random() < 0.4 else f"{street} {home.unit}"


def masked_name(name: str) -> str:
    """As Shopee shows it: the first letter, asterisks, the last letter."""
    bare = name.strip()
    return f"{bare[0]}{'*' * 6}{bare[-1]}" if len(bare) > 1 else "****"


def masked_phone(digits: str) -> str:
    return f"******{digits[-2:]}"


def wrong(random: Random, digits: str) -> str:
    """A phone with one digit wrong."""
    at = random.randint(3, len(digits) - 1)
    return digits[:at] + str((int(digits[at]) + random.randint(1, 9)) % 10) + digits[at + 1 :]


_SHORT = (
    ("Street", "St"), ("Avenue", "Ave"), ("Road", "Rd"), ("Drive", "Dr"), ("Lane", "Ln"), ("Court", "Ct"), ("Place", "Pl"), ("Close", "Cl"),
    ("straße", "str."), ("Jalan", "Jln"), ("Jl.", "Jalan"), ("ถนน", "ถ."),
)  # fmt: skip
