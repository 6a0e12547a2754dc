"""Asking Amazon: tokens taken before each request, failures told apart, documents fetched whole."""

import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from channels.adapters.amazon.line import Line
from channels.adapters.amazon.marketplaces import MARKETPLACES, host_of
from channels.adapters.amazon.rates import RATES
from channels.adapters.amazon.replies import Expired, Missing, Rejected, Reply, read_reply, text_under
from channels.adapters.amazon.tokens import Login
from channels.core.errors import Refused, Unavailable
from channels.core.transport import Connection


class Broken(Exception):
    """A report's document is not whole, or is gone."""


@dataclass(frozen=True, slots=True)
class Document:
    """A report's document, unpacked."""

    body: bytes
    media_type: str


class Client:
    """What a store may ask. Raises Throttled, Unavailable, Refused and Changed; see ``ask`` for what else."""

    def __init__(self, connection: Connection, line: Line) -> None:
        from channels.adapters.amazon import sdk  # noqa: PLC0415 - slow import

        self.connection = connection
        self._line, self._login = line, Login(connection, line)
        self._operation = self._token = ""
        address = connection.endpoint or host_of(connection.shop.marketplace)
        made = (address.rstrip("/"), self._send, self._read)
        self.orders: sdk.OrdersApi = sdk.OrdersApi(*made)
        self.transactions: sdk.TransactionsApi = sdk.TransactionsApi(*made)
        self.groups: sdk.GroupsApi = sdk.GroupsApi(*made)
        self.reports: sdk.ReportsApi = sdk.ReportsApi(*made)

    def ask(self, operation: str, send: Callable[[], Reply]) -> Reply:
        """The answer of an operation; with another access token where Amazon no longer takes this one.

        Raises, beside the four, Missing for an id that is not there, and Rejected (a Changed) for a wrong request.
        """
        for last in (False, True):
            self.connection.take(operation, 1)
            self._operation = operation
            try:
                return send()
            except Expired as expired:
                self._login.drop(self._token)
                if last:
                    raise expired.then from None
        raise AssertionError

    def _send(
        self, method: str, url: str, *, params: Mapping[str, Any] | None, content: str | None,
        headers: Mapping[str, str] | None,
    ) -> httpx.Response:  # fmt: skip
        self._token = self._login.token()
        signed = {**(headers or {}), "x-amz-access-token": self._token}
        return self._line.send(method, url, params=params, content=content, headers=signed)

    def _read(self, response: httpx.Response) -> Reply:
        rate = _rate(response)
        throttled = response.status_code == 429
        if rate or throttled:
            self.connection.learn(self._operation, rate, 0 if throttled else None)
        return read_reply(self._operation, response, 1 / (rate or RATES[self._operation].per_second))

    def document(self, number: str) -> Document:
        """A report's document by its id. Raises Broken where it is not whole."""
        for _ in range(2):
            try:
                # Each call makes another address, good for five minutes.
                said = self.ask("getReportDocument", lambda: self.reports.get_report_document(number)).document
            except (Missing, Rejected) as gone:
                raise Broken(f"the document is gone: {gone}") from None
            response = self._line.send("GET", text_under(said, "url", "getReportDocument"))
            if response.status_code in (200, 206):
                return _unpacked(response, said.get("compressionAlgorithm"))
            if response.status_code == 404:
                raise Broken("the document is gone")
            if response.status_code != 403:
                raise Unavailable(f"the report's document came with status {response.status_code}")
        raise Unavailable("the address of the report's document had expired, and the new one had too")


def _rate(response: httpx.Response) -> float | None:
    """Tokens a second, where Amazon says it."""
    try:
        rate = float(response.headers.get("x-amzn-RateLimit-Limit", ""))
    except ValueError:
        return None
    return rate if 0 < rate < float("inf") else None


def _unpacked(response: httpx.Response, packing: object) -> Document:
    body = response.content
    media_type = response.headers.get("content-type", "application/octet-stream")
    if response.status_code == 206:
        raise Broken("only a part of the document came")
    if packing == "GZIP":
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            body = unpacker.decompress(body) + unpacker.flush()
        except zlib.error as error:
            raise Broken(f"the document cannot be unpacked: {error}") from error
        if not unpacker.eof:
            raise Broken("the packed document ends too early")
    elif packing:
        raise Unavailable(f"the document is packed in a way unknown here: {packing}")
    return Document(body, media_type)


@contextmanager
def opened(connection: Connection) -> Iterator[Client]:
    """A client with a line of its own. Raises Refused where the store cannot be asked at all."""
    missing = [name for name in ("refresh_token", "lwa_app_id", "lwa_client_secret")
               if not connection.credentials.get(name)]  # fmt: skip
    if missing:
        raise Refused(f"the store lacks {', '.join(missing)}")
    if connection.shop.marketplace not in MARKETPLACES:
        raise Refused(f"{connection.shop.marketplace or 'nothing'} is no marketplace of Amazon; choose the store's own")
    line = Line(connection.timeout)
    try:
        yield Client(connection, line)
    finally:
        line.close()
