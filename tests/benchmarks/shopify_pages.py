"""Pages of Shopify orders, rendered once by the sandbox's vendor for what our client asks, then served from memory.

    python tests/benchmarks/shopify_pages.py

prints its address when every page is there, and serves until its standard input ends. The shop is the demo world's
with more orders, all of them moved into the last days, so that a page is as full as in a busy shop.
"""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from channels.adapters.shopify import ADAPTER
from channels.core.clock import SharedClock
from channels.core.rows import Shop
from channels.core.transport import Connection, Task
from channels.sandbox.keys import credentials
from channels.sandbox.shopify import Shopify
from channels.sandbox.wire import Faults, Request, Traffic
from channels.sandbox.world import make_world
from channels.sandbox.world.model import Line, Order, World
from channels.sandbox.world.plan import DEMO, PLANS

ENDS_AT = DEMO.starts_at + timedelta(weeks=DEMO.weeks)
WINDOWS = 7
OVERLAP = timedelta(minutes=30)
LENGTH = timedelta(days=1) - OVERLAP
STARTS_AT = ENDS_AT - WINDOWS * LENGTH
WEEKLY = 195  # mean orders a week of the shop over all regions: more than 10,000 in the world
PATH = "/admin/api/2026-10/graphql.json"
_NO_LIMIT = {"maximumAvailable": 2_000_000, "currentlyAvailable": 2_000_000, "restoreRate": 100_000}


def searched() -> list[tuple[datetime, datetime]]:
    """What each window asks for: half-open, with its overlap."""
    return [(STARTS_AT + LENGTH * n - OVERLAP, STARTS_AT + LENGTH * (n + 1)) for n in range(WINDOWS)]


def busy_world() -> World:
    """The demo world with a busier shop, whose orders last changed within the windows."""
    sellings = [replace(one, weekly=WEEKLY) if one.market.code == "shopify" else one for one in DEMO.sellings]
    PLANS["busy"] = replace(DEMO, name="busy", sellings=tuple(sellings))
    world = make_world("busy", 1)

    whole = WINDOWS * LENGTH
    orders = []
    for order, other in zip(world.orders, world.orders[1:] + world.orders[:1], strict=True):
        last = [at for at in order.changes() if at <= ENDS_AT]
        late = moved(order, (ENDS_AT - last[-1]) // whole * whole) if last else order
        orders.append(fuller(late, other.lines) if order.number % 2 else late)
    return replace(world, orders=tuple(sorted(orders, key=lambda one: one.placed_at)))


def fuller(order: Order, lines: tuple[Line, ...]) -> Order:
    """The order with the lines of another one too: the world's buyers mostly buy one thing, many shops' do not."""
    refunds = tuple(replace(one, units=one.units + (0,) * len(lines)) for one in order.refunds)
    return replace(order, lines=order.lines + lines, refunds=refunds)


def moved(value: Any, by: timedelta) -> Any:
    """The same with all of its times later."""
    if isinstance(value, datetime):
        return value + by
    if isinstance(value, tuple):
        return tuple(moved(one, by) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: moved(getattr(value, one.name), by) for one in fields(value)})
    return value


class Pages:
    """Answers by what tells one request from another; new ones are rendered until it is closed."""

    def __init__(self, world: World, clock: SharedClock) -> None:
        self.vendor = Shopify(world, clock, Faults(), Traffic())
        self.token = credentials(world.market("shopify"))["access_token"]
        self.clock = clock
        self.bodies: dict[tuple[str, str], bytes] = {}
        self.rendering = True

    def answer(self, body: bytes) -> bytes | None:
        asked = json.loads(body)
        variables = asked["variables"]
        key = (variables.get("id") or variables["query"].partition(" AND ")[0], variables.get("after") or "")
        if key not in self.bodies and self.rendering:
            self.bodies[key] = self._rendered(body)
        return self.bodies.get(key)

    def _rendered(self, body: bytes) -> bytes:
        self.clock.sleep(10)  # until the vendor's bucket has the points again
        headers = {"x-shopify-access-token": self.token}
        reply = self.vendor.answer(Request("POST", PATH, (), headers, body))
        document = json.loads(reply.body)
        document["extensions"]["cost"]["throttleStatus"] = _NO_LIMIT
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def handler_of(answer: Callable[[bytes], bytes | None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1  # head and body in one packet

        def do_POST(self) -> None:
            body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body or b"")))
            self.send_header("X-Shopify-API-Version", "2026-10")
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def ask(endpoint: str, clock: SharedClock, token: str) -> Iterator[Any]:
    """Every answer that our client asks for."""
    given = {"access_token": token, "personal": "yes", "shop": "harborandleaf.myshopify.com"}
    connection = Connection(
        Shop("shopify", "", "USD", "UTC"), given, endpoint, clock, lambda *_: None, lambda *_: None, lambda _: given
    )
    for since, until in searched():
        assert ADAPTER.source
        yield from ADAPTER.source.pages(connection, Task("shopify.orders", "pages", since, until))


def main() -> None:
    with TemporaryDirectory() as folder:
        clock = SharedClock(Path(folder) / "clock")
        clock.set(ENDS_AT)
        pages = Pages(busy_world(), clock)
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(pages.answer))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        records = sum(answer.records for answer in ask(address, clock, pages.token))
        pages.rendering = False
        size = sum(map(len, pages.bodies.values()))
        said = {"address": address, "orders": records, "answers": len(pages.bodies), "bytes": size}
        print(json.dumps(said), flush=True)
        sys.stdin.read()
        server.shutdown()


if __name__ == "__main__":
    main()
