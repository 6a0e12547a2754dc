"""Two task clusters as they run in earnest, on the test's database, and a log of who wrote which window when.

The log is kept by triggers of the database, so it knows nothing of what the program thinks that it does.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).parents[2]
STARTS = 60.0  # seconds that a cluster may take to be ready, on a busy machine


@dataclass
class Cluster:
    """A ``manage.py qcluster`` with its workers, all in one process group; its database connections bear its name."""

    name: str
    folder: Path
    process: subprocess.Popen[bytes] = field(init=False)
    dead: bool = False

    def __post_init__(self) -> None:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "qcluster"], cwd=ROOT, env=_environment(self.name, self.folder),
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    def wait_until_ready(self) -> None:
        until = time.monotonic() + STARTS
        while self.log.read_text(encoding="utf-8").count("ready for work") < settings.WORKERS:
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
            assert time.monotonic() < until, f"no cluster within {STARTS:.0f} s: {self.log.read_text(encoding='utf-8')}"
            time.sleep(0.05)

    def signal(self, number: signal.Signals) -> None:
        os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """All of its processes at once, as by ``kill -9``."""
        if not self.dead:
            self.signal(signal.SIGKILL)
            self.process.wait()
            self.dead = True


def _environment(name: str, folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": _database_url(name), "PLUMBLINE_VAR": str(folder), "PLUMBLINE_CLOCK": str(settings.CLOCK),
        "PLUMBLINE_ALLOW_LOOPBACK_ENDPOINTS": "true", "PLUMBLINE_PULL_TIMEOUT": "2",
        "PLUMBLINE_WORKERS": str(settings.WORKERS), "SECRET_KEY": settings.SECRET_KEY,
        "CREDENTIAL_KEYS": ",".join(settings.CREDENTIAL_KEYS), "VAULT_KEYS": ",".join(settings.VAULT_KEYS),
        "TOKEN_KEYS": ",".join(f"{version}:{key.hex()}" for version, key in settings.TOKEN_KEYS.items()),
    }  # fmt: skip


def _database_url(name: str) -> str:
    """The database of this test, as an operator would give it to a cluster on another machine."""
    given = connection.settings_dict
    user = quote(given["USER"], safe="") + (f":{quote(given['PASSWORD'], safe='')}" if given["PASSWORD"] else "")
    options = {**given["OPTIONS"], "host": given["HOST"], "port": given["PORT"], "application_name": name}
    said = {key: value for key, value in options.items() if isinstance(value, str) and value}
    return f"postgres://{user}@/{quote(given['NAME'], safe='')}?{urlencode(said)}"


@contextmanager
def running(folder: Path, *names: str) -> Iterator[list[Cluster]]:
    """Clusters of these names, ready; whatever happens, none of their processes outlives the block."""
    clusters: list[Cluster] = []
    try:
        clusters += [Cluster(name, folder) for name in names]
        for one in clusters:
            one.wait_until_ready()
        yield clusters
    finally:
        for one in clusters:
            one.kill()
        _wait_until_gone([one.name for one in clusters])


def _wait_until_gone(names: list[str]) -> None:
    """PostgreSQL ends the sessions of dead clients a moment later."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = ANY(%s)", [names])
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.05)


class Write(NamedTuple):
    """A change of a window's row, or an answer that was kept for it (``number`` of the chain, ``state`` empty)."""

    seq: int
    cluster: str
    session: int
    store: int
    resource: str
    window: int
    attempt: int
    number: int | None
    state: str


@contextmanager
def audited() -> Iterator[None]:
    """Inside the block each write of windows and answers is logged by the database."""
    with connection.cursor() as cursor:
        cursor.execute(_LOG)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(_NO_LOG)


def writes() -> list[Write]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.seq, a.cluster, a.session, w.store_id, w.resource, a.win, a.attempt, a.number, a.state "
            "FROM test_audit a JOIN channels_syncwindow w ON w.id = a.win ORDER BY a.seq"
        )
        return [Write(*row) for row in cursor.fetchall()]


def working(cluster: str) -> bool:
    """Whether a worker of this cluster has a window in its hands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM channels_syncwindow w WHERE w.state = 'working' AND %s = "
            "(SELECT a.cluster FROM test_audit a WHERE a.win = w.id ORDER BY a.seq DESC LIMIT 1))",
            [cluster],
        )
        return bool(cursor.fetchone()[0])


_LOG = """
CREATE TABLE test_audit (
    seq bigserial PRIMARY KEY, cluster text, session int, win bigint, attempt int, number int, state text
);
CREATE INDEX ON test_audit (win, seq);
CREATE FUNCTION test_audit_window() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO test_audit (cluster, session, win, attempt, state)
    VALUES (current_setting('application_name'), pg_backend_pid(), NEW.id, NEW.attempt, NEW.state);
    RETURN NULL;
END $$;
CREATE FUNCTION test_audit_fetch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO test_audit (cluster, session, win, attempt, number, state)
    VALUES (current_setting('application_name'), pg_backend_pid(), NEW.window_id, NEW.attempt, NEW.number, '');
    RETURN NULL;
END $$;
CREATE TRIGGER test_audit AFTER UPDATE ON channels_syncwindow FOR EACH ROW EXECUTE FUNCTION test_audit_window();
CREATE TRIGGER test_audit AFTER INSERT ON channels_fetch FOR EACH ROW EXECUTE FUNCTION test_audit_fetch();
"""
_NO_LOG = """
DROP TRIGGER test_audit ON channels_syncwindow;
DROP TRIGGER test_audit ON channels_fetch;
DROP FUNCTION test_audit_window, test_audit_fetch;
DROP TABLE test_audit;
"""


def trespasses(log: list[Write], dead: str, died_at: int) -> list[str]:
    """Where two sessions worked on one resource of a store at a time, in lines for people.

    Who holds it is who wrote last that a window of it is being worked on. Only what the dead cluster held when it died
    may be taken over, by beginning anew.
    """
    said: list[str] = []
    held: dict[tuple[int, str], Write] = {}
    for one in log:
        holder = held.get((one.store, one.resource))
        if holder and holder.session != one.session:
            if holder.cluster != dead or one.seq <= died_at or one.state != "working":
                said.append(f"{one} while {holder} works on it")
        elif holder and holder.window != one.window:
            said.append(f"{one} before {holder} ended")
        elif not holder and one.state != "working":
            said.append(f"{one} though nobody works on it")
        if one.state == "working":
            held[one.store, one.resource] = one
        elif one.state:
            held.pop((one.store, one.resource), None)
    return said
