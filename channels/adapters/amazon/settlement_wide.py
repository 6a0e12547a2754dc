"""The settlement report's legacy wide layout (33 or 36 columns): a column for each sort of amount.

A row can hold several amounts; each becomes a money line of its own. Units stand in a row without money.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal

from channels.adapters.amazon.settlement import (
    RESOURCE,
    Line,
    Summary,
    amount_of,
    columns,
    instants,
    order_number,
    settlement_rows,
    sku_of,
)
from channels.adapters.amazon.vocabulary import kind_of
from channels.core.adapter import Format
from channels.core.kinds import Kind
from channels.core.reading import Head
from channels.core.rows import ChargeRow, Page, Row, Shop, Unreadable

_LINE = ("transaction-type", "order-id", "merchant-order-id", "marketplace-name", "posted-date", "sku",
         "quantity-purchased")  # fmt: skip
# amount column → (column that names it, the amount-type that V2 would write)
_AMOUNTS = {
    "shipment-fee-amount": ("shipment-fee-type", "Shipment-Fees"),
    "order-fee-amount": ("order-fee-type", "ItemFees"),
    "price-amount": ("price-type", "ItemPrice"),
    "item-related-fee-amount": ("item-related-fee-type", "ItemFees"),
    "misc-fee-amount": ("", "Misc-Fees"),
    "other-fee-amount": ("other-fee-reason-description", "Other-Fees"),
    "promotion-amount": ("promotion-type", "Promotion"),
    "direct-payment-amount": ("direct-payment-type", "Direct-Payment"),
    "other-amount": ("", "other-transaction"),
}


def _recognise(head: Head) -> bool:
    names = {name.lower() for name in head.header}
    return (
        head.delimiter == "\t" and {"settlement-id", "price-amount", "item-related-fee-amount", "other-amount"} <= names
    )


def _rows(page: Page, shop: Shop) -> Iterator[Row]:
    return settlement_rows(page, shop, _line_reader)


def _line_reader(header: list[str]) -> Line:
    where, read = columns(header, _LINE), instants()
    amounts = list(zip(columns(header, tuple(_AMOUNTS)), _AMOUNTS, strict=True))
    names = dict(zip(_AMOUNTS, columns(header, tuple(name for name, _ in _AMOUNTS.values())), strict=True))
    return lambda cells, place, summary: _lines(cells, where, amounts, names, place, summary, read)


def _lines(
    cells: list[str], where: list[int], amounts: list[tuple[int, str]], names: dict[str, int], place: int,
    summary: Summary, read: Callable[[str], datetime | None],
) -> Iterator[Row]:  # fmt: skip
    transaction, order, merchant, market, posted_text, sku, quantity = (cells[i].strip() for i in where)
    order = order_number(order)
    elsewhere = market.startswith("Non-Amazon") or order.startswith("S")
    try:
        posted, sku = read(posted_text), sku_of(sku)
        units = int(quantity) if quantity else 0
        found = [(name, amount_of(cells[i])) for i, name in amounts if cells[i].strip()]
        if not found and not units:
            raise ValueError(f"{transaction} without an amount")
    except ValueError as error:
        yield Unreadable(place, f"{error}; the file may be cut off: download it again", "\t".join(cells)[:200])
        return
    for number, (name, amount) in enumerate(found or [("", Decimal(0))]):
        amount_type, words = _words(transaction, name, cells, names)
        kind = kind_of(transaction, amount_type, words) if name else (
            Kind.REVENUE if transaction == "Order" else Kind.REFUND
        )  # fmt: skip
        yield ChargeRow(
            key=f"{summary.settlement}:{place}" + (f".{number}" if number else ""), document=summary.settlement,
            kind=kind, label=" / ".join((transaction, amount_type, words)), amount=amount, currency=summary.currency,
            place=place, order=order, sku=sku,
            quantity=units if kind is Kind.REVENUE and number == 0 and not elsewhere else 0, posted_at=posted,
            shipped_at=posted if transaction == "Order" else None, released_at=posted,
            deposited_at=summary.deposited_at, payout=summary.settlement, serves=merchant[:100] if elsewhere else "",
        )  # fmt: skip


def _words(transaction: str, name: str, cells: list[str], names: dict[str, int]) -> tuple[str, str]:
    """The amount-type and amount-description that V2 would write for this amount."""
    if not name:
        return "ItemPrice", "quantity"
    words = cells[names[name]].strip()
    _, amount_type = _AMOUNTS[name]
    fee = cells[names["item-related-fee-amount"]].strip()
    if transaction == "ServiceFee" and fee:
        # Advertising and the like: the fee's name stands in the item fee column, its tax as an "other fee".
        return fee, words if name == "other-fee-amount" else "TransactionTotalAmount"
    if amount_type == "other-transaction":
        return amount_type, transaction
    return amount_type, words


FORMAT = Format(f"{RESOURCE}_wide", "Amazon settlement report, legacy wide layout", _recognise, _rows, statement=True)
