"""Eight attribution models on a million journeys beside ChannelAttribution, and BG/NBD on a million customers.

    .venv/bin/python tests/benchmarks/attribution.py [--journeys N] [--beside interpreter]

The other interpreter has ChannelAttribution and matplotlib (PyPI; GPL, so never a dependency of ours); without one that
part is left out, and said so. It gets the same journeys, a path for each, and again with equal paths summed up, which ours
gets too; the clock starts after imports and reading, and covers its Markov model alone. Seconds are the processor's, all threads together, as others may use it too. The exact Markov model is
held against a dense linear solve for each channel removed.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from reports.analysis.attribution.journeys import BRAND, DIRECT, NON_BRAND, Journeys, from_paths
from reports.analysis.attribution.models import (
    chain,
    first,
    last,
    last_without,
    linear,
    markov,
    position,
    removal,
    shapley_rate,
    time_decay,
)
from reports.analysis.lifetime import bg_nbd
from reports.analysis.lifetime.purchases import Floats, Purchases

CHANNELS = ("display", "social", "search", "email", "affiliate", "video", "brand search", "direct")
INTENT = np.array([NON_BRAND] * 6 + [BRAND, DIRECT])
LIMIT_MODELS, LIMIT_CUSTOMERS, LIMIT_ERROR = 2.0, 5.0, 1e-9  # seconds, seconds, share of removal effects
CUSTOMERS = 1_000_000
RUNS = 3

MODELS: dict[str, Callable[[Journeys], object]] = {
    "last": last, "last_non_direct": lambda of: last_without(of, (DIRECT,)), "first": first, "linear": linear,
    "time_decay": time_decay, "position": position, "markov": markov, "shapley_rate": shapley_rate,
}  # fmt: skip

OTHER = """
import contextlib, io, sys, time
import pandas as pd
with contextlib.redirect_stdout(io.StringIO()):
    import ChannelAttribution as other
    for file in sys.argv[1:]:
        paths = pd.read_csv(file)
        started = time.process_time()
        other.markov_model(paths, "path", "conversions", var_value="value", var_null="nulls", order=1, seed=1, verbose=False,
                           flg_pro=False)
        print("SECONDS", time.process_time() - started, file=sys.stderr)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--journeys", type=int, default=1_000_000)
    parser.add_argument("--beside", help="an interpreter that has ChannelAttribution")
    given = parser.parse_args()
    journeys = drawn(given.journeys)
    print(f"{given.journeys:,} journeys, {len(journeys.touch):,} touches, {len(CHANNELS)} channels", flush=True)
    seconds = {name: _seconds(lambda model=model: model(journeys)) for name, model in MODELS.items()}  # type: ignore[misc]
    print(", ".join(f"{name} {one:.3f}" for name, one in seconds.items()))
    ours = sum(seconds.values())
    print(f"eight models: {ours:.2f} s (at most {LIMIT_MODELS:g})")
    error = float(np.abs(removal(chain(journeys)) - dense(journeys)).max())
    print(f"exact Markov, furthest from a dense solve: {error:.1e} (at most {LIMIT_ERROR:g})")
    if given.beside:
        paths = summed(journeys)
        plain, grouped = _other(given.beside, journeys, paths)
        print(f"ChannelAttribution's Markov alone: {plain:.2f} s, {plain / ours:.1f} × our eight models (more than 1)")
        again = from_paths((path, *row) for path, row in paths.items())
        alone = _seconds(lambda: markov(again))
        print(f"on its {len(paths):,} different paths: its Markov {grouped:.2f} s, ours {alone:.3f} s")
    else:
        print("ChannelAttribution was left out: name an interpreter that has it by --beside")
    customers = _customers(CUSTOMERS)
    fitted = _seconds(lambda: bg_nbd.fit(customers), 1)
    print(f"BG/NBD on {CUSTOMERS:,} customers: {fitted:.2f} s (at most {LIMIT_CUSTOMERS:g})")
    if ours > LIMIT_MODELS or error > LIMIT_ERROR or fitted > LIMIT_CUSTOMERS:
        raise SystemExit("A limit is passed.")


