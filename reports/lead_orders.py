"""What orders that leads name came to in the ledger."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channels.followed import Followed
from channels.models import Company
from reconciliation.ledger.tiers import CM1, CM2, NET_REVENUE, TIER
from reports.reads import rows

# An order is meant by its number or by its name (#1001), first in the lead's own store.
_ORDERS = """
WITH named AS (SELECT store, word FROM unnest(%(stores)s::bigint[], %(words)s::text[]) n(store, word)),
said AS (
    SELECT n.store, n.word, o.id, TRUE AS by_ref FROM named n JOIN channels_order o ON o.ref = n.word
    UNION ALL SELECT n.store, n.word, o.id, FALSE FROM named n JOIN channels_order o ON o.name = n.word
), meant AS (
    SELECT DISTINCT ON (s.store, s.word) s.store, s.word, o.store_id, o.ref, o.ordered_at, o.cancelled
    FROM said s JOIN channels_order o USING (id) JOIN channels_store st ON st.id = o.store_id
    WHERE st.company_id = %(company)s AND NOT o.is_mirror
    ORDER BY s.store, s.word, (o.store_id = s.store) DESC, s.by_ref DESC, st.name, o.ref
)
SELECT m.store, m.word, dense_rank() OVER (ORDER BY m.store_id, m.ref),
    CASE WHEN NOT m.cancelled THEN extract(epoch FROM m.ordered_at)::float8 END,
    CASE WHEN count(e.id) = 0 OR bool_and(e.base_amount IS NOT NULL OR NOT e.kind = ANY(%(income)s))
        THEN coalesce(sum(e.base_amount) FILTER (WHERE e.kind = ANY(%(income)s)), 0)::float8 END,
    CASE WHEN count(e.id) = 0 THEN 0
        WHEN bool_and(e.base_amount IS NOT NULL) AND coalesce(sum(e.quantity) FILTER (WHERE e.kind = 'cogs'), 0)
        >= coalesce(sum(e.quantity) FILTER (WHERE e.kind = 'revenue'), 0) THEN sum(e.base_amount)::float8 END
FROM meant m LEFT JOIN reconciliation_ledgerentry e ON e.company_id = %(company)s AND e.earning_store_id = m.store_id
    AND e.order_ref = m.ref AND e.kind = ANY(%(kinds)s)
WHERE e.id IS NOT NULL OR m.cancelled
GROUP BY m.store, m.word, m.store_id, m.ref, m.ordered_at, m.cancelled ORDER BY 1, 2
"""
_INCOME = [kind.value for kind, tier in TIER.items() if tier == NET_REVENUE]
_MARGINS = [kind.value for kind, tier in TIER.items() if tier in (NET_REVENUE, CM1, CM2)]


@dataclass(frozen=True, slots=True)
class Sold:
    """``orders`` in the ledger, from ``at`` (epoch seconds) on, NaN where all were cancelled.

    None at all where earlier leads name them. Money in base currency with refunds, NaN where a rate or, for the CM2
    contribution, a cost of goods is missing.
    """

    orders: int
    at: float
    revenue: float
    contribution: float


def sold(company: Company, leads: Sequence[Followed]) -> tuple[Mapping[int, Sold], int]:
    """By place of the lead that names an order of the books; and how often one names another's: the first has it."""
    named = sorted({(lead.store, word) for lead in leads for word in lead.orders})
    if not named:
        return {}, 0
    given = {
        "company": company.pk, "stores": [store for store, _ in named], "words": [word for _, word in named],
        "income": _INCOME, "kinds": _MARGINS,
    }  # fmt: skip
    known = {(store, word): tuple(rest) for store, word, *rest in rows(_ORDERS, given)}
    found: dict[int, Sold] = {}
    taken: set[int] = set()
    again = 0
    for place, lead in enumerate(leads):
        meant = {row[0]: row for word in lead.orders if (row := known.get((lead.store, word)))}
        own = [row for order, row in meant.items() if order not in taken]
        again += len(meant) - len(own)
        taken.update(row[0] for row in own)
        if meant:
            found[place] = _sum(own)
    return found, again


def _sum(orders: Sequence[tuple[Any, ...]]) -> Sold:
    def money(place: int) -> float:
        return float(sum(math.nan if one[place] is None else one[place] for one in orders))

    placed = (one[1] for one in orders if one[1] is not None)
    return Sold(len(orders), min(placed, default=math.nan), money(2), money(3))
