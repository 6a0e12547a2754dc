"""What Shopify's replies mean: an answer, wait, try again, stop. Errors come as HTTP statuses and inside answers."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import orjson

from channels.adapters.shopify.documents import VERSION
from channels.core.errors import Changed, Refused, Throttled, Unavailable

_PAUSE = 2.0  # seconds, where a 429 does not say
_SECURITY_PAUSE = 60.0  # status 430: the request looked malicious to Shopify
_LEAST = 0.5  # seconds that a throttled query waits at least

_STOPS = {
    402: "the shop is frozen, since its bill is not paid",
    404: "there is no such shop at this address",
    423: "Shopify has locked the shop",
}


class TooCostly(Changed):
    """The document costs more than one query may: ask for smaller pages. It was not run and not charged."""


class Denied(Refused):
    """Shopify withholds a field from this app."""


def check_status(response: httpx.Response) -> None:
    """Raises what another status than 200 means. 401 and 403 are the caller's, who may have another token."""
    status = response.status_code
    if status in _STOPS:
        raise Refused(f"{_STOPS[status]} (status {status})")
    if status == 429:
        raise Throttled(_seconds(response.headers.get("Retry-After", "")))
    if status == 430:
        raise Throttled(_SECURITY_PAUSE)
    if status == 408 or status >= 500:
        raise Unavailable(f"Shopify answers with status {status}")
    if 300 <= status < 400:
        raise Refused(f"the shop is at another address (status {status}); give its name under myshopify.com")
    if status != 200:
        raise Changed(f"Shopify answers with status {status}")


def _seconds(text: str) -> float:
    try:
        return max(_LEAST, float(text))
    except ValueError:
        return _PAUSE


def check_version(response: httpx.Response) -> None:
    """Raises Changed where another version answers: one that is no longer served falls forward without an error.

    https://shopify.dev/docs/api/usage/versioning
    """
    version = response.headers.get("X-Shopify-API-Version", VERSION)
    if version != VERSION:
        raise Changed(f"version {version} of the Admin API answers instead of {VERSION}; Plumbline must be updated")


def read(body: bytes) -> dict[str, Any]:
    """The document of an answer. Raises Unavailable where it is none, Changed where it is no object."""
    if not body.strip():
        raise Unavailable("Shopify's answer is empty")
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unavailable("Shopify's answer is no JSON, or only a part of it") from error
    if not isinstance(document, dict):
        raise Changed("Shopify's answer is no JSON object")
    return document


def cost_of(document: Mapping[str, Any]) -> Mapping[str, Any]:
    extensions = document.get("extensions")
    cost = extensions.get("cost") if isinstance(extensions, dict) else None
    return cost if isinstance(cost, dict) else {}


def throttle_of(document: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """(points that come back per second, points left), None where the answer does not say."""
    status = cost_of(document).get("throttleStatus")
    status = status if isinstance(status, dict) else {}
    return _number(status.get("restoreRate")), _number(status.get("currentlyAvailable"))


def requested(document: Mapping[str, Any]) -> float | None:
    """The points that the document was charged for before it ran."""
    return _number(cost_of(document).get("requestedQueryCost"))


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def check_errors(document: Mapping[str, Any]) -> None:
    """Raises what the answer's own errors mean; partial data beside an error is no answer."""
    errors = document.get("errors")
    if not errors:
        return
    listed = [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    codes = {_code(one) for one in listed}
    said = "; ".join(dict.fromkeys(str(one.get("message", "")) for one in listed)) or str(errors)
    if "THROTTLED" in codes:
        raise Throttled(_wait(document))
    if "MAX_COST_EXCEEDED" in codes:
        raise TooCostly(said[:300])
    if "ACCESS_DENIED" in codes:
        raise Denied(_denial([one for one in listed if _code(one) == "ACCESS_DENIED"]))
    if "SHOP_INACTIVE" in codes:
        raise Refused("the shop is inactive")
    if codes & {"INTERNAL_SERVER_ERROR", "TIMEOUT"}:
        raise Unavailable(f"Shopify: {said[:300]}")
    raise Changed(f"Shopify does not take the query: {said[:300]}")


def _code(error: Mapping[str, Any]) -> str:
    extensions = error.get("extensions")
    return str(extensions.get("code", "")) if isinstance(extensions, dict) else ""


def _wait(document: Mapping[str, Any]) -> float:
    per_second, available = throttle_of(document)
    missing = (requested(document) or 0.0) - (available or 0.0)
    return max(_LEAST, missing / per_second) if per_second else _PAUSE


def _denial(errors: Sequence[Mapping[str, Any]]) -> str:
    """The fields that are withheld, by path without indices, and what the app would need for them."""
    parts = []
    for error in errors:
        path = [str(part) for part in error.get("path") or () if not isinstance(part, int)]
        needed = (error.get("extensions") or {}).get("requiredAccess")
        reason = f"it needs {needed}" if needed else str(error.get("message", ""))
        parts.append(f"{'.'.join(path) or 'a field'}: {reason}")
    return f"Shopify withholds {'; '.join(dict.fromkeys(parts))}"[:500]


def check_search(document: Mapping[str, Any]) -> None:
    """Raises Changed where a search was not understood: Shopify then ignores it and returns everything."""
    extensions = document.get("extensions")
    searches = extensions.get("search") if isinstance(extensions, dict) else None
    for search in searches if isinstance(searches, list) else ():
        if warnings := search.get("warnings") if isinstance(search, dict) else None:
            said = "; ".join(str(one.get("message", one) if isinstance(one, dict) else one) for one in warnings)
            raise Changed(f"Shopify ignores a part of the search {search.get('query', '')!r}: {said[:200]}")
