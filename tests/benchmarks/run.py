# ruff: noqa: E402 - Django is set up before its models are imported
"""Speed as ratios in one run on one machine: import and posting against COPY of the same rows, the statement against
a bare GROUP BY. ``make bench`` prints them; nothing here is a test."""

import io
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import connection

from channels.load import load
from channels.models import Company, Store
from channels.receive import receive
from reconciliation.post import post
from reports.queries import Question, contribution
from tests.benchmarks.settlement import write_settlement

RUNS = 5
LINES = 200_000  # a run; five make the million entries of the statement


def main() -> None:
    connection.settings_dict["TEST"]["NAME"] = "bench_plumbline"
    print(f"{RUNS} runs of {LINES:,} settlement lines, then the statement over {RUNS * LINES:,} entries", flush=True)
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        _measure()
    finally:
        connection.creation.destroy_test_db("plumbline", verbosity=0)


def _measure() -> None:
    company = Company.objects.create(name="Bench", base_currency="USD")
    store = Store.objects.create(company=company, name="Bench", channel="amazon", currency="USD")
    _peer("channels_charge")
    _peer("reconciliation_ledgerentry")
    ratios: dict[str, list[float]] = {"import": [], "post": []}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(RUNS):
            file = Path(folder) / "settlement.txt"
            write_settlement(file, LINES, settlement=f"9000000{number:04}")
            imported = _seconds(lambda: _import(company, store, file))  # noqa: B023
            posted = _seconds(lambda: post(company))
            copied, entered = _copy("channels_charge"), _copy("reconciliation_ledgerentry")
            ratios["import"].append(copied / imported)
            ratios["post"].append(entered / posted)
            print(
                f"  run {number + 1}: import {LINES / imported:,.0f}/s (COPY {LINES / copied:,.0f}/s), "
                f"post {LINES / posted:,.0f}/s (COPY {LINES / entered:,.0f}/s)", flush=True,
            )  # fmt: skip
    _say("settlement lines imported to facts, against COPY", statistics.median(ratios["import"]), "≥ 0.35")
    _say("facts posted to the ledger, against COPY", statistics.median(ratios["post"]), "≥ 0.35")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE reconciliation_ledgerentry")
    for by in ("channel", "store", "product"):
        full = statistics.median(_seconds(lambda: contribution(Question(by=by))) for _ in range(RUNS))  # noqa: B023
        bare = statistics.median(_seconds(lambda: _bare(by)) for _ in range(RUNS))  # noqa: B023
        _say(
            f"contribution by {by} over {RUNS * LINES:,} entries, against GROUP BY ({full:.2f} s)", full / bare, "≤ 1.5"
        )


def _import(company: Company, store: Store, file: Path) -> None:
    with file.open("rb") as stream:
        load(receive(company, store, stream, file.name, datetime.now(UTC)).page)


def _peer(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE peer_{table} (LIKE {table} INCLUDING ALL)")


def _copy(table: str) -> float:
    """Seconds to COPY the rows of the last page into a table with the same indexes and the same rows before."""
    rows = io.BytesIO()
    with connection.cursor() as cursor:
        last = f"SELECT * FROM {table} WHERE page_id = (SELECT max(id) FROM channels_rawpage)"
        with cursor.copy(f"COPY ({last}) TO STDOUT") as copy:
            for block in copy:
                rows.write(block)
        view = memoryview(rows.getvalue())
        started = time.perf_counter()
        with cursor.copy(f"COPY peer_{table} FROM STDIN") as copy:
            for at in range(0, len(view), 1 << 16):
                copy.write(view[at : at + (1 << 16)])
        return time.perf_counter() - started


def _bare(by: str) -> None:
    name, joins = {
        "channel": ("s.channel", "JOIN channels_store s ON s.id = e.earning_store_id"),
        "store": ("e.earning_store_id", ""),
        "product": (
            "coalesce(k.product, e.sku)",
            "LEFT JOIN channels_sku k ON k.company_id = e.company_id AND k.store_id IS NULL AND k.sku = e.sku",
        ),
    }[by]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.company_id, {name}, date_trunc('month', e.posted_on::timestamp)::date, e.kind, "
            f"sum(e.base_amount) FROM reconciliation_ledgerentry e {joins} GROUP BY 1, 2, 3, 4"
        )
        cursor.fetchall()


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _say(what: str, ratio: float, aim: str) -> None:
    print(f"{what}: {ratio:.2f}× (aim {aim})", flush=True)


if __name__ == "__main__":
    main()
