"""Pulling: answers of a vendor are archived, then loaded; the cursor moves in the transaction of their data."""

import io
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from channels import buckets, credentials, deliveries, vault, windows
from channels.clocks import clock
from channels.core.errors import Changed, Refused, Throttled, Unavailable
from channels.core.transport import Answer, Connection, Resource, Source, Task
from channels.endpoints import allowed_endpoint
from channels.load import load, tell_planner
from channels.models import Fetch, RawPage, Store, SyncWindow
from channels.receive import archive

logger = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds that a worker waits for a quota itself; longer waits give the window back
REFUSED_PAUSE = 3600.0  # seconds until a store is asked again whose vendor refused it
_STATE = SyncWindow.State


class Undecided(Exception):
    """A person must decide about one page or statement; the rest of the store goes on."""


@dataclass(slots=True)
class Progress:
    """What a pull has done so far; ``said`` is told after each page."""

    pages: int = 0
    rows: int = 0
    green: int = 0
    red: int = 0
    said: Callable[["Progress", SyncWindow], None] | None = None
    reasons: list[str] = field(default_factory=list)

    def tell(self, window: SyncWindow) -> None:
        if self.said:
            self.said(self, window)


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
        _absorb(window, fetch, progress)  # a worker died between archive and load
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
    for answer in source.pages(connection, task):
        fetch = _archived(store, source, window, answer)
        _absorb(window, fetch, progress)
        progress.tell(window)
        if answer.closed:
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


def _archived(store: Store, source: Source, window: SyncWindow, answer: Answer) -> Fetch:
    """Keep the answer before anybody reads it."""
    now = clock().now()
    owner = _owner(store, source, answer)
    name = answer.name or f"{answer.resource} {window.starts_at:%Y-%m-%d %H:%M} {window.pages + 1}"
    keep = partial(
        archive, owner.company, owner, name=name, fetched_at=now, resource=answer.resource,
        media_type=answer.media_type, request=dict(answer.request),
    )  # fmt: skip
    try:
        received = keep(stream=io.BytesIO(answer.body))
        if received.known and _came_back(window, received.page):
            mark = f"{window.pk} {window.attempt} {window.pages + 1}"  # the same after a crash
            received = keep(stream=io.BytesIO(answer.body), mark=mark)
    except Refused as error:
        vault.seal_whole(store, answer.body, f"{answer.resource}: {error}", now)
        raise Changed(f"an answer cannot be read, and is kept sealed: {error}") from error
    return Fetch.objects.create(
        window=window, attempt=window.attempt, number=window.pages + 1, page=received.page, resume=answer.resume,
        closed=answer.closed, records=answer.records, expected=answer.expected, fetched_at=now,
    )  # fmt: skip


def _came_back(window: SyncWindow, page: RawPage) -> bool:
    """Whether the vendor says again what it had said before it said something else: that is news, though known."""
    earlier = window.fetches.filter(attempt__lt=window.attempt, loaded=True)
    same = earlier.filter(page__archived_digest=page.archived_digest, page__resource=page.resource)
    last = same.aggregate(attempt=Max("attempt"), load=Max("page__load"))
    if last["load"] is None:
        return False
    whole = earlier.filter(attempt__gt=last["attempt"], closed=True).values("attempt")
    return earlier.filter(attempt__in=whole, page__load__gt=last["load"]).exists()


def _owner(store: Store, source: Source, answer: Answer) -> Store:
    """The store that a statement belongs to: a seller's stores of one region are told apart by currency only.

    Raises Undecided where none of them keeps the currency.
    """
    if answer.currency in ("", store.currency):
        return store
    seller = source.seller(store.credentials or {}, store.shop)
    others = Store.objects.filter(company=store.company, channel=store.channel, currency=answer.currency)
    for other in others.exclude(credentials__isnull=True):
        if source.seller(other.credentials, other.shop) == seller:
            return other
    raise Undecided(
        f"{answer.name or answer.resource} is in {answer.currency}, and no store of this seller keeps that currency; "
        f"add the store of that marketplace"
    )


def _absorb(window: SyncWindow, fetch: Fetch, progress: Progress) -> None:
    """Load an archived answer and move the window's cursor behind it, in one transaction.

    Raises Changed where the page cannot be taken, Undecided where it waits for a person.
    """
    page = fetch.page
    seen = window.fetches.filter(attempt=window.attempt, page=page, loaded=True).exists()
    kept, done = {name: getattr(window, name) for name in _COUNTS}, False
    try:
        with transaction.atomic():
            tally = load(page) if page.state == RawPage.State.PENDING else None
            if page.state != RawPage.State.WAITING:
                _advance(window, fetch, seen=seen)
        done = True  # not before the commit, which may fail too
    except Refused as error:
        raise Changed(f"{page} cannot be taken: {error}") from error
    finally:
        if not done:
            for name, value in kept.items():
                setattr(window, name, value)
    if page.state == RawPage.State.WAITING:
        raise Undecided(f"{page}: {page.conflict} Accept or discard it under Pages.")
    if tally:
        tell_planner(tally)  # or a back-fill's first pages are joined as if there was nothing yet
    progress.pages += 1
    progress.rows += window.rows - kept["rows"]


_COUNTS = ("cursor", "pages", "rows", "records", "expected", "unreadable")


def _advance(window: SyncWindow, fetch: Fetch, *, seen: bool) -> None:
    """The window's cursor and counts after an answer; a page that came twice in one chain counts once."""
    summary = fetch.page.summary
    window.cursor, window.pages = fetch.resume, window.pages + 1
    if not seen:
        window.rows += sum(summary.get("rows", {}).values())
        window.records += fetch.records
        window.unreadable += summary.get("unreadable", 0)
    if fetch.expected is not None:
        window.expected = fetch.expected
    window.save()
    fetch.loaded = True
    fetch.save(update_fields=["loaded"])


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
