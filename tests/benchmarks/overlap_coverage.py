# ruff: noqa: E402 - Django is set up before its modules are imported; no database is touched
"""How often the overlap's 90 % interval holds the truth, where being seen may depend on being shared.

    .venv/bin/python tests/benchmarks/overlap_coverage.py [--companies 100] [--rows 20000] [--keep FOLDER]

Each made-up company sells in one market for three months; its odds ratio between showing something and buying on both
channels goes from 0.5 to 2. Matching, labels and the estimate are those of production, without its database. With a
folder to keep what was matched, a second run estimates anew and matches nothing.
"""

import argparse
import json
import os
import pickle
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple, dataclass
from datetime import date
from functools import cached_property, partial
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

import pyarrow as pa

from reconciliation.bought import EVER, Buyers, Cross, Shown, speaks
from reconciliation.identity.calibration import fit
from reconciliation.identity.competition import compete
from reconciliation.identity.linking.model import Model, shipped
from reconciliation.identity.linking.training import train
from reconciliation.identity.overlap import Estimate, estimate
from reconciliation.identity.sampling import draw
from reconciliation.overlap import Evidence, Told, groups
from tests.population import recording
from tests.population.matching import FLOOR, found, labelled, matched
from tests.population.population import Row, admitted, population
from tests.population.rates import FACTS
from tests.population.truth import Truth

MARKETS = ("MY", "TH", "TW", "SG", "VN", "ID")
MONTHS = 3
LABELS = 500
CHANNELS = ("shopee", "shopify")
Numbers = tuple[str, dict[str, Any]]  # a model's version and parameters
OUT = Path(os.environ.get("PLUMBLINE_VAR", ROOT / "var")) / "overlap_coverage.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=100)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        models = dict(zip(MARKETS, pool.map(learned, MARKETS, repeat(given.rows), repeat(given.keep)), strict=True))
        jobs = [
            pool.submit(measure, seed, given.rows, 0.5 * 4 ** (seed / max(1, given.companies - 1)), models, given.keep)
            for seed in range(given.companies)
        ]
        kept = [cell for job in jobs for cell in job.result()]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(kept, indent=1) + "\n")
    _say(kept)


@dataclass(frozen=True)
class Made:
    """A company as it was made up and matched. ``linked`` are pairs of accounts, ``persons`` the person of each."""

    market: str
    odds: float
    rows: list[Row]
    model: Numbers
    pairs: pa.Table
    linked: frozenset[tuple[int, int]]
    persons: Mapping[int, int]
    told: Sequence[Told]

    @cached_property
    def truth(self) -> Truth:
        truth = Truth()
        for row in self.rows:
            truth.add(row)
        return truth


def learned(market: str, rows: int, folder: Path | None) -> Numbers:
    """A model trained on another company of the market."""
    numbers: Numbers = _kept(folder, f"{market}-{rows}", partial(_learn, market, rows))
    return numbers


def _learn(market: str, rows: int) -> Numbers:
    table = recording.records(recording.shown(admitted(population(rows, 10_000, markets=(market,), months=MONTHS))))
    model = train(table, shipped())
    return model.version, dict(model.parameters)


def _kept(folder: Path | None, name: str, make: Callable[[], Any]) -> Any:
    """What was made before under this name, or now."""
    if folder is None:
        return make()
    path = folder / f"{name}.pickle"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(make()))
    return pickle.loads(path.read_bytes())  # noqa: S301 - written by this program


def measure(
    seed: int, rows: int, odds: float, models: Mapping[str, Numbers], folder: Path | None
) -> list[dict[str, Any]]:
    """The months of one company, each estimated and held against the truth."""
    market = MARKETS[seed % len(MARKETS)]
    made = _kept(folder, f"{seed}-{rows}-{odds:.4f}", partial(made_up, seed, rows, odds, market, models[market]))
    overlap = made.truth.overlap()
    return [
        {
            "seed": seed, "market": market, "month": month, "odds": odds, "true": overlap[(*CHANNELS, market, month)],
            **dict(zip(Estimate.__slots__, astuple(one), strict=True)),
        }
        for month, one in enumerate(estimates(made))
    ]  # fmt: skip


