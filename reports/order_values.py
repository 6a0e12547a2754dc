"""What each order came to, for the middle of them."""

from datetime import date

from channels.models import Company
from reconciliation.ledger.tiers import NET_REVENUE, TIER
from reports.reads import rows

_NET = [kind.value for kind, tier in TIER.items() if tier == NET_REVENUE]
_VALUES = """
SELECT round(sum(e.base_amount), 4)::float8 FROM reconciliation_ledgerentry e
WHERE e.company_id = %(company)s AND e.order_ref <> '' AND e.kind = ANY(%(net)s)
    AND coalesce(e.ordered_on, e.posted_on) >= %(since)s AND coalesce(e.ordered_on, e.posted_on) < %(until)s
GROUP BY e.earning_store_id, e.order_ref
HAVING sum(e.quantity) FILTER (WHERE e.kind = 'revenue') > 0 AND count(*) = count(e.base_amount) ORDER BY 1
"""


def order_values(company: Company, since: date, until: date) -> list[float]:
    """Net revenue by order of half-open days, base currency, ascending; those without a rate are left out."""
    given = {"company": company.pk, "net": _NET, "since": since, "until": until}
    return [value for (value,) in rows(_VALUES, given)]
