"""Answers of a vendor: archived, then loaded; the window's cursor moves in the transaction of their data."""

import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from channels import vault
from channels.adapters import format_of
from channels.clocks import clock
from channels.core.errors import Changed, Refused
from channels.core.transport import Answer, Source
from channels.load import load, tell_planner
from channels.merge import Conflict
from channels.models import Fetch, RawPage, Store, SyncWindow
from channels.receive import Arrived, Received, archive
from channels.tally import Tally
from channels.together import load_together

_GROUP_SECONDS = 0.25  # a vendor who answers more slowly has each answer archived and loaded at once
_GROUP_BYTES = 4_000_000


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


Arrival = tuple[Answer, datetime]


def grouped(answers: Iterator[Answer]) -> Iterator[list[Arrival]]:
    """Answers as they come; of a vendor who is quick, those of a moment together. Those before an error come first."""
    held: list[Arrival] = []
    asked, size = time.monotonic(), 0
    try:
        for answer in answers:
            held.append((answer, clock().now()))
            size += len(answer.body)
            if answer.closed or size >= _GROUP_BYTES or time.monotonic() - asked >= _GROUP_SECONDS:
                yield held
                held, asked, size = [], time.monotonic(), 0
    except Exception:
        if held:
            yield held
        raise
    if held:
        yield held


def take_in(store: Store, source: Source, window: SyncWindow, answers: list[Arrival], progress: Progress) -> None:
    """Archive answers, then load them. Where one of several cannot be kept, those before it are.

    Raises Changed or Undecided.
    """
    try:
        fetches = _archived(store, source, window, answers)
    except (Changed, Undecided):
        if len(answers) == 1:
            raise
        for one in answers:
            take_in(store, source, window, [one], progress)
        return
    absorb(window, fetches, progress)


def _archived(store: Store, source: Source, window: SyncWindow, answers: list[Arrival]) -> list[Fetch]:
    """Keep answers before anybody reads them."""
    first = window.pages + 1
    arrived = [
        Arrived(
            store.company, _owner(store, source, answer), format_of(answer.resource), io.BytesIO(answer.body),
            answer.name or f"{answer.resource} {window.starts_at:%Y-%m-%d %H:%M} {number}", at, answer.media_type,
            answer.request,
        )
        for number, (answer, at) in enumerate(answers, first)
    ]  # fmt: skip
    try:
        with transaction.atomic():
            pages = [
                _news(window, *one)
                for one in zip(arrived, archive(arrived), range(first, first + len(answers)), strict=True)
            ]
            return Fetch.objects.bulk_create(
                Fetch(
                    window=window, attempt=window.attempt, number=number, page=page, resume=answer.resume,
                    closed=answer.closed, records=answer.records, expected=answer.expected, fetched_at=at,
                )
                for number, (page, (answer, at)) in enumerate(zip(pages, answers, strict=True), first)
            )  # fmt: skip
    except Refused as error:
        if len(answers) == 1:
            answer, at = answers[0]
            vault.seal_whole(store, answer.body, f"{answer.resource}: {error}", at)
        raise Changed(f"an answer cannot be read, and is kept sealed: {error}") from error


def _news(window: SyncWindow, one: Arrived, received: Received, number: int) -> RawPage:
    """The page of an answer; another one where the vendor came back to what it had said before."""
    if not (received.known and _came_back(window, received.page)):
        return received.page
    mark = f"{window.pk} {window.attempt} {number}"  # the same after a crash
    return archive([replace(one, mark=mark)])[0].page


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


def absorb(window: SyncWindow, fetches: list[Fetch], progress: Progress) -> None:
    """Load archived answers and move the window's cursor behind them, in one transaction.

    Where one of several cannot be taken, those before it are. Raises Changed where a page cannot be taken, Undecided
    where it waits for a person.
    """
    kept = {name: getattr(window, name) for name in _COUNTS}
    pages = [fetch.page for fetch in fetches]
    tally: Tally | None = None
    try:
        with transaction.atomic():
            found = _loaded(pages)
            if found is not None:
                _advance(window, fetches)
        tally = found
    except (Refused, Conflict) as error:
        if len(fetches) == 1:
            raise Changed(f"{pages[0]} cannot be taken: {error}") from error
    finally:
        if tally is None:
            for name, value in kept.items():
                setattr(window, name, value)
    if tally is None:
        _absorb_singly(window, fetches, progress)
        return
    if tally.rows:
        tell_planner(tally)  # or a back-fill's first pages are joined as if there was nothing yet
    progress.pages += len(fetches)
    progress.rows += window.rows - kept["rows"]


def _absorb_singly(window: SyncWindow, fetches: list[Fetch], progress: Progress) -> None:
    """What could not be loaded at once. Raises what the first that cannot be loaded at all must say."""
    page = fetches[0].page
    if len(fetches) == 1:
        raise Undecided(f"{page}: {page.conflict} Accept or discard it under Pages.")
    for fetch in fetches:
        fetch.page.refresh_from_db()
        absorb(window, [fetch], progress)


def _loaded(pages: list[RawPage]) -> Tally | None:
    """What was loaded of the pages that were pending; None where one waits for a person."""
    if any(page.state == RawPage.State.WAITING for page in pages):
        return None
    if len(pages) > 1:
        return load_together(pages)
    tally = load(pages[0]) if pages[0].state == RawPage.State.PENDING else Tally()
    return None if pages[0].state == RawPage.State.WAITING else tally


_COUNTS = ("cursor", "pages", "rows", "records", "expected", "unreadable")


def _advance(window: SyncWindow, fetches: list[Fetch]) -> None:
    """The window's cursor and counts after answers; a page that came twice in one chain counts once."""
    before = window.fetches.filter(attempt=window.attempt, loaded=True, page__in=[one.page_id for one in fetches])
    seen = set(before.values_list("page", flat=True))
    for fetch in fetches:
        if fetch.page_id not in seen:
            summary = fetch.page.summary
            window.rows += sum(summary.get("rows", {}).values())
            window.records += fetch.records
            window.unreadable += summary.get("unreadable", 0)
            seen.add(fetch.page_id)
        if fetch.expected is not None:
            window.expected = fetch.expected
    window.cursor, window.pages = fetches[-1].resume, window.pages + len(fetches)
    window.save()
    Fetch.objects.filter(pk__in=[fetch.pk for fetch in fetches]).update(loaded=True)
