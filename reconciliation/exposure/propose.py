"""Terms for the lexicon out of the company's own search terms; a person confirms or rejects each."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from anyascii import anyascii
from pypinyin import lazy_pinyin
from rapidfuzz.distance import OSA

from reconciliation.exposure.classify import Classifier
from reconciliation.exposure.lexicon import OWN, Kind, Lexicon, Term, is_ordinary, refusal
from reconciliation.exposure.near import Near
from reconciliation.exposure.text import is_kana, is_unspaced, normalise
from reconciliation.exposure.words import STOP

EXAMPLES = 3
BESIDE = 0.6  # share of a word's searches that name the brand, from which it may be a product line
SHORTEST_LINE = 4


@dataclass(frozen=True, slots=True)
class Proposal:
    """A word that may belong into the lexicon. ``nearest`` is the term that it lies near or stands beside."""

    text: str
    kind: Kind
    count: int
    nearest: str
    distance: int
    reason: str
    language: str = ""
    examples: tuple[str, ...] = ()


@dataclass(slots=True)
class _Seen:
    count: int = 0
    branded: int = 0
    beside: int = 0  # different queries that name the brand
    examples: tuple[str, ...] = ()

    def add(self, query: str, count: int, branded: bool) -> None:
        self.count += count
        if branded:
            self.branded += count
            self.beside += 1
        if len(self.examples) < EXAMPLES:
            self.examples += (query,)


def propose(
    queries: Iterable[tuple[str, int]],
    lexicon: Lexicon,
    rejected: Collection[str] = (),
    least: int = 3,
    most: int = 200,
) -> list[Proposal]:
    """Proposals with at least so many searches, the most searched first. None is in the lexicon or was rejected."""
    words, pairs, brands = _count(queries, lexicon)
    shut = {normalise(text) for text in rejected} | {normalise(term.text) for term in lexicon.terms}
    own = {normalise(term.text): term.text for term in lexicon.terms if term.kind in OWN or term.distinctive}
    found: dict[str, Proposal] = {}
    near, sounds = _nearby(own), _Sounds(own)
    for word, seen in words.items():
        if seen.count < least or word in shut or word in STOP:
            continue
        proposal = _misspelling(word, seen, near, own) or sounds.proposal(word, seen) or _line(word, seen, brands)
        if proposal and proposal.text not in shut and not refusal(Term(proposal.text, proposal.kind)):
            found.setdefault(proposal.text, proposal)
    for text, proposal in _split_ones(pairs, own, least):
        if text not in shut:
            found.setdefault(text, proposal)
    return sorted(found.values(), key=lambda one: (-one.count, one.distance, one.text))[:most]


def _count(
    queries: Iterable[tuple[str, int]], lexicon: Lexicon
) -> tuple[dict[str, _Seen], dict[tuple[str, str], _Seen], Counter[str]]:
    """Words and neighbouring words with their searches, and the brand terms by theirs."""
    classifier = Classifier(lexicon)
    joined = {normalise(term.text).replace(" ", "") for term in lexicon.terms if term.kind in OWN or term.distinctive}
    words: dict[str, _Seen] = {}
    pairs: dict[tuple[str, str], _Seen] = {}
    brands: Counter[str] = Counter()
    for query, count in queries:
        verdict = classifier.verdict(query)
        branded = verdict.verdict == "brand"
        brands[verdict.term] += count if branded else 0
        here = [word for word in normalise(query).split() if not word.isdigit()]
        for word in dict.fromkeys(here):
            words.setdefault(word, _Seen()).add(query, count, branded)
        for pair in pairwise(here):
            if pair[0] + pair[1] in joined and not is_unspaced(pair[0]):
                pairs.setdefault(pair, _Seen()).add(query, count, branded)
    return words, pairs, brands


def _nearby(own: Iterable[str]) -> Near:
    """A wider net than the classifier's: a person looks at what it catches."""
    return Near(
        ((text.replace(" ", ""), "own") for text in own if not is_unspaced(text) or is_kana(text)), frozenset({"own"}),
        lambda word: 0 if len(word) < 4 else 1 if len(word) < 6 else 2,
    )  # fmt: skip


