"""A shop on loopback that answers what it is told to, in order, and remembers what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from channels.core.rows import Shop
from channels.core.transport import Connection, Credentials, Task

VERSION = "2026-10"
SHOP = Shop("shopify", "harbor-leaf.myshopify.com", "EUR", "Europe/Amsterdam")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SINCE, UNTIL = datetime(2026, 11, 21, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC)


@dataclass(frozen=True)
class Reply:
    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None  # bytes after which the line breaks
    hang: bool = False  # no answer within the client's patience


@dataclass(frozen=True)
class Asked:
    path: str
    token: str
    payload: Any

    @property
    def operation(self) -> str:
        return str(self.payload["query"]).strip().split("(")[0].split("{")[0].split()[-1]

    @property
    def variables(self) -> dict[str, Any]:
        return dict(self.payload["variables"])


def data(document: Mapping[str, Any], requested: float = 10, available: float = 1_900, **extensions: Any) -> Reply:
    """An answer of GraphQL with what it cost."""
    cost = {
        "requestedQueryCost": requested, "actualQueryCost": requested,
        "throttleStatus": {"maximumAvailable": 2000, "currentlyAvailable": available, "restoreRate": 100},
    }  # fmt: skip
    body = {"data": document, "extensions": {"cost": cost, **extensions}}
    return Reply(json.dumps(body).encode(), headers={"X-Shopify-API-Version": VERSION})


def error(code: str, message: str = "no", requested: float = 900, available: float = 100, **more: Any) -> Reply:
    """An answer whose data is missing for a reason."""
    told = {"message": message, "extensions": {"code": code, **more.pop("extensions", {})}, **more}
    cost = {
        "requestedQueryCost": requested, "actualQueryCost": None,
        "throttleStatus": {"maximumAvailable": 2000, "currentlyAvailable": available, "restoreRate": 100},
    }  # fmt: skip
    return Reply(json.dumps({"errors": [told], "extensions": {"cost": cost}}).encode())


class Loopback:
    """``replies`` are given in order; a callable makes one from what was asked. The last one is never given twice."""

    def __init__(self, replies: list[Reply | Callable[[Asked], Reply]]) -> None:
        self.replies, self.asked = replies, list[Asked]()
        self.lock, self.stop = threading.Lock(), threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                form = self.headers.get("Content-Type", "").startswith("application/x-www-form")
                payload = body.decode() if form else json.loads(body)
                self.serve(Asked(self.path, self.headers.get("X-Shopify-Access-Token", ""), payload))

            def do_GET(self) -> None:
                self.serve(Asked(self.path, self.headers.get("X-Shopify-Access-Token", ""), None))

            def serve(self, asked: Asked) -> None:
                reply = outer.next(asked)
                if reply.hang:
                    outer.stop.wait(5)
                    return
                self.send_response(reply.status)
                for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body if reply.cut is None else reply.body[: reply.cut])
                self.close_connection = reply.cut is not None

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"

    def next(self, asked: Asked) -> Reply:
        with self.lock:
            self.asked.append(asked)
            if not self.replies:
                return Reply(b"nothing more was expected", 418)
            reply = self.replies.pop(0)
        return reply(asked) if callable(reply) else reply

    @property
    def operations(self) -> list[str]:
        return [asked.operation if isinstance(asked.payload, dict) else asked.path for asked in self.asked]


@contextmanager
def shop(*replies: Reply | Callable[[Asked], Reply]) -> Iterator[Loopback]:
    loopback = Loopback(list(replies))
    thread = threading.Thread(target=loopback.server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield loopback
    finally:
        loopback.stop.set()
        loopback.server.shutdown()
        loopback.server.server_close()
        thread.join()


class StillClock:
    """Time that moves only by sleeping."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Store:
    """What stands behind a connection: credentials as they are stored, tokens taken, what the vendor said."""

    credentials: Credentials
    taken: list[tuple[str, float]] = field(default_factory=list)
    learnt: list[tuple[str, float | None, float | None]] = field(default_factory=list)
    clock: StillClock = field(default_factory=StillClock)

    def connection(self, endpoint: str, timeout: float = 5.0) -> Connection:
        def renew(change: Callable[[Credentials], Credentials]) -> Credentials:
            self.credentials = change(self.credentials)
            return self.credentials

        return Connection(
            shop=SHOP, credentials=self.credentials, endpoint=endpoint, clock=self.clock,
            take=lambda operation, cost: self.taken.append((operation, cost)),
            learn=lambda *said: self.learnt.append(said), renew=renew, timeout=timeout,
        )  # fmt: skip


def store(**credentials: str) -> Store:
    return Store({"shop": "harbor-leaf.myshopify.com", "access_token": "shpat_first", **credentials})


def task(resource: str = "shopify.orders", route: str = "pages", resume: str = "", until: datetime = UNTIL) -> Task:
    return Task(resource, route, SINCE if until == UNTIL else until - timedelta(days=1), until, resume)
