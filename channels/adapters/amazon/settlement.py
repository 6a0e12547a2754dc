"""Settlement report V2 (flat file): one money line a row, keyed by settlement and physical line.

Identical rows are legitimate, so content is never a key. The first row is a summary with the total; in some
regions there is none and the total repeats on every row instead.
"""

import re
from collections.abc import Callable, Iterator
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


def columns(header: list[str], wanted: tuple[str, ...]) -> list[int]:
    """Where each wanted column stands; a missing one points behind the last, which reads as empty."""
    names = [name.strip().lower() for name in header]
    return [names.index(name) if name in names else len(names) for name in wanted]


def amount_of(text: str) -> Decimal:
    """An amount as a settlement writes it, with a point or (EU) a comma."""
    return parse_decimal(text, comma=text.rfind(",") > text.rfind(".")) if "," in text else Decimal(text.strip())


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
    settlement, starts, ends, deposit, total, currency = (cells[i].strip() for i in where[:6])
    if not settlement or not total or not currency:
        raise Refused(f"line {place}: the settlement's number, total or currency is missing; download the report again")
    if currency != shop.currency:
        raise Refused(
            f"line {place}: settlement {settlement} is in {currency}, but the store keeps {shop.currency}; "
            f"import it into the store of that marketplace"
        )
    read = instants()
    try:
        return Summary(settlement, amount_of(total), currency, read(starts), read(ends), read(deposit))
    except (ValueError, ArithmeticError) as error:
        raise Refused(f"line {place}: the settlement's total or dates cannot be read: {error}") from error


def payout_row(summary: Summary, place: int) -> PayoutRow:
    return PayoutRow(
        ref=summary.settlement, currency=summary.currency, place=place, stated=summary.total,
        starts_at=summary.starts_at, ends_at=summary.ends_at, deposited_at=summary.deposited_at,
    )  # fmt: skip


_COLUMNS = (
    "settlement-id", "settlement-start-date", "settlement-end-date", "deposit-date", "total-amount", "currency",
    "transaction-type", "order-id", "merchant-order-id", "marketplace-name", "amount-type", "amount-description",
    "amount", "posted-date-time", "posted-date", "sku", "quantity-purchased",
)  # fmt: skip


def _rows(page: Page, shop: Shop) -> Iterator[Row]:
    with page.open() as stream:
        encoding = find_encoding(stream)
        stream.seek(0)
        source = lines(stream, encoding)
        header = next(source).split("\t")
        where = columns(header, _COLUMNS)
        read = instants()
        summary: Summary | None = None
        for place, line in enumerate(source, 2):
            cells = line.split("\t")
            if len(cells) <= len(header):
                cells.extend([""] * (len(header) + 1 - len(cells)))
            if not cells[where[0]].strip():
                if line.strip():
                    yield Unreadable(place, "no settlement-id in this row; it was not counted", line[:200])
                continue
            if summary is None or summary.settlement != cells[where[0]].strip():
                summary = read_summary(cells, where, place, shop)
                yield payout_row(summary, place)
            if cells[where[6]].strip() or cells[where[12]].strip():
                yield _line(cells, where, place, summary, read)


def _line(
    cells: list[str], where: list[int], place: int, summary: Summary, read: Callable[[str], datetime | None]
) -> Row:
    (_, _, _, _, _, _, i_type, i_order, i_merchant, i_market, i_amount_type, i_words, i_amount,
     i_time, i_date, i_sku, i_quantity) = where  # fmt: skip
    transaction, amount_type, words = cells[i_type].strip(), cells[i_amount_type].strip(), cells[i_words].strip()
    try:
        amount = amount_of(cells[i_amount])
        posted = read(cells[i_time]) or read(cells[i_date])
        units = int(cells[i_quantity]) if cells[i_quantity].strip() else 0
    except (ValueError, ArithmeticError):
        return Unreadable(
            place, f"amount {cells[i_amount]!r}, date {cells[i_time] or cells[i_date]!r} or quantity "
            f"{cells[i_quantity]!r} cannot be read; the file may be cut off: download it again", "\t".join(cells)[:200],
        )  # fmt: skip
    order = cells[i_order].strip()
    order = order if ORDER_ID.fullmatch(order) else ""
    elsewhere = cells[i_market].startswith("Non-Amazon") or order.startswith("S")
    kind = kind_of(transaction, amount_type, words)
    # Some regions list the payout itself as a last row.
    is_payout = transaction == "Transfer" and amount_type in ("", "Transfer") and amount == summary.total
    return ChargeRow(
        key=f"{summary.settlement}:{place}", document=summary.settlement, kind=Kind.TRANSFER if is_payout else kind,
        label=" / ".join((transaction, amount_type, words)), amount=amount, currency=summary.currency, place=place,
        role=Role.COMPARE if is_payout else Role.DIRECT, order=order, sku=cells[i_sku].strip(),
        quantity=units if kind is Kind.REVENUE and not elsewhere else 0, posted_at=posted,
        shipped_at=posted if transaction == "Order" else None, released_at=posted,
        deposited_at=summary.deposited_at, payout=summary.settlement,
        serves=cells[i_merchant].strip() if elsewhere else "",
    )  # fmt: skip


FORMAT = Format(RESOURCE, "Amazon settlement report V2", _recognise, _rows, statement=True)
