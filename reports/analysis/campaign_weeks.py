"""Campaigns over the last 13 weeks from their weeks, beside the ledger's advertising, and those that only look good."""

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from reports.analysis.campaigns import Campaign, table
from reports.analysis.kpi.figure import WINDOW
from reports.analysis.kpi.flag import Flag
from reports.analysis.kpi.spans import LOCAL_WEEKS, local_win
from reports.analysis.weekly import CLASSES, Floats, by_week

LARGE = 0.05  # of the spend of 8 weeks: smaller campaigns are not looked at for K10, which would find some by chance


class Week(Protocol):
    """As ``reports.ads.CampaignWeek``."""

    @property
    def week(self) -> date: ...
    @property
    def channel(self) -> str: ...
    @property
    def network(self) -> str: ...
    @property
    def campaign(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def spend(self) -> float: ...
    @property
    def orders(self) -> float: ...


@dataclass(frozen=True, slots=True, eq=False)
class Money:
    """Weekly series in ``currency``: the ledger's advertising and what reports tell of it, both positive."""

    weeks: Sequence[date]
    currency: str
    advertising: Floats
    reported: Floats
    net: Floats
    cm2: Floats
    cm3: Floats

    @property
    def uncosted(self) -> int:
        """How many of the last 13 weeks have no contribution."""
        return int(np.isnan(self.cm3[-WINDOW:]).sum())


def campaigns_told(told: Sequence[Week], money: Money) -> tuple[list[Campaign], dict[str, Any]]:
    """Over those of the last 13 weeks in which the ledger's advertising and that of reports are known.

    ``ledger`` is its advertising, of which ``untold`` is in no report (below 0: reports tell more); ``unrated`` counts
    the weeks with reports that are left out.
    """
    whole = np.isfinite(money.advertising) & np.isfinite(money.reported)
    latest = money.weeks[-WINDOW:]
    weeks = [week for week, known in zip(latest, whole[-WINDOW:], strict=True) if known]
    known = _summed(told, set(weeks))
    margin = _margin(money, whole)
    made = table(known, margin)
    ledger = float(money.advertising[-WINDOW:][whole[-WINDOW:]].sum())
    return known, {
        "currency": money.currency, "weeks": len(weeks), "since": weeks[0] if weeks else None, "margin": margin,
        "unrated": len({one.week for one in told} & set(latest) - set(weeks)),
        "ledger": ledger, "untold": ledger - made["total"]["spend"], **made,
    }  # fmt: skip


def _margin(money: Money, whole: NDArray[np.bool_]) -> float:
    """Contribution before advertising by net revenue of the weeks whose goods have a cost; NaN with none."""
    costed = (whole & np.isfinite(money.cm2) & np.isfinite(money.net))[-WINDOW:]
    net = money.net[-WINDOW:][costed].sum()
    return float(money.cm2[-WINDOW:][costed].sum() / net) if net > 0 else math.nan


def _summed(told: Sequence[Week], weeks: Collection[date]) -> list[Campaign]:
    found: dict[tuple[str, str, str], list[Week]] = defaultdict(list)
    for one in told:
        if one.week in weeks:
            found[one.channel, one.network, "" if one.campaign == "–" else one.campaign].append(one)
    return [
        Campaign(
            *key, {name: math.fsum(one.spend for one in of if one.verdict == name) for name in CLASSES},
            *(math.fsum(getattr(one, name) for one in of) for name in ("impressions", "clicks", "orders", "sales")),
        )
        for key, of in sorted(found.items())
    ]  # fmt: skip


def local_wins(told: Sequence[Week], money: Money) -> Mapping[str, Flag]:
    """K10 of the campaigns that spent at least a twentieth in the last 8 weeks."""
    weeks = money.weeks[-LOCAL_WEEKS:]
    series: dict[str, tuple[dict[date, float], dict[date, float]]] = defaultdict(lambda: ({}, {}))
    for one in told:
        if one.week in weeks:
            label = Campaign(one.channel, one.network, one.campaign, {}, 0, 0, 0, 0).label
            for sums, value in zip(series[label], (one.spend, one.orders), strict=True):
                sums[one.week] = sums.get(one.week, 0.0) + value
    total = math.fsum(value for spend, _ in series.values() for value in spend.values() if math.isfinite(value))
    large = {name: one for name, one in series.items() if sum(one[0].values()) >= LARGE * total > 0}
    return {
        name: local_win(by_week(spend, weeks), by_week(orders, weeks), money.cm3)
        for name, (spend, orders) in sorted(large.items())
    }
