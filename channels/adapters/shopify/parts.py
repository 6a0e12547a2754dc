"""One order with all that it has, put together from several answers where its connections have further pages."""

from typing import Any

from channels.adapters.shopify import documents
from channels.adapters.shopify.client import Client
from channels.adapters.shopify.listings import Size
from channels.adapters.shopify.nodes import open_connections
from channels.core.errors import Changed, Unavailable

_POINTS = 400.0
_SAME = 5


def whole_order(client: Client, gid: str) -> bytes:
    """A JSON list of the answers just as they came: the order, then the further pages of its connections.

    Raises Unavailable where the order changed in between.
    """
    said = client.ask(documents.ORDER, {"id": gid}, points=_POINTS)
    bodies = [said.body]
    order = said.data.get("order")
    if order is None:  # gone meanwhile
        return b"[" + said.body + b"]"
    if not isinstance(order, dict):
        raise Changed("Shopify's answer has no order")
    for name, parent, connection in open_connections(order):
        versions = {one["id"]: one.get("updatedAt") for one in (order, *order["refunds"])}
        bodies += _further(client, name, parent, connection["pageInfo"]["endCursor"], versions.get(parent))
    return b"[" + b",\n".join(bodies) + b"]"


def _further(client: Client, name: str, parent: str, after: Any, version: Any) -> list[bytes]:
    """The answers with the further pages of one connection."""
    size = Size(25, 10.0)
    bodies: list[bytes] = []
    same = 0
    while True:
        if not isinstance(after, str):
            raise Changed(f"more {name} follow, but Shopify does not say where")
        said = size.ask(client, documents.MORE[name], {"id": parent, "after": after})
        node = said.data.get("order") or said.data.get("refund")
        if not isinstance(node, dict) or (version and node.get("updatedAt") != version):
            raise Unavailable("the order changed while it was read")
        connection = (node.get("customerJourneySummary") or {}).get(name) if name == "moments" else node.get(name)
        info = connection.get("pageInfo") if isinstance(connection, dict) else None
        if not isinstance(info, dict):
            raise Changed(f"Shopify's answer has no {name}")
        bodies.append(said.body)
        if not info.get("hasNextPage"):
            return bodies
        same = same + 1 if info.get("endCursor") == after else 0
        if same > _SAME:
            raise Unavailable("Shopify gives the same page again and again")
        after = info.get("endCursor")
