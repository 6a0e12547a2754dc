"""Windows of time: cut from what a resource allows, claimed by one worker at a time, closed only with proof."""

import math
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Case, DateTimeField, F, IntegerField, Max, Min, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from channels.adapters import adapters
from channels.clocks import clock
from channels.core.transport import Resource, Route, Source, best_route
from channels.models import Order, Store, SyncWindow

USUAL_ORDERS = 50.0  # a day, where a store has none yet to go by
SHORTEST = timedelta(minutes=1)  # the vendor's minute is not worth a window of its own
PAUSES = (60, 300, 900, 3600, 4 * 3600)  # seconds after the first, second … failure in a row
LONGEST_WAIT = 86_400.0  # seconds: a vendor that names more, or no number, is asked again all the same
LATE = timedelta(days=1)  # the oldest window begins just where the vendor's memory does, and takes a while to be read
DEATHS = 3  # failures in a row after which a window whose worker died waits, so that it does not kill all others
BELIEVED = 3  # times that a report of days or weeks must be empty: some say they are done before there is data
STATE = SyncWindow.State


def source_of(store: Store) -> Source | None:
    """What a store can pull, or None for a channel that has only files."""
    return next((one.source for one in adapters() if one.code == store.channel), None)


def resources_of(store: Store) -> list[Resource]:
    """The resources that this store pulls: those it has, and of the optional ones those it was set to."""
    source = source_of(store)
    wanted = set(store.pull_options.get("optional", ()))
    if source is None:
        return []
    return [one for one in source.resources if one.serves(store.shop) and (not one.optional or one.name in wanted)]


def resource_of(store: Store, name: str) -> Resource:
    """Raises LookupError where the store does not pull it."""
    found = next((one for one in resources_of(store) if one.name == name), None)
    if found is None:
        names = ", ".join(one.name for one in resources_of(store)) or "nothing"
        raise LookupError(f"{store} does not pull {name}; it pulls {names}")
    return found


@dataclass(frozen=True, slots=True)
class Cut:
    """A window that is not there yet."""

    starts_at: datetime
    ends_at: datetime
    route: Route
    records: int  # orders that are thought to be in it


def missing(
    store: Store, resource: Resource, now: datetime, *, since: datetime | None = None, orders: int | None = None
) -> list[Cut]:
    """The windows from the wanted beginning to what the vendor has ready that are not there yet, oldest first.

    ``orders`` says how many orders there are in all of it; otherwise the store's own pace is taken.
    """
    known = SyncWindow.objects.filter(store=store, resource=resource.name).aggregate(
        first=Min("starts_at"), last=Max("ends_at")
    )
    if not store.endpoint:  # a shared clock may be ahead, and a vendor has nothing of what has not been
        now = min(now, datetime.now(UTC))
    until = _aligned(now - resource.lag, resource, store.zone)
    start = _aligned(_beginning(store, resource, now, since), resource, store.zone)
    first, last = known["first"], known["last"]
    spans = [(start, until)] if last is None else [(start, min(first, until)), (last, until)]
    spans = [(a, b) for a, b in spans if b - a >= SHORTEST]
    length = sum((b - a for a, b in spans), timedelta(0))
    pace = usual_pace(store, now) if orders is None or not length else orders / (length / timedelta(days=1))
    return [cut for a, b in spans for cut in _cut(a, b, resource, store, pace)]


def _beginning(store: Store, resource: Resource, now: datetime, since: datetime | None) -> datetime:
    """Where a pull begins: where it is asked to, else the day the store was set to, else its go-live, else as deep as
    is usual; never before what the vendor still gives out, since a window without data would pass for one."""
    day = store.pull_options.get("since") or (store.go_live.isoformat() if store.go_live else "")
    wanted = datetime.combine(date.fromisoformat(day), time(0), store.zone) if day else now - resource.depth
    wanted = (since or wanted) - resource.lead
    kept = resource.kept(store.credentials or {})
    return max(wanted, now - kept).astimezone(UTC) if kept else wanted.astimezone(UTC)


def usual_pace(store: Store, now: datetime) -> float:
    """Orders a day, by the last 90 days."""
    recent = Order.objects.filter(store=store, ordered_at__gt=now - timedelta(days=90)).count()
    return recent / 90 if recent else USUAL_ORDERS


