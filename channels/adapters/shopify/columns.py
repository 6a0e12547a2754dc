"""Tables of Shopify by column name. The sets of columns drift, and so does the way their names are written."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from channels.core.money import quantum
from channels.core.reading import Head, parse_decimal, parse_instant, read_head, table
from channels.core.rows import Page

Cells = Mapping[str, str]  # by column name in the spelling of ``plain``


def plain(name: str) -> str:
    """One spelling of a column name: ``Canceled at`` is ``cancelled at``, ``Lineitem SKU`` is ``lineitem sku``."""
    words = name.strip().lower().replace("-", " ").replace("_", " ").split()
    return " ".join("cancelled" if word == "canceled" else word for word in words)


def has_columns(head: Head, names: frozenset[str]) -> bool:
    """Whether the head is of a table with all these columns (spelled as by ``plain``)."""
    return head.kind != "json" and names <= {plain(name) for name in head.header}


def table_rows(page: Page) -> Iterator[tuple[int, Cells]]:
    """(place, cells) of each record below the header; a short row lacks its last columns."""
    with page.open() as stream:
        head = read_head(stream)
    with page.open() as stream:
        for place, cells in table(stream, head):
            yield place, {plain(name): cell for name, cell in cells.items()}


def needed(cells: Cells, name: str) -> str:
    """The cell's text. Raises ValueError where the column is missing, the row too short or the cell blank."""
    if name not in cells:
        raise ValueError(f"the row ends before the column “{name}”; export the file again")
    if not cells[name]:
        raise ValueError(f"“{name}” is blank")
    return cells[name]


def amount(cells: Cells, name: str, currency: str) -> Decimal:
    """The cell's money; a blank or missing one is zero.

    Raises ValueError for no number, and for one with parts of a minor unit: Shopify exports none, so they are
    a decimal comma or a thousands mark misread by a spreadsheet.
    """
    text = cells.get(name, "")
    if not text:
        return Decimal(0)
    try:
        value = parse_decimal(text)
    except ValueError as error:
        raise ValueError(f"“{name}” is {error}") from error
    unit = quantum(currency)
    if value % unit:
        raise ValueError(f"“{name}” is {text}, which is no whole number of {unit} {currency}")
    return value.quantize(unit)


def instant(cells: Cells, name: str, zone: ZoneInfo) -> datetime | None:
    """The cell's instant in UTC, None where blank; a day is its first instant in the shop's time zone."""
    text = cells.get(name, "")
    if not text:
        return None
    try:
        return parse_instant(text, zone)
    except ValueError as error:
        raise ValueError(f"“{name}” is {error}") from error


def currency_of(cells: Cells) -> str:
    """The ISO code in ``Currency``. Raises ValueError where it is none."""
    code = needed(cells, "currency").upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise ValueError(f"“currency” is no ISO code: {code!r}")
    return code
