"""Access tokens of Login with Amazon: one for an application and seller in this process, renewed before it runs out.

The package's own cache holds ten sellers, takes two applications for one, and has no lock.
"""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import httpx

from channels.adapters.amazon.line import Line
from channels.core.errors import Refused, Throttled, Unavailable
from channels.core.transport import Connection

_HOST = "https://api.amazon.com"
_EARLY = 120  # seconds before its end from which a token is not used any more


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    until: datetime


_tokens: dict[str, _Token] = {}  # by digest of whose it is
_locks: dict[str, Lock] = defaultdict(Lock)
_guard = Lock()


class Login:
    """Gives the access token of a connection's seller, and gets another when it has run out."""

    def __init__(self, connection: Connection, line: Line) -> None:
        self._connection, self._line = connection, line
        given = connection.credentials
        whose = (connection.endpoint, given["lwa_app_id"], given["lwa_client_secret"], given["refresh_token"])
        self._key = hashlib.sha256("\0".join(whose).encode()).hexdigest()
        with _guard:
            self._lock = _locks[self._key]

    def token(self) -> str:
        with self._lock:
            kept = _tokens.get(self._key)
            if kept is None or kept.until <= self._connection.clock.now():
                kept = _tokens[self._key] = self._renewed()
            return kept.text

    def drop(self, text: str) -> None:
        """Amazon no longer takes this token. Another thread may have renewed it already."""
        with self._lock:
            kept = _tokens.get(self._key)
            if kept is not None and kept.text == text:
                del _tokens[self._key]

    def _renewed(self) -> _Token:
        """Raises Refused where a person must authorise again, else Unavailable or Throttled."""
        given = self._connection.credentials
        asked_at = self._connection.clock.now()
        response = self._line.send(
            "POST", f"{self._connection.endpoint or _HOST}/auth/o2/token",
            form={
                "grant_type": "refresh_token", "refresh_token": given["refresh_token"],
                "client_id": given["lwa_app_id"], "client_secret": given["lwa_client_secret"],
            },
        )  # fmt: skip
        document = _checked(response)
        text, lives = document.get("access_token"), document.get("expires_in", 3600)
        if not isinstance(text, str) or not text or not isinstance(lives, int):
            raise Unavailable("Login with Amazon answered without an access token")
        return _Token(text, asked_at + timedelta(seconds=max(0, lives - _EARLY)))


def _checked(response: httpx.Response) -> dict[str, Any]:
    try:
        document = json.loads(response.content)
    except ValueError:
        document = None
    status = response.status_code
    if status == 429:
        raise Throttled(60)
    if status == 200 and isinstance(document, dict):
        return document
    if 400 <= status < 500 and isinstance(document, dict) and document.get("error"):
        said = f"{document['error']}: {str(document.get('error_description', ''))[:200]}"
        raise Refused(f"Login with Amazon refuses this store ({said}); authorise the application again")
    raise Unavailable(f"Login with Amazon answered with status {status}")