def drawn(n: int) -> Journeys:
    random = np.random.default_rng(7)
    lengths = 1 + random.poisson(2.0, n)
    touch = random.choice(len(CHANNELS), lengths.sum(), p=[0.2, 0.2, 0.15, 0.1, 0.05, 0.1, 0.12, 0.08])
    starts = np.concatenate([[0], np.cumsum(lengths)])
    done: Floats = (random.random(n) < 0.06).astype(float)
    days = np.repeat(random.random(n) * 10, lengths) * (np.repeat(starts[1:], lengths) - 1 - np.arange(len(touch)))
    return Journeys(CHANNELS, touch, starts, done, 40 * done, 1 - done, days=days, intent=INTENT[touch])


def dense(journeys: Journeys) -> Floats:
    """Shares of removal effects, by solving the chain anew without each channel."""
    of = chain(journeys)
    size = len(of.start)
    seen = np.where(of.leaving > 0, of.leaving, 1.0)
    moves, converts = of.moves / seen[:, None], of.converts / seen
    whole = of.start @ np.linalg.solve(np.eye(size) - moves, converts)
    effects = np.empty(size)
    for one in range(size):
        rest = np.arange(size) != one
        without = np.linalg.solve(np.eye(size - 1) - moves[np.ix_(rest, rest)], converts[rest])
        effects[one] = 1 - of.start[rest] @ without / whole
    return np.asarray(effects / effects.sum())


def _customers(n: int) -> Purchases:
    """A year and a half of BG/NBD customers, their times in whole days."""
    random = np.random.default_rng(3)
    age = np.rint(random.uniform(13, 78, n) * 7) / 7
    rate, leaves = random.gamma(0.25, 1 / 4.4, n), random.beta(0.8, 2.4, n)
    life = np.minimum(age, np.where(rate > 0, random.geometric(np.clip(leaves, 1e-9, 1)) / np.maximum(rate, 1e-9), age))
    repeats = random.poisson(rate * life)
    last_at = np.rint(life * np.where(repeats > 0, random.beta(np.maximum(repeats, 1), 1), 0) * 7) / 7
    return Purchases(repeats.astype(np.int64), np.minimum(last_at, age), age, np.zeros(n))


def _seconds(action: Callable[[], object], runs: int = RUNS) -> float:
    taken = []
    for _ in range(runs):
        started = time.process_time()
        action()
        taken.append(time.process_time() - started)
    return min(taken)


def _paths(journeys: Journeys) -> Iterator[tuple[str, ...]]:
    names = np.array(journeys.channels)[journeys.touch].tolist()
    return (tuple(names[begin:end]) for begin, end in pairwise(journeys.starts.tolist()))


def summed(journeys: Journeys) -> dict[tuple[str, ...], tuple[float, float, float]]:
    """Conversions, value and nulls of equal paths."""
    found: dict[tuple[str, ...], tuple[float, float, float]] = {}
    for n, path in enumerate(_paths(journeys)):
        done, value, nulls = found.get(path, (0.0, 0.0, 0.0))
        found[path] = (done + journeys.conversions[n], value + journeys.value[n], nulls + journeys.nulls[n])
    return found


def _other(
    interpreter: str, journeys: Journeys, paths: dict[tuple[str, ...], tuple[float, float, float]]
) -> tuple[float, float]:  # fmt: skip
    """Seconds of its Markov model on a path for each journey, and on equal paths summed up."""
    rows = zip(_paths(journeys), journeys.conversions, journeys.value, journeys.nulls, strict=True)
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / "plain.csv", Path(folder) / "grouped.csv"]
        _write(files[0], rows)
        _write(files[1], ((path, *row) for path, row in paths.items()))
        done = subprocess.run([interpreter, "-c", OTHER, *map(str, files)], capture_output=True, text=True, check=False)
    seconds = [float(line.split()[1]) for line in done.stderr.splitlines() if line.startswith("SECONDS ")]
    if len(seconds) != len(files):
        raise SystemExit(f"ChannelAttribution failed: {done.stderr.strip().splitlines()[-1:]}")
    return seconds[0], seconds[1]


def _write(file: Path, rows: Iterable[tuple[tuple[str, ...], float, float, float]]) -> None:
    with file.open("w", encoding="utf-8") as lines:
        lines.write("path,conversions,value,nulls\n")
        lines.writelines(f"{' > '.join(path)},{done:.0f},{value},{nulls:.0f}\n" for path, done, value, nulls in rows)


if __name__ == "__main__":
    main()
