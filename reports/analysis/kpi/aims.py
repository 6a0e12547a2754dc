"""Which way a figure is better, in which unit an aim for it is entered, and whether a week was at it."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reports.analysis.kpi.figure import WINDOW, Figure
from reports.analysis.kpi.flag import Flag
from reports.analysis.kpi.spans import COMFORT_WEEKS, comfort

Floats = NDArray[np.float64]

MONEY = "money"
SHARE = "share"


@dataclass(frozen=True, slots=True)
class Aim:
    """``more`` is whether more is better; ``unit`` has "money" for the company's currency.

    ``summed``: the figure is the sum of 13 weeks, so that a week is at its aim with a thirteenth.
    """

    more: bool
    unit: str = SHARE
    summed: bool = False


_MORE, _LESS = Aim(more=True), Aim(more=False)
# Figures without an entry have no better side: of a halo it matters only where it lands.
AIMS: dict[str, Aim] = {
    "attributed_revenue": Aim(True, MONEY, True), "contribution": Aim(True, MONEY, True), "growth_share": _MORE,
    "cac": Aim(False, f"{MONEY}/customer"), "ltv12": Aim(True, f"{MONEY}/customer"), "ltv_cac": Aim(True, "ratio"),
    "retention": _MORE, "repeat_share": _MORE, "mer": Aim(True, "ratio"), "predictability": _LESS,
    "non_brand_share": _MORE, "cost_per_opportunity": Aim(False, f"{MONEY}/opportunity"),
    "customer_quality": Aim(True, f"{MONEY}/customer"), "attribution_spread": _LESS,
    "funnel": Aim(True, f"{MONEY}/session"), "cannibalisation": _LESS, "demand_capture": _LESS, "refund_rate": _LESS,
    "cvr": _MORE, "cpa": Aim(False, f"{MONEY}/order"), "aov": Aim(True, f"{MONEY}/order"),
    "purchase_frequency": Aim(True, "orders/customer"), "value_per_mille": Aim(True, f"{MONEY}/1000"),
    "tacos": _LESS, "acos": _LESS, "stocked_cvr": _MORE, "qualified_cpl": Aim(False, f"{MONEY}/qualified lead"),
    "qualification_rate": _MORE, "cycle_length": Aim(False, "days"), "lead_to_customer": _MORE, "bot_share": _LESS,
    "revenue_per_lead": Aim(True, f"{MONEY}/lead"), "closed_loop": _MORE,
}  # fmt: skip


def green(code: str, series: Floats, value: float) -> NDArray[np.bool_]:
    """Which of the last 26 weeks were at the aim; none where one of them is not known."""
    aim = AIMS[code]
    weeks = series[-COMFORT_WEEKS:]
    if not np.isfinite(weeks).all():
        return np.zeros(0, np.bool_)
    least = value / WINDOW if aim.summed else value
    return np.asarray(weeks >= least if aim.more else weeks <= least)


def comforting(figure: Figure, value: float, contribution: Floats) -> Flag:
    """K18 of a figure with an aim; weekly contribution of the company."""
    return comfort(green(figure.kpi.code, figure.series, value), contribution)


def aimed(figure: Figure, value: float, contribution: Floats) -> Figure:
    """The figure with K18 among its checks, where something is known of its weeks."""
    if figure.kpi.code not in AIMS or not np.isfinite(figure.series).any():
        return figure
    flag = comforting(figure, value, contribution)
    return replace(figure, kpi=replace(figure.kpi, flags=(*figure.kpi.flags, flag)))
