"""Looking into an archived page: the records around a line, read as a stream, and JSON laid out to read."""

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from channels.core.reading import Head, read_head, records, workbook_rows
from channels.core.writing import dump_json
from channels.models import RawPage
from channels.receive import opened

AROUND = 12  # records shown before and after the line
DOCUMENT_LINES = 2_000  # lines of a JSON document that are shown
CELL = 300  # characters of a cell in the table; the whole cell stands in the record's own list


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What of a page is shown: a table's records, or a document's lines."""

    kind: str
    line: int
    header: tuple[str, ...] = ()
    records: list[tuple[int, list[str]]] = field(default_factory=list)
    cells: list[tuple[str, str]] = field(default_factory=list)  # the record at ``line``, by column name
    text: str = ""
    more: bool = False  # there is more below
    encoding: str = ""

    @property
    def found(self) -> bool:
        return bool(self.cells) or bool(self.text)


def excerpt(page: RawPage, line: int) -> Excerpt:
    """The records around ``line`` (from 1) of an archived page. Raises Refused where its content cannot be read."""
    with opened(page) as stream:
        head = read_head(stream)
        stream.seek(0)
        if head.kind == "json":
            return _document(head, line)
        source = workbook_rows(stream) if head.kind == "workbook" else records(stream, head.encoding, head.delimiter)
        return _table(head, source, line)


def _table(head: Head, source: Iterator[tuple[int, list[str]]], line: int) -> Excerpt:
    source = islice(source, len(head.above), None)
    header = tuple(name.strip() for name in next(source, (0, []))[1])
    shown: list[tuple[int, list[str]]] = []
    last: deque[tuple[int, list[str]]] = deque(maxlen=AROUND)
    cells: list[tuple[str, str]] = []
    more = False
    for number, values in source:
        if number > line + AROUND:
            more = True
            break
        if number == line:
            names = [*header, *("" for _ in values[len(header) :])]
            cells = [(name, value) for name, value in zip(names, values, strict=False) if value.strip()]
        last.append((number, [value[:CELL] for value in values]))
        if number >= line - AROUND:
            shown.append(last[-1])
    return Excerpt(head.kind, line, header, shown or list(last), cells, more=more, encoding=head.encoding)


def _document(head: Head, line: int) -> Excerpt:
    """The line-th record where the document is a list of records, and the document from its start."""
    found = _records(head.document)
    record = found[line - 1] if 0 < line <= len(found) else None
    lines = list(islice(pretty(head.document if record is None else record), DOCUMENT_LINES + 1))
    text = "\n".join(lines[:DOCUMENT_LINES])
    cells = [
        (name, str(value))
        for name, value in (record.items() if isinstance(record, dict) else ())
        if not isinstance(value, dict | list) and value not in (None, "")
    ]
    return Excerpt("json", line, cells=cells, text=text, more=len(lines) > DOCUMENT_LINES, encoding=head.encoding)


def pretty(node: Any, indent: str = "", name: str = "", end: str = "") -> Iterator[str]:
    """The lines of a JSON value, indented, with numbers as they were written."""
    if not (node and isinstance(node, dict | list)):
        yield f"{indent}{name}{dump_json(node)}{end}"
        return
    inside = [(f"{json.dumps(key, ensure_ascii=False)}: ", one) for key, one in node.items()] if isinstance(
        node, dict) else [("", one) for one in node]  # fmt: skip
    opening, closing = "{}" if isinstance(node, dict) else "[]"
    yield f"{indent}{name}{opening}"
    for number, (key, one) in enumerate(inside, 1):
        yield from pretty(one, indent + "  ", key, "," if number < len(inside) else "")
    yield f"{indent}{closing}{end}"


def _records(node: Any) -> list[Any]:
    """The outermost list of objects in the document: what its adapters number as records."""
    level = [node]
    while level:
        lists = [one for one in level if isinstance(one, list) and one and isinstance(one[0], dict)]
        if lists:
            return max(lists, key=len)
        level = [
            child
            for one in level
            if isinstance(one, dict | list)
            for child in (one.values() if isinstance(one, dict) else one[:50])
        ]
    return []
