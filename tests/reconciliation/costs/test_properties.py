"""No value appears or disappears, and FIFO agrees with counting single units."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.core.money import round_minor
from reconciliation.costs import Costing, Issue, Receipt, fifo, month_end_average, moving_average

Method = Callable[[list[Receipt], list[Issue], str], Costing]
History = tuple[list[Receipt], list[Issue]]

DAYS = st.integers(0, 70).map(lambda days: date(2026, 7, 20) + timedelta(days))
METHODS = pytest.mark.parametrize("method", [fifo, moving_average, month_end_average])


@st.composite
def histories(draw: st.DrawFn, returns: bool = True) -> History:
    costs = st.decimals(0, 500, places=4)
    receipts = [
        Receipt(draw(DAYS), Decimal(draw(st.integers(0, 12))), draw(costs), f"r{i}")
        for i in range(draw(st.integers(0, 6)))
    ]
    sales = [Issue(draw(DAYS), draw(st.integers(0, 9)), f"s{i}") for i in range(draw(st.integers(0, 10)))]
    origins = st.sampled_from([None, "gone", *(sale.key for sale in sales)])
    back = [
        Issue(draw(DAYS), -draw(st.integers(1, 6)), f"t{i}", draw(origins))
        for i in range(draw(st.integers(0, 6)) if returns else 0)
    ]
    return receipts, sales + back


@METHODS
@given(history=histories())
def test_value_and_units_are_conserved(method: Method, history: History) -> None:
    receipts, issues = history
    result = method(receipts, issues, "USD")
    known = sum((cost for cost in result.cogs.values() if cost is not None), Decimal(0))
    received = sum((one.quantity * one.unit_cost for one in receipts), Decimal(0))
    assert known + result.withheld + result.ending == round_minor(received, "USD")
    units = sum((one.quantity for one in receipts), Decimal(0)) - sum(one.units for one in issues)
    assert result.ending_units - result.missing_units == units
    assert result.ending_units >= 0


@METHODS
@given(history=histories())
def test_cost_is_none_exactly_where_units_are_missing_or_the_sale_has_none(method: Method, history: History) -> None:
    receipts, issues = history
    result = method(receipts, issues, "USD")
    origin = {one.key: one.returns_of for one in issues}
    without = {key for key, cost in result.cogs.items() if cost is None}
    assert set(result.cogs) == set(origin)
    assert without == {key for key in origin if key in result.missing or origin[key] in without}


@METHODS
@given(history=histories(returns=False))
def test_rounding_never_moves_more_than_a_minor_unit(method: Method, history: History) -> None:
    receipts, issues = history
    cents = method(receipts, issues, "USD")
    fine = method(
        [Receipt(one.on, one.quantity, one.unit_cost * 10_000, one.key) for one in receipts], issues, "JPY"
    )  # the same history in ten-thousandths
    for key, cost in cents.cogs.items():
        if cost is None:
            assert fine.cogs[key] is None
        else:
            assert cost >= 0
            exact = fine.cogs[key]
            assert exact is not None
            assert abs(cost - exact / 10_000) <= Decimal("0.0101")
    assert abs(cents.ending - fine.ending / 10_000) <= Decimal("0.0101")
    assert cents.ending_units or not cents.ending


@given(history=histories())
def test_fifo_agrees_with_counting_single_units(history: History) -> None:
    receipts, issues = history
    result = fifo([Receipt(one.on, one.quantity, one.unit_cost * 10_000, one.key) for one in receipts], issues, "JPY")
    value, left, without = count_units(receipts, issues)
    assert {key: cost for key, cost in result.cogs.items() if key in without} == dict.fromkeys(without)
    assert {key: Fraction(cost) / 10_000 for key, cost in result.cogs.items() if cost is not None} == {
        key: worth for key, worth in value.items() if key not in without
    }
    assert Fraction(result.ending) / 10_000 == left


def count_units(receipts: list[Receipt], issues: list[Issue]) -> tuple[dict[str, Fraction], Fraction, set[str]]:
    """FIFO with every unit in a list of its own: (value by issue, value left, issues without cost)."""
    events: list[Receipt | Issue] = [*receipts, *issues]
    events.sort(key=lambda one: (one.on, 0 if isinstance(one, Receipt) else 1 if one.units >= 0 else 2, one.key))
    layers: list[Fraction] = []
    shelf: list[int] = []
    out: dict[str, list[int | None]] = {}
    value: dict[str, Fraction] = {}
    without: set[str] = set()
    for event in events:
        if isinstance(event, Receipt):
            layers.append(Fraction(event.unit_cost))
            shelf += [len(layers) - 1] * int(event.quantity)
        elif event.units >= 0:
            shelf.sort()
            units = int(event.units)
            out[event.key] = [*shelf[:units], *[None] * (units - len(shelf))]
            del shelf[:units]
            value[event.key] = sum((layers[one] for one in out[event.key] if one is not None), Fraction(0))
            without |= {event.key} if None in out[event.key] else set()
        else:
            gone = out.get(event.returns_of or "", [])
            back = [gone.pop() if gone else None for _ in range(-int(event.units))]
            shelf += [one for one in back if one is not None]
            value[event.key] = -sum((layers[one] for one in back if one is not None), Fraction(0))
            without |= {event.key} if None in back or event.returns_of in without else set()
    return value, sum((layers[one] for one in shelf), Fraction(0)), without
