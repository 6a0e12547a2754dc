"""A tiny Amazon on loopback: it answers what a test tells it to, and remembers what it was asked."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from channels.core.rows import Shop
from channels.core.transport import Connection, Credentials

US, DE, FR = "ATVPDKIKX0DER", "A1PA6795UKMFR9", "A13V1IB3VIYZZH"
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
SHOP = Shop("amazon", US, "USD", "America/Los_Angeles")
GIVEN = {
    "refresh_token": "Atzr|harbor-leaf-refresh", "lwa_app_id": "amzn1.application-oa2-client.harbor",
    "lwa_client_secret": "harbor-leaf-secret", "seller_id": "A3HARBORLEAF00",
}  # fmt: skip
LWA = "/auth/o2/token"


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))


@dataclass(frozen=True)
class Told:
    """An answer: a document or bytes; ``cut`` sends only so many of them, ``hang`` waits so long."""

    what: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    hang: float = 0.0

    @property
    def body(self) -> bytes:
        return self.what if isinstance(self.what, bytes) else json.dumps(self.what).encode()


Answerer = Callable[[Asked], Told]


class Stub:
    """``tell`` gives the answers of a path in order; the last is given from then on."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._told: dict[str, list[Told | Answerer]] = {}
        self._tokens = 0
        self._lock = threading.Lock()
        self.address = ""

    def tell(self, path: str, *answers: Any) -> None:
        self._told[path] = [one if isinstance(one, Told) or callable(one) else Told(one) for one in answers]

    def paths(self) -> Counter[str]:
        return Counter(one.path for one in self.asked)

    def to(self, path: str) -> list[Asked]:
        return [one for one in self.asked if one.path == path]

    def answer(self, asked: Asked) -> Told:
        with self._lock:
            self.asked.append(asked)
            waiting = self._told.get(asked.path)
            if waiting:
                told = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            elif asked.path == LWA:
                self._tokens += 1
                return Told({"access_token": f"Atza|harbor-{self._tokens}", "expires_in": 3600, "token_type": "bearer"})
            else:
                return Told({"errors": [{"code": "NotFound", "message": asked.path}]}, 404)
        return told(asked) if not isinstance(told, Told) else told


@contextmanager
def amazon() -> Iterator[Stub]:
    stub = Stub()
    released = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            told = stub.answer(Asked(self.command, url.path, dict(parse_qsl(url.query)), headers, body))
            if told.hang:
                released.wait(told.hang)
            self.send_response(told.status)
            for name, value in {"Content-Type": "application/json", **told.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            self.wfile.write(told.body if told.cut is None else told.body[: told.cut])
            self.close_connection = True

        do_POST = do_GET  # noqa: N815 - the name that http.server looks for

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 64  # of five, some of many at once are reset

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    stub.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield stub
    finally:
        released.set()
        server.shutdown()
        server.server_close()


class Time:
    """A clock that only sleeping moves on."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Buckets:
    """What a client took and told."""

    taken: list[str] = field(default_factory=list)
    learnt: list[tuple[str, float | None, float | None]] = field(default_factory=list)

    def take(self, operation: str, cost: float) -> None:
        assert cost == 1
        self.taken.append(operation)

    def learn(self, operation: str, per_second: float | None, available: float | None) -> None:
        self.learnt.append((operation, per_second, available))


def connect(
    stub: Stub, buckets: Buckets | None = None, *, shop: Shop = SHOP, clock: Time | None = None, timeout: float = 10.0,
    given: Credentials | None = None,
) -> Connection:  # fmt: skip
    buckets = buckets or Buckets()

    def renew(change: Callable[[Credentials], Credentials]) -> Credentials:
        raise AssertionError("Amazon's credentials never change by themselves")

    return Connection(
        # A token is kept by whose it is: each stub has its own address.
        shop=shop, credentials={**GIVEN, **(given or {})}, endpoint=stub.address, clock=clock or Time(), take=buckets.take,
        learn=buckets.learn, renew=renew, timeout=timeout,
    )  # fmt: skip


def store_in(marketplace: str, currency: str) -> Shop:
    return replace(SHOP, marketplace=marketplace, currency=currency)
