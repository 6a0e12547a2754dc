"""Which weeks and regions an event is judged by: those that no other known event touches. No outcome is looked at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product

from reports.analysis.event import LAUNCH, Event
from reports.analysis.panel import WEEK, Panel

SETTLES = timedelta(weeks=4)  # how long a region moves after something changed there
PRE, POST, DONORS = 20, 6, 8  # the least weeks before and after, and untouched regions, that are sought


@dataclass(frozen=True, slots=True)
class Design:
    """The panel to judge by and the event in it. ``left_out`` are regions that another event touches."""

    panel: Panel
    event: Event
    left_out: tuple[str, ...] = ()


def design(panel: Panel, event: Event, others: Iterable[Event]) -> Design:
    """Of the stretches between changes the one with the most control regions and weeks after; else all weeks.

    A stretch holds no week that is not known, as stores that are pulled from different days on leave at the beginning.
    What others do in the whole country leaves all regions alike and is left to the operator's attestation.
    """
    changes = [
        (region, day)
        for other in others
        if {other.affected, other.affecting} & {event.affected, event.affecting}
        for region in other.regions
        for day in (other.starts, other.ends)
        if day is not None
    ]
    first, last = panel.weeks[0], panel.weeks[-1] + WEEK
    if event.ends is not None:
        last = min(last, max(event.ends, event.starts + POST * WEEK))
    unknown = _unknown(panel, event)
    since = {first, *(monday(day + SETTLES) for _, day in changes), *({week + WEEK for week in unknown} - unknown)}
    until = {last, *(monday(day) for _, day in changes), *(week for week in unknown if week - WEEK not in unknown)}
    best, most = (first, last), 0.0
    for start, end in product(sorted(since), sorted(until, reverse=True)):
        if start < first or end > last or any(start <= week < end for week in unknown):
            continue
        if (worth := _worth(panel, event, changes, start, end)) > most:
            best, most = (start, end), worth
    return _cut(panel, event, _touched(changes, *best), *best)


def _unknown(panel: Panel, event: Event) -> set[date]:
    """Weeks in which a channel's orders are not known; before a launch those of the launched one are not needed."""
    own, other = panel.unknown(event.affected), panel.unknown(event.affecting)
    return own | {week for week in other if event.kind != LAUNCH or week + WEEK > event.starts}


def _worth(
    panel: Panel, event: Event, changes: Sequence[tuple[str, date]], start: date, end: date
) -> float:  # fmt: skip
    """What precision goes with: treated and control regions together, and the weeks after; 0 where too few."""
    touched = _touched(changes, start, end)
    treated = len(set(event.regions) - touched)
    donors = len(set(panel.regions) - set(event.regions) - touched)
    before, after = (event.starts - start) // WEEK, (end - event.starts) // WEEK
    if before < PRE or after < POST or donors < DONORS or not treated:
        return 0.0
    return after / (1 / treated + 1 / donors)


def _touched(changes: Iterable[tuple[str, date]], start: date, end: date) -> set[str]:
    """Regions where something changes in the stretch, or has changed so shortly before that they still move."""
    return {region for region, day in changes if day < end and day + SETTLES > start}


def _cut(panel: Panel, event: Event, touched: set[str], start: date, end: date) -> Design:
    treated = tuple(one for one in event.regions if one not in touched) or event.regions
    out = touched - set(treated)
    rows = [n for n, one in enumerate(panel.regions) if one not in out]
    columns = [n for n, week in enumerate(panel.weeks) if start <= week and week + WEEK <= end]
    return Design(
        Panel(
            tuple(panel.weeks[n] for n in columns), tuple(panel.regions[n] for n in rows),
            {name: of[rows][:, columns] for name, of in panel.orders.items()},
            {name: of[rows][:, columns] for name, of in panel.contribution.items()},
            panel.category[rows][:, columns] if panel.category is not None else None, panel.currency,
        ),
        replace(event, regions=treated), tuple(sorted(out & set(panel.regions))),
    )  # fmt: skip


def monday(day: date) -> date:
    """The first Monday from the day on."""
    return day + timedelta(days=-day.weekday() % 7)
