"""Pull by hand what the schedules pull by themselves, with progress; or say beforehand what it would take."""

import sys
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from channels import plan, windows
from channels.clocks import clock
from channels.core.transport import Resource
from channels.models import Store, SyncWindow
from channels.pull import Progress, pull
from channels.schedules import pulling_stores

ROUND = 240.0  # seconds for one resource before another has its turn
WAIT_FOR = timedelta(hours=6)  # a window that waits longer is left to the schedules


class Command(BaseCommand):
    help = "Pull orders, money and statistics of stores with credentials. Exit 1 where a window is not complete."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", help="only this store; all that have credentials otherwise")
        parser.add_argument("--resource", action="append", help="only this resource, such as amazon.orders; repeatable")
        parser.add_argument("--since", type=_day, help="begin on this day, also before what is here")
        parser.add_argument("--plan", action="store_true", help="send nothing; print the calls and the least time")
        parser.add_argument("--orders", type=int, help="with --plan: orders to reckon with in the period")

    def handle(self, *args: Any, **options: Any) -> None:
        work = list(_work(options["store"], options["resource"]))
        if options["plan"]:
            for line in plan.lines(work, clock().now(), since=_since(options), orders=options["orders"]):
                self.stdout.write(line)
            return
        for store, resource in work:
            windows.open_windows(store, resource, since=_since(options, store))
        self._pull(work)
        red = SyncWindow.objects.filter(store__in={store for store, _ in work}).exclude(state=SyncWindow.State.GREEN)
        if options["resource"]:
            red = red.filter(resource__in=options["resource"])
        for window in red.select_related("store"):
            self.stderr.write(f"{window}: {window.state}: {windows.explained(window)}")
        if red.exists():
            raise SystemExit(1)

    def _pull(self, work: list[tuple[Store, Resource]]) -> None:
        """In turn until nothing is due; what waits for a quota for less than some hours is waited for."""
        shown = Shown(self.stderr, {store.pk for store, _ in work})
        hurry = True
        while True:
            for store, resource in work:
                pull(store, resource, seconds=ROUND, hurry=hurry, progress=shown.progress)
            hurry = False
            waiting = [windows.next_due(store, resource.name) for store, resource in work]
            due = min((at for at in waiting if at), default=None)
            now = clock().now()
            if due is None or due - now > WAIT_FOR:
                break
            if due > now:
                shown.wait((due - now).total_seconds())
                clock().sleep((due - now).total_seconds())
        shown.end()


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
        share = f"{progress.green + progress.red} windows, {left} to go" + (
            f", about {left * seconds / max(1, progress.green + progress.red):,.0f} s left" if left else ""
        )
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


def _work(name: str | None, names: Iterable[str] | None) -> Iterable[tuple[Store, Resource]]:
    stores = pulling_stores()
    if name:
        store = Store.objects.select_related("company").filter(name=name).first()
        if store is None:
            known = ", ".join(Store.objects.values_list("name", flat=True)) or "none yet; see manage.py store --help"
            raise CommandError(f"There is no store named {name!r}. Stores: {known}.")
        if not store.credentials:
            raise CommandError(f"{store} has no credentials: set them in the admin under Stores.")
        stores = [store]
    if not stores:
        raise CommandError("No store has credentials: set them in the admin under Stores.")
    found = [(store, one) for store in stores for one in windows.resources_of(store) if not names or one.name in names]
    if not found:
        every = sorted({one.name for store in stores for one in windows.resources_of(store)})
        raise CommandError(f"None of these stores pulls that. Resources: {', '.join(every)}.")
    return found


def _since(options: dict[str, Any], store: Store | None = None) -> datetime | None:
    day = options["since"]
    return datetime.combine(day, clock_time(0), store.zone if store else UTC).astimezone(UTC) if day else None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day; write 2026-01-31") from None
