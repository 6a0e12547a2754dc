"""Brand, non-brand or unknown: the class of a search query under a lexicon.

Brand: a brand term or an accepted misspelling stands in the query as a word (in scripts without spaces: as a part), or
a word that is a typing error away from one, or a distinctive product line. Where a longer competitor's or generic term
covers it, it does not count. A product line that is not distinctive counts only beside the brand: alone it is
non-brand where it is an ordinary word, else unknown. What could be either is unknown.
"""

import re
from collections.abc import Callable

from reconciliation.exposure.lexicon import Lexicon, is_ordinary
from reconciliation.exposure.spans import Span, Spans
from reconciliation.exposure.text import LONGEST, Text, is_unspaced, normalise, read
from reconciliation.exposure.verdicts import Class, Verdict

_BRACKETED = re.compile(r"\s*\((?:other|others|not set|not provided|hidden)\)\s*", re.IGNORECASE)
_ASIN = re.compile(r"b0[0-9a-z]{8}")
_NUMBER = re.compile(r"[0-9]{8,14}")

EMPTY = Verdict("unknown", reason="no words")
WITHHELD = Verdict("unknown", reason="withheld by the source")
ADDRESS = Verdict("unknown", reason="an address, not a query")
NUMBERED = Verdict("unknown", reason="a product number")
TOO_LONG = Verdict("unknown", reason="too long")
NOTHING = Verdict("non_brand", reason="no term")


class Classifier:
    """Classes queries under one lexicon. Made once: it prepares the terms."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.number = lexicon.number
        self._spans = Spans(lexicon)
        self._ordinary = {
            term.text for term in lexicon.terms if term.kind == "line" and is_ordinary(normalise(term.text))
        }  # fmt: skip

    def verdict(self, query: str) -> Verdict:
        """The class of a query as its source gave it."""
        if "*" in query or "/" in query or "(" in query or len(query) > LONGEST:
            refused = _unreadable(query)
            if refused is not None:
                return refused
        text = read(query)
        if not text.words:
            return EMPTY
        spans = self._spans.find(text)
        if spans:
            return self._weigh(spans, text)
        if all(_ASIN.fullmatch(word) or _NUMBER.fullmatch(word) for word in text.words):
            return NUMBERED
        return NOTHING

    def class_of(self, query: str) -> Class:
        return self.verdict(query).verdict

    def _weigh(self, spans: list[Span], text: Text) -> Verdict:
        rivals = [span for span in spans if span.side in ("competitor", "generic")]
        own = [_beside(span, rivals, text) for span in spans if span.side == "own"]
        sure = [span for span in own if span is not None and not span.doubtful]
        if sure:
            best = min(sure, key=lambda span: (span.distance, span.start))
            return Verdict("brand", best.term, "near a brand term" if best.distance else "brand term")
        doubted = [span for span in own if span is not None]
        lines = [span for span in spans if span.side == "line" and not _covered(span, rivals)]
        apart = [one for one in lines if not any(_meets(one, other) for other in doubted)]
        if doubted:
            exact = next((span for span in doubted if not span.distance), None)
            if exact and apart:
                return Verdict("brand", exact.term, "brand term beside a product line")
            return Verdict("unknown", doubted[0].term, "may be another word" if not exact else "also a generic word")
        return self._alone(lines, rivals)

    def _alone(self, lines: list[Span], rivals: list[Span]) -> Verdict:
        """Nothing in the query names the brand."""
        for line in lines:
            generic = any(span.side == "generic" and not span.distance and _same(span, line) for span in rivals)
            if not generic and not line.distance and line.term not in self._ordinary:
                return Verdict("unknown", line.term, "a product line without the brand")
        for span in rivals:
            if span.side == "competitor":
                return Verdict("non_brand", span.term, "a competitor's term")
        if lines:
            return Verdict("non_brand", lines[0].term, "a product line that is an ordinary word")
        return Verdict("non_brand", rivals[0].term, "a generic word") if rivals else NOTHING


def classifier(lexicon: Lexicon) -> Callable[[str], Class]:
    """From query to class, for ``counts.by_class`` and ``counts.ads_by_class``."""
    return Classifier(lexicon).class_of


def classify(query: str, lexicon: Lexicon) -> Verdict:
    """The class of a single query. For many, make a Classifier."""
    return Classifier(lexicon).verdict(query)


def _unreadable(query: str) -> Verdict | None:
    if "**" in query:
        return WITHHELD
    if _BRACKETED.fullmatch(query):
        return WITHHELD
    if query.lstrip().startswith("/") or "://" in query:
        return ADDRESS
    return TOO_LONG if len(query) > LONGEST else None


def _same(one: Span, other: Span) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _meets(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _covers(rival: Span, own: Span) -> bool:
    return rival.start <= own.start and own.end <= rival.end


def _covered(span: Span, rivals: list[Span]) -> bool:
    """Whether a longer term of somebody else holds the span."""
    return any(_covers(rival, span) and not _same(rival, span) and not rival.distance for rival in rivals)


def _beside(own: Span, rivals: list[Span], text: Text) -> Span | None:
    """What is left of an own term beside competitors' and generic terms: itself, a doubt, or nothing."""
    crossing = []
    for rival in rivals:
        if not _meets(rival, own):
            continue
        if _same(rival, own):
            if rival.distance < own.distance:
                return None
            if rival.distance == own.distance:
                own = _doubted(own)
        elif _covers(rival, own):
            if rival.distance <= own.distance or rival.side == "competitor":
                return None
        elif not _covers(own, rival):
            crossing.append(rival)
    if not crossing:
        return own
    reached = min(one.start for one in crossing), max(one.end for one in crossing)
    tiled = reached[0] <= own.start and own.end <= reached[1] and is_unspaced(text.joined[own.start : own.end])
    return None if tiled and not own.distance and _joins(crossing, own) else _doubted(own)


def _joins(crossing: list[Span], own: Span) -> bool:
    """Whether the terms that cross the own one leave none of it to itself."""
    return all(any(one.start <= place < one.end for one in crossing) for place in range(own.start, own.end))


def _doubted(own: Span) -> Span:
    return Span(own.start, own.end, own.side, own.term, own.distance, doubtful=True)
