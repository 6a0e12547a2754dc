"""Answers as Shopify does: routes, tokens, GraphQL with its costs, bulk files, and faults in between."""

import threading
from collections.abc import Mapping
from typing import TypeGuard

import orjson

from channels.core.clock import Clock
from channels.sandbox.shopify.bulk import Operations
from channels.sandbox.shopify.cost import Bucket
from channels.sandbox.shopify.execution import answer
from channels.sandbox.shopify.roots import Withheld
from channels.sandbox.shopify.storefront import Storefront
from channels.sandbox.shopify.tokens import Access, Tokens
from channels.sandbox.shopify.view import View
from channels.sandbox.shopify.wrong import broken, changed, throttled
from channels.sandbox.wire import Faults, Reply, Request, Traffic
from channels.sandbox.world.model import World

# What can be asked for on 2026-11-22; an older version is answered in the oldest of these, without an error:
# https://shopify.dev/docs/api/usage/versioning
VERSIONS = ("2026-01", "2026-04", "2026-07", "2026-10")
_BAD_TOKEN = b'{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}'


class Shopify:
    """Every Shopify market of the world; the access token tells which."""

    def __init__(self, world: World, clock: Clock, faults: Faults, traffic: Traffic) -> None:
        self.clock, self.faults, self.traffic = clock, faults, traffic
        late = faults.rate if "late" in faults.kinds else 0.0
        markets = [market for market in world.markets if market.channel == "shopify"]
        self.fronts = {market.code: Storefront(world, market, late) for market in markets}
        self.tokens = Tokens(markets)
        self.operations = Operations()
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Reply:
        parts = request.path.strip("/").split("/")
        if request.path == "/admin/oauth/access_token" and request.method == "POST":
            return self._grant(request)
        if len(parts) == 4 and parts[:2] == ["admin", "api"] and parts[3] == "graphql.json":
            return self._graphql(request, parts[2])
        if len(parts) == 2 and parts[0] == "bulk" and request.method == "GET":
            return self._file(parts[1])
        return Reply(404, b'{"errors":"Not Found"}')

    def _grant(self, request: Request) -> Reply:
        self.traffic.called("shopify.access_token")
        return broken(self.faults) or self.tokens.grant(request, self.clock.now())

    def _graphql(self, request: Request, asked: str) -> Reply:
        version = served(asked)
        if not version or request.method != "POST":
            return Reply(404, b'{"errors":"Not Found"}')
        access = self._access(request)
        if access is None:
            return Reply(401, _BAD_TOKEN, {"WWW-Authenticate": 'Basic Realm="Shopify API Authentication"'})
        reply = broken(self.faults) or self._executed(request, access)
        return Reply(
            reply.status, reply.body, {**reply.headers, "X-Shopify-API-Version": version}, reply.media_type,
            self._cut(reply), reply.hang,
        )  # fmt: skip

    def _access(self, request: Request) -> Access | None:
        token = request.headers.get("x-shopify-access-token", "")
        access = self.tokens.access(token, self.clock.now())
        # In the middle of a chain: a new token has served at least once.
        if access and access.passing and self.tokens.served(token) and self.faults.strike("expired_token"):
            self.tokens.spend(token)
            return None
        return access

    def _executed(self, request: Request, access: Access) -> Reply:
        try:
            asked = orjson.loads(request.body)
        except orjson.JSONDecodeError:
            return Reply(400, b'{"errors":{"query":"Required parameter missing or invalid"}}')
        if not _is_document(asked):
            return Reply(400, b'{"errors":{"query":"Required parameter missing or invalid"}}')
        bucket = self._bucket(access)
        if self.faults.strike("throttle"):
            return throttled(bucket, self.faults)
        front = self.fronts[access.market.code]
        held = front.held
        view = View(front, self.clock.now(), access, self.faults)
        try:
            body = answer(asked, view, bucket, self.operations, self.traffic, request.base)
        except Withheld:
            return Reply(502, b"", media_type="text/html")
        if front.held > held:
            self.faults.struck["late"] += front.held - held
        if self.faults.kinds and self.faults.strike("changed_type"):
            body = changed(body, self.faults)
        return Reply(200, orjson.dumps(body), media_type="application/json; charset=utf-8")

    def _bucket(self, access: Access) -> Bucket:
        with self._lock:
            return self._buckets.setdefault((access.app, access.market.code), Bucket())

    def _file(self, name: str) -> Reply:
        """The file of a bulk operation: its address is the key to it."""
        self.traffic.called("shopify.bulk_file")
        number = name.removesuffix(".jsonl")
        one = self.operations.find(int(number)) if number.isdigit() else None
        if one is None or one.status(self.clock.now()) != "COMPLETED":
            return Reply(404, b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>", media_type="text/xml")
        if one.withheld:
            self.faults.struck["withhold"] += 1
            return Reply(502, b"", media_type="text/html")
        if reply := broken(self.faults):
            return reply
        body = one.body()
        if len(body) > 1 and self.faults.strike("truncated"):
            # In the middle of a line, and announced as the whole.
            body = body[: max(1, body.rstrip(b"\n").rfind(b"\n", 0, len(body) * 2 // 3) + 1 + 7)]
        reply = Reply(200, body, media_type="application/jsonl")
        return Reply(reply.status, reply.body, reply.headers, reply.media_type, self._cut(reply))

    def _cut(self, reply: Reply) -> int | None:
        return len(reply.body) // 2 if reply.status == 200 and reply.body and self.faults.strike("cut") else None


def served(asked: str) -> str:
    """The version that answers: the one asked for, the oldest one for an older; "" for what never was or is to come."""
    year, _, month = asked.partition("-")
    if len(asked) != 7 or not (year.isdigit() and month in ("01", "04", "07", "10")) or asked > VERSIONS[-1]:
        return ""
    return max(asked, VERSIONS[0])


def _is_document(asked: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(asked, dict) and isinstance(asked.get("query"), str)
