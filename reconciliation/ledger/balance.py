"""Conservation: what a statement says it pays is the sum of its lines, and of what was posted for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from channels.core.money import Money


@dataclass(frozen=True, slots=True)
class PayoutTotal:
    """A statement beside the ledger. ``lines`` is the sum of the entries posted for it; plus is to the seller.

    ``unmapped`` is the part of ``lines`` whose words are unknown, as it stands in the sum.
    """

    store: str
    payout: str
    currency: str
    stated: Decimal
    lines: Decimal
    residual: Decimal
    unmapped: Decimal
    itemised: bool = True


def residual(stated: Money, lines: Iterable[Money]) -> Money:
    """What the lines leave of the stated total: zero where the statement adds up.

    Raises CurrencyMismatch where a line is in another currency than its statement.
    """
    left = stated
    for line in lines:
        left = left - line
    return left


@dataclass(frozen=True, slots=True)
class MonthPart:
    """What a statement books in one month. ``brought`` + ``lines`` + ``carried`` is what reached the bank.

    A statement that crosses a month is booked in parts, joined by a carry-forward: all but the last carry their sum
    out (minus) and the next brings it in (plus); ``deposit`` is what the last pays.
    """

    month: date
    brought: Decimal
    lines: Decimal
    carried: Decimal

    @property
    def deposit(self) -> Decimal:
        return self.brought + self.lines + self.carried


def by_month(lines: Iterable[tuple[date, Decimal]]) -> list[MonthPart]:
    """The months of one statement from its lines' posted days and amounts (facts/definitions.md §2.6)."""
    sums: dict[date, Decimal] = {}
    for day, amount in lines:
        month = day.replace(day=1)
        sums[month] = sums.get(month, Decimal(0)) + amount
    parts, brought = [], Decimal(0)
    for number, month in enumerate(sorted(sums), 1):
        total = brought + sums[month]
        carried = -total if number < len(sums) else Decimal(0)
        parts.append(MonthPart(month, brought, sums[month], carried))
        brought = total
    return parts
