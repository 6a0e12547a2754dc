"""The time that pulls, buckets and the sandbox go by: the real one, or one shared by processes that can be advanced."""

import fcntl
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware UTC."""

    def sleep(self, seconds: float) -> None: ...


class RealClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(max(0.0, seconds))


class SharedClock:
    """Real time plus an offset that a file keeps, for the sandbox and simulations: whoever sleeps moves time on.

    Processes that sleep at once wait for the same moment, so their waits overlap as real ones do.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab"):
                pass

    def now(self) -> datetime:
        with self.path.open("rb") as file:
            return datetime.now(UTC) + _offset(file)

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.advance_to(self.now() + timedelta(seconds=seconds))

    def advance_to(self, moment: datetime) -> None:
        """Move time on to the moment; nothing happens where it is past."""
        with self._locked() as file:
            missing = moment - datetime.now(UTC) - _offset(file)
            if missing > timedelta(0):
                _write(file, _offset(file) + missing)

    def set(self, moment: datetime) -> None:
        """Start at a moment, past or future; for whoever makes a world, before anybody reads the clock."""
        with self._locked() as file:
            _write(file, moment - datetime.now(UTC))

    @contextmanager
    def _locked(self) -> Iterator[BinaryIO]:
        with self.path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file


def clock_at(path: Path | None) -> Clock:
    return SharedClock(path) if path else RealClock()


_MICROSECONDS = struct.Struct("<q")


def _offset(file: BinaryIO) -> timedelta:
    file.seek(0)
    data = file.read(_MICROSECONDS.size)
    return timedelta(microseconds=_MICROSECONDS.unpack(data)[0]) if len(data) == _MICROSECONDS.size else timedelta(0)


def _write(file: BinaryIO, offset: timedelta) -> None:
    file.seek(0)
    file.write(_MICROSECONDS.pack(offset // timedelta(microseconds=1)))
    file.flush()
