"""Links between accounts in the database: written from pairs, given their state by strength, constraints and people."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

import pyarrow as pa
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from channels.copying import copying
from channels.models import Company
from reconciliation.identity.decisions import Standing, Word
from reconciliation.identity.people import Account as Member
from reconciliation.identity.people import Edge, Limits, Refused
from reconciliation.identity.signals import from_word
from reconciliation.models import Account, BuyerSignal, CustomerLink, Decision, LinkModel

LINK, ACCOUNT = CustomerLink._meta.db_table, Account._meta.db_table
AUTO = Limits().probability
REVIEW = 0.5
DECIDED = "decided"  # rule of a link that stands for nothing but people's word
_STRONG = f"(probability >= {AUTO} OR tier < 2)"  # what may make accounts one person without anybody's word
_COLUMNS = ("left", "right", "tier", "rule", "weight", "raw", "probability", "levels")
PAIRS = pa.schema(  # of accounts, by their ids
    [
        ("left", pa.int64()), ("right", pa.int64()), ("left_channel", pa.string()), ("right_channel", pa.string()),
        ("weight", pa.float64()), ("raw", pa.float64()), ("tier", pa.int8()), ("rule", pa.string()),
        ("levels", pa.list_(pa.int8())),
    ]
)  # fmt: skip


def write(
    company: Company, pairs: pa.Table, model: LinkModel, at: datetime, among: Collection[int] | None = None
) -> int:
    """Bring the links in line with the pairs of accounts (ids, with ``probability``): all links of the company, or
    those that touch the accounts. Returns how many there are among them now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.pair")
        cursor.execute(
            "CREATE TEMPORARY TABLE pair "
            "(left_id bigint, right_id bigint, tier smallint, rule text, weight float8, "
            "raw float8, probability float8, levels jsonb) ON COMMIT DROP"
        )
        with copying("pair", ("left_id", "right_id", *_COLUMNS[2:])) as copy:
            for batch in pairs.select(_COLUMNS).to_batches(max_chunksize=20_000):
                for left, right, tier, rule, weight, raw, probability, levels in zip(
                    *(column.to_pylist() for column in batch.columns), strict=True
                ):
                    copy.write(
                        (left, right, tier, rule or "", repr(weight), repr(raw), repr(probability), json.dumps(levels))
                    )
        cursor.execute("ANALYZE pair")
        touching = "" if among is None else "AND (l.left_id = ANY(%(among)s) OR l.right_id = ANY(%(among)s)) "
        cursor.execute(
            f"DELETE FROM {LINK} l WHERE l.company_id = %(company)s AND l.rule <> '{DECIDED}' {touching}"
            "AND NOT EXISTS (SELECT 1 FROM pair p WHERE p.left_id = l.left_id AND p.right_id = l.right_id)",
            {"company": company.pk, "among": list(among) if among is not None else None},
        )
        cursor.execute(
            f"INSERT INTO {LINK} AS l (company_id, left_id, right_id, tier, rule, weight, raw, probability, state, "
            "refused, levels, model_id, effect, found_at) "
            "SELECT %s, left_id, right_id, tier, rule, weight, raw, probability, 'estimate', '', levels, %s, 0, %s "
            "FROM pair ON CONFLICT (left_id, right_id) DO UPDATE SET tier = EXCLUDED.tier, rule = EXCLUDED.rule, "
            "weight = EXCLUDED.weight, raw = EXCLUDED.raw, probability = EXCLUDED.probability, "
            "levels = EXCLUDED.levels, model_id = EXCLUDED.model_id",
            [company.pk, model.pk, at],
        )
        return int(cursor.rowcount)


