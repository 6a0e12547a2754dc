"""Requests of JSON to a network. Addresses, which may hold a secret, and bodies are in no log and no error."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from time import monotonic
from types import TracebackType
from typing import Any, Self

import httpx

from channels.core.transport import certificates

_LONGEST = 4_000_000  # bytes of an answer; a thousand events are answered in a few thousand
_HEADERS = {"Accept": "application/json", "User-Agent": "Plumbline"}
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)


class Unsent(Exception):
    """The request cannot have arrived."""


class Unsure(Exception):
    """The request may have arrived: its answer is missing."""


@dataclass(frozen=True, slots=True)
class Reply:
    """``document`` is empty where the answer is no JSON object."""

    status: int
    document: Mapping[str, Any]


class Wire:
    """A line with ``timeout`` seconds of patience for an answer, and ``longest`` for all of them.

    It follows nobody elsewhere and uses nothing of the environment.
    """

    def __init__(self, timeout: float, longest: float = inf) -> None:
        self._until = monotonic() + longest
        self._timeout = httpx.Timeout(timeout).as_dict()
        # httpx's own client would log addresses.
        self._transport = httpx.HTTPTransport(verify=certificates(), trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transport.close()

    def post(
        self, url: str, *, json: Mapping[str, Any] | None = None, form: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None,
    ) -> Reply:  # fmt: skip
        """The answer, whatever its status. Raises Unsent or Unsure."""
        return self._answered(
            httpx.Request(
                "POST", url, params=params, json=json, data=form, headers={**_HEADERS, **(headers or {})},
                extensions={"timeout": self._timeout},
            )
        )  # fmt: skip

    def get(self, url: str, *, params: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        """The same for what is only asked."""
        return self._answered(
            httpx.Request(
                "GET", url, params=params, headers={**_HEADERS, **headers}, extensions={"timeout": self._timeout}
            )
        )

    def _answered(self, request: httpx.Request) -> Reply:
        if monotonic() > self._until:
            raise Unsent("out of time")
        try:
            response = self._transport.handle_request(request)
            try:
                body = _read(response)
            finally:
                response.close()
        except _NEVER_LEFT as error:
            raise Unsent(type(error).__name__) from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise Unsure(type(error).__name__) from None
        return Reply(response.status_code, _document(body))


def _read(response: httpx.Response) -> bytes:
    body = b""
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > _LONGEST:
            return b""
    return body


def _document(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
