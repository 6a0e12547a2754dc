"""Two channels in regions with an event in some of them, every order counted twice: as seen, and as it would have been.

Truth is what happened to these orders, not the parameter that drew them: of B's orders in the treated regions and weeks
of the event, the share that was A's.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

import numpy as np
from numpy.random import Generator

from reports.analysis.event import DELISTING, LAUNCH, NOTHING_ELSE_CHANGED, PROMOTION, STOCK_OUT, Event
from reports.analysis.panel import WEEK, Panel
from tests.simulation.measurement.demand import PROCESSES, Array, Demand

MONDAY = date(2024, 1, 1)
A, B = "own", "market"


@dataclass(frozen=True, slots=True)
class Design:
    """What a seller's situation is; a family is one design and many worlds.

    ``ratio`` is B's orders per order of A once B has ramped up. ``kappa`` None draws κ ~ U(−0.1, 0.7).
    """

    regions: int = 20
    treated: int = 5
    before: int = 52
    after: int = 13
    ratio: float = 0.4
    kappa: float | None = None
    a_day: float = 20.0  # A's orders a day and region
    kind: str = LAUNCH  # or DELISTING, STOCK_OUT, PROMOTION
    chosen: Literal["lot", "growth"] = "lot"
    leak: float = 0.0  # of B's orders in treated regions, that many more fall into the others
    shock: float = 0.0  # what else changed in treated regions, of A's demand
    attested: bool = True
    index: bool = False  # an index of the category's demand is there, with 5 % noise


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """``alone`` is A's orders without B, ``taken`` those of them that went to B (negative: B brought A orders), ``fresh``
    B's orders that are nobody's loss; all regions × weeks, as if B's event took nothing away and added nothing.
    """

    panel: Panel
    event: Event
    truth: float
    alone: Array
    taken: Array
    fresh: Array


def world(rng: Generator, design: Design, process: str) -> World:
    weeks = design.before + design.after
    demand = PROCESSES[process](rng, design.regions, weeks)
    if design.chosen == "growth":
        growth = rng.normal(0.05, 0.15, (design.regions, 1)) * np.arange(weeks) / 52
        demand = replace(demand, log=demand.log + growth)
    treated = _chosen(rng, design, demand)
    level = _levels(rng, design, demand)
    level[treated, design.before :] *= 1 + design.shock
    alone = _counts(rng, level, demand)
    kappa = rng.uniform(-0.1, 0.7) if design.kappa is None else design.kappa
    share = np.clip(rng.normal(kappa, 0.25 * abs(kappa), (design.regions, 1)), -0.3, 0.95)
    if design.kind == LAUNCH:
        return _launch(rng, design, demand, treated, level, alone, share)
    return _existing(rng, design, demand, treated, level, alone, share)


def taken_of(rng: Generator, orders: Array, share: Array, at_most: Array) -> Array:
    """Of these orders of B, those that A lost; negative where B brings A orders."""
    drawn = np.sign(share) * rng.binomial(orders.astype(np.int64), np.broadcast_to(np.abs(share), orders.shape))
    lost: Array = np.minimum(drawn, at_most)
    return lost


def _launch(
    rng: Generator, design: Design, demand: Demand, treated: Array, level: Array, alone: Array, share: Array
) -> World:
    week = np.arange(design.before + design.after) - design.before
    ramp = np.where(week >= 0, 1 - np.exp(-(week + 1) / rng.uniform(1.5, 4)), 0)
    where = np.where(treated, 1.0, 0.0)
    if design.leak:
        where += ~treated * design.leak * level[treated].sum() / level[~treated].sum()
    orders = _counts(rng, _second(rng, design, demand, level) * ramp * where[:, None], demand)
    taken = taken_of(rng, orders, share, alone)
    cells = treated[:, None] & (week >= 0)
    return _seen(
        rng, design, demand, treated, alone, taken, orders - taken, alone - taken, orders, _ratio(taken, orders, cells)
    )


def _existing(
    rng: Generator, design: Design, demand: Demand, treated: Array, level: Array, alone: Array, share: Array
) -> World:
    """B sells everywhere; the event takes its orders away in some regions (all, or a stock-out's 80 %), or adds to them."""
    week = np.arange(design.before + design.after) - design.before
    cells = treated[:, None] & (week >= 0)
    mean = _second(rng, design, demand, level)
    orders = _counts(rng, mean, demand)
    taken = taken_of(rng, orders, share, alone)
    if design.kind == PROMOTION:
        more = np.where(cells, _counts(rng, 0.8 * mean, demand), 0)
        moved = taken_of(rng, more, share, alone - np.maximum(taken, 0))
        a, b = alone - taken - moved, orders + more
    else:
        part = 1.0 if design.kind == DELISTING else 0.8
        moved = np.where(cells, np.sign(taken) * rng.binomial(np.abs(taken).astype(np.int64), part), 0)
        rest = np.where(cells, rng.binomial((orders - np.maximum(taken, 0)).astype(np.int64), part), 0)
        more = np.maximum(moved, 0) + rest
        a, b = alone - taken + moved, orders - more
    return _seen(rng, design, demand, treated, alone, taken, orders - taken, a, b, _ratio(moved, more, cells))


def _seen(
    rng: Generator, design: Design, demand: Demand, treated: Array,
    alone: Array, taken: Array, fresh: Array, a: Array, b: Array, truth: float,
) -> World:  # fmt: skip
    weeks = tuple(MONDAY + number * WEEK for number in range(design.before + design.after))
    regions = tuple(f"R{number:02}" for number in range(design.regions))
    starts = weeks[design.before]
    passing = design.kind in {STOCK_OUT, PROMOTION}
    event = Event(
        A, B, tuple(name for name, there in zip(regions, treated, strict=True) if there), starts, design.kind,
        starts + timedelta(weeks=design.after) if passing else None, design.chosen == "lot",
        frozenset({NOTHING_ELSE_CHANGED}) if design.attested else frozenset(),
    )  # fmt: skip
    index = 100 * np.exp(demand.category + rng.normal(0, 0.05, a.shape)) if design.index else None
    orders = {A: a.astype(np.float64), B: b.astype(np.float64)}
    return World(Panel(weeks, regions, orders, {}, index), event, truth, alone, taken, fresh)


def _chosen(rng: Generator, design: Design, demand: Demand) -> Array:
    """Which regions: by lot, or those that grew most in the last half year as the seller saw it."""
    treated = np.zeros(design.regions, dtype=bool)
    if design.chosen == "lot":
        treated[rng.choice(design.regions, design.treated, replace=False)] = True
        return treated
    seen = demand.log[:, : design.before]
    grown = seen[:, -13:].mean(axis=1) - seen[:, :-26].mean(axis=1)
    treated[np.argsort(grown)[-design.treated :]] = True
    return treated


def _levels(rng: Generator, design: Design, demand: Demand) -> Array:
    size = np.exp(rng.normal(0, 0.6, (design.regions, 1)))
    centred = demand.log - demand.log[:, : design.before].mean(axis=1, keepdims=True)
    levels: Array = 7 * design.a_day * size / size.mean() * np.exp(centred)
    return levels


def _second(rng: Generator, design: Design, demand: Demand, level: Array) -> Array:
    """B's mean orders at full size: they share most of A's demand, not all."""
    own = np.exp(rng.normal(0, 0.2, (design.regions, 1)) + rng.normal(0, 0.06, level.shape))
    centred = demand.log - demand.log[:, : design.before].mean(axis=1, keepdims=True)
    mean: Array = design.ratio * level * np.exp(-0.3 * centred) * own / np.exp((0.2**2 + 0.06**2) / 2)
    return mean


def _counts(rng: Generator, mean: Array, demand: Demand) -> Array:
    counts: Array = rng.poisson(mean * demand.excess(rng))
    return counts


def _ratio(part: Array, whole: Array, cells: Array) -> float:
    return float(part[cells].sum() / max(1, whole[cells].sum()))
