"""Who bought on two channels, for bounds without an event: persons that links found, customers of one channel."""

import hashlib
import math
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from channels.models import Company
from reconciliation.labels import known_recall
from reconciliation.models import Account, BuyerSignal, CustomerLink
from reports.analysis.bounds import Customers, Found
from reports.analysis.estimate import Estimate
from reports.analysis.people import customers_of, found_of
from reports.frames import COUNTED

_COLUMNS = ("repeats", "silent", "age", "orders", "found")
FLOOR = 0.01  # links below count nowhere, as in overlap

# Orders with their buyer's account. A later order of a person found by a link follows one on the affected channel.
_BOUGHT = f"""
WITH bought AS (
    SELECT a.id AS account, st.channel, (o.ordered_at AT TIME ZONE st.timezone)::date AS day, o.id
    FROM channels_order o JOIN channels_store st ON st.id = o.store_id AND {COUNTED} AND upper(o.country) = %(country)s
    JOIN (SELECT store_id, order_ref, min(account) AS account FROM {BuyerSignal._meta.db_table} WHERE matching
          GROUP BY 1, 2) s ON s.store_id = o.store_id AND s.order_ref = o.ref
    JOIN {Account._meta.db_table} a ON a.key = s.account AND a.company_id = %(company)s
    WHERE st.channel = ANY(%(channels)s) AND (o.ordered_at AT TIME ZONE st.timezone)::date < %(until)s
), linked AS (
    SELECT one.id AS account, other.id AS peer, max(CASE WHEN k.state = 'confirmed' THEN 1 ELSE k.probability END) AS p
    FROM {CustomerLink._meta.db_table} k
    CROSS JOIN LATERAL (VALUES (k.left_id, k.right_id), (k.right_id, k.left_id)) AS ends (one, other)
    JOIN {Account._meta.db_table} one ON one.id = ends.one
    JOIN {Account._meta.db_table} other ON other.id = ends.other
    WHERE k.company_id = %(company)s AND k.state <> 'rejected' AND (k.probability >= %(floor)s OR k.state = 'confirmed')
    GROUP BY 1, 2
), before AS (
    SELECT account, min(day) AS first, max(day) FILTER (WHERE day < %(since)s) AS last,
        count(*) FILTER (WHERE day < %(since)s) AS earlier, count(*) FILTER (WHERE day >= %(since)s) AS since
    FROM bought WHERE channel = %(affected)s GROUP BY 1
)
"""
_FOUND = f"""
{_BOUGHT}, best AS (
    SELECT DISTINCT ON (l.account) l.account, l.p, b.first FROM linked l JOIN before b ON b.account = l.peer
    ORDER BY l.account, l.p DESC, b.first, l.peer
)
SELECT count(*), best.p FROM bought JOIN best USING (account)
WHERE channel = %(affecting)s AND day >= %(since)s AND day > best.first GROUP BY account, best.p ORDER BY 1, 2
"""
_CUSTOMERS = f"""
{_BOUGHT}, there AS (SELECT DISTINCT account FROM bought WHERE channel = %(affecting)s AND day >= %(since)s),
best AS (SELECT l.account, max(l.p) AS p FROM linked l JOIN there t ON t.account = l.peer GROUP BY 1)
SELECT earlier - 1, %(since)s - last, %(since)s - first, since, coalesce(best.p, 0)
FROM before LEFT JOIN best USING (account) WHERE earlier > 0 ORDER BY 1, 2, 3, 4, 5
"""


@dataclass(frozen=True, slots=True)
class Identities:
    """None where nothing may be matched, or where nobody knows how much of it is found."""

    found: Found
    customers: Customers
    recall: Estimate

    def told(self) -> dict[str, Any]:
        """What it comes to, for a digest and for people."""
        columns = (self.found.orders, self.found.weight, *(getattr(self.customers, name) for name in _COLUMNS))
        return {
            "found": len(self.found.orders), "customers": len(self.customers.orders), "recall": self.recall.value,
            "recall_low": self.recall.low, "recall_high": self.recall.high,
            "sha256": hashlib.sha256(b"".join(column.tobytes() for column in columns)).hexdigest(),
        }  # fmt: skip


def identities(
    company: Company, country: str, affecting: str, affected: str, since: date, until: date
) -> Identities | None:
    """Of a half-open period. None without a known recall: how many persons links miss is then anybody's guess."""
    recall = _recall(company)
    if recall is None:
        return None
    given: dict[str, Any] = {
        "company": company.pk, "country": country, "affecting": affecting, "affected": affected,
        "channels": [affecting, affected], "since": since, "until": until, "floor": FLOOR,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, given)
        found = cursor.fetchall()
        cursor.execute(_CUSTOMERS, given)
        customers = cursor.fetchall()
    if not customers:
        return None
    return Identities(found_of(found), customers_of(customers), recall)


def _recall(company: Company) -> Estimate | None:
    told = known_recall(company)
    if told.point is None or told.low is None or told.high is None or not math.isfinite(told.point):
        return None
    low, high = min(told.low, told.point), max(told.high, told.point)
    return Estimate(told.point, low, high, 0.9, "share", told.pairs, "pairs that customers made known")
