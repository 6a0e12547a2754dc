"""Bulk operations: a query without pages that runs beside and leaves a file of JSON lines."""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson

from channels.sandbox.shopify.connections import Node
from channels.sandbox.shopify.ids import gid
from channels.sandbox.shopify.money import stamp, when
from channels.sandbox.shopify.search import Value

FIELDS = frozenset(("created_at", "id", "operation_type", "status"))
log = logging.getLogger(__name__)

MOST = 5  # at a time for an app in a shop, since 2026-01
_WAITS = timedelta(seconds=2)
_RUNS = timedelta(seconds=5)
_LINES_A_SECOND = 2_000
_KEPT = timedelta(days=7)  # how long the file can be had
_LOOK = 20.0  # seconds of the machine's time that a look waits for the lines: the clock may be far ahead of them


@dataclass(slots=True)
class Operation:
    """One run: its lines are those of the moment it was created."""

    number: int
    whose: tuple[str, str]  # app and market
    query: str
    created_at: datetime
    lines: list[bytes] = field(default_factory=list)
    roots: int = 0
    error: str = ""  # BulkOperationErrorCode
    cancelled: bool = False
    withheld: bool = False  # its file never comes
    written: threading.Event = field(default_factory=threading.Event)

    @property
    def ends_at(self) -> datetime:
        return self.created_at + _WAITS + _RUNS + timedelta(seconds=len(self.lines) / _LINES_A_SECOND)

    def status(self, now: datetime) -> str:
        if self.cancelled:
            return "CANCELED"
        if now < self.created_at + _WAITS:
            return "CREATED"
        if not self.written.wait(_LOOK) or now < self.ends_at:
            return "RUNNING"
        if self.error:
            return "FAILED"
        return "COMPLETED" if now < self.ends_at + _KEPT else "EXPIRED"

    def field(self, name: str, now: datetime) -> Value:
        """What a search compares."""
        if name == "created_at":
            return self.created_at
        return {"id": str(self.number), "status": self.status(now)}.get(name, "query")

    def open(self, now: datetime) -> bool:
        """Whether it still runs, without waiting for anything."""
        return not self.cancelled and (
            now < self.created_at + _WAITS or not self.written.is_set() or now < self.ends_at
        )

    def body(self) -> bytes:
        return b"".join(line + b"\n" for line in self.lines)

    def node(self, now: datetime, base: str) -> Node:
        status = self.status(now)
        done = status == "COMPLETED"
        share = {"CREATED": 0.0, "RUNNING": 0.5}.get(status, 1.0)
        return {
            "__typename": "BulkOperation",
            "id": gid("BulkOperation", self.number),
            "status": status,
            "type": "QUERY",
            "query": self.query,
            "errorCode": self.error or None if status == "FAILED" else None,
            "createdAt": stamp(self.created_at),
            "completedAt": when(self.ends_at) if status in ("COMPLETED", "FAILED") else None,
            "objectCount": str(int(len(self.lines) * share)),
            "rootObjectCount": str(int(self.roots * share)),
            "fileSize": str(sum(len(line) + 1 for line in self.lines)) if done and self.lines else None,
            "url": f"{base}/bulk/{self.number}.jsonl" if done and self.lines else None,
            "partialDataUrl": None,
        }


class Operations:
    """All operations of all shops, in order of their creation."""

    def __init__(self) -> None:
        self._all: list[Operation] = []
        self._lock = threading.Lock()

    def of(self, whose: tuple[str, str]) -> list[Operation]:
        with self._lock:
            return [one for one in self._all if one.whose == whose]

    def find(self, number: int) -> Operation | None:
        with self._lock:
            return next((one for one in self._all if one.number == number), None)

    def start(
        self, whose: tuple[str, str], query: str, now: datetime, fill: Callable[[Operation], None]
    ) -> tuple[Operation | None, str]:
        """The new operation, or why there is none: five others still run."""
        with self._lock:
            running = [one for one in self._all if one.whose == whose and one.open(now)]
            if len(running) >= MOST:
                ids = ", ".join(gid("BulkOperation", one.number) for one in running)
                return None, f"A bulk query operation for this app and shop is already in progress: {ids}."
            one = Operation(5_000_000_000_000 + len(self._all) + 1, whose, query, now)
            self._all.append(one)
        threading.Thread(target=_write, args=(one, fill), name=f"bulk {one.number}", daemon=True).start()
        return one, ""


def _write(one: Operation, fill: Callable[[Operation], None]) -> None:
    try:
        fill(one)
    except Exception:
        log.exception("bulk operation %s", one.number)
        one.error = "INTERNAL_SERVER_ERROR"
    finally:
        one.written.set()


def lines(data: object, grouped: bool) -> tuple[list[bytes], int]:
    """(JSON lines, how many are of the outermost connection): a child names its parent in ``__parentId``.

    ``grouped`` puts children behind their parents; else they come after all of those.
    """
    families = [list(_nodes(value, "")) for value in _connections(data)]
    records = [record for family in families for record in family]
    roots = sum(1 for _, level in records if level == 0)
    if not grouped:
        records.sort(key=lambda record: record[1])
    return [orjson.dumps(node) for node, _ in records], roots


def _nodes(value: list[object], parent: str, level: int = 0) -> Iterator[tuple[Node, int]]:
    for edge in value:
        node = edge.get("node") if isinstance(edge, dict) else None
        if not isinstance(node, dict):
            continue
        children: list[list[object]] = []
        own = _without(node, children)
        yield ({**own, "__parentId": parent} if parent else own), level
        for child in children:
            yield from _nodes(child, str(node.get("id", parent)), level + 1)


def _without(node: Node, found: list[list[object]]) -> Node:
    """The node without its connections, which are put into ``found``."""
    own: Node = {}
    for name, value in node.items():
        if isinstance(value, dict) and isinstance(value.get("edges"), list):
            found.append(value["edges"])
        else:
            own[name] = _without(value, found) if isinstance(value, dict) else value
    return own


def _connections(data: object) -> Iterator[list[object]]:
    """The outermost connections."""
    if isinstance(data, dict):
        if isinstance(data.get("edges"), list):
            yield data["edges"]
        else:
            for value in data.values():
                yield from _connections(value)
