"""Shopify's search syntax: ``updated_at:>='2026-10-01T00:00:00Z' AND (financial_status:refunded OR name:#1001)``.

A field that the list does not know is left out of the condition, with a warning in ``extensions.search`` and no error:
the answer is then of more than was asked. A time without quotes breaks at its colons, as it does at Shopify.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

Value = datetime | str | int | Decimal | None
_TOKEN = re.compile(r"\s*(?:(?P<bracket>[()])|(?P<term>(?:'[^']*'|\"(?:[^\"\\]|\\.)*\"|[^\s()'\"])+))")
_TERM = re.compile(r"(?P<not>-?)(?P<name>[A-Za-z0-9_.]+):(?P<value>.*)", re.DOTALL)
_MEANING: Mapping[str, Callable[[int], bool]] = {
    ">=": lambda order: order >= 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    "<": lambda order: order < 0,
    "": lambda order: order == 0,
}


@dataclass(frozen=True, slots=True)
class Term:
    name: str
    sign: str  # >= <= > < or "" for equal
    value: str
    quoted: bool
    negated: bool = False

    def said(self) -> dict[str, str]:
        """As ``extensions.search[].parsed`` says it."""
        words = {">=": "range_gte", "<=": "range_lte", ">": "range_gt", "<": "range_lt"}
        plain = "match_phrase" if self.quoted else "match_all"
        return {"field": self.name, words.get(self.sign, plain): self.value}


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions that hold all at once, or one of them at least."""

    word: str  # and, or
    parts: tuple["Group | Term", ...]


@dataclass(frozen=True, slots=True)
class Search:
    """A condition as it was understood, and the fields that were not."""

    text: str
    root: "Group"
    unknown: tuple[str, ...] = field(default=())

    def holds(self, read: Callable[[str], Value]) -> bool:
        return _holds(self.root, read)

    def bounds(self, name: str) -> tuple[datetime | None, datetime | None]:
        """From when to when (both included) the field must lie, as far as the outermost conditions tell."""
        low: datetime | None = None
        high: datetime | None = None
        for part in self.root.parts if self.root.word == "and" else ():
            if isinstance(part, Term) and part.name == name and not part.negated:
                at = _time(part.value)
                if at and part.sign in (">", ">=", ""):
                    low = max(low, at) if low else at
                if at and part.sign in ("<", "<=", ""):
                    at += _day_after(part)
                    high = min(high, at) if high else at
        return low, high

    def warning(self, path: str) -> dict[str, object]:
        """The entry of ``extensions.search`` for this search."""
        message = "Invalid search field for this query."
        return {
            "path": [path],
            "query": self.text,
            "parsed": _said(self.root),
            "warnings": [{"field": name, "message": message, "code": "invalid_field"} for name in self.unknown],
        }


def understood(text: str, fields: frozenset[str]) -> Search:
    """The condition of a text; a term of an unknown field holds for everything."""
    tokens = list(_tokens(text))
    tree = _either(tokens)
    unknown: list[str] = []
    known = _known(tree, fields, unknown)
    root = known if isinstance(known, Group) else Group("and", (known,) if known else ())
    return Search(text, root, tuple(dict.fromkeys(unknown)))


def _tokens(text: str) -> Iterator[str]:
    for match in _TOKEN.finditer(text):
        yield match["bracket"] or match["term"]


def _either(tokens: list[str]) -> Group | Term:
    parts = [_both(tokens)]
    while tokens and tokens[0].upper() == "OR":
        tokens.pop(0)
        parts.append(_both(tokens))
    return parts[0] if len(parts) == 1 else Group("or", tuple(parts))


def _both(tokens: list[str]) -> Group | Term:
    parts: list[Group | Term] = []
    while tokens and tokens[0] != ")" and tokens[0].upper() != "OR":
        piece = tokens.pop(0)
        if piece == "(":
            parts.append(_either(tokens))
            if tokens:
                tokens.pop(0)
        elif piece.upper() != "AND":
            parts.extend(_terms(piece))
    return parts[0] if len(parts) == 1 else Group("and", tuple(parts))


def _terms(piece: str) -> Iterator[Term]:
    match = _TERM.fullmatch(piece)
    if not match:
        yield Term("default", "", piece.strip("'\""), piece[:1] in "'\"")
        return
    sign = next((mark for mark in (">=", "<=", ">", "<") if match["value"].startswith(mark)), "")
    value = match["value"][len(sign) :]
    quoted = value[:1] in ("'", '"') and value[:1] == value[-1:]
    if quoted:
        yield Term(match["name"], sign, value[1:-1], True, bool(match["not"]))
        return
    head, colon, rest = value.partition(":")
    yield Term(match["name"], sign, head, False, bool(match["not"]))
    if colon:  # 2026-10-01T02:45:22Z without quotes: "45" becomes the name of a field
        yield from _terms(rest)


def _known(part: Group | Term, fields: frozenset[str], unknown: list[str]) -> Group | Term | None:
    if isinstance(part, Term):
        if part.name in fields:
            return part
        unknown.append(part.name)
        return None
    kept = [one for one in (_known(one, fields, unknown) for one in part.parts) if one]
    return Group(part.word, tuple(kept)) if kept else None


def _said(part: Group | Term) -> object:
    if isinstance(part, Term):
        return part.said()
    said = [_said(one) for one in part.parts]
    return said[0] if len(said) == 1 else {part.word: said}


def _holds(part: Group | Term, read: Callable[[str], Value]) -> bool:
    if isinstance(part, Group):
        results = (_holds(one, read) for one in part.parts)
        return any(results) if part.word == "or" else all(results)
    return _compared(read(part.name), part) != part.negated


def _compared(value: Value, term: Term) -> bool:
    meaning = _MEANING[term.sign]
    if value is None:
        return False
    if isinstance(value, datetime):
        at = _time(term.value)
        if at is None:
            return False
        if not term.sign and (width := _day_after(term)):
            return at <= value <= at + width
        return meaning((value > at) - (value < at))
    if isinstance(value, str):
        left, right = value.lower(), term.value.lower()
        return meaning((left > right) - (left < right))
    try:
        number = Decimal(term.value)
    except InvalidOperation:
        return False
    return meaning((value > number) - (value < number))


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _day_after(term: Term) -> timedelta:
    """A bare day as an equal or upper value means all of it."""
    return timedelta(days=1, microseconds=-1) if len(term.value) == 10 and term.sign == "" else timedelta(0)
