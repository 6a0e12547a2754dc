"""Transactions from a CSV file: customer, date, value[, contribution, currency, acquired_by], one row each.

``acquired_by`` is the customer's, alike in all rows or in the first one. A negative value is a refund: money, but no
purchase. Other columns are ignored.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from reports.analysis.event_words import shown
from reports.analysis.lifetime.purchases import Floats, Integers
from reports.analysis.rows import Limits, Row, Unreadable, amount, at, currency_of, moment, name_of, renamed, rows

NEEDED = ("customer", "date", "value")
MORE = ("contribution", "currency", "acquired_by")
_OTHER_NAMES = {
    "customer_id": "customer", "order_date": "date", "ordered_at": "date", "created_at": "date", "amount": "value",
    "revenue": "value", "source": "acquired_by", "channel": "acquired_by",
}  # fmt: skip
_LIMITS = Limits(400_000_000, 3_000_000, "bring fewer years, or a sample of customers with all that they bought")
_SOURCES = 100


@dataclass(frozen=True, slots=True, eq=False)
class Transactions:
    """By transaction: customer and day as numbers, what was paid and, where all rows have it, contribution.

    ``source`` numbers by customer what acquired him, −1 where it is not known.
    """

    customer: Integers
    day: Integers
    value: Floats
    contribution: Floats | None
    source: Integers
    sources: tuple[str, ...]
    currency: str
    counts: dict[str, int]

    @property
    def money(self) -> Floats:
        """What a customer is worth: contribution, else value."""
        return self.value if self.contribution is None else self.contribution


@dataclass(slots=True)
class _Held:
    customers: dict[str, int] = field(default_factory=dict)
    customer: list[int] = field(default_factory=list)
    day: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    contribution: list[float] = field(default_factory=list)
    sources: dict[str, int] = field(default_factory=dict)
    source: list[int] = field(default_factory=list)
    currency: str = ""
    without_value: int = 0


def read_transactions(path: Path) -> Transactions:
    """Raises Unreadable."""
    held = _Held()
    what = f"transactions have {', '.join((*NEEDED, *MORE))}"
    for line, row in rows(path, _LIMITS, renamed(NEEDED, MORE, _OTHER_NAMES, what)):
        _take(path.name, line, row, held)
    if not held.customer:
        raise Unreadable(f"{path.name} has no rows with a value: one for each transaction is needed.")
    contribution = np.array(held.contribution)
    lacking = int(np.isnan(contribution).sum())
    return Transactions(
        np.array(held.customer, np.int64), np.array(held.day, np.int64), np.array(held.value),
        None if lacking else contribution, np.array(held.source, np.int64), tuple(held.sources), held.currency,
        {"customers": len(held.customers), "transactions": len(held.customer), "without_value": held.without_value,
         "refunds": sum(one < 0 for one in held.value), "without_contribution": lacking},
    )  # fmt: skip


def _take(name: str, line: int, row: Row, held: _Held) -> None:
    value = amount(name, line, "value", row["value"])
    contribution = amount(name, line, "contribution", row.get("contribution", ""))
    day = int(moment(name, line, "date", row["date"]))
    held.currency = currency_of(name, line, row.get("currency", ""), held.currency)
    if value is None:
        held.without_value += 1
        return
    if (number := held.customers.get(row["customer"])) is None:
        number = held.customers[name_of(name, line, "customer", row["customer"])] = len(held.customers)
        held.source.append(-1)
    if by := row.get("acquired_by", ""):
        found = _source(name, line, by, held)
        if held.source[number] not in (-1, found):
            raise at(name, line, f"column acquired_by: {shown(by)}, but another for the same customer stands above")
        held.source[number] = found
    held.customer.append(number)
    held.day.append(day)
    held.value.append(value)
    held.contribution.append(np.nan if contribution is None else contribution)


def _source(name: str, line: int, text: str, held: _Held) -> int:
    if text not in held.sources:
        held.sources[name_of(name, line, "acquired_by", text)] = len(held.sources)
        if len(held.sources) > _SOURCES:
            raise at(name, line, f"column acquired_by: more than {_SOURCES} sources: join the rarest into one")
    return held.sources[text]
