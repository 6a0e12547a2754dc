"""The order of the review queue: first the links whose answer moves a published number most."""

from django.db import connection, transaction

from channels.core.kinds import Kind
from channels.models import Company
from reconciliation.bought import gather_bought
from reconciliation.models import Account, BuyerSignal, CustomerLink, LedgerEntry

_LINK, _ACCOUNT, _SIGNAL = CustomerLink._meta.db_table, Account._meta.db_table, BuyerSignal._meta.db_table

# 2p(1 − p) is how far an answer is expected to move from p; a link that a constraint keeps apart moves by all of p.
# What it moves: the overlap of every month in which both bought, by one person, and the revenue of the smaller account,
# counted in mean orders, that becomes a shared customer's.
_RANK = f"""
WITH waiting AS (
    SELECT id, left_id, right_id,
        CASE WHEN refused = '' THEN 2 * probability * (1 - probability) ELSE probability END AS open FROM {_LINK}
    WHERE company_id = %(company)s AND state = 'review'
), months AS (
    SELECT w.id, count(DISTINCT (l.market, l.month)) AS months FROM waiting w JOIN bought l ON l.account = w.left_id
    JOIN bought r ON r.account = w.right_id AND (r.market, r.month) = (l.market, l.month) AND r.channel <> l.channel
    GROUP BY 1
), earned AS (
    SELECT a.id, sum(e.base_amount) AS revenue FROM {_ACCOUNT} a
    JOIN (SELECT DISTINCT account, store_id, order_ref FROM {_SIGNAL}) s ON s.account = a.key
    JOIN {LedgerEntry._meta.db_table} e ON e.paying_store_id = s.store_id AND e.order_ref = s.order_ref
    WHERE e.kind = '{Kind.REVENUE.value}' AND a.id IN (SELECT unnest(ARRAY[left_id, right_id]) FROM waiting)
    GROUP BY 1
), mean AS (
    SELECT avg(revenue / greatest(a.orders, 1)) AS revenue FROM earned JOIN {_ACCOUNT} a USING (id)
)
UPDATE {_LINK} k SET effect = w.open * (coalesce(m.months, 0) + greatest(0, coalesce(
    least(l.revenue, r.revenue) / nullif((SELECT revenue FROM mean), 0), 0)))
FROM waiting w LEFT JOIN months m USING (id) LEFT JOIN earned l ON l.id = w.left_id
LEFT JOIN earned r ON r.id = w.right_id WHERE k.id = w.id
"""


def rank(company: Company) -> int:
    """Say of every link that waits for a person what its answer may change; how many wait."""
    with transaction.atomic():
        gather_bought(company, waiting=True)
        with connection.cursor() as cursor:
            cursor.execute(_RANK, {"company": company.pk})
            return int(cursor.rowcount)
