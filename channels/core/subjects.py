"""Whom a demand about personal data names, and which cuts of a page are his."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from channels.core.privacy import Cut
from channels.core.reading import Head, json_lines, load_json, records

Whose = Callable[[str], frozenset[int]]  # the numbers of the persons whom a single value names

NOBODY: frozenset[int] = frozenset()
_LEAST_DIGITS = 7  # of a number that names somebody by itself: shorter ones count pieces and cents
_PHONE = re.compile(r"[\s\d+().\-/]+")
_AS_WRITTEN = re.compile(r"[a-z0-9@._+#-]+")  # what every JSON writer writes as it is
_TAIL = 8  # last digits of a phone, in which the forms at home and abroad agree; one with fewer names nobody


@dataclass(frozen=True, slots=True)
class Subject:
    """A person as a demand names him: his ids, e-mail addresses, the numbers of his orders; phones if nothing else."""

    orders: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()

    @property
    def empty(self) -> bool:
        return not (self.orders or self.ids or self.emails or self.phones)


def bare(value: object) -> str:
    """A value without what may stand around it; of a Shopify id the last part."""
    text = str(value).strip()
    return text.rpartition("/")[2] if text.startswith("gid://") else text


def plain(value: object) -> str:
    """A value as it is compared."""
    return bare(value).casefold()


@dataclass(frozen=True, slots=True)
class Asking:
    """Tells of a value which of several subjects it names."""

    names: Mapping[str, frozenset[int]]
    tails: Mapping[str, list[tuple[str, int]]]  # of phones

    def __call__(self, value: str) -> frozenset[int]:
        found = self.names.get(plain(value), NOBODY)
        if found or not self.tails:
            return found
        digits = _digits(value)
        near = self.tails.get(digits[-_TAIL:], ()) if digits else ()
        return frozenset(number for other, number in near if digits.endswith(other) or other.endswith(digits))

    def rules_out(self, *texts: bytes) -> bool:
        """Whether none of the subjects can be named in the texts, by a look that is quick and misses nobody."""
        if self.tails or not all(_AS_WRITTEN.fullmatch(name) for name in self.names):
            return False
        small = [text.lower() for text in texts]
        return not any(name.encode() in text for name in self.names for text in small)


def whose(subjects: Sequence[Subject]) -> Asking:
    """The persons by their place in the list."""
    named: dict[str, set[int]] = {}
    tails: dict[str, list[tuple[str, int]]] = {}
    for number, subject in enumerate(subjects):
        for one in _names(subject):
            named.setdefault(one, set()).add(number)
        if not (subject.orders or subject.ids or subject.emails):
            for digits in filter(None, map(_digits, subject.phones)):
                tails.setdefault(digits[-_TAIL:], []).append((digits, number))
    return Asking({name: frozenset(found) for name, found in named.items()}, tails)


def _names(subject: Subject) -> Iterator[str]:
    for one in (plain(one) for one in (*subject.orders, *subject.ids, *subject.emails)):
        if one and not (one.isdecimal() and len(one) < _LEAST_DIGITS):
            yield one
        elif one:
            yield f"#{one}"


def _digits(value: str) -> str:
    """The digits of a phone without what stands before it at home; "" for what is none."""
    digits = re.sub(r"\D", "", value).lstrip("0") if _PHONE.fullmatch(value.strip()) else ""
    return digits if len(digits) >= _TAIL else ""


def concerned(stream: BinaryIO, head: Head, cuts: Iterable[Cut], ask: Whose) -> Iterator[tuple[int, dict[str, Any]]]:
    """Of an archived page and its cuts, in the order of their places: each place with, by cut, whose it is.

    A record belongs to whom its own values name, archived or cut; not to whom the records in it or around it name.
    """
    if head.kind == "json":
        document = head.document if head.document is not None else load_json(stream, head.encoding)
        for place, cut in cuts:
            yield place, in_document(document, cut, ask)
        return
    kept = iter(cuts)
    place, cut = next(kept, (0, {}))
    for number, record in _read(stream, head):
        while cut and place < number:
            place, cut = next(kept, (0, {}))
        if cut and place == number:
            yield place, in_cells(record, cut, ask) if isinstance(record, list) else in_document(record, cut, ask)


def _read(stream: BinaryIO, head: Head) -> Iterator[tuple[int, Any]]:
    return json_lines(stream, head.encoding) if head.kind == "jsonl" else records(stream, head.encoding, head.delimiter)


def in_cells(cells: Iterable[str], cut: Mapping[str, Any], ask: Whose) -> dict[str, frozenset[int]]:
    """A line of a table is one record."""
    found = NOBODY.union(*(ask(text) for value in (*cells, *cut.values()) for text in _scalars(value)))
    return dict.fromkeys(cut, found) if found else {}


def in_document(document: Any, cut: Mapping[str, Any], ask: Whose) -> dict[str, frozenset[int]]:
    """The cuts of a document by whose they are; those of nobody whom we ask for are left out."""
    own: dict[str, frozenset[int]] = {}
    for path, value in cut.items():
        record = _records_above(path)[-1]
        own[record] = own.get(record, NOBODY).union(*map(ask, _scalars(value)))
    nodes: dict[str, frozenset[int]] = {}
    found: dict[str, frozenset[int]] = {}
    for path in cut:
        above = _records_above(path)
        for record in above:
            if record not in nodes:
                named = (ask(text) for text in _own(_node(document, record)))
                nodes[record] = own.get(record, NOBODY).union(*named)
        if persons := NOBODY.union(*(nodes[record] for record in above)):
            found[path] = persons
    return found


def _records_above(path: str) -> list[str]:
    """The records that a path leads through, the document first: each element of a list is one."""
    parts = path.split(".")
    return ["", *(".".join(parts[: at + 1]) for at, part in enumerate(parts) if part.isdecimal())]


def _node(document: Any, path: str) -> Any:
    for part in path.split(".") if path else ():
        if isinstance(document, dict):
            document = document.get(part)
        elif isinstance(document, list) and part.isdecimal() and int(part) < len(document):
            document = document[int(part)]
        else:
            return None
    return document


def _own(node: Any) -> Iterator[str]:
    """What a record says of itself: values that no list stands before."""
    if isinstance(node, dict):
        for child in node.values():
            if isinstance(child, dict):
                yield from _own(child)
            elif isinstance(child, str | int) and not isinstance(child, bool):
                yield str(child)


def _scalars(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from _scalars(child)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