def _aligned(at: datetime, resource: Resource, zone: ZoneInfo) -> datetime:
    """The last day or week (from Sunday) that had begun in the store's zone; the second for other resources."""
    if not resource.aligned:
        return at.replace(microsecond=0)
    day = at.astimezone(zone).date()
    if resource.aligned == "week":
        day -= timedelta(days=day.isoweekday() % 7)
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def _cut(start: datetime, end: datetime, resource: Resource, store: Store, pace: float) -> Iterator[Cut]:
    """Windows of the route that the vendor's quotas let through soonest."""
    source = source_of(store)
    if source is None:
        return
    route = best_route(resource, source, end - start, pace)
    at = start
    while at < end:
        # The overlap is asked for too, and must fit into what the vendor takes.
        longest = max(route.longest - resource.overlap, route.longest / 2)
        until = min(end, _aligned(at + longest, resource, store.zone) if resource.aligned else at + longest)
        unit = timedelta(days=7 if resource.aligned == "week" else 1)
        if resource.aligned and until - at < unit * 0.75:
            # Not a whole one: a week with 169 hours, or what is left of one since the store's zone was corrected.
            until = _aligned(until + unit + timedelta(hours=12), resource, store.zone)
            if until > end:
                return
        yield Cut(at, until, route, math.ceil(pace * ((until - at) / timedelta(days=1))))
        at = until


def open_windows(store: Store, resource: Resource, *, since: datetime | None = None) -> int:
    """Write down the windows that are missing; the number of new ones. Two processes at once make one set."""
    cuts = missing(store, resource, clock().now(), since=since)
    made = SyncWindow.objects.bulk_create(
        (
            SyncWindow(store=store, resource=resource.name, route=cut.route.name, starts_at=cut.starts_at,
                       ends_at=cut.ends_at)
            for cut in cuts
        ),
        ignore_conflicts=True, batch_size=1_000,
    )  # fmt: skip
    return len(made)


@contextmanager
def claimed(store: Store, resource: str) -> Iterator[bool]:
    """Whether this process alone works on the resource of the store. Given up when the process dies, however."""
    key = f"plumbline.window.{store.pk}.{resource}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [key])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])


def due(store: Store, resource: str, now: datetime, *, hurry: bool = False) -> QuerySet[SyncWindow]:
    """The windows to work on now, in the order in which to do so. ``hurry`` does not wait for the next try.

    One that says it is being worked on while its resource is claimed by us was left by a worker that died.
    """
    waiting = Q(state__in=[STATE.READY, STATE.RED])
    if not hurry:
        waiting &= Q(not_before__isnull=True) | Q(not_before__lte=now)
    again = Q(state=STATE.GREEN, again_at__lte=now)
    begun = Case(When(state=STATE.WORKING, then=Value(0)), When(state=STATE.RED, then=Value(2)), default=Value(1),
                 output_field=IntegerField())  # fmt: skip
    found = SyncWindow.objects.filter(Q(state=STATE.WORKING) | waiting | again, store=store, resource=resource)
    return found.order_by(begun, "starts_at")


def start(window: SyncWindow) -> None:
    """Work on a window begins, or goes on where an earlier worker got to."""
    if window.state == STATE.GREEN:
        restart(window)
    if window.state == STATE.WORKING:  # its worker died
        window.failures += 1
    window.state, window.worker = STATE.WORKING, f"{socket.gethostname()}:{os.getpid()}"[:80]
    window.save()


def restart(window: SyncWindow) -> None:
    """The chain is to be read from its beginning: another attempt, with counts of its own."""
    if window.fetches.filter(attempt=window.attempt).exists():
        window.attempt += 1
    window.cursor, window.pages, window.rows, window.records = "", 0, 0, 0
    window.expected, window.unreadable = None, 0


def close(window: SyncWindow, resource: Resource) -> None:
    """The chain has closed: green where every count agrees, else red, and to be read again from its beginning."""
    window.empties = window.empties + 1 if resource.aligned and not window.rows else 0
    if said := doubts(window):
        fail(window, said, restarting=True)
        return
    now = clock().now()
    if window.closed_at is None and _was_late(window, resource, now):
        window.failures = 0  # the channel does what it says: no health page is red for good
        fail(window, "it was read when the channel no longer gave out its beginning", restarting=True, least=86_400.0)
        return
    ages = [age for age in resource.again if window.ends_at + age > now]
    window.state, window.reason, window.failures = STATE.GREEN, "", 0
    window.closed_at, window.not_before = now, None
    window.again_at = window.ends_at + min(ages) if ages else None
    window.save()
    forget_superseded(window.store.company_id)


