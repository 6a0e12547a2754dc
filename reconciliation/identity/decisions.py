"""What people decided, folded: which accounts belong together and which must stay apart, newest word first."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations, product
from typing import Any

Pair = tuple[int, int]  # account keys, the smaller first


@dataclass(frozen=True, slots=True)
class Word:
    """One decision of the append-only list; ``accounts`` are keys, nested as ``reconciliation.models.Decision`` has it.

    ``about`` is the number of the decision that an undo or a second person's word names.
    """

    number: int
    action: str  # confirm reject merge split undo second
    accounts: Any = ()
    about: int | None = None
    needs_second: bool = False
    actor: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds now. ``overruled`` pairs contradict a newer word, at first or second hand."""

    together: frozenset[Pair] = frozenset()
    apart: frozenset[Pair] = frozenset()
    overruled: frozenset[Pair] = frozenset()
    waiting: frozenset[int] = field(default_factory=frozenset)  # numbers of decisions that want a second person


class State(StrEnum):
    """What became of a decision."""

    HOLDS = "holds"
    WAITS = "waits"  # for a second person
    TAKEN_BACK = "taken_back"
    OVERRULED = "overruled"  # a newer word says otherwise of some of its pairs, at first or second hand


def standing(words: Iterable[Word]) -> Standing:
    """Fold the decisions. An undo of an undo lets the first word hold again."""
    return _fold({word.number: word for word in words})[0]


def states(words: Iterable[Word]) -> Mapping[int, State]:
    """What became of each decision, by number."""
    by_number = {word.number: word for word in words}
    now, contradicted = _fold(by_number)
    holding = _holding(by_number)
    return {
        number: State.TAKEN_BACK if number not in holding
        else State.WAITS if number in now.waiting
        else State.OVERRULED if number in contradicted
        else State.HOLDS
        for number in by_number
    }  # fmt: skip


def _fold(by_number: Mapping[int, Word]) -> tuple[Standing, set[int]]:
    """What holds, and the numbers of decisions that newer words contradict."""
    holding = _holding(by_number)
    seconded = _seconded(by_number, holding)
    waiting = frozenset(
        number for number in holding if by_number[number].needs_second and number not in seconded
    )  # fmt: skip
    together: set[Pair] = set()
    apart: set[Pair] = set()
    overruled: set[Pair] = set()
    said: dict[Pair, bool | None] = {}  # None: refused, for it contradicts newer words at second hand
    contradicted: set[int] = set()
    groups = _Groups()
    for number in sorted(holding - waiting, reverse=True):
        for pair, same in _pairs(by_number[number]):
            if pair not in said:
                said[pair] = same if groups.take(pair, same) else None
            if said[pair] is not same:
                contradicted.add(number)
    for pair, holds in said.items():
        (overruled if holds is None else together if holds else apart).add(pair)
    found = Standing(frozenset(together), frozenset(apart), frozenset(overruled), waiting)
    return found, contradicted


def _holding(words: Mapping[int, Word]) -> set[int]:
    """Numbers of decisions that no standing undo takes back; an undo is always younger than what it is about."""
    undone: set[int] = set()
    for number in sorted(words, reverse=True):
        word = words[number]
        if word.action == "undo" and word.about is not None and number not in undone:
            undone.add(word.about)
    return set(words) - undone


def _seconded(words: Mapping[int, Word], holding: set[int]) -> set[int]:
    return {
        about.number
        for word in words.values()
        if word.action == "second" and word.number in holding
        and word.about is not None and (about := words.get(word.about)) and about.actor != word.actor
    }  # fmt: skip


def _pairs(word: Word) -> Iterator[tuple[Pair, bool]]:
    """The pairs that a decision speaks of, and whether it says that they are one person."""
    if word.action == "confirm":
        yield _pair(*word.accounts), True
    elif word.action == "reject":
        yield _pair(*word.accounts), False
    elif word.action == "merge":
        for left, right in combinations(sorted(set(word.accounts)), 2):
            yield _pair(left, right), True
    elif word.action == "split":
        for one, other in combinations(word.accounts, 2):
            for left, right in product(one, other):
                if left != right:
                    yield _pair(left, right), False


def _pair(left: int, right: int) -> Pair:
    return (left, right) if left < right else (right, left)


class _Groups:
    """Accounts joined so far, and which groups must stay apart: a word is taken where it contradicts none of them."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}
        self._apart: dict[int, set[int]] = {}  # root → roots

    def take(self, pair: Pair, same: bool) -> bool:
        left, right = self._root(pair[0]), self._root(pair[1])
        if not same:
            if left == right:
                return False
            self._apart.setdefault(left, set()).add(right)
            self._apart.setdefault(right, set()).add(left)
            return True
        if right in self._apart.get(left, ()):
            return False
        if left != right:
            self._join(left, right)
        return True

    def _join(self, left: int, right: int) -> None:
        self._parent[right] = left
        for other in self._apart.pop(right, ()):
            self._apart[other].discard(right)
            self._apart[other].add(left)
            self._apart.setdefault(left, set()).add(other)

    def _root(self, account: int) -> int:
        root = account
        while (parent := self._parent.get(root, root)) != root:
            root = parent
        while (parent := self._parent.get(account, account)) != root:
            self._parent[account], account = root, parent
        return root
