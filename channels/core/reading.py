"""Reading what vendors write: encodings, tables, decimals, instants, JSON. Nothing holds a whole table in memory."""

import csv
import io
import json
import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

from channels.core.errors import Refused

HEAD_BYTES = 65_536
LINE_LIMIT = 1_000_000  # bytes; the longest real line seen is under 10 kB
DOCUMENT_LIMIT = 64_000_000  # bytes of a JSON document or a workbook, which are read whole
_CHUNK = 1 << 20

csv.field_size_limit(LINE_LIMIT)


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a file, enough to know its format."""

    kind: str  # table | json | workbook
    encoding: str = "utf-8"
    delimiter: str = ""
    header: tuple[str, ...] = ()  # column names as written, stripped
    first: tuple[str, ...] = ()  # the first record below the header
    document: Any = None  # the parsed JSON


def read_head(stream: BinaryIO) -> Head:
    """What kind of file it is, from its content. Raises Refused where it is none that can be read."""
    start = stream.read(HEAD_BYTES)
    if not start.strip(b"\xef\xbb\xbf \r\n\t\0"):
        raise Refused("the file is empty")
    if start[:4] == b"PK\x03\x04":
        stream.seek(0)
        rows = workbook_rows(stream)
        header, first = next(rows, (0, []))[1], next(rows, (0, []))[1]
        return Head("workbook", header=tuple(header), first=tuple(first))
    stream.seek(0)
    encoding = find_encoding(stream)
    text = start.decode(encoding, errors="ignore").lstrip("\ufeff \r\n\t")
    if text[:1] in "{[":
        stream.seek(0)
        return Head("json", encoding, document=load_json(stream, encoding))
    first_line = text.splitlines()[0] if text else ""
    delimiter = max("\t,;", key=first_line.count)
    if first_line.count(delimiter) == 0:
        raise Refused("the first line has no columns separated by tab, comma or semicolon, and it is not JSON")
    stream.seek(0)
    table = records(stream, encoding, delimiter)
    header = [name.strip() for name in next(table, (0, []))[1]]
    return Head("table", encoding, delimiter, tuple(header), tuple(next(table, (0, []))[1]))


def find_encoding(stream: BinaryIO) -> str:
    """UTF-8 (with or without a mark), UTF-16, cp932 (Amazon Japan) or latin-1, judged over the whole stream."""
    start = stream.read(4)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    stream.seek(0)
    candidates = {name: getincrementaldecoder(name)() for name in ("utf-8", "cp932")}
    japanese = 0
    while candidates and (chunk := stream.read(_CHUNK)):
        if b"\0" in chunk:
            raise Refused("the file holds NUL bytes: it is binary or damaged; export it again as text")
        for name, decoder in list(candidates.items()):
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError:
                del candidates[name]
            else:
                if name == "cp932":
                    japanese += len(_JAPANESE.findall(text))
        if "utf-8" in candidates and chunk.isascii():
            continue
    if "utf-8" in candidates and _finishes(candidates["utf-8"]):
        return "utf-8-sig"
    if "cp932" in candidates and japanese and _finishes(candidates["cp932"]):
        return "cp932"
    return "latin-1"


_JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


def _finishes(decoder: Any) -> bool:
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def lines(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """The physical lines without their ends. Raises Refused at a line that is no line."""
    if encoding == "utf-16":
        for line in io.TextIOWrapper(stream, encoding="utf-16", newline=""):
            yield line.rstrip("\r\n")
        return
    number = 0
    while line := stream.readline(LINE_LIMIT + 1):
        number += 1
        if len(line) > LINE_LIMIT:
            raise Refused(f"line {number} is longer than {LINE_LIMIT:,} bytes; this is not a report of a marketplace")
        yield (
            (line[3:] if number == 1 and line[:3] == b"\xef\xbb\xbf" else line)
            .decode("utf-8" if encoding == "utf-8-sig" else encoding, errors="replace")
            .rstrip("\r\n")
        )


def records(stream: BinaryIO, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(number from 1, cells) of each record of a delimited table, blank ones left out; quotes may span lines.

    Tab-separated reports are never quoted, so a quotation mark in them is a character like any other.
    """
    quoting = csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL
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
    for number, cells in source:
        if header is None:
            header = [name.strip() for name in cells]
        else:
            yield number, dict(zip(header, (cell.strip() for cell in cells), strict=False))


