"""The share of a channel's orders that passed through brand search, with its bounds. Never "caused by".

The denominator is the ledger's orders. What the report does not tell is counted both ways: as not having passed
through brand search (low) and as having (high).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Cell:
    """Orders of the ledger in a market, product and period, and what the report tells of them.

    ``brand``, ``non_brand`` and ``unknown`` are the report's purchases by class of query; None where the period is
    suppressed or absent. ``in_report`` are the ledger's orders whose products the report covers.
    """

    orders: int
    brand: int | None = None
    non_brand: int | None = None
    unknown: int | None = None
    in_report: int = 0
    contribution: Decimal | None = None


@dataclass(frozen=True, slots=True)
class BrandShare:
    """How many of the orders passed through brand search; shares of 1, None where there is no order.

    ``covered`` are the orders whose query's class the report tells, brand and not; ``point`` is brand among them.
    ``exceeding`` are cells where the report counts more purchases than the ledger has orders (they are scaled down).
    """

    orders: int
    covered: float
    brand: float
    low: float | None
    point: float | None
    high: float | None
    product_coverage: float | None
    cells: int = 0
    silent: int = 0  # cells that the report suppresses or leaves out
    exceeding: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    """A cell's orders by what is known of them, exact: numerators over ``over``."""

    brand: int
    non_brand: int
    over: int  # orders, or the report's purchases where it has more
    silent: bool
    exceeding: bool


def share(cells: Iterable[Cell]) -> BrandShare:
    """The share over all cells. Raises ValueError where a count is negative."""
    orders = in_report = count = silent = exceeding = 0
    brand = other = 0.0
    for cell in cells:
        known = _known(cell)
        count, silent, exceeding = count + 1, silent + known.silent, exceeding + known.exceeding
        orders += cell.orders
        in_report += min(cell.in_report, cell.orders)
        if known.over:
            brand += known.brand * cell.orders / known.over
            other += known.non_brand * cell.orders / known.over
    covered = brand + other
    if not orders:
        return BrandShare(0, 0.0, 0.0, None, None, None, None, count, silent, exceeding)
    low = _within(brand / orders)
    high = max(low, _within(1 - other / orders))  # the two may cross by a rounding where everything is known
    point = min(max(brand / covered, low), high) if covered else None
    return BrandShare(orders, covered, brand, low, point, high, in_report / orders, count, silent, exceeding)


def _known(cell: Cell) -> _Known:
    told = (cell.brand, cell.non_brand, cell.unknown)
    if cell.orders < 0 or cell.in_report < 0 or any(value is not None and value < 0 for value in told):
        raise ValueError(f"a count of orders is negative: {cell}")
    if cell.brand is None or cell.non_brand is None:
        return _Known(0, 0, cell.orders, silent=True, exceeding=False)
    purchases = cell.brand + cell.non_brand + (cell.unknown or 0)
    return _Known(cell.brand, cell.non_brand, max(cell.orders, purchases), False, purchases > cell.orders)


def _within(value: float) -> float:
    return min(max(value, 0.0), 1.0)
