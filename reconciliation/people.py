"""People: the customer that each account belongs to, under ids that stay what they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import connection, transaction

from channels.copying import copying
from channels.models import Company
from reconciliation.identity.signals import word
from reconciliation.models import Account, Customer

_BIRTHS = UUID("8f0d4c9e-6c1b-5c3e-9d52-3f6f1f6c2a10")


@dataclass(frozen=True, slots=True)
class Assigned:
    """How many accounts found a customer for the first time, and how many changed theirs."""

    new: int
    moved: int


def birth_id(key: int) -> UUID:
    """The id that an account brings into the world; that of a person is his oldest account's.

    So a person's id follows from his accounts alone: rebuilds, replays and undone decisions give the same again. It
    changes where an older account joins; the id that was given out before then leads to the new one.
    """
    return uuid5(_BIRTHS, word(key))


def assign(company: Company, oldest: Mapping[int, int], at: datetime) -> Assigned:
    """Give each account (by key) the customer whose oldest account is named; other accounts keep theirs."""
    account, customer = Account._meta.db_table, Customer._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.assigned")
        cursor.execute("CREATE TEMPORARY TABLE assigned (key bigint, customer uuid) ON COMMIT DROP")
        with copying("assigned", ("key", "customer")) as copy:
            for row in _ids(oldest):
                copy.write(row)
        cursor.execute("DROP TABLE IF EXISTS pg_temp.moved")
        cursor.execute(
            "CREATE TEMPORARY TABLE moved "
            "ON COMMIT DROP AS "
            f"SELECT a.id, a.customer_id AS before, t.customer AS after FROM {account} a JOIN assigned t USING (key) "
            "WHERE a.company_id = %s AND a.customer_id IS DISTINCT FROM t.customer",
            [company.pk],
        )
        cursor.execute(
            f"INSERT INTO {customer} AS c (id, company_id, changed_at) SELECT DISTINCT after, %s::bigint, "
            "%s::timestamptz FROM moved ON CONFLICT (id) DO UPDATE SET merged_into_id = NULL",
            [company.pk, at],
        )
        cursor.execute(f"UPDATE {account} a SET customer_id = m.after FROM moved m WHERE m.id = a.id")
        cursor.execute(
            f"UPDATE {customer} c SET merged_into_id = m.after, changed_at = %s FROM (SELECT DISTINCT ON (before) "
            "before, after FROM moved WHERE before IS NOT NULL ORDER BY before, after) m WHERE c.id = m.before "
            f"AND c.id <> m.after AND NOT EXISTS (SELECT 1 FROM {account} a WHERE a.customer_id = c.id)",
            [at],
        )
        cursor.execute("SELECT count(*) FILTER (WHERE before IS NULL), count(before) FROM moved")
        return Assigned(*cursor.fetchone())


def _ids(oldest: Mapping[int, int]) -> Iterable[tuple[int, str]]:
    known: dict[int, str] = {}
    for key, first in oldest.items():
        if first not in known:
            known[first] = str(birth_id(first))
        yield key, known[first]
