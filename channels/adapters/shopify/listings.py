"""Pages of a connection: asked for in sizes that stay below the limit of a query, until there are no more."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from channels.adapters.shopify.client import Client, Said
from channels.adapters.shopify.replies import TooCostly
from channels.core.errors import Changed
from channels.core.transport import Task

BUDGET = 900.0  # points of a page; a query may not cost more than 1,000
LARGEST = 100  # records of a page; Shopify allows 250, but then an answer has megabytes
GROWTH = 4  # times that a page may grow at once
DEEPEST = 25_000  # objects that a search gives out and counts, by https://shopify.dev/docs/api/usage/limits


def period(field: str, task: Task) -> str:
    """The search for a task's half-open time. Times stand in quotes, since a colon would end them."""
    return f"{field}:>='{_stamp(task.since)}' AND {field}:<'{_stamp(task.until)}'"


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(slots=True)
class Size:
    """How many records a page has, by what the last one cost; ``each`` is the points of a record."""

    first: int
    each: float

    def ask(self, client: Client, document: str, variables: Mapping[str, Any]) -> Said:
        """A page. Where it is too costly for one query, smaller ones are asked for."""
        while True:
            try:
                said = client.ask(document, {**variables, "first": self.first}, points=self.first * self.each)
            except TooCostly:
                if self.first == 1:
                    raise
                self.first = max(1, self.first // 2)
                continue
            if said.cost:
                self.each = said.cost / self.first
                self.first = max(1, min(int(BUDGET / self.each), self.first * GROWTH, LARGEST))
            return said


@dataclass(frozen=True, slots=True)
class Listed:
    """The records of a page and the cursor of the next one, None where there is none."""

    nodes: list[dict[str, Any]]
    after: str | None


def listed(connection: Any, what: str) -> Listed:
    """Raises Changed where it is no page, or says that more follows but not where."""
    page = connection if isinstance(connection, dict) else {}
    nodes, info = page.get("nodes"), page.get("pageInfo")
    if not isinstance(nodes, list) or not isinstance(info, dict) or not isinstance(info.get("hasNextPage"), bool):
        raise Changed(f"Shopify's answer has no page of {what}")
    if any(not isinstance(node, dict) or not isinstance(node.get("id"), str) for node in nodes):
        raise Changed(f"an entry among the {what} has no id")
    after = info.get("endCursor") if info["hasNextPage"] else None
    if info["hasNextPage"] and not isinstance(after, str):
        raise Changed(f"more {what} follow, but Shopify does not say where")
    return Listed(nodes, after)


def counted(count: Any) -> int | None:
    """How many records there are, None where Shopify does not know exactly."""
    if not isinstance(count, dict) or not isinstance(count.get("count"), int):
        raise Changed("Shopify's answer has no count")
    exact = count.get("precision") == "EXACT" and count["count"] <= DEEPEST
    return int(count["count"]) if exact else None
