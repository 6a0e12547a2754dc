"""A vendor on loopback that says what a test writes down, and a connection to it."""

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from channels.core.rows import Shop
from channels.core.transport import Connection, Credentials

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
SG = Shop("shopee", "SG", "SGD", "Asia/Singapore")
MY = Shop("shopee", "MY", "MYR", "Asia/Kuala_Lumpur", cross_border=True)

PAIR: dict[str, str] = {"access_token": "token-1", "access_expires_at": str(int(NOW.timestamp()) + 14_400)}
GIVEN: dict[str, str] = {
    "partner_id": "1000001", "partner_key": "shpk-test", "shop_id": "900100", "refresh_token": "refresh-1", **PAIR
}  # fmt: skip
REFRESH = "/api/v2/auth/access_token/get"


@dataclass(frozen=True)
class Asked:
    """What came in: ``sent`` is the query of a GET and the body of a POST, without the parameters of every call."""

    method: str
    path: str
    common: Mapping[str, str]
    sent: Mapping[str, Any]


@dataclass(frozen=True)
class Raw:
    """An answer that is no document of Shopee's."""

    status: int = 200
    body: bytes = b""
    hang: float = 0.0
    cut: bool = False


Route = Callable[[Asked], Any]


def fails(error: str, message: str = "") -> dict[str, Any]:
    return {"error": error, "message": message, "request_id": "r"}


def paired(number: int) -> dict[str, Any]:
    """The answer to a renewal, whose fields stand at the top."""
    names = {"access_token": f"token-{number}", "refresh_token": f"refresh-{number}", "expire_in": 14_400}
    return {"error": "", "message": "", "request_id": "r", "partner_id": 1000001, "shop_id": 900100, **names}


class FixedClock:
    """Stands still until somebody sleeps."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Vendor:
    """Answers by path, one route or a list of them in turn (the last one stays); ``asked`` keeps what came."""

    routes: dict[str, Route | list[Any]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    base: str = ""
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def answer(self, asked: Asked) -> Raw:
        self.asked.append(asked)
        route = self.routes[asked.path.removeprefix("/api/v2/")]
        if isinstance(route, list):
            route = route.pop(0) if len(route) > 1 else route[0]
        said = route(asked) if callable(route) else route
        if isinstance(said, Raw):
            return said
        whole = isinstance(said, dict) and "error" in said
        document = (
            said if whole else {"error": "", "message": "", "request_id": f"r{next(self._numbers)}", "response": said}
        )
        return Raw(body=json.dumps(document).encode())

    def calls(self) -> list[str]:
        return [one.path.removeprefix("/api/v2/") for one in self.asked]


COMMON = ("partner_id", "timestamp", "sign", "access_token", "shop_id")


def _handler(vendor: Vendor) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body in one packet, or each answer waits 40 ms for an acknowledgement

        def do_GET(self) -> None:
            self._do({})

        def do_POST(self) -> None:
            self._do(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _do(self, payload: dict[str, Any]) -> None:
            split = urlsplit(self.path)
            query = dict(parse_qsl(split.query, keep_blank_values=True))
            common = {name: query.pop(name) for name in COMMON if name in query}
            said = vendor.answer(Asked(self.command, split.path, common, query | payload))
            time.sleep(said.hang)
            self.send_response(said.status)
            self.send_header("Content-Length", str(len(said.body) * (2 if said.cut else 1)))
            self.end_headers()
            self.wfile.write(said.body)
            self.close_connection = said.cut or bool(said.hang)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A client that does not wait for an answer is what some tests are about."""


@contextmanager
def serving(**routes: Any) -> Iterator[Vendor]:
    """A vendor whose routes are named by the last part of their path."""
    paths = {"auth/access_token/get": routes.pop("refresh", None)} if "refresh" in routes else {}
    folders = {"get_order": "order", "get_return": "returns", "get_all": "ads", "get_product": "ads"}
    for name, route in routes.items():
        folder = next((folder for start, folder in folders.items() if name.startswith(start)), "payment")
        paths[f"{folder}/{name}"] = route
    vendor = Vendor(paths)
    server = _Server(("127.0.0.1", 0), _handler(vendor))
    vendor.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield vendor
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Store:
    """A store's credentials and buckets as the engine keeps them: a lock around renewal, tokens counted."""

    def __init__(self, given: Credentials = GIVEN, *, clock: FixedClock | None = None, shop: Shop = SG) -> None:
        self.credentials = dict(given)
        self.clock = clock or FixedClock()
        self.shop = shop
        self.taken: list[tuple[str, float]] = []
        self.learnt: list[tuple[str, float | None, float | None]] = []
        self._lock = threading.Lock()

    def renew(self, change: Callable[[Credentials], Credentials]) -> Credentials:
        with self._lock:
            self.credentials = dict(change(self.credentials))
            return dict(self.credentials)

    def connection(self, vendor: Vendor, timeout: float = 5.0) -> Connection:
        return Connection(
            shop=self.shop, credentials=dict(self.credentials), endpoint=vendor.base, clock=self.clock,
            take=lambda bucket, cost: self.taken.append((bucket, cost)),
            learn=lambda *said: self.learnt.append(said), renew=self.renew, timeout=timeout,
        )  # fmt: skip
