"""``make simulate``: the estimators on worlds of which the truth is known, family by family, and what they must show.

    .venv/bin/python tests/simulation/measurement/run.py [--runs 400] [--jobs 2] [--families "halo 5 of 20" …] [--write]

Each run's world, estimate and yardstick follow from its family and number. Results are kept as JSON lines and taken up
again as long as worlds and estimators are the same. --write puts the table into reports/README.md. Exit 1 where a
criterion fails.
"""

# ruff: noqa: E402 - one thread per process, said before numpy is loaded
import argparse
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")
ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from tests.simulation.measurement.criteria import criteria
from tests.simulation.measurement.families import FAMILIES
from tests.simulation.measurement.question import Result, answered, as_json, of_json
from tests.simulation.measurement.summary import Summary, summary
from tests.simulation.measurement.table import table, written

VAR = Path(os.environ.get("PLUMBLINE_VAR", ROOT / "var"))
README = ROOT / "reports" / "README.md"
SHOWN = {"run.py", "table.py", "criteria.py", "summary.py"}  # change no result
Task = tuple[str, int]


def main(asked: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=400, help="of each family")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--families", nargs="+", default=list(FAMILIES), help="names, or how they begin")
    parser.add_argument("--write", action="store_true", help="put the table into reports/README.md")
    parser.add_argument("--fresh", action="store_true", help="take up nothing")
    given = parser.parse_args(asked)
    names = [name for name in FAMILIES if name.startswith(tuple(given.families))]
    if not names:
        parser.error(f"No family begins so; there are: {', '.join(FAMILIES)}")
    results = measured(names, given.runs, given.jobs, VAR / "simulation" / _code(), fresh=given.fresh)
    found = {name: summary(FAMILIES[name], results[name]) for name in names}
    seconds = sum(one.took for name in names for one in results[name]) / given.jobs
    how = _how(given.runs, names, given.jobs, seconds)
    print("\n" + table(found, results, how))
    if given.write:
        written(README, table(found, results, how))
    return _verdict(found)


def measured(
    names: Sequence[str], runs: int, jobs: int, folder: Path, *, fresh: bool = False
) -> dict[str, list[Result]]:
    """Results by family in the order of runs; those that the folder has are taken up."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = (
        {} if fresh else {(one.family, one.run): one for name in names for one in _kept(folder, name) if one.run < runs}
    )
    if fresh:
        for name in names:
            _file(folder, name).unlink(missing_ok=True)
    tasks = [(name, run) for name in names for run in range(runs) if (name, run) not in kept]
    began = time.monotonic()
    for done, result in enumerate(_run(tasks, jobs), 1):
        kept[result.family, result.run] = result
        passed = time.monotonic() - began
        with _file(folder, result.family).open("a") as file:
            file.write("\n" + json.dumps(as_json(result), ensure_ascii=False))  # whatever a stopped run left before it
        if done % 50 == 0 or done == len(tasks):
            rate = done / passed
            left = (len(tasks) - done) / rate / 60
            print(
                f"{done:,}/{len(tasks):,} runs, {rate:.1f} a second, {left:.0f} min left: {result.family}", flush=True
            )
    found: dict[str, list[Result]] = defaultdict(list)
    for name, run in sorted(kept, key=lambda task: task[1]):
        found[name].append(kept[name, run])
    return found


def _run(tasks: Sequence[Task], jobs: int) -> Iterator[Result]:
    if jobs < 2:
        yield from map(_one, tasks)
        return
    with get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap_unordered(_one, tasks, chunksize=4)


def _one(task: Task) -> Result:
    name, run = task
    return answered(FAMILIES[name], run)


def _kept(folder: Path, name: str) -> Iterator[Result]:
    path = _file(folder, name)
    if path.exists():
        for line in path.read_text().splitlines():
            try:
                yield of_json(json.loads(line))
            except ValueError:  # an empty line, or the one that was being written when a run was stopped
                continue


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name.replace(' ', '_')}.jsonl"


def _code() -> str:
    """A digest of what results follow from: the estimators and the worlds."""
    here = Path(__file__).parent
    files = [
        *(ROOT / "reports" / "analysis").rglob("*.py"),
        *(one for one in here.glob("*.py") if one.name not in SHOWN),
    ]
    digest = sha256()
    for path in sorted(one for one in files if not one.name.startswith("test_")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _how(runs: int, names: Sequence[str], jobs: int, seconds: float) -> str:
    return (
        f"{runs} runs of each of {len(names)} families on {jobs} of {os.cpu_count()} cores in {seconds / 60:.0f} minutes; "
        f"the seed of a run is (crc32 of the family's name, its number from 0 to {runs - 1})."
    )


def _verdict(found: dict[str, Summary]) -> int:
    failed = [one.what for one in criteria(found) if not one.passed]
    print(f"\nfailed: {'; '.join(failed)}" if failed else "\nall criteria passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
