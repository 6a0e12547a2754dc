"""What an experiment says a channel brought, beside what models give it in the same days: factor = brought / credited.

A campaign in some regions tells by how much orders of both its channels rose there against weighted controls (the
analysis of ``halo``), a pause by how much they fell, on/off blocks by how much more came while it was on. Orders that
it brought elsewhere than to the own site are among them; what models give is of the own site alone.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import stdtrit

from reports.analysis.attribution.booked import Booked
from reports.analysis.attribution.journeys import Journeys
from reports.analysis.attribution.models import rules
from reports.analysis.comparison import Comparison, compared
from reports.analysis.estimate import Answer, CannotTell, Estimate
from reports.analysis.event import AD_PAUSE, NOTHING_ELSE_CHANGED, Event
from reports.analysis.halo import FEWEST_CONTROLS, FEWEST_WEEKS, SHORTEST
from reports.analysis.lifts import inflation, lifts, placebo_lifts, sized, window
from reports.analysis.panel import WEEK, Panel
from reports.analysis.proportions import Z90
from reports.analysis.said import Said

METHOD = "experiment's orders by those that a model credits; delta method"
LEVEL = 0.9
FEWEST_PAIRS = 4
_TELL = Said(
    "A campaign in a third of the regions, or on/off blocks, chosen by lots, with “advertised through” entered."
)


@dataclass(frozen=True, slots=True)
class Brought:
    """Orders that the channel brought, ends at 90 %, on these half-open days (ordinals); models credit it with some."""

    orders: float
    low: float
    high: float
    days: tuple[tuple[int, int], ...]


def of_regions(panel: Panel, event: Event, seed: int) -> Brought | Said:
    """Of both channels in the event's regions; the days to credit are the event's, or as many before a pause."""
    made = compared(panel, event)
    if isinstance(made, Said):
        return made
    if reason := _refusal(made, event):
        return reason
    here = window(made, made.before, made.skipped, made.horizon)
    found = lifts(here, made.treated[None, :], made.controls[None, :])
    chance = sum(sized(placebo_lifts(made, seed), found))
    half = float(np.quantile(np.abs(chance), LEVEL)) * inflation(int(made.controls.sum()), LEVEL)
    level = float((here.levels[0] + here.levels[1])[made.treated].sum()) * made.horizon
    lift = float(found.affected[0] + found.affecting[0])
    sign, first = 1, made.before + made.skipped
    if event.kind == AD_PAUSE:
        sign, first = -1, max(made.before - made.horizon, 0)
    ends = sorted(sign * level * one for one in (lift - half, lift + half))
    weeks = made.weeks[first : first + made.horizon]
    return Brought(sign * level * lift, ends[0], ends[1], _runs([one.toordinal() for one in weeks], WEEK.days))


def _refusal(made: Comparison, event: Event) -> Said | None:
    controls = int(made.controls.sum())
    if NOTHING_ELSE_CHANGED not in event.attests:
        return Said("Nobody attests that nothing else changed in these regions at that time.")
    if controls < FEWEST_CONTROLS or made.before < FEWEST_WEEKS or made.horizon < SHORTEST:
        return Said(
            "{controls} control regions, {before} weeks before and {weeks} weeks of it; {fewest}, {earlier} and {least}"
            " are needed.",
            {"controls": controls, "before": made.before, "weeks": made.horizon, "fewest": FEWEST_CONTROLS,
             "earlier": FEWEST_WEEKS, "least": SHORTEST},
        )  # fmt: skip
    return None


def of_blocks(blocks: Sequence[Mapping[str, Any]], cleared: Sequence[Sequence[float]]) -> Brought | Said:
    """``blocks`` and the differences on less off by pair, as the on/off analysis keeps them."""
    totals = np.asarray(cleared, np.float64).sum(axis=1) if len(cleared) else np.zeros(0)
    if len(totals) < FEWEST_PAIRS:
        return Said("{pairs} pairs of blocks; at least {least} are needed.",
                    {"pairs": len(totals), "least": FEWEST_PAIRS})  # fmt: skip
    half = float(stdtrit(len(totals) - 1, (1 + LEVEL) / 2) * totals.std(ddof=1) * math.sqrt(len(totals)))
    on = [one for one in blocks if one["on"]]
    days = tuple(sorted((_ordinal(one["starts"]), _ordinal(one["ends"])) for one in on))
    orders = float(totals.sum())
    return Brought(orders, orders - half, orders + half, days)


def _ordinal(moment: str) -> int:
    return int(np.datetime64(moment[:10], "D").astype(np.int64)) + 719_163


def _runs(starts: Sequence[int], wide: int) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for one in starts:
        if found and found[-1][1] == one:
            found[-1] = (found[-1][0], one + wide)
        else:
            found.append((one, one + wide))
    return tuple(found)


def factor(brought: Brought | Said, credited: float, channel: str) -> Answer:
    """Above 1 where models give the channel less than it brought; its orders are counts, with Poisson's variance."""
    if isinstance(brought, Said):
        return CannotTell(brought, _TELL, unit="ratio", method=METHOD)
    if credited <= 0:
        said = Said("This model gives {channel} no orders in these days.", {"channel": channel})
        return CannotTell(said, _TELL, unit="ratio", method=METHOD)
    value = brought.orders / credited
    own = Z90 * abs(value) / math.sqrt(credited)
    low = value - math.hypot((brought.orders - brought.low) / credited, own)
    high = value + math.hypot((brought.high - brought.orders) / credited, own)
    return Estimate(value, low, high, LEVEL, "ratio", round(credited), METHOD)


