"""What goes into a costing and what comes out of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Receipt:
    """Units that came in, at a landed unit cost in base currency (rate of the receipt's day)."""

    on: date
    quantity: Decimal
    unit_cost: Decimal
    key: str

    def __post_init__(self) -> None:
        if self.quantity < 0 or self.unit_cost < 0:
            raise ValueError(f"receipt {self.key!r}: quantity and unit cost must not be negative")


@dataclass(frozen=True, slots=True)
class Issue:
    """Units sold (+), or returned and fit for sale again (−); a return names the sale it undoes in ``returns_of``."""

    on: date
    units: Decimal | int
    key: str
    returns_of: str | None = None

    def __post_init__(self) -> None:
        if self.units > 0 and self.returns_of is not None:
            raise ValueError(f"issue {self.key!r}: a return has negative units")


@dataclass(frozen=True, slots=True)
class Costing:
    """Cost of goods of one product, in whole minor units of the base currency.

    ``cogs``: cost of each issue, minus for a return; None unless every unit of it is covered by a receipt.
    ``ending``, ``ending_units``: value and units of the stock that is left.
    ``missing``: issue → units without cost (minus: returned units of unknown cost); only those that have any.
    ``withheld``: value of the covered part of the issues whose cost is None.

    Σ known cogs + withheld + ending = Σ receipts, and units received − Σ issued = ending_units − missing_units; only
    ``standard_cost``, which keeps no stock, leaves both endings at zero.
    """

    cogs: Mapping[str, Decimal | None]
    ending: Decimal
    ending_units: Decimal
    missing: Mapping[str, Decimal]
    withheld: Decimal

    @property
    def missing_units(self) -> Decimal:
        return sum(self.missing.values(), Decimal(0))


def in_order(receipts: Iterable[Receipt], issues: Iterable[Issue]) -> list[Receipt | Issue]:
    """By day; within a day receipts, then sales, then returns, each by key. Raises ValueError for a repeated key."""
    return sorted([*receipts, *unique(issues)], key=_moment)


def _moment(event: Receipt | Issue) -> tuple[date, int, str]:
    return event.on, 0 if isinstance(event, Receipt) else 1 if event.units >= 0 else 2, event.key


def unique(issues: Iterable[Issue]) -> list[Issue]:
    """The issues. Raises ValueError where two share a key."""
    found = list(issues)
    seen: set[str] = set()
    for issue in found:
        if issue.key in seen:
            raise ValueError(f"two issues have the key {issue.key!r}")
        seen.add(issue.key)
    return found
