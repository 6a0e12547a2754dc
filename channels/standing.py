"""How pulls stand: how far each resource of each store is complete, what waits, what will be lost, how fast it goes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import (
    Case,
    Count,
    DateTimeField,
    DurationField,
    Expression,
    ExpressionWrapper,
    F,
    Max,
    Min,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django_q.models import Schedule

from channels.adapters import adapters
from channels.core.transport import Resource
from channels.models import Fetch, Store, SyncWindow
from channels.schedules import PULL, name_of
from channels.windows import STATE, resources_of

SOON = timedelta(days=14)  # what the vendor drops within this time is worth a warning
RECENT = timedelta(minutes=10)  # what the pace of a pull is measured over
ACTIVE = timedelta(minutes=2)  # a pull that brought something within this time is running
FETCHES = 1_000  # answers that are looked at for the pace
LEEWAY = timedelta(hours=1)
_ALIGNED = {"day": timedelta(days=1), "week": timedelta(days=7)}

OPEN = Q(state__in=[STATE.READY, STATE.WORKING])
RED = Q(state=STATE.RED)

Key = tuple[int, str]  # a store and the name of a resource


@dataclass(frozen=True, slots=True)
class Standing:
    """One resource of a store."""

    store: Store
    resource: Resource
    windows: int
    complete: int
    red: int
    waiting: int  # ready, or being worked on
    pages: int
    rows: int
    closed: int  # windows that became complete in the last minutes
    since: datetime | None  # the unbroken stretch of complete windows that ends last
    until: datetime | None
    last: datetime | None  # when a window last became complete
    next_run: datetime | None
    gone: int  # windows that were never complete and that the vendor no longer gives out
    lost_at: datetime | None  # when the next of them is lost
    reason: str  # of the oldest window that is not complete

    def behind(self, now: datetime) -> timedelta | None:
        return max(timedelta(0), now - self.until) if self.until else None

    def late(self, now: datetime) -> bool:
        """Whether it is further behind than the vendor and the schedule explain."""
        behind = self.behind(now)
        usual = self.resource.lag + _ALIGNED.get(self.resource.aligned, timedelta(0)) + 3 * self.resource.every
        return behind is not None and behind > usual + LEEWAY

    def soon(self, now: datetime) -> bool:
        return self.lost_at is not None and self.lost_at <= now + SOON


@dataclass(frozen=True, slots=True)
class Pace:
    """A pull that is running: what the last minutes brought."""

    complete: int
    windows: int
    pages: int
    rows: int
    pages_a_minute: float
    rows_a_second: float
    left: timedelta | None  # None where nothing became complete in that time


def lost_at() -> Expression:
    """When the vendor stops giving out the beginning of a window that was never complete; as a column."""
    every = [one for adapter in adapters() if adapter.source for one in adapter.source.resources]
    stores = list(Store.objects.exclude(credentials__isnull=True)) if any(one.lifted_by for one in every) else []
    cases = [
        When(
            ~Q(store__in=[store.pk for store in stores if one.kept(store.credentials or {}) is None]),
            resource=one.name, closed_at__isnull=True,
            then=ExpressionWrapper(F("starts_at") + Value(one.keeps, DurationField()), output_field=DateTimeField()),
        )
        for one in every if one.keeps is not None
    ]  # fmt: skip
    empty = Value(None, output_field=DateTimeField())
    return Case(*cases, default=empty, output_field=DateTimeField()) if cases else empty


def lost_soon(found: QuerySet[SyncWindow], now: datetime) -> QuerySet[SyncWindow]:
    """The windows that can still be had, but only for some days."""
    return found.alias(goes_at=lost_at()).filter(goes_at__gt=now, goes_at__lte=now + SOON)


def lost(found: QuerySet[SyncWindow], now: datetime) -> QuerySet[SyncWindow]:
    """The windows that the vendor no longer gives out and that were never complete."""
    return found.alias(goes_at=lost_at()).filter(goes_at__lte=now)


def standings(stores: Sequence[Store], now: datetime) -> dict[int, list[Standing]]:
    """A row for each resource that a store pulls, by store."""
    ids = [store.pk for store in stores]
    counted = _counted(ids, now)
    stretches = _stretches(ids)
    reasons = _reasons(ids)
    runs = dict(Schedule.objects.filter(func=PULL).values_list("name", "next_run"))
    found: dict[int, list[Standing]] = {}
    for store in stores:
        for resource in resources_of(store):
            key = (store.pk, resource.name)
            since, until = stretches.get(key, (None, None))
            row = Standing(
                store, resource, **counted.get(key, _NOTHING), since=since, until=until, reason=reasons.get(key, ""),
                next_run=runs.get(name_of(*key)) if store.pulls else None,
            )  # fmt: skip
            found.setdefault(store.pk, []).append(row)
    return found


_NOTHING: dict[str, Any] = {
    "windows": 0, "complete": 0, "red": 0, "waiting": 0, "pages": 0, "rows": 0, "closed": 0, "last": None, "gone": 0,
    "lost_at": None,
}  # fmt: skip
_SUMS = {"pages": "sum_pages", "rows": "sum_rows"}  # a sum cannot have its column's name


def _counted(stores: list[int], now: datetime) -> dict[Key, dict[str, Any]]:
    found: Iterable[Any] = (
        SyncWindow.objects.filter(store__in=stores)
        .annotate(goes_at=lost_at())
        .values("store_id", "resource")
        .order_by()
        .annotate(
            windows=Count("pk"), complete=Count("pk", filter=Q(state=STATE.GREEN)), red=Count("pk", filter=RED),
            waiting=Count("pk", filter=OPEN), sum_pages=Sum("pages"), sum_rows=Sum("rows"),
            closed=Count("pk", filter=Q(closed_at__gt=now - RECENT)), last=Max("closed_at"),
            gone=Count("pk", filter=Q(goes_at__lte=now)), lost_at=Min("goes_at", filter=Q(goes_at__gt=now)),
        )
    )  # fmt: skip
    return {
        (row["store_id"], row["resource"]): {name: row[_SUMS.get(name, name)] for name in _NOTHING} for row in found
    }


# A window that was complete and is being read again has not stopped being complete; one that then failed has.
_STRETCHES = """
WITH marked AS (
    SELECT store_id, resource, starts_at, ends_at, closed_at IS NOT NULL AND failures = 0 AS complete,
           count(*) FILTER (WHERE closed_at IS NULL OR failures > 0)
               OVER (PARTITION BY store_id, resource ORDER BY starts_at DESC) AS breaks
    FROM channels_syncwindow WHERE store_id = ANY(%s)
), stretches AS (
    SELECT store_id, resource, min(starts_at) AS since, max(ends_at) AS until
    FROM marked WHERE complete GROUP BY store_id, resource, breaks
)
SELECT DISTINCT ON (store_id, resource) store_id, resource, since, until
FROM stretches ORDER BY store_id, resource, until DESC
"""


def _stretches(stores: list[int]) -> dict[Key, tuple[datetime, datetime]]:
    """The unbroken stretch of complete windows that ends last."""
    with connection.cursor() as cursor:
        cursor.execute(_STRETCHES, [stores])
        return {(store, resource): (since, until) for store, resource, since, until in cursor.fetchall()}


def _reasons(stores: list[int]) -> dict[Key, str]:
    red = SyncWindow.objects.filter(RED, store__in=stores).order_by("store_id", "resource", "starts_at")
    first = red.distinct("store_id", "resource").values_list("store_id", "resource", "reason")
    return {(store, resource): reason for store, resource, reason in first}


def paces(rows: Iterable[Standing], now: datetime) -> dict[int, Pace]:
    """By store, what is running now; stores where nothing is are not in it."""
    by_store: dict[int, list[Standing]] = {}
    for row in rows:
        by_store.setdefault(row.store.pk, []).append(row)
    open_stores = {store for store, found in by_store.items() if any(row.waiting for row in found)}
    if not open_stores:
        return {}
    recent: dict[int, list[tuple[datetime, int]]] = {}
    # The newest answers by their number: there is no index by time, and none is needed.
    newest = Fetch.objects.order_by("-pk").values_list("window__store_id", "fetched_at", "page__summary")[:FETCHES]
    for store, at, summary in newest:
        if store in open_stores and at > now - RECENT:
            recent.setdefault(store, []).append((at, sum(summary.get("rows", {}).values())))
    return {
        store: _pace(by_store[store], fetched, now)
        for store, fetched in recent.items()
        if max(at for at, _ in fetched) > now - ACTIVE
    }


def _pace(rows: list[Standing], fetched: list[tuple[datetime, int]], now: datetime) -> Pace:
    seconds = max(1.0, (now - min(at for at, _ in fetched)).total_seconds())
    waiting, closed = sum(row.waiting for row in rows), sum(row.closed for row in rows)
    return Pace(
        complete=sum(row.complete for row in rows),
        windows=sum(row.windows for row in rows),
        pages=sum(row.pages for row in rows),
        rows=sum(row.rows for row in rows),
        pages_a_minute=60 * len(fetched) / seconds,
        rows_a_second=sum(count for _, count in fetched) / seconds,
        left=timedelta(seconds=seconds * waiting / closed) if closed else None,
    )
