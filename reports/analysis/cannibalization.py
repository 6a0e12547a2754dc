"""What a channel takes from another, and what it adds in money, from an event in some regions beside other regions.

Demeaned synthetic control on orders by region's own mean before, with a little ridge; a twin from which linear trends
of before are taken off; intervals from placebos pooled over regions and dates. Where lots did not choose the regions,
or the regions went apart before, the interval is the union of both: roll-outs follow growth.
"""

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from scipy.special import stdtr, stdtrit

from reports.analysis.comparison import Comparison, compared
from reports.analysis.diagnostics import assumptions, checks, drawn
from reports.analysis.estimate import Answer, CannotTell, Estimate
from reports.analysis.event import Event
from reports.analysis.inversion import Span
from reports.analysis.measured import Measured, measure
from reports.analysis.money import Margin
from reports.analysis.panel import Panel
from reports.analysis.placebos import LEVEL, freedom
from reports.analysis.planner import tell
from reports.analysis.refusals import AFTER, clean, helped, not_an_event, refused, too_wide
from reports.analysis.said import Said

METHOD = "event with control regions: demeaned synthetic control, pooled placebos"
Weeks = tuple[int, int | None]
ALL: Weeks = (0, None)
HORIZONS: Mapping[str, Weeks] = {"0–13": (0, 13), "14–26": (13, 26), "27–52": (26, 52)}
SPLIT = 13  # weeks within which the horizon has one part


def cannibalization(panel: Panel, event: Event, seed: int = 0, weeks: Weeks = ALL) -> Answer:
    """κ: of the orders that the event added to the affecting channel, the share that the affected one lost.

    κ < 0 is halo. An event that took orders away gives the share that came back. ``weeks`` after the event, if not all.
    """
    found = _measured(panel, event, seed, weeks, "share")
    if isinstance(found, CannotTell):
        return found
    spans = found.spans("affected", -1)
    span = _union(spans)
    if not span.bounded:
        return _unbounded(found, event, "share")
    split = _split(panel, event, seed, found) if weeks == ALL else {}
    return Estimate(
        found.value("affected", -1), span.low, span.high, LEVEL, "share", _count(found), METHOD,
        assumptions(event, found), checks(found, event, span, split), drawn(found, spans, seed, split),
    )  # fmt: skip


def theta(panel: Panel, event: Event, margin: Margin, seed: int = 0, affected: Margin | None = None) -> Answer:
    """θ = m_B + what the contribution of all other channels changed by, for each order that the event added.

    ``margin`` is the affecting channel's, per order. The change is measured in money with the weights of κ; where the
    panel has no contribution, and ``affected`` has the other channel's margin, θ is m_B − κ·m_A and says so.
    """
    unit = f"{margin.currency}/order"
    found = _measured(panel, event, seed, ALL, unit)
    if isinstance(found, CannotTell):
        return found
    if found.made.money is None:
        return _from_share(panel, event, margin, affected, seed)
    spans = found.spans("money", 1)
    if not _union(spans).bounded:
        return _unbounded(found, event, unit)
    value = margin.mean + found.value("money", 1)
    centres = [float(one.money[0] / one.affecting[0]) for one in found.own]
    ends = [_with_margin(span, centre, margin) for span, centre in zip(spans, centres, strict=False)]
    whole = _union(ends)
    detail = {
        "p_zero": _p_zero(ends, [margin.mean + one for one in centres], found), "margin": margin.mean,
        "margin_error": margin.standard_error, "others": value - margin.mean, "seed": seed,
    }  # fmt: skip
    return Estimate(
        value, whole.low, whole.high, LEVEL, unit, _count(found), METHOD, assumptions(event, found),
        checks(found, event, _union(found.spans("affected", -1)), {}), detail,
    )  # fmt: skip


def horizons(panel: Panel, event: Event, seed: int = 0) -> dict[str, Answer]:
    """κ over weeks 0–13, 14–26 and 27–52 after the event; each refused where too little of it is over."""
    return {name: cannibalization(panel, event, seed, weeks) for name, weeks in HORIZONS.items()}


def _measured(panel: Panel, event: Event, seed: int, weeks: Weeks, unit: str) -> Measured | CannotTell:
    """What is measured, unless the design refuses."""
    made = not_an_event(event) or compared(panel, event, weeks)
    if isinstance(made, Said):
        return CannotTell(made, tell(panel, event, None), unit=unit, method=METHOD)
    controls = int(made.controls.sum())
    made, half = clean(made), 0.0
    reason = refused(made, controls)
    if reason is None:
        made, half = helped(made, seed)
        reason = too_wide(half)
    if reason is not None:
        regions = int(made.treated.sum())
        return CannotTell(reason, tell(panel, event, made), unit=unit, method=METHOD, n=regions * made.horizon)
    return measure(made, event.random_rollout, seed, half)


