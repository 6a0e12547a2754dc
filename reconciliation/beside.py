"""Two accounts side by side: where and when they bought, what, for how much, and who else is the same person."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from channels.core.kinds import Kind
from reconciliation.glimpse import Glimpse, glimpses
from reconciliation.models import Account, BuyerSignal, LedgerEntry

SKUS = 8  # shown of an account
OTHERS = 10

# Orders of the accounts, each once, with the month by the store's own clock.
_ORDERS = f"""
SELECT DISTINCT a.id AS account, o.id, o.store_id, o.ref,
    date_trunc('month', o.ordered_at AT TIME ZONE st.timezone)::date AS month
FROM {Account._meta.db_table} a JOIN {BuyerSignal._meta.db_table} s ON s.account = a.key
JOIN channels_store st ON st.id = s.store_id AND st.company_id = a.company_id
JOIN channels_order o ON o.store_id = s.store_id AND o.ref = s.order_ref
WHERE a.id = ANY(%(ids)s) AND NOT o.is_mirror AND o.serves = ''
"""
_MONTHS = f"SELECT account, month, count(*) FROM ({_ORDERS}) AS o GROUP BY 1, 2 ORDER BY 1, 2"
_SKUS = (
    f"SELECT account, i.sku, sum(i.quantity) FROM ({_ORDERS}) AS o JOIN channels_orderitem i ON i.order_id = o.id "
    "GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2"
)
_REVENUE = (
    f"SELECT account, sum(e.base_amount) FROM ({_ORDERS}) AS o JOIN {LedgerEntry._meta.db_table} e "
    f"ON e.paying_store_id = o.store_id AND e.order_ref = o.ref WHERE e.kind = '{Kind.REVENUE.value}' GROUP BY 1"
)
_OF_CUSTOMERS = f"""
SELECT customer_id, sum(e.base_amount) FROM (
    SELECT DISTINCT a.customer_id, s.store_id, s.order_ref FROM {Account._meta.db_table} a
    JOIN {BuyerSignal._meta.db_table} s ON s.account = a.key WHERE a.customer_id = ANY(%(customers)s)
) AS o JOIN {LedgerEntry._meta.db_table} e ON e.paying_store_id = o.store_id AND e.order_ref = o.order_ref
WHERE e.kind = '{Kind.REVENUE.value}' GROUP BY 1
"""


@dataclass(slots=True)
class Side:
    """An account with what is known of it. ``others``: the accounts of the same person, as far as matched."""

    account: Account
    glimpse: Glimpse
    months: list[tuple[date, int]] = field(default_factory=list)
    skus: list[tuple[str, int]] = field(default_factory=list)
    revenue: Decimal | None = None
    others: list[Account] = field(default_factory=list)
    more: int = 0  # others beyond those listed


def sides(accounts: Sequence[Account]) -> list[Side]:
    """The accounts, in their order."""
    found = glimpses(accounts)
    made = {one.pk: Side(one, found[one.key]) for one in accounts}
    for account, month, orders in _asked(_MONTHS, made):
        made[account].months.append((month, orders))
    for account, sku, units in _asked(_SKUS, made):
        made[account].skus.append((sku, int(units)))
    for account, revenue in _asked(_REVENUE, made):
        made[account].revenue = revenue
    _add_others(made)
    return [made[one.pk] for one in accounts]


def shared_months(left: Side, right: Side) -> list[date]:
    """Months in which both bought."""
    return sorted({month for month, _ in left.months} & {month for month, _ in right.months})


def revenues(customers: Sequence[UUID]) -> dict[UUID, Decimal]:
    """What each customer's orders brought in, in the company's currency."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_CUSTOMERS, {"customers": list(customers)})
        return dict(cursor.fetchall())


def _add_others(made: dict[int, Side]) -> None:
    customers = {one.account.customer_id for one in made.values()} - {None}
    same: dict[Any, list[Account]] = defaultdict(list)
    for account in Account.objects.filter(customer__in=customers):
        same[account.customer_id].append(account)
    for side in made.values():
        others = [one for one in same[side.account.customer_id] if one.pk != side.account.pk]
        side.others, side.more = others[:OTHERS], max(0, len(others) - OTHERS)


def _asked(query: str, made: dict[int, Side]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"ids": list(made)})
        return list(cursor.fetchall())
