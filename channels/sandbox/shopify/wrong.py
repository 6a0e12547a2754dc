"""Faults of the line and of an answer."""

from collections.abc import Iterator

import orjson

from channels.sandbox.shopify.cost import Bucket
from channels.sandbox.wire import Faults, Reply

_PATIENCE = 120.0  # seconds, longer than any client's
_GATEWAY = b"<html><head><title>504 Gateway Time-out</title></head><body><h1>504 Gateway Time-out</h1></body></html>"


def broken(faults: Faults) -> Reply | None:
    """An error of the server or silence, where one strikes."""
    if not faults.kinds:
        return None
    if faults.strike("timeout"):
        return Reply(504, b"", hang=_PATIENCE)
    if not faults.strike("error"):
        return None
    status = (500, 502, 503, 504)[faults.draw(4)]
    return Reply(status, _GATEWAY if status == 504 else b"", media_type="text/html")


def throttled(bucket: Bucket, faults: Faults) -> Reply:
    """A refusal though there were points: mostly in the body, sometimes as a status."""
    if faults.draw(4) == 0:
        return Reply(429, b'{"errors":"Exceeded 2 calls per second for api client. Reduce request rates to resume '
                     b'uninterrupted service."}', {"Retry-After": "2.0"})  # fmt: skip
    return Reply(200, orjson.dumps(refusal(100, 0.0, bucket)), media_type="application/json; charset=utf-8")


def refusal(requested: int, available: float, bucket: Bucket) -> dict[str, object]:
    """The body of an answer that the bucket had no points for: status 200, no data."""
    message = {
        "message": "Throttled",
        "extensions": {"code": "THROTTLED", "documentation": "https://shopify.dev/api/usage/rate-limits"},
    }
    cost = {"requestedQueryCost": requested, "actualQueryCost": None, "throttleStatus": bucket.status(available)}
    return {"errors": [message], "extensions": {"cost": cost}}


def changed(body: dict[str, object], faults: Faults) -> dict[str, object]:
    """The answer with a field of another JSON type: all amounts as numbers, or all quantities as strings."""
    numbers = faults.draw(2) == 0
    for place in list(_dicts(body.get("data"))):
        amount, quantity = place.get("amount"), place.get("quantity")
        if numbers and isinstance(amount, str):
            place["amount"] = float(amount)
        elif not numbers and isinstance(quantity, int):
            place["quantity"] = str(quantity)
    return body


def _dicts(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _dicts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _dicts(inner)
