"""Pull by hand what the schedules pull by themselves, with progress; or say beforehand what it would take."""

import sys
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.management.base import CommandError
from django.db.models import Min, Value
from django.db.models.functions import Coalesce

from channels import plan, windows
from channels.answers import Progress
from channels.clocks import clock
from channels.core.transport import Resource
from channels.management.command import ProjectCommand
from channels.models import Store, SyncWindow
from channels.pull import pull
from channels.schedules import pulling_stores

ROUND = 240.0  # seconds for one resource before another has its turn
WAIT_FOR = timedelta(hours=6)  # a window that waits longer for a quota is left to the schedules
RETRY_FOR = timedelta(minutes=15)  # as is one that failed and has a longer pause, since a person may have to act
OTHERS_FOR = 300  # seconds without anything to do while another process holds what is due


class Command(ProjectCommand):
    help = "Pull orders, money and statistics of stores with credentials. Exit 1 where a window is not complete."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", action="append", help="only this store; repeatable; else all with credentials")
        parser.add_argument("--resource", action="append", help="only this resource, such as amazon.orders; repeatable")
        parser.add_argument("--since", type=_day, help="begin on this day, also before what is here")
        parser.add_argument("--plan", action="store_true", help="send nothing; print the calls and the least time")
        parser.add_argument("--orders", type=int, help="with --plan: orders to reckon with in the period")

    def handle(self, *args: Any, **options: Any) -> None:
        work = list(_work(options["store"], options["resource"]))
        if options["plan"]:
            for line in plan.lines(work, clock().now(), since=options["since"], orders=options["orders"]):
                self.stdout.write(line)
            return
        for store, resource in work:
            windows.open_windows(store, resource, since=plan.day_start(options["since"], store))
        self._pull(work)
        names = {resource.name for _, resource in work}
        red = SyncWindow.objects.filter(store__in={store for store, _ in work}, resource__in=names)
        red = red.exclude(state=SyncWindow.State.GREEN)
        for window in red.select_related("store"):
            self.stderr.write(f"{window}: {window.state}: {windows.explained(window)}")
        if red.exists():
            raise SystemExit(1)

    def _pull(self, work: list[tuple[Store, Resource]]) -> None:
        """In turn until nothing is due; what waits for a quota for less than some hours is waited for."""
        shown = Shown(self.stderr, {store.pk for store, _ in work})
        hurry, idle, done = True, 0, shown.progress
        while idle < OTHERS_FOR:
            before = (done.pages, done.green, done.red)
            dues, now = windows.next_dues(), clock().now()
            for store, resource in work:
                due = dues.get((store.pk, resource.name))
                if hurry or (due is not None and due <= now):
                    pull(store, resource, seconds=ROUND, hurry=hurry, progress=done)
            hurry = False
            now = clock().now()
            due = _awaited(work, now)
            if due is None:
                break
            if due > now:
                shown.wait((due - now).total_seconds())
                clock().sleep((due - now).total_seconds())
            elif before == (done.pages, done.green, done.red):
                idle += 1
                clock().sleep(1.0)
        shown.end()
        if idle == OTHERS_FOR:
            self.stderr.write("another process is pulling the rest")


class Shown:
    """Progress on a terminal: windows done of all, pages, rows, rate, time left; elsewhere a line a window."""

    def __init__(self, out: Any, stores: set[int]) -> None:
        self.out, self.stores, self.began = out, stores, time.monotonic()
        self.progress = Progress(said=self._tell)
        self.terminal = sys.stderr.isatty()
        self.last = 0.0

    def _tell(self, progress: Progress, window: SyncWindow) -> None:
        done = window.state in (SyncWindow.State.GREEN, SyncWindow.State.RED)
        if not done and (not self.terminal or time.monotonic() - self.last < 0.2):
            return
        self.last = time.monotonic()
        seconds = max(0.001, self.last - self.began)
        left = SyncWindow.objects.filter(store__in=self.stores, state__in=["ready", "working"]).count()
        ended = progress.green + progress.red
        # The first windows are of the first resource only, and say little of the others.
        guess = f", about {left * seconds / ended:,.0f} s left" if left and ended * 5 > left else ""
        share = f"{ended} windows, {left} to go{guess}"
        text = (
            f"{window.store} {window.resource} {window.starts_at:%Y-%m-%d} {window.state}: {progress.pages:,} pages, "
            f"{progress.rows:,} rows, {progress.rows / seconds:,.0f} rows/s; {share}"
        )
        self.out.write(f"\r\033[K{text}" if self.terminal else text, ending="" if self.terminal else "\n")

    def wait(self, seconds: float) -> None:
        self.out.write(f"waiting {seconds:,.0f} s for the channels' quotas")

    def end(self) -> None:
        if self.terminal:
            self.out.write("")


def _awaited(work: list[tuple[Store, Resource]], now: datetime) -> datetime | None:
    """When the next window is due that is worth waiting for; None where none is. Complete ones have time."""
    until = {SyncWindow.State.READY.value: now + WAIT_FOR, SyncWindow.State.RED.value: now + RETRY_FOR}
    mine = {(store.pk, resource.name) for store, resource in work}
    found = SyncWindow.objects.filter(store__in={pk for pk, _ in mine}, state__in=until).order_by()
    dues = found.values_list("store", "resource", "state").annotate(at=Min(Coalesce("not_before", Value(now))))
    return min((at for pk, name, state, at in dues if (pk, name) in mine and at <= until[state]), default=None)


def _named(name: str) -> Store:
    store = Store.objects.select_related("company").filter(name=name).first()
    if store is None:
        known = ", ".join(Store.objects.values_list("name", flat=True)) or "none yet; see manage.py store --help"
        raise CommandError(f"There is no store named {name!r}. Stores: {known}.")
    if not store.credentials:
        raise CommandError(f"{store} has no credentials: set them in the admin under Stores.")
    return store


def _work(given: Sequence[str] | None, names: Iterable[str] | None) -> Iterable[tuple[Store, Resource]]:
    stores = [_named(name) for name in given] if given else pulling_stores()
    if not stores:
        raise CommandError("No store has credentials: set them in the admin under Stores.")
    every = {one.name for store in stores for one in windows.resources_of(store)}
    if unknown := sorted(set(names or ()) - every):
        known = ", ".join(sorted(every)) or "none"
        raise CommandError(f"{', '.join(unknown)} is not pulled by these stores. Resources: {known}.")
    found = [(store, one) for store in stores for one in windows.resources_of(store) if not names or one.name in names]
    if not found:
        raise CommandError("None of these stores is on a channel that can be pulled.")
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day; write 2026-01-31") from None
