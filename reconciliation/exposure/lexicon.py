"""A company's words for its brand and beside it, in numbered versions that never change."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from reconciliation.exposure.text import is_unspaced, normalise
from reconciliation.exposure.words import COMMON, STOP

Kind = Literal["brand", "line", "misspelling", "competitor", "generic"]
KINDS: tuple[Kind, ...] = get_args(Kind)
OWN: frozenset[Kind] = frozenset({"brand", "misspelling"})

MOST_TERMS = 5_000
LONGEST_TERM = 80


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase. ``distinctive`` is for product lines that mean the brand even where it is not named."""

    text: str
    kind: Kind
    language: str = ""
    distinctive: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One version of a company's terms. Raises ValueError with every reason where a term is refused."""

    number: int
    terms: tuple[Term, ...] = ()

    def __post_init__(self) -> None:
        if reasons := problems(self.terms):
            raise ValueError("; ".join(reasons))


@dataclass(frozen=True, slots=True)
class Changes:
    """What a new version adds and takes away. A term that is added replaces the one with its text and kind."""

    add: tuple[Term, ...] = ()
    remove: tuple[Term, ...] = ()


def revise(lexicon: Lexicon, changes: Changes) -> Lexicon:
    """The next version; the old one stays as it is. Raises ValueError where a removed term is not there."""
    gone = {(normalise(term.text), term.kind) for term in changes.remove}
    have = {(normalise(term.text), term.kind) for term in lexicon.terms}
    if missing := sorted(text for text, kind in gone - have):
        raise ValueError(f"not in version {lexicon.number}: {', '.join(missing)}")
    gone |= {(normalise(term.text), term.kind) for term in changes.add}
    kept = tuple(term for term in lexicon.terms if (normalise(term.text), term.kind) not in gone)
    return Lexicon(lexicon.number + 1, kept + tuple(dict.fromkeys(changes.add)))


def problems(terms: Iterable[Term]) -> list[str]:
    """Why the terms cannot be a lexicon, in sentences for the person who entered them; empty where they can."""
    listed = list(terms)
    if len(listed) > MOST_TERMS:
        return [f"a lexicon holds at most {MOST_TERMS} terms, these are {len(listed)}"]
    reasons = [reason for term in listed if (reason := refusal(term))]
    return reasons or _conflicts(listed)


def refusal(term: Term) -> str:
    """Why the term by itself is refused, or nothing."""
    shown = term.text if len(term.text) <= LONGEST_TERM else f"{term.text[:40]}…"
    if term.kind not in KINDS:
        return f"“{shown}”: {term.kind} is no kind of term"
    if len(term.text) > LONGEST_TERM:
        return f"“{shown}” has more than {LONGEST_TERM} characters"
    text = normalise(term.text)
    joined = text.replace(" ", "")
    if not joined:
        return f"“{shown}” has no letter or digit"
    if len(joined) == 1:
        return f"“{shown}” is one character: it would match queries that have nothing to do with it"
    if joined.isdigit() and len(joined) <= 2:
        return f"“{shown}” is a number of {len(joined)} digits: it would match sizes and quantities"
    if text in STOP or all(word in STOP for word in text.split()):
        return f"“{shown}” is a word that any query may hold"
    if term.distinctive and term.kind != "line":
        return f"“{shown}”: only a product line can be distinctive"
    return ""


def _conflicts(terms: list[Term]) -> list[str]:
    """Terms that say opposite things of the same words."""
    kinds: dict[str, set[Kind]] = {}
    distinctive = set()
    for term in terms:
        text = normalise(term.text)
        kinds.setdefault(text, set()).add(term.kind)
        if term.distinctive:
            distinctive.add(text)
    reasons = []
    for text, found in kinds.items():
        if "competitor" in found and found & (OWN | {"line"}):
            reasons.append(f"“{text}” is both a competitor's and your own")
        if "misspelling" in found and "generic" in found:
            reasons.append(f"“{text}” is generic: as a misspelling it would make every such query brand")
        if text in distinctive and "generic" in found:
            reasons.append(f"“{text}” is generic, so it cannot be a distinctive product line")
    return reasons


def is_ordinary(text: str) -> bool:
    """Whether normalised words are common ones that say nothing of a brand by themselves."""
    return not is_unspaced(text) and all(word in COMMON or word in STOP or word.isdigit() for word in text.split())
