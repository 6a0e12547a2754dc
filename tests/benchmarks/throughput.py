# ruff: noqa: E402 - Django is set up before its models are imported
"""Orders per second beside dlt: both load the same Shopify pages from one static server into the same PostgreSQL.

    .venv/bin/python tests/benchmarks/throughput.py .venv-bench/bin/python

Each in a process of its own, by its own client, imports and interpreter not counted. Ours archives every answer, cuts
the buyers' fields into the vault, parses into typed rows, dedupes, and keeps its cursor; dlt appends nested tables.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import connection

from channels.adapters.shopify import documents
from channels.core.clock import SharedClock
from tests.benchmarks.shopify_pages import ENDS_AT, STARTS_AT, searched

HERE = Path(__file__).parent


def main(peer: str) -> None:
    command = [sys.executable, str(HERE / "shopify_pages.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin
        assert server.stdout
        try:
            pages = json.loads(server.stdout.readline())
            print(f"{pages['orders']:,} orders in {pages['answers']:,} answers, {pages['bytes']:,} bytes", flush=True)
            ours, dlt = _run(pages["address"], peer)
        finally:
            server.stdin.close()
    rate = {name: pages["orders"] / said["seconds"] for name, said in (("ours", ours), ("dlt", dlt))}
    print(f"ours {rate['ours']:,.0f} orders/s, {ours['memory']:,.0f} MB; dlt {rate['dlt']:,.0f} orders/s, "
          f"{dlt['memory']:,.0f} MB: {rate['ours'] / rate['dlt']:.2f} times as fast (aim: 3)")  # fmt: skip
    steps = {**ours["steps"], "write": ours["seconds"] - sum(ours["steps"].values())}
    print(
        "ours: " + ", ".join(f"{name} {value:.1f} s ({value / ours['seconds']:.0%})" for name, value in steps.items())
    )
    print("dlt:  " + ", ".join(f"{name} {value:.1f} s" for name, value in dlt["steps"].items()))


def _run(address: str, peer: str) -> tuple[dict[str, Any], dict[str, Any]]:
    connection.settings_dict["TEST"]["NAME"] = "bench_throughput"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    database = connection.settings_dict
    connection.close()
    try:
        with tempfile.TemporaryDirectory() as folder:
            clock = SharedClock(Path(folder) / "clock")
            clock.set(ENDS_AT)
            ours = _child(sys.executable, "pull_shopify.py", {
                "address": address, "database": database["NAME"], "folder": f"{folder}/pages",
                "clock": str(clock.path), "since": STARTS_AT.isoformat(),
            })  # fmt: skip
        dlt = _child(peer, "dlt_shopify.py", {
            "address": address, "schema": "dlt", "settings": {}, "disposition": "append", "run": {},
            "database": f"postgresql://{database['USER']}:x@localhost:{database['PORT'] or 5432}/{database['NAME']}"
                        f"?host={database['HOST']}",
            "searches": [
                f"updated_at:>='{since:%Y-%m-%dT%H:%M:%SZ}' AND updated_at:<'{until:%Y-%m-%dT%H:%M:%SZ}'"
                for since, until in searched()
            ],
            "documents": {
                "page": documents.with_personal(documents.ORDERS, personal=True),
                "order": documents.with_personal(documents.ORDER, personal=True),
            },
        })  # fmt: skip
    finally:
        connection.creation.destroy_test_db("plumbline", verbosity=0)
    return ours, dlt


def _child(python: str, script: str, job: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        [python, str(HERE / script), json.dumps(job)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{script} failed:\n{done.stderr[-2_000:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


if __name__ == "__main__":
    main(sys.argv[1])
