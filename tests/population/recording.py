"""Rows of a population as the records that the linker is given: features, tokens, one Arrow row each."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from reconciliation.identity.features import features
from reconciliation.identity.records import RECORDS
from reconciliation.identity.signals import LISTS, SCALARS, Buyer, TokenKey, tokens
from tests.population.population import Row
from tests.population.truth import has_signal

KEY = TokenKey(1, b"a key of the tests, no secret at all")
GROUP = 20_000  # rows that are worked on at once
FIELDS = ("name", "email", "phone", "street", "postcode", "city", "state", "country", "username")
SHOWN = pa.schema(
    [
        ("record_id", pa.int64()),
        ("account", pa.int64()),
        ("channel", pa.string()),
        *((name, pa.string()) for name in FIELDS),
    ]
)
Shown = tuple[int, int, str, Buyer]  # record, account, channel, what is shown


def shown(rows: Iterable[Row]) -> Iterator[Shown]:
    """Those of the rows that show something."""
    return ((row.record, row.account, row.channel, row.buyer) for row in rows if has_signal(row))


def records(found: Iterable[Shown], key: TokenKey = KEY) -> pa.Table:
    """A table of schema RECORDS; equal tokens of an account stand once."""
    columns: dict[str, list[Any]] = {name: [] for name in RECORDS.names}
    seen: set[tuple[object, ...]] = set()
    last = None
    for record, account, channel, buyer in found:
        made = tokens(features(buyer), key)
        if account != last:
            seen.clear()
            last = account
        mark = (*made.scalars.values(), *made.lists.values())
        if mark in seen:
            continue
        seen.add(mark)
        for name in SCALARS:
            columns[name].append(made.scalars[name])
        for name in LISTS:
            columns[name].append(made.lists[name])
        for name, value in (
            ("record_id", record), ("account", account), ("channel", channel), ("country", made.country),
            ("name_masked", made.name_masked),
        ):  # fmt: skip
            columns[name].append(value)
    return pa.table(columns, schema=RECORDS)


def write(rows: Iterable[Row], path: Path) -> int:
    """Keep in a file what the rows show; how many records there are."""
    left, total = shown(rows), 0
    with pq.ParquetWriter(path, SHOWN) as writer:
        while chunk := list(islice(left, GROUP)):
            total += len(chunk)
            columns = [*zip(*((*one[:3], *(getattr(one[3], name) for name in FIELDS)) for one in chunk), strict=True)]
            writer.write_table(pa.table(list(map(list, columns)), schema=SHOWN))
    return total


def read(path: Path, processes: int = 2) -> pa.Table:
    """The records of what ``write`` kept, made in several processes."""
    groups = pq.ParquetFile(path).num_row_groups
    with ProcessPoolExecutor(processes) as pool:
        return pa.concat_tables(pool.map(read_group, [path] * groups, range(groups)))


def read_group(path: Path, group: int) -> pa.Table:
    return records(_kept(path, group))


def _kept(path: Path, group: int) -> Iterator[Shown]:
    table = pq.ParquetFile(path).read_row_group(group)
    for record, account, channel, *said in zip(*(column.to_pylist() for column in table.columns), strict=True):
        yield record, account, channel, Buyer(*said)
