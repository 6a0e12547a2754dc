"""Standard costs from a cost sheet, for sellers who keep no stock ledger."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from channels.core.money import round_minor
from reconciliation.costs.stock import Costing, Issue, unique


def standard_cost(costs: Iterable[tuple[date, Decimal]], issues: Iterable[Issue], currency: str) -> Costing:
    """Each sale at the unit cost in force on its day; before the first day the cost is None.

    ``costs`` is (from this day on, unit cost in base currency). A return comes back at its sale's cost, and at the
    cost of its own day where the sale is unknown. No stock is kept, so the ending is zero, nothing has to add up,
    and each issue is rounded on its own: the sheet says 3.335, the sale says 3.34 whatever was sold before it.
    """
    table = sorted(costs, key=lambda pair: pair[0])
    days = [on for on, _ in table]
    rows = unique(issues)
    sold_on = {one.key: one.on for one in rows if one.units > 0}
    cogs: dict[str, Decimal | None] = {}
    missing: dict[str, Decimal] = {}
    for one in rows:
        at = bisect_right(days, sold_on.get(one.returns_of or "", one.on))
        if at:
            cogs[one.key] = round_minor(table[at - 1][1] * one.units, currency)
        else:
            cogs[one.key] = None
            missing[one.key] = Decimal(one.units)
    zero = round_minor(Decimal(0), currency)
    return Costing(cogs, zero, Decimal(0), missing, zero)
