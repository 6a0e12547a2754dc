"""Peak memory of a process and all its children, by the pages that each holds (shared ones in shares), on Linux."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
EVERY = 0.2  # seconds


class Peak(threading.Thread):
    """Watches a process until told to stop; ``megabytes`` is the most that was seen, 0 where the system tells none."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.process = process
        self.megabytes = 0.0
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(EVERY):
            self.megabytes = max(self.megabytes, sum(map(_held, _tree(self.process))) / 1024)

    def stop(self) -> None:
        self._done.set()
        self.join()


def _tree(process: int) -> Iterator[int]:
    yield process
    with contextlib.suppress(OSError):
        for task in (PROC / str(process) / "task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _tree(int(child))


def _held(process: int) -> int:
    """Proportional set size in kB; 0 for a process that is gone."""
    with contextlib.suppress(OSError):
        for line in (PROC / str(process) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
