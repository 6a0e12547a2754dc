"""One simulated life: a sandbox with faults serves a world while workers pull it, are killed, and start again.

The sandbox and each worker are processes of their own; they share the database, the archive and a clock that moves on
when everybody waits. What is here at the end must be what the world's truth says, however often a worker died.
"""

import logging
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from django.db import connection, connections
from django.test import override_settings

from channels import windows
from channels.core.clock import SharedClock
from channels.management.commands.sandbox import connect
from channels.models import Store, SyncWindow
from channels.pull import pull
from channels.sandbox.server import serve
from channels.sandbox.wire import FAULTS, Faults
from channels.sandbox.world import make_world
from channels.sandbox.world.model import World
from channels.schedules import pulling_stores

# Days between windows of new data, in which documents change, and after the world's end, when late refunds,
# settlements and the last reading again come.
PACE = {"small": (13, 30), "tiny": (15, 12)}
PATIENCE = timedelta(days=90)  # and red windows are tried until here
HOPELESS = timedelta(days=1)  # or until here, where a page is withheld for good
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
LIMIT = float(os.environ.get("LIFE_LIMIT", "240"))  # seconds of one life; a healthy one takes a tenth
PASSING = frozenset(FAULTS) - {"withhold", "new_word"}  # those that go over, so that the truth is reached


@dataclass
class Life:
    """What happened, and where its files are."""

    seed: int
    folder: Path
    kinds: Iterable[str] = ()
    rate: float = 0.0
    kills: int = 0
    name: str = "small"
    world: World = field(init=False)
    struck: dict[str, int] = field(default_factory=dict)
    throttled: dict[str, int] = field(default_factory=dict)
    bugs: list[str] = field(default_factory=list)
    died: int = 0
    seconds: float = 0.0
    ended_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    def __post_init__(self) -> None:
        self.world = make_world(self.name, self.seed)

    @property
    def horizon(self) -> datetime:
        return self.world.ends_at + timedelta(days=PACE[self.name][1])

    @property
    def until(self) -> datetime:
        return self.horizon + (HOPELESS if "withhold" in self.kinds else PATIENCE)

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def run(self, company: str) -> list[Store]:
        """Live it; the stores of the company with what came. Raises AssertionError where it does not end."""
        began = time.monotonic()
        clock = SharedClock(self.folder / "clock")
        clock.set(self.world.starts_at + timedelta(days=4))
        with connection.cursor() as cursor:  # workers die here, PostgreSQL does not
            cursor.execute(f'ALTER DATABASE "{connection.settings_dict["NAME"]}" SET synchronous_commit = off')
        with override_settings(
            CLOCK=clock.path, ALLOW_LOOPBACK_ENDPOINTS=True, PULL_TIMEOUT=1.0, STORAGES=archive_in(self.folder)
        ):
            server, base = start_server(self.world, clock, Faults(self.kinds, self.rate, self.seed))
            try:
                stores = connect(self.world, company, base)
                let_in_personal_data(stores)
                self._outlive(clock)
                self._ask(base)
            finally:
                kill(server)
        self.seconds, self.ended_at = time.monotonic() - began, clock.now()
        return stores

    def _outlive(self, clock: SharedClock) -> None:
        """Workers, one after another: some are killed in the middle of whatever they do, the last one ends."""
        chance = random.Random(self.seed)
        ends = time.monotonic() + LIMIT
        for number in range(self.kills + 1):
            child = fork(lambda: _work(self, clock))
            last = number == self.kills
            until = ends if last else time.monotonic() + chance.uniform(0.05, 1.5)
            while (status := _ended(child)) is None and time.monotonic() < until:
                time.sleep(0.01)
            if status is None:
                kill(child)
                assert not last, (
                    f"seed {self.seed}: no end within {LIMIT:.0f} s: {clock.now()}, {states()}, {_reasons()}"
                )
                self.died += 1
                continue
            assert status == 0, f"seed {self.seed}: a worker broke: {self.log.read_text()[-3_000:]}"
            break

    def _ask(self, base: str) -> None:
        said = httpx.get(f"{base}/sandbox/traffic", timeout=10).json()
        self.struck, self.throttled = said["faults"], said["throttled"]
        self.bugs = said.get("bugs", [])


def start_server(world: World, clock: SharedClock, faults: Faults) -> tuple[int, str]:
    """A process that serves the world, and its address; ``kill`` ends it."""
    reader, writer = os.pipe()

    def main() -> None:
        with serve(world, clock=clock, faults=faults) as running:
            os.write(writer, running.base.encode() + b"\n")
            running.wait()

    child = fork(main)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        return child, pipe.readline().strip()


def let_in_personal_data(stores: list[Store]) -> None:
    """Shopify's personal fields are asked for, and its tokens are granted and run out, as a custom app's do."""
    for store in stores:
        if store.channel == "shopify":
            store.credentials = {**(store.credentials or {}), "access_token": "", "personal": "yes"}
            store.save()


def archive_in(folder: Path) -> dict[str, Any]:
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    return {
        "default": memory, "pages": {**files, "OPTIONS": {"location": folder / "pages", "base_url": None}},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }  # fmt: skip


def _work(life: Life, clock: SharedClock) -> None:
    """What schedules do over months: open windows, pull what is due, and let time pass when nothing is."""
    handler = logging.FileHandler(life.log)
    logging.basicConfig(level=logging.DEBUG, handlers=[handler], force=True)
    work = [(store, resource) for store in pulling_stores() for resource in windows.resources_of(store)]
    step, horizon, opened = timedelta(days=PACE[life.name][0]), life.horizon, None
    while True:
        now = clock.now()
        if opened is None or (now - opened >= step and opened < horizon):
            for store, resource in work:
                windows.open_windows(store, resource)
            opened = now
        dues = windows.next_dues()
        for store, resource in work:
            if dues.get((store.pk, resource.name), NEVER) <= now:
                store.refresh_from_db()
                pull(store, resource, seconds=60)
        due = min(windows.next_dues().values(), default=None)
        now = clock.now()
        if now >= horizon and opened >= horizon and _is_over(now, life.until):
            return
        if due is None or due > now:
            clock.advance_to(min(at for at in (due, opened + step if opened < horizon else None) if at))


def _is_over(now: datetime, until: datetime) -> bool:
    """Everything is complete, or what is not has been tried for long."""
    left = SyncWindow.objects.exclude(state=SyncWindow.State.GREEN)
    again = SyncWindow.objects.filter(again_at__lte=now)
    return not again.exists() and (not left.exists() or now > until)


def fork(main: Callable[[], None]) -> int:
    """A child process that runs ``main`` with database connections of its own, and ends."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    try:
        main()
        os._exit(0)
    except BaseException:
        logging.getLogger("simulation").exception("the child died")
        os._exit(1)


def _ended(child: int) -> int | None:
    """The exit status of a child, or None while it lives."""
    ended, status = os.waitpid(child, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def kill(child: int) -> None:
    try:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):
        pass


def _reasons() -> list[str]:
    left = SyncWindow.objects.exclude(state=SyncWindow.State.GREEN).select_related("store")
    return [f"{window}: {window.state}: {window.reason}" for window in left[:20]]


def states() -> dict[str, int]:
    """How many windows there are in each state."""
    return dict(Counter(SyncWindow.objects.values_list("state", flat=True)))
