"""User names that people make of their names: lily.tan88 of Lily Tan, tanlily of the same, ltan of her initial.

Both are brought to the same letters, sorted, so that neither the order of the parts nor what stands between them shows.
"""

import re
from functools import lru_cache
from itertools import combinations, permutations

from reconciliation.identity.normalise.names import local_word
from reconciliation.identity.normalise.text import roman

_LEAST = 4  # letters; fewer are anybody's
_MOST = 30
_WORDS = 4  # of a name that are put together
_LETTERS = re.compile(r"[^\W\d_]+")


def alias(username: str, country: str = "") -> str:
    """What a user name says without its numbers, in letters; ``""`` where that is too short to tell anybody."""
    return _sorted("".join(local_word(roman(part), country) for part in _LETTERS.findall(username)))


def called(words: tuple[str, ...], country: str = "") -> tuple[str, ...]:
    """What user names made of a name say: two of its words, or all of them. ``words`` are romanised."""
    some = [local_word(word, country) for word in words[:_WORDS]]
    made = ["".join(some), *(one + other for one, other in combinations(some, 2))]
    return _told(made if len(some) > 1 else [])


def initialled(words: tuple[str, ...], country: str = "") -> tuple[str, ...]:
    """What user names say that are made of an initial and a word of a name."""
    some = [local_word(word, country) for word in words[:_WORDS]]
    return _told([one[0] + other for one, other in permutations(some, 2)])


def _told(made: list[str]) -> tuple[str, ...]:
    return tuple(sorted({found for whole in made if (found := _sorted(whole))}))


@lru_cache(maxsize=50_000)
def _sorted(letters: str) -> str:
    return "".join(sorted(letters)) if _LEAST <= len(letters) <= _MOST else ""
