"""Small launches of known κ, for tests: regions with own sizes and noise, a season and demand that all share."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from reports.analysis.event import DELISTING, LAUNCH, NOTHING_ELSE_CHANGED, Event
from reports.analysis.panel import Panel, Series

MONDAY = date(2024, 1, 1)
OWN, MARKET = "own", "market"


def launch(
    seed: int = 0, kappa: float = 0.3, regions: int = 20, treated: int = 10, before: int = 40, after: int = 26,
    ratio: float = 1.0, noise: float = 0.05, existed: bool = False, growth: float = 0.0,
) -> tuple[Panel, Event]:  # fmt: skip
    """Orders of two channels; money is 12 per own order and 5 per market order. ``growth`` of the treated, a year."""
    generator = np.random.default_rng(seed)
    weeks = np.arange(before + after)
    sizes: Series = 150 * np.exp(generator.normal(0, 0.4, regions))
    demand: Series = (
        1 + 0.2 * np.sin(weeks / 8.3 + generator.uniform(0, 6)) + np.cumsum(generator.normal(0, 0.01, len(weeks)))
    )
    own: Series = sizes[:, None] * demand * np.exp(generator.normal(0, noise, (regions, len(weeks))))
    chosen = generator.permutation(regions)[:treated]
    own[chosen] *= 1 + growth * (weeks - before) / 52
    on = np.isin(np.arange(regions), chosen)[:, None] & (weeks >= before)
    would: Series = ratio * own * np.exp(generator.normal(0, 0.02, own.shape))
    market: Series = np.where(on, 0.0, would) if existed else np.where(on, would, 0.0)
    changed = market - would if existed else market
    orders = {OWN: np.round(own - np.where(on, kappa * changed, 0.0)), MARKET: np.round(market)}
    names = tuple(f"region {number:02}" for number in range(regions))
    money = {OWN: 12.0 * orders[OWN], MARKET: 5.0 * orders[MARKET]}
    panel = Panel(tuple(MONDAY + timedelta(7 * int(week)) for week in weeks), names, orders, money, None, "USD")
    event = Event(
        OWN, MARKET, tuple(sorted(names[row] for row in chosen)), panel.weeks[before], DELISTING if existed else LAUNCH,
        random_rollout=not growth, attests=frozenset({NOTHING_ELSE_CHANGED}),
    )  # fmt: skip
    return panel, event


def with_orders(panel: Panel, channel: str, row: int, column: int, value: float) -> Panel:
    """The panel with one number of orders changed."""
    changed = panel.orders[channel].copy()
    changed[row, column] = value
    return replace(panel, orders={**panel.orders, channel: changed})


def only_weeks(panel: Panel, kept: list[int]) -> Panel:
    """The panel with these weeks."""
    return replace(
        panel, weeks=tuple(panel.weeks[at] for at in kept),
        orders={channel: one[:, kept] for channel, one in panel.orders.items()},
        contribution={channel: one[:, kept] for channel, one in panel.contribution.items()},
    )  # fmt: skip


def only_regions(panel: Panel, kept: list[int]) -> Panel:
    """The panel with these regions, in this order."""
    return replace(
        panel, regions=tuple(panel.regions[row] for row in kept),
        orders={channel: one[kept] for channel, one in panel.orders.items()},
        contribution={channel: one[kept] for channel, one in panel.contribution.items()},
    )  # fmt: skip
