"""python-amazon-sp-api without its habits: nothing from the environment, no silent failures, no tokens in logs.

Its classes know the paths and parameters of the operations; everything around a request is ours. Imported late, since
the package takes a quarter of a second, and reads its environment when it is imported.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from channels.adapters.amazon.replies import Reply

USER_AGENT = "Plumbline/0.1 (Language=Python)"


@contextmanager
def _without_environment() -> Iterator[None]:
    """The package reads these when it is imported, and breaks on a value that it does not know."""
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(("SP_API_", "AWS_ENV"))}
    try:
        yield
    finally:
        os.environ.update(kept)


with _without_environment():
    from sp_api.api.finances.finances_2024_06_19 import FinancesV20240619
    from sp_api.api.finances.finances_v0 import FinancesV0
    from sp_api.api.orders.orders_2026_01_01 import OrdersV20260101
    from sp_api.api.reports.reports import Reports

Send = Callable[..., httpx.Response]
Read = Callable[[httpx.Response], Reply]


class _Plain:
    """In place of the package's constructor, which takes credentials and marketplaces from the environment."""

    def __init__(self, address: str, send: Send, read: Read) -> None:
        self.endpoint, self._read = address, read
        self.marketplace_id = self.region = ""
        self.version = self.proxies = None
        self.verify, self.method = True, "GET"
        self._transport = _Transport(send)

    @property
    def headers(self) -> dict[str, str]:
        """Without the token, which the transport adds, so that it never reaches the package's log; and without the
        host, which the package cuts out of the address at the wrong place."""
        return {"user-agent": USER_AGENT, "content-type": "application/json", "accept-encoding": "gzip"}

    def _request(self, path: str, **options: Any) -> Reply:
        # Else it adds the marketplace under four names, also where an operation must do without.
        reply: Reply = super()._request(path, **{**options, "add_marketplace": False})  # type: ignore[misc]
        return reply

    def _check_response(self, response: httpx.Response, *_: Any) -> Reply:
        return self._read(response)


class _Transport:
    def __init__(self, send: Send) -> None:
        self._send = send

    def request(
        self, method: str, url: str, *, params: Mapping[str, Any] | None = None, content: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:  # fmt: skip
        return self._send(method, url, params=params, content=content, headers=headers)


class OrdersApi(_Plain, OrdersV20260101):
    """searchOrders and getOrder of 2026-01-01."""


class TransactionsApi(_Plain, FinancesV20240619):
    """listTransactions of 2024-06-19."""


class GroupsApi(_Plain, FinancesV0):
    """listFinancialEventGroups of v0, which has no successor."""


class ReportsApi(_Plain, Reports):
    """Reports of 2021-06-30."""
