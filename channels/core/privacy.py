"""Cutting personal data out of a page before it is archived."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, BinaryIO

import orjson

from channels.core.adapter import Personal
from channels.core.errors import Refused
from channels.core.reading import Head, json_lines, load_json, records, workbook_rows

PLACEHOLDER = "[personal]"

Cut = tuple[int, dict[str, Any]]  # place in the page → what stood there, by column or path


def redact(stream: BinaryIO, head: Head, personal: Personal, out: BinaryIO) -> Iterator[Cut]:
    """Write the page to ``out`` with placeholders for personal values, and yield what was cut.

    Empty values stay empty, so that "no e-mail" and "an e-mail" still differ. Tables keep their records in order;
    a workbook becomes a table. The document in the head of a JSON page is used up. Raises Refused for a page that
    cannot be read.
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
    document = head.document if head.document is not None else load_json(stream, head.encoding)
    if cut := _redact_document(document, personal, out):
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
        _cut_below(document, _tree(personal.paths), "", cut)
        out.write(dump_bytes(document))
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


@dataclass(frozen=True, slots=True)
class _Tree:
    """Where personal values are below a node: whether it is one itself, what is below its children, by key."""

    leaf: bool = False
    named: Mapping[str, "_Tree"] = field(default_factory=dict)
    every: "_Tree | None" = None  # below every child: ``*``
    deep: "_Tree | None" = None  # below it and every node under it: ``**``


@lru_cache(maxsize=256)
def _tree(paths: frozenset[str]) -> _Tree:
    return _grown([path.split(".") for path in paths])


def _grown(paths: list[list[str]]) -> _Tree:
    below: dict[str, list[list[str]]] = {}
    for path in paths:
        if path:
            below.setdefault(path[0], []).append(path[1:])
    grown = {part: _grown(rests) for part, rests in sorted(below.items())}
    every, deep = grown.pop("*", None), grown.pop("**", None)
    return _Tree([] in paths, grown, every, deep)


def _cut_below(node: Any, tree: _Tree, at: str, cut: dict[str, Any]) -> None:
    """Put placeholders for the personal values under a node; ``at`` is the path of the node with a dot behind."""
    if tree.deep is not None:
        _cut_deep(node, tree.deep, at, cut)
    if tree.every is not None:
        for key, child in _children(node):
            _cut(node, key, child, tree.every, at, cut)
    if type(node) is dict:
        for part, below in tree.named.items():
            if part in node:
                _cut(node, part, node[part], below, at, cut)
    else:
        for part, below in tree.named.items():
            for key, child in _child(node, part):
                _cut(node, key, child, below, at, cut)


def _cut_deep(node: Any, tree: _Tree, at: str, cut: dict[str, Any]) -> None:
    _cut_below(node, tree, at, cut)
    for key, child in _children(node):
        if isinstance(child, dict | list):
            _cut_deep(child, tree, f"{at}{key}.", cut)


def _cut(node: Any, key: Any, child: Any, tree: _Tree, at: str, cut: dict[str, Any]) -> None:
    if tree.leaf and child not in _NOTHING and not isinstance(child, bool):
        cut[f"{at}{key}"] = child
        node[key] = PLACEHOLDER
    elif isinstance(child, dict | list):
        _cut_below(child, tree, f"{at}{key}.", cut)


_NOTHING = (None, "", PLACEHOLDER)


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


def dump_bytes(node: Any) -> bytes:
    """As ``dump_json``, by the quick encoder unless it meets what it does not take: half of a surrogate pair, numbers
    beyond 64 bits."""
    try:
        return orjson.dumps(node, default=_exact)
    except TypeError:
        return dump_json(node).encode()


def _exact(node: Any) -> orjson.Fragment:
    if isinstance(node, Decimal):
        return orjson.Fragment(str(node))
    raise TypeError(f"JSON does not take {type(node).__name__}")


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