def pairs_among(company: Company, accounts: Collection[int]) -> pa.Table:
    """The links that touch the accounts, as pairs of accounts."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT left_id, right_id, a.channel, b.channel, weight, raw, tier, rule, levels FROM {LINK} l "
            f"JOIN {ACCOUNT} a ON a.id = left_id JOIN {ACCOUNT} b ON b.id = right_id WHERE l.company_id = %s "
            "AND tier > 0 AND (left_id = ANY(%s) OR right_id = ANY(%s)) ORDER BY left_id, right_id",
            [company.pk, list(accounts), list(accounts)],
        )
        rows = cursor.fetchall()
    columns: list[list[object]] = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in PAIRS]
    columns[-1] = [json.loads(value) if isinstance(value, str) else value for value in columns[-1]]
    return pa.Table.from_arrays(
        [pa.array(column, one.type) for column, one in zip(columns, PAIRS, strict=True)], schema=PAIRS
    )


def component(company: Company, accounts: Collection[int], together: Collection[tuple[int, int]] = ()) -> set[int]:
    """Ids of the accounts, of those that share a customer with them, and of all that strong links or decisions (pairs
    of keys) tie to these, at any distance."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {ACCOUNT} WHERE id = ANY(%(ids)s) UNION SELECT a.id FROM {ACCOUNT} a "
            f"JOIN {ACCOUNT} start USING (customer_id) WHERE start.id = ANY(%(ids)s)",
            {"ids": list(accounts)},
        )
        near = {row[0] for row in cursor.fetchall()}
        said = _said_ids(cursor, company, together)
        reached = set(near)
        while near:  # by index from step to step: as one recursive query it reads every link at each step
            cursor.execute(
                f"SELECT right_id FROM {LINK} WHERE left_id = ANY(%(ids)s) AND {_STRONG} "
                f"UNION SELECT left_id FROM {LINK} WHERE right_id = ANY(%(ids)s) AND {_STRONG}",
                {"ids": list(near)},
            )
            found = {row[0] for row in cursor.fetchall()}
            near = found.union(*(said[one] for one in near & said.keys())) - reached
            reached |= near
    return reached


def _said_ids(cursor: CursorWrapper, company: Company, together: Collection[tuple[int, int]]) -> Mapping[int, set[int]]:
    """The accounts' ids that people put together with each."""
    cursor.execute(
        "SELECT l.id, r.id FROM unnest(%(left)s::bigint[], %(right)s::bigint[]) AS p (l, r) "
        f"JOIN {ACCOUNT} l ON l.key = p.l AND l.company_id = %(company)s "
        f"JOIN {ACCOUNT} r ON r.key = p.r AND r.company_id = %(company)s",
        {
            "company": company.pk, "left": [one for one, _ in together], "right": [other for _, other in together],
        },
    )  # fmt: skip
    found: dict[int, set[int]] = {}
    for left, right in cursor.fetchall():
        found.setdefault(left, set()).add(right)
        found.setdefault(right, set()).add(left)
    return found


def members(company: Company, accounts: Collection[int] | None = None, spoken_of: Collection[int] = ()) -> list[Member]:
    """What constraints look at, of the accounts with the ids, or of all that have a strong link or whose keys people
    spoke of."""
    linked = (
        f"(a.id IN (SELECT unnest(ARRAY[left_id, right_id]) FROM {LINK} WHERE company_id = %(company)s AND {_STRONG}) "
        "OR a.key = ANY(%(keys)s))"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.key, a.channel, a.country, extract(epoch FROM a.first_at)::bigint, a.store_id, a.known_buyer, "
            "coalesce(array_agg(DISTINCT s.email) FILTER (WHERE s.matching AND s.email IS NOT NULL), '{}'), "
            "coalesce(array_agg(DISTINCT s.phone) FILTER (WHERE s.matching AND s.phone IS NOT NULL), '{}'), "
            "coalesce(array_agg(DISTINCT w.word) FILTER (WHERE w.word IS NOT NULL), '{}') "
            f"FROM {ACCOUNT} a JOIN {BuyerSignal._meta.db_table} s ON s.account = a.key "
            "LEFT JOIN LATERAL unnest(s.words) AS w (word) ON s.matching AND NOT s.name_masked "
            f"WHERE a.company_id = %(company)s AND {linked if accounts is None else 'a.id = ANY(%(ids)s)'} "
            "GROUP BY a.id ORDER BY a.id",
            {
                "company": company.pk, "ids": list(accounts) if accounts is not None else None,
                "keys": list(spoken_of),
            },
        )  # fmt: skip
        return [
            Member(
                key, channel, country, first_at, store, known, frozenset(emails), frozenset(phones), frozenset(names)
            )
            for key, channel, country, first_at, store, known, emails, phones, names in cursor.fetchall()
        ]


