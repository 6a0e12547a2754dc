"""Reading a sheet line by line: each becomes a row, or says what is wrong with which field and what to do."""

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import TypeVar

from channels.adapters.sheets.columns import Sheet
from channels.adapters.sheets.currencies import CURRENCIES
from channels.core.errors import Changed
from channels.core.reading import parse_day, parse_decimal, read_head, records, workbook_rows
from channels.core.rows import BuyerRow, CostRow, GivenRow, Page, RateRow, SkuRow, StockRow, Unreadable

R = TypeVar("R", StockRow, CostRow, SkuRow, RateRow, GivenRow, BuyerRow)

LONGEST = {"product": 150, "sku": 150, "title": 300, "reference": 40, "source": 60}  # characters; others 60
_EXCEL_ZERO = date(1899, 12, 30)
_EXCEL_DAY = re.compile(r"[3-7]\d{4}(\.\d+)?")  # 30000 is in 1982, 79999 in 2119
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?([T ].*)?")
_GROUPED = re.compile(r"[1-9]\d{0,2}([.,])\d{3}(\1\d{3})*")
_MOST = Decimal("1e12")


class Wrong(Exception):
    """A field that cannot be read."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet by field; a field that the sheet has not is empty."""

    place: int
    cells: Mapping[str, str]
    titles: Mapping[str, str] = field(default_factory=dict)  # field → the column's name in the sheet
    semicolons: bool = False  # so written where the decimal mark is a comma

    def wrong(self, name: str, why: str) -> Wrong:
        return Wrong(f"{self.titles.get(name, name)} {why}")

    def text(self, name: str) -> str:
        text = self.cell(name)
        if _opens_formula(text):
            raise self.wrong(name, f"{text!r} is a formula: write the value itself")
        if len(text) > (longest := LONGEST.get(name, 60)):
            raise self.wrong(name, f"has more than {longest} characters: shorten it")
        return text

    def needed(self, name: str, what: str) -> str:
        if not (text := self.text(name)):
            raise self.wrong(name, f"is empty: write {what}")
        return text

    def number(self, name: str, what: str, places: int = 6) -> Decimal:
        """A number that is not negative, with so many decimal places at most; a workbook's float may have more."""
        text = unicodedata.normalize("NFKC", self.cell(name))
        if not text:
            raise self.wrong(name, f"is empty: write {what}")
        try:
            value = parse_decimal(text, comma=self._comma(name, text))
        except ValueError:
            why = (
                "is a formula: write the value itself"
                if _opens_formula(text)
                else "is not a number: write 1200 or 12.50"
            )
            raise self.wrong(name, f"{text!r} {why}") from None
        if value < 0:
            raise self.wrong(name, f"{text!r} is negative: write {what}, 0 or more")
        if value >= _MOST:
            raise self.wrong(name, f"{text!r} is too large to be meant: write {what}")
        return round(value, places) if value != round(value, places) else value

    def positive(self, name: str, what: str, places: int = 6) -> Decimal:
        if not (value := self.number(name, what, places)):
            raise self.wrong(name, f"is 0: write {what}, or leave the line out")
        return value

    def cell(self, name: str) -> str:
        """The cell as written; a lone dash stands for nothing."""
        text = self.cells.get(name, "")
        return "" if text in ("-", "–", "—") else text

    def _comma(self, name: str, text: str) -> bool:
        """Whether the comma is the decimal mark. What may be either is refused, not guessed."""
        digits = re.sub(r"[^\d.,]", "", text)
        if "," in digits and "." in digits:
            whole = digits[: max(digits.rindex(","), digits.rindex("."))]
            if not _GROUPED.fullmatch(whole):
                raise ValueError(text)
            return digits.rindex(",") > digits.rindex(".")
        grouped = _GROUPED.fullmatch(digits)
        marks = digits.count(",") + digits.count(".")
        if marks > 1 and not grouped:
            raise ValueError(text)
        if grouped and self.semicolons and marks == 1:
            raise self.wrong(name, f"{text!r} may be thousands or a fraction: write 1234 or 1,2340 instead")
        return not grouped if "," in digits else marks > 1

    def day(self, name: str) -> date:
        """The calendar day as written, whatever time or zone stands behind it; also Excel's count of days."""
        text = unicodedata.normalize("NFKC", self.needed(name, "a day such as 2026-08-01"))
        try:
            if _EXCEL_DAY.fullmatch(text):
                return _EXCEL_ZERO + timedelta(int(Decimal(text)))
            if written := _YEAR_FIRST.fullmatch(text):
                year, month, day = (int(part) for part in written.groups()[:3])
                return date(year, month, day)
            return parse_day(text)
        except ValueError:
            raise self.wrong(name, f"{text!r} is not a day: write it as 2026-08-01") from None

    def currency(self, name: str) -> str:
        text = self.needed(name, "an ISO 4217 code such as CNY or USD")
        if (code := text.upper()) not in CURRENCIES:
            raise self.wrong(name, f"{text!r} is not an ISO 4217 code: write three letters such as CNY or USD")
        return code


def _opens_formula(text: str) -> bool:
    return unicodedata.normalize("NFKC", text[:1]) in ("=", "+", "-", "@")


def read_rows(
    page: Page, sheet: Sheet, build: Callable[[Line], R], identity: Callable[[R], Hashable]
) -> Iterator[R | Unreadable]:
    """The rows that ``build`` makes of the lines.

    A line that repeats what an earlier line of the same ``identity`` says is left out; one that contradicts it is
    unreadable. Raises Changed where the header is not the sheet's.
    """
    seen: dict[Hashable, R] = {}
    for place, line, excerpt in _lines(page, sheet):
        try:
            if line is None:
                raise Wrong(
                    "there are more cells than columns: put a value that holds the separator in quotation marks"
                )
            row = build(line)
            first = seen.setdefault(identity(row), row)
            if first is row:
                yield row
            elif replace(row, place=first.place) != first:
                raise Wrong(f"line {first.place} says otherwise of the same: keep one of the two")
        except Wrong as wrong:
            yield Unreadable(place, str(wrong), excerpt)


def _lines(page: Page, sheet: Sheet) -> Iterator[tuple[int, Line | None, str]]:
    with page.open() as stream:
        head = read_head(stream)
    places = sheet.places(head.header)
    if places is None:
        raise Changed(f"the columns are not those of this sheet: {', '.join(head.header)}")
    titles = {name: head.header[at] for name, at in places.items()}
    with page.open() as stream:
        workbook = head.kind == "workbook"
        rows = workbook_rows(stream) if workbook else records(stream, head.encoding, head.delimiter)
        for number, cells in islice(rows, len(head.above) + 1, None):
            excerpt = " | ".join(cells)[:120]
            if any(cell.strip() for cell in cells[len(head.header) :]):
                yield number, None, excerpt
            else:
                found = {name: cells[at].strip() for name, at in places.items() if at < len(cells)}
                yield number, Line(number, found, titles, head.delimiter == ";"), excerpt
