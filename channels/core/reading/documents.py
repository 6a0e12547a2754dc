"""JSON documents and JSON lines with exact numbers."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO

from channels.core.errors import Refused
from channels.core.reading.encodings import lines

DOCUMENT_LIMIT = 64_000_000  # bytes of a JSON document or a workbook, which are read whole


def load_json(stream: BinaryIO, encoding: str = "utf-8-sig") -> Any:
    """The document with exact numbers (Decimal, int). Raises Refused where it is broken or too large."""
    body = stream.read(DOCUMENT_LIMIT + 1)
    if len(body) > DOCUMENT_LIMIT:
        raise Refused(f"the JSON document is larger than {DOCUMENT_LIMIT:,} bytes; split it")
    try:
        return parse_json(body.decode(encoding))
    except ValueError as error:
        raise Refused(f"the JSON document cannot be read: {error}") from error


def parse_json(text: str) -> Any:
    """The document with exact numbers (Decimal, int). Raises Refused where it is broken."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(f"the JSON document cannot be read: {error}") from error


def json_lines(stream: BinaryIO, encoding: str = "utf-8-sig") -> Iterator[tuple[int, Any]]:
    """(number from 1, document) of each line that is not blank. Raises Refused at one that is broken."""
    for number, line in enumerate(lines(stream, encoding), 1):
        if line.strip():
            try:
                yield number, parse_json(line)
            except Refused as refused:
                raise Refused(f"line {number}: {refused}") from refused


def _no_constant(name: str) -> None:
    raise Refused(f"the JSON document holds {name}, which is no number")
