"""Shares of orders that passed through brand search, between their bounds."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.exposure.share import Cell, share

D = Decimal


def test_orders_that_the_report_does_not_tell_count_both_ways() -> None:
    found = share([Cell(orders=100, brand=20, non_brand=30, unknown=10, in_report=80)])
    assert (found.low, found.point, found.high) == (0.2, 0.4, 0.7)
    assert (found.covered, found.product_coverage, found.silent) == (50, 0.8, 0)


def test_suppressed_week_is_unknown_and_not_zero() -> None:
    found = share([Cell(100, 20, 80, 0, 100), Cell(100)])
    assert (found.low, found.point, found.high, found.silent) == (0.1, 0.2, 0.6, 1)
    assert share([Cell(10)]).point is None
    assert (share([Cell(10)]).low, share([Cell(10)]).high) == (0.0, 1.0)


def test_report_with_more_purchases_than_orders_is_scaled_and_told() -> None:
    found = share([Cell(orders=10, brand=10, non_brand=5, unknown=5)])
    assert (found.low, found.high, found.exceeding) == (0.5, 0.75, 1)


def test_no_orders_give_no_share() -> None:
    assert (share([]).low, share([Cell(0, 5, 5, 0)]).high) == (None, None)


def test_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        share([Cell(10, -1, 0, 0)])


count = st.none() | st.integers(0, 10**6)
cell = st.builds(
    Cell, st.integers(0, 10**6), count, count, count, st.integers(0, 10**6),
    st.none() | st.decimals(-(10**6), 10**6, places=2),
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(cell, max_size=12))
def test_point_lies_between_the_bounds_and_all_within_zero_and_one(cells: list[Cell]) -> None:
    found = share(cells)
    if found.low is None or found.high is None:
        assert found.orders == 0
        return
    assert 0 <= found.low <= found.high <= 1
    assert found.point is None or found.low <= found.point <= found.high
    assert found.product_coverage is not None
    assert 0 <= found.product_coverage <= 1


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 500), st.data())
def test_bounds_hold_whatever_the_unknown_orders_were(orders: int, data: st.DataObject) -> None:
    """Orders are drawn with their truth, then part of them is hidden."""
    truth = data.draw(st.lists(st.booleans(), min_size=orders, max_size=orders))
    seen = data.draw(st.lists(st.sampled_from(["class", "unknown", "hidden"]), min_size=orders, max_size=orders))
    told = [(brand, how) for brand, how in zip(truth, seen, strict=True)]
    found = share([Cell(
        orders, told.count((True, "class")), told.count((False, "class")), seen.count("unknown"),
    )])  # fmt: skip
    assert found.low is not None
    assert found.high is not None
    assert found.low - 1e-12 <= sum(truth) / orders <= found.high + 1e-12