def _misspelling(word: str, seen: _Seen, near: Near, own: dict[str, str]) -> Proposal | None:
    if is_ordinary(word) or (is_unspaced(word) and not is_kana(word)):
        return None
    for match in near.matches(word):
        if match.distance:
            term = own.get(match.word, match.word)
            return Proposal(
                word, "misspelling", seen.count, term, match.distance, "like", _language(word), seen.examples
            )
    return None


def _line(word: str, seen: _Seen, brands: Counter[str]) -> Proposal | None:
    """A word that seldom stands without the brand."""
    if len(word) < SHORTEST_LINE or is_ordinary(word) or is_unspaced(word) or any(char.isdigit() for char in word):
        return None
    if seen.beside < 2 or seen.branded < BESIDE * seen.count or not brands:
        return None
    term = brands.most_common(1)[0][0]
    return Proposal(word, "line", seen.count, term, 0, "beside", _language(word), seen.examples)


def _split_ones(pairs: dict[tuple[str, str], _Seen], own: dict[str, str], least: int) -> Iterator[tuple[str, Proposal]]:
    """An own term written as two words."""
    for pair, seen in pairs.items():
        text = " ".join(pair)
        term = own.get(pair[0] + pair[1])
        if seen.count >= least and term is not None:
            yield text, Proposal(text, "misspelling", seen.count, term, 1, "split", "", seen.examples)


class _Sounds:
    """Own terms by how they sound: another script's spelling, or other characters of the same reading."""

    def __init__(self, own: dict[str, str]) -> None:
        self._pinyin: dict[tuple[str, ...], str] = {}
        self._skeletons: list[tuple[str, str]] = []
        for text, term in own.items():
            if _is_han(text):
                self._pinyin[tuple(lazy_pinyin(text))] = term
            elif len(skeleton := _skeleton(text)) >= 3:
                self._skeletons.append((skeleton, term))
        self._lengths = {len(reading) for reading in self._pinyin}
        self._latin = {"".join(reading): term for reading, term in self._pinyin.items()}

    def proposal(self, word: str, seen: _Seen) -> Proposal | None:
        found = self._same_reading(word) if _is_han(word) else self._same_sound(word)
        if found is None:
            return None
        text, term, distance = found
        return Proposal(text, "misspelling", seen.count, term, distance, "sounds like", _language(text), seen.examples)

    def _same_reading(self, word: str) -> tuple[str, str, int] | None:
        if not self._lengths:
            return None
        reading = lazy_pinyin(word)
        for length in self._lengths:
            for start in range(len(word) - length + 1):
                term = self._pinyin.get(tuple(reading[start : start + length]))
                part = word[start : start + length]
                if term is not None and part != normalise(term) and normalise(term) not in word:
                    return part, term, 0
        return None

    def _same_sound(self, word: str) -> tuple[str, str, int] | None:
        if word in self._latin:
            return word, self._latin[word], 0
        if not is_unspaced(word) or len(skeleton := _skeleton(word)) < 3:
            return None
        for other, term in self._skeletons:
            if is_unspaced(term):
                continue
            distance = OSA.distance(skeleton, other, score_cutoff=1)
            if distance <= (1 if len(other) >= 5 else 0):
                return word, term, distance
        return None


def _skeleton(text: str) -> str:
    """The consonants as a speaker of any of the languages keeps them: l and r as one, v and b as one, none doubled."""
    letters = anyascii(text).lower().translate(str.maketrans("rvcqzf", "lbkksh"))
    kept = ""
    for letter in letters:
        if letter.isalpha() and letter not in "aeiouyhw" and not kept.endswith(letter):
            kept += letter
    return kept


def _is_han(text: str) -> bool:
    return all("\u3400" <= char <= "\u9fff" for char in text)


def _language(text: str) -> str:
    """The language that the script tells, or nothing."""
    if any("\u3041" <= char <= "\u30ff" for char in text):
        return "ja"
    if any("\u0e00" <= char <= "\u0e7f" for char in text):
        return "th"
    return "zh" if _is_han(text) else ""
