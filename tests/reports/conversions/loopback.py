"""A network on loopback that answers as it is told to and remembers what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any  # JSON, a form's fields, or None


@dataclass(frozen=True)
class Reply:
    document: Any = field(default_factory=dict)
    status: int = 200
    broken: bool = False  # the line breaks before the answer

    @property
    def bytes(self) -> bytes:
        return self.document if isinstance(self.document, bytes) else json.dumps(self.document).encode()


class Loopback:
    def __init__(self, answer: Callable[[Asked], Reply]) -> None:
        self.asked: list[Asked] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                form = self.headers.get("Content-Type", "").startswith("application/x-www-form")
                self.serve(parse_qs(raw.decode()) if form else json.loads(raw))

            def do_GET(self) -> None:
                self.serve(None)

            def serve(self, body: Any) -> None:
                url = urlsplit(self.path)
                asked = Asked(url.path, parse_qs(url.query), {k.lower(): v for k, v in self.headers.items()}, body)
                outer.asked.append(asked)
                reply = answer(asked)
                if reply.broken:
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                self.send_header("Content-Length", str(len(reply.bytes)))
                self.end_headers()
                self.wfile.write(reply.bytes)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"

    @property
    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]


@contextmanager
def network(answer: Callable[[Asked], Reply]) -> Iterator[Loopback]:
    loopback = Loopback(answer)
    thread = threading.Thread(target=loopback.server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield loopback
    finally:
        loopback.server.shutdown()
        loopback.server.server_close()
        thread.join()
