"""Calls of the Open Platform v2: signed, within the quotas, with answers read strictly.

Every call carries ``partner_id``, ``timestamp``, ``sign``, ``access_token`` and ``shop_id`` in its query, also a POST.
The address therefore holds secrets: it stays out of logs and exceptions. httpx's own client would log it, so requests
go straight to its transport.
"""

import hashlib
import hmac
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

from channels.adapters.shopee import errors
from channels.adapters.shopee.envelope import Node, refusal, text
from channels.adapters.shopee.tokens import fresh, renew
from channels.core.errors import Changed, Refused, Throttled, Unavailable
from channels.core.reading import load_json
from channels.core.transport import Connection, Credentials, certificates

HOST = "partner.shopeemobile.com"
# By where the server stands, not by marketplace: Singapore, China, the Americas; and Shopee's own two sandboxes.
HOSTS = (
    HOST, "openplatform.shopee.cn", "openplatform.shopee.com.br", "openplatform.sandbox.test-stable.shopee.sg",
    "openplatform.sandbox.test-stable.shopee.cn",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """An answer without an error: its bytes as they came, and the document in them with exact numbers."""

    body: bytes
    document: Node

    def listed(self, call: str, *names: str) -> list[Any]:
        """The list under ``response`` and the names. Raises Changed where there is none."""
        node: Any = self.document.get("response")
        for name in names:
            node = node.get(name) if isinstance(node, dict) else None
        if not isinstance(node, list):
            raise Changed(f"{call}: the answer has no list {'.'.join(('response', *names))}")
        return node

    def more(self, call: str) -> bool:
        """Whether the vendor says that another page follows. Raises Changed where it does not say."""
        response = self.document.get("response")
        found = response.get("more") if isinstance(response, dict) else None
        if not isinstance(found, bool):
            raise Changed(f"{call}: the answer does not say whether more follows")
        return found


def sign(key: str, partner: str, path: str, timestamp: int, token: str = "", owner: str = "") -> str:
    """HMAC-SHA256 in lower-case hex. ``owner`` is the shop id, or the merchant id in Merchant APIs; "" in public ones.

    The key is literal text; the path begins with ``/api/v2`` and has neither host nor query.
    """
    base = f"{partner}{path}{timestamp}{token}{owner}"
    return hmac.new(key.encode(), base.encode(), hashlib.sha256).hexdigest()


class Client:
    """Calls for one shop. Not for several threads."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._credentials: Credentials = connection.credentials
        self._base = connection.endpoint.rstrip("/") or f"https://{_host(connection.credentials)}"
        self._transport = httpx.HTTPTransport(verify=certificates(), trust_env=False)
        self._secrets: set[str] = set()  # of this client's calls; the vendor's words may repeat them

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transport.close()

    def get(self, path: str, query: Mapping[str, str]) -> Said:
        return self._call("GET", path, query, None)

    def post(self, path: str, payload: Mapping[str, Any]) -> Said:
        return self._call("POST", path, {}, payload)

    def _call(self, method: str, path: str, query: Mapping[str, str], payload: Mapping[str, Any] | None) -> Said:
        """The answer; the token is renewed where it ran out. Raises Throttled, Unavailable, Refused or Changed."""
        if not fresh(self._credentials, self._connection.clock.now()):
            self._renew("")
        self._take("app", "shop")
        token = self._credentials["access_token"]
        body, document = self._exchange(method, path, query, payload, token)
        if errors.stale(text(document, "error"), text(document, "message")):
            self._renew(token)
            self._take("app", "shop")
            body, document = self._exchange(method, path, query, payload, self._credentials["access_token"])
        self._check(path, document)
        return Said(body, document)

    def _take(self, *buckets: str) -> None:
        for bucket in buckets:
            self._connection.take(bucket, 1)

    def _renew(self, refused: str) -> None:
        self._take("app")

        def ask(stored: Credentials, path: str, payload: Mapping[str, Any]) -> Node:
            self._credentials = stored
            _, document = self._exchange("POST", path, {}, payload, "")
            self._check(path, document)
            return document

        self._credentials = renew(self._connection, refused, ask)

    def _check(self, path: str, document: Node) -> None:
        if refusal(document):
            error, message = text(document, "error"), self._clean(text(document, "message"))
            self._too_fast(errors.hasty(error))
            raise errors.reaction(_name(path), self._clean(error), message, self._connection.clock.now())

    def _too_fast(self, bucket: str) -> None:
        if bucket:
            self._connection.learn(bucket, None, 0.0)

    def _exchange(
        self, method: str, path: str, query: Mapping[str, str], payload: Mapping[str, Any] | None, token: str
    ) -> tuple[bytes, Node]:
        """One request and its answer. Raises Unavailable for all that is no document of Shopee's, Throttled for 429."""
        request = httpx.Request(
            method, self._base + path, params={**query, **self._common(path, token)},
            headers={"accept-encoding": "gzip", "user-agent": "Plumbline", "content-type": "application/json"},
            content=None if payload is None else json.dumps(payload).encode(),
            extensions={"timeout": httpx.Timeout(self._connection.timeout).as_dict()},
        )  # fmt: skip
        status, body = self._send(request, _name(path))
        if status == httpx.codes.TOO_MANY_REQUESTS:
            self._too_fast("shop")
            raise Throttled(errors.HASTE)
        return body, _document(status, body, _name(path))

    def _send(self, request: httpx.Request, call: str) -> tuple[int, bytes]:
        try:
            response = self._transport.handle_request(request)
            response.request = request
            try:
                return response.status_code, response.read()
            finally:
                response.close()
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
            reason = type(error).__name__  # its text and its request may hold the address
        raise Unavailable(f"Shopee did not answer {call} in full: {reason}")

    def _common(self, path: str, token: str) -> dict[str, str]:
        """The parameters of every call; those of a public one (renewal) lack the token and the shop."""
        mine = self._credentials
        partner, shop = mine["partner_id"], mine["shop_id"] if token else ""
        moment = int(self._connection.clock.now().timestamp())
        signed = sign(mine["partner_key"], partner, path, moment, token, shop)
        self._secrets |= {mine[name] for name in _SECRET if mine.get(name)} | {signed}
        common = {"partner_id": partner, "timestamp": str(moment), "sign": signed}
        return common | ({"access_token": token, "shop_id": shop} if token else {})

    def _clean(self, said: str) -> str:
        """The vendor's words without what they may repeat of ours."""
        for secret in self._secrets:
            said = said.replace(secret, "…")
        return said[:300]


_SECRET = ("access_token", "refresh_token", "partner_key")


def _host(credentials: Credentials) -> str:
    host = credentials.get("host") or HOST
    if host not in HOSTS:
        raise Refused(f"{host!r} is no host of Shopee's; there are {', '.join(HOSTS)}")
    return host


def _name(path: str) -> str:
    return path.removeprefix("/api/v2/")


def _document(status: int, body: bytes, call: str) -> Node:
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise Unavailable(f"Shopee answers {call} with HTTP {status}")
    try:
        document = load_json(io.BytesIO(body))
    except Refused:
        document = None
    if not isinstance(document, dict):
        raise Unavailable(f"Shopee answers {call} with HTTP {status} and {len(body)} bytes that are no JSON object")
    if status >= httpx.codes.BAD_REQUEST and not refusal(document):
        raise Unavailable(f"Shopee answers {call} with HTTP {status} and no error")
    return document
