"""Delimited tables and workbooks, record by record."""

import csv
import struct
import zlib
from collections.abc import Iterator
from datetime import datetime, time
from decimal import Decimal
from itertools import islice
from typing import BinaryIO, Literal
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from channels.core.errors import Refused
from channels.core.reading.documents import DOCUMENT_LIMIT
from channels.core.reading.encodings import LINE_LIMIT, lines
from channels.core.reading.head import Head

csv.field_size_limit(LINE_LIMIT)


def records(stream: BinaryIO, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(number from 1, cells) of each record of a delimited table, blank ones left out; quotes may span lines.

    Tab-separated reports are never quoted, so a quotation mark in them is a character like any other.
    """
    quoting: Literal[0, 3] = csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL
    reader = csv.reader((line + "\n" for line in lines(stream, encoding)), delimiter=delimiter, quoting=quoting)
    number = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Refused(f"line {reader.line_num}: {error}") from error
        number += 1
        if any(cell.strip() for cell in cells):
            yield number, cells


def table(stream: BinaryIO, head: Head) -> Iterator[tuple[int, dict[str, str]]]:
    """(number, cells by header name) of a table or workbook; short rows lack their last names."""
    source = workbook_rows(stream) if head.kind == "workbook" else records(stream, head.encoding, head.delimiter)
    header: list[str] | None = None
    for number, cells in islice(source, len(head.above), None):
        if header is None:
            header = [name.strip() for name in cells]
        else:
            yield number, dict(zip(header, (cell.strip() for cell in cells), strict=False))


def workbook_rows(stream: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet of an XLSX file as text. Raises Refused for one that is damaged or a bomb."""
    from openpyxl import load_workbook  # noqa: PLC0415 - slow import

    try:
        size = sum(item.file_size for item in ZipFile(stream).infolist())
        if size > DOCUMENT_LIMIT * 4:
            raise Refused(f"the workbook unpacks to {size:,} bytes; split it")
        stream.seek(0)
        sheet = load_workbook(stream, read_only=True, data_only=True).worksheets[0]
        if not 1 < (sheet.max_column or 0) < 1_000:
            sheet.reset_dimensions()  # some programs state a single cell, others the whole sheet
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            texts = [_cell_text(cell) for cell in cells]
            if any(texts):
                yield number, texts
    except _WORKBOOK_DAMAGE as error:
        raise Refused(f"the workbook cannot be opened: {error}") from error


# What zipfile and openpyxl raise for files that are cut, broken, encrypted or no workbook.
_WORKBOOK_DAMAGE = (
    BadZipFile, LookupError, ValueError, OSError, EOFError, ParseError, zlib.error, RuntimeError, TypeError,
    AttributeError, ArithmeticError, struct.error,
)  # fmt: skip


def _cell_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if cell.time() != time(0) else cell.date().isoformat()
    if isinstance(cell, float):
        # A workbook keeps 0.1 as a binary float; its shortest form is what the seller sees.
        return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
    return str(cell).strip()
