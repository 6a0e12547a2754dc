"""Street addresses: words in one spelling, and the numbers of house and unit."""

import re
from dataclasses import dataclass
from functools import lru_cache

from reconciliation.identity.normalise.masks import starred
from reconciliation.identity.normalise.places import said
from reconciliation.identity.normalise.text import WORDS, less_one

_SPELT = {
    "street": "st", "str": "st", "strasse": "st", "stra": "st", "avenue": "ave", "av": "ave", "avenida": "ave",
    "avda": "ave", "road": "rd", "lane": "ln", "drive": "dr", "court": "ct", "crescent": "cres", "cr": "cres",
    "place": "pl", "plaza": "pl", "platz": "pl", "square": "sq", "terrace": "tce", "ter": "tce", "terr": "tce",
    "circuit": "cct", "boulevard": "blvd", "boul": "blvd", "bd": "blvd", "parkway": "pkwy", "highway": "hwy",
    "close": "cl", "grove": "gr", "north": "n", "south": "s", "east": "e", "west": "w", "saint": "st", "mount": "mt",
    "jalan": "jl", "jln": "jl", "lorong": "lor", "calle": "c", "rua": "r", "rue": "r", "via": "v", "thanon": "rd",
    "ringroad": "rd", "esplanade": "esp", "parade": "pde", "circle": "cir", "heights": "hts", "building": "bldg",
}  # fmt: skip
_UNIT = frozenset("apt apartment unit suite ste flat no num number nr nro numero room rm floor fl level lvl blk block "
                  "house hse lot dept depto apto piso hao shi lou ceng dong ho ban".split())  # fmt: skip
_STREET_END = re.compile(r"(?<=[a-z]{3})(?:strasse|straße|str)$")
_BOX = re.compile(r"\bp\.?\s*o\.?\s*box\s*(\w+)|\bpostfach\s*(\w+)|\bapartado\s*(\w+)|\blocked bag\s*(\w+)")
_PART = re.compile(r"\d+[^\W\d_]?(?![^\W\d_])|\d+|[^\W\d_]+")
_HAN_PART = re.compile(r"\d+|[^\d]+?(?:路|街|巷|弄|道|里|村|段|區|区|市|縣|县)|[^\d]+")


@dataclass(frozen=True, slots=True)
class Address:
    """Words of a street in one spelling, sorted, and its numbers, sorted; ``whole`` where nothing of it is masked."""

    words: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    whole: bool = True


@lru_cache(maxsize=50_000)
def address(value: str) -> Address:
    """What a street line tells. Of a masked line only the words that stand in full."""
    line = starred(value).casefold()
    whole = "*" not in line
    if not whole:
        line = " ".join(word for word in line.split() if "*" not in word)
    words: list[str] = []
    numbers: list[str] = []
    if box := _BOX.search(line):
        words, numbers = ["pobox"], [said(next(filter(None, box.groups())))]
        line = line[: box.start()] + " " + line[box.end() :]
    for part in _PART.findall(line)[: WORDS * 2]:
        _sort(part, words, numbers)
    return Address(tuple(sorted(set(words))), tuple(sorted(set(numbers))) if whole else (), whole)


def _sort(part: str, words: list[str], numbers: list[str]) -> None:
    if part[0].isdigit():
        numbers.append(said(part).lstrip("0") or "0")
        return
    word = said(_STREET_END.sub(" st", part).strip())
    word = _SPELT.get(word, word)
    if word and word not in _UNIT:
        words.append(word)


def near(found: Address) -> tuple[str, ...]:
    """Longer words of the street with one letter left out, and its numbers whole."""
    spelt = [one for word in found.words if len(word) >= 4 for one in less_one(word)]
    return (*dict.fromkeys(spelt), *(f"n:{number}" for number in found.numbers))
