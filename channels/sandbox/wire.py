"""What the vendors of the sandbox answer: plain requests and replies, faults in between, and a count of it all."""

import random
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

FAULTS = {
    "throttle": "an answer 429 (or THROTTLED, error_rate_limit) though the bucket had tokens",
    "error": "an answer 500, 502, 503 with an empty body, or 504 with HTML",
    "timeout": "no answer within the client's patience",
    "cut": "the connection is cut in the middle of the body",
    "empty_page": "a page without records, and with a next token",
    "repeated_page": "the page before once more, under its own next token",
    "late": "changes that show up minutes after their time, and out of order",
    "expired_token": "the access token runs out in the middle of a chain",
    "truncated": "a report or bulk file that ends in the middle of a line",
    "empty_job": "a report or bulk job that reports success and has no rows",
    "changed_type": "a field of another JSON type than before",
    "new_word": "a status, type or fee name never seen before",
    "withhold": "one page or document fails every time, for good",
}


COSTLY = {"timeout": 0.1}  # share of a rate below 1: a second of everybody's time each


@dataclass(frozen=True, slots=True)
class Request:
    """``path`` is without the channel's prefix; header names are in lower case."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes
    base: str = ""  # address of the channel's prefix, such as http://127.0.0.1:8100/amazon

    def get(self, name: str, default: str = "") -> str:
        return next((value for key, value in self.query if key == name), default)


@dataclass(frozen=True, slots=True)
class Reply:
    """``cut_after`` bytes the connection breaks; ``hang`` seconds pass before anything is sent."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"
    cut_after: int | None = None
    hang: float = 0.0


class Vendor(Protocol):
    """One channel of the sandbox."""

    def answer(self, request: Request) -> Reply: ...


class Faults:
    """Which faults strike, and how often. Safe for threads; the same seed gives the same draws in the same order."""

    def __init__(self, kinds: Iterable[str] = (), rate: float = 0.0, seed: int = 0) -> None:
        self.kinds = frozenset(kinds)
        if unknown := sorted(self.kinds - FAULTS.keys()):
            raise ValueError(f"no such fault: {', '.join(unknown)}; there are {', '.join(FAULTS)}")
        self.rate = rate
        self.struck: Counter[str] = Counter()
        self._random = random.Random(seed)
        self._lock = threading.Lock()

    def strike(self, kind: str) -> bool:
        """Whether this fault happens now. Counted where it does."""
        with self._lock:
            share = COSTLY.get(kind, 1.0) if self.rate < 1 else 1.0
            happens = kind in self.kinds and self._random.random() < self.rate * share
            self.struck[kind] += happens
        return happens

    def draw(self, choices: int) -> int:
        """A number from 0, for faults that come in several shapes."""
        with self._lock:
            return self._random.randrange(choices)


class Traffic:
    """What was asked and refused, by channel and operation: the tests read it."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.throttled: Counter[str] = Counter()  # refusals because a bucket was empty, not by a fault
        self._lock = threading.Lock()

    def called(self, operation: str) -> None:
        with self._lock:
            self.calls[operation] += 1

    def refused(self, operation: str) -> None:
        with self._lock:
            self.throttled[operation] += 1
