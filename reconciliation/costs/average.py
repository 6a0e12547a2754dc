"""Weighted averages: after each receipt (moving), or once over a month (month-end, 全月一次加权平均)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from reconciliation.costs.stock import Costing, Issue, Receipt, in_order
from reconciliation.costs.walk import Piece, walk


def moving_average(receipts: Iterable[Receipt], issues: Iterable[Issue], currency: str) -> Costing:
    """Each sale costs the average of the stock of its moment; a return comes back at what its sale took out."""
    return walk(in_order(receipts, issues), _Pool(), currency)


def month_end_average(receipts: Iterable[Receipt], issues: Iterable[Issue], currency: str) -> Costing:
    """Every sale of a month costs (opening value + receipts) / (opening units + receipts).

    This is the moving average with the month's receipts put first, because sales do not change an average. What
    comes back from an earlier month's sale joins the receipts at its old cost; returns within the month cancel.
    A sale before the month's first receipt is covered by it, as the method has it.
    """
    ordered = in_order(receipts, issues)
    sold_in = {one.key: _month(one.on) for one in ordered if isinstance(one, Issue) and one.units > 0}

    def turn(event: Receipt | Issue) -> tuple[tuple[int, int], int]:
        month = _month(event.on)
        if isinstance(event, Issue):
            return month, 0 if sold_in.get(event.returns_of or "", month) < month else 1
        return month, 0

    return walk(sorted(ordered, key=turn), _Pool(), currency)  # the sort keeps the days in order


def _month(on: date) -> tuple[int, int]:
    return on.year, on.month


class _Pool:
    """All units together at one average."""

    def __init__(self) -> None:
        self.units = Decimal(0)
        self.value = Decimal(0)

    def receive(self, receipt: Receipt) -> None:
        self.units += receipt.quantity
        self.value += receipt.quantity * receipt.unit_cost

    def take(self, units: Decimal) -> list[Piece]:
        taken = min(units, self.units)
        if not taken:
            return []
        value = self.value if taken == self.units else self.value * taken / self.units
        self.units -= taken
        self.value -= value
        return [Piece(taken, value, 0)]

    def restore(self, piece: Piece) -> None:
        self.units += piece.units
        self.value += piece.value
