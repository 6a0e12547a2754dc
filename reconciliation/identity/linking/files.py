"""Records of buyers from a file, as somebody else has them, and pairs and people written beside it."""

import csv
import secrets
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from reconciliation.identity.features import features
from reconciliation.identity.records import RECORDS
from reconciliation.identity.signals import LISTS, SCALARS, Buyer, TokenKey, tokens

FIELDS = ("name", "email", "phone", "street", "postcode", "city", "state", "country", "username")
COLUMNS = ("record_id", "source", *FIELDS)
_BATCH = 10_000
_PROCESSES = 2
_MANY = 30_000  # rows from which processes pay
_LONGEST = 1_000_000  # characters of a field


class Unreadable(Exception):
    """A file that cannot be read as records; the message names the file and the line."""


Row = tuple[str, str, Buyer]


@dataclass(slots=True)
class Given:
    """What a file holds: its ids in their order, and the records of these numbers."""

    ids: list[str] = field(default_factory=list)
    records: pa.Table = field(default_factory=RECORDS.empty_table)


def read(path: Path, processes: int = _PROCESSES) -> Given:
    """Features and tokens of every row under a key that nobody keeps. A row's number is its place."""
    key = TokenKey(1, secrets.token_bytes(32))
    found = Given()
    seen: dict[str, int] = {}
    batches = _batches(_told(path, rows_of(path), seen), found.ids)
    found.records = pa.concat_tables([RECORDS.empty_table(), *_made(batches, key, processes)])
    if not found.ids:
        raise Unreadable(f"{path.name} has no rows.")
    return found


def rows_of(path: Path) -> Iterator[tuple[int, Row]]:
    """Rows with their line, by the file's ending: ``.parquet``, else CSV."""
    try:
        yield from (_parquet if path.suffix.lower() == ".parquet" else _csv)(path)
    except OSError as error:
        raise Unreadable(f"{path.name} cannot be read: {error.strerror or error}.") from error


def _told(path: Path, rows: Iterable[tuple[int, Row]], seen: dict[str, int]) -> Iterator[Row]:
    for line, row in rows:
        if not row[0]:
            raise Unreadable(f"{path.name}, line {line}: record_id is empty.")
        if (first := seen.setdefault(row[0], line)) != line:
            raise Unreadable(f"{path.name}, line {line}: record_id {row[0]!r} stands in line {first} already.")
        yield row


def _csv(path: Path) -> Iterator[tuple[int, Row]]:
    csv.field_size_limit(_LONGEST)
    with path.open("rb") as file:
        reader = csv.reader(_lines(path, file), strict=True)
        try:
            header = [name.strip().lower() for name in next(reader, [])]
            _check(path, header)
            for cells in reader:
                if not cells:
                    continue
                if len(cells) != len(header):
                    raise Unreadable(
                        f"{path.name}, line {reader.line_num}: {len(cells)} fields, but the header has {len(header)}."
                    )
                yield reader.line_num, _row(dict(zip(header, cells, strict=True)))
        except csv.Error as error:
            raise Unreadable(f"{path.name}, line {reader.line_num}: {error}.") from error


def _lines(path: Path, file: Iterable[bytes]) -> Iterator[str]:
    for number, line in enumerate(file, 1):
        if b"\0" in line:
            raise Unreadable(f"{path.name}, line {number}: a NUL byte, which no text has.")
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise Unreadable(f"{path.name}, line {number}: not UTF-8 (byte {error.start + 1}).") from error


def _parquet(path: Path) -> Iterator[tuple[int, Row]]:
    try:
        with pq.ParquetFile(path) as file:
            header = [name.strip().lower() for name in file.schema_arrow.names]
            _check(path, header)
            number = 0
            for batch in file.iter_batches(_BATCH):
                for values in batch.to_pylist():
                    number += 1
                    cells = {
                        name: "" if one is None else str(one) for name, one in zip(header, values.values(), strict=True)
                    }
                    if any("\0" in one for one in cells.values()):
                        raise Unreadable(f"{path.name}, row {number}: a NUL character, which no text has.")
                    yield number, _row(cells)
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise Unreadable(f"{path.name} is no readable Parquet file.") from error


def _check(path: Path, header: list[str]) -> None:
    if not header:
        raise Unreadable(f"{path.name} is empty.")
    if unknown := sorted(set(header) - set(COLUMNS)):
        raise Unreadable(f"{path.name}, line 1: unknown columns {', '.join(unknown)}; known are {', '.join(COLUMNS)}.")
    if len(set(header)) < len(header):
        raise Unreadable(f"{path.name}, line 1: a column stands there twice.")
    if "record_id" not in header:
        raise Unreadable(f"{path.name}, line 1: there is no column record_id.")


def _row(cells: dict[str, str]) -> Row:
    given = {name: cells.get(name, "") for name in FIELDS}
    return cells.get("record_id", "").strip(), cells.get("source", "").strip(), Buyer(**given)


Batch = list[tuple[int, str, Buyer]]


def _batches(rows: Iterator[Row], ids: list[str]) -> Iterator[Batch]:
    while some := list(islice(rows, _BATCH)):
        first = len(ids)
        ids.extend(row[0] for row in some)
        yield [(first + place, source, buyer) for place, (_, source, buyer) in enumerate(some)]


def _made(batches: Iterator[Batch], key: TokenKey, processes: int) -> Iterator[pa.Table]:
    few = list(islice(batches, _MANY // _BATCH))
    if processes < 2 or len(few) * _BATCH < _MANY:
        yield from (tokenised(batch, key) for batch in chain(few, batches))
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        waiting: list[Future[pa.Table]] = []
        for batch in chain(few, batches):
            waiting.append(pool.submit(tokenised, batch, key))
            if len(waiting) > 2 * processes:
                yield waiting.pop(0).result()
        for one in waiting:
            yield one.result()


def tokenised(batch: Batch, key: TokenKey) -> pa.Table:
    """Rows as records: each is an account of its own."""
    columns: dict[str, list[Any]] = {name: [] for name in RECORDS.names}
    for number, source, buyer in batch:
        made = tokens(features(buyer), key)
        for name in SCALARS:
            columns[name].append(made.scalars[name])
        for name in LISTS:
            columns[name].append(made.lists[name])
        columns["record_id"].append(number)
        columns["account"].append(number)
        columns["channel"].append(source)
        columns["country"].append(made.country)
        columns["name_masked"].append(made.name_masked)
    return pa.table(columns, schema=RECORDS)


def write(table: pa.Table, path: Path) -> None:
    """A table as Parquet or CSV, by the file's ending."""
    if path.suffix.lower() == ".parquet":
        pq.write_table(table, path)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table.column_names)
        for batch in table.to_batches(_BATCH):
            writer.writerows(zip(*(column.to_pylist() for column in batch.columns), strict=True))