def _split(panel: Panel, event: Event, seed: int, whole: Measured) -> dict[str, dict[str, float]]:
    """Value and interval of each part of the horizon that has enough weeks; no gate, as the whole passed it."""
    found: dict[str, dict[str, float]] = {}
    for name, weeks in HORIZONS.items():
        made = whole.made if whole.made.horizon <= SPLIT and name == "0–13" else compared(panel, event, weeks)
        if isinstance(made, Said) or made.horizon < AFTER:
            continue
        part = whole if made is whole.made else measure(_like(made, whole), not whole.both, seed, whole.foreseen)
        span = _union(part.spans("affected", -1))
        if span.bounded:
            found[name] = {"value": part.value("affected", -1), "low": span.low, "high": span.high}
    return found


def _like(part: Comparison, whole: Measured) -> Comparison:
    """The part with the regions of the whole, and the category where the whole has it."""
    kept = part.only(np.array([region in whole.made.regions for region in part.regions]))
    return kept if whole.made.category is not None else replace(kept, category=None)


def _union(spans: list[Span]) -> Span:
    return Span(min(one.low for one in spans), max(one.high for one in spans))


def _with_margin(span: Span, centre: float, margin: Margin) -> Span:
    """The span moved by the margin, both errors joined as squares: they come from different orders."""
    low, high = math.hypot(centre - span.low, margin.half), math.hypot(span.high - centre, margin.half)
    return Span(margin.mean + centre - low, margin.mean + centre + high)


def _p_zero(ends: list[Span], centres: list[float], found: Measured) -> float:
    """Two-sided p of θ = 0, as if the interval were Student's: at most 0.1 just where the interval leaves 0 out."""
    free = freedom(int(found.made.controls.sum()), int(found.made.treated.sum()))
    largest = 0.0
    for span, centre in zip(ends, centres, strict=False):
        reach = centre - span.low if centre > 0 else span.high - centre
        times = abs(centre) / reach if reach > 0 else math.inf
        largest = max(largest, 2 * float(stdtr(free, -times * stdtrit(free, (1 + LEVEL) / 2))))
    return 1.0 if len({centre > 0 for centre in centres[: len(ends)]}) > 1 else largest


def _from_share(panel: Panel, event: Event, own: Margin, other: Margin | None, seed: int) -> Answer:
    """θ from κ and the affected channel's margin."""
    kappa = cannibalization(panel, event, seed)
    unit = f"{own.currency}/order"
    if isinstance(kappa, CannotTell):
        return CannotTell(kappa.reason, kappa.tell, unit, METHOD, kappa.n, kappa.unbounded, checks=kappa.checks)
    if other is None or not isinstance(kappa, Estimate):
        return CannotTell(
            Said("The panel does not say what the other channels contribute."),
            Said("Add the contribution of each channel, or the margin of {channel}.", {"channel": event.affected}),
            unit=unit, method=METHOD,
        )  # fmt: skip
    ends = sorted((-kappa.low * other.mean, -kappa.high * other.mean))
    centre, error = -kappa.value * other.mean, max(abs(kappa.low), abs(kappa.high)) * other.half
    value = own.mean + centre
    low, high = (math.hypot(one - centre, own.half, error) for one in ends)
    assumed = Said(
        "Each order that {channel} loses costs its usual margin, and no other channel loses any.",
        {"channel": event.affected},
    )
    return Estimate(
        value, value - low, value + high, LEVEL, unit, kappa.n, METHOD, (*kappa.assumptions, assumed), kappa.checks,
        {"margin": own.mean, "margin_error": own.standard_error, "others": centre, "seed": seed},
    )  # fmt: skip


def _unbounded(found: Measured, event: Event, unit: str) -> CannotTell:
    return CannotTell(
        Said("The event moved {channel} too little to tell: no share is ruled out.", {"channel": event.affecting}),
        Said("An event that moves {channel} more, or a randomised on/off test of {weeks} weeks, would tell.",
             {"channel": event.affecting, "weeks": 26}),
        unit, METHOD, _count(found), unbounded=True, assumptions=assumptions(event, found),
    )  # fmt: skip


def _count(found: Measured) -> int:
    return int(found.made.treated.sum()) * found.made.horizon
