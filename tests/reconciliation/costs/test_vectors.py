"""The published vector of the month-end average, and the same stock under the other methods."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from reconciliation.costs import Costing, Issue, Receipt, fifo, month_end_average, moving_average

Method = Callable[[list[Receipt], list[Issue], str], Costing]
RECEIPTS = [
    Receipt(date(2026, 8, 1), Decimal(10), Decimal(10), "opening"),
    Receipt(date(2026, 8, 10), Decimal(5), Decimal(9), "a"),
    Receipt(date(2026, 8, 20), Decimal(10), Decimal(11), "b"),
]
ISSUES = [Issue(date(2026, 8, 5), 2, "1"), Issue(date(2026, 8, 15), 5, "2"), Issue(date(2026, 8, 25), 6, "3")]


def costing(first: str, second: str, third: str, ending: str) -> Costing:
    cogs = {"1": Decimal(first), "2": Decimal(second), "3": Decimal(third)}
    return Costing(cogs, Decimal(ending), Decimal(12), {}, Decimal(0))


@pytest.mark.parametrize(
    ("method", "expected", "total"),
    [
        (fifo, costing("20.00", "50.00", "57.00", "128.00"), "127.00"),
        (moving_average, costing("20.00", "48.08", "62.30", "124.62"), "130.38"),
        (month_end_average, costing("20.40", "51.00", "61.20", "122.40"), "132.60"),
    ],
)
def test_published_stock_costs_what_the_definitions_say(method: Method, expected: Costing, total: str) -> None:
    result = method(RECEIPTS, ISSUES, "USD")
    assert result == expected
    assert sum(cost or 0 for cost in result.cogs.values()) == Decimal(total)


@pytest.mark.parametrize("method", [fifo, moving_average, month_end_average])
def test_order_of_the_input_does_not_matter(method: Method) -> None:
    assert method(RECEIPTS[::-1], ISSUES[::-1], "USD") == method(RECEIPTS, ISSUES, "USD")


def test_minor_units_are_those_of_the_base_currency() -> None:
    assert moving_average(RECEIPTS, ISSUES, "JPY").cogs == {"1": Decimal(20), "2": Decimal(48), "3": Decimal(62)}
