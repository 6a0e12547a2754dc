from collections.abc import Callable
from datetime import date
from decimal import Decimal
from time import perf_counter

import pytest

from reconciliation.costs import Costing, Issue, Receipt, fifo, month_end_average, moving_average

Method = Callable[[list[Receipt], list[Issue], str], Costing]
D = Decimal


def receipt(day: int, units: int, cost: str, key: str = "r") -> Receipt:
    return Receipt(date(2026, 8, day), D(units), D(cost), key)


def issue(day: int, units: int, key: str, returns_of: str | None = None) -> Issue:
    return Issue(date(2026, 8, day), units, key, returns_of)


def test_receipt_comes_before_sale_when_on_the_same_day() -> None:
    assert fifo([receipt(1, 5, "2")], [issue(1, 5, "s")], "USD") == Costing({"s": D(10)}, D(0), D(0), {}, D(0))


def test_sale_has_no_cost_when_nothing_is_in_stock_yet() -> None:
    result = fifo([receipt(2, 5, "2")], [issue(1, 3, "s")], "USD")
    assert result == Costing({"s": None}, D(10), D(5), {"s": D(3)}, D(0))


def test_sale_has_no_cost_when_only_partly_covered() -> None:
    result = fifo([receipt(1, 5, "2")], [issue(2, 7, "s"), issue(3, 1, "t")], "USD")
    assert result == Costing({"s": None, "t": None}, D(0), D(0), {"s": D(2), "t": D(1)}, D(10))
    assert result.missing_units == 3


def test_return_goes_back_into_its_own_layer() -> None:
    receipts = [receipt(1, 2, "10", "a"), receipt(2, 5, "20", "b")]
    issues = [issue(3, 2, "s"), issue(4, 1, "t"), issue(5, -1, "u", "s"), issue(6, 1, "v")]
    result = fifo(receipts, issues, "USD")
    assert result.cogs == {"s": D(20), "t": D(20), "u": D(-10), "v": D(10)}
    assert result.ending == D(80)


def test_return_takes_the_last_units_first_when_its_sale_spans_layers() -> None:
    receipts = [receipt(1, 2, "10", "a"), receipt(2, 5, "20", "b")]
    issues = [issue(3, 3, "s"), issue(4, -1, "t", "s"), issue(5, -2, "u", "s")]
    result = fifo(receipts, issues, "USD")
    assert result == Costing({"s": D(40), "t": D(-20), "u": D(-20)}, D(120), D(7), {}, D(0))


def test_return_has_no_cost_when_its_sale_is_unknown() -> None:
    result = fifo([receipt(1, 5, "2")], [issue(2, -1, "x"), issue(3, -1, "y", "nothing")], "USD")
    assert result == Costing({"x": None, "y": None}, D(10), D(5), {"x": D(-1), "y": D(-1)}, D(0))


def test_return_has_no_cost_when_it_is_dated_before_its_sale() -> None:
    result = fifo([receipt(1, 5, "2")], [issue(2, -1, "x", "s"), issue(3, 1, "s")], "USD")
    assert result == Costing({"x": None, "s": D(2)}, D(8), D(4), {"x": D(-1)}, D(0))


def test_return_of_a_partly_covered_sale_brings_back_the_units_without_cost_first() -> None:
    issues = [issue(2, 7, "s"), issue(3, -3, "t", "s"), issue(4, -4, "u", "s")]
    result = fifo([receipt(1, 5, "2")], issues, "USD")
    assert result == Costing({"s": None, "t": None, "u": None}, D(10), D(5), {"s": D(2), "t": D(-2)}, D(0))


def test_more_units_than_sold_come_back_without_cost() -> None:
    result = fifo([receipt(1, 5, "2")], [issue(2, 2, "s"), issue(3, -3, "t", "s")], "USD")
    assert result == Costing({"s": D(4), "t": None}, D(10), D(5), {"t": D(-1)}, D(-4))


@pytest.mark.parametrize("method", [fifo, moving_average, month_end_average])
def test_full_return_gives_back_exactly_what_the_sale_cost(method: Method) -> None:
    sales = [issue(2, 1, f"s{i}") for i in range(3)]
    returns = [issue(3, -1, f"t{i}", f"s{i}") for i in range(3)]
    result = method([receipt(1, 3, "0.335")], [*sales, *returns], "USD")
    assert result.cogs == {
        "s0": D("0.34"), "s1": D("0.33"), "s2": D("0.33"), "t0": D("-0.34"), "t1": D("-0.33"), "t2": D("-0.33"),
    }  # fmt: skip
    assert (result.ending, result.ending_units) == (D("1.00"), D(3))


def test_moving_average_takes_a_return_back_at_its_old_cost() -> None:
    receipts = [receipt(1, 2, "10", "a"), receipt(3, 2, "20", "b")]
    issues = [issue(2, 1, "s"), issue(4, -1, "t", "s"), issue(5, 2, "u")]
    result = moving_average(receipts, issues, "USD")
    assert result == Costing({"s": D(10), "t": D(-10), "u": D(30)}, D(30), D(2), {}, D(0))


def test_month_end_average_joins_returns_of_earlier_months_to_the_receipts() -> None:
    receipts = [receipt(1, 2, "10", "a"), Receipt(date(2026, 9, 20), D(2), D(30), "b")]
    issues = [issue(5, 2, "s"), Issue(date(2026, 9, 25), -2, "t", "s"), Issue(date(2026, 9, 1), 1, "u")]
    result = month_end_average(receipts, issues, "USD")
    assert result == Costing({"s": D(20), "t": D(-20), "u": D(20)}, D(60), D(3), {}, D(0))


def test_month_end_average_covers_a_sale_before_the_first_receipt_of_its_month() -> None:
    result = month_end_average([receipt(20, 4, "10")], [issue(1, 3, "s")], "USD")
    assert result == Costing({"s": D(30)}, D(10), D(1), {}, D(0))


@pytest.mark.parametrize("method", [fifo, moving_average, month_end_average])
def test_repeated_key_is_refused(method: Method) -> None:
    with pytest.raises(ValueError, match="two issues have the key 's'"):
        method([], [issue(1, 1, "s"), issue(2, 1, "s")], "USD")


def test_impossible_values_are_refused() -> None:
    with pytest.raises(ValueError, match="receipt 'r': quantity and unit cost must not be negative"):
        receipt(1, -1, "2")
    with pytest.raises(ValueError, match="issue 't': a return has negative units"):
        issue(1, 1, "t", "s")


@pytest.mark.parametrize("method", [fifo, moving_average])
def test_hundred_thousand_issues_take_seconds(method: Method) -> None:
    receipts = [Receipt(date(2026, 1, 1 + i % 28), D(50), D("7.331") + i, f"r{i}") for i in range(2_000)]
    issues = [Issue(date(2026, 2, 1 + i % 28), 1, f"s{i}") for i in range(50_000)]
    issues += [Issue(date(2026, 3, 1 + i % 28), -1, f"t{i}", f"s{i}") for i in range(0, 50_000, 2)]
    issues += [Issue(date(2026, 3, 1 + i % 28), 1, f"u{i}") for i in range(25_000)]
    started = perf_counter()
    result = method(receipts, issues, "USD")
    assert perf_counter() - started < 20
    assert result.ending_units == 2_000 * 50 - 50_000
