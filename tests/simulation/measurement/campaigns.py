"""A brand campaign off the sites, in some regions for six weeks: what it brought each channel is known order by order."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from reports.analysis.event import CAMPAIGN, NOTHING_ELSE_CHANGED, Event
from reports.analysis.panel import WEEK, Panel
from tests.simulation.measurement.demand import PROCESSES, Array
from tests.simulation.measurement.worlds import MONDAY, A, B


@dataclass(frozen=True, slots=True)
class Campaign:
    """``lift`` is of A's and B's orders together; ``share`` of B in it, None draws U(0.15, 0.75)."""

    regions: int = 20
    treated: int = 5
    before: int = 52
    after: int = 6
    lift: float = 0.2
    share: float | None = None
    a_day: float = 20.0
    ratio: float = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Campaigned:
    """``truth`` is dB / (dA + dB) of the orders that the campaign brought (``to_a``, ``to_b``: regions × weeks)."""

    panel: Panel
    event: Event
    truth: float
    to_a: Array
    to_b: Array


def campaigned(rng: Generator, campaign: Campaign, process: str) -> Campaigned:
    count, weeks = campaign.regions, campaign.before + campaign.after
    demand = PROCESSES[process](rng, count, weeks)
    log = demand.log - demand.log[:, : campaign.before].mean(axis=1, keepdims=True)
    size = np.exp(rng.normal(0, 0.6, (count, 1)))
    a = 7 * campaign.a_day * size / size.mean() * np.exp(log)
    b = campaign.ratio * a * np.exp(-0.3 * log + rng.normal(0, 0.25, (count, 1)) + rng.normal(0, 0.06, log.shape))
    treated = np.zeros(count, dtype=bool)
    treated[rng.choice(count, campaign.treated, replace=False)] = True
    cells = treated[:, None] & (np.arange(weeks) >= campaign.before)
    share = rng.uniform(0.15, 0.75) if campaign.share is None else campaign.share
    shares = np.clip(rng.normal(share, 0.15 * share, (count, 1)), 0, 1)
    brought = campaign.lift * (a + b) * cells * rng.gamma(25, 1 / 25, (count, 1))
    to_a, to_b = rng.poisson(brought * (1 - shares)), rng.poisson(brought * shares)
    orders = {
        A: (rng.poisson(a * demand.excess(rng)) + to_a).astype(np.float64),
        B: (rng.poisson(b * demand.excess(rng)) + to_b).astype(np.float64),
    }
    starts = tuple(MONDAY + number * WEEK for number in range(weeks))
    regions = tuple(f"R{number:02}" for number in range(count))
    event = Event(
        A, B, tuple(name for name, there in zip(regions, treated, strict=True) if there), starts[campaign.before], CAMPAIGN,
        starts[-1] + WEEK, True, frozenset({NOTHING_ELSE_CHANGED}),
    )  # fmt: skip
    return Campaigned(
        Panel(starts, regions, orders), event, float(to_b.sum() / max(1, to_a.sum() + to_b.sum())), to_a, to_b
    )
