"""The sandbox's HTTP server: the vendors on loopback, and what the tests read and set beside them.

``/amazon``, ``/shopify`` and ``/shopee`` are the vendors; ``GET /sandbox/traffic`` counts calls, refusals and faults;
``/sandbox/clock`` tells the time (GET) or moves it on (POST ``{"advance": seconds}`` or ``{"to": moment}``).
"""

import ipaddress
import json
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from importlib import import_module
from typing import Any, Self
from urllib.parse import parse_qsl

from waitress.server import create_server
from waitress.wasyncore import close_all, loop

from channels.core.clock import Clock, RealClock, SharedClock
from channels.sandbox.wire import Faults, Reply, Request, Traffic, Vendor
from channels.sandbox.world.model import World

log = logging.getLogger(__name__)

VENDORS = {
    "amazon": ("channels.sandbox.amazon", "Amazon"),
    "shopify": ("channels.sandbox.shopify", "Shopify"),
    "shopee": ("channels.sandbox.shopee", "Shopee"),
}
_THREADS = 32  # hanging answers hold one each
_LOOK_UP = 0.1  # seconds after which the serving thread sees that it is to stop
_LOOK_AROUND = 0.05  # seconds between looks whether who hangs has gone

Environ = Mapping[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]


class Sandbox:
    """The WSGI application: finds the vendor, turns its reply into bytes, a wait or a broken line."""

    def __init__(self, world: World, clock: Clock, faults: Faults, traffic: Traffic) -> None:
        self.world, self.clock, self.faults, self.traffic = world, clock, faults, traffic
        self.base = ""  # known when the port is
        self.stopped = threading.Event()
        self.bugs: list[str] = []  # what went wrong in the sandbox itself: tests want none
        self._vendors: dict[str, Vendor | None] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        reply = self._reply(environ)
        if reply.hang:
            self._hang(reply.hang, environ.get("waitress.client_disconnected"))
        headers = {"Content-Type": reply.media_type, "Content-Length": str(len(reply.body)), **reply.headers}
        start_response(f"{reply.status} {_phrase(reply.status)}", list(headers.items()))
        # Fewer bytes than announced: waitress closes the connection, and the client sees a body that is not complete.
        return [reply.body if reply.cut_after is None else reply.body[: reply.cut_after]]

    def _reply(self, environ: Environ) -> Reply:
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        channel, _, rest = path.lstrip("/").partition("/")
        request = Request(
            method=environ["REQUEST_METHOD"], path=f"/{rest}", headers=dict(_headers(environ)),
            query=tuple(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)),
            body=environ["wsgi.input"].read(), base=f"{self.base}/{channel}",
        )  # fmt: skip
        try:
            if channel == "sandbox":
                return self._own(request)
            if channel not in VENDORS:
                return _plain(404, f"there is no {path}; there are /{', /'.join(VENDORS)} and /sandbox")
            vendor = self._vendor(channel)
            return vendor.answer(request) if vendor else _plain(501, f"{channel} is not served yet")
        except Exception as error:
            log.exception("%s %s", request.method, path)
            self.bugs.append(f"{request.method} {path}: {error!r}")
            return _plain(500, "the sandbox itself failed; see its log")

    def _vendor(self, channel: str) -> Vendor | None:
        with self._lock:
            if channel not in self._vendors:
                self._vendors[channel] = self._make(channel)
            return self._vendors[channel]

    def _make(self, channel: str) -> Vendor | None:
        module, name = VENDORS[channel]
        try:
            kind = getattr(import_module(module), name)
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
            return None
        vendor: Vendor = kind(self.world, self.clock, self.faults, self.traffic)
        return vendor

    def _own(self, request: Request) -> Reply:
        if request.path == "/traffic":
            counts = {"calls": self.traffic.calls, "throttled": self.traffic.throttled, "faults": self.faults.struck}
            return _json({name: dict(counter) for name, counter in counts.items()})
        if request.path == "/clock":
            return self._time(request)
        return _plain(404, "there are /sandbox/traffic and /sandbox/clock")

    def _time(self, request: Request) -> Reply:
        if request.method == "POST":
            if not isinstance(self.clock, SharedClock):
                return _plain(409, "real time cannot be moved; start the sandbox with a clock file")
            try:
                wanted = json.loads(request.body)
                to = datetime.fromisoformat(wanted["to"]) if "to" in wanted else None
                self.clock.advance_to(to or self.clock.now() + timedelta(seconds=float(wanted["advance"])))
            except (ValueError, KeyError, TypeError) as error:
                return _plain(400, f'give {{"advance": seconds}} or {{"to": "2026-01-01T00:00:00+00:00"}}: {error!r}')
        return _json({"now": self.clock.now().isoformat()})

    def _hang(self, seconds: float, gone: Callable[[], bool] | None) -> None:
        waited = 0.0
        while waited < seconds and not (gone and gone()) and not self.stopped.wait(_LOOK_AROUND):
            waited += _LOOK_AROUND


class Running:
    """A sandbox that serves in a thread until it is closed; ``base`` is its address."""

    def __init__(self, app: Sandbox, address: str, port: int) -> None:
        self.app = app
        self._sockets: dict[int, Any] = {}
        self._server = create_server(
            app, map=self._sockets, host=address, port=port, threads=_THREADS, channel_request_lookahead=1,
            clear_untrusted_proxy_headers=True, ident="sandbox",
        )  # fmt: skip
        shown = f"[{address}]" if ":" in address else address
        self.base = app.base = f"http://{shown}:{self._server.effective_port}"
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        """Serve until it is stopped. Only this thread closes the sockets: another could close what took their place."""
        while not self.app.stopped.is_set():
            loop(timeout=_LOOK_UP, use_poll=True, map=self._sockets, count=1)
        self._server.task_dispatcher.shutdown(timeout=5)
        close_all(self._sockets, ignore_all=True)

    @property
    def traffic(self) -> Traffic:
        return self.app.traffic

    @property
    def faults(self) -> Faults:
        return self.app.faults

    @property
    def bugs(self) -> list[str]:
        return self.app.bugs

    def wait(self) -> None:
        """Until somebody closes it."""
        while self._thread.is_alive():
            self._thread.join(1)

    def close(self) -> None:
        self.app.stopped.set()
        self._thread.join(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def serve(
    world: World, address: str = "127.0.0.1", port: int = 0, clock: Clock | None = None, faults: Faults | None = None
) -> Running:
    """Serve the world in a thread. Port 0 takes any free one; without a clock it is the machine's time.

    Raises ValueError where the address is not loopback.
    """
    if address == "localhost":
        address = "127.0.0.1"
    if not _is_loopback(address):
        raise ValueError(f"{address} is not loopback: the sandbox answers anybody, so it stays on this machine")
    # A line that is cut on purpose is no news.
    logging.getLogger("waitress").setLevel(logging.ERROR)
    return Running(Sandbox(world, clock or RealClock(), faults or Faults(), Traffic()), address, port)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _headers(environ: Environ) -> Iterator[tuple[str, str]]:
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield name[5:].replace("_", "-").lower(), value
        elif name in ("CONTENT_TYPE", "CONTENT_LENGTH") and value:
            yield name.replace("_", "-").lower(), value


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase


def _json(value: object) -> Reply:
    return Reply(body=json.dumps(value).encode())


def _plain(status: int, text: str) -> Reply:
    return Reply(status, f"{text}\n".encode(), media_type="text/plain; charset=utf-8")
