"""Which channel earns most once shared costs are spread, and whether that hangs on the key."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from channels.core.kinds import Kind
from channels.core.money import Money
from reconciliation.ledger.allocation import Activity, Sensitivity, ranking_under
from reports.queries import Line, Question, contribution

POOLS = (Kind.SHARED_MARKETING, Kind.RETENTION_MARKETING, Kind.OVERHEAD)


def ranking(question: Question, lines: Sequence[Line] | None = None) -> dict[tuple[str, str], Sensitivity]:
    """By company and currency: the names ranked under each allocation key, over the question's whole time.

    The margin is CM3a; the pool is all shared cost, whether it was spread or left. A question of one name or without
    shared cost has no ranking. ``lines`` is the question's statement by month, where it is at hand.
    """
    if lines is None:
        lines = contribution(replace(question, period="month"))
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.company, line.currency), []).append(line)
    found = {key: _sensitivity(key[1], some) for key, some in groups.items()}
    return {key: one for key, one in found.items() if one is not None}


def _sensitivity(currency: str, lines: Sequence[Line]) -> Sensitivity | None:
    names = sorted({line.name for line in lines if line.name})
    pool = sum((line.by_kind.get(kind, Decimal(0)) for line in lines for kind in POOLS), Decimal(0))
    if len(names) < 2 or not pool:
        return None
    margins, activity = {}, {}
    for name in names:
        own = [line for line in lines if line.name == name]
        margins[name] = Money(sum((line.cm3a or Decimal(0) for line in own), Decimal(0)), currency)
        activity[name] = Activity(
            sum((line.net_revenue or Decimal(0) for line in own), Decimal(0)),
            Decimal(sum(line.units for line in own)),
            Decimal(sum(line.orders for line in own)),
        )
    return ranking_under(margins, Money(pool, currency), activity)
