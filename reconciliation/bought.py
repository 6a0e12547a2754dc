"""Who bought where and when, for overlap: accounts by channel, market and month, and the links across channels."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection

from channels.models import Company
from reconciliation.identity.linking.model import COMPARISONS
from reconciliation.models import Account, BuyerSignal, CustomerLink

# Copies of other channels' orders, orders shipped for another channel, what was cancelled and what businesses bought
# are no customers who bought here.
_BOUGHT = f"""
CREATE TEMPORARY TABLE bought ON COMMIT DROP AS
SELECT st.channel, upper(o.country) AS market,
    date_trunc('month', o.ordered_at AT TIME ZONE st.timezone)::date AS month,
    a.id AS account, a.customer_id, count(*) AS orders,
    bool_or(coalesce(s.contact, FALSE)) AS contact, bool_or(coalesce(s.place, FALSE)) AS place
FROM channels_order o JOIN channels_store st ON st.id = o.store_id
LEFT JOIN (
    SELECT store_id, order_ref, min(account) AS account,
        bool_or(mailbox IS NOT NULL OR phone IS NOT NULL) AS contact,
        bool_or((name IS NOT NULL OR mask IS NOT NULL) AND (postcode IS NOT NULL OR address IS NOT NULL)) AS place
    FROM {BuyerSignal._meta.db_table} WHERE matching GROUP BY store_id, order_ref
) s ON s.store_id = o.store_id AND s.order_ref = o.ref
LEFT JOIN {Account._meta.db_table} a ON a.key = s.account AND a.company_id = st.company_id
WHERE st.company_id = %s AND NOT o.cancelled AND NOT o.is_mirror AND o.serves = '' AND NOT o.business
    AND o.country <> ''
GROUP BY 1, 2, 3, 4, 5
"""


@dataclass(frozen=True, slots=True)
class Side:
    """A channel's buyers in a market and month; ``orders`` of nobody's account stand beside them."""

    channel: str
    market: str
    month: date
    accounts: int
    contact: int  # accounts that show a mailbox or phone
    place: int  # accounts that show a name, if masked, and where they live
    either: int
    unseen: int  # orders whose buyer shows nothing


@dataclass(frozen=True, slots=True)
class Cross:
    """A link between accounts of two channels that both bought in the market and month."""

    channel: str
    other: str
    market: str
    month: date
    left: int
    right: int
    left_person: str
    right_person: str
    probability: float
    tier: int
    state: str
    contact: bool  # a mailbox or phone speaks for it
    place: bool  # a name and where they live do


def gather_bought(company: Company) -> None:
    """Fill the temporary table that the others read; inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.bought")
        cursor.execute(_BOUGHT, [company.pk])
        cursor.execute("ANALYZE bought")


def sides() -> list[Side]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT channel, market, month, count(DISTINCT account), count(DISTINCT account) FILTER (WHERE contact), "
            "count(DISTINCT account) FILTER (WHERE place), count(DISTINCT account) FILTER (WHERE contact OR place), "
            "coalesce(sum(orders) FILTER (WHERE account IS NULL), 0)::bigint FROM bought GROUP BY 1, 2, 3 "
            "ORDER BY 3, 2, 1"
        )
        return [Side(*row) for row in cursor.fetchall()]


def crosses(floor: float) -> Iterator[Cross]:
    """Links between channels at or above the floor, those confirmed or exact always, rejected ones never."""
    link = CustomerLink._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.channel, r.channel, l.market, l.month, l.account, r.account, l.customer_id::text, "
            "r.customer_id::text, k.probability, k.tier, k.state, k.levels "
            f"FROM {link} k JOIN bought l ON l.account IN (k.left_id, k.right_id) "
            "JOIN bought r ON r.account IN (k.left_id, k.right_id) AND r.account <> l.account "
            "AND r.market = l.market AND r.month = l.month AND l.channel < r.channel "
            "WHERE k.state <> 'rejected' AND (k.probability >= %s OR k.tier < 2 OR k.state = 'confirmed') "
            "ORDER BY 4, 3, 1, 2, 5, 6",
            [floor],
        )
        for row in cursor:
            values = (*row[:-1], *families(_numbers(row[-1])))
            yield Cross(*values)


def families(levels: list[int]) -> tuple[bool, bool]:
    """Whether contact (mailbox, phone, user name) and whether name and place speak for a link, by its levels."""
    reached = dict(zip(COMPARISONS, levels, strict=False))
    contact = any(reached.get(name, -1) > 0 for name in ("phone", "email", "username"))
    name = any(reached.get(one, -1) > 0 for one in ("name", "name_masked"))
    return contact, name and any(reached.get(one, -1) > 2 for one in ("place", "geo"))


def _numbers(levels: object) -> list[int]:
    found = json.loads(levels) if isinstance(levels, str) else levels
    return [int(one) for one in found] if isinstance(found, list) else []
