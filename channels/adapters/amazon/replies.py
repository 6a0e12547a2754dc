"""What Amazon's answers mean: a document, or one of the exceptions. A failure is never an empty document."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx

from channels.core.errors import Changed, Refused, Throttled, Unavailable


class Expired(Exception):
    """The access token is not taken: a new one may be. ``then`` is to be raised where it is not either."""

    def __init__(self, then: Exception) -> None:
        super().__init__(str(then))
        self.then = then


class Missing(Changed):
    """What was asked for by its id is not there, or no longer."""


class Rejected(Changed):
    """Amazon takes the request for wrong, as it does where a page's token has run out."""


@dataclass
class Reply:
    """The body exactly as it came, and what it says with exact numbers."""

    body: bytes
    document: dict[str, Any]
    media_type: str = "application/json"
    marks: dict[str, Any] = field(default_factory=dict, repr=False)  # the SDK leaves some of its own on answers

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("body", "document", "media_type", "marks"):
            object.__setattr__(self, name, value)
        else:
            self.marks[name] = value


def read_reply(operation: str, response: httpx.Response, wait: float) -> Reply:
    """The answer of an operation; ``wait`` is how long a token of its bucket takes to come back.

    Raises Throttled, Unavailable, Refused, Changed, and Expired, Missing or Rejected, which callers here act on.
    """
    document = _document(response.content)
    said = words_of(document) or f"status {response.status_code}, {_first(response.content)}"
    status = response.status_code
    if 200 <= status < 300:
        if not isinstance(document, dict):  # not quoted: a cut one holds orders, and so buyers
            said = f"status {status}, {len(response.content):,} bytes"
            raise Unavailable(f"{operation}: Amazon answered without a document: {said}")
        if document.get("errors"):
            raise Unavailable(f"{operation}: {said}")
        return Reply(response.content, document)
    if status == 429:
        raise Throttled(wait)
    _raise_for(status, f"{operation}: {said}", has_errors=bool(words_of(document)))
    raise Unavailable(f"{operation}: {said}")


def _raise_for(status: int, said: str, *, has_errors: bool) -> None:
    """Raise what a status below 500 means; nothing for those that pass by themselves."""
    if status in (401, 403):
        # A gateway's 403 has no list of errors; it says nothing of the seller's permission.
        lasting = has_errors and "access token" not in said.lower()
        raise Expired(Refused(f"{said} Check the application's roles and the seller's authorisation.") if lasting
                      else Unavailable(said))  # fmt: skip
    if status in (404, 410):
        raise Missing(said)
    if 400 <= status < 500 and status not in (408, 425):
        raise Rejected(said)


def _document(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=Decimal) if body.strip() else None
    except (ValueError, RecursionError):
        return None


def words_of(document: Any) -> str:
    """What the vendor says of its errors, in its own words; "" where it says nothing."""
    errors = document.get("errors") if isinstance(document, dict) else None
    said = []
    for one in errors if isinstance(errors, list) else ():
        if isinstance(one, Mapping):
            parts = dict.fromkeys(str(one.get(name) or "") for name in ("code", "message", "details"))
            said.append(": ".join(part for part in parts if part))
    return "; ".join(said)[:500]


def _first(body: bytes) -> str:
    text = " ".join(body[:300].decode("utf-8", errors="replace").split())
    return f"it says {text[:120]!r}" if text else "its body is empty"


def records_of(node: Mapping[str, Any], name: str, operation: str) -> list[Any]:
    """The list under the name. Raises Changed where it is none."""
    found = node.get(name)
    if not isinstance(found, list):
        raise Changed(f"{operation}: {name} is {type(found).__name__}, not a list")
    return found


def text_under(node: Mapping[str, Any], name: str, operation: str) -> str:
    """The text under the name. Raises Changed where it is none, or empty."""
    found = node.get(name)
    if not isinstance(found, str) or not found:
        raise Changed(f"{operation}: {name} is {type(found).__name__}, not a text")
    return found
