"""Cutting personal data out of a page before it is archived, and putting it back for a lawful purpose."""

import io
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, BinaryIO

from channels.core.adapter import Personal
from channels.core.errors import Refused
from channels.core.reading import (
    Head,
    json_lines,
    lines,
    load_json,
    parse_json,
    plain_name,
    records,
    workbook_rows,
)
from channels.core.writing import dump_bytes, table_line

PLACEHOLDER = "[personal]"

Cut = tuple[int, dict[str, Any]]  # place in the page → what stood there, by column or path


def redact(stream: BinaryIO, head: Head, personal: Personal, out: BinaryIO) -> Iterator[Cut]:
    """Write the page to ``out`` with placeholders for personal values, and yield what was cut.

    Empty values stay empty, so that "no e-mail" and "an e-mail" still differ. Tables keep their records in order;
    a workbook becomes a table. Cells without a column name are personal too, for nobody knows what they are. The
    document in the head of a JSON page is used up. Raises Refused for a page that cannot be read.
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
    wanted = {plain_name(name): "" for name in personal.columns}
    wanted |= {plain_name(name): pattern for name, pattern in personal.unless.items()}
    stay = {plain_name(name) for name in personal.stay}
    workbook = head.kind == "workbook"
    source = workbook_rows(stream) if workbook else records(stream, head.encoding, head.delimiter)
    header: list[str] | None = None
    columns: list[_Column] = []
    above, last = len(head.above), 0
    for number, cells in source:
        text.write("\n" * (number - last - 1))  # blank records keep their numbers
        last = number
        if above:
            above -= 1
        elif header is None:
            header = [name.strip() for name in cells]
            columns = [
                (at, name, wanted.get(plain_name(name), ""))
                for at, name in enumerate(header)
                if not name or plain_name(name) in wanted or (stay and plain_name(name) not in stay)
            ]
        elif found := _cut_cells(cells, [*columns, *_beyond(header, cells)], personal.kept):
            yield number, found
        text.write(table_line(cells, head.delimiter))


_Column = tuple[int, str, str]  # its place from 0, its name, and what its cells may be and stay


def _beyond(header: list[str], cells: list[str]) -> Iterator[_Column]:
    """Cells without a column: a separator within an address has moved them, and nobody knows what they are."""
    return ((at, "", "") for at in range(len(header), len(cells)))


def _cut_cells(cells: list[str], columns: list[_Column], kept: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for at, name, plain in columns:
        if at < len(cells) and cells[at].strip() and not (plain and re.fullmatch(plain, cells[at])):
            found[_key(name, at, found)] = cells[at]
            cells[at] = " ".join((PLACEHOLDER, *(match[0] for match in re.finditer(kept, cells[at]) if kept)))
    return found


def _key(name: str, at: int, seen: Container[str]) -> str:
    """Under which a cell is kept: the name of its column, with its number where the name does not tell it."""
    return f"{name} ({at + 1})".strip() if not name or name in seen else name


def restore(stream: BinaryIO, head: Head, cuts: Iterable[Cut]) -> Iterator[bytes]:
    """An archived page with what was cut out of it put back, in pieces; ``cuts`` by place, those that are still kept.

    Where a cut is gone, placeholders stay. The document in the head of a JSON page is used up.
    """
    if head.kind == "json":
        document = head.document if head.document is not None else load_json(stream, head.encoding)
        for _, cut in cuts:
            put_back(document, cut)
        yield dump_bytes(document)
        return
    kept = _Kept(cuts)
    if head.kind == "jsonl":
        yield from _restore_json_lines(stream, head, kept)
    else:
        yield from _restore_table(stream, head, kept)


class _Kept:
    """Cuts by place, as a page is read from its first place to its last."""

    def __init__(self, cuts: Iterable[Cut]) -> None:
        self._cuts = iter(cuts)
        self._next = next(self._cuts, None)

    def at(self, place: int) -> dict[str, Any]:
        while self._next is not None and self._next[0] < place:
            self._next = next(self._cuts, None)
        return self._next[1] if self._next is not None and self._next[0] == place else {}


def _restore_json_lines(stream: BinaryIO, head: Head, kept: _Kept) -> Iterator[bytes]:
    for number, line in enumerate(lines(stream, head.encoding), 1):
        if cut := kept.at(number):
            document = parse_json(line)
            put_back(document, cut)
            yield dump_bytes(document) + b"\n"
        else:  # as it was archived, and most lines have nothing personal
            yield line.encode() + b"\n"


def _restore_table(stream: BinaryIO, head: Head, kept: _Kept) -> Iterator[bytes]:
    header: list[str] | None = None
    above, last = len(head.above), 0
    for number, cells in records(stream, head.encoding, head.delimiter):
        if above:
            above -= 1
        elif header is None:
            header = [name.strip() for name in cells]
        elif cut := kept.at(number):
            _put_back_cells(cells, [*header, *("" for _ in _beyond(header, cells))], cut)
        yield ("\n" * (number - last - 1) + table_line(cells, head.delimiter)).encode()
        last = number


def _put_back_cells(cells: list[str], header: list[str], cut: Mapping[str, Any]) -> None:
    """Columns of one name are told apart as they were when they were cut."""
    seen: set[str] = set()
    for at, (name, cell) in enumerate(zip(header, cells, strict=False)):
        if cell.startswith(PLACEHOLDER):
            cells[at] = cut.get(_key(name, at, seen), cell)
            seen.add(name)


def is_document(body: bytes) -> bool:
    """Whether an archived page with something cut out is one JSON document, and no JSON lines or table."""
    return body[:1] in (b"{", b"[") and b"\n" not in body


def put_back(document: Any, cut: dict[str, Any]) -> None:
    """Put what was cut out of a document back into it.

    The last cut first: a value may have been cut out of what was then cut out as a whole.
    """
    for path, value in reversed(cut.items()):
        *above, last = path.split(".")
        try:  # nearly always the parts of the path are the keys
            node = document
            for part in above:
                node = node[part] if type(node) is dict else node[int(part)]
            key: Any = last if type(node) is dict else int(last)
            found = (node, key) if node[key] == PLACEHOLDER else None
        except (KeyError, IndexError, ValueError, TypeError):
            found = None
        if found or (found := _placeholder_at(document, path)):
            found[0][found[1]] = value


def _placeholder_at(node: Any, path: str) -> tuple[Any, Any] | None:
    """The list or object and its key where a placeholder stands at the path; keys may have dots in them."""
    end = path.find(".")
    while end >= 0:
        for _, child in _child(node, path[:end]):
            if found := _placeholder_at(child, path[end + 1 :]):
                return found
        end = path.find(".", end + 1)
    return next(((node, key) for key, child in _child(node, path) if child == PLACEHOLDER), None)


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
