"""Cutting personal data out of a page before it is archived."""

import csv
import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO

from channels.core.adapter import Personal
from channels.core.reading import Head, load_json, records

PLACEHOLDER = "[personal]"

Cut = tuple[int, dict[str, Any]]  # place in the page → what stood there, by column or path


def redact(stream: BinaryIO, head: Head, personal: Personal, out: BinaryIO) -> Iterator[Cut]:
    """Write the page to ``out`` with placeholders for personal values, and yield what was cut.

    Empty values stay empty, so that "no e-mail" and "an e-mail" still differ. Tables keep their records in order.
    """
    if head.kind == "json":
        document = load_json(stream, head.encoding)
        cut: dict[str, Any] = {}
        for path in sorted(personal.paths):
            _cut_path(document, path.split("."), (), cut)
        out.write(dump_json(document).encode())
        if cut:
            yield 1, cut
        return
    yield from _redact_table(stream, head, personal, out)


def _redact_table(stream: BinaryIO, head: Head, personal: Personal, out: BinaryIO) -> Iterator[Cut]:
    columns = {name.casefold() for name in personal.columns}
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    tabbed = head.delimiter == "\t"
    writer = None if tabbed else csv.writer(text, delimiter=head.delimiter, lineterminator="\n")
    marked: list[tuple[int, str]] | None = None
    last = 0
    for number, cells in records(stream, head.encoding, head.delimiter):
        text.write("\n" * (number - last - 1))  # blank records keep their numbers
        last = number
        if marked is None:
            marked = [(i, name.strip()) for i, name in enumerate(cells) if name.strip().casefold() in columns]
        else:
            found = {name: cells[i] for i, name in marked if i < len(cells) and cells[i].strip()}
            for i, name in marked:
                if name in found:
                    kept = re.finditer(personal.kept, cells[i]) if personal.kept else ()
                    cells[i] = " ".join((PLACEHOLDER, *(match[0] for match in kept)))
            if found:
                yield number, found
        if writer:
            writer.writerow(cells)
        else:
            text.write("\t".join(cells) + "\n")
    text.detach()


def _cut_path(node: Any, parts: list[str], at: tuple[str, ...], cut: dict[str, Any]) -> None:
    if not parts:
        return
    part, rest = parts[0], parts[1:]
    if part == "**":
        _cut_path(node, rest, at, cut)
        for key, child in _children(node):
            _cut_path(child, parts, (*at, str(key)), cut)
        return
    for key, child in _children(node):
        if part not in ("*", str(key)):
            continue
        if rest:
            _cut_path(child, rest, (*at, str(key)), cut)
        elif child not in (None, "", PLACEHOLDER) and not isinstance(child, bool):
            cut[".".join((*at, str(key)))] = child
            node[key] = PLACEHOLDER


def _children(node: Any) -> list[tuple[Any, Any]]:
    if isinstance(node, dict):
        return list(node.items())
    return list(enumerate(node)) if isinstance(node, list) else []


def dump_json(node: Any) -> str:
    """JSON that keeps exact numbers, which the standard encoder would turn into floats."""
    if isinstance(node, dict):
        return (
            "{"
            + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{dump_json(child)}" for key, child in node.items())
            + "}"
        )
    if isinstance(node, list):
        return "[" + ",".join(dump_json(child) for child in node) + "]"
    return str(node) if isinstance(node, Decimal) else json.dumps(node, ensure_ascii=False)
