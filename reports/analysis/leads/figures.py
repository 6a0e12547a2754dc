"""The figures of services that need no spend, from one row for each lead."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.analysis.kpi import roles
from reports.analysis.kpi.figure import SPANS, WINDOW, Kpi, changes, nothing
from reports.analysis.leads.rates import LEAST_WON, rates, waiting
from reports.analysis.said import Said
from reports.analysis.survival import Curve

Floats = NDArray[np.float64]

WEEKS = 104  # at most, that a series has
UNSEEN = Said("Nobody has looked which of these leads are bots.")
NOT_WON = Said("No lead was won yet.")
_MONDAY = 1  # as an ordinal of a day


def lead_figures(rows: Sequence[Sequence[Any]], currency: str) -> dict[str, tuple[Kpi, Floats]]:
    """With weekly values by the week of the lead. Rows of (created, qualified, won, lost, value, bot).

    Times in days as ordinals, NaN where it has not happened; value of a won lead in ``currency``, NaN where not known;
    bot is 1, 0 or NaN where nobody has looked. As of the last moment in the rows; none without a row that has a day.
    Bots count in their share alone. Weekly rates are by maturity; the days of a cycle are the mean of those won in a
    week.
    """
    table = np.array(rows, dtype=np.float64).reshape(len(rows), 6)
    table = table[np.isfinite(table[:, 0])]
    if not len(table):
        return {}
    now = float(np.nanmax(table[:, :4]))
    week = ((table[:, 0] - _MONDAY) // 7).astype(np.int64)
    begun = int((now - _MONDAY) // 7)  # the week that is not over
    weeks = min(WEEKS, begun - int(week.min()))
    place, people = week - (begun - weeks), table[:, 5] != 1
    found = {"bot_share": _bots(place, table[:, 5], weeks)}
    created, qualified, won, lost, value, _ = table[people].T
    place = place[people]
    for code, at in (("qualification_rate", qualified), ("lead_to_customer", won)):
        found[code] = _rate(code, created, at, place, now, weeks)
    days, done = _waited(created, won, now)
    unknown = np.full(weeks, np.nan)
    if not done.any():
        return found | {"cycle_length": (nothing("cycle_length", "days", NOT_WON, dict.fromkeys(SPANS)), unknown)}
    curve = waiting(days, done)
    found["cycle_length"] = _cycle(
        curve, days[done], ((won[done] - _MONDAY) // 7).astype(np.int64) - begun + weeks, weeks
    )
    ripe = curve.by(now - created) if done.sum() >= LEAST_WON else np.ones(len(place))
    revenue = _sums(place, np.where(done, value, 0.0), weeks)
    found["revenue_per_lead"] = _revenue(revenue, place, ripe, done, currency)
    leads = _sums(place, np.ones(len(place)), weeks)
    known = done | np.isfinite(lost) | (now - created < curve.quantile(0.9)[0])
    closed = _sums(place, known.astype(float), weeks)
    return found | {"closed_loop": (roles.closed_loop(closed, leads), _by(closed, leads))}


def _rate(code: str, created: Floats, at: Floats, place: Any, now: float, weeks: int) -> tuple[Kpi, Floats]:
    days, done = _waited(created, at, now)
    if not len(days):
        return nothing(code, "share", Said("No lead has had time yet."), dict.fromkeys(SPANS)), np.full(weeks, np.nan)
    age = np.maximum(now - created, 0.0)
    made = rates(np.zeros(len(days), np.int64), days, done, age)[0]
    ripe = waiting(days, done).by(age) if done.sum() >= LEAST_WON else np.ones(len(age))
    top, had = _sums(place, done.astype(float), weeks), _mature(place, ripe, done, weeks)
    last = _told(had)
    return _as_far(roles.rate(code, made, changes(top[:last], had[:last])), done), _by(top, had)


def _revenue(revenue: Floats, place: Any, ripe: Floats, done: Any, currency: str) -> tuple[Kpi, Floats]:
    had = _mature(place, ripe, done, len(revenue))
    recent = (place >= len(revenue) - WINDOW) & (place < len(revenue))
    made = roles.revenue_per_lead(revenue, had, currency, float(ripe[recent].mean()) if recent.any() else 0.0)
    last = _told(had)
    return _as_far(replace(made, trend=changes(revenue[:last], had[:last])), done), _by(revenue, had)


def _as_far(made: Kpi, done: Any) -> Kpi:
    """What is so far is not called mature where too few came there to say how long it takes."""
    if made.value is None or done.sum() >= LEAST_WON:
        return made
    said = {"n": int(done.sum()), "least": LEAST_WON}
    return replace(made, maturity=0.0, text=Said(
        "As far as it came: {n} leads came there, {least} would tell how long it takes.", said
    ))  # fmt: skip


def _mature(place: Any, ripe: Floats, done: Any, weeks: int) -> Floats:
    """The leads of each week that have had their time; NaN where they are too young to say anything."""
    had, leads = _sums(place, ripe, weeks), _sums(place, np.ones(len(place)), weeks)
    had = np.maximum(had, _sums(place, done.astype(float), weeks))
    return np.where((leads == 0) | (had >= roles.RIPE * leads), had, np.nan)


def _told(mature: Floats) -> int:
    """How many weeks there are up to the last one that says something."""
    known = np.flatnonzero(np.isfinite(mature))
    return int(known[-1]) + 1 if len(known) else 0


def _cycle(curve: Curve, days: Floats, place: Any, weeks: int) -> tuple[Kpi, Floats]:
    total, won = _sums(place, days, weeks), _sums(place, np.ones(len(days)), weeks)
    made = roles.cycle_length(curve)
    return replace(made, trend=changes(total, won)), _by(total, won)


def _waited(created: Floats, at: Floats, now: float) -> tuple[Floats, Any]:
    """Days until it happened, or the age; what precedes its lead happened at once."""
    done = np.isfinite(at)
    return np.maximum(np.where(done, at, now) - created, 0.0), done


def _bots(place: Any, bot: Floats, weeks: int) -> tuple[Kpi, Floats]:
    seen = np.isfinite(bot)
    if not seen.any():
        return nothing("bot_share", "share", UNSEEN, dict.fromkeys(SPANS)), np.full(weeks, np.nan)
    flagged, leads = _sums(place[seen], bot[seen], weeks), _sums(place[seen], np.ones(int(seen.sum())), weeks)
    return roles.bot_share(flagged, leads), _by(flagged, leads)


def _sums(place: Any, weight: Floats, weeks: int) -> Floats:
    inside = (place >= 0) & (place < weeks)
    return np.bincount(place[inside], weight[inside], weeks).astype(np.float64)


def _by(top: Floats, bottom: Floats) -> Floats:
    return np.asarray(np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0))
