"""Persons of two channels as arrays, from rows that a database gives."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from reports.analysis.bounds import Customers, Found
from reports.analysis.panel import Series


def found_of(rows: Sequence[Sequence[Any]]) -> Found:
    """Of (orders, probability)."""
    orders, weight = _columns(rows, 2)
    return Found(orders, weight)


def customers_of(rows: Sequence[Sequence[Any]]) -> Customers:
    """Of (repeat orders, days since the last, days since the first, orders in the window, probability of B)."""
    return Customers(*_columns(rows, 5))


def _columns(rows: Sequence[Sequence[Any]], width: int) -> Series:
    table: Series = np.array(rows, dtype=np.float64).reshape(len(rows), width)
    return table.T
