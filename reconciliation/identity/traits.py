"""What tells two variants of a product apart in their titles: amounts, packs, colours, sizes, models.

Two titles contradict each other where both say a trait and say it differently; a pack that is not said is one.
"""

import re
import unicodedata
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeVar

from reconciliation.identity.trait_words import COLOURS, COUNTED, PACKS, PIECES, SIDES, SIZES, UNITS, VARIANTS

K = TypeVar("K")
V = TypeVar("V")
LONGEST_TITLE = 300


def _any(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_FREE = r"(?<![\w.,])"  # nothing of a number or word before
_AMOUNT = re.compile(rf"{_FREE}(\d{{1,6}}(?:[.,]\d{{1,3}})?)[ -]?({_any(list(UNITS))})(?![a-z0-9])")
_PACK = (
    re.compile(rf"\b(?:{_any(PACKS)}) (?:of |de )?(\d{{1,4}})(?![\w.,])"),
    re.compile(rf"{_FREE}(\d{{1,4}})[ -]?(?:er[ -](?:pack|set)|{_any(PIECES)})(?![a-z])"),
    re.compile(rf"{_FREE}[x×] ?(\d{{1,3}})(?![\w.,])"),
    re.compile(rf"{_FREE}(\d{{1,3}}) ?[x×](?!\w)"),
)
_COUNTED_PACK = re.compile(rf"\b({_any(list(COUNTED))})[ -](?:pack|set)\b")
_INSIDE_COLOURS = {word: name for word, name in COLOURS.items() if len(word) > 1 and word[0] > "\u0e00"}
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Traits:
    amounts: frozenset[tuple[str, float]] = frozenset()
    pack: int = 1
    colours: frozenset[str] = frozenset()
    sizes: frozenset[str] = frozenset()
    models: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    variants: frozenset[str] = frozenset()
    sides: frozenset[tuple[int, int]] = frozenset()


def traits(title: str) -> Traits:
    """The traits that a title names."""
    text = (
        unicodedata.normalize("NFKC", title[:LONGEST_TITLE])
        .casefold()
        .replace("fl oz", "floz")
        .replace("fl. oz", "floz")
    )
    pack, text = _pack(text)
    amounts = frozenset(_amount(found) for found in _AMOUNT.finditer(text))
    words = [word.removesuffix("'s") for word in _WORD.findall(_AMOUNT.sub(" ", text))]
    single = {part for word in words for part in word.split("-")}
    colours = {COLOURS[word] for word in single if word in COLOURS}
    if not text.isascii():
        colours |= {colour for word, colour in _INSIDE_COLOURS.items() if word in text}
    return Traits(
        amounts, pack, frozenset(colours), frozenset(SIZES[word] for word in single if word in SIZES),
        frozenset(word.replace("-", "") for word in words if _is_model(word)),
        frozenset(word for word in words if word.isdigit()), frozenset(single & VARIANTS),
        frozenset((n, side) for n, sides in enumerate(SIDES) for side, names in enumerate(sides) if single & names),
    )  # fmt: skip


def _amount(found: re.Match[str]) -> tuple[str, float]:
    """Kind and value in its first unit, to three digits: 16 fl oz is 473 ml."""
    kind, factor = UNITS[found.group(2)]
    return kind, float(f"{float(found.group(1).replace(',', '.')) * factor:.3g}")


def _is_model(word: str) -> bool:
    """Letters and digits in one word, such as WH-1000XM4."""
    return (
        word.isascii() and word not in SIZES and any(char.isdigit() for char in word)
        and any(char.isalpha() for char in word)
    )  # fmt: skip


def _pack(text: str) -> tuple[int, str]:
    """How many are in the pack, and the title without it."""
    if found := _COUNTED_PACK.search(text):
        return COUNTED[found.group(1)], f"{text[: found.start()]} {text[found.end() :]}"
    for pattern in _PACK:
        if found := pattern.search(text):
            return max(int(found.group(1)), 1), f"{text[: found.start()]} {text[found.end() :]}"
    return 1, text


def contradict(one: Traits, other: Traits) -> bool:
    """Whether the two cannot be the same variant."""
    if one.pack != other.pack or one.variants != other.variants:
        return True
    if any(_apart(_of(one.amounts, kind), _of(other.amounts, kind)) for kind in {kind for kind, _ in one.amounts}):
        return True
    if any(_of(one.sides, which) != _of(other.sides, which) != set() for which in {which for which, _ in one.sides}):
        return True
    if one.colours and other.colours and one.colours != other.colours:
        return True
    return (
        _apart(one.sizes, other.sizes)
        or _apart(one.models, other.models) or _apart(one.numbers, other.numbers)
    )  # fmt: skip


def _of(named: frozenset[tuple[K, V]], kind: K) -> set[V]:
    return {value for name, value in named if name == kind}


def _apart(left: AbstractSet[object], right: AbstractSet[object]) -> bool:
    """Both say something, and neither says all that the other does."""
    return bool(left) and bool(right) and not (left <= right or right <= left)


def one_sided(one: Traits, other: Traits) -> int:
    """How many traits the two do not name alike."""
    return (
        (one.amounts != other.amounts) + (one.colours != other.colours) + (one.sizes != other.sizes)
        + (one.models != other.models) + (one.numbers != other.numbers) + (one.sides != other.sides)
    )  # fmt: skip