def workbook_rows(stream: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet of an XLSX file as text. Raises Refused for one that is damaged or a bomb."""
    from openpyxl import load_workbook  # slow import

    try:
        size = sum(item.file_size for item in ZipFile(stream).infolist())
        if size > DOCUMENT_LIMIT * 4:
            raise Refused(f"the workbook unpacks to {size:,} bytes; split it")
        stream.seek(0)
        book = load_workbook(stream, read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise Refused(f"the workbook cannot be opened: {error}") from error
    sheet = book.worksheets[0]
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        texts = [_cell_text(cell) for cell in cells]
        if any(texts):
            yield number, texts


def _cell_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if cell.time() != time(0) else cell.date().isoformat()
    if isinstance(cell, float):
        # A workbook keeps 0.1 as a binary float; its shortest form is what the seller sees.
        return format(Decimal(repr(cell)), "f")
    return str(cell).strip()


def load_json(stream: BinaryIO, encoding: str = "utf-8-sig") -> Any:
    """The document with exact numbers (Decimal, int). Raises Refused where it is broken or too large."""
    body = stream.read(DOCUMENT_LIMIT + 1)
    if len(body) > DOCUMENT_LIMIT:
        raise Refused(f"the JSON document is larger than {DOCUMENT_LIMIT:,} bytes; split it")
    try:
        return json.loads(body.decode(encoding), parse_float=Decimal, parse_constant=_no_constant)
    except (json.JSONDecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Refused(f"the JSON document cannot be read: {error}") from error


def _no_constant(name: str) -> None:
    raise Refused(f"the JSON document holds {name}, which is no number")


def parse_decimal(text: str, *, comma: bool | None = None) -> Decimal:
    """An amount such as ``-1,234.50``, ``1.234,56``, ``$5``, ``(3.20)``; ``comma`` says which mark is the decimal one.

    Raises ValueError where it is no number.
    """
    cleaned = text.strip().replace("\u00a0", "").replace(" ", "").replace("\u2212", "-").lstrip("'")
    cleaned = re.sub(r"^([+-]?)[^\d.,()+-]{1,3}", r"\1", cleaned)
    negative = cleaned[:1] == "(" and cleaned[-1:] == ")"
    cleaned = cleaned.strip("()") if negative else cleaned
    if comma is None:
        comma = looks_comma(cleaned)
    cleaned = cleaned.replace(".", "").replace(",", ".") if comma else cleaned.replace(",", "")
    if not _NUMBER.fullmatch(cleaned):
        raise ValueError(f"not a number: {text!r}")
    try:
        value = Decimal(cleaned)
    except InvalidOperation as error:
        raise ValueError(f"not a number: {text!r}") from error
    return -value if negative else value


_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?")
_COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+),\d{1,2}|[+-]?(\d{1,3}(\.\d{3})+),\d+")


def looks_comma(text: str) -> bool:
    """Whether an amount can only be one with a decimal comma (``95,00``, ``1.234,56``)."""
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
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


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


def _strptime(layout: str) -> Any:
    return lambda text: datetime.strptime(text, layout)  # noqa: DTZ007 the caller adds the zone


def parse_day(text: str) -> date:
    """A calendar day from any of the layouts. Raises ValueError where none fits."""
    return parse_instant(text, UTC).date() if not _DAY.fullmatch(text.strip()) else date.fromisoformat(text.strip())


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
