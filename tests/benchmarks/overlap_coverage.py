# ruff: noqa: E402 - Django is set up before its modules are imported; no database is touched
"""How often the overlap's 90 % interval holds the truth, where being seen may depend on being shared.

    .venv/bin/python tests/benchmarks/overlap_coverage.py [--companies 100] [--rows 20000]

Each made-up company sells in one market for three months; its odds ratio between showing something and buying on both
channels goes from 0.5 to 2. Matching, labels and the estimate are those of production, without its database.
"""

import argparse
import json
import os
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from reconciliation.bought import Buyers, Cross, Shown, speaks
from reconciliation.identity.calibration import fit
from reconciliation.identity.linking.model import Model, shipped
from reconciliation.identity.linking.training import train
from reconciliation.identity.overlap import Estimate, estimate
from reconciliation.overlap import _DOUBT, _group
from tests.population import recording
from tests.population.matching import FLOOR, Matched, found, labelled, matched
from tests.population.population import Row, admitted, population
from tests.population.rates import FACTS
from tests.population.truth import Truth

MARKETS = ("MY", "TH", "TW", "SG", "VN", "ID")
MONTHS = 3
LABELS = 500
CHANNELS = ("shopee", "shopify")
OUT = Path(os.environ.get("PLUMBLINE_VAR", ROOT / "var")) / "overlap_coverage.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=100)
    parser.add_argument("--rows", type=int, default=20_000)
    given = parser.parse_args()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        models = dict(zip(MARKETS, pool.map(learned, MARKETS, [given.rows] * len(MARKETS)), strict=True))
        jobs = [
            pool.submit(measure, seed, given.rows, 0.5 * 4 ** (seed / max(1, given.companies - 1)), models[market])
            for seed in range(given.companies)
            for market in [MARKETS[seed % len(MARKETS)]]
        ]
        kept = [cell for job in jobs for cell in job.result()]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(kept, indent=1) + "\n")
    _say(kept)


def learned(market: str, rows: int) -> tuple[str, dict[str, Any]]:
    """A model trained on another company of the market."""
    table = recording.records(recording.shown(admitted(population(rows, 10_000, markets=(market,), months=MONTHS))))
    model = train(table, shipped())
    return model.version, dict(model.parameters)


def measure(seed: int, rows: int, odds: float, model: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The months of one company, each estimated and held against the truth."""
    market = MARKETS[seed % len(MARKETS)]
    truth = Truth()
    kept = list(truth.watch(admitted(population(rows, seed, FACTS, odds, (market,), MONTHS))))
    records = recording.records(recording.shown(kept))
    pairs = found(records, Model(*model))
    of = matched(records, pairs, fit(labelled(pairs, truth, LABELS, seed)), truth)
    overlap = truth.overlap()
    cells = []
    for month in range(MONTHS):
        one = _estimated(kept, of, truth, market, month)
        true = overlap[(*CHANNELS, market, month)]
        cells.append({"seed": seed, "market": market, "month": month, "odds": odds, "true": true, **_fields(one)})
    return cells


def _fields(one: Estimate) -> dict[str, Any]:
    return dict(zip(Estimate.__slots__, astuple(one), strict=True))


def _estimated(kept: list[Row], of: Matched, truth: Truth, market: str, month: int) -> Estimate:
    """As ``reconciliation.overlap`` estimates a market and month."""
    shows: dict[int, list[bool]] = defaultdict(lambda: [False] * 3)
    for row in kept:
        if month in row.months:
            told, buyer = shows[row.account], row.buyer
            told[0] |= bool(buyer.email) or row.phone == "clear"
            told[1] |= bool(buyer.username or buyer.email)
            told[2] |= bool(row.name and (buyer.postcode or buyer.street))
    on = date(2026, 1 + month, 1)
    there = {
        (channel, market, on): _buyers(
            channel, market, on, [told for one, told in shows.items() if truth.channel[one] == channel]
        )
        for channel in CHANNELS
    }
    group = _group((*CHANNELS, market, on), there, list(_crosses(of, truth, shows, market, on)), None, _DOUBT)
    return estimate(group)


def _buyers(channel: str, market: str, on: date, told: list[list[bool]]) -> Buyers:
    contact, alias, place = (sum(one[at] for one in told) for at in range(3))
    both, alias_too = (sum(one[at] and one[2] for one in told) for at in (0, 1))
    return Buyers(channel, market, on, len(told), contact, alias, place, both, alias_too, 0)


def _crosses(of: Matched, truth: Truth, shows: dict[int, list[bool]], market: str, on: date) -> Iterator[Cross]:
    names = ("left", "right", "probability", "tier", "levels")
    person = of.clustering.person
    linked = set(of.linked)
    for left, right, p, tier, levels in zip(*(of.pairs[name].to_pylist() for name in names), strict=True):
        if left not in shows or right not in shows or truth.channel[left] == truth.channel[right] or p < FLOOR:
            continue
        one, other = (left, right) if truth.channel[left] == CHANNELS[0] else (right, left)
        state = "auto" if (left, right) in linked else "review"
        yield Cross(
            *CHANNELS, market, on, one, other, str(person.get(one, one)), str(person.get(other, other)), p, tier, state,
            Shown(*shows[one]), Shown(*shows[other]), speaks(levels),
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
