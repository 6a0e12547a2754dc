"""Which days of a store's orders are here: a day that was pulled with no order is none, one that was not is unknown."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from channels.models import Company, Store, SyncWindow

Span = tuple[date, date]  # half-open days by the store's clock
Period = tuple[datetime, datetime]

# Orders that no window brought came in files, without gaps as far as anyone can tell. A day that was still to come when
# its file came says nothing; one of another time zone may have begun.
_FILES = """
SELECT o.store_id, min(o.ordered_at), max(o.ordered_at) FROM channels_order o
JOIN channels_store s ON s.id = o.store_id JOIN channels_rawpage p ON p.id = o.page_id
WHERE s.company_id = %s AND NOT EXISTS (SELECT 1 FROM channels_fetch f WHERE f.page_id = o.page_id)
    AND o.ordered_at < p.fetched_at + interval '1 day'
GROUP BY o.store_id
"""


def known_days(company: Company) -> dict[int, list[Span]]:
    """Store id → the days of which every order is here: complete windows, and before the first of them what files say.

    Without windows it is from the first order of a file to the last.
    """
    windows: dict[int, list[Period]] = {}
    firsts: dict[int, datetime] = {}
    found = SyncWindow.objects.filter(store__company=company, resource__endswith=".orders").order_by("starts_at")
    for store, start, end, closed, failures in found.values_list(
        "store_id", "starts_at", "ends_at", "closed_at", "failures"
    ):
        firsts.setdefault(store, start)
        if closed is not None and not failures:
            windows.setdefault(store, []).append((start, end))
    with connection.cursor() as cursor:
        cursor.execute(_FILES, [company.pk])
        files = {store: (first, last) for store, first, last in cursor.fetchall()}
    return {
        store.pk: _days(windows.get(store.pk, ()), firsts.get(store.pk), files.get(store.pk), store.zone)
        for store in Store.objects.filter(company=company)
    }


def _days(windows: Iterable[Period], begins: datetime | None, files: Period | None, zone: ZoneInfo) -> list[Span]:
    spans = [(_day_from(start, zone), _day_until(end, zone)) for start, end in _joined(windows)]
    if files is not None:
        first, last = (moment.astimezone(zone).date() for moment in files)
        until = last + timedelta(days=1) if begins is None else _day_from(begins, zone)
        spans.insert(0, (first, until))
    return _merged(spans)


def _joined(periods: Iterable[Period]) -> list[Period]:
    found: list[Period] = []
    for start, end in sorted(periods):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _merged(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(one for one in spans if one[0] < one[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _day_from(moment: datetime, zone: ZoneInfo) -> date:
    """The first whole day from the moment on."""
    there = moment.astimezone(zone)
    return there.date() + timedelta(days=there.time() > time(0))


def _day_until(moment: datetime, zone: ZoneInfo) -> date:
    """The day that has begun by the moment: those before it are over."""
    return moment.astimezone(zone).date()


def holds(spans: Iterable[Span], start: date, end: date) -> bool:
    """Whether every day of the half-open period is known."""
    return any(since <= start and end <= until for since, until in spans)
