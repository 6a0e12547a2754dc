"""What qualified leads and opportunities cost, week by week."""

from collections.abc import Callable
from typing import Any

import numpy as np

from reports.analysis import weekly
from reports.analysis.kpi import roles
from reports.analysis.kpi.figure import SPANS, Kpi, nothing
from reports.analysis.leads.traced import Floats, Traced
from reports.analysis.said import Said

NO_SPEND = Said("No advertising of the weeks in which leads came is in the books, for the stores that they are for.")
NOT_TOLD = {
    "qualified": Said("The CRM tells of no lead when it was qualified."),
    "opportunity": Said("The CRM tells of no lead when it became an opportunity."),
}
_MADE: dict[str, tuple[str, Callable[..., Kpi]]] = {
    "qualified_cpl": ("qualified", roles.qualified_cpl),
    "cost_per_opportunity": ("opportunity", roles.cost_per_opportunity),
}
_UNITS = {"qualified_cpl": "qualified lead", "cost_per_opportunity": "opportunity"}
_MIDDLE = 3.5  # days into a week


def cost_figures(of: Traced, spend: Floats, since: int, currency: str) -> dict[str, tuple[Kpi, Floats]]:
    """With weekly values. ``spend`` by week, the first beginning on ``since``; NaN where it is not known."""
    found = {}
    for code, (stage, make) in _MADE.items():
        why = NOT_TOLD[stage] if stage not in of.told else None if np.nansum(spend) > 0 else NO_SPEND
        if why is not None:
            empty = nothing(code, f"{currency}/{_UNITS[code]}", why, dict.fromkeys(SPANS))
            found[code] = empty, np.full(len(spend), np.nan)
            continue
        done, ripe = by_week(of, stage, since, len(spend))
        expected = np.divide(done, ripe, out=np.full(len(done), np.nan), where=ripe >= roles.RIPE)
        found[code] = make(spend, done, ripe, currency), weekly.ratio(spend, np.nan_to_num(expected))
    return found


def by_week(of: Traced, stage: str, since: int, weeks: int) -> tuple[Floats, Floats]:
    """People of each week's leads that have come to the stage, and the mean share of their time that they have had.

    A week without leads has the share that leads of it would have.
    """
    people = of.of(of.people)
    place: Any = ((np.floor(people.created) - since) // 7).astype(np.int64)
    inside = (place >= 0) & (place < weeks)
    _, done = people.waited(stage)
    curve = of.curve(stage)
    ages = np.maximum(of.now - since - 7 * np.arange(weeks) - _MIDDLE, 0.0)
    ripe, empty = (curve.by(people.age), curve.by(ages)) if curve else (np.ones(len(place)), np.ones(weeks))
    leads = np.bincount(place[inside], minlength=weeks)
    sums = np.bincount(place[inside], ripe[inside], weeks)
    mean = np.divide(sums, leads, out=empty.astype(np.float64), where=leads > 0)
    reached = np.bincount(place[inside], done[inside].astype(float), weeks).astype(np.float64)
    return reached, mean
