"""Rows as the text that PostgreSQL's COPY reads.

The driver writes a row of thirty columns value by value through its adapters; joining the text ourselves takes a
third of that, and a settlement has a million rows.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from django.db import connection

_SPECIAL = re.compile("[\\\\\n\r\0\ud800-\udfff]").search
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_UNKEPT = re.compile("[\0\ud800-\udfff]")
_BUFFERED = 1_000  # rows a write
_NULL = "\x01"  # no backslash in it, so that a row is searched once as a whole for what needs escaping


def clean(text: str) -> str:
    """The text without what PostgreSQL cannot keep: NUL, and halves of surrogate pairs, which JSON can hold."""
    if text.isascii() and "\0" not in text:
        return text
    return _UNKEPT.sub(lambda found: "" if found[0] == "\0" else "\ufffd", text)


def _escaped(value: object, cell: str) -> str:
    return clean(cell).translate(_ESCAPES) if type(value) is str else cell


@lru_cache(maxsize=50_000)
def _moment(value: date) -> str:
    return value.isoformat()


class _Cells(dict[type, Any]):
    """How a value of each type is written; a type of StrEnum is met once and remembered."""

    def __missing__(self, kind: type) -> Any:
        if not issubclass(kind, StrEnum):
            raise TypeError(f"COPY does not take {kind.__name__}")
        self[kind] = {member: member.value for member in kind}.__getitem__
        return self[kind]


_CELLS = _Cells({
    str: str,
    int: str,
    Decimal: str,
    bool: lambda value: "t" if value else "f",
    type(None): lambda _: _NULL,
    datetime: _moment,
    date: _moment,
    bytes: lambda value: rf"\\x{value.hex()}",
})  # fmt: skip


class Copying:
    """An open COPY. Rows are written in the order of its columns."""

    def __init__(self, copy: Any) -> None:
        self._copy = copy
        self._lines: list[str] = []

    def write(self, row: Sequence[Any], head: str = "") -> None:
        """``head`` is the first columns as ``head_of`` made them, for rows that have them in common."""
        cells = _CELLS
        texts = [value if type(value) is str else cells[type(value)](value) for value in row]
        line = "\t".join(texts)
        # Plain text is told apart by searches for single characters, which cost a tenth of the expression's.
        plain = line.isascii() and "\\" not in line and "\n" not in line and "\r" not in line and "\0" not in line
        if not (plain or not _SPECIAL(line)) or line.count("\t") >= len(texts):
            line = "\t".join(map(_escaped, row, texts))
        self._lines.append(head + line)
        if len(self._lines) >= _BUFFERED:
            self.flush()

    def flush(self) -> None:
        if self._lines:
            self._lines.append("")
            self._copy.write("\n".join(self._lines))
            self._lines.clear()


def head_of(values: Sequence[Any]) -> str:
    """The first columns of rows that have them in common."""
    return "".join(_escaped(value, _CELLS[type(value)](value)) + "\t" for value in values)


@contextmanager
def copying(table: str, columns: Iterable[str]) -> Iterator[Copying]:
    """A COPY into the table for the length of the block."""
    into = f"COPY {table} ({', '.join(columns)}) FROM STDIN (NULL '{_NULL}')"
    # What the driver raises while it copies becomes Django's own error, as from every other statement.
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(into) as copy:
        target = Copying(copy)
        yield target
        target.flush()
