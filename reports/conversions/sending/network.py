"""What each network that takes conversions offers, and what it may answer."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from channels.core.transport import Credential, Credentials
from reports.conversions.leads import Lead
from reports.conversions.made import Conversion
from reports.conversions.sending.wire import Wire

UNDER_REVIEW = "request "  # before the number of a request whose records are looked at later


class Fate(StrEnum):
    """What became of a conversion that was sent."""

    SENT = "sent"
    LATER = "later"  # it did not arrive, or is not taken yet: try again
    REFUSED = "refused"
    UNSURE = "unsure"  # it may have arrived: once more could count it twice


@dataclass(frozen=True, slots=True)
class Prepared:
    """A conversion as its network takes it, hashed where that is asked for. ``mark`` tells it from others."""

    mark: str
    stage: str
    at: datetime
    lead: str  # number
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answered:
    """``said`` are the network's codes and numbers alone: its sentences may repeat what was sent.

    One that is not ``tried`` stood behind another that did not get through.
    """

    mark: str
    fate: Fate
    said: str = ""
    tried: bool = True


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What became of all that was answered ``before``, where the network looks at them after it took them."""

    before: str
    fate: Fate
    said: str


@dataclass(frozen=True, slots=True)
class Network:
    """``send`` answers for each of at most ``most`` conversions; ``base`` is a sandbox's address, "" its own.

    One that ``knows_again`` counts a conversion once that comes twice. ``review`` asks after answers of UNDER_REVIEW.
    """

    title: str
    credentials: tuple[Credential, ...]
    forms: Mapping[str, str]  # credential → regular expression of what it looks like
    most: int
    knows_again: bool
    prepared: Callable[[Iterable[Lead], datetime, Counter[str], Credentials], Iterator[Prepared]]
    send: Callable[[Wire, str, Credentials, Sequence[Prepared]], Iterator[Answered]]
    review: Callable[[Wire, str, Credentials, Sequence[str]], Iterator[Reviewed]] | None = None

    def wrong(self, given: Credentials) -> list[str]:
        """The credentials that are missing, unknown or look like no such thing."""
        needed = [one.name for one in self.credentials if one.required and not given.get(one.name)]
        known = {one.name for one in self.credentials}
        strange = [
            name
            for name, value in given.items()
            if name not in known or not re.fullmatch(self.forms.get(name, r"[!-~]{1,2000}"), value)
        ]
        return sorted({*needed, *strange})


def prepared(one: Conversion, body: Mapping[str, Any]) -> Prepared:
    return Prepared(one.mark, one.stage, one.at, one.lead.number, body)


def fate_of(status: int) -> Fate:
    """By the status of an answer alone. Credentials that are not taken are for a person to mend, and tried again."""
    if 200 <= status < 300:
        return Fate.SENT
    return Fate.LATER if status in (401, 403, 408, 425, 429) or status >= 500 else Fate.REFUSED


def all_alike(several: Iterable[Prepared], fate: Fate, said: str) -> Iterator[Answered]:
    for one in several:
        yield Answered(one.mark, fate, said)


def code(value: object) -> str:
    """A code of a network, as far as it looks like one."""
    text = str(value)
    return text if len(text) <= 80 and all(mark.isalnum() or mark in "._[]-/" for mark in text) else "?"
