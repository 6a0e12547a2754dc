# ruff: noqa: E402 - Django is set up before its models are imported
"""``make simulate``: many lives of small worlds under faults and dying workers; every one must end with the truth.

Every seed has its own world, faults and moments of death. Each tenth has a page withheld for good: its window must be
red at the end and never green, and all others complete. Exit 1 where a life ends otherwise; its seed is printed.
"""

import argparse
import logging
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.core.management.color import no_style
from django.db import connection

from tests.simulation.life import PASSING, Life, states
from tests.simulation.verdict import problems

RATE = 0.04  # of answers, for each kind of fault
KILLS = 6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    seeds = range(given.first, given.first + given.runs)
    context = get_context("fork")
    results: Queue[Any] = context.Queue()
    jobs = [
        context.Process(target=_lives, args=(number, list(seeds)[number :: given.jobs], results))
        for number in range(given.jobs)
    ]
    for job in jobs:
        job.start()
    bad = _watch(_arriving(results, jobs, len(seeds)), len(seeds))
    for job in jobs:
        job.join()
    return 1 if bad else 0


def _arriving(results: "Queue[Any]", jobs: list[Any], count: int) -> Iterator[Any]:
    for _ in range(count):
        while results.empty():
            if not any(job.is_alive() for job in jobs) and results.empty():
                return
            time.sleep(0.1)
        yield results.get()


def _watch(results: Iterator[Any], count: int) -> int:
    """Print progress; how many lives ended badly or not at all."""
    began, done, died = time.monotonic(), 0, 0
    bad: list[int] = []
    struck: Counter[str] = Counter()
    for done, (seed, said, faults, deaths) in enumerate(results, 1):
        struck.update(faults)
        died += deaths
        if said:
            bad.append(seed)
            print(f"\nseed {seed}: " + "\n  ".join(said), flush=True)
        each = (time.monotonic() - began) / done
        print(
            f"{done}/{count} lives, {len(bad)} bad, {died} workers killed, {sum(struck.values()):,} faults; "
            f"{each:.1f} s a life, {each * (count - done) / 60:.0f} min left", flush=True,
        )  # fmt: skip
    print("faults: " + ", ".join(f"{kind} {number:,}" for kind, number in sorted(struck.items())))
    print(f"{done - len(bad)} of {count} lives ended with the truth in {(time.monotonic() - began) / 60:.1f} min")
    return len(bad) + count - done


def _lives(number: int, seeds: list[int], results: "Queue[Any]") -> None:
    """Live these seeds one after another in a database of one's own."""
    logging.disable(logging.CRITICAL)
    connection.settings_dict["TEST"]["NAME"] = f"simulate_{number}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        for seed in seeds:
            results.put(_one(seed))
            _flush()
    finally:
        connection.creation.destroy_test_db("plumbline", verbosity=0)


def _one(seed: int) -> tuple[int, list[str], dict[str, int], int]:
    with tempfile.TemporaryDirectory(prefix="plumbline-life-") as folder:
        withheld = seed % 10 == 0
        kinds = PASSING | {"withhold"} if withheld else PASSING
        life = Life(seed, Path(folder), kinds, RATE, KILLS, "tiny" if seed % 3 else "small")
        try:
            stores = life.run("Harbor & Leaf")
            said = problems(life, stores, withheld_for_good=withheld, admin=seed % 5 == 0)
        except Exception as error:  # noqa: BLE001 - a life that breaks is reported as one that ended badly
            said = [f"{type(error).__name__}: {error}", str(states())]
        return seed, said, life.struck, life.died


def _flush() -> None:
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), tables, reset_sequences=True))


if __name__ == "__main__":
    sys.exit(main())
