"""Walking through receipts and issues in order: who takes what, and rounding that adds up.

Costs are rounded by carrying the remainder forward: after each sale, everything booked so far is the exact cost so
far, rounded half-even. So an issue added at the end changes none before it, no drift piles up in the ending
stock, and stock that is used up is worth exactly nothing. (Largest remainder would move cents between old issues.)
A full return gives back exactly the rounded cost of its sale.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import NamedTuple, Protocol

from channels.core.money import round_minor
from reconciliation.costs.stock import Costing, Issue, Receipt

_DIGITS = 50  # of intermediate results; averages have no end, and cents must not depend on where they are cut


class Piece(NamedTuple):
    """Units of one layer and what they are worth."""

    units: Decimal
    value: Decimal
    layer: int


class Stock(Protocol):
    """The units on hand under one method."""

    units: Decimal
    value: Decimal

    def receive(self, receipt: Receipt) -> None: ...

    def take(self, units: Decimal) -> list[Piece]:
        """At most so many units, in the order they leave."""

    def restore(self, piece: Piece) -> None:
        """Units that come back into the layer they were taken from."""


@dataclass(slots=True)
class _Sale:
    """What is still out of a sale, and what of its cost is not given back yet."""

    pieces: list[Piece]  # the last taken on top
    uncovered: Decimal
    known: bool
    amount: Decimal

    def give_back(self, units: Decimal, stock: Stock) -> Decimal:
        """Put units back, the last taken first (those without cost were the last), and return how many had no cost."""
        bare = min(units, self.uncovered)
        self.uncovered -= bare
        units -= bare
        while units and self.pieces:
            piece = self.pieces.pop()
            if piece.units > units:
                part = Piece(units, piece.value * units / piece.units, piece.layer)
                self.pieces.append(Piece(piece.units - units, piece.value - part.value, piece.layer))
                piece = part
            stock.restore(piece)
            units -= piece.units
        return bare + units


class _Walk:
    def __init__(self, stock: Stock, currency: str) -> None:
        self.stock = stock
        self.currency = currency
        self.received = Decimal(0)
        self.booked = self.round(Decimal(0))
        self.withheld = self.booked
        self.sales: dict[str, _Sale] = {}
        self.cogs: dict[str, Decimal | None] = {}
        self.missing: dict[str, Decimal] = {}

    def round(self, amount: Decimal) -> Decimal:
        return round_minor(amount, self.currency)

    def receive(self, receipt: Receipt) -> None:
        self.received += receipt.quantity * receipt.unit_cost
        self.stock.receive(receipt)

    def issue(self, issue: Issue) -> None:
        units = Decimal(issue.units)
        if units < 0:
            self._take_back(issue, -units)
        else:
            self._sell(issue, units)

    def _sell(self, issue: Issue, units: Decimal) -> None:
        pieces = self.stock.take(units)
        uncovered = units - sum((piece.units for piece in pieces), Decimal(0))
        amount = self.round(Decimal(0))
        if pieces:  # giving back rounded costs can leave booked a cent ahead; still no sale costs less than nothing
            amount = max(self.round(self.received - self.stock.value) - self.booked, amount)
        self.sales[issue.key] = _Sale(pieces, uncovered, not uncovered, amount)
        self._book(issue.key, amount, uncovered, known=not uncovered)

    def _take_back(self, issue: Issue, units: Decimal) -> None:
        sale = self.sales.get(issue.returns_of or "")
        if sale is None:
            self._book(issue.key, self.round(Decimal(0)), -units, known=False)
            return
        bare = sale.give_back(units, self.stock)
        left = self.round(sum((piece.value for piece in sale.pieces), Decimal(0)))
        given = sale.amount - (min(left, sale.amount) if sale.pieces else 0)  # what is out last takes the remainder
        sale.amount -= given
        self._book(issue.key, -given, -bare, known=sale.known and not bare)

    def _book(self, key: str, amount: Decimal, bare: Decimal, *, known: bool) -> None:
        self.booked += amount
        self.cogs[key] = amount + 0 if known else None  # + 0: no negative zero
        if not known:
            self.withheld += amount
        if bare:
            self.missing[key] = bare

    def costing(self) -> Costing:
        ending = self.round(self.received) - self.booked
        return Costing(self.cogs, ending, self.stock.units, self.missing, self.withheld)


def walk(events: Iterable[Receipt | Issue], stock: Stock, currency: str) -> Costing:
    """The costing of events in the order given."""
    with localcontext(prec=_DIGITS):
        state = _Walk(stock, currency)
        for event in events:
            if isinstance(event, Receipt):
                state.receive(event)
            else:
                state.issue(event)
        return state.costing()
