"""Tables with tabs: the settlement report V2 and the all-orders report, with the differences that occur."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from channels.sandbox.amazon.books import Books
from channels.sandbox.amazon.order import fulfilled_by, has_new_status, shipping_shares, status_of
from channels.sandbox.amazon.replies import MARKETPLACES, text_of
from channels.sandbox.amazon.seals import pick
from channels.sandbox.amazon.transactions import three
from channels.sandbox.world.model import ZERO, Entry, Market, Order, Statement

if TYPE_CHECKING:
    from channels.sandbox.amazon.reports import Report

_SETTLEMENT = (
    "settlement-id settlement-start-date settlement-end-date deposit-date total-amount currency transaction-type "
    "order-id merchant-order-id adjustment-id shipment-id marketplace-name amount-type amount-description amount "
    "fulfillment-id posted-date posted-date-time order-item-code merchant-order-item-id merchant-adjustment-item-id "
    "sku quantity-purchased promotion-id"
).split()
_ORDERS = (
    "amazon-order-id merchant-order-id purchase-date last-updated-date order-status fulfillment-channel sales-channel "
    "order-channel ship-service-level product-name sku asin item-status quantity currency item-price item-tax "
    "shipping-price shipping-tax gift-wrap-price gift-wrap-tax item-promotion-discount ship-promotion-discount "
    "ship-city ship-state ship-postal-code ship-country promotion-ids is-business-order purchase-order-number "
    "price-designation"
).split()
_STATUSES = {"PENDING": "Pending", "UNSHIPPED": "Unshipped", "SHIPPED": "Shipped", "CANCELLED": "Cancelled"}


def settlement(statement: Statement, books: Books) -> bytes:
    """One statement: the summary row, then a row for each entry. Its file is the same every time."""
    market = books.by_market[statement.market]
    columns = _SETTLEMENT[: 23 + pick(2, "columns", statement.ref)]  # the official ones, or with promotion-id
    cut = pick(2, "cut", statement.ref) == 1
    summary = {
        "settlement-id": statement.ref,
        "settlement-start-date": _date(statement.starts_at, market),
        "settlement-end-date": _date(statement.ends_at, market),
        "deposit-date": _date(statement.deposited_at, market) if statement.deposited_at else "",
        "total-amount": _amount(statement.total, market),
        "currency": statement.currency,
    }
    rows = [summary, *(_settlement_row(statement, entry, market) for entry in statement.entries)]
    return _table(columns, rows, cut).encode()


def _settlement_row(statement: Statement, entry: Entry, market: Market) -> dict[str, str]:
    transaction, amount_type, description = three(entry.words)
    row = {
        "settlement-id": statement.ref, "transaction-type": transaction, "order-id": entry.order,
        "merchant-order-id": entry.serves or entry.order, "amount-type": amount_type,
        "amount-description": description, "amount": _amount(entry.amount, market),
        "posted-date": _date(entry.at, market)[:10], "posted-date-time": _date(entry.at, market), "sku": entry.sku,
        "quantity-purchased": str(entry.units) if entry.units else "",
    }  # fmt: skip
    if entry.order:
        row["marketplace-name"] = f"Non-Amazon {market.country}" if entry.serves else _name(market)
        row["fulfillment-id"] = "AFN"
        row["shipment-id"] = f"D{pick(10**9, entry.order):09}"
        row["order-item-code"] = f"{pick(10**14, entry.order, entry.line):014}" if entry.line is not None else ""
    if entry.refund:
        row["adjustment-id"] = f"amzn1:crow:{pick(10**12, entry.refund):012}"
    return row


def _name(market: Market) -> str:
    return MARKETPLACES.get(market.marketplace, market.name)


def _is_european(market: Market) -> bool:
    return market.currency == "EUR"


def _date(at: datetime, market: Market) -> str:
    return at.strftime("%d.%m.%Y %H:%M:%S UTC" if _is_european(market) else "%Y-%m-%d %H:%M:%S UTC")


def _amount(amount: Decimal, market: Market) -> str:
    text = text_of(amount, market.currency)
    return text.replace(".", ",") if _is_european(market) else text


def all_orders(report: "Report", books: Books) -> tuple[bytes, str]:
    """A row for each line of the orders last changed in the period; its bytes and media type."""
    codes = {books.by_id[one].code for one in report.marketplaces}
    rows: list[dict[str, str]] = []
    if not report.hollow:
        for at, order in books.updated(report.starts_at, report.ends_at, report.created_at):
            if order.market in codes:
                rows.extend(_order_rows(order, at, books))
    text = _table(_ORDERS, rows, cut=False)
    if any(books.by_id[one].country == "JP" for one in report.marketplaces):
        return text.encode("cp932", "replace"), "text/plain;charset=Windows-31J"
    try:
        return text.encode("cp1252"), "text/plain;charset=Cp1252"
    except UnicodeEncodeError:
        return text.encode(), "text/plain;charset=UTF-8"


def _order_rows(order: Order, at: datetime, books: Books) -> Iterator[dict[str, str]]:
    market, status = books.by_market[order.market], status_of(order, at)
    by_amazon = fulfilled_by(order) == "AMAZON"
    common = {
        "amazon-order-id": order.ref, "merchant-order-id": order.serves or order.ref,
        "purchase-date": order.placed_at.isoformat(), "last-updated-date": at.isoformat(),
        "order-status": _STATUSES[status], "fulfillment-channel": "Amazon" if by_amazon else "Merchant",
        "sales-channel": f"Non-Amazon {market.country}" if order.serves else _name(market),
        "ship-service-level": "Expedited" if by_amazon else "Standard",
        "item-status": _STATUSES[status], "ship-city": order.city, "ship-state": order.state,
        "ship-postal-code": books.people[order.person].postcode, "ship-country": order.country,
        "is-business-order": str(order.business).lower(),
    }  # fmt: skip
    if has_new_status(order, status, books):
        common["order-status"] = "Awaiting customs"
    for line, shipping in zip(order.lines, shipping_shares(order), strict=True):
        product = books.products[line.product]
        row = {
            **common, "product-name": product.title, "sku": product.sku_in(market.code), "asin": product.asin,
            "quantity": str(0 if status == "CANCELLED" else line.quantity),
        }  # fmt: skip
        if status not in ("PENDING", "CANCELLED") and not order.serves:
            amounts = {
                "item-price": line.price * line.quantity, "item-tax": line.tax, "shipping-price": shipping[0],
                "shipping-tax": shipping[1], "item-promotion-discount": line.discount,
            }  # fmt: skip
            row["currency"] = market.currency
            row |= {name: text_of(amount, market.currency) for name, amount in amounts.items() if amount != ZERO}
        yield row


def _table(columns: list[str], rows: list[dict[str, str]], cut: bool) -> str:
    """Lines with tabs; ``cut`` drops the blanks at the end of each."""
    lines = ["\t".join(columns)]
    for row in rows:
        line = "\t".join(row.get(name, "").replace("\t", " ").replace("\n", " ") for name in columns)
        lines.append(line.rstrip("\t") if cut else line)
    return "\n".join(lines) + "\n"
