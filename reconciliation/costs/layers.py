"""First in, first out."""

from collections.abc import Iterable
from decimal import Decimal
from heapq import heappop, heappush

from reconciliation.costs.stock import Costing, Issue, Receipt, in_order
from reconciliation.costs.walk import Piece, walk


def fifo(receipts: Iterable[Receipt], issues: Iterable[Issue], currency: str) -> Costing:
    """Each sale takes the oldest layer that is in stock on its day; a return goes back into the layer it came from."""
    return walk(in_order(receipts, issues), _Layers(), currency)


class _Layers:
    """Layers in order of receipt; the heap holds those that have units, so that a return may reopen an old one."""

    def __init__(self) -> None:
        self.units = Decimal(0)
        self.value = Decimal(0)
        self._left: list[Decimal] = []
        self._cost: list[Decimal] = []
        self._open: list[int] = []

    def receive(self, receipt: Receipt) -> None:
        self._left.append(Decimal(0))
        self._cost.append(receipt.unit_cost)
        self._add(len(self._left) - 1, Decimal(receipt.quantity))

    def take(self, units: Decimal) -> list[Piece]:
        pieces = []
        while units and self._open:
            layer = self._open[0]
            taken = min(units, self._left[layer])
            piece = Piece(taken, taken * self._cost[layer], layer)
            pieces.append(piece)
            units -= taken
            self.units -= taken
            self.value -= piece.value
            self._left[layer] -= taken
            if not self._left[layer]:
                heappop(self._open)
        return pieces

    def restore(self, piece: Piece) -> None:
        self._add(piece.layer, piece.units)

    def _add(self, layer: int, units: Decimal) -> None:
        if not units:
            return
        if not self._left[layer]:
            heappush(self._open, layer)
        self._left[layer] += units
        self.units += units
        self.value += units * self._cost[layer]
