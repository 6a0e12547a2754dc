"""Access tokens last four hours; a refresh token works once and brings the next pair.

So a renewal happens under a lock over all processes, and its pair is stored before anybody uses it. Whoever waited for
the lock takes what the other stored. Where the answer to a renewal is lost, the old refresh token is tried once more;
if the vendor refuses it, only a new authorisation by the seller helps.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from channels.adapters.shopee.envelope import Node, maybe, text
from channels.core.errors import Changed, Refused, Unavailable
from channels.core.transport import Connection, Credentials

PATH = "/api/v2/auth/access_token/get"
MARGIN = timedelta(minutes=5)  # before its end a token is renewed, so that none runs out on the way
_EPOCH = 1_000_000_000  # ``expire_in`` is seconds from now; the reference calls it a timestamp, so take either

Ask = Callable[[Credentials, str, Mapping[str, Any]], Node]


def fresh(credentials: Credentials, now: datetime) -> bool:
    """Whether there is an access token that lasts."""
    ends = credentials.get("access_expires_at") or "0"
    known = float(ends) if ends.replace(".", "", 1).isdigit() else 0.0
    return bool(credentials.get("access_token")) and known > (now + MARGIN).timestamp()


def renew(connection: Connection, refused: str, ask: Ask) -> Credentials:
    """The credentials with a token that works; ``refused`` is the one that the vendor does not take any more.

    Raises Refused where the seller must authorise the shop again, Unavailable where it is worth another try.
    """

    def change(stored: Credentials) -> Credentials:
        now = connection.clock.now()
        if fresh(stored, now) and stored.get("access_token") != refused:
            return stored  # another process renewed it meanwhile
        return {**stored, **_pair(_asked(stored, ask), now)}

    return connection.renew(change)


def _asked(stored: Credentials, ask: Ask) -> Node:
    payload: dict[str, Any] = {"refresh_token": stored["refresh_token"]}
    payload |= {name: _number(stored, name) for name in ("partner_id", "shop_id")}
    try:
        return ask(stored, PATH, payload)
    except Unavailable:
        pass  # the vendor may have turned the tokens, and nobody knows the new ones
    try:
        return ask(stored, PATH, payload)
    except Refused as error:
        raise Refused(
            f"the answer to a renewal of the tokens was lost, and the old ones are used up: {error}"
        ) from None


def _number(stored: Credentials, name: str) -> int:
    if not stored[name].isascii() or not stored[name].isdigit():
        raise Refused(f"{name} is not a number; correct it at the store")
    return int(stored[name])


def _pair(document: Node, now: datetime) -> dict[str, str]:
    access, refresh = text(document, "access_token"), text(document, "refresh_token")
    try:
        lasts = maybe(document, "expire_in")
    except ValueError:
        lasts = None
    if not (access and refresh and lasts):
        raise Changed("auth/access_token/get: the answer lacks access_token, refresh_token or expire_in")
    ends = int(lasts) if lasts > _EPOCH else int(now.timestamp()) + int(lasts)
    return {"access_token": access, "refresh_token": refresh, "access_expires_at": str(ends)}
