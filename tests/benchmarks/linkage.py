"""The linker beside bare Splink in one run on one machine, on made-up buyers with what the default policies admit.

    .venv/bin/python tests/benchmarks/linkage.py [--rows 100000] [--only rebuild splink new clear spark]

``rows`` are records that show something. A full rebuild is features, tokens, training, pairs, competition,
calibration and people; bare Splink gets the finished token table, the same blocking rules and comparisons, and does
its own training, prediction and clustering. Each part in a process of its own; memory is that of its whole tree.
"""

import argparse
import importlib.util
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import duckdb  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
from splink import Linker  # noqa: E402
from splink.backends.duckdb import DuckDBAPI  # noqa: E402

from reconciliation.identity.calibration import Calibration  # noqa: E402
from reconciliation.identity.linking.backends import backend  # noqa: E402
from reconciliation.identity.linking.blocking import RULES  # noqa: E402
from reconciliation.identity.linking.engine import find_pairs, find_pairs_between  # noqa: E402
from reconciliation.identity.linking.model import comparisons, shipped  # noqa: E402
from reconciliation.identity.linking.scoring import prepare  # noqa: E402
from reconciliation.identity.linking.training import SAMPLED, SESSIONS, train  # noqa: E402
from tests.benchmarks.clear_strings import best_f1  # noqa: E402
from tests.benchmarks.memory import Peak  # noqa: E402
from tests.population import recording  # noqa: E402
from tests.population.matching import found, matched  # noqa: E402
from tests.population.population import Row, admitted, population  # noqa: E402
from tests.population.truth import Truth, has_signal  # noqa: E402

PARTS = ("rebuild", "splink", "new", "clear", "spark")
NEW = 2_000
SEED = 77
SPARK_ROWS = 100_000
LINKED = 0.95


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(make, folder, given.rows)
        said = {part: run(globals()[part], folder) for part in given.only}
    if "rebuild" in said and "splink" in said:
        ratio = said["rebuild"]["seconds"] / said["splink"]["seconds"]
        print(f"full rebuild with features against bare Splink: {ratio:.2f}× (aim ≤ 1.5×)")


