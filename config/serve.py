"""`make serve`: the web server and the task cluster side by side. When one ends, or on Ctrl-C, both end."""

import os
import signal
import subprocess
import sys
import time
from types import FrameType

from django.conf import settings

PATIENCE = 30.0  # seconds for a running task to finish after it was asked to


def main(address: str, port: int) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    signal.signal(signal.SIGTERM, _interrupt)
    started = [subprocess.Popen(command) for command in (_tasks(), _web(address, port))]
    print(f"Plumbline is at http://{address}:{port}/ (Ctrl-C ends it)", flush=True)
    try:
        while all(process.poll() is None for process in started):
            time.sleep(0.2)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        _end(started)


def _tasks() -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), "qcluster"]


def _web(address: str, port: int) -> list[str]:
    proxy = ["--trusted-proxy=*", "--trusted-proxy-headers=x-forwarded-proto x-forwarded-host x-forwarded-for"]
    options = [f"--listen={address}:{port}", "--threads=8", *(proxy if settings.TRUST_PROXY else [])]
    return [sys.executable, "-m", "waitress", *options, "config.wsgi:application"]


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _end(started: list[subprocess.Popen[bytes]]) -> None:
    for process in started:
        process.terminate()
    for process in started:
        try:
            process.wait(PATIENCE)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
