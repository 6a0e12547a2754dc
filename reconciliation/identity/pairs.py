"""Pairs of records as pairs of accounts."""

import duckdb
import pyarrow as pa

from reconciliation.identity.records import PAIRS


def of_accounts(pairs: pa.Table, *tables: pa.Table) -> pa.Table:
    """The strongest pair of records for each pair of accounts: tables of schema PAIRS, with ids of accounts.

    ``tables`` are the records, of schema RECORDS.
    """
    records = pa.concat_tables([table.select(["record_id", "account"]) for table in tables])
    with duckdb.connect() as connection:
        connection.register("pairs", pairs)
        connection.register("records", records)
        found = connection.sql(
            """
            SELECT left_id, right_id, first(weight ORDER BY tier, weight DESC) AS weight,
                first(raw ORDER BY tier, weight DESC) AS raw, min(tier) AS tier,
                first(rule ORDER BY tier, weight DESC) AS rule, first(levels ORDER BY tier, weight DESC) AS levels
            FROM (
                SELECT least(l.account, r.account) AS left_id, greatest(l.account, r.account) AS right_id,
                    p.weight, p.raw, p.tier, p.rule, p.levels
                FROM pairs p JOIN (SELECT DISTINCT * FROM records) l ON l.record_id = p.left_id
                JOIN (SELECT DISTINCT * FROM records) r ON r.record_id = p.right_id
                WHERE l.account <> r.account
            ) GROUP BY left_id, right_id ORDER BY left_id, right_id
            """
        )
        return found.to_arrow_table().cast(PAIRS)