def made_up(seed: int, rows: int, odds: float, market: str, numbers: Numbers) -> Made:
    """A company, matched and labelled."""
    truth = Truth()
    kept = list(truth.watch(admitted(population(rows, seed, FACTS, odds, (market,), MONTHS))))
    records = recording.records(recording.shown(kept))
    pairs = found(records, Model(*numbers))
    of = matched(records, pairs, fit(labelled(pairs, truth, LABELS, seed)), truth)
    told = [
        (one.left, one.right, one.stratum, one.inclusion, truth.same(one.left, one.right))
        for one in draw(compete(pairs), LABELS, seed)  # the same that ``labelled`` drew
    ]
    return Made(market, odds, kept, numbers, of.pairs, frozenset(of.linked), of.clustering.person, told)


def estimates(made: Made) -> list[Estimate]:
    """As ``reconciliation.overlap`` estimates a market's months."""
    months = {date(2026, 1 + month, 1): month for month in range(MONTHS)}
    there, linked = {}, {}
    for on, month in [*months.items(), (EVER, None)]:
        shows = _shows(made, month)
        for channel in CHANNELS:
            told = [shown for one, shown in shows.items() if made.truth.channel[one] == channel]
            there[channel, made.market, on] = _buyers(channel, made.market, on, told)
        linked[*CHANNELS, made.market, on] = list(_crosses(made, shows, on))
    accounts = {(channel, made.market): there.pop((channel, made.market, EVER)).accounts for channel in CHANNELS}
    known = Evidence(there, accounts, linked, made.told)
    keys = [(*CHANNELS, made.market, on) for on in months]
    return [estimate(group) for _, group in groups(CHANNELS, keys, known)]


def _shows(made: Made, month: int | None) -> dict[int, list[bool]]:
    """Whether each account that bought in the month, or ever, shows a contact in clear, an alias, a place."""
    shows: dict[int, list[bool]] = defaultdict(lambda: [False] * 3)
    for row in made.rows:
        if month is None or month in row.months:
            told, buyer = shows[row.account], row.buyer
            told[0] |= bool(buyer.email) or row.phone == "clear"
            told[1] |= bool(buyer.username or buyer.email)
            told[2] |= bool(row.name and (buyer.postcode or buyer.street))
    return shows


def _buyers(channel: str, market: str, on: date, told: list[list[bool]]) -> Buyers:
    contact, alias, place = (sum(one[at] for one in told) for at in range(3))
    both, alias_too = (sum(one[at] and one[2] for one in told) for at in (0, 1))
    return Buyers(channel, market, on, len(told), contact, alias, place, both, alias_too, 0)


def _crosses(made: Made, shows: dict[int, list[bool]], on: date) -> Iterator[Cross]:
    names = ("left", "right", "probability", "tier", "levels", "weight")
    person, channel, model = made.persons, made.truth.channel, Model(*made.model)
    for left, right, p, tier, levels, weight in zip(*(made.pairs[name].to_pylist() for name in names), strict=True):
        if left not in shows or right not in shows or channel[left] == channel[right] or p < FLOOR:
            continue
        one, other = (left, right) if channel[left] == CHANNELS[0] else (right, left)
        yield Cross(
            *CHANNELS, made.market, on, one, other, str(person.get(one, one)), str(person.get(other, other)), p, tier,
            "auto" if (left, right) in made.linked else "review", Shown(*shows[one]), Shown(*shows[other]),
            speaks(levels, weight, model, FLOOR),
        )  # fmt: skip


def _say(kept: list[dict[str, Any]]) -> None:
    told = [one for one in kept if one["total"] is not None]
    print(f"{len(kept)} months of companies, {len(told)} told, {len(kept) - len(told)} suppressed")
    if not told:
        return
    covered = sum(one["low"] <= one["true"] <= one["high"] for one in told)
    half = statistics.median((one["high"] - one["low"]) / 2 / max(one["total"], 1e-9) for one in told)
    off = statistics.median(one["total"] / max(one["true"], 1) - 1 for one in told)
    print(f"covered: {covered / len(told):.1%} (aim ≥ 85 %), median half-width {half:.1%} (aim ≤ 30 %), "
          f"median error of the point {off:+.1%}")  # fmt: skip
    for low, high in ((0.5, 0.8), (0.8, 1.25), (1.25, 2.01)):
        some = [one for one in told if low <= one["odds"] < high]
        if some:
            inside = sum(one["low"] <= one["true"] <= one["high"] for one in some)
            print(f"  odds ratio {low}–{high}: {inside} of {len(some)} covered, "
                  f"point {statistics.median(one['total'] / max(one['true'], 1) - 1 for one in some):+.1%}")  # fmt: skip


if __name__ == "__main__":
    main()
