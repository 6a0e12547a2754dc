"""Words that are a typing error or two away from a term.

Deletion neighbourhoods of the first letters (the SymSpell method: https://github.com/wolfgarbe/SymSpell) find the
candidates, the optimal string alignment distance decides; a transposition counts as one error.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from reconciliation.exposure.text import is_kana

PREFIX = 10  # letters whose neighbourhood is kept: at most 56 keys a term
LONGEST_WORD = 40
REMEMBERED = 50_000  # words whose answer is kept
_ALIKE = (
    {"ソ", "ン"},
    {"シ", "ツ"},
    {"ソ", "ノ"},
    {"ウ", "ワ"},
    {"ク", "ケ"},
    {"バ", "パ"},
    {"ブ", "プ"},
    {"ベ", "ペ"},
)


@dataclass(frozen=True, slots=True)
class Match:
    word: str  # the term's word
    distance: int
    tags: frozenset[str]


def allowance(word: str) -> int:
    """Typing errors that a word of this length bears."""
    return 0 if len(word) < 5 else 1 if len(word) < 9 else 2


class Near:
    """Terms by their neighbourhood. ``loose`` tags bear two errors where they are long, the others one."""

    def __init__(
        self, words: Iterable[tuple[str, str]], loose: frozenset[str], allowance: Callable[[str], int] = allowance
    ) -> None:
        tags: dict[str, set[str]] = {}
        for word, tag in words:
            if len(word) <= LONGEST_WORD:
                tags.setdefault(word, set()).add(tag)
        self._tags = {word: frozenset(found) for word, found in tags.items()}
        self._keys: dict[str, list[str]] = {}
        self._loose = loose
        self._allowance = allowance
        self._lengths: set[int] = set()
        self._two = LONGEST_WORD  # length from which a word may have two errors
        self._seen: dict[str, tuple[Match, ...]] = {}
        for word, found in self._tags.items():
            if errors := self._errors(word, found):
                self._two = min(self._two, len(word) - 2) if errors > 1 else self._two
                self._lengths.update(range(len(word) - errors, len(word) + errors + 1))
                for key in set(_deletions(word[:PREFIX], errors)):
                    self._keys.setdefault(key, []).append(word)

    def _errors(self, word: str, tags: frozenset[str]) -> int:
        errors = self._allowance(word)
        return errors if tags & self._loose else min(errors, 1)

    def matches(self, word: str) -> tuple[Match, ...]:
        """Terms that the word may be meant for, nearest first."""
        if len(word) not in self._lengths:
            return ()
        found = self._seen.get(word)
        if found is None:
            if len(self._seen) >= REMEMBERED:
                self._seen.clear()
            found = self._seen[word] = tuple(sorted(self._search(word), key=lambda one: (one.distance, one.word)))
        return found

    def _search(self, word: str) -> Iterator[Match]:
        candidates: set[str] = set()
        for key in set(_deletions(word[:PREFIX], 2 if len(word) >= self._two else 1)):
            candidates.update(self._keys.get(key, ()))
        for term in candidates:
            errors = self._errors(term, self._tags[term])
            distance = OSA.distance(word, term, score_cutoff=errors)
            if distance <= errors:
                yield Match(term, distance, self._tags[term])


def _deletions(word: str, errors: int) -> Iterator[str]:
    yield word
    for i in range(len(word)):
        shorter = word[:i] + word[i + 1 :]
        yield shorter
        if errors > 1:
            for j in range(i, len(shorter)):
                yield shorter[:j] + shorter[j + 1 :]


def is_doubtful(word: str, term: str, distance: int) -> bool:
    """Whether a near word may well be another word: its beginning differs, or it is short and a letter is changed.

    Swapped, doubled and left-out letters are how fingers slip; another first letter is how words differ. A kana stands
    for a whole syllable: another one makes another word, unless the two look alike.
    """
    if distance == 0:
        return False
    if is_kana(term) and len(word) == len(term):
        return any({one, other} not in _ALIKE for one, other in zip(word, term, strict=True) if one != other)
    if word[0] != term[0] and not (word[:2] == term[1::-1] and distance == 1):
        return True
    if distance > 1:
        return len(term) < 9 or word[:2] != term[:2] != term[1::-1]
    if len(term) > 5 or len(word) != len(term):
        return False
    return sorted(word) != sorted(term)  # a changed letter in a word of five
