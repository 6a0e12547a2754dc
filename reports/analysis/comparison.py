"""Regions where something changed beside regions where nothing did, week by week, or why they cannot be compared."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np

from reports.analysis import event as kinds
from reports.analysis.event import Event
from reports.analysis.panel import WEEK, Panel, Series
from reports.analysis.said import Said
from reports.analysis.weights import Mask

LONGEST = 104  # weeks before the event that are looked at; older ones tell of another seller
MOST = 100  # controls, the largest: more make an answer slow, not better
EXISTED = 0.02  # of its later weekly orders: who sold less before is taken as launched


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Regions × weeks. Weeks ``[0, before)`` lie before the event, ``[before + skipped, end)`` are the horizon.

    ``money`` is the contribution of all channels but the affecting one, None where it is not known.
    ``launched``: the affecting channel sold nothing here before, so its orders are what the event added.
    """

    weeks: tuple[date, ...]
    regions: tuple[str, ...]
    treated: Mask
    affected: Series
    affecting: Series
    before: int
    skipped: int = 0
    money: Series | None = None
    category: Series | None = None
    launched: bool = True

    @property
    def horizon(self) -> int:
        return len(self.weeks) - self.before - self.skipped

    @property
    def controls(self) -> Mask:
        return ~self.treated

    @property
    def after(self) -> slice:
        return slice(self.before + self.skipped, len(self.weeks))

    def only(self, kept: Mask) -> "Comparison":
        """The same with these regions."""
        rows = np.flatnonzero(kept)
        return replace(
            self, regions=tuple(self.regions[row] for row in rows), treated=self.treated[rows],
            affected=self.affected[rows], affecting=self.affecting[rows],
            money=None if self.money is None else self.money[rows],
            category=None if self.category is None else self.category[rows],
        )  # fmt: skip

    def early(self) -> "Comparison":
        """The same with the weeks before alone."""
        kept = slice(0, self.before)
        return replace(
            self, weeks=self.weeks[kept], affected=self.affected[:, kept], affecting=self.affecting[:, kept], skipped=0,
            money=None if self.money is None else self.money[:, kept],
            category=None if self.category is None else self.category[:, kept],
        )  # fmt: skip


def compared(panel: Panel, event: Event, span: tuple[int, int | None] = (0, None)) -> Comparison | Said:
    """The comparison of an event, over the weeks ``span`` after it, or what stands in the way."""
    if fault := _fault(panel, event):
        return fault
    first = panel.index(event.starts)
    before = sum(week + WEEK <= event.starts for week in panel.weeks)
    ended = len(panel.weeks) if event.ends is None else sum(week + WEEK <= event.ends for week in panel.weeks)
    last = ended if span[1] is None else min(ended, first + span[1])
    if before == 0 or last <= first + span[0]:
        return Said("The event is not between the weeks of the panel, {first} to {last}.", _ends(panel))
    start = max(0, before - LONGEST)
    kept = [*range(start, before), *range(first, last)]
    if missing := _gap([panel.weeks[at] for at in range(start, last)]):
        return Said("The panel has a gap: the week of {week} is missing.", {"week": missing.isoformat()})
    made = _taken(panel, event, kept, before - start, span[0])
    return made if isinstance(made, Said) else _sold(made, event)


def _fault(panel: Panel, event: Event) -> Said | None:
    for channel in (event.affected, event.affecting):
        if channel not in panel.orders:
            return Said("The panel has no orders of {channel}.", {"channel": channel})
    if event.affected == event.affecting:
        return Said("A channel takes no orders from itself.")
    if absent := [region for region in event.regions if region not in panel.regions]:
        return Said("The panel has no region {region}.", {"region": absent[0]})
    if not event.regions:
        return Said("The event names no region.")
    if len(set(panel.regions)) < len(panel.regions):
        return Said("The panel names a region twice.")
    if not panel.weeks or not panel.weeks[0] < event.starts <= panel.weeks[-1]:
        return Said("The event is not between the weeks of the panel, {first} to {last}.", _ends(panel))
    return None


def _ends(panel: Panel) -> dict[str, str | int | float]:
    return {
        "first": panel.weeks[0].isoformat() if panel.weeks else "–",
        "last": panel.weeks[-1].isoformat() if panel.weeks else "–",
    }


