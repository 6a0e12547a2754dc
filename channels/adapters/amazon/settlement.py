"""Settlement report V2 (flat file): one money line a row, keyed by settlement and physical line.

Identical rows are legitimate, so content is never a key. The first row is a summary with the total; in some
regions there is none and the total repeats on every row instead.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from channels.adapters.amazon.vocabulary import kind_of
from channels.core.adapter import Format
from channels.core.errors import Refused
from channels.core.kinds import Kind, Role
from channels.core.reading import Head, find_encoding, lines, parse_decimal, parse_instant
from channels.core.rows import ChargeRow, Page, PayoutRow, Row, Shop, Unreadable

RESOURCE = "amazon.settlement"
# The order-id column also carries FBA shipment ids and blanks; S01- are orders of other channels (MCF).
ORDER_ID = re.compile(r"(\d{3}|S\d{2})-\d{7}-\d{7}")


@dataclass(slots=True)
class Summary:
    """What a settlement says of itself."""

    settlement: str
    total: Decimal
    currency: str
    starts_at: datetime | None
    ends_at: datetime | None
    deposited_at: datetime | None


def _recognise(head: Head) -> bool:
    names = {name.lower() for name in head.header}
    return head.delimiter == "\t" and {"settlement-id", "amount-type", "amount-description", "amount"} <= names


Line = Callable[[list[str], int, Summary], Iterable[Row]]  # cells, place, the settlement they are of → rows

_HEADER = (
    "settlement-id", "settlement-start-date", "settlement-end-date", "deposit-date", "total-amount", "currency",
)  # fmt: skip


def settlement_rows(page: Page, shop: Shop, line_reader: Callable[[list[str]], Line]) -> Iterator[Row]:
    """The rows of a file of settlements: a statement at each new number, then what the layout reads of each line."""
    with page.open() as stream:
        encoding = find_encoding(stream)
        stream.seek(0)
        source = ((place, line) for place, line in enumerate(lines(stream, encoding), 1) if line.strip())
        header = next(source)[1].split("\t")
        where, read_line, width = columns(header, _HEADER), line_reader(header), len(header)
        summary: Summary | None = None
        for place, line in source:
            cells = line.split("\t")
            if len(cells) == width:
                cells.append("")  # missing columns read the last
            else:
                cells[width:] = [""] * max(1, width + 1 - len(cells))
            settlement = cells[where[0]].strip()
            if not settlement or (summary and line.strip() == settlement):
                yield Unreadable(place, "the row is cut off; it was not counted: download the file again", line[:200])
                continue
            known = summary is not None and summary.settlement == settlement
            if summary is None or not known:
                summary = read_summary(cells, where, place, shop)
                yield payout_row(summary, place)
            if known or any(cells[at].strip() for at in range(len(header)) if at not in where):
                yield from read_line(cells, place, summary)


def columns(header: list[str], wanted: tuple[str, ...]) -> list[int]:
    """Where each wanted column stands; a missing one points behind the last, which reads as empty."""
    names = [name.strip().lower() for name in header]
    return [names.index(name) if name in names else len(names) for name in wanted]


_PLAIN = re.compile(r"[+-]?\d{1,12}(\.\d{1,6})?", re.ASCII)


def amount_of(text: str) -> Decimal:
    """An amount as a settlement writes it, with a point or (EU) a comma. Raises ValueError where it is none."""
    text = text.strip()
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    amount = parse_decimal(text)
    if not _PLAIN.fullmatch(f"{amount:f}"):
        raise ValueError(f"{text!r} is no amount of money")
    return amount


def order_number(text: str) -> str:
    """The order's number, or "" for what else Amazon puts into that column."""
    return text if ORDER_ID.fullmatch(text) else ""


def sku_of(text: str) -> str:
    if len(text) > 150:
        raise ValueError("the SKU has more than 150 characters")
    return text


