"""Reading what vendors write: encodings, tables, decimals, instants, JSON. Nothing holds a whole table in memory."""

import csv
import json
import re
import struct
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from itertools import islice
from typing import Any, BinaryIO, Literal
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from channels.core.errors import Refused

HEAD_BYTES = 65_536
ABOVE = 10  # records that may stand above a header
LINE_LIMIT = 1_000_000  # bytes; the longest real line seen is under 10 kB
DOCUMENT_LIMIT = 64_000_000  # bytes of a JSON document or a workbook, which are read whole
_CHUNK = 1 << 20

csv.field_size_limit(LINE_LIMIT)


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a file, enough to know its format."""

    kind: str  # table | json | jsonl | workbook
    encoding: str = "utf-8"
    delimiter: str = ""
    header: tuple[str, ...] = ()  # column names as written, stripped
    first: tuple[str, ...] = ()  # the first record below the header
    document: Any = None  # the parsed JSON; of JSON lines the first
    above: tuple[str, ...] = ()  # records above the header, such as a title and a period


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


def find_encoding(stream: BinaryIO) -> str:
    """UTF-8 (with or without a mark), UTF-16, gb18030 (Excel in China), cp932 (Amazon Japan) or latin-1.

    Judged over the whole stream. Raises Refused for one with NUL bytes.
    """
    if stream.read(2) in (BOM_UTF16_LE, BOM_UTF16_BE):
        return "utf-16"
    return next(name for name, codec, sign in _ENCODINGS if _fits(stream, codec, sign))


# Name, codec to try, and what must occur beside. The bytes of Chinese come in pairs that latin-1 text does not have;
# most of cp932's characters begin in 0x81–0x9F, where latin-1 has no letters.
_ENCODINGS = (
    ("utf-8-sig", "utf-8", re.compile(b"")),
    ("gb18030", "gb2312", re.compile(b"")),
    ("cp932", "cp932", re.compile(b"[\x81-\x9f]")),
    ("latin-1", "latin-1", re.compile(b"")),
)


def _fits(stream: BinaryIO, codec: str, sign: re.Pattern[bytes]) -> bool:
    decoder = getincrementaldecoder(codec)()
    seen = False
    stream.seek(0)
    try:
        while chunk := stream.read(_CHUNK):
            if b"\0" in chunk:
                raise Refused("the file holds NUL bytes: it is binary or damaged; export it again as text")
            seen = seen or bool(sign.search(chunk))
            if not chunk.isascii() or decoder.getstate()[0]:
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return seen


def lines(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """The physical lines without their ends. Raises Refused at a line that is no line."""
    if encoding == "utf-16":
        yield from _lines_of_utf16(stream)
        return
    number = 0
    while line := stream.readline(LINE_LIMIT + 1):
        number += 1
        if len(line) > LINE_LIMIT:
            raise _too_long(number)
        yield (
            (line[3:] if number == 1 and line[:3] == BOM_UTF8 else line)
            .decode("utf-8" if encoding == "utf-8-sig" else encoding, errors="replace")
            .rstrip("\r\n")
        )


def _lines_of_utf16(stream: BinaryIO) -> Iterator[str]:
    decoder = getincrementaldecoder("utf-16")(errors="replace")
    number, rest = 0, ""
    while chunk := stream.read(_CHUNK):
        *whole, rest = (rest + decoder.decode(chunk)).split("\n")
        for line in whole:
            number += 1
            yield line.rstrip("\r")
        if len(rest) > LINE_LIMIT:
            raise _too_long(number + 1)
    if rest := rest + decoder.decode(b"", final=True):
        yield rest.rstrip("\r")


def _too_long(number: int) -> Refused:
    return Refused(f"line {number} is longer than {LINE_LIMIT:,} bytes; this is not a report of a marketplace")


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


def parse_decimal(text: str, *, comma: bool | None = None) -> Decimal:
    """An amount such as ``-1,234.50``, ``1.234,56``, ``$5``, ``(3.20)``; ``comma`` says which mark is the decimal one.

    Without it, a mark that can only be the decimal one is, and ``1,234`` is a thousand. Raises ValueError where it is
    no number, or where the other mark does not stand between thousands.
    """
    cleaned = text.strip().translate(_IGNORED)
    cleaned = _CURRENCY_BEHIND.sub("", _CURRENCY_BEFORE.sub(r"\1", cleaned))
    negative = cleaned[:1] == "(" and cleaned[-1:] == ")" and cleaned[1:2] not in ("+", "-")
    cleaned = cleaned[1:-1] if negative else cleaned
    mark, group = (",", ".") if (looks_comma(cleaned) if comma is None else comma) else (".", ",")
    whole, _, part = cleaned.partition(mark)
    grouped = group not in cleaned or (group not in part and _GROUPED.fullmatch(whole.replace(group, ",")))
    number = f"{whole.replace(group, '')}.{part}" if part else whole.replace(group, "")
    if not grouped or not _NUMBER.fullmatch(number):
        raise ValueError(f"not a number: {text!r}")
    return -Decimal(number) if negative else Decimal(number)


# Blanks and apostrophes between thousands, and the apostrophe before a number that a spreadsheet keeps as text.
_IGNORED = {ord(mark): None for mark in " '’\u00a0\u2009\u202f"} | {ord("\u2212"): "-"}
_CURRENCY_BEFORE = re.compile(r"^([+-]?)[^\d.,()+-]{1,3}")
_CURRENCY_BEHIND = re.compile(r"(?<=\d)([A-Z]{3}|[$€£¥₫฿₱₹元])$")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{2,3})*,\d{3}", re.ASCII)  # India groups by two
_COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,}|(?![1-9]\d{0,2},\d{3}$)\d+,\d+)", re.ASCII)


def looks_comma(text: str) -> bool:
    """Whether an amount can only be one with a decimal comma (``95,00``, ``1.234,56``, ``0,125``)."""
    return bool(_COMMA.fullmatch(text.strip()))


_LAYOUTS = (
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d",
    "%b %d, %Y", "%m/%d/%Y", "%d-%m-%Y", "%d %b %Y",
)  # fmt: skip


def parse_instant(text: str, zone: tzinfo = UTC) -> datetime:
    """An instant in UTC from the layouts that vendors write; one without a zone is in ``zone``.

    Raises ValueError where no layout fits.
    """
    cleaned = text.strip()
    try:
        value = datetime.fromisoformat(cleaned)  # also takes Z and +0200 from Python 3.11 on
    except ValueError:
        value = _parse_layouts(cleaned)
    try:
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError as error:  # the first and the last day of the calendar
        raise ValueError(f"not a date or time: {text!r}") from error


def _parse_layouts(text: str) -> datetime:
    marked = text.removesuffix(" UTC").removesuffix(" GMT")
    in_utc = marked != text
    for parse in (datetime.fromisoformat, *(_strptime(layout) for layout in _LAYOUTS)):
        try:
            value = parse(_OFFSET_GAP.sub(r"\1\2", marked))
        except ValueError:
            continue
        return value.replace(tzinfo=UTC) if in_utc and not value.tzinfo else value
    raise ValueError(f"not a date or time: {text!r}")


_OFFSET_GAP = re.compile(r"(:\d\d) ([+-]\d{4})$")


def _strptime(layout: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, layout)  # noqa: DTZ007 the caller adds the zone


def parse_day(text: str) -> date:
    """A calendar day from any of the layouts. Raises ValueError where none fits."""
    return parse_instant(text, UTC).date() if not _DAY.fullmatch(text.strip()) else date.fromisoformat(text.strip())


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
