"""Trains the model that is shipped, on made-up people whose truth is known.

    .venv/bin/python -m tests.reconciliation.identity.linking.ship

Nothing of FEBRL or of any real person goes into it.
"""

import json
from collections import Counter
from itertools import combinations
from pathlib import Path

import pyarrow as pa

from reconciliation.identity.linking import training
from reconciliation.identity.linking.backends import backend
from reconciliation.identity.linking.blocking import Report
from reconciliation.identity.linking.engine import find_in
from reconciliation.identity.linking.model import COMPARISONS, Model, shipped
from reconciliation.identity.linking.scoring import linker, prepare, weigher
from tests.population.population import population
from tests.population.rates import FACTS
from tests.population.recording import records, shown

VERSION = "3"  # a new one for other levels or another way of training
ROWS = 30_000
SEEDS = (101, 102)
BELIEVED = 200  # pairs; of fewer nothing is learned
EVEN = 20  # pairs that are spread evenly over the levels of a comparison
PATH = Path(training.__file__).with_name("shipped.json")


def main() -> None:
    model = shipped()
    for _ in range(2):
        model = learned(model)
    PATH.write_text(json.dumps({"version": VERSION, "parameters": model.parameters}, indent=1) + "\n", "utf-8")


def learned(start: Model) -> Model:
    """m of the pairs that are one person; u of random pairs, and for rare levels of candidates that are two."""
    same: dict[str, Counter[int]] = {name: Counter() for name in COMPARISONS}
    other: dict[str, Counter[int]] = {name: Counter() for name in COMPARISONS}
    seen: dict[str, list[float]] = {name: [0.0] * len(labels) for name, labels in COMPARISONS.items()}
    pairs = partners = 0.0
    for seed in SEEDS:
        rows = list(population(ROWS, seed=seed, rates=FACTS))
        table = records(shown(rows))
        person = {row.record: row.person for row in rows}
        true = _true(table, person)
        partners += 2 * len(true) / table.num_rows / len(SEEDS)
        pairs += table.num_rows * (table.num_rows - 1) / 2
        with backend() as run:
            run.load("records", table)
            prepared = prepare(run, "records", start)
            linked = linker(run, prepared, start, table.num_rows)
            run.load("same", true)
            weighed = weigher(run, prepared, start, table.num_rows)("same", None)
            for (levels,) in run.rows(f"select levels from {weighed}"):
                _count(same, levels)
            for pair in find_in(run, "records", prepared, start, table.num_rows, Report(), 0.0).to_pylist():
                if person[pair["left_id"]] != person[pair["right_id"]]:
                    _count(other, pair["levels"])
            for name, shares in training._seen(linked, start, seed).items():
                seen[name] = [one + share / len(SEEDS) for one, share in zip(seen[name], shares, strict=True)]
    levels = {
        name: {
            "m": _m(same[name], start.parameters["levels"][name]["m"]),
            "u": _u(same[name], other[name], seen[name], pairs),
        }
        for name in COMPARISONS
    }
    return Model(VERSION, training._made(start, levels, partners).parameters)


def _true(table: pa.Table, person: dict[int, int]) -> pa.Table:
    of: dict[int, list[tuple[int, int]]] = {}
    for record, account in zip(table["record_id"].to_pylist(), table["account"].to_pylist(), strict=True):
        of.setdefault(person[record], []).append((record, account))
    found = [
        tuple(sorted((left, right)))
        for some in of.values()
        for (left, one), (right, two) in combinations(some[:20], 2)
        if one != two
    ]
    left, right = zip(*sorted(found), strict=True)
    ids = {"join_key_l": pa.array(left, pa.int64()), "join_key_r": pa.array(right, pa.int64())}
    return pa.table({"match_key": ["0"] * len(found), **ids})


def _count(counts: dict[str, Counter[int]], levels: list[int]) -> None:
    for name, level in zip(COMPARISONS, levels, strict=True):
        if level >= 0:
            counts[name][len(COMPARISONS[name]) - 1 - level] += 1


def _m(counted: Counter[int], start: list[float]) -> list[float]:
    """A level that made-up people never show may be shown by others: it keeps a part of ``EVEN`` pairs."""
    if counted.total() < BELIEVED:
        return list(start)
    total = counted.total() + EVEN
    return [(counted[place] + EVEN / len(start)) / total for place in range(len(start))]


def _u(same: Counter[int], other: Counter[int], seen: list[float], pairs: float) -> list[float]:
    """Random pairs hold few of a rare level, and most of these are one person; the candidates hold all of it."""
    found = [max(other[place] / pairs, share - same[place] / pairs, 1e-8) for place, share in enumerate(seen)]
    return [share / sum(found) for share in found]


if __name__ == "__main__":
    main()
