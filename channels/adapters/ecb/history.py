"""The file of all reference rates since 1999: one line a day, one column a currency, units per euro."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from channels.core.adapter import Format
from channels.core.errors import Changed
from channels.core.reading import Head, read_head, table
from channels.core.rows import Page, RateRow, Row, Shop, Unreadable

SOURCE = "ECB"
_CODE = re.compile(r"[A-Z]{3}")
_RATE = re.compile(r"\d{1,9}(\.\d{1,9})?")
_UNQUOTED = ("", "N/A")  # before or after the currency's time


def fits(head: Head) -> bool:
    """``Date``, then codes of currencies, among them the dollar and the yen; each line ends in a comma."""
    if head.kind != "table" or head.header[:1] != ("Date",):
        return False
    codes = [name for name in head.header[1:] if name]
    return {"USD", "JPY"} <= set(codes) and all(_CODE.fullmatch(code) for code in codes)


def rows(page: Page, _shop: Shop) -> Iterator[Row]:
    """Raises Changed where the header is another."""
    with page.open() as stream:
        head = read_head(stream)
    if not fits(head):
        raise Changed(f"the ECB's columns are not Date, USD, JPY, …: {', '.join(head.header)}")
    with page.open() as stream:
        for number, cells in table(stream, head):
            yield from _day(number, cells)


def _day(number: int, cells: dict[str, str]) -> Iterator[Row]:
    try:
        on = date.fromisoformat(cells.get("Date", ""))
    except ValueError:
        yield Unreadable(number, "Date is not a day such as 2026-08-03: download the file again", cells.get("Date", ""))
        return
    for quote, text in cells.items():
        if quote in ("Date", "") or text in _UNQUOTED:
            continue
        if _RATE.fullmatch(text) and (rate := Decimal(text)):
            yield RateRow(on, "EUR", quote, rate, SOURCE, number)
        else:
            yield Unreadable(number, f"{quote} {text!r} is not a rate: download the file again", text)


FORMAT = Format("ecb.history", "ECB reference rates (eurofxref-hist.csv)", fits, rows)
