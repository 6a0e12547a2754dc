"""A table of campaigns by what is sure of them: rates with intervals, what an order costs, what impressions bring.

Orders and sales are those that the networks credit themselves with; what advertising caused is another question.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from reports.analysis.kpi.flag import Flag
from reports.analysis.kpi.ranked import Row, ranked, share
from reports.analysis.kpi.reach import K6, clicks_without_value
from reports.analysis.kpi.samples import conversions_needed, misleading_order
from reports.analysis.kpi.shrinkage import shrunk
from reports.analysis.proportions import wilson
from reports.analysis.said import Said
from reports.analysis.weekly import CLASSES

SHOWN = 50
ONE_CLASS = 0.95  # share of a campaign's spend from which on it is of that class


@dataclass(frozen=True, slots=True)
class Campaign:
    """``spend`` by class of what was searched (``weekly.CLASSES``), positive; money in one currency."""

    channel: str
    network: str
    name: str
    spend: Mapping[str, float]
    impressions: float
    clicks: float
    orders: float
    sales: float

    @property
    def spent(self) -> float:
        return sum(self.spend.values())

    @property
    def label(self) -> str:
        """Tells it from all others where no name is "–"."""
        where = self.network if self.network == self.channel else f"{self.network}, {self.channel}"
        return f"{self.name or '–'} ({where})"

    @property
    def verdict(self) -> str:
        """Its class, ``mixed`` where it has several, ``unknown`` where nothing was spent."""
        most = max(CLASSES, key=lambda one: self.spend.get(one, 0.0))
        if self.spent <= 0:
            return "unknown"
        return most if self.spend.get(most, 0.0) >= ONE_CLASS * self.spent else "mixed"

    @property
    def counted(self) -> bool:
        """Whether its orders are of its clicks; networks also credit those who only saw."""
        return 0 <= self.orders <= self.clicks and self.clicks > 0


def table(campaigns: Sequence[Campaign], margin: float, shown: int = SHOWN) -> dict[str, Any]:
    """``rows`` of those that spent most, by the lower end of orders by click, and the ``rest`` and ``total`` summed.

    ``margin`` is the share of sales that is contribution before advertising, NaN where it is not known.
    """
    largest = sorted(campaigns, key=lambda one: (-one.spent, one.label))
    kept, rest = largest[:shown], largest[shown:]
    rates, usual = _shrunk(campaigns), _order_value(campaigns)
    rows = {one.label: _row(one, margin, usual, len(kept)) | rates.get(one.label, {}) for one in kept}
    order = ranked(_shares(kept))
    for place in order:
        rows[place.row.name] |= {"place": place.place, "distinguishable": place.label is None}
    told = [rows[place.row.name] for place in order]
    return {
        "rows": [*told, *(rows[one.label] for one in kept if not one.counted)],
        "rest": {**_sums(rest), "campaigns": len(rest)}, "total": {**_sums(largest), "campaigns": len(largest)},
    }  # fmt: skip


def checks(campaigns: Sequence[Campaign], margin: float, shown: int = SHOWN) -> tuple[Flag, Flag]:
    """K1 of orders by click and K6, over those that spent most."""
    kept = sorted(campaigns, key=lambda one: (-one.spent, one.label))[:shown]
    order = misleading_order(_shares(kept))
    fit = [one for one in kept if one.counted and one.clicks <= one.impressions]
    if not math.isfinite(margin):
        return order, K6.cannot_tell(Said("The margin of these weeks is not known."))
    impressions, clicks, orders, sales = (
        np.array([getattr(one, name) for one in fit], np.float64)
        for name in ("impressions", "clicks", "orders", "sales")
    )
    aov = np.divide(sales, orders, out=np.zeros(len(fit)), where=orders > 0)
    names = [one.label for one in fit]
    return order, clicks_without_value(names, impressions, clicks, orders, aov, np.full(len(fit), margin))


def _shares(campaigns: Sequence[Campaign]) -> list[Row]:
    return [share(one.label, one.orders, one.clicks) for one in campaigns if one.counted]


def _shrunk(campaigns: Sequence[Campaign]) -> dict[str, dict[str, float]]:
    """Over all of them, also those that are not shown: they tell how far campaigns differ."""
    counted = [one for one in campaigns if one.counted]
    if not counted:
        return {}
    orders, clicks = (np.array([getattr(one, name) for one in counted]) for name in ("orders", "clicks"))
    made = zip(counted, *shrunk(orders, clicks), strict=True)
    return {
        one.label: {"cvr_shrunk": float(rate), "cvr_shrunk_low": float(low), "cvr_shrunk_high": float(high)}
        for one, rate, low, high in made
    }


def _order_value(campaigns: Sequence[Campaign]) -> float:
    orders = math.fsum(one.orders for one in campaigns)
    return math.fsum(one.sales for one in campaigns) / orders if orders > 0 else math.nan


def _row(one: Campaign, margin: float, usual: float, rows: int) -> dict[str, Any]:
    """``order_costs_least`` and ``_most`` hold for all rows at once, nine times in ten; null where there is no end.

    ``order_brings`` before advertising: of its own orders where they are many, else of those of all campaigns.
    """
    few = one.orders < conversions_needed()
    ends = wilson(one.orders, one.clicks) if one.counted else (math.nan, math.nan)
    sure = wilson(one.orders, one.clicks, _z(rows)) if one.counted else (math.nan, math.nan)
    worth = one.sales * margin
    return {
        "channel": one.channel, "network": one.network, "campaign": one.name, "label": one.label,
        "class": one.verdict, "spend": one.spent,
        "spend_by_class": {name: one.spend.get(name, 0.0) for name in CLASSES},
        "impressions": one.impressions, "clicks": one.clicks, "orders": one.orders, "sales": one.sales,
        "ctr": _by(one.clicks, one.impressions), "cvr": _by(one.orders, one.clicks) if one.counted else None,
        "cvr_low": _finite(ends[0]), "cvr_high": _finite(ends[1]), "few": few,
        "value_per_mille": _by(1000 * worth, one.impressions),
        "contribution_per_mille": _by(1000 * (worth - one.spent), one.impressions),
        "cpa": _by(one.spent, one.orders), "cpa_low": _by(one.spent, one.clicks * ends[1]),
        "cpa_high": _by(one.spent, one.clicks * ends[0]),
        "order_costs_least": _by(one.spent, one.clicks * sure[1]),
        "order_costs_most": _by(one.spent, one.clicks * sure[0]),
        "order_brings": _finite(margin * (usual if few else one.sales / one.orders)),
        "place": None, "distinguishable": None,
    }  # fmt: skip


def _z(rows: int) -> float:
    """Normal quantile with which the intervals of so many rows hold together at 90 % (Bonferroni)."""
    return NormalDist().inv_cdf(1 - 0.05 / max(rows, 1))


def _by(top: float, bottom: float) -> float | None:
    return _finite(top / bottom) if bottom > 0 else None


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _sums(campaigns: Sequence[Campaign]) -> dict[str, Any]:
    return {
        "spend": math.fsum(one.spent for one in campaigns),
        "spend_by_class": {name: math.fsum(one.spend.get(name, 0.0) for one in campaigns) for name in CLASSES},
        **{name: math.fsum(getattr(one, name) for one in campaigns)
           for name in ("impressions", "clicks", "orders", "sales")},
    }  # fmt: skip
