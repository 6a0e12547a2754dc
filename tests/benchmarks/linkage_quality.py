"""How right the matching is on made-up companies whose truth is known, counting what the default policies admit.

    .venv/bin/python tests/benchmarks/linkage_quality.py [--rows 100000 1000000] [--seeds 1 2 3] [--sets facts sparse]

Each run in a process of its own: population, tokens, the shipped model trained on the records as ``match`` does, 500
stratified labels answered from the truth, people. Prints a table and writes var/linkage_quality.json.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from reconciliation.identity.calibration import fit, wilson  # noqa: E402
from reconciliation.identity.linking.model import shipped  # noqa: E402
from reconciliation.identity.linking.training import train  # noqa: E402
from tests.population import recording  # noqa: E402
from tests.population.matching import Matched, found, labelled, matched  # noqa: E402
from tests.population.population import admitted, population  # noqa: E402
from tests.population.rates import SETS  # noqa: E402
from tests.population.truth import Pair, Sort, Truth  # noqa: E402

LABELS = 500
Z95 = 1.959964
OUT = Path(os.environ.get("PLUMBLINE_VAR", ROOT / "var")) / "linkage_quality.json"
VISIBLE = (Sort.CLEAR, Sort.HALF)
HEAD = (
    "set",
    "rows",
    "seed",
    "signals",
    "links",
    "precision",
    "lower",
    "recall",
    "clear",
    "masked",
    "Σp/true",
    "broken",
    "s",
)


def main(asked: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    given = parser.parse_args(asked)
    print(_line(HEAD), flush=True)
    kept = []
    for rows, name, seed in product(given.rows, given.sets, given.seeds):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            kept.append(pool.submit(measure, rows, name, seed).result())
        print(_line(_cells(kept[-1])), flush=True)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    for what, aim, worst in _verdict(kept):
        print(f"{what}: {worst} (aim {aim})")


def measure(rows: int, name: str, seed: int) -> dict[str, Any]:
    """One company matched and held against its truth."""
    started = time.perf_counter()
    truth = Truth()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows"
        recording.write(truth.watch(admitted(population(rows, seed, SETS[name]))), file)
        records = recording.read(file)
    pairs = found(records, train(records, shipped()))
    calibration = fit(labelled(pairs, truth, LABELS, seed))
    return {
        "set": name, "rows": rows, "seed": seed, "records": records.num_rows,
        **judged(matched(records, pairs, calibration, truth), truth), "seconds": time.perf_counter() - started,
    }  # fmt: skip


def judged(of: Matched, truth: Truth) -> dict[str, Any]:
    """Links that needed nobody's word, held against the truth; recall is that of pairs of which both sides show
    a name or a phone, clear or masked on one side."""
    right = [pair for pair in of.linked if truth.same(*pair)]
    there, got = _count(truth.pairs(), truth), _count(right, truth)
    half = ("shopee", "shopify", Sort.HALF)
    visible = [key for key in there if key[2] in VISIBLE]
    same = [truth.same(*pair) for pair in zip(of.pairs["left"].to_pylist(), of.pairs["right"].to_pylist(), strict=True)]
    return {
        "links": len(of.linked), "right": len(right), "precision": len(right) / max(1, len(of.linked)),
        "lower": wilson(len(right) / max(1, len(of.linked)), len(of.linked), Z95)[0],
        "visible": sum(there[key] for key in visible), "hidden": sum(there.values()) - sum(there[key] for key in visible),
        "recall": sum(got[key] for key in visible) / max(1, sum(there[key] for key in visible)),
        "recall_clear": _share(got, there, Sort.CLEAR), "recall_masked": got[half] / max(1, there[half]),
        "expected": sum(of.pairs["probability"].to_pylist()), "true": sum(same), "pairs": of.pairs.num_rows,
        "violations": len(of.violations()),
        "by": {" ".join(key): [got[key], there[key]] for key in sorted(there)},
    }  # fmt: skip


def _count(pairs: Iterable[Pair], truth: Truth) -> Counter[tuple[str, str, Sort]]:
    return Counter((*truth.channels(pair), truth.sort(pair)) for pair in pairs)


def _share(got: Counter[tuple[str, str, Sort]], there: Counter[tuple[str, str, Sort]], sort: Sort) -> float:
    keys = [key for key in there if key[2] is sort]
    return sum(got[key] for key in keys) / max(1, sum(there[key] for key in keys))


def _cells(one: dict[str, Any]) -> tuple[str, ...]:
    return (
        one["set"], f"{one['rows']:,}", str(one["seed"]), f"{one['records']:,}", f"{one['links']:,}",
        *(f"{one[name]:.4f}" for name in ("precision", "lower", "recall", "recall_clear", "recall_masked")),
        f"{one['expected'] / max(1, one['true']):.3f}", str(one["violations"]), f"{one['seconds']:.0f}",
    )  # fmt: skip


def _line(cells: Iterable[str]) -> str:
    return "".join(f"{cell:>13}" if place else f"{cell:<13}" for place, cell in enumerate(cells))


def _verdict(kept: list[dict[str, Any]]) -> Iterable[tuple[str, str, str]]:
    yield "precision of links, lower 95 % bound, worst", "≥ 0.99", f"{min(one['lower'] for one in kept):.4f}"
    for rows, aim in ((100_000, 0.70), (1_000_000, 0.65)):
        some = [one["recall"] for one in kept if one["rows"] == rows]
        if some:
            yield f"recall of visible pairs at {rows:,} rows, worst", f"≥ {aim}", f"{min(some):.3f}"
    yield "recall of masked Shopee–Shopify pairs, worst", "≥ 0.50", f"{min(one['recall_masked'] for one in kept):.3f}"
    off = max(abs(one["expected"] / max(1, one["true"]) - 1) for one in kept)
    yield f"Σp against the truth after {LABELS} labels, worst", "± 3 %", f"± {off:.1%}"
    yield "constraints broken", "0", str(sum(one["violations"] for one in kept))


if __name__ == "__main__":
    main()
