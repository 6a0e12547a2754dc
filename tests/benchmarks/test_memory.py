"""Peak memory of an import, measured in a process of its own: a file may be large, the program stays small."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from channels.models import Charge, RawPage
from tests.benchmarks.settlement import write_settlement
from tests.making import make_store

MOST = 400  # MB
ROOT = Path(__file__).parents[2]
MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.returncode)
"""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kB on Linux only")


def database_url() -> str:
    """The test database, for another process."""
    place = connection.settings_dict
    password = f":{place['PASSWORD']}" if place["PASSWORD"] else ""
    return f"postgres://{place['USER']}{password}@/{place['NAME']}?host={place['HOST'] or 'localhost'}&port={place['PORT'] or 5432}"


def run(tmp_path: Path, *files: Path) -> tuple[int, str, float]:
    """Import the files: (exit code, what was said, peak in MB)."""
    environment = {**os.environ, "DATABASE_URL": database_url(), "PLUMBLINE_VAR": str(tmp_path / "var")}
    command = [sys.executable, "manage.py", "import", *map(str, files), "--store", "Maple US"]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *command],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    said, _, peak = (done.stdout + done.stderr).partition("peak ")
    number, _, rest = peak.partition("\n")
    return done.returncode, re.sub(rf"{tmp_path}/", "", said + rest), int(number) / 1024


@pytest.mark.django_db(transaction=True)
def test_a_line_of_300_mb_ends_in_a_message(tmp_path: Path) -> None:
    make_store()
    files = []
    for name, start, size in (("table", b"settlement-id\tamount", 300), ("plain", b"x", 20), ("json", b'{"a": "', 65)):
        file = tmp_path / f"{name}.txt"
        with file.open("wb") as out:
            out.write(start)
            for _ in range(size):
                out.write(b"x" * 1_000_000)
        files.append(file)
    code, said, peak = run(tmp_path, *files)
    assert (code, said.splitlines()) == (1, [
        "table.txt: line 1 is longer than 1,000,000 bytes; this is not a report of a marketplace",
        "plain.txt: the first line has no columns separated by tab, comma or semicolon, and it is not JSON",
        "json.txt: the JSON document is larger than 64,000,000 bytes; split it",
    ])  # fmt: skip
    assert peak < MOST


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_settlement_of_a_million_lines_is_imported_in_little_memory(tmp_path: Path) -> None:
    make_store()
    file = tmp_path / "million.txt"
    write_settlement(file, 1_000_000)
    code, said, peak = run(tmp_path, file)
    assert (code, said) == (0, "million.txt: amazon.settlement: 1 statements, 1,000,000 money lines\n")
    assert (Charge.objects.count(), RawPage.objects.get().state) == (1_000_000, "loaded")
    print(f"peak {peak:.0f} MB")
    assert peak < MOST


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_many_orders_with_personal_fields_are_imported_in_little_memory(tmp_path: Path) -> None:
    make_store()
    names = (
        "amazon-order-id purchase-date last-updated-date order-status sales-channel sku quantity currency item-price "
        "ship-postal-code ship-country"
    ).split()
    file = tmp_path / "orders.txt"
    with file.open("w") as out:
        out.write("\t".join(names) + "\n")
        for number in range(300_000):
            out.write(
                f"114-{number // 10**7:07}-{number % 10**7:07}\t2026-06-15T10:00:00+00:00\t2026-06-16T10:00:00+00:00\t"
                f"Shipped\tAmazon.com\tSKU-{number % 500}\t1\tUSD\t20.00\t{number % 99999:05}\tUS\n"
            )
    code, said, peak = run(tmp_path, file)
    assert (code, said) == (0, "orders.txt: amazon.orders: 300,000 orders, 300,000 money lines\n")
    print(f"peak {peak:.0f} MB")
    assert peak < MOST