def instants() -> Callable[[str], datetime | None]:
    """A reader of instants that remembers, since a settlement repeats few of them; empty is None."""
    known: dict[str, datetime | None] = {"": None}

    def read(text: str) -> datetime | None:
        if text not in known:
            if len(known) > 100_000:
                known.clear()
            known[text] = parse_instant(text) if text.strip() else None
        return known[text]

    return read


def read_summary(cells: list[str], where: list[int], place: int, shop: Shop) -> Summary:
    """The settlement's own total and dates. Raises Refused where they are missing or in another currency."""
    settlement, starts, ends, deposit, total, currency = (cells[i].strip() for i in where)
    if not total or not currency or len(settlement) > 100:
        raise Refused(f"line {place}: the settlement's number, total or currency is missing; download the report again")
    if currency != shop.currency:
        raise Refused(
            f"line {place}: settlement {settlement} is in {currency}, but the store keeps {shop.currency}; "
            f"import it into the store of that marketplace"
        )
    read = instants()
    try:
        return Summary(settlement, amount_of(total), currency, read(starts), read(ends), read(deposit))
    except ValueError as error:
        raise Refused(f"line {place}: the settlement's total or dates cannot be read: {error}") from error


def payout_row(summary: Summary, place: int) -> PayoutRow:
    return PayoutRow(
        ref=summary.settlement, currency=summary.currency, place=place, stated=summary.total,
        starts_at=summary.starts_at, ends_at=summary.ends_at, deposited_at=summary.deposited_at,
    )  # fmt: skip


_COLUMNS = (
    "transaction-type", "order-id", "merchant-order-id", "marketplace-name", "amount-type", "amount-description",
    "amount", "posted-date-time", "posted-date", "sku", "quantity-purchased",
)  # fmt: skip


def _rows(page: Page, shop: Shop) -> Iterator[Row]:
    return settlement_rows(page, shop, _line_reader)


def _line_reader(header: list[str]) -> Line:
    where, read = columns(header, _COLUMNS), instants()
    return lambda cells, place, summary: (_line(cells, where, place, summary, read),)


def _line(
    cells: list[str], where: list[int], place: int, summary: Summary, read: Callable[[str], datetime | None]
) -> Row:
    transaction, order, merchant, market, amount_type, words, amount_text, posted_time, posted_date, sku, quantity = [
        cells[at].strip() for at in where
    ]
    try:
        amount = amount_of(amount_text)
        posted = read(posted_time) or read(posted_date)
        units = int(quantity) if quantity else 0
        sku = sku_of(sku)
    except ValueError as error:
        return Unreadable(
            place, f"{error}; amount {amount_text!r}, date {posted_time or posted_date!r}, quantity {quantity!r}: "
            f"the file may be cut off, download it again", "\t".join(cells)[:200],
        )  # fmt: skip
    order = order_number(order)
    elsewhere = market.startswith("Non-Amazon") or order.startswith("S")
    kind = kind_of(transaction, amount_type, words)
    # Some regions list the payout itself as a last row.
    is_payout = transaction == "Transfer" and amount_type in ("", "Transfer") and abs(amount) == abs(summary.total)
    return ChargeRow(
        key=f"{summary.settlement}:{place}", document=summary.settlement, kind=Kind.TRANSFER if is_payout else kind,
        label=" / ".join((transaction, amount_type, words)), amount=amount, currency=summary.currency, place=place,
        role=Role.COMPARE if is_payout else Role.DIRECT, order=order, sku=sku,
        quantity=units if kind is Kind.REVENUE and not elsewhere else 0, posted_at=posted,
        shipped_at=posted if transaction == "Order" else None, released_at=posted,
        deposited_at=summary.deposited_at, payout=summary.settlement, serves=merchant[:100] if elsewhere else "",
    )  # fmt: skip


FORMAT = Format(RESOURCE, "Amazon settlement report V2", _recognise, _rows, statement=True)
