"""What a page holds, counted while it is read: for previews, for control totals, and for the list of problems."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from channels.core.kinds import Kind, Role
from channels.core.rows import (
    AdSpendRow,
    ChargeRow,
    CostRow,
    DisbursementRow,
    GivenRow,
    LeadRow,
    OrderRow,
    PayoutRow,
    RateRow,
    RepeatRow,
    Row,
    SearchRow,
    SkuRow,
    StockRow,
    TrafficRow,
    Unreadable,
    VisitRow,
)

PROBLEMS_KEPT = 1_000  # unreadable lines listed of one page; the count goes on


@dataclass(slots=True)
class Tally:
    """What a page holds: rows by sort, money by statement, unmapped money by words, and what could not be read."""

    rows: dict[str, int] = field(default_factory=dict)
    stated: dict[str, Decimal] = field(default_factory=dict)
    lines: dict[str, Decimal] = field(default_factory=dict)
    currency: dict[str, str] = field(default_factory=dict)
    unmapped: dict[str, Decimal] = field(default_factory=dict)
    problems: list[Unreadable] = field(default_factory=list)
    unreadable: int = 0

    def add(self, row: Row) -> None:
        name = _NAMES[type(row)]
        self.rows[name] = self.rows.get(name, 0) + 1
        if isinstance(row, ChargeRow):
            if row.role is not Role.COMPARE:
                if row.payout:
                    self.lines[row.payout] = self.lines.get(row.payout, Decimal(0)) + row.amount
                    self.currency.setdefault(row.payout, row.currency)
                if row.kind is Kind.UNMAPPED:
                    self.unmapped[row.label] = self.unmapped.get(row.label, Decimal(0)) + row.amount
        elif isinstance(row, PayoutRow):
            self.currency[row.ref] = row.currency
            if row.stated is not None:
                self.stated[row.ref] = row.stated
            elif row.closing is not None and row.opening is not None:
                self.stated[row.ref] = row.closing - row.opening
        elif isinstance(row, Unreadable):
            self.unreadable += 1
            if len(self.problems) < PROBLEMS_KEPT:
                self.problems.append(row)

    def count(self, other: "Tally") -> None:
        """Add the numbers of rows of another page."""
        for name, number in other.rows.items():
            self.rows[name] = self.rows.get(name, 0) + number
        self.unreadable += other.unreadable

    def summary(self) -> dict[str, Any]:
        """As JSON: the counts, the control totals of at most a hundred statements, the first problems."""
        statements = sorted(self.stated.keys() | self.lines.keys())
        return {
            "rows": self.rows,
            "statements": [
                {
                    "payout": ref,
                    "currency": self.currency.get(ref, ""),
                    "stated": _text(self.stated.get(ref)),
                    "lines": _text(self.lines.get(ref, Decimal(0))),
                }
                for ref in statements[:100]
            ],
            "unmapped": {label: str(amount) for label, amount in sorted(self.unmapped.items())[:100]},
            "unreadable": self.unreadable,
            "problems": [{"line": one.place, "reason": one.reason} for one in self.problems[:50]],
        }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


_NAMES: dict[type, str] = {
    OrderRow: "orders",
    ChargeRow: "money lines",
    PayoutRow: "statements",
    AdSpendRow: "advertising rows",
    SearchRow: "search rows",
    RepeatRow: "repeat purchases",
    VisitRow: "visits",
    DisbursementRow: "disbursements",
    GivenRow: "order numbers given by customers",
    LeadRow: "leads",
    TrafficRow: "traffic rows",
    StockRow: "stock receipts",
    CostRow: "unit costs",
    SkuRow: "SKUs",
    RateRow: "exchange rates",
    Unreadable: "unreadable",
}
