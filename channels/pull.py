"""Pulling: answers of a vendor are archived, then loaded; the cursor moves in the transaction of their data."""

import logging
import time

from django.conf import settings

from channels import buckets, credentials, deliveries, windows
from channels.answers import Progress, Undecided, absorb, grouped, take_in
from channels.clocks import clock
from channels.core.errors import Changed, Refused, Throttled, Unavailable
from channels.core.transport import Connection, Resource, Source, Task
from channels.endpoints import allowed_endpoint
from channels.models import Store, SyncWindow

logger = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds that a worker waits for a quota itself; longer waits give the window back
REFUSED_PAUSE = 3600.0  # seconds until a store is asked again whose vendor refused it
_STATE = SyncWindow.State


def pull(
    store: Store, resource: Resource, *, seconds: float = 240.0, patience: float = PATIENCE, hurry: bool = False,
    progress: Progress | None = None,
) -> Progress:  # fmt: skip
    """Work on the due windows of a resource until none is left or the time is up. Safe to run twice, or to kill."""
    progress = progress or Progress()
    ends = time.monotonic() + seconds
    with windows.claimed(store, resource.name) as mine:
        tried: set[int] = set()
        while mine and time.monotonic() < ends:
            waiting = windows.due(store, resource.name, clock().now(), hurry=hurry)
            window = waiting.exclude(pk__in=tried).first() if hurry else waiting.first()
            if window is None:
                break
            tried.add(window.pk)
            if window.state == _STATE.WORKING and window.failures + 1 >= windows.DEATHS:
                windows.fail(window, f"the worker died at this window; failures in a row: {window.failures + 1}")
            else:
                _work(store, resource, window, ends, patience, progress)
            if window.state == _STATE.GREEN:
                progress.green += 1
            elif window.state == _STATE.RED:
                progress.red += 1
                progress.reasons.append(f"{window}: {window.reason}")
            progress.tell(window)
    return progress


def _work(
    store: Store, resource: Resource, window: SyncWindow, ends: float, patience: float, progress: Progress
) -> None:
    """One window, as far as the time goes; whatever happens is written down on it."""
    windows.start(window)
    try:
        _chain(store, resource, window, ends, patience, progress)
        if store.refused:
            _say_refused(store, "")
    except Throttled as throttled:
        windows.postpone(window, throttled.wait, f"waits for the channel's quota: {throttled.wait:,.0f} s")
    except Unavailable as error:
        windows.fail(window, str(error))
    except Undecided as error:
        windows.fail(window, str(error), least=REFUSED_PAUSE)
    except Changed as error:
        windows.fail(window, f"the channel answers in another shape: {error}", restarting=True)
    except Refused as error:
        windows.fail(window, str(error), restarting=True, least=REFUSED_PAUSE)
        _say_refused(store, str(error))
    except Exception as error:
        # Its text may hold what a buyer wrote; the failed task has the place.
        windows.fail(window, f"the program failed at this window ({type(error).__name__}); please report it")
        raise


def _say_refused(store: Store, why: str) -> None:
    store.refused = why
    Store.objects.filter(pk=store.pk).update(refused=why)


def _chain(
    store: Store, resource: Resource, window: SyncWindow, ends: float, patience: float, progress: Progress
) -> None:
    """Read the chain of a window to its end. Raises what stops it."""
    for fetch in window.fetches.filter(attempt=window.attempt, loaded=False).order_by("number"):
        absorb(window, [fetch], progress)  # a worker died between archive and load
        if fetch.closed:
            _close(window, resource)
            return
    if window.fetches.filter(attempt=window.attempt, closed=True).exists():
        _close(window, resource)  # a worker died between the last load and the close
        return
    source = windows.source_of(store)
    if source is None:
        raise Refused(f"{store} is on a channel that cannot be pulled")
    connection = connect(store, source, patience)
    task = Task(resource.name, window.route, window.starts_at - resource.overlap, window.ends_at, window.cursor)
    for answers in grouped(source.pages(connection, task)):
        take_in(store, source, window, answers, progress)
        progress.tell(window)
        if answers[-1][0].closed:
            _close(window, resource)
            return
        if time.monotonic() > ends:
            windows.postpone(window, 0.0)
            return
    raise Changed("the chain of answers ended before its last one")


def _close(window: SyncWindow, resource: Resource) -> None:
    windows.close(window, resource)
    if window.state == _STATE.GREEN:
        deliveries.answered(window)


def connect(store: Store, source: Source, patience: float = PATIENCE) -> Connection:
    """What the client of a store may use. Raises Refused where credentials are missing or the endpoint is not ours."""
    given = store.credentials or {}
    lacking = [one.label for one in source.credentials if one.required and not given.get(one.name)]
    if lacking:
        raise Refused(f"{store} lacks credentials: {', '.join(lacking)}; set them in the admin under Stores")
    owner = buckets.Owner.of(store.channel, source.application(given), source.seller(given, store.shop))

    def take(operation: str, cost: float) -> None:
        rate = source.rates.get(operation)
        while rate and (wait := buckets.take(owner, operation, rate, cost, clock().now())):
            if wait > patience:
                raise Throttled(wait)
            clock().sleep(wait)

    def learn(operation: str, per_second: float | None, available: float | None) -> None:
        rate = source.rates.get(operation)
        if rate:
            buckets.learn(owner, operation, rate, per_second, available, clock().now())
            if available == 0:
                buckets.throttled(owner, operation, rate)

    return Connection(
        shop=store.shop, credentials=given, endpoint=allowed_endpoint(store.endpoint), clock=clock(), take=take,
        learn=learn, renew=lambda change: credentials.change(store.pk, change), timeout=settings.PULL_TIMEOUT,
    )  # fmt: skip


def pull_store(
    store: Store, names: list[str] | None = None, *, seconds: float, patience: float = PATIENCE, hurry: bool = False,
    progress: Progress | None = None,
) -> Progress:  # fmt: skip
    """Open what is missing and pull every resource of a store in turn."""
    progress = progress or Progress()
    ends = time.monotonic() + seconds
    for resource in windows.resources_of(store):
        if names is None or resource.name in names:
            windows.open_windows(store, resource)
            left = max(0.0, ends - time.monotonic())
            pull(store, resource, seconds=left, patience=patience, hurry=hurry, progress=progress)
    return progress
