"""``make simulate``: the figures that teams are steered by, on worlds of which the truth is known.

    .venv/bin/python tests/simulation/steering/run.py [--runs 400] [--jobs 2] [--families "wish" CDNOW …] [--write]

Each run follows from its family and number. --write puts the table into reports/README.md. Exit 1 where a criterion
fails.
"""

# ruff: noqa: E402 - one thread per process, said before numpy is loaded
import argparse
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")
ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from tests.simulation.measurement.table import written
from tests.simulation.steering.criteria import criteria, measured
from tests.simulation.steering.families import FAMILIES
from tests.simulation.steering.question import Result, answered
from tests.simulation.steering.table import BEGINS, ENDS, table

README = ROOT / "reports" / "README.md"
Task = tuple[str, int]


def main(asked: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=400, help="of each family; dear ones take a part of it")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--families", nargs="+", default=list(FAMILIES), help="names, or how they begin")
    parser.add_argument("--write", action="store_true", help="put the table into reports/README.md")
    given = parser.parse_args(asked)
    chosen = [one for name, one in FAMILIES.items() if name.startswith(tuple(given.families))]
    if not chosen:
        parser.error(f"No family begins so; there are: {', '.join(FAMILIES)}")
    began = time.monotonic()
    results = collected([(one.name, run) for one in chosen for run in range(one.runs(given.runs))], given.jobs)
    passed = time.monotonic() - began
    found = {name: measured(FAMILIES[name], of) for name, of in results.items()}
    left_out = [one for one in chosen if one.missing]
    told = table(found, _how(results, given.jobs, passed), left_out)
    print("\n" + told)
    if given.write:
        written(README, told, BEGINS, ENDS)
    failed = [one.what for one in criteria(found) if not one.passed]
    print(f"\nfailed: {'; '.join(failed)}" if failed else "\nall criteria passed")
    return 1 if failed else 0


def collected(tasks: Sequence[Task], jobs: int) -> dict[str, list[Result]]:
    """Results by family, in the order of runs."""
    began, found = time.monotonic(), defaultdict[str, list[Result]](list)
    for done, result in enumerate(_run(tasks, jobs), 1):
        found[result.family].append(result)
        if done % 200 == 0 or done == len(tasks):
            rate = done / (time.monotonic() - began)
            left = (len(tasks) - done) / rate / 60
            print(
                f"{done:,}/{len(tasks):,} runs, {rate:.1f} a second, {left:.0f} min left: {result.family}", flush=True
            )
    return {name: sorted(of, key=lambda one: one.run) for name, of in found.items()}


def _run(tasks: Sequence[Task], jobs: int) -> Iterator[Result]:
    if jobs < 2:
        yield from map(_one, tasks)
        return
    with get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap(_one, tasks, chunksize=4)


def _one(task: Task) -> Result:
    name, run = task
    return answered(FAMILIES[name], run)


def _how(results: dict[str, list[Result]], jobs: int, passed: float) -> str:
    runs, seconds = [len(of) for of in results.values()], sum(one.seconds for of in results.values() for one in of)
    return (
        f"{sum(runs):,} runs of {len(runs)} families, {min(runs)} to {max(runs)} of each, on {jobs} of {os.cpu_count()} "
        f"cores: {seconds / 60:.1f} minutes of processor, {passed / 60:.1f} of the clock; the seed of a run is (crc32 of "
        "the family's name, its number from 0)."
    )


if __name__ == "__main__":
    sys.exit(main())
