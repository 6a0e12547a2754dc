"""Calls of the Admin GraphQL API for one shop, through ShopifyAPI's client without its global state.

What ShopifyAPI 12.7 does otherwise: the endpoint and token of whichever session is active in the process, no time-out,
a throttled answer taken for a normal one, headers thrown away, the body of an error printed to stdout.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, BinaryIO, Self

import httpx
import orjson
import shopify

from channels.adapters.shopify import replies
from channels.adapters.shopify.documents import VERSION, with_personal
from channels.core.errors import Changed, Refused, Unavailable
from channels.core.transport import Connection, Credentials, certificates

TOKEN = "X-Shopify-Access-Token"  # noqa: S105 - the name of a header
BUCKET = "graphql"
_SHOP = re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com")
_RENEWALS = 2  # times in a row that a new token may be refused before a person must look
_CHUNK = 1 << 18
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "Plumbline"}


@dataclass(frozen=True, slots=True)
class Said:
    """An answer without an error: its bytes as they came, its data, and the points that it was charged."""

    body: bytes
    data: Mapping[str, Any]
    cost: float | None
    headers: Mapping[str, str]


class Client(shopify.GraphQL):
    """Calls for one shop with one connection. Not for several threads; each has its own."""

    def __init__(self, connection: Connection) -> None:
        # Not the parent's, which reads the session that is active in the process.
        self.connection = connection
        self.base = base_of(connection)
        self.endpoint = f"{self.base}/admin/api/{VERSION}/graphql.json"
        self._url = httpx.URL(self.endpoint)
        self._timeout = httpx.Timeout(connection.timeout).as_dict()
        self.headers: dict[str, str] = {TOKEN: connection.credentials.get("access_token", "")}
        self.personal = connection.credentials.get("personal", "").strip().lower() == "yes"
        self._costs: dict[str, float] = {}  # of documents without a size of their own, as they were charged
        # httpx's own client would log addresses, and that of a bulk file is a key to it.
        self._transport = httpx.HTTPTransport(verify=certificates(), trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transport.close()

    def execute(self, query: str, variables: Mapping[str, Any] | None = None, operation_name: str | None = None) -> str:
        """ShopifyAPI's own call: the answer's text."""
        return self.ask(query, variables or {}, operation_name=operation_name).body.decode()

    def ask(
        self, document: str, variables: Mapping[str, Any], *, points: float = 1.0, operation_name: str | None = None
    ) -> Said:
        """The answer to a document that costs about so many points.

        Raises Throttled, Unavailable, Refused or Changed. Where Shopify withholds the buyers' fields from this app,
        they are no longer asked for.
        """
        try:
            return self._ask(with_personal(document, personal=self.personal), variables, points, operation_name)
        except replies.Denied:
            if not self.personal or "...Personal" not in document:
                raise
            self.personal = False
            return self._ask(with_personal(document, personal=False), variables, points, operation_name)

    def _ask(self, query: str, variables: Mapping[str, Any], points: float, operation_name: str | None) -> Said:
        payload = {"query": query, "variables": variables, "operationName": operation_name}
        self.connection.take(BUCKET, self._costs.get(query, points))
        response = self._authorised(payload)
        replies.check_status(response)
        replies.check_version(response)
        document = replies.read(response.content)
        per_second, available = replies.throttle_of(document)
        if per_second is not None or available is not None:
            self.connection.learn(BUCKET, per_second, available)
        replies.check_errors(document)
        replies.check_search(document)
        data = document.get("data")
        if not isinstance(data, dict):
            raise Changed("Shopify's answer has neither data nor errors")
        cost = replies.requested(document)
        if cost and "first" not in variables:
            self._costs[query] = cost
        return Said(response.content, data, cost, dict(response.headers))

    def _authorised(self, payload: Mapping[str, Any]) -> httpx.Response:
        """The response to a token that is good, renewed where it ran out."""
        if not self.headers[TOKEN]:
            self._renew()
        response = self._post(payload)
        for _ in range(_RENEWALS):
            if response.status_code not in (401, 403):
                return response
            self._renew()
            response = self._post(payload)
        if response.status_code in (401, 403):
            raise Refused(f"Shopify does not take the access token (status {response.status_code})")
        return response

    def _post(self, payload: Mapping[str, Any]) -> httpx.Response:
        headers = {**self.headers, "Content-Type": "application/json"}
        return self._sent(self._request("POST", self._url, content=orjson.dumps(payload), headers=headers))

    def _request(
        self, method: str, url: str | httpx.URL, *, headers: Mapping[str, str] | None = None, **body: Any
    ) -> httpx.Request:
        merged = self.merge_headers(_HEADERS, headers or {})
        return httpx.Request(method, url, headers=merged, extensions={"timeout": self._timeout}, **body)

    def _sent(self, request: httpx.Request) -> httpx.Response:
        try:
            response = self._transport.handle_request(request)
            try:
                response.read()
            finally:
                response.close()
            return response
        except httpx.TransportError as error:
            raise Unavailable(f"no answer from {request.url.host}: {type(error).__name__}") from error
        except httpx.DecodingError as error:
            raise Unavailable("Shopify's answer is damaged") from error

    def _renew(self) -> None:
        """Take the token that another process got meanwhile, or a new one by the client credentials grant.

        Raises Refused where the store has no client credentials, since other tokens do not run out.
        """
        spent = self.headers[TOKEN]
        given = self.connection.credentials
        if not (given.get("client_id") and given.get("client_secret")):
            raise Refused("Shopify does not take the access token, and there is no client id and secret to renew it")

        def change(stored: Credentials) -> Credentials:
            token = stored.get("access_token", "")
            return stored if token and token != spent else {**stored, "access_token": self._granted(stored)}

        self.headers = {TOKEN: self.connection.renew(change)["access_token"]}

    def _granted(self, stored: Credentials) -> str:
        """A token that lasts a day, by https://shopify.dev/docs/apps/build/authentication-authorization."""
        form = {
            "grant_type": "client_credentials",
            "client_id": stored["client_id"],
            "client_secret": stored["client_secret"],
        }
        if self.connection.endpoint:  # several shops are behind one address there
            form["shop"] = stored.get("shop", "")
        url = f"{self.base}/admin/oauth/access_token"
        response = self._sent(self._request("POST", url, data=form))
        if response.status_code in (400, 401, 403):
            raise Refused(f"Shopify gives no access token for the client id and secret (status {response.status_code})")
        replies.check_status(response)
        document = replies.read(response.content)
        token = document.get("access_token")
        if not isinstance(token, str) or not token:
            raise Changed("Shopify's grant has no access token")
        if document.get("scope") == "":
            raise Refused("the app was released without access scopes; add read_orders and release it again")
        return token

    def download(self, url: str, out: BinaryIO) -> int:
        """Write a finished file to ``out``; the bytes of it. No token goes there: the address itself is the key.

        Raises Unavailable where it does not come whole.
        """
        ours = bool(self.connection.endpoint) and httpx.URL(url).netloc == httpx.URL(self.base).netloc
        if not url.startswith("https://") and not ours:
            raise Changed("the address of a bulk file is not https")
        size = 0
        try:
            response = self._transport.handle_request(self._request("GET", url))
            try:
                if response.status_code in (400, 403, 404, 410):
                    raise Unavailable(f"the bulk file is gone (status {response.status_code})")
                replies.check_status(response)
                for chunk in response.iter_bytes(_CHUNK):
                    size += out.write(chunk)
            finally:
                response.close()
            stated = response.headers.get("Content-Length")
            received = response.num_bytes_downloaded
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise Unavailable(f"the bulk file broke off: {type(error).__name__}") from error
        if stated is not None and stated.isdigit() and int(stated) != received:
            raise Unavailable(f"the bulk file has {received:,} bytes instead of {stated}")
        return size


def base_of(connection: Connection) -> str:
    """The address of the shop. Raises Refused for a name that is none: the token goes nowhere else."""
    if connection.endpoint:
        return connection.endpoint.rstrip("/")
    shop = connection.credentials.get("shop", "").strip().lower()
    if not _SHOP.fullmatch(shop):
        raise Refused(f"“{shop}” is no shop; give its name such as example.myshopify.com")
    return f"https://{shop}"
