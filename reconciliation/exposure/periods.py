"""In which period the rows of a report count: a week from Sunday to Saturday, or the report's own where it is none."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from reconciliation.exposure.counts import week_of

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Placed:
    """Rows of this range count in the period from ``first`` through ``last``."""

    starts_on: date
    ends_on: date
    period: str
    first: date
    last: date
    days: int  # of the period that the report's ranges cover together


def placed(ranges: Iterable[tuple[date, date]]) -> list[Placed]:
    """Every range with the period that its rows count in; none is left out, so the sums are the source's.

    What is in no week (a month, a week from Monday) stays a period of its own. Ranges of one week may overlap: an
    advertising report gives each term the days on which it was seen.
    """
    weeks: dict[date, list[tuple[date, date]]] = {}
    own: list[Placed] = []
    for starts_on, ends_on in sorted(set(ranges)):
        if week_of(starts_on) + WEEK > ends_on:
            weeks.setdefault(week_of(starts_on), []).append((starts_on, ends_on))
        else:
            period = _name(starts_on, ends_on)
            own.append(Placed(starts_on, ends_on, period, starts_on, ends_on, (ends_on - starts_on).days + 1))
    return own + [one for first, told in weeks.items() for one in _in_week(first, told)]


def _in_week(first: date, told: list[tuple[date, date]]) -> list[Placed]:
    days = {
        starts_on + DAY * n for starts_on, ends_on in told for n in range(max((ends_on - starts_on).days, 0) + 1)
    }  # fmt: skip
    return [Placed(*one, "week", first, first + WEEK - DAY, len(days)) for one in told]


def _name(starts_on: date, ends_on: date) -> str:
    if starts_on.day == 1 and (ends_on + DAY).day == 1:
        months = (ends_on.year - starts_on.year) * 12 + ends_on.month - starts_on.month + 1
        if months == 1 or (months == 3 and starts_on.month % 3 == 1):
            return "month" if months == 1 else "quarter"
    return "range"


def missing(weeks: Iterable[date], until: date) -> list[date]:
    """The weeks from the first through the one of ``until`` of which there is none."""
    there = set(weeks)
    if not there:
        return []
    first, count = min(there), (week_of(until) - min(there)).days // 7
    return [week for n in range(count + 1) if (week := first + WEEK * n) not in there]
