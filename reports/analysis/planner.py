"""How many regions and weeks an event needs before it can be measured, from how the regions went without one."""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np

from reports.analysis import refusals
from reports.analysis.comparison import Comparison, largest
from reports.analysis.event import AD_PAUSE, CAMPAIGN, NOTHING_ELSE_CHANGED, PRICE, PROMOTION, SWITCHBACK, Event
from reports.analysis.panel import WEEK, Panel, Series
from reports.analysis.placebos import contrasts, inflation, shifts, upper
from reports.analysis.said import Said
from reports.analysis.stored import plain

WIDTH = 0.3
WEEKS = (6, 8, 13, 17, 26, 39, 52)
DRAWS = 60
DATES = 3
MOST = 60  # regions that are looked at, the largest
RECENT = 17  # weeks that the ratio of orders is taken from
USUAL = 0.4  # orders of a channel that is not there yet by one of the other, where nobody says better


@dataclass(frozen=True, slots=True)
class Plan:
    """The cheapest design (regions × weeks) whose 90 % interval is as narrow as asked, else the narrowest one.

    ``ratio``: orders of the affecting channel by one of the affected. ``tried``: (regions, weeks, width) of each.
    ``reached`` is whether the width is met; ``reason`` says why there is no design at all.
    """

    regions: int
    weeks: int
    width: float
    ratio: float
    reached: bool
    tried: tuple[tuple[int, int, float], ...] = ()
    reason: Said | None = None


def regions_and_weeks(
    panel: Panel,
    affected: str,
    affecting: str,
    until: date | None = None,
    ratio: float | None = None,
    width: float = WIDTH,
    seed: int = 0,
) -> Plan:
    """What to plan, from the panel's weeks that end by ``until``; ``ratio`` is expected where the channel is new.

    Pseudo-events in random regions at past dates, measured as an event is. An effect shifts the estimate, not its
    error, so the width holds for any κ. A horizon is tried only where the history before it has room for it.
    """
    history = _history(panel, affected, affecting, until)
    if isinstance(history, Said):
        return Plan(0, 0, float("inf"), ratio or 0.0, reached=False, reason=history)
    share = ratio or _ratio(panel, affecting, history)
    reason = refusals.too_little(share)
    if not history.affected[:, -RECENT:].any():
        reason = Said("{channel} sold nothing in the last {weeks} weeks.", {"channel": affected, "weeks": RECENT})
    if reason:
        return Plan(0, 0, float("inf"), share, reached=False, reason=reason)
    tried = [
        (regions, weeks, 2 * _half(history, regions, weeks, seed) / share)
        for regions in _sizes(len(history.regions))
        for weeks in WEEKS
        if weeks + refusals.BEFORE <= history.before
    ]
    enough = [one for one in tried if one[2] <= width]
    best = min(enough, key=lambda one: (one[0] * one[1], one[2])) if enough else min(tried, key=lambda one: one[2])
    return Plan(*best, share, bool(enough), tuple(tried))


def record(plan: Plan) -> dict[str, Any]:
    """The plan as JSON: its fields; ``said`` has the reason's template and values, for pages to translate."""
    said = [plan.reason.template, dict(plan.reason.values)] if plan.reason else []
    reason = str(plan.reason) if plan.reason else None
    given = {one.name: getattr(plan, one.name) for one in fields(plan)}
    return plain({**given, "reason": reason, "said": said})  # type: ignore[no-any-return]


def tell(panel: Panel, event: Event, made: Comparison | None) -> Said:
    """The cheapest way to find out after a refusal: what to mend or attest, time, regions by lot, or on/off blocks."""
    if event.kind == SWITCHBACK:
        return Said("Ask by its schedule: manage.py switchback.")
    if event.kind == CAMPAIGN:
        return Said("Ask for its halo: manage.py halo.")
    if NOTHING_ELSE_CHANGED not in event.attests:
        return Said("Say so if nothing did; if something did, wait for an event that stands alone.")
    if made is None:
        return Said("Mend the panel or the event, and ask again.")
    if made.horizon < refusals.AFTER and event.ends is None and made.controls.sum() >= refusals.CONTROLS:
        return Said("Ask again when {weeks} weeks after it are over.", {"weeks": refusals.AFTER + made.skipped})
    ratio = max(refusals.RATIO, refusals.ratio(made))
    plan = regions_and_weeks(panel, event.affected, event.affecting, event.starts, ratio, 2 * refusals.HALF)
    if plan.reached:
        return Said(
            "The cheapest design: such an event in {regions} regions drawn by lot, for {weeks} weeks, beside at least"
            " {controls} controls; the interval would be about {width} wide.",
            {
                "regions": plan.regions,
                "weeks": plan.weeks,
                "controls": refusals.CONTROLS,
                "width": round(plan.width, 2),
            },
        )
    if event.kind in {PROMOTION, AD_PAUSE, PRICE}:
        return Said("The cheapest design: switch it on and off in randomised weekly blocks for 26 weeks.")
    return Said(
        "The cheapest design: switch advertising or offers of {channel} on and off in randomised weekly blocks for"
        " {weeks} weeks; it needs no regions.",
        {"channel": event.affecting, "weeks": 26},
    )


