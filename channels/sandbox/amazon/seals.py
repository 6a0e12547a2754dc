"""Tokens that only the sandbox reads, and choices that are the same every time: so it keeps no state."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import orjson

_KEY = b"sandbox: keeps nothing secret, only tells made up tokens from its own"


def seal(kind: str, value: Mapping[str, Any]) -> str:
    """An opaque token that carries the value."""
    data = base64.urlsafe_b64encode(orjson.dumps(value)).decode().rstrip("=")
    return f"{data}.{_mark(kind, data)}"


def unseal(kind: str, token: str) -> dict[str, Any] | None:
    """What the token carries; None where it is not one of ours, or of another kind."""
    data, _, mark = token.partition(".")
    if not hmac.compare_digest(mark.encode(), _mark(kind, data).encode()):
        return None
    value: dict[str, Any] = orjson.loads(base64.urlsafe_b64decode(data + "=" * (-len(data) % 4)))
    return value


def identifier(*parts: object) -> str:
    """An id such as Amazon gives its transactions and groups."""
    return base64.urlsafe_b64encode(_digest(parts)).decode().rstrip("=")


def share(*parts: object) -> float:
    """A number from 0 to 1 that is always the same for the same parts."""
    return int.from_bytes(_digest(parts)[:6]) / 2**48


def pick(choices: int, *parts: object) -> int:
    """A number from 0 below ``choices`` that is always the same for the same parts."""
    return int(share(*parts) * choices)


def _digest(parts: tuple[object, ...]) -> bytes:
    return hashlib.blake2b("|".join(map(str, parts)).encode(), digest_size=32).digest()


def _mark(kind: str, data: str) -> str:
    return hmac.new(_KEY, f"{kind}|{data}".encode(), hashlib.sha256).hexdigest()[:24]
