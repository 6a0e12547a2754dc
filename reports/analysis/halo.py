"""How much of what a brand campaign off the sites brings lands on another channel: dB / (dA + dB)."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from reports.analysis.comparison import Comparison, compared
from reports.analysis.estimate import Answer, CannotTell, Check, Estimate
from reports.analysis.event import CAMPAIGN, NOTHING_ELSE_CHANGED, Event
from reports.analysis.lifts import Lifts, gaps, inflation, lifts, placebo_lifts, sized, window
from reports.analysis.panel import Panel, Series
from reports.analysis.randomisation import Draws, Interval, accepted, bounded, placed, point, share
from reports.analysis.said import Said

METHOD = "halo: synthetic control fixed on both channels, Anderson–Rubin set over placebos in space and time"
LEVEL = 0.9
FEWEST_CONTROLS = 8
FEWEST_WEEKS = 20  # before
SHORTEST = 4  # weeks of a campaign


def halo(panel: Panel, event: Event, seed: int = 0, level: float = LEVEL) -> Answer:
    """The share of the orders that the campaign brought which came on ``event.affecting``.

    Where it is h, dB − h·(dA + dB) is no effect: h stays in the set unless that is extreme among placebos. The total
    lift decides nothing: where it is too small the set is unbounded, and no share can be told.
    """
    made = compared(panel, event)
    if isinstance(made, Said):
        return CannotTell(made, _cheapest(), method=METHOD, level=level)
    if reason := _refusal(made, event):
        return CannotTell(reason, _cheapest(), method=METHOD, level=level)
    here = window(made, made.before, made.skipped, made.horizon)
    found = lifts(here, made.treated[None, :], made.controls[None, :])
    observed = _sides(found.affected, found.affecting)[0]
    nothing = _sides(*sized(placebo_lifts(made, seed), found))
    draws = placed(observed, nothing * inflation(int(made.controls.sum()), level))
    accept = accepted(draws, level)
    common: dict[str, Any] = {
        "unit": "share", "n": int(made.treated.sum()) * made.horizon, "method": METHOD, "level": level,
        "assumptions": _assumptions(event), "checks": _checks(made, event, found, draws),
        "detail": _detail(made, found, draws, accept, seed),
    }  # fmt: skip
    if not bounded(accept):
        return CannotTell(_open(found, draws), _more(), unbounded=True, **common)
    low, high = accept[0][0], accept[-1][1]
    value = point(observed, nothing.T @ nothing / len(nothing))
    return Estimate(float(np.clip(value, low, high)), low, high, **common)


def _refusal(made: Comparison, event: Event) -> Said | None:
    controls = int(made.controls.sum())
    if NOTHING_ELSE_CHANGED not in event.attests:
        return Said("Nobody attests that nothing else changed in these regions when the campaign began.")
    if made.launched:
        return Said("{channel} sold nothing before the campaign.", {"channel": event.affecting})
    if controls < FEWEST_CONTROLS:
        return Said(
            "{controls} control regions that sell on both channels; at least {fewest} are needed.",
            {"controls": controls, "fewest": FEWEST_CONTROLS},
        )
    if made.before < FEWEST_WEEKS:
        return Said("{weeks} weeks before the campaign; at least {fewest} are needed.",
                    {"weeks": made.before, "fewest": FEWEST_WEEKS})  # fmt: skip
    if made.horizon < SHORTEST:
        return Said("The campaign lasts {weeks} whole weeks; at least {fewest} are needed.",
                    {"weeks": made.horizon, "fewest": SHORTEST})  # fmt: skip
    return None


def _sides(affected: Series, affecting: Series) -> Series:
    """dB and −(dA + dB): the first and h times the second are no effect."""
    return np.stack([affecting, -(affected + affecting)], axis=1)


def _checks(made: Comparison, event: Event, found: Lifts, draws: Draws) -> tuple[Check, ...]:
    total = float(found.affected[0] + found.affecting[0])
    p = _lift_p(draws)
    weights = found.weights[0]
    without = _without_one(made, weights)
    effective = float(1 / (weights**2).sum())
    return (
        Check("campaign", event.kind == CAMPAIGN,
              Said("The event is entered as {kind}; the share holds for this kind alone.", {"kind": event.kind})),
        Check("random_rollout", event.random_rollout or None,
              Said("Lots chose the regions.") if event.random_rollout
              else Said("People chose the regions: where they grew faster already, the lift is too large.")),
        Check("fit_before", None,
              Said("Before the campaign the weekly gap to the controls was {gap} of the orders.",
                   {"gap": round(float(np.sqrt(found.missed[0])), 3)}), float(np.sqrt(found.missed[0]))),
        Check("total_lift", None,
              Said("Both channels together rose by {lift} of their orders, p = {p}; this decides nothing.",
                   {"lift": round(total, 3), "p": round(p, 4)}), p),
        Check("controls", int(made.controls.sum()) >= FEWEST_CONTROLS,
              Said("{controls} controls, weighted as {effective}.",
                   {"controls": int(made.controls.sum()), "effective": round(effective, 1)}), effective),
        Check("without_one_control", None,
              Said("Without any one control the share lies between {low} and {high}.",
                   {"low": round(min(without), 3), "high": round(max(without), 3)}), max(without) - min(without)),
    )  # fmt: skip


def _without_one(made: Comparison, weights: Series) -> list[float]:
    """The share without each control that has weight."""
    used = np.flatnonzero(weights > 0)
    allowed = np.repeat(made.controls[None, :], len(used), axis=0)
    allowed[np.arange(len(used)), used] = False
    here = window(made, made.before, made.skipped, made.horizon)
    found = lifts(here, np.repeat(made.treated[None, :], len(used), axis=0), allowed)
    total = found.affected + found.affecting
    return [float(one) for one in found.affecting / np.where(total == 0, np.nan, total)]


def _lift_p(draws: Draws) -> float:
    return share(Draws(draws.kept[:, ::-1], draws.turned[:, ::-1], draws.exact), 0.0)


def _assumptions(event: Event) -> tuple[Said, ...]:
    return (
        Said("Without the campaign its regions would have moved like the weighted controls, as they did before."),
        Said("Nothing else changed in these regions at that time, as was attested."),
        Said("The campaign reached no control region."),
        Said("The share is of orders during the campaign on {affected} and {affecting}; later ones are not counted.",
             {"affected": event.affected, "affecting": event.affecting}),
    )  # fmt: skip


def _detail(
    made: Comparison, found: Lifts, draws: Draws, accept: Sequence[Interval], seed: int
) -> dict[str, Any]:  # fmt: skip
    weights = found.weights[0]
    own, other = gaps(made, weights)
    effects = draws.kept - draws.turned
    return {
        "weeks": [week.isoformat() for week in made.weeks], "before": made.before, "skipped": made.skipped,
        "affected_gap": own.tolist(), "affecting_gap": other.tolist(),
        "weights": {made.regions[row]: float(weights[row]) for row in np.flatnonzero(weights > 1e-6)},
        "lift": {"affected": float(found.affected[0]), "affecting": float(found.affecting[0])},
        "placebos": {"affected": (-effects[:, 1] - effects[:, 0]).tolist(), "affecting": effects[:, 0].tolist()},
        "accepted": [[one if np.isfinite(one) else None for one in interval] for interval in accept],
        "draws": {"number": draws.total, "seed": seed},
    }  # fmt: skip


def _open(found: Lifts, draws: Draws) -> Said:
    return Said(
        "Both channels together rose by {lift} of their orders, too little to divide (p = {p}).",
        {"lift": round(float(found.affected[0] + found.affecting[0]), 3), "p": round(_lift_p(draws), 4)},
    )


def _more() -> Said:
    return Said("A stronger campaign, more of the regions or more weeks would answer it.")


def _cheapest() -> Said:
    return Said(
        "A campaign in a third of the regions, chosen by lots, with {weeks} weeks of orders before it and"
        " {controls} regions without it would answer it.",
        {"weeks": FEWEST_WEEKS, "controls": FEWEST_CONTROLS},
    )
