"""Rows of a population as the records that the linker is given: features, tokens, one Arrow row each."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from typing import Any

import pyarrow as pa

from reconciliation.identity.features import features
from reconciliation.identity.records import RECORDS
from reconciliation.identity.signals import LISTS, SCALARS, TokenKey, tokens
from tests.population.population import Row
from tests.population.truth import has_signal

KEY = TokenKey(1, b"a key of the tests, no secret at all")
CHUNK = 20_000


def records(rows: Iterable[Row], key: TokenKey = KEY) -> pa.Table:
    """The rows that show something, as a table of schema RECORDS; equal tokens of an account stand once."""
    columns: dict[str, list[Any]] = {name: [] for name in RECORDS.names}
    seen: set[tuple[object, ...]] = set()
    for row in rows:
        if not has_signal(row):
            continue
        made = tokens(features(row.buyer), key)
        mark = (row.account, *made.scalars.values(), *made.lists.values())
        if mark in seen:
            continue
        seen.add(mark)
        for name in SCALARS:
            columns[name].append(made.scalars[name])
        for name in LISTS:
            columns[name].append(made.lists[name])
        for name, value in (
            ("record_id", row.record), ("account", row.account), ("channel", row.channel),
            ("country", made.country), ("name_masked", made.name_masked),
        ):  # fmt: skip
            columns[name].append(value)
    return pa.table(columns, schema=RECORDS)


def records_in_processes(rows: Iterable[Row], processes: int = 2) -> pa.Table:
    """The same in several processes, a few chunks ahead at most. Rows of one account must follow each other."""
    with ProcessPoolExecutor(processes) as pool:
        return pa.concat_tables(_ahead(pool, rows, processes))


def _ahead(pool: ProcessPoolExecutor, rows: Iterable[Row], processes: int) -> Iterator[pa.Table]:
    waiting = []
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        waiting.append(pool.submit(records, chunk))
        if len(waiting) > processes:
            yield waiting.pop(0).result()
    for one in waiting:
        yield one.result()