def _was_late(window: SyncWindow, resource: Resource, now: datetime) -> bool:
    """Whether the vendor had dropped the beginning of a window before it was complete: what came is not all of it."""
    kept = resource.kept(window.store.credentials or {})
    return kept is not None and window.starts_at + kept + LATE <= now


def forget_superseded(company_id: int) -> None:
    """Lines that an earlier attempt could not read stand no longer where a later one of the window is complete."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM channels_unreadableline u USING channels_rawpage p WHERE p.id = u.page_id "
            "AND p.company_id = %s AND EXISTS (SELECT 1 FROM channels_fetch f WHERE f.page_id = p.id) "
            "AND NOT EXISTS (SELECT 1 FROM channels_fetch f JOIN channels_syncwindow w ON w.id = f.window_id "
            "WHERE f.page_id = p.id AND (f.attempt = w.attempt OR w.state <> 'green'))",
            [company_id],
        )


def doubts(window: SyncWindow) -> str:
    """Why a closed chain is not proof that all is here; "" where it is."""
    if window.expected is not None and window.records < window.expected:
        return f"the channel says {window.expected:,} records, {window.records:,} came"
    if window.unreadable:
        return f"{window.unreadable:,} records could not be read; see its pages"
    if 0 < window.empties < BELIEVED:
        return f"nothing came; statistics without a line are believed only when asked {BELIEVED} times"
    return ""


def fail(window: SyncWindow, why: str, *, restarting: bool = False, least: float = 0.0) -> None:
    """Red, with the reason; tried again after a pause that grows with every failure in a row."""
    window.failures += 1
    if restarting or window.failures % 3 == 0:  # the tokens of a chain may have run out at the vendor
        restart(window)
    pause = max(least, PAUSES[min(window.failures, len(PAUSES)) - 1])
    window.state, window.reason = STATE.RED, why[:2_000]
    window.not_before = clock().now() + timedelta(seconds=pause)
    window.save()


def postpone(window: SyncWindow, seconds: float, why: str = "") -> None:
    """Put a window back until the vendor's quota allows; what was read of it stays."""
    window.state, window.reason = STATE.READY, why
    window.not_before = clock().now() + timedelta(seconds=min(LONGEST_WAIT, seconds))
    window.save()


def hasten(store: Store, resource: str) -> None:
    """A message says that there is something new: the next pull of the resource is due now, with all that is red."""
    from channels.schedules import bring_forward  # noqa: PLC0415 - schedules ask windows what a store pulls

    with transaction.atomic():
        SyncWindow.objects.filter(store=store, resource=resource, state=STATE.RED).update(not_before=None)
        bring_forward(store, resource)


def next_dues() -> dict[tuple[int, str], datetime]:
    """When the next window of each store and resource is due; those of which none waits are left out."""
    never_tried = datetime(1970, 1, 1, tzinfo=UTC)
    at = Case(
        When(state=STATE.GREEN, then=F("again_at")),
        When(state=STATE.WORKING, then=Value(never_tried)),
        default=Coalesce("not_before", Value(never_tried)), output_field=DateTimeField(),
    )  # fmt: skip
    found = SyncWindow.objects.order_by().values_list("store", "resource").annotate(due=Min(at))
    return {(store, resource): due for store, resource, due in found if due}


def lost_after(window: SyncWindow) -> datetime | None:
    """When the vendor stops giving out the beginning of a window that was never complete; None where it does not."""
    source = source_of(window.store)
    found = next((one for one in source.resources if one.name == window.resource), None) if source else None
    kept = found.kept(window.store.credentials or {}) if found else None
    return window.starts_at + kept if kept and not window.closed_at else None


def explained(window: SyncWindow) -> str:
    """Why a window is not complete, and until when it can still be had; "" for a complete one."""
    if window.state == STATE.GREEN:
        return ""
    lost = lost_after(window)
    if lost is None:
        return window.reason
    gone = lost <= clock().now()
    until = f"the channel no longer gives it out since {lost:%Y-%m-%d}" if gone else f"can be had until {lost:%Y-%m-%d}"
    return "; ".join(part for part in (window.reason, until) if part)
