"""Records of everybody who is matched already, kept beside the database so that what is new need not fetch them anew.

They hold tokens and nothing else. A file is written whole and then named, so a reader never sees half of one; without
files the database tells everything again.
"""

import os
import secrets
import shutil
import time
from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
from django.conf import settings
from pyarrow import compute, parquet

from channels.models import Company
from reconciliation.identity.records import RECORDS
from reconciliation.models import Matched
from reconciliation.records import records

_LEFT = 86_400  # seconds after which no process is at work on a file any more
_MOST_FILES = 300  # of what was added since the last rebuild; then they become one


def replace(company: Company, table: pa.Table) -> None:
    """Let these be all records."""
    old = _files(company)
    _write(company, "0", table)
    for path in old:
        if path.name != "0.parquet":
            path.unlink(missing_ok=True)


def add(company: Company, table: pa.Table) -> None:
    """Let these records stand instead of earlier ones of the same accounts."""
    if table.num_rows == 0:
        return
    files = _files(company)
    if len(files) > _MOST_FILES:
        replace(company, pa.concat_tables([of(company, table["account"].unique().to_pylist()), table]))
        return
    _write(company, f"{max((int(path.stem) for path in files), default=0) + 1}", table)


def of(company: Company, without: Collection[int] = ()) -> pa.Table:
    """The records of all accounts but those with the ids; of each account the latest that were added."""
    found: list[pa.Table] = []
    gone = set(without)
    for path in reversed(_files(company)):
        try:
            table = parquet.read_table(path, schema=RECORDS)
        except (OSError, pa.ArrowException):
            forget(company)  # an older layout, or damaged
            return of(company, without)
        if gone:
            table = table.filter(compute.invert(compute.is_in(table["account"], pa.array(sorted(gone), pa.int64()))))
        if path.stem != "0":
            gone.update(table["account"].unique().to_pylist())
        found.append(table)
    if not found:
        whole = records(company)
        replace(company, whole)
        keep = compute.invert(compute.is_in(whole["account"], pa.array(sorted(gone), pa.int64())))
        return whole.filter(keep)
    return pa.concat_tables(found)


def forget(company: Company) -> None:
    """Remove the files: tokens in them expired, or somebody demanded to be forgotten."""
    mark = Matched.objects.filter(company=company).exclude(resident="").first()
    if mark is not None:
        shutil.rmtree(settings.MATCHING / mark.resident, ignore_errors=True)
        Matched.objects.filter(pk=mark.pk, resident=mark.resident).update(resident="")


def sweep() -> int:
    """Remove what processes that were killed left half done, a day ago or earlier; how many files and folders."""
    named = set(Matched.objects.exclude(resident="").values_list("resident", flat=True))
    place, before = Path(settings.MATCHING), time.time() - _LEFT
    left = [path for path in place.glob("*") if path.name not in named]
    left += [path for name in named for path in (place / name).glob(".*.part")]
    gone = [path for path in left if path.stat().st_mtime < before]
    for path in gone:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return len(gone)


def _folder(company: Company) -> Path:
    """The name is the database's to give, so that files of another database are never taken for its own."""
    mark, _ = Matched.objects.get_or_create(company=company)
    if not mark.resident:
        mark.resident = secrets.token_hex(16)
        mark.save(update_fields=["resident"])
    folder = Path(settings.MATCHING) / mark.resident
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _files(company: Company) -> list[Path]:
    """Oldest first."""
    return sorted(_folder(company).glob("[0-9]*.parquet"), key=lambda path: int(path.stem))


def _write(company: Company, name: str, table: pa.Table) -> None:
    path = _folder(company) / f"{name}.parquet"
    part = path.with_name(f".{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            parquet.write_table(table, file, compression="zstd")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
