"""Records as finance takes them: amounts and shares as exact text, days in ISO, CSV that no spreadsheet executes."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING

from channels.core.money import minor_units

if TYPE_CHECKING:
    from reports.queries import Line

Cell = str | int | None
Record = Mapping[str, Cell]

BOM = "\ufeff"  # without it Excel reads UTF-8 in the local code page and breaks Chinese
_FORMULA = tuple("=+-@＝＋－＠")  # Excel takes the full-width forms too
_SHARE = Decimal("0.0001")
_MARGINS = ("net_revenue", "cm1", "cm2", "cm3a", "cm3b")
_COUNTS = ("units", "orders")
_SHARES = ("cost_coverage", "fx_coverage", "mapping_coverage", "settled_share")

CONTRIBUTION_TEXT = frozenset({"channel", "store", "product", "company", "currency"})


def amount_text(amount: Decimal | None, currency: str) -> str | None:
    """The exact amount with at least the currency's own digits: 12.30, 1200 (JPY), 0.004."""
    if amount is None:
        return None
    places = -int(amount.normalize().as_tuple().exponent)
    return f"{amount or Decimal(0):.{max(places, minor_units(currency))}f}"


def number_text(number: Decimal | None) -> str | None:
    """The exact number without trailing zeros and exponent."""
    return None if number is None else f"{number.normalize():f}"


def share_text(share: Decimal | None) -> str | None:
    """A share of 1 in four digits, cut off and not rounded: 1.0000 means all of it."""
    return None if share is None else str(share.quantize(_SHARE, rounding=ROUND_DOWN))


def contribution_columns(by: str) -> tuple[str, ...]:
    return (by, "period", "currency", *_MARGINS, *_COUNTS, *_SHARES)


def contribution_record(line: "Line", by: str) -> dict[str, Cell]:
    """One line of the contribution report. Empty name: unallocated; null period: undated; null: unknown."""
    return {
        by: line.company if by == "company" else line.name,
        "period": line.period.isoformat() if line.period else None,
        "currency": line.currency,
        **{name: amount_text(getattr(line, name), line.currency) for name in _MARGINS},
        **{name: getattr(line, name) for name in _COUNTS},
        **{name: share_text(getattr(line, name)) for name in _SHARES},
    }


def csv_cell(value: Cell, *, text: bool) -> str:
    """One cell. Text is always quoted and never a formula; null is empty, empty text is ""."""
    if value is None:
        return ""
    if not text:
        return str(value).lower() if isinstance(value, bool) else str(value)
    word = str(value)
    if word.lstrip().startswith(_FORMULA) or word[:1] in {"\t", "\r", "\n"}:
        word = f"'{word}"
    return '"' + word.replace('"', '""') + '"'


def csv_line(cells: Iterable[str]) -> str:
    return ",".join(cells) + "\r\n"


def csv_lines(records: Iterable[Record], columns: Sequence[str], text: Collection[str]) -> Iterator[str]:
    """A line for each record; ``text`` names the columns that hold words and ids. ``csv_line(columns)`` goes first."""
    kinds = [(column, column in text) for column in columns]
    for record in records:
        yield csv_line(csv_cell(record[column], text=words) for column, words in kinds)


def csv_comment(*parts: str) -> str:
    """A line beside the data, such as ``# plumbline ledger | tiers cm_v1``, in one cell."""
    return "# " + " | ".join(part.replace('"', "'").replace(",", ";") for part in parts) + "\r\n"