def run(part: Callable[..., dict[str, Any]], *given: Any) -> dict[str, Any]:
    """A part in a fresh process, with its time and peak memory; what it says is printed."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    started = time.perf_counter()
    process = context.Process(target=_send, args=(theirs, part, given))
    process.start()
    theirs.close()
    assert process.pid
    peak = Peak(process.pid)
    peak.start()
    try:
        said: dict[str, Any] = ours.recv()
    except EOFError:
        raise SystemExit(f"{part.__name__} failed") from None
    finally:
        process.join()
        peak.stop()
    said = {"seconds": time.perf_counter() - started, "MB": peak.megabytes, **said}
    print(part.__name__ + ": " + ", ".join(f"{name} {_said(value)}" for name, value in said.items()), flush=True)
    return said


def _send(pipe: Any, part: Callable[..., dict[str, Any]], given: tuple[Any, ...]) -> None:
    pipe.send(part(*given))


def _said(value: object) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def make(folder: Path, rows: int) -> dict[str, Any]:
    """The population, its truth and its token table, on disk. Not part of what is measured."""
    truth = Truth()
    total = recording.write(truth.watch(_signals(rows)), folder / "rows")
    (folder / "truth.json").write_text(json.dumps([list(truth.person.items()), list(truth.first.items())]))
    pq.write_table(recording.read(folder / "rows"), folder / "tokens")
    return {"records": total}


def _signals(rows: int) -> Iterator[Row]:
    """So many rows that show something."""
    return islice(filter(has_signal, admitted(population(sys.maxsize, SEED))), rows)


def rebuild(folder: Path) -> dict[str, Any]:
    """Everything, from what channels show to people."""
    started = time.perf_counter()
    steps: dict[str, float] = {}
    truth = _truth(folder)
    read = time.perf_counter() - started

    def step(name: str) -> None:
        steps[f"{name} s"] = time.perf_counter() - started - read - sum(steps.values())

    records = recording.read(folder / "rows")
    step("features")
    model = train(records, shipped())
    step("train")
    pairs = found(records, model)
    step("pairs")
    people = matched(records, pairs, Calibration(), truth)
    step("people")
    return {"seconds": sum(steps.values()), "pairs": pairs.num_rows, "links": len(people.linked), **steps}


def splink(folder: Path) -> dict[str, Any]:
    """Splink by itself on the finished tokens with the frequencies of shared values, as its documentation has it."""
    records = _prepared(pq.read_table(folder / "tokens"))
    started = time.perf_counter()
    with duckdb.connect() as connection:
        connection.execute(f"SET temp_directory = '{folder}/spill'").fetchall()
        api = DuckDBAPI(connection)
        linker = Linker(api.register(records, dataset_display_name="records"), _bare_settings(records), log_level=50)
        linker.training.estimate_u_using_random_sampling(max_pairs=SAMPLED, seed=1)
        for rule in SESSIONS:
            try:
                linker.training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=1_000_000)
            except (ValueError, ZeroDivisionError) as failed:
                print(f"  Splink's training on {rule} failed: {type(failed).__name__}")
        predicted = linker.inference.predict(threshold_match_probability=0.01)
        linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, LINKED)
        pairs = connection.execute(f"SELECT count(*) FROM {predicted.physical_name}").fetchall()[0][0]
    return {"seconds": time.perf_counter() - started, "pairs": pairs}


def _prepared(records: pa.Table) -> pa.Table:
    with backend() as run:
        run.load("records", records)
        ready = prepare(run, "records", shipped())
        return run.arrow(f"select {ready}.*, records.street from {ready} join records using (record_id)")


def _bare_settings(records: pa.Table) -> dict[str, Any]:
    model = shipped()
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "record_id",
        "probability_two_random_records_match": model.prior(records.num_rows),
        "comparisons": comparisons(model),
        "blocking_rules_to_generate_predictions": list(_bare_rules()),
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
    }


def _bare_rules() -> Iterator[str | dict[str, Any]]:
    """The same rules; a list's elements are exploded, which is Splink's own way."""
    for rule in RULES:
        if not rule.element:
            yield from rule.conditions()
            continue
        same = " and ".join(f"l.{column} = r.{column}" for column in (*rule.columns, rule.element))
        yield {"blocking_rule": same, "sql_dialect": "duckdb", "arrays_to_explode": [rule.element]}


def new(folder: Path) -> dict[str, Any]:
    """The last records as what has just come, against all others."""
    records = pq.read_table(folder / "tokens")
    fresh, resident = records.slice(records.num_rows - NEW), records.slice(0, records.num_rows - NEW)
    pq.write_table(resident, folder / "resident", compression="zstd")  # as reconciliation/resident.py keeps them
    resident_rows = resident.num_rows
    del records, resident
    started = time.perf_counter()
    pairs = find_pairs_between(fresh, pq.read_table(folder / "resident"), shipped())
    return {"seconds": time.perf_counter() - started, "new": NEW, "resident": resident_rows, "pairs": pairs.num_rows}


def _truth(folder: Path) -> Truth:
    truth = Truth()
    person, first = json.loads((folder / "truth.json").read_text())
    truth.person, truth.first = dict(person), dict(first)
    return truth


def spark(folder: Path) -> dict[str, Any]:
    """The same pairs on Spark in local mode."""
    if importlib.util.find_spec("pyspark") is None:
        return {"skipped": "pyspark is not installed"}
    records = pq.read_table(folder / "tokens").slice(0, SPARK_ROWS)
    started = time.perf_counter()
    there = find_pairs(records, shipped(), engine="spark")
    seconds = time.perf_counter() - started
    here = find_pairs(records, shipped())
    columns = ["left_id", "right_id", "tier", "rule", "levels"]
    off = max(
        (abs(a - b) for a, b in zip(here["weight"].to_pylist(), there["weight"].to_pylist(), strict=False)), default=0.0
    )
    return {
        "seconds": seconds, "records": records.num_rows, "pairs": here.num_rows,
        "the same": here.select(columns).to_pylist() == there.select(columns).to_pylist(), "weights off": off,
    }  # fmt: skip


def clear(folder: Path) -> dict[str, Any]:
    """What it costs to compare tokens instead of clear strings."""
    return best_f1(folder, _truth(folder))


if __name__ == "__main__":
    main()