def untested(channel: str) -> CannotTell:
    said = Said("No experiment says how much {channel} brought.", {"channel": channel})
    return CannotTell(said, _TELL, unit="ratio", method=METHOD)


def calibrated(
    channel: str, brought: Brought | Said, runs: Sequence[Booked], by_model: Mapping[str, Sequence[Mapping[str, Any]]]
) -> dict[str, dict[str, Any]]:
    """By model: ``credited`` orders in the experiment's days, the ``factor``, and ``orders`` and ``before_ads`` of the
    tables' weeks times it, as [value, low, high]; None where it is not known."""
    found = {}
    for model, rows in by_model.items():
        credited = sum(_given(one.journeys, model, channel) for one in runs)
        made = factor(brought, credited, channel)
        row = next((one for one in rows if one["channel"] == channel), {"orders": 0.0, "before_ads": None})
        found[model] = {
            "credited": round(credited, 6), "factor": made, "orders": _times(made, row["orders"]),
            "before_ads": _times(made, row["before_ads"]),
        }  # fmt: skip
    return found


def _given(journeys: Journeys, model: str, channel: str) -> float:
    rule = rules(journeys).get(model)
    if rule is None or channel not in journeys.channels:
        return 0.0
    return float(rule(journeys).conversions[journeys.channels.index(channel)])


def _times(made: Answer, of: float | None) -> list[float] | None:
    if of is None or not isinstance(made, Estimate):
        return None
    return [round(one, 6) for one in (of * made.value, *sorted((of * made.low, of * made.high)))]


def tested(rows: Sequence[Mapping[str, Any]]) -> list[Said]:
    """What experiments say beside the models, a sentence each."""
    found = []
    for one in rows:
        if one["brought"] is None:
            continue
        credited = [row["credited"] for row in one["models"].values()]
        orders, low, high = (round(end) for end in one["brought"])
        found.append(Said(
            "In its test {channel} brought {orders} orders ({low} to {high}); models credit it with {least} to {most}.",
            {"channel": one["channel"], "orders": orders, "low": low, "high": high, "least": round(min(credited)),
             "most": round(max(credited))},
        ))  # fmt: skip
    return found
