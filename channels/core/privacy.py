"""Cutting personal data out of a page before it is archived."""

import csv
import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO

from channels.core.adapter import Personal
from channels.core.errors import Refused
from channels.core.reading import Head, json_lines, load_json, records, workbook_rows

PLACEHOLDER = "[personal]"

Cut = tuple[int, dict[str, Any]]  # place in the page → what stood there, by column or path


def redact(stream: BinaryIO, head: Head, personal: Personal, out: BinaryIO) -> Iterator[Cut]:
    """Write the page to ``out`` with placeholders for personal values, and yield what was cut.

    Empty values stay empty, so that "no e-mail" and "an e-mail" still differ. Tables keep their records in order;
    a workbook becomes a table. Raises Refused for a page that cannot be read.
    """
    if head.kind == "json":
        yield from _redact_json(stream, head, personal, out)
        return
    if head.kind == "jsonl":
        yield from _redact_json_lines(stream, head, personal, out)
        return
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    try:
        yield from _redact_table(stream, head, personal, text)
    finally:
        text.detach()


def _redact_json(stream: BinaryIO, head: Head, personal: Personal, out: BinaryIO) -> Iterator[Cut]:
    if cut := _redact_document(load_json(stream, head.encoding), personal, out):
        yield 1, cut


def _redact_json_lines(stream: BinaryIO, head: Head, personal: Personal, out: BinaryIO) -> Iterator[Cut]:
    last = 0
    for number, document in json_lines(stream, head.encoding):
        out.write(b"\n" * (number - last - 1))  # blank lines keep their numbers
        last = number
        cut = _redact_document(document, personal, out)
        out.write(b"\n")
        if cut:
            yield number, cut


def _redact_document(document: Any, personal: Personal, out: BinaryIO) -> dict[str, Any]:
    """Write the document without what is personal; what that was, by path."""
    cut: dict[str, Any] = {}
    try:
        for path in sorted(personal.paths):
            _cut_path(document, path.split("."), (), cut)
        out.write(_dump_fast(document).encode())
    except (RecursionError, UnicodeEncodeError) as error:
        raise Refused(f"the JSON document cannot be written again: {error}") from error
    return cut


def _redact_table(stream: BinaryIO, head: Head, personal: Personal, text: io.TextIOWrapper) -> Iterator[Cut]:
    wanted = {name.casefold() for name in personal.columns}
    workbook = head.kind == "workbook"
    source = workbook_rows(stream) if workbook else records(stream, head.encoding, head.delimiter)
    writer = csv.writer(text, delimiter=head.delimiter or ",", lineterminator="\n")
    columns: list[tuple[int, str]] | None = None
    last = 0
    for number, cells in source:
        text.write("\n" * (number - last - 1))  # blank records keep their numbers
        last = number
        if columns is None:
            columns = [(at, name.strip()) for at, name in enumerate(cells) if name.strip().casefold() in wanted]
        elif found := _cut_cells(cells, columns, personal.kept):
            yield number, found
        if head.delimiter == "\t":
            text.write("\t".join(cells) + "\n")
        else:
            writer.writerow(cells)


def _cut_cells(cells: list[str], columns: list[tuple[int, str]], kept: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for at, name in columns:
        if at < len(cells) and cells[at].strip():
            found[f"{name} ({at + 1})" if name in found else name] = cells[at]
            cells[at] = " ".join((PLACEHOLDER, *(match[0] for match in re.finditer(kept, cells[at]) if kept)))
    return found


def _cut_path(node: Any, parts: list[str], at: tuple[str, ...], cut: dict[str, Any]) -> None:
    if not parts:
        return
    part, rest = parts[0], parts[1:]
    if part == "**":
        _cut_path(node, rest, at, cut)
        for key, child in _children(node):
            _cut_path(child, parts, (*at, str(key)), cut)
        return
    for key, child in _children(node) if part == "*" else _child(node, part):
        if rest:
            _cut_path(child, rest, (*at, str(key)), cut)
        elif child not in (None, "", PLACEHOLDER) and not isinstance(child, bool):
            cut[".".join((*at, str(key)))] = child
            node[key] = PLACEHOLDER


def _children(node: Any) -> list[tuple[Any, Any]]:
    if isinstance(node, dict):
        return list(node.items())
    return list(enumerate(node)) if isinstance(node, list) else []


def _child(node: Any, part: str) -> list[tuple[Any, Any]]:
    if isinstance(node, dict):
        return [(part, node[part])] if part in node else []
    if isinstance(node, list) and part.isdecimal() and part.isascii():
        return [(int(part), node[int(part)])] if int(part) < len(node) else []
    return []


def _dump_fast(node: Any) -> str:
    """As ``dump_json``, by the standard encoder where the document has nothing that this one would spoil."""
    try:
        text = json.dumps(node, ensure_ascii=False, separators=(",", ":"))
    except TypeError:  # a Decimal
        return dump_json(node)
    return dump_json(node) if _HALF.search(text) else text


def dump_json(node: Any) -> str:
    """JSON that keeps exact numbers, which the standard encoder would turn into floats."""
    if isinstance(node, dict):
        return "{" + ",".join(f"{_dump_plain(key)}:{dump_json(child)}" for key, child in node.items()) + "}"
    if isinstance(node, list):
        return "[" + ",".join(dump_json(child) for child in node) + "]"
    return str(node) if isinstance(node, Decimal) else _dump_plain(node)


def _dump_plain(node: Any) -> str:
    """Half of a surrogate pair, which JSON can hold where a vendor cut a text, stays an escape."""
    text = json.dumps(node, ensure_ascii=False)
    return json.dumps(node) if _HALF.search(text) else text


_HALF = re.compile("[\ud800-\udfff]")