def edges(company: Company, accounts: Collection[int] | None = None) -> list[Edge]:
    """The links that are strong enough to join, between account keys."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT l.key, r.key, probability, tier, rule FROM {LINK} k JOIN {ACCOUNT} l ON l.id = k.left_id "
            f"JOIN {ACCOUNT} r ON r.id = k.right_id WHERE k.company_id = %(company)s AND k.rule <> '{DECIDED}' "
            f"AND {_STRONG} " + ("" if accounts is None else "AND left_id = ANY(%(ids)s) AND right_id = ANY(%(ids)s) "),
            {"company": company.pk, "ids": list(accounts) if accounts is not None else None},
        )
        return [Edge(*row) for row in cursor.fetchall()]


def decisions(company: Company) -> list[Word]:
    """All that people decided, in order."""
    return [
        Word(one.number, one.action, _keys(one.accounts), one.about.number if one.about else None, one.needs_second,
             one.actor_id)
        for one in Decision.objects.filter(company=company).select_related("about").order_by("number")
    ]  # fmt: skip


def named_in(words: Iterable[Word]) -> set[int]:
    """The keys of the accounts that the decisions speak of."""
    return {key for one in words for key in _flat(one.accounts)}


def keys_of(accounts: object) -> set[int]:
    """The keys of the accounts that one decision speaks of, from its words."""
    return set(_flat(_keys(accounts)))


def _keys(words: object) -> object:
    return [_keys(one) for one in words] if isinstance(words, list) else from_word(str(words))


def _flat(keys: object) -> Iterator[int]:
    if isinstance(keys, int):
        yield keys
    elif isinstance(keys, list | tuple):
        for one in keys:
            yield from _flat(one)


def settle_states(
    company: Company, refused: Iterable[Refused], said: Standing, at: datetime, among: Collection[int] | None = None
) -> Mapping[str, int]:
    """Say of each link (or those among the accounts) whether it joins, waits for a person or only counts; the counts.

    A pair that people joined without any evidence becomes a link of its own, so that it is seen where others are.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.said")
        cursor.execute(
            "CREATE TEMPORARY TABLE said (left_key bigint, right_key bigint, state text, refused text) ON COMMIT DROP"
        )
        with copying("said", ("left_key", "right_key", "state", "refused")) as copy:
            for one in refused:
                copy.write((one.left, one.right, "", one.constraint.value))
            for pair in sorted(said.together):
                copy.write((*pair, CustomerLink.State.CONFIRMED.value, ""))
            for pair in sorted(said.apart):
                copy.write((*pair, CustomerLink.State.REJECTED.value, ""))
        cursor.execute("DROP TABLE IF EXISTS pg_temp.said_of")
        cursor.execute(
            "CREATE TEMPORARY TABLE said_of "
            "ON COMMIT DROP AS SELECT DISTINCT ON (1, 2) least(l.id, r.id) AS left_id, "
            "greatest(l.id, r.id) AS right_id, state, refused FROM said "
            f"JOIN {ACCOUNT} l ON l.key = left_key AND l.company_id = %(company)s "
            f"JOIN {ACCOUNT} r ON r.key = right_key AND r.company_id = %(company)s ORDER BY 1, 2, state DESC",
            {"company": company.pk},
        )
        cursor.execute(
            f"DELETE FROM {LINK} l WHERE company_id = %s AND state = 'confirmed' AND rule = '{DECIDED}' AND NOT EXISTS "
            "(SELECT 1 FROM said_of s WHERE s.left_id = l.left_id AND s.right_id = l.right_id "
            "AND s.state = 'confirmed')",
            [company.pk],
        )
        cursor.execute(
            f"INSERT INTO {LINK} (company_id, left_id, right_id, tier, rule, probability, state, refused, levels, "
            f"effect, found_at) SELECT %s, left_id, right_id, 0, '{DECIDED}', 1, 'confirmed', '', '[]', 0, %s "
            "FROM said_of WHERE state = 'confirmed' ON CONFLICT (left_id, right_id) DO NOTHING",
            [company.pk, at],
        )
        touching = "" if among is None else "AND (l.left_id = ANY(%(among)s) OR l.right_id = ANY(%(among)s)) "
        cursor.execute(
            f"UPDATE {LINK} l SET state = v.state, refused = v.refused FROM ("
            "SELECT l.id, CASE WHEN coalesce(s.state, '') <> '' THEN s.state "
            f"WHEN l.probability < {REVIEW} AND l.tier > 1 THEN 'estimate' "
            f"WHEN coalesce(s.refused, '') <> '' OR (l.probability < {AUTO} AND l.tier > 1) THEN 'review' "
            "ELSE 'auto' END AS state, coalesce(s.refused, '') AS refused "
            f"FROM {LINK} l LEFT JOIN said_of s USING (left_id, right_id) WHERE l.company_id = %(company)s {touching}"
            ") v WHERE v.id = l.id AND (l.state, l.refused) IS DISTINCT FROM (v.state, v.refused)",
            {"company": company.pk, "among": list(among) if among is not None else None},
        )
        cursor.execute(f"SELECT state, count(*) FROM {LINK} WHERE company_id = %s GROUP BY 1", [company.pk])
        return dict(cursor.fetchall())
