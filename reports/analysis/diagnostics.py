"""The ten things to look at beside a κ from an event, and what a page draws of it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from reports.analysis import event as kinds
from reports.analysis.estimate import Check
from reports.analysis.event import Event
from reports.analysis.inversion import Span
from reports.analysis.measured import Measured, rank
from reports.analysis.panel import Series
from reports.analysis.placebos import SHORTEST, contrasts, shifts, upper
from reports.analysis.refusals import CONTAMINATED, exposures, ratio
from reports.analysis.said import Said

IN_TIME = 13  # weeks before the event at which nothing should be seen
SMALL = 0.01  # a weight below it moves nothing when its region is left out

Split = Mapping[str, Mapping[str, float]]


def checks(found: Measured, event: Event, span: Span, split: Split) -> tuple[Check, ...]:
    """Figures in ``value``; ``passed`` says whether the figure is as it should be, None where it only informs."""
    return (
        _fit(found), _rank(found), _trend(found), _left_out(found, span), _in_time(found), _weights(found),
        _contamination(found), _sensitivity(found), _horizons(split), _kind(event),
    )  # fmt: skip


def _fit(found: Measured) -> Check:
    """Gap before by that of equal weights: 0 is a perfect fit, 1 no better than the mean of the controls."""
    made = found.made
    shift = shifts(made, made.before, made.horizon)[0]
    even = found.own[0].shares[0] - made.controls / made.controls.sum()
    scaled = float(np.sqrt(found.own[0].missed[0] / (even @ shift.fit @ even))) if even @ shift.fit @ even > 0 else 0.0
    said = Said("The gap before is {times} of that to the mean of the controls.", {"times": round(scaled, 2)})
    return Check("pre_fit", scaled < 1, said, scaled)


def _rank(found: Measured) -> Check:
    p = rank(float(found.own[0].affected[0]), found.placebos[0].affected * found.scale[0])
    return Check("placebo_rank", None, Said("Among placebos, a change this large has p = {p}.", {"p": round(p, 3)}), p)


def _trend(found: Measured) -> Check:
    p = found.trend_p
    said = Said("Among placebos, a trend of the gap before as steep has p = {p}.", {"p": round(p, 3)})
    return Check("pre_trend", p >= 0.05, said, p)


def left_out(found: Measured) -> dict[str, float]:
    """κ without each control of weight, all others weighted anew."""
    made = found.made
    rows = np.flatnonzero(found.own[0].weights[0] > SMALL)
    allowed = np.repeat(made.controls[None, :], len(rows), axis=0)
    allowed[np.arange(len(rows)), rows] = False
    groups = np.repeat(made.treated[None, :], len(rows), axis=0)
    again = contrasts(shifts(made, made.before, made.horizon)[0], groups, allowed, made.launched)
    values = -again.affected / again.affecting
    return {made.regions[row]: float(value) for row, value in zip(rows, values, strict=True)}


def _left_out(found: Measured, span: Span) -> Check:
    values = left_out(found).values()
    low, high = min(values), max(values)
    said = Said("Without any one control it lies between {low} and {high}.",
                {"low": round(low, 2), "high": round(high, 2)})  # fmt: skip
    return Check("leave_one_out", span.low <= low and high <= span.high, said, high - low)


def _in_time(found: Measured) -> Check:
    """As if the event had been 13 weeks earlier, up to its true date."""
    made = found.made
    at = max(made.before - IN_TIME, min(SHORTEST, made.before - 1))
    early = made.only(made.treated | (made.affected[:, :at].sum(axis=1) > 0))
    if not early.affected[early.treated][:, :at].sum() > 0:
        return Check("in_time_placebo", None, Said("It cannot be looked at an earlier date."))
    shift = shifts(early.early(), at, made.before - at)[0]
    own = contrasts(shift, early.treated[None, :], early.controls[None, :], made.launched)
    value = -float(own.affected[0]) / found.exposure
    half = float(upper(found.placebos[0].affected * found.scale[0])) * found.wider / abs(found.exposure)
    said = Said("Had it been {weeks} weeks earlier, it would have come out as {value}.",
                {"weeks": made.before - at, "value": round(value, 2)})  # fmt: skip
    return Check("in_time_placebo", abs(value) <= half, said, value)


def _weights(found: Measured) -> Check:
    number = float(1 / (found.own[0].weights[0] ** 2).sum())
    said = Said("The weights are worth {number} equal controls.", {"number": round(number, 1)})
    return Check("effective_controls", None, said, number)


def _contamination(found: Measured) -> Check:
    share = float(found.own[0].weights[0] @ np.minimum(exposures(found.made), 1e6))
    said = Said(
        "In the controls the channel changed by {percent} % of its change here.", {"percent": round(100 * share)}
    )
    return Check("contamination", share <= CONTAMINATED if found.made.launched else None, said, share)


def _sensitivity(found: Measured) -> Check:
    value = -0.01 / found.exposure
    said = Said("Each 1 % of demand here that has another cause moves it by {value}.", {"value": round(value, 3)})
    return Check("sensitivity", None, said, value)


def _horizons(split: Split) -> Check:
    parts = ", ".join(f"{weeks}: {one['value']:.2f}" for weeks, one in split.items())
    values = [one["value"] for one in split.values()]
    said = Said("By weeks after the event: {parts}.", {"parts": parts or "–"})
    return Check("horizons", None, said, max(values) - min(values) if values else None)


def _kind(event: Event) -> Check:
    said = {
        kinds.LAUNCH: Said("It holds for a launch, and not for other changes of the channel."),
        kinds.DELISTING: Said("It holds for a delisting, and not for other changes of the channel."),
        kinds.STOCK_OUT: Said("It holds for a stock-out, and not for other changes of the channel."),
        kinds.PROMOTION: Said("It holds for a promotion, and not for other changes of the channel."),
        kinds.AD_PAUSE: Said("It holds for paused advertising, and not for other changes of the channel."),
        kinds.PRICE: Said("It holds for a price change, and not for other changes of the channel."),
    }[event.kind]
    return Check("intervention", None, said)


def assumptions(event: Event, found: Measured) -> tuple[Said, ...]:
    said = [
        Said("Nothing else changed in these regions at the time, as attested."),
        Said("What happens in these regions does not reach the controls."),
    ]
    if not found.both:
        said.append(Said("Lots chose the regions, as attested."))
    else:
        said.append(Said("Without the event, the gap to the controls or its trend would have stayed as before."))
    if event.random_rollout and found.both:
        said.append(Said("The regions went apart before although lots chose them; so both are looked at."))
    if found.made.category is not None:
        said.append(Said("The event did not move the category's demand."))
    return tuple(said)


def drawn(found: Measured, spans: list[Span], seed: int, split: Split) -> dict[str, Any]:
    """What the gap plot shows, in weekly orders, and what a recomputation needs."""
    made, own = found.made, found.own[0]
    observed = made.affected[made.treated].sum(axis=0)
    gap, band = paths(found)
    return {
        "weeks": [week.isoformat() for week in made.weeks], "before": made.before, "skipped": made.skipped,
        "observed": observed.tolist(), "synthetic": (observed - gap).tolist(), "gap": gap.tolist(),
        "band": band.tolist(), "affecting": made.affecting[made.treated].sum(axis=0).tolist(),
        "weights": {made.regions[row]: float(own.weights[0, row]) for row in np.flatnonzero(own.weights[0] > 1e-6)},
        "placebos": [(one.affected * scale).tolist() for one, scale in zip(found.placebos, found.scale, strict=True)],
        "change": [float(one.affected[0]) for one in found.own], "exposure": found.exposure, "volume": found.volume,
        "estimates": [{"value": -float(one.affected[0] / one.affecting[0]), "low": span.low, "high": span.high}
                      for one, span in zip(found.own, spans, strict=False)],
        "ratio": ratio(made), "half_foreseen": found.foreseen, "inflation": found.wider,
        "leave_one_out": left_out(found), "horizons": {name: dict(one) for name, one in split.items()}, "seed": seed,
    }  # fmt: skip


def paths(found: Measured) -> tuple[Series, Series]:
    """The gap by week in orders, and how far from 0 nine of ten placebos of the event's own date stay."""
    made = found.made
    level = made.affected[:, : made.before].mean(axis=1)
    own = made.affected / np.where(level > 0, level, 1.0)[:, None]  # who sold nothing before has no weight
    own -= own[:, : made.before].mean(axis=1, keepdims=True)
    here = found.placebos[0].spread == found.own[0].spread[0]
    less = (found.placebos[0].shares - found.placebos[0].weights)[here]
    band = upper(((less @ own) * found.scale[0][here, None]).T) * found.wider
    gap: Series = (found.own[0].shares[0] - found.own[0].weights[0]) @ own
    return gap * found.volume, band * found.volume
