"""Which channels have cost, revenue, fees and buyers of the same day in the books (K21)."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from channels.models import Company
from reconciliation.models import BuyerSignal
from reports.analysis.kpi.figure import WINDOW
from reports.reads import rows
from reports.weeks import COSTED, KNOWN, WEEK, Books

_ON = "coalesce(e.ordered_on, e.posted_on)"
_MONEY = f"""
SELECT st.channel, {_ON}, sum(e.quantity) FILTER (WHERE e.kind = 'revenue'),
    coalesce(sum(e.quantity) FILTER (WHERE e.kind = 'cogs'), 0),
    bool_or(e.kind IN ('commission', 'payment_fee', 'fulfilment'))
FROM reconciliation_ledgerentry e JOIN channels_store st ON st.id = e.earning_store_id
WHERE e.company_id = %(company)s AND {_ON} >= %(since)s AND {_ON} < %(until)s AND e.order_ref <> '' GROUP BY 1, 2
"""
_ORDERS = f"""
SELECT st.channel, (o.ordered_at AT TIME ZONE st.timezone)::date, count(*), count(s.order_ref) FROM channels_order o
JOIN channels_store st ON st.id = o.store_id AND st.company_id = %(company)s
LEFT JOIN (SELECT DISTINCT store_id, order_ref FROM {BuyerSignal._meta.db_table} WHERE matching) s
    ON s.store_id = o.store_id AND s.order_ref = o.ref
WHERE NOT o.cancelled AND NOT o.is_mirror AND o.serves = '' AND o.replaces = '' AND NOT o.business
    AND (o.ordered_at AT TIME ZONE st.timezone)::date >= %(since)s
    AND (o.ordered_at AT TIME ZONE st.timezone)::date < %(until)s GROUP BY 1, 2
"""
_RIPE = 4  # weeks in which fees may still come


def present(company: Company, of: Books) -> dict[str, list[tuple[bool, ...]]]:
    """Channel → days with orders × (cost, revenue, fee, identity), 13 weeks of which fees are known by now."""
    if of.through is None:
        return {}
    until = of.through - _RIPE * WEEK
    given = {"company": company.pk, "since": until - WINDOW * WEEK, "until": until}
    money = {(channel, day): told for channel, day, *told in rows(_MONEY, given)}
    found: dict[str, list[tuple[bool, ...]]] = defaultdict(list)
    for channel, day, orders, persons in sorted(rows(_ORDERS, given)):
        found[channel].append((*_told(money.get((channel, day))), persons >= KNOWN * orders))
    return dict(found)


def _told(money: Sequence[Any] | None) -> tuple[bool, bool, bool]:
    """Cost, revenue and fee of a day."""
    if money is None:
        return False, False, False
    sold, costed, fees = money
    units = sold or 0
    return units > 0 and costed >= COSTED * units, units > 0, bool(fees)
