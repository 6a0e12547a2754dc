"""Small made-up sellers for tests of panels and what is built of them: orders by state and week, with their money."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from channels.core.kinds import Kind
from channels.core.rows import ChargeRow, CostRow, OrderItemRow, OrderRow, Row, SkuRow
from channels.load import load_rows
from channels.models import Company, Store
from reconciliation.post import post
from tests.making import make_company, make_store

FIRST = date(2025, 1, 6)  # a Monday
_numbers = count(1)

Sales = Mapping[str, Sequence[int]]  # state → orders in each week from FIRST on


def week(number: int) -> date:
    return FIRST + timedelta(weeks=number)


def make_seller(*, money: bool = True, **channels: Sales) -> Company:
    """A company with one store for each channel that sells to the US, its orders posted with price, fee and cost.

    Without ``money`` they are orders alone, which is quick for thousands of them.
    """
    company = make_company()
    for channel, sales in channels.items():
        store = make_store(company, f"Maple {channel}", channel=channel)
        load_rows(store, [*goods(), *sold(sales, money=money)], f"orders {channel}", at(week(200)))
    if money:
        post(company)
    return company


def goods() -> Iterator[Row]:
    """One product, TEA, at a cost of 4.00."""
    yield CostRow("TEA", FIRST - timedelta(days=60), Decimal(4), "USD", 1)
    yield SkuRow("TEA", "TEA", 1)


def sold(sales: Sales, country: str = "US", **fields: Any) -> Iterator[Row]:
    """Orders spread over the days of each week, of 20.00 less a fee of 3.00."""
    for state, counts in sales.items():
        for number, many in enumerate(counts):
            for n in range(many):
                yield from order(week(number) + timedelta(days=n % 7), country, state, **fields)


def order(
    day: date, country: str = "US", state: str = "CA", price: int = 20, *, money: bool = True, **fields: Any
) -> Iterable[Row]:
    """An order at noon with its price and fee, settled ten days later."""
    ref, then = f"O{next(_numbers):07d}", at(day)
    item = OrderItemRow(f"{ref}-1", "TEA", 1)
    given: dict[str, Any] = {"currency": "USD", "status": "done", "place": 1, "country": country, "state": state}
    yield OrderRow(ref, ordered_at=then, items=(item,), **{**given, **fields})
    for kind, amount, units in ((Kind.REVENUE, price, 1), (Kind.COMMISSION, -3, 0)) if money else ():
        yield ChargeRow(
            f"{ref}-{kind}", ref, kind, kind.value, Decimal(amount), "USD", 1, order=ref, sku="TEA", quantity=units,
            posted_at=then + timedelta(days=10),
        )  # fmt: skip


def at(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def store_of(company: Company, channel: str) -> Store:
    return Store.objects.get(company=company, channel=channel)
