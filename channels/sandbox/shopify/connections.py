"""Connections: a page of a list under an opaque cursor that names the last item, as Shopify's do."""

import base64
import binascii
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from graphql import GraphQLError

LARGEST = 250
Key = tuple[str, int]  # what the list is sorted by, and the id
START: Key = ("", 0)  # stands before every item

Node = dict[str, object]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ask:
    """What a connection is asked for. ``everything`` is how bulk operations read."""

    first: int | None = None
    after: str | None = None
    reverse: bool = False
    everything: bool = False


def cursor(key: Key) -> str:
    return base64.b64encode(json.dumps({"last_id": key[1], "last_value": key[0]}).encode()).decode()


def position(text: str) -> Key:
    try:
        found = json.loads(base64.b64decode(text, validate=True))
        return str(found["last_value"]), int(found["last_id"])
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise GraphQLError("Invalid cursor for current pagination sort.") from error


def size(ask: Ask) -> int:
    """How many items a page may have. Shopify's own words where that is not said or too many."""
    if ask.first is None:
        raise _bad("you must provide one of first or last")
    if not 0 <= ask.first <= LARGEST:
        raise _bad(f"first must be between 0 and {LARGEST}")
    return ask.first


def page(items: Sequence[T], key: Callable[[T], Key], ask: Ask) -> tuple[Sequence[T], bool, int]:
    """The items of a page, whether more follow, and the index of its first; ``items`` rise by their keys."""
    ordered = list(reversed(items)) if ask.reverse else list(items)
    if ask.everything:
        return ordered, False, 0
    count, start = size(ask), 0
    if ask.after is not None and (last := position(ask.after)) != START:
        keys = [key(one) for one in items]
        start = len(keys) - bisect_left(keys, last) if ask.reverse else bisect_right(keys, last)
    return ordered[start : start + count], start + count < len(ordered), start


def connection(shown: Sequence[Node], keys: Sequence[Key], more: bool, start: int = 0, end: str | None = None) -> Node:
    """Nodes and edges of a page; ``end`` is its last cursor where that is not the last item's."""
    cursors = [cursor(key) for key in keys]
    return {
        "nodes": list(shown),
        "edges": [{"cursor": mark, "node": node} for mark, node in zip(cursors, shown, strict=True)],
        "pageInfo": {
            "hasNextPage": more,
            "hasPreviousPage": start > 0,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": end or (cursors[-1] if cursors else None),
        },
    }


def nested(nodes: Sequence[Node], ask: Ask) -> Node:
    """A connection inside another object: its items stand in their own order."""
    keys = [(f"{place:06}", place) for place in range(1, len(nodes) + 1)]
    shown, more, start = page(list(zip(keys, nodes, strict=True)), lambda one: one[0], ask)
    return connection([node for _, node in shown], [key for key, _ in shown], more, start)


def _bad(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "BAD_REQUEST"})
