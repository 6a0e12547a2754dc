"""Listings that seem to be one product: the same SKU, the same GTIN, then similar titles. A person confirms each."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import nlargest
from typing import Literal

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from reconciliation.exposure.text import is_unspaced, read
from reconciliation.identity.traits import contradict, one_sided, traits

Evidence = Literal["sku", "gtin", "title"]

LEAST_SCORE = 0.75
COMMON_TOKEN = 200  # listings; a token that more of them share leads to no candidate
LEADING_TOKENS = 8  # rarest tokens of a title that are looked up
CANDIDATES = 12
SHORTEST_SKU = 4  # characters of a SKU that may be written differently and still be the same
TIE = 0.02
ALIKE = 0.74  # similarity of two words, one of them mistyped: one error in four letters


@dataclass(frozen=True, slots=True)
class Listing:
    """What a store sells under a SKU."""

    store: int
    sku: str
    title: str = ""
    gtin: str = ""
    units: int = 0


@dataclass(frozen=True, slots=True)
class ProductMatch:
    """A listing that seems to be ``product``; ``score`` is 1 for the same number, else the titles' similarity."""

    listing: Listing
    product: str
    product_title: str
    evidence: Evidence
    score: float


Known = Mapping[tuple[int | None, str], str]


def propose_products(
    listings: Iterable[Listing], known: Known, rejected: Collection[tuple[int, str, str]] = ()
) -> list[ProductMatch]:
    """One proposal at most for each listing that is not mapped yet, best sold first.

    ``known`` is the SKU map, (store or None for all, SKU) → product; ``rejected`` are (store, SKU, product).
    """
    found = _Found(list(listings), known, frozenset(rejected))
    found.by_number("sku", _sku_key)
    found.by_number("gtin", lambda listing: gtin(listing.gtin))
    found.by_title()
    return sorted(found.matches.values(), key=lambda one: (-one.listing.units, one.listing.store, one.listing.sku))


class _Found:
    """Proposals while they are made. A target ranks above what is proposed for it, so that no circle comes about."""

    def __init__(self, listings: list[Listing], known: Known, rejected: frozenset[tuple[int, str, str]]) -> None:
        self.listings = listings
        self.matches: dict[int, ProductMatch] = {}
        self._mapped = [known.get((one.store, one.sku)) or known.get((None, one.sku)) for one in listings]
        self._rejected = rejected
        self._traits = [traits(one.title) for one in listings]
        order = sorted(range(len(listings)), key=self._standing)
        self._rank = {place: rank for rank, place in enumerate(order)}

    def _standing(self, place: int) -> tuple[bool, int, int, str]:
        one = self.listings[place]
        return self._mapped[place] is None, -one.units, one.store, one.sku

    def product(self, place: int) -> str:
        if place in self.matches:
            return self.matches[place].product
        return self._mapped[place] or self.listings[place].sku

    def by_number(self, evidence: Evidence, key_of: Callable[[Listing], str]) -> None:
        groups: dict[str, list[int]] = defaultdict(list)
        for place, listing in enumerate(self.listings):
            if key := key_of(listing):
                groups[key].append(place)
        for places in groups.values():
            first, *others = sorted(places, key=self._rank.__getitem__)
            for place in others:
                one, other = self.listings[place], self.listings[first]
                differ = bool(one.title and other.title) and contradict(self._traits[place], self._traits[first])
                if not differ or (evidence == "sku" and one.sku == other.sku):
                    self._propose(place, first, evidence, 0.5 if differ else 1.0)

    def by_title(self) -> None:
        tokens = [frozenset(_tokens(listing.title)) for listing in self.listings]
        counts = Counter(token for one in tokens for token in one)
        weights = {token: math.log(1 + len(tokens) / count) for token, count in counts.items()}
        index: dict[str, list[int]] = defaultdict(list)
        for place, one in enumerate(tokens):
            for token in one:
                if counts[token] <= COMMON_TOKEN:
                    index[token].append(place)
        for place in sorted(range(len(tokens)), key=self._rank.__getitem__):
            if self._mapped[place] is None and place not in self.matches:
                self._by_title(place, tokens, weights, index)

    def _by_title(
        self, place: int, tokens: list[frozenset[str]], weights: dict[str, float], index: dict[str, list[int]]
    ) -> None:
        shared: Counter[int] = Counter()
        weight_of: dict[int, float] = defaultdict(float)
        for token in nlargest(LEADING_TOKENS, tokens[place], key=lambda one: (weights[one], one)):
            for other in index.get(token, ()):
                shared[other] += 1
                weight_of[other] += weights[token]
        store, rank = self.listings[place].store, self._rank[place]
        near = [
            other for other in weight_of
            if shared[other] > 1 and self._rank[other] < rank and self.listings[other].store != store
        ]  # fmt: skip
        scored = [
            (score, other)
            for other in nlargest(CANDIDATES, near, key=lambda one: (weight_of[one], -self._rank[one]))
            if (score := self._score(place, other, tokens, weights)) >= LEAST_SCORE
        ]
        scored.sort(key=lambda one: (-one[0], self._rank[one[1]]))
        if scored and not any(
            scored[0][0] - score < TIE and self.product(other) != self.product(scored[0][1]) for score, other in scored
        ):
            self._propose(place, scored[0][1], "title", round(scored[0][0], 4))

    def _score(self, place: int, other: int, tokens: list[frozenset[str]], weights: dict[str, float]) -> float:
        mine, theirs = self._traits[place], self._traits[other]
        if contradict(mine, theirs):
            return 0.0
        return similarity(
            self.listings[place].title, self.listings[other].title, tokens[place], tokens[other], weights
        ) * (0.95 ** one_sided(mine, theirs))  # fmt: skip

    def _propose(self, place: int, target: int, evidence: Evidence, score: float) -> None:
        one, product = self.listings[place], self.product(target)
        if self._mapped[place] is not None or place in self.matches or (one.store, one.sku, product) in self._rejected:
            return
        if product == one.sku and self._mapped[target] is not None:
            return  # it is that product already: a SKU that is not mapped is a product of its own
        self.matches[place] = ProductMatch(one, product, self.listings[target].title, evidence, score)


