"""Rows of a CSV file in UTF-8 as anyone may bring it, and their cells; what cannot be read names its line."""

import csv
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from reports.analysis.event_words import shown

MOST = 1e12  # of a cell; sums of more lose their last digits
_LONGEST = 200  # characters of a name

Row = dict[str, str]


class Unreadable(Exception):
    """A file that cannot be read as what it should be; the message names the file, the place and what to do."""


@dataclass(frozen=True, slots=True)
class Limits:
    """More ``bytes`` or ``rows`` than anyone needs; ``instead`` says what to do about too many rows."""

    bytes: int
    rows: int
    instead: str = ""


def opened(path: Path, largest: int) -> BinaryIO:
    """The file for reading bytes. Raises Unreadable where it is none, or larger than what anyone needs."""
    try:
        if path.exists() and not path.is_file():
            raise Unreadable(f"{path.name} is no file.")
        if (size := path.stat().st_size) > largest:
            raise Unreadable(f"{path.name} has {size:,} bytes; at most {largest:,} are read.")
        return path.open("rb")
    except (OSError, ValueError) as error:
        raise Unreadable(f"{path.name} cannot be read: {getattr(error, 'strerror', None) or error}.") from error


def rows(path: Path, limits: Limits, columns: Callable[[str, list[str]], list[str]]) -> Iterator[tuple[int, Row]]:
    """Each row with the number of its line, its cells by column. ``columns`` checks and renames the header's words.

    Raises Unreadable. Empty lines are passed over.
    """
    with opened(path, limits.bytes) as file:
        read = csv.reader(_lines(path.name, file, limits), strict=True)
        try:
            header = columns(path.name, [word(cell) for cell in next(read, [])])
            for cells in read:
                if not cells:
                    continue
                if len(cells) != len(header):
                    raise at(path.name, read.line_num, f"{len(cells)} fields, but the header has {len(header)}")
                yield read.line_num, dict(zip(header, map(str.strip, cells), strict=True))
        except csv.Error as error:
            raise at(path.name, read.line_num, f"no readable CSV ({error}): is a quote or the end missing?") from error


def once(name: str, header: list[str], columns: Iterable[str]) -> list[str]:
    """The header, where none of the columns stands twice."""
    if twice := [one for one in columns if header.count(one) > 1]:
        raise at(name, 1, f"column {twice[0]} stands twice")
    return header


def renamed(
    needed: Iterable[str], more: Iterable[str], others: Mapping[str, str], what: str
) -> Callable[[str, list[str]], list[str]]:
    """A check for ``rows``: ``others`` are further words for the columns, the first of them that a header has counts.

    ``what`` says of which columns the file consists.
    """

    def columns(name: str, header: list[str]) -> list[str]:
        taken = {one for one in header if one in (*needed, *more)}
        found = []
        for word in header:
            meant = others.get(word, word)
            found.append(word if meant != word and meant in taken else meant)
            taken.add(meant)
        if missing := [one for one in needed if one not in found]:
            raise at(name, 1, f"no column {', '.join(missing)}; {what}, separated by commas")
        return once(name, found, (*needed, *more))

    return columns


def at(name: str, line: int, what: str) -> Unreadable:
    return Unreadable(f"{name}, line {line}: {what}.")


def name_of(name: str, line: int, column: str, text: str) -> str:
    if not text:
        raise at(name, line, f"column {column} is empty")
    if len(text) > _LONGEST or not text.isprintable():
        raise at(name, line, f"column {column}: {shown(text)} is no name of at most {_LONGEST} printable characters")
    return text


def number_of(text: str) -> float:
    """NaN where the cell is no number such as 1234.5."""
    try:
        return float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        return math.nan


def amount(name: str, line: int, column: str, text: str) -> float | None:
    """A number of any sign; None where the cell is empty."""
    if not text:
        return None
    if not math.isfinite(value := number_of(text)):
        raise at(name, line, f"column {column}: {shown(text)} is no number such as 1234.5 (empty means not known)")
    if abs(value) > MOST:
        raise at(name, line, f"column {column}: {shown(text)} is beyond {MOST:,.0f}: say it in larger units")
    return value


def count(name: str, line: int, column: str, text: str) -> float:
    """A number of 0 or more; NaN where the cell is empty."""
    if not text:
        return math.nan
    if not 0 <= (value := number_of(text)) <= MOST:
        raise at(name, line, f"column {column}: {shown(text)} is no number from 0 to {MOST:,.0f} (empty: not known)")
    return value


def moment(name: str, line: int, column: str, text: str) -> float:
    """A day or a time as days since the year 1, in UTC; without a zone it stands as it is."""
    try:
        found = datetime.fromisoformat(text)
        found = found.astimezone(UTC) if found.tzinfo is not None else found
    except (ValueError, OverflowError) as error:
        what = "no day such as 2026-02-02 or time such as 2026-02-02T10:30:00"
        raise at(name, line, f"column {column}: {shown(text)} is {what}") from error
    seconds = found.hour * 3600 + found.minute * 60 + found.second + found.microsecond / 1e6
    return found.toordinal() + seconds / 86_400


def currency_of(name: str, line: int, text: str, before: str) -> str:
    """The one currency of the rows so far. Raises Unreadable where they are two: nothing is added up across them."""
    if not text:
        return before
    code = text.upper()
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise at(name, line, f"column currency: {shown(text)} is no code such as USD")
    if code != (before or code):
        raise at(name, line, f"column currency: {shown(text)} after {before}; convert them into one")
    return code


def word(cell: str) -> str:
    """A column's name without case and the differences of _ and blanks."""
    return "_".join(cell.strip().lower().replace("_", " ").split())


def _lines(name: str, file: Iterable[bytes], limits: Limits) -> Iterator[str]:
    taken = 0
    for number, line in enumerate(file, 1):
        if b"\0" in line:
            raise at(name, number, "a NUL byte, which no text has: save it as CSV in UTF-8")
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise at(name, number, f"not UTF-8 (byte {error.start + 1}): save it as CSV in UTF-8") from error
        whole = text.rstrip("\r\n")
        lines = whole.split("\r") if "\r" in whole else [text]  # with \r alone the first Macintosh ended lines
        if (taken := taken + len(lines)) > limits.rows + 1:
            instead = f": {limits.instead}" if limits.instead else ""
            raise Unreadable(f"{name} has more than {limits.rows:,} rows{instead}.")
        yield from lines