def _history(panel: Panel, affected: str, affecting: str, until: date | None) -> Comparison | Said:
    """The last weeks without a gap as a comparison without treated regions."""
    if affected not in panel.orders:
        return Said("The panel has no orders of {channel}.", {"channel": affected})
    known = np.isfinite(panel.orders[affected])
    kept: list[int] = []
    for at in reversed(range(len(panel.weeks))):
        out = not known[:, at].any() or (until is not None and panel.weeks[at] + WEEK > until)
        if kept and (out or panel.weeks[kept[0]] - panel.weeks[at] != WEEK):
            break
        if out:
            continue
        kept.insert(0, at)
    sold = np.nan_to_num(panel.orders[affected][:, kept])
    first = int(sold.any(axis=0).argmax()) if kept else 0  # before it the channel was not there
    kept, sold = kept[first:], sold[:, first:]
    rows = known[:, kept].all(axis=1) & (sold >= 0).all(axis=1)
    rows &= sold[:, : refusals.BEFORE].any(axis=1)  # else a pseudo-event has no weeks before it
    rows &= largest(np.where(rows, sold.sum(axis=1), 0.0), MOST)
    if len(kept) < refusals.BEFORE + WEEKS[0] or rows.sum() <= refusals.CONTROLS:
        return Said(
            "{weeks} weeks in {regions} regions are too short a history; {least} weeks in {most} regions are needed.",
            {"weeks": len(kept), "regions": int(rows.sum()), "least": refusals.BEFORE + WEEKS[0],
             "most": refusals.CONTROLS + 1},
        )  # fmt: skip
    others = np.nan_to_num(panel.orders.get(affecting, np.zeros_like(panel.orders[affected])))
    made = Comparison(
        tuple(panel.weeks[at] for at in kept), panel.regions, np.zeros(len(panel.regions), dtype=bool), sold,
        others[:, kept], len(kept),
    )  # fmt: skip
    return made.only(rows)


def _ratio(panel: Panel, affecting: str, history: Comparison) -> float:
    """Recent orders of the affecting channel by one of the affected, where both are known."""
    at = [panel.weeks.index(week) for week in history.weeks[-RECENT:]]
    recent = panel.orders.get(affecting, np.zeros((len(panel.regions), len(panel.weeks))))
    recent = recent[np.isin(panel.regions, history.regions)][:, at]
    told = np.isfinite(recent)
    affected = history.affected[:, -RECENT:][told].sum()
    return float(recent[told].sum() / affected) or USUAL if affected else USUAL


def _sizes(regions: int) -> list[int]:
    """Numbers of treated regions that leave enough controls, about doubling."""
    most = min(regions - refusals.CONTROLS, regions // 2)
    return sorted({size for size in (1, 2, 3, 5, 8, 12, 18, 25, most) if 1 <= size <= most})


def _half(history: Comparison, regions: int, weeks: int, seed: int) -> float:
    """Half the interval's width, per order before, for pseudo-events in so many regions over so many weeks."""
    generator = np.random.default_rng(seed)
    count = len(history.regions)
    latest = history.before - weeks
    dates = sorted({latest - step * (latest - refusals.BEFORE) // DATES for step in range(DATES)})
    found: list[Series] = []
    for at in dates:
        groups = generator.random((-(-DRAWS // len(dates)), count)).argsort(axis=1) < regions
        shift = shifts(replace(history, before=at), at, weeks)[0]
        some = groups[(groups @ shift.level) > 0]
        found.append(contrasts(shift, some, ~some & (shift.level > 0), launched=True).affected)
    return float(upper(np.concatenate(found))) * inflation(count - regions, regions)
