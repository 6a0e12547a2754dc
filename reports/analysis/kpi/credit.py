"""K13 and K14: what attribution models say together, and what the last click hides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.analysis.kpi.flag import Flag, Rule
from reports.analysis.kpi.slopes import Slope, slope
from reports.analysis.said import Said

Floats = NDArray[np.float64]

WEEKS = 13
FEWEST_AGREE = 6
AGREE = 0.75  # 6 of 8
APART = 0.1

K13 = Rule(
    "K13",
    Said("Each model hands out the same orders by another rule: a trend of one may be the rule's, not the channel's."),
    Said("Call a trend only where six of eight models agree and the band of the middle one leaves nothing out."),
)
K14 = Rule(
    "K14",
    Said("The last click gets all the credit of a journey: who begins journeys looks useless, who ends them precious."),
    Said("Compare with the models that share credit, and with an experiment where there is one."),
)


@dataclass(frozen=True, slots=True)
class Trend:
    """Of a channel's weekly share: ``direction`` is 1 or −1 where one may be called, else 0.

    ``middle`` is the slope of the model whose slope is the median; ``agree`` models have its sign, of ``models``.
    """

    direction: int
    agree: int
    models: int
    middle: Slope
    name: str


def trend(shares: Mapping[str, Floats]) -> Trend | None:
    """Of one channel's weekly shares by model, over the last 13 weeks; None where fewer than six models are known.

    At least six models and three quarters of all agree in sign, and the band of the median one leaves 0 out. With an
    even number of models the one of both middle slopes that is nearer to 0 is the median.
    """
    found = slopes(shares)
    if len(found) < FEWEST_AGREE:
        return None
    order = sorted(found, key=lambda name: (found[name].value, name))
    halves = (order[(len(order) - 1) // 2], order[len(order) // 2])
    name = min(halves, key=lambda one: abs(found[one].value))
    middle = found[name]
    agree = max(sum(one.value > 0 for one in found.values()), sum(one.value < 0 for one in found.values()))
    called = agree >= max(FEWEST_AGREE, AGREE * len(found))
    return Trend(middle.sign if called else 0, agree, len(found), middle, name)


def slopes(shares: Mapping[str, Floats]) -> dict[str, Slope]:
    """Of the models whose last 13 weeks are known."""
    return {name: made for name, series in shares.items() if (made := _slope(series))}


def one_models_trend(shares: Mapping[str, Floats], shown: str = "last") -> Flag:
    """K13: whether the model that is shown has a trend that all together do not bear; weekly shares as in ``trend``."""
    made, own = trend(shares), _slope(shares[shown]) if shown in shares else None
    if made is None or own is None:
        return K13.cannot_tell(Said("Fewer than six models or {weeks} weeks are known.", {"weeks": WEEKS}))
    last = [float(series[-1]) for series in shares.values() if len(series) and np.isfinite(series[-1])]
    figures = {
        "slope": own.value, "slope_low": own.low, "slope_high": own.high, "agree": float(made.agree),
        "models": float(made.models), "middle_slope": made.middle.value, "middle_low": made.middle.low,
        "middle_high": made.middle.high, "spread": max(last) - min(last) if last else 0.0,
    }  # fmt: skip
    if not own.sign or own.sign == made.direction:
        return K13.passes(figures)
    said = {"agree": made.agree, "models": made.models}
    if made.agree >= max(FEWEST_AGREE, AGREE * made.models):
        return K13.fires(
            Said("The model shown has a trend; {agree} of {models} agree, but the middle one may be level.", said),
            figures,
        )
    return K13.fires(Said("The model shown has a trend that the others do not bear: {agree} of {models} agree.", said),
                     figures)  # fmt: skip


def last_click(channels: Sequence[str], by_model: Mapping[str, Floats], assists: Floats | None = None) -> Flag:
    """K14: whether the last click's share of some channel is 10 points off the median of all models.

    ``by_model`` has conversions by channel; ``assists`` those conversions that it had a touch in but not the
    last. A channel without a last click has no assist ratio.
    """
    shares = {model: one / one.sum() for model, one in by_model.items() if one.sum() > 0}
    if "last" not in shares or len(shares) < 2:
        return K14.cannot_tell(Said("There is no other model to compare the last click with."))
    off = shares["last"] - np.median(list(shares.values()), axis=0)
    one = int(np.abs(off).argmax())
    figures = {"points": float(100 * off[one])}
    if assists is not None and by_model["last"][one] > 0:
        figures["assist_ratio"] = float(assists[one] / by_model["last"][one])
    if abs(off[one]) <= APART + 1e-12:
        return K14.passes(figures)
    said: dict[str, str | int] = {"channel": channels[one], "points": round(abs(100 * float(off[one])))}
    if off[one] > 0:
        return K14.fires(Said("The last click gives {channel} {points} points more than the middle model.", said),
                         figures)  # fmt: skip
    return K14.fires(Said("The last click gives {channel} {points} points less than the middle model.", said),
                     figures)  # fmt: skip


def _slope(series: Floats) -> Slope | None:
    return slope(series[-WEEKS:]) if len(series) >= WEEKS else None
