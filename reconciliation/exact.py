"""Tier 1 inside PostgreSQL: what arrives is linked by exact tokens through their indexes, before anything is weighed.

The rules are the linker's own (``identity.linking.exact``), so the weighing that follows finds the same pairs.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

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
    contains="{1} = ANY({0})",
)
_LINK, _SIGNAL, _ACCOUNT = CustomerLink._meta.db_table, BuyerSignal._meta.db_table, Account._meta.db_table
_NEEDED = ("name_masked", "name", "sound", "mask", "mask_other", "words", "sounds")
_INDEXED = {"email": "mailbox"}  # a column without an index, and one that is the same where it is and has one
_RECORDS = 200  # of one value; more are no person's


def link_exactly(company: Company, keys: Collection[int], at: datetime) -> set[int]:
    """Link the accounts with the keys to all others that show the same mailbox, phone or name and address.

    Returns the ids of the accounts that have such a link now, the others' included.
    """
    if not keys:
        return set()
    with transaction.atomic(), connection.cursor() as cursor:
        _find(cursor, list(keys))
        rules = " ".join(f"WHEN {number} THEN '{one.rule}'" for number, one in enumerate(EXACT))
        cursor.execute(
            f"INSERT INTO {_LINK} (company_id, left_id, right_id, tier, rule, probability, state, refused, levels, "
            f"effect, found_at) SELECT %s, least(a.id, b.id), greatest(a.id, b.id), 1, CASE min(rule) {rules} END, "
            f"{PROBABILITY}, 'auto', '', '[]', 0, %s FROM exact_pair "
            f"JOIN {_ACCOUNT} a ON a.key = account_l AND a.company_id = %s "
            f"JOIN {_ACCOUNT} b ON b.key = account_r AND b.company_id = %s GROUP BY 2, 3 "
            "ON CONFLICT (left_id, right_id) DO UPDATE SET tier = EXCLUDED.tier, rule = EXCLUDED.rule, "
            f"probability = greatest({_LINK}.probability, EXCLUDED.probability) "
            f"WHERE {_LINK}.tier > 1 RETURNING left_id, right_id",
            [company.pk, at, company.pk, company.pk],
        )
        return {account for pair in cursor.fetchall() for account in pair}


def _find(cursor: CursorWrapper, keys: list[int]) -> None:
    """Fill a table of pairs (account_l, account_r, rule). Each value is looked up once, however many show it."""
    columns = ", ".join(dict.fromkeys((*_NEEDED, *_INDEXED.values(), *(name for one in EXACT for name in one.columns))))
    _make(cursor, "exact_pair", "SELECT 0::bigint AS account_l, 0::bigint AS account_r, 0 AS rule LIMIT 0")
    _make(
        cursor, "exact_new",
        f"SELECT DISTINCT account, {columns} FROM {_SIGNAL} WHERE account = ANY(%s) AND matching", keys,
    )  # fmt: skip
    for number, one in enumerate(EXACT):
        for value in _values(one):
            _make(cursor, "exact_value", value)
            cursor.execute("SELECT EXISTS (SELECT 1 FROM exact_value)")
            if cursor.fetchone()[0]:
                _pair(cursor, one, number)


def _values(one: Exact) -> Iterator[str]:
    """Select the new values of a rule, those by an index apart from those without."""
    known = " AND ".join(f"{column} IS NOT NULL" for column in one.columns)
    keys = ", ".join(one.columns)
    if (other := _INDEXED.get(one.columns[0])) is None:
        yield f"SELECT DISTINCT {keys} FROM exact_new WHERE {known}"
    else:
        yield f"SELECT DISTINCT {keys}, {other} FROM exact_new WHERE {known} AND {other} IS NOT NULL"
        yield f"SELECT DISTINCT {keys} FROM exact_new WHERE {known} AND {other} IS NULL"


def _pair(cursor: CursorWrapper, one: Exact, number: int) -> None:
    """Add the pairs of new signals and any others with equal columns, unless too many accounts share them."""
    keys = ", ".join(one.columns)
    needed = ", ".join(dict.fromkeys((*one.columns, *_NEEDED)))
    cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = 'exact_value'::regclass AND attnum > 0")
    same = ", ".join(row[0] for row in cursor.fetchall())
    _make(
        cursor, "exact_holder",
        f"SELECT DISTINCT account, {needed} FROM {_SIGNAL} JOIN exact_value USING ({same}) WHERE matching",
    )  # fmt: skip
    pair = ", ".join(f"n.{name} AS {name}_l, r.{name} AS {name}_r" for name in ("account", *_NEEDED))
    cursor.execute(
        f"INSERT INTO exact_pair SELECT DISTINCT least(account_l, account_r), greatest(account_l, account_r), {number} "
        f"FROM (SELECT {pair} FROM exact_new n JOIN (SELECT {keys} FROM exact_holder GROUP BY {keys} "
        f"HAVING count(DISTINCT account) BETWEEN 2 AND {SHARED} AND count(*) <= {_RECORDS}) few USING ({keys}) "
        f"JOIN exact_holder r USING ({keys}) WHERE r.account <> n.account) AS pairs "
        f"WHERE coalesce({agree(POSTGRES)}, FALSE)"
    )


def _make(cursor: CursorWrapper, name: str, query: str, keys: list[int] | None = None) -> None:
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
    cursor.execute(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS {query}", None if keys is None else [keys])
    cursor.execute(f"ANALYZE {name}")
