"""Who bought where and when, for overlap: accounts by channel, market and month, and the links across channels."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection

from channels.models import Company
from reconciliation.identity.alone import by_place, named
from reconciliation.identity.linking.model import COMPARISONS, Model
from reconciliation.models import Account, BuyerSignal, CustomerLink

# Copies of other channels' orders, orders shipped for another channel, what was cancelled and what businesses bought
# are no customers who bought here.
_BOUGHT = f"""
CREATE TEMPORARY TABLE bought ON COMMIT DROP AS
SELECT st.channel, upper(o.country) AS market,
    date_trunc('month', o.ordered_at AT TIME ZONE st.timezone)::date AS month,
    a.id AS account, a.customer_id, count(*) AS orders,
    bool_or(coalesce(s.contact, FALSE)) AS contact, bool_or(coalesce(s.alias, FALSE)) AS alias,
    bool_or(coalesce(s.place, FALSE)) AS place
FROM channels_order o JOIN channels_store st ON st.id = o.store_id
LEFT JOIN (
    SELECT store_id, order_ref, min(account) AS account,
        bool_or(mailbox IS NOT NULL OR phone IS NOT NULL) AS contact,
        bool_or(username IS NOT NULL OR handle IS NOT NULL) AS alias,
        bool_or((name IS NOT NULL OR mask IS NOT NULL) AND (postcode IS NOT NULL OR address IS NOT NULL)) AS place
    FROM {BuyerSignal._meta.db_table} WHERE matching {{some}} GROUP BY store_id, order_ref
) s ON s.store_id = o.store_id AND s.order_ref = o.ref
LEFT JOIN {Account._meta.db_table} a ON a.key = s.account AND a.company_id = st.company_id
WHERE st.company_id = %(company)s AND NOT o.cancelled AND NOT o.is_mirror AND o.serves = '' AND o.replaces = ''
    AND NOT o.business AND o.country <> '' {{known}}
GROUP BY 1, 2, 3, 4, 5
"""


@dataclass(frozen=True, slots=True)
class Buyers:
    """A channel's buyers in a market and month, and how many accounts show what.

    ``contact``: a mailbox or phone in clear. ``alias``: a user name, or a mailbox that may hold one. ``place``: a name,
    if masked, and where they live. ``unseen``: orders of nobody's account.
    """

    channel: str
    market: str
    month: date
    accounts: int
    contact: int
    alias: int
    place: int
    contact_and_place: int
    alias_and_place: int
    unseen: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What an account shows."""

    contact: bool
    alias: bool
    place: bool


@dataclass(frozen=True, slots=True)
class Cross:
    """A link between accounts of two channels that both bought in the market and month; ``speaks``: what agrees.

    Where it is of all months, ``month`` is ``EVER`` and the accounts show what they ever showed.
    """

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
    left_shows: Shown
    right_shows: Shown
    speaks: Shown


EVER = date(1970, 1, 1)
_WAITING = (
    f"AND account IN (SELECT a.key FROM {CustomerLink._meta.db_table} l "
    f"CROSS JOIN LATERAL (VALUES (l.left_id), (l.right_id)) AS end_of (id) "
    f"JOIN {Account._meta.db_table} a ON a.id = end_of.id "
    "WHERE l.company_id = %(company)s AND l.state = 'review')"
)


def gather_bought(company: Company, *, waiting: bool = False) -> None:
    """Fill the temporary table that the others read; inside a transaction. ``waiting``: only of accounts with a link
    that waits for a person."""
    some = {"some": _WAITING, "known": "AND s.account IS NOT NULL"} if waiting else {"some": "", "known": ""}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.bought")
        cursor.execute(_BOUGHT.format(**some), {"company": company.pk})
        cursor.execute("ANALYZE bought")


def buyers() -> list[Buyers]:
    """Every channel, market and month that has orders."""
    shown = ("contact", "alias", "place", "contact AND place", "alias AND place")
    counts = ", ".join(f"count(DISTINCT account) FILTER (WHERE {one})" for one in shown)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT channel, market, month, count(DISTINCT account), {counts}, "
            "coalesce(sum(orders) FILTER (WHERE account IS NULL), 0)::bigint FROM bought GROUP BY 1, 2, 3 "
            "ORDER BY 3, 2, 1"
        )
        return [Buyers(*row) for row in cursor.fetchall()]


def accounts() -> dict[tuple[str, str], int]:
    """How many accounts have bought, by channel and market."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT channel, market, count(DISTINCT account) FROM bought GROUP BY 1, 2")
        return {(channel, market): count for channel, market, count in cursor.fetchall()}


def crosses(floor: float, model: Model, *, ever: bool = False) -> Iterator[Cross]:
    """Links between channels at or above the floor, those confirmed or exact always, rejected ones never.

    ``ever``: once a market, whatever the months were, instead of once for each month in which both bought.
    """
    link = CustomerLink._meta.db_table
    begin, there = (_WHENEVER, "whenever") if ever else ("", "bought")
    with connection.cursor() as cursor:
        # The sides are put in the channels' order after the join: an OR in it would compare every row with every link.
        cursor.execute(
            f"{begin}SELECT l.channel, r.channel, l.market, l.month, l.account, r.account, "
            "coalesce(l.customer_id::text, l.account::text), coalesce(r.customer_id::text, r.account::text), "
            "k.probability, k.tier, k.state, l.contact, l.alias, l.place, r.contact, r.alias, "
            "r.place, k.levels, k.weight FROM ("
            f"SELECT *, left_id AS one, right_id AS other FROM {link} UNION ALL "
            f"SELECT *, right_id AS one, left_id AS other FROM {link}) k "
            f"JOIN {there} l ON l.account = k.one JOIN {there} r ON r.account = k.other "
            "AND r.market = l.market AND r.month = l.month AND l.channel < r.channel "
            "WHERE k.state <> 'rejected' AND (k.probability >= %s OR k.tier < 2 OR k.state = 'confirmed') "
            "ORDER BY 4, 3, 1, 2, 5, 6",
            [floor],
        )
        for row in cursor.fetchall():
            said = speaks(_numbers(row[17]), row[18], model, floor)
            values = (*row[:11], Shown(*row[11:14]), Shown(*row[14:17]), said)
            yield Cross(*values)


_WHENEVER = (
    f"WITH whenever AS MATERIALIZED (SELECT channel, market, DATE '{EVER}' AS month, account, customer_id, "
    "bool_or(contact) AS contact, bool_or(alias) AS alias, bool_or(place) AS place "
    "FROM bought WHERE account IS NOT NULL GROUP BY channel, market, account, customer_id) "
)


def speaks(levels: list[int], weight: float | None, model: Model, floor: float) -> Shown:
    """What of a pair agrees, by the levels of the model's comparisons, and would find it alone: place does where the
    pair reaches the floor without its contacts."""
    reached = dict(zip(COMPARISONS, levels, strict=False))
    there = any(reached.get(one, -1) > _TOWN for one in ("place", "geo"))
    return Shown(
        contact=any(reached.get(one, -1) > 0 for one in ("phone", "email")),
        alias=any(reached.get(one, -1) > 0 for one in ("username", "email")),
        place=named(levels) and there and by_place(levels, weight, model, floor),
    )


_TOWN = 2  # levels above it say that the places are the same town at least


def _numbers(levels: object) -> list[int]:
    found = json.loads(levels) if isinstance(levels, str) else levels
    return [int(one) for one in found] if isinstance(found, list) else []