def _gap(weeks: list[date]) -> date | None:
    return next((a + WEEK for a, b in pairwise(weeks) if b - a != WEEK), None)


def _taken(panel: Panel, event: Event, kept: list[int], before: int, skipped: int) -> Comparison | Said:
    treated = np.array([region in event.regions for region in panel.regions])
    weeks = tuple(panel.weeks[at] for at in kept)
    affected, affecting = (panel.orders[one][:, kept].astype(float) for one in (event.affected, event.affecting))
    has_any = np.isfinite(affected).any(axis=1)
    unknown = has_any[:, None] & ~np.isfinite(affected)
    if not has_any[treated].all() or unknown.any():
        row, week = np.argwhere(unknown if unknown.any() else ~np.isfinite(affected) & treated[:, None])[0]
        return _unknown(panel.regions[row], weeks[week], event.affected)
    later = np.nansum(affecting[treated][:, before + skipped :], axis=1).sum() / max(1, len(weeks) - before - skipped)
    earlier = np.nansum(affecting[treated][:, :before]) / before
    launched = event.kind not in {kinds.DELISTING, kinds.STOCK_OUT} and bool(earlier <= EXISTED * later)
    unknown = ~np.isfinite(affecting) & has_any[:, None]
    if launched:  # who did not sell there yet, or never did, wrote no rows
        unknown[:, :before] = unknown[~treated] = False
    else:  # a control that has no such channel is no control for it
        has_any &= np.isfinite(affecting).any(axis=1) | treated
        unknown &= has_any[:, None]
    if unknown.any():
        row, week = np.argwhere(unknown)[0]
        return _unknown(panel.regions[row], weeks[week], event.affecting)
    category = None if panel.category is None else panel.category[:, kept]
    whole = category is not None and np.isfinite(category).all() and (category[:, :before].mean(axis=1) > 0).all()
    made = Comparison(
        weeks, panel.regions, treated, affected, np.nan_to_num(affecting), before, skipped,
        _money(panel, event, kept), category if whole else None, launched,
    )  # fmt: skip
    return made.only(has_any)


def _money(panel: Panel, event: Event, kept: list[int]) -> Series | None:
    """What all other channels contribute; a channel without orders in a week without a figure contributes nothing."""
    others = [channel for channel in panel.orders if channel != event.affecting]
    if any(channel not in panel.contribution for channel in others):
        return None
    total = np.zeros((len(panel.regions), len(kept)))
    for channel in others:
        idle = ~np.isfinite(panel.contribution[channel]) & ~(panel.orders[channel] > 0)
        total += np.where(idle, 0.0, panel.contribution[channel])[:, kept]
    return total if np.isfinite(total).all() else None


def _unknown(region: str, week: date, channel: str) -> Said:
    return Said(
        "The panel has a gap: orders of {channel} in {region} are not known for the week of {week}.",
        {"channel": channel, "region": region, "week": week.isoformat()},
    )


def _sold(made: Comparison, event: Event) -> Comparison | Said:
    """Without the regions that sold nothing before, which are no controls."""
    if (made.affected < 0).any() or (made.affecting < 0).any():
        return Said("The panel has negative orders.")
    pre = made.affected[:, : made.before].sum(axis=1)
    if pre[made.treated].sum() <= 0:
        return Said("{channel} sold nothing in these regions before the event.", {"channel": event.affected})
    sold = made.affecting[made.treated]
    if (made.launched and sold[:, made.after].sum() <= 0) or (
        not made.launched and sold[:, : made.before].sum() <= 0
    ):  # fmt: skip
        return Said("{channel} sold nothing in these regions.", {"channel": event.affecting})
    kept = pre > 0
    if not made.launched:
        kept &= made.affecting[:, : made.before].sum(axis=1) > 0
    controls = kept & made.controls
    return made.only(made.treated | (controls & largest(np.where(controls, pre, 0.0), MOST)))


def largest(sold: Series, most: int) -> Mask:
    """The regions that sold most, so many of them; the first ones among equals."""
    chosen = np.zeros(len(sold), dtype=bool)
    chosen[np.argsort(-sold, kind="stable")[:most]] = True
    return chosen
