"""Families of worlds and the estimator that each of their questions is put to."""

import math
from collections.abc import Mapping
from datetime import datetime, time

from numpy.random import Generator

from reports.analysis.cannibalization import cannibalization
from reports.analysis.comparison import compared
from reports.analysis.event import LAUNCH, Event
from reports.analysis.halo import halo
from reports.analysis.measured import measure
from reports.analysis.panel import Panel
from reports.analysis.refusals import clean, helped
from reports.analysis.said import Said
from reports.analysis.schedule import Block
from reports.analysis.switchback import switchback
from tests.simulation.measurement.campaigns import Campaign, campaigned
from tests.simulation.measurement.demand import PROCESSES
from tests.simulation.measurement.plain import plain
from tests.simulation.measurement.question import Expected, Family, Question, Sets
from tests.simulation.measurement.switchbacks import DAILY, Schedule, switched
from tests.simulation.measurement.worlds import Design, world


def event(name: str, expected: Expected, why: str, design: Design, lots: bool = False) -> Family:
    def make(rng: Generator, run: int) -> Question:
        process = _at(PROCESSES, run)
        one = world(rng, design, process)
        yard = (
            (lambda: plain(one.panel, one.event, rng))
            if design.kind == LAUNCH and expected is not Expected.REFUSE
            else None
        )
        held = (lambda seed: held_back(one.panel, one.event, seed)) if expected is not Expected.REFUSE else None
        return Question(one.truth, lambda seed: cannibalization(one.panel, one.event, seed), process, yard, held)

    return Family(name, expected, why, make, lots, design.kappa == 0)


def switch(name: str, expected: Expected, why: str, schedule: Schedule) -> Family:
    def make(rng: Generator, run: int) -> Question:
        process = _at(DAILY, run)
        one = switched(rng, schedule, process)
        blocks = [
            Block(
                str(at),
                datetime.combine(block.start, time()),
                datetime.combine(block.end, time()),
                str(block.pair),
                block.on,
            )
            for at, block in enumerate(one.blocks)
        ]
        a, b = (
            {str(at): float(n) for at, n in enumerate(orders)}
            for orders in zip(*((x.a, x.b) for x in one.blocks), strict=True)
        )
        return Question(one.truth, lambda seed: switchback(blocks, a, b, seed=seed), process)

    return Family(name, expected, why, make, null=schedule.kappa == 0)


def campaign(name: str, expected: Expected, why: str, given: Campaign) -> Family:
    def make(rng: Generator, run: int) -> Question:
        process = _at(PROCESSES, run)
        one = campaigned(rng, given, process)
        return Question(one.truth, lambda seed: halo(one.panel, one.event, seed), process)

    return Family(name, expected, why, make, null=given.share == 0)


def held_back(panel: Panel, event: Event, seed: int) -> Sets:
    """The interval of κ that would have been given, had the design not been refused."""
    made = compared(panel, event)
    if isinstance(made, Said):
        return ()
    helping, half = helped(clean(made), seed)
    found = measure(helping, event.random_rollout, seed, half)
    spans = found.spans("affected", -1)
    low, high = min(one.low for one in spans), max(one.high for one in spans)
    return ((low if math.isfinite(low) else None, high if math.isfinite(high) else None),)


def _at(processes: Mapping[str, object], run: int) -> str:
    return list(processes)[run % len(processes)]
