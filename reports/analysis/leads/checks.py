"""K1, K3, K4, K5, K15 and K16 on leads as the books trace them to spend and to what they brought."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reports.analysis.kpi.flag import Flag
from reports.analysis.kpi.leads import K3, K4, K5, K15, bots, cheap_leads, closed_loop, unlike_ages
from reports.analysis.kpi.ranked import Row
from reports.analysis.kpi.samples import misleading_order
from reports.analysis.kpi.spans import proxy_drift
from reports.analysis.leads.figures import UNSEEN
from reports.analysis.leads.traced import Floats, Traced
from reports.analysis.said import Said

_FEWEST = 30  # leads of a line whose age is compared
_LENGTH = Said("It is not known how long leads take.")
_SLOPE_WEEKS = 26


@dataclass(frozen=True, slots=True, eq=False)
class Costed:
    """Leads by line with the spend of each line by week, NaN where not known; the first week begins on ``since``.

    ``worth`` names the money that tells: contribution where it is known of most won leads, else revenue. ``all_spend``
    is advertising of every kind by the same weeks.
    """

    of: Traced
    names: Sequence[str]
    spend: Floats  # lines × weeks
    since: int
    worth: str
    all_spend: Floats

    @property
    def week(self) -> Floats:
        """Of each lead, from 0."""
        return np.floor((np.floor(self.of.created) - self.since) / 7)

    def ripe_weeks(self) -> int | None:
        """How many weeks' leads have had the time in which nine of ten are won; None where that is not known."""
        curve = self.of.curve("won")
        if curve is None:
            return None
        last = self.of.now - curve.quantile(0.9)[0]
        return max(0, min(int((last - self.since) // 7), len(self.all_spend)))


def unlike_rates(made: Costed) -> Flag:
    """K1 on how many leads each source brings to be won."""
    found = made.of.rates("won", len(made.names))
    return misleading_order([
        Row(name, one.value, float(one.low), float(one.high), one.mature, one.won)
        for name, one in zip(made.names, found, strict=True) if one.leads
    ])  # fmt: skip


def ages(made: Costed) -> Flag:
    """K4 by source, from thirty leads on."""
    curve = made.of.curve("won")
    if curve is None:
        return K4.cannot_tell(_LENGTH)
    some = made.of.people
    line, ripe = made.of.line[some], curve.by(made.of.age[some])
    found = {name: ripe[line == place] for place, name in enumerate(made.names)}
    return unlike_ages({name: float(one.mean()) for name, one in found.items() if len(one) >= _FEWEST})


def cheap(made: Costed) -> Flag:
    """K3 on the weeks whose leads and their money have had their time; what was paid back in all is no spend."""
    weeks = made.ripe_weeks()
    if weeks is None:
        return K3.cannot_tell(_LENGTH)
    spend = np.maximum(np.nansum(made.spend[:, :weeks], axis=1), 0.0)
    money, old = np.nan_to_num(getattr(made.of, made.worth)), made.of.people & (made.week < weeks)
    return cheap_leads(made.names, spend, [money[old & (made.of.line == place)] for place in range(len(made.names))])


def spam(made: Costed) -> Flag:
    """K5, of leads at which somebody has looked."""
    looked = np.isfinite(made.of.bot) & (made.of.line >= 0)
    if not looked.any():
        return K5.cannot_tell(UNSEEN)
    leads = _by_line(made, looked.astype(float))
    return bots(made.names, np.nansum(made.spend, axis=1), leads, _by_line(made, (looked & (made.of.bot == 1)) * 1.0))


def loop(made: Costed, sourced: float, revenue: float) -> Flag:
    """K15; ``sourced`` is the revenue of won leads with a source, of all ``revenue`` that leads and deals brought."""
    some = made.of.people & (made.of.line >= 0)
    curve = made.of.curve("won")
    if curve is None:
        return K15.cannot_tell(_LENGTH)
    ended = np.isfinite(made.of.won[some]) | np.isfinite(made.of.lost[some])
    return closed_loop(ended, made.of.age[some], curve.quantile(0.9)[0], sourced, revenue, np.empty(0))


def drift(made: Costed) -> Flag:
    """K16 by campaign, and by week of those whose leads have had their time."""
    weeks = made.ripe_weeks() or 0
    old = made.of.people & (made.of.line >= 0) & (made.week < weeks)
    money = np.where(old, np.nan_to_num(getattr(made.of, made.worth)), 0.0)
    fills = _by_line(made, old.astype(float))
    some = fills > 0
    week = np.where(old, made.week, 0).astype(np.int64)
    by_week = [np.bincount(week, of, max(weeks, 1))[:weeks] for of in (money, old.astype(float))]
    ratio = np.divide(by_week[0], by_week[1], out=np.full(weeks, np.nan), where=by_week[1] > 0)
    every = made.all_spend[:weeks]
    steered = np.nansum(made.spend[some][:, :weeks], axis=0)
    share = np.divide(steered, every, out=np.full(weeks, np.nan), where=every > 0)
    return proxy_drift(fills[some], _by_line(made, money)[some], ratio[-_SLOPE_WEEKS:], share[-_SLOPE_WEEKS:])


def _by_line(made: Costed, weight: Floats) -> Floats:
    some = made.of.line >= 0
    return np.bincount(made.of.line[some], weight[some], len(made.names)).astype(np.float64)
