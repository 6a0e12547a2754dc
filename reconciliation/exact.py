"""Tier 1 inside PostgreSQL: what arrives is linked by exact tokens through their indexes, before anything is weighed.

The rules are the linker's own (``identity.linking.exact``), so the weighing that follows finds the same pairs.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from channels.models import Company
from reconciliation.identity.linking.dialects import Dialect
from reconciliation.identity.linking.exact import EXACT, SHARED, Exact, agree
from reconciliation.identity.probability import EXACT as PROBABILITY
from reconciliation.models import Account, BuyerSignal, CustomerLink

POSTGRES = Dialect(
    name="postgres",
    shared="cardinality(ARRAY(SELECT unnest({}) INTERSECT SELECT unnest({})))",
    overlap="{} && {}",
    length="cardinality({})",
    mix="({} # {})",
    unnest="unnest({})",
    items="ARRAY[{}]::smallint[]",
    excluding="ARRAY(SELECT unnest({0}) EXCEPT SELECT unnest(ARRAY[{1}]))",
    gather="array_agg({})",
)
_LINK, _SIGNAL, _ACCOUNT = CustomerLink._meta.db_table, BuyerSignal._meta.db_table, Account._meta.db_table
_NEEDED = ("name_masked", "name", "sound", "mask", "mask_other", "words", "sounds")


def link_exactly(company: Company, keys: Collection[int], at: datetime) -> set[int]:
    """Link the accounts with the keys to all others that show the same mailbox, phone or name and address.

    Returns the ids of the accounts that have such a link now, the others' included.
    """
    if not keys:
        return set()
    found = " UNION ALL ".join(_select(one, number) for number, one in enumerate(EXACT))
    rules = " ".join(f"WHEN {number} THEN '{one.rule}'" for number, one in enumerate(EXACT))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_LINK} (company_id, left_id, right_id, tier, rule, probability, state, refused, levels, "
            f"effect, found_at) SELECT %(company)s, left_id, right_id, 1, CASE min(rule) {rules} END, {PROBABILITY}, "
            f"'auto', '', '[]', 0, %(at)s FROM ({found}) AS found GROUP BY left_id, right_id "
            "ON CONFLICT (left_id, right_id) DO UPDATE SET tier = EXCLUDED.tier, rule = EXCLUDED.rule, "
            "probability = greatest(reconciliation_customerlink.probability, EXCLUDED.probability) "
            "WHERE reconciliation_customerlink.tier > 1 RETURNING left_id, right_id",
            {"company": company.pk, "keys": list(keys), "at": at},
        )
        return {account for pair in cursor.fetchall() for account in pair}


def _select(one: Exact, number: int) -> str:
    """Pairs of a touched account's signal and any other with equal columns, unless too many accounts share them."""
    first, *_ = one.columns
    same = " AND ".join(f"n.{column} = r.{column}" for column in one.columns)
    known = " AND ".join(f"n.{column} IS NOT NULL" for column in one.columns)
    few = " AND ".join(f"f.{column} = n.{column}" for column in one.columns)
    pair = ", ".join(f"n.{name} AS {name}_l, r.{name} AS {name}_r" for name in _NEEDED)
    otherwise = "FALSE" if one.named else "NOT (name_masked_l AND name_masked_r)"
    return (
        f"SELECT left_id, right_id, {number} AS rule FROM (SELECT least(a.id, b.id) AS left_id, "
        f"greatest(a.id, b.id) AS right_id, {pair} FROM {_SIGNAL} n JOIN {_ACCOUNT} a ON a.key = n.account "
        f"JOIN {_SIGNAL} r ON {same} AND r.matching AND r.account <> n.account "
        f"JOIN {_ACCOUNT} b ON b.key = r.account AND b.company_id = a.company_id "
        f"WHERE a.company_id = %(company)s AND n.account = ANY(%(keys)s) AND n.matching AND {known} "
        f"AND (SELECT count(DISTINCT f.account) FROM (SELECT account, {', '.join(one.columns)} FROM {_SIGNAL} f "
        f"WHERE f.{first} = n.{first} AND f.matching LIMIT {_MOST}) f WHERE {few}) <= {SHARED}) AS pairs "
        f"WHERE coalesce({agree(POSTGRES)}, {otherwise})"
    )


_MOST = 500  # signals that are counted for one value
