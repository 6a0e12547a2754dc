"""Where in a query the terms of a lexicon stand."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from reconciliation.exposure.lexicon import OWN, Lexicon, Term
from reconciliation.exposure.near import Near, is_doubtful
from reconciliation.exposure.text import Text, is_kana, is_unspaced, normalise
from reconciliation.exposure.words import COMMON

Side = Literal["own", "line", "competitor", "generic"]

SHORTEST_SPLIT = 6  # letters of a term that may be written as two words, or two words as one
MOST_WORDS = 6
_NUMBERED = re.compile(r"([^\W\d_]{4,40})\d{1,4}[^\W\d_]{0,2}")
_THAI_LEADING = frozenset("เแโใไ")
_THAI_FOLLOWING = frozenset("ะัาำิีึืฺุู")


@dataclass(frozen=True, slots=True)
class Span:
    """A term at a place of the joined words. ``distance`` 0: as the lexicon has it."""

    start: int
    end: int
    side: Side
    term: str
    distance: int = 0
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    term: str
    spaced: str
    side: Side


class Spans:
    """A lexicon made ready for reading millions of queries. Sides: own is brand, misspelling and distinctive lines."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._words: dict[str, list[_Entry]] = {}
        self._texts: dict[tuple[str, str], str] = {}  # (side, joined) → as the lexicon has it
        self._heads: set[str] = set()
        self._parts: set[str] = set()
        self._most = 1
        self._unspaced: dict[str, list[_Entry]] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        near: list[tuple[str, str]] = [(word, "generic") for word in COMMON]
        for term in lexicon.terms:
            near += self._enter(term)
        self._near = Near(near, frozenset({"own"}))

    def _enter(self, term: Term) -> Iterator[tuple[str, str]]:
        side = _side(term)
        for spaced in _spellings(term.text):
            entry, joined = _Entry(term.text, spaced, side), spaced.replace(" ", "")
            if is_unspaced(joined):
                self._unspaced.setdefault(joined, []).append(entry)
                head = joined[:2]
                self._lengths[head] = tuple(sorted({*self._lengths.get(head, ()), len(joined)}, reverse=True))
            else:
                self._words.setdefault(joined, []).append(entry)
                self._heads.add(joined[:2])
                pieces = spaced.split()
                self._most = min(max(self._most, len(pieces)), MOST_WORDS)
                self._parts.update(pieces if len(pieces) > 1 and side != "generic" else ())
            if side == "line" or (side == "generic" and " " in spaced):
                continue  # neither is worth guessing at
            if not is_unspaced(joined) or is_kana(joined):
                self._texts.setdefault((side, joined), term.text)
                yield joined, side

    def find(self, text: Text) -> list[Span]:
        found = [span for i in range(len(text.words)) for span in self._at(text, i)]
        if text.unspaced and self._lengths:
            found += self._within(text)
        return found

    def _at(self, text: Text, i: int) -> Iterator[Span]:
        """Terms that begin with word ``i``."""
        word = text.words[i]
        exact = list(self._entered(text, i, 1)) or list(self._numbered(text, i))
        yield from exact
        if not exact and word not in COMMON:
            yield from self._misspelt(word, text.starts[i], text.ends[i])
        left = min(self._most + 1, len(text.words) - i)
        if left > 1 and (word[:2] in self._heads or len(word) == 1):
            for n in range(2, left + 1):
                yield from self._entered(text, i, n)
        if left > 1 and self._parts and (word in self._parts or text.words[i + 1] in self._parts):
            start, end = text.starts[i], text.ends[i + 1]
            if text.joined[start:end] not in self._words:
                yield from self._misspelt(text.joined[start:end], start, end)

    def _numbered(self, text: Text, i: int) -> Iterator[Span]:
        """A term with a model's number written onto it."""
        if (numbered := _NUMBERED.fullmatch(text.words[i])) is not None:
            for entry in self._words.get(numbered.group(1), ()):
                if " " not in entry.spaced:
                    yield Span(text.starts[i], text.ends[i], entry.side, entry.term)

    def _entered(self, text: Text, i: int, n: int) -> Iterator[Span]:
        start, end = text.starts[i], text.ends[i + n - 1]
        entries = self._words.get(text.joined[start:end])
        if not entries:
            return
        spaced = " ".join(text.words[i : i + n])
        for entry in entries:
            if entry.spaced == spaced:
                yield Span(start, end, entry.side, entry.term)
            elif entry.side != "generic" and end - start >= SHORTEST_SPLIT:
                yield Span(start, end, entry.side, entry.term, 1)

    def _misspelt(self, word: str, start: int, end: int) -> Iterator[Span]:
        for match in self._near.matches(word):
            for tag in sorted(match.tags):
                doubtful = is_doubtful(word, match.word, match.distance)
                term = self._texts.get((tag, match.word), match.word)
                yield Span(start, end, _SIDES[tag], term, match.distance, doubtful)

    def _within(self, text: Text) -> Iterator[Span]:
        """Terms of scripts without spaces, anywhere."""
        joined, starts, ends = text.joined, frozenset(text.starts), frozenset(text.ends)
        for start in range(len(joined) - 1):
            for length in self._lengths.get(joined[start : start + 2], ()):
                entries = self._unspaced.get(joined[start : start + length], ())
                if (
                    start + length <= len(joined)
                    and entries
                    and _stands_alone(text, start, start + length, starts, ends)
                ):
                    for entry in entries:
                        yield Span(start, start + length, entry.side, entry.term)


_SIDES: dict[str, Side] = {"own": "own", "competitor": "competitor", "generic": "generic"}


def _side(term: Term) -> Side:
    if term.kind in OWN or term.distinctive:
        return "own"
    return "line" if term.kind == "line" else "competitor" if term.kind == "competitor" else "generic"


def _spellings(text: str) -> Iterable[str]:
    """The normalised text, and the same with umlauts as two letters, without its "and", its "'s" as a plain s."""
    written = text.casefold().replace("’", "'")
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        written = written.replace(umlaut, letters)
    forms = [normalise(text), normalise(written), normalise(written.replace("'s", "s"))]
    without = " ".join(word for word in forms[0].split() if word != "and")
    return dict.fromkeys([*forms, without] if len(without.replace(" ", "")) > 3 else forms)


def _stands_alone(text: Text, start: int, end: int, starts: frozenset[int], ends: frozenset[int]) -> bool:
    """Whether what stands before and after leaves the term a word of its own, as far as the script tells."""
    joined = text.joined
    if any(start < gap < end for gap in text.gaps):
        return (start in text.gaps or start == 0) and (end in text.gaps or end == len(joined))
    first, last = joined[start], joined[end - 1]
    if (first.isascii() and start not in starts) or (last.isascii() and end not in ends):
        return False
    if end - start <= 3 and is_kana(joined[start:end]):
        return start in starts and end in ends
    if "\u0e00" <= first <= "\u0e7f" and start and joined[start - 1] in _THAI_LEADING:
        return False
    return not ("\u0e00" <= last <= "\u0e7f" and end < len(joined) and joined[end] in _THAI_FOLLOWING)
