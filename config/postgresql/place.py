"""Where the embedded PostgreSQL lives, and as whom it runs. Looking changes nothing on the disk."""

import hashlib
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

DEDICATED_USER = "plumbline-pg"
OUTSIDE = Path("/var/lib/plumbline")
SHORT = Path("/tmp")  # noqa: S108 - the directory below it is private and checked to be ours
LONGEST_SOCKET = 100  # bytes; Linux takes 107, macOS 103


@dataclass(frozen=True, slots=True)
class Place:
    """`home` holds the data, the lock and the log; `user` is the operating system's user the server runs as."""

    home: Path
    socket: Path
    user: str
    role: str = "plumbline"
    database: str = "plumbline"
    port: int = 5432

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def lock(self) -> Path:
        return self.home / "lock"

    @property
    def log(self) -> Path:
        return self.home / "log"


def embedded_place(var: Path, outside: Path = OUTSIDE) -> Place:
    """PostgreSQL refuses to run as root: then it runs as the owner of var/, or as a user of its own.

    Data that is there stays where it is. Where var/ lies in a closed directory such as /root, the dedicated user gets
    to nothing below it, so its data starts out in /var/lib/plumbline.
    """
    if sys.platform == "win32":
        raise ImproperlyConfigured("The embedded PostgreSQL needs Linux or macOS: set DATABASE_URL.")
    import pwd  # noqa: PLC0415 - Windows has none

    var = var.resolve()
    uid = os.geteuid()
    if uid == 0 and var.exists():
        uid = var.stat().st_uid
    try:
        user = DEDICATED_USER if uid == 0 else pwd.getpwuid(uid).pw_name
    except KeyError as error:
        raise ImproperlyConfigured(
            f"User id {uid} has no name, and PostgreSQL wants one: add it to /etc/passwd or set DATABASE_URL."
        ) from error
    home = var / "postgres"
    if uid == 0 and not home.exists():
        beside = outside / _digest(var)
        home = beside if beside.exists() or not _everybody_may_pass(var) else home
    return Place(home=home, socket=_socket(home, user), user=user)


def _everybody_may_pass(path: Path) -> bool:
    return all(above.stat().st_mode & stat.S_IXOTH for above in (path, *path.parents) if above.exists())


def _socket(home: Path, user: str) -> Path:
    """A path that is too long for a socket, or that libpq would take for a list, gives way to a short private one."""
    socket = home / "socket"
    fits = len(os.fsencode(socket / ".s.PGSQL.5432")) <= LONGEST_SOCKET and "," not in str(socket)
    return socket if fits else SHORT / f"plumbline-{user}-{_digest(home)}"


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
