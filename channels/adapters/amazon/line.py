"""The HTTP line to Amazon: one request, one response read in full, and nothing of it in a log.

httpx's client would log each address, and a report's address is signed: whoever reads it can fetch the report. Its
transport logs none. Proxies and credentials are never taken from the environment.
"""

from collections.abc import Mapping
from typing import Any

import httpx

from channels.core.errors import Unavailable
from channels.core.transport import certificates


class Line:
    """A pool of connections. ``timeout`` is the seconds of silence that it bears."""

    def __init__(self, timeout: float) -> None:
        self._transport = httpx.HTTPTransport(verify=certificates(), trust_env=False)
        self._timeout = httpx.Timeout(timeout).as_dict()

    def send(
        self, method: str, url: str, *, params: Mapping[str, Any] | None = None, form: Mapping[str, str] | None = None,
        content: str | None = None, headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:  # fmt: skip
        """The response, whatever its status. Raises Unavailable where there is none, or only a part of it."""
        try:
            request = httpx.Request(
                method, url, params=params or None, data=form, content=content, headers=headers,
                extensions={"timeout": self._timeout},
            )  # fmt: skip
            response = self._transport.handle_request(request)
            response.request = request
            try:
                response.read()
            finally:
                response.close()
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise Unavailable(f"no whole answer from Amazon: {type(error).__name__}") from None
        return response

    def close(self) -> None:
        self._transport.close()