def similarity(
    one: str, other: str, tokens: frozenset[str], others: frozenset[str], weights: Mapping[str, float]
) -> float:
    """How alike two titles are, 0 to 1: rare words weigh more, and a short title may be part of a long one."""
    common = sum(weights[token] for token in tokens & others)
    common += sum(_mistyped(tokens - others, others - tokens, weights))
    mine, theirs = sum(weights[token] for token in tokens), sum(weights[token] for token in others)
    if not common:
        return 0.0
    within = common / min(mine, theirs) if min(len(tokens), len(others)) >= 3 else 0.0
    overlap = 2 * common / (mine + theirs)
    return max(0.65 * within + 0.35 * overlap, fuzz.token_sort_ratio(one.casefold(), other.casefold()) / 100)


def _mistyped(left: frozenset[str], right: frozenset[str], weights: Mapping[str, float]) -> Iterator[float]:
    """What words weigh that the other title has with a typing error; numbers and models bear none."""
    free = {token for token in right if len(token) >= 4 and token.isalpha()}
    for token in sorted(left):
        if len(token) >= 4 and token.isalpha() and free:
            near, score, _place = process.extractOne(token, sorted(free), scorer=OSA.normalized_similarity)
            if score >= ALIKE:
                free.discard(near)
                yield score * min(weights[token], weights[near])


def _tokens(title: str) -> Iterator[str]:
    """Words; of scripts without spaces, each two characters."""
    for word in read(title).words:
        if is_unspaced(word) and len(word) > 2:
            yield from (word[i : i + 2] for i in range(len(word) - 1))
        else:
            yield word


def _sku_key(listing: Listing) -> str:
    """The SKU without case and signs, where it is long enough to say something."""
    plain = "".join(char for char in listing.sku.casefold() if char.isalnum())
    return plain if len(plain) >= SHORTEST_SKU else f"={listing.sku}"


_GTIN = re.compile(r"\d{8}|\d{12,14}")


def gtin(number: str) -> str:
    """A GTIN-8 to -14 in 14 digits; empty where its check digit is wrong (GS1 General Specifications 7.9)."""
    digits = number.strip().replace("-", "").replace(" ", "")
    if not digits.isascii() or not _GTIN.fullmatch(digits) or not digits.strip("0"):
        return ""
    padded = digits.zfill(14)
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(padded[:13]))
    return padded if (10 - total % 10) % 10 == int(padded[13]) else ""
