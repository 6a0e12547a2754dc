"""Which kind of file it is, by its content: delimited table, workbook, JSON or JSON lines."""

import csv
from itertools import islice
from typing import Any, BinaryIO

from channels.core.errors import Refused
from channels.core.reading.documents import load_json, parse_json
from channels.core.reading.encodings import find_encoding
from channels.core.reading.head import Head
from channels.core.reading.tables import records, workbook_rows

HEAD_BYTES = 65_536
ABOVE = 10  # records that may stand above a header


def read_head(stream: BinaryIO) -> Head:
    """What kind of file it is, from its content. Raises Refused where it is none that can be read."""
    start = stream.read(HEAD_BYTES)
    if not start.strip(b"\xef\xbb\xbf \r\n\t\0"):
        raise Refused("the file is empty")
    if start[:4] == b"PK\x03\x04":
        stream.seek(0)
        rows = [cells for _, cells in islice(workbook_rows(stream), ABOVE + 2)]
        at = _header_at(rows)
        header, first = (rows[at] if rows else []), (rows[at + 1] if len(rows) > at + 1 else [])
        above = tuple(" ".join(cells).strip() for cells in rows[:at])
        return Head("workbook", header=tuple(header), first=tuple(first), above=above)
    stream.seek(0)
    encoding = find_encoding(stream)
    text = start.decode(encoding, errors="ignore").lstrip("\ufeff \r\n\t")
    if text[:1] in "{[":
        stream.seek(0)
        first_document = _first_of_lines(text)
        if first_document is not None:
            return Head("jsonl", encoding, document=first_document)
        return Head("json", encoding, document=load_json(stream, encoding))
    delimiter, count = _layout(text)
    stream.seek(0)
    table = records(stream, encoding, delimiter)
    over = tuple(" ".join(cells).strip() for _, cells in islice(table, count))
    header = [name.strip() for name in next(table, (0, []))[1]]
    return Head("table", encoding, delimiter, tuple(header), tuple(next(table, (0, []))[1]), above=over)


def _layout(text: str) -> tuple[str, int]:
    """The delimiter of a table, and how many records stand above its header: Google's have a title and a period."""
    begin = [line for line in text.splitlines()[: 2 * ABOVE] if line.strip()]
    if begin and begin[0].startswith("#"):  # Google Analytics says the report and its days in comments
        count = next((at for at, line in enumerate(begin) if not line.startswith("#")), len(begin))
        delimiter = max("\t,;", key=begin[count].count) if count < len(begin) else ""
        if delimiter and delimiter in begin[count]:
            return delimiter, count
    if begin and (found := max("\t,;", key=begin[0].count)) in begin[0]:
        return found, 0
    for delimiter in "\t,;":
        if at := _header_at(list(csv.reader(begin[: ABOVE + 1], delimiter=delimiter))):
            return delimiter, at
    raise Refused("the first line has no columns separated by tab, comma or semicolon, and it is not JSON")


def _header_at(rows: list[list[str]]) -> int:
    """Which row is the header: the first, or, where that is one cell alone, the first one of four cells or more."""
    counts = [sum(bool(cell.strip()) for cell in cells) for cells in rows]
    if not counts or counts[0] > 1:
        return 0
    return next((at for at, count in enumerate(counts) if count >= 4), 0)


def _first_of_lines(text: str) -> Any:
    """The object on the first line where another one begins below it; None for anything but JSON lines."""
    line, _, rest = text.partition("\n")
    if not rest.lstrip().startswith("{"):
        return None
    try:
        return parse_json(line)
    except Refused:
        return None
