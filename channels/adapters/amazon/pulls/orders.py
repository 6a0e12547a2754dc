"""Orders: searched page by page, or as one report of up to 30 days; whichever the quotas let through sooner."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from channels.adapters.amazon import orders as all_orders
from channels.adapters.amazon.client import Broken, Client
from channels.adapters.amazon.pulls.chain import chain, settled, stamp
from channels.adapters.amazon.pulls.reports import Dead, Empty, Job, answers
from channels.adapters.amazon.replies import Reply, records_of
from channels.core.errors import Changed, Unavailable
from channels.core.transport import Answer, Calls, Resource, Route, Task

REPORT = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
# What money and places need. Not BUYER: without a purpose, personal fields are not even asked for.
INCLUDED = ["RECIPIENT", "PROCEEDS", "EXPENSE", "PROMOTION", "CANCELLATION", "FULFILLMENT", "PACKAGES", "TAX"]
_POLLS = 10  # getReport calls until a report is done
_PAGES = 8  # without orders, until nothing is proved either way


def _search_calls(length: timedelta, records: int) -> Calls:
    return {"searchOrders": float(max(1, math.ceil(records / 100)))}


def _report_calls(length: timedelta, records: int) -> Calls:
    return {"createReport": 1.0, "getReport": float(_POLLS), "getReportDocument": 1.0}


RESOURCE = Resource(
    "amazon.orders", "Orders", every=timedelta(minutes=15),
    routes=(
        Route("search", timedelta(days=31), _search_calls),
        Route("report", timedelta(days=30), _report_calls),
    ),
    depth=timedelta(days=729),  # Amazon gives out two years
    lag=timedelta(minutes=3), overlap=timedelta(minutes=30),
)  # fmt: skip


def search(client: Client, task: Task) -> Iterator[Answer]:
    """searchOrders by the last update, 100 orders a page, with their items and money."""
    settled(client, task.until)
    query = _period(client, stamp(task.since), stamp(task.until))

    def ask(token: str) -> Reply:
        more = {"paginationToken": token} if token else {}
        return _found(client, {**query, "includedData": INCLUDED, "maxResultsPerPage": 100, **more})

    return chain(task.resume, ask, _read, "amazon.api_orders", _said(query))


def _period(client: Client, since: str, until: str) -> dict[str, Any]:
    marketplace = client.connection.shop.marketplace
    return {"lastUpdatedAfter": since, "lastUpdatedBefore": until, "marketplaceIds": [marketplace]}


def _said(query: dict[str, Any]) -> dict[str, str]:
    return {"operation": "searchOrders", **{name: " ".join(value) if isinstance(value, list) else value
                                            for name, value in query.items()}}  # fmt: skip


def _read(reply: Reply) -> tuple[int, str]:
    pagination = reply.document.get("pagination") or {}
    token = pagination.get("nextToken") if isinstance(pagination, dict) else 0
    if token is not None and not isinstance(token, str):
        raise Changed("searchOrders: pagination has another shape")
    return len(records_of(reply.document, "orders", "searchOrders")), token or ""


def report(client: Client, task: Task) -> Iterator[Answer]:
    """The all-orders report, by the last update."""
    settled(client, task.until)
    job = _OrdersJob(
        REPORT, all_orders.RESOURCE, stamp(task.since), stamp(task.until), f"All orders {task.since:%Y-%m-%d}",
    )  # fmt: skip
    return answers(client, task.resume, [job])


@dataclass(frozen=True, slots=True)
class _OrdersJob(Job):
    def count(self, body: bytes, *, again: bool) -> int:
        lines = [line for line in body.splitlines() if line.strip()]
        header = [name.strip().lower() for name in (lines[0] if lines else b"").split(b"\t")]
        if missing := all_orders.REQUIRED - {name.decode("latin-1").removeprefix("ï»¿") for name in header}:
            raise Broken(f"the report has no column {', '.join(sorted(missing))}")
        # A whole report ends with a line end. Without one, believe it only if it comes so twice with a full last row.
        if not body.endswith(b"\n") and not (again and lines[-1].count(b"\t") >= len(header) - 1):
            raise Broken("the report ends in the middle of a line")
        if len(lines) == 1:
            raise Empty("the report is empty")
        return len(lines) - 1

    def nothing(self, client: Client) -> tuple[str, Reply]:
        """A report without rows, and a cancelled one, can be no data or a failure: one order found tells."""
        query: dict[str, Any] = {**_period(client, self.since, self.until), "maxResultsPerPage": 1}
        token = ""
        for _ in range(_PAGES):  # one without orders that has a next one proves nothing
            reply = _found(client, {**query, "paginationToken": token} if token else query)
            found, token = _read(reply)
            if found:
                first = reply.document["orders"][0]
                ref = first.get("orderId") if isinstance(first, dict) else ""
                raise Dead(f"the report is empty but searchOrders finds order {ref} in its period")
            if not token:
                return "amazon.api_orders", reply
        raise Unavailable("the report is empty, and searchOrders gives only pages without orders")


def _found(client: Client, query: dict[str, Any]) -> Reply:
    return client.ask("searchOrders", lambda: client.orders.search_orders(**query))
