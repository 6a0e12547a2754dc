"""Repeat purchase (Brand Analytics JSON): of a product's buyers in a period, how many bought it again.

Amazon gives shares of 1 and the repeat buyers' sales; the counts and total sales are reckoned back from them, to whole
people and minor units. A product whose numbers Amazon leaves out for want of data is left out.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from channels.adapters.amazon.search import count, is_report
from channels.core.adapter import Format
from channels.core.money import round_minor
from channels.core.reading import Head, read_head
from channels.core.rows import Page, RepeatRow, Row, Shop, Unreadable

RESOURCE = "amazon.repeat"
_NEEDED = ("orders", "uniqueCustomers", "repeatCustomersPctTotal", "repeatPurchaseRevenue")


def _recognise(head: Head) -> bool:
    return is_report(head.document, "GET_BRAND_ANALYTICS_REPEAT_PURCHASE_REPORT", "uniqueCustomers")


def _rows(page: Page, shop: Shop) -> Iterator[Row]:
    with page.open() as stream:
        document = read_head(stream).document
    for place, entry in enumerate(document["dataByAsin"], 1):
        try:
            if all(entry.get(name) is not None for name in _NEEDED):
                yield _row(entry, place)
        except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
            yield Unreadable(place, f"dataByAsin[{place - 1}]: {error!r}")


def _row(entry: Mapping[str, Any], place: int) -> RepeatRow:
    starts, ends, asin = entry["startDate"], entry["endDate"], entry["asin"]
    customers, share = count(entry, "uniqueCustomers") or 0, _share(entry, "repeatCustomersPctTotal")
    revenue = entry["repeatPurchaseRevenue"]
    again, currency = Decimal(str(revenue["amount"])), revenue["currencyCode"]
    of_sales = _share(entry, "repeatPurchaseRevenuePctTotal") if entry.get("repeatPurchaseRevenuePctTotal") else 0
    return RepeatRow(
        key=f"{starts}|{ends}|{asin}", starts_on=date.fromisoformat(starts), ends_on=date.fromisoformat(ends),
        asin=asin, place=place, orders=count(entry, "orders") or 0, customers=customers,
        repeat_customers=round(customers * share), currency=currency,
        sales=round_minor(again / of_sales, currency) if of_sales else again, repeat_sales=again,
    )  # fmt: skip


def _share(entry: Mapping[str, Any], name: str) -> Decimal:
    """A share of 1. Raises ValueError for another number: whether it is percent then is not known."""
    value = Decimal(str(entry[name]))
    if not 0 <= value <= 1:
        raise ValueError(f"{name} is {value}, which is no share of 1")
    return value


FORMAT = Format(RESOURCE, "Amazon repeat purchase", _recognise, _rows, may_be_empty=True)
