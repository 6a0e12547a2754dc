"""Link any table of buyers by the model of the matching, without the database."""

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.core.management.base import CommandError

from channels.management.command import ProjectCommand
from reconciliation.identity.linking.backends import ENGINES, Unavailable
from reconciliation.identity.linking.blocking import Report
from reconciliation.identity.linking.files import COLUMNS, Unreadable, read, write
from reconciliation.identity.linking.table import implied, link, named, people

_ENDINGS = (".csv", ".parquet")


class Command(ProjectCommand):
    help = (
        f"Tell which rows of a CSV or Parquet file ({', '.join(COLUMNS)}) are one person. Writes left_id, right_id, "
        "probability (0.01 and more) and tier, and beside it a file …persons with record_id and person_id."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--records", required=True, type=Path, help="CSV in UTF-8 or Parquet; values clear or masked"
        )
        parser.add_argument("--out", required=True, type=Path, help="where the pairs go, as .csv or .parquet")
        parser.add_argument("--engine", choices=ENGINES, default="duckdb", help="where comparing runs")
        parser.add_argument("--one-per-source", action="store_true", help="no person stands twice in one source")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        out: Path = options["out"]
        beside = out.with_name(f"{out.stem}.persons{out.suffix}")
        if out.suffix.lower() not in _ENDINGS:
            raise CommandError(f"{out.name}: the ending must be one of {', '.join(_ENDINGS)}.")
        if not out.parent.is_dir():
            raise CommandError(f"There is no folder {out.parent}.")
        apart = options["one_per_source"]
        report = Report()
        try:
            self._progress("making tokens", 0, 0)
            given = read(options["records"])
            pairs = link(
                given.records, engine=options["engine"], one_per_source=apart, progress=self._progress, report=report
            )
        except (Unreadable, Unavailable) as error:
            raise CommandError(str(error)) from error
        self._progress("putting people together", 0, 0)
        persons = people(given.records, pairs, one_per_source=apart)
        pairs = implied(pairs, persons)
        write(named(pairs, given.ids), out)
        write(pa.table({"record_id": given.ids, "person_id": [given.ids[one] for one in persons]}), beside)
        self._clear()
        dropped = sum(one["records"] for one in report.dropped.values())
        self.stdout.write(
            f"{len(given.ids):,} records, {pairs.num_rows:,} pairs, {len(set(persons)):,} persons"
            f" in {time.monotonic() - started:,.1f} s; {report.pairs:,} pairs compared"
            + (f", {dropped:,} shared values of records left aside as too common" if dropped else "")
        )

    def _progress(self, what: str, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r\x1b[K{what}{f' {done:,} of {total:,}' if total else ''}", ending="")
            self.stderr.flush()

    def _clear(self) -> None:
        if sys.stderr.isatty():
            self.stderr.write("\r\x1b[K", ending="")
