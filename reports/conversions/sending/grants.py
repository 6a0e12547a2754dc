"""Access tokens of Google for a refresh token, which last an hour.

https://developers.google.com/identity/protocols/oauth2/web-server#offline
"""

from channels.core.transport import Credentials
from reports.conversions.sending.network import code
from reports.conversions.sending.wire import Wire

_GRANTS = "https://oauth2.googleapis.com"


class NoGrant(Exception):
    """No access token is given for the credentials."""


def granted(wire: Wire, base: str, given: Credentials) -> str:
    """Raises NoGrant, Unsent or Unsure."""
    form = {name: given[name] for name in ("client_id", "client_secret", "refresh_token")}
    reply = wire.post(f"{base or _GRANTS}/token", form=form | {"grant_type": "refresh_token"})
    token = reply.document.get("access_token")
    if reply.status != 200 or not isinstance(token, str) or not (token.isascii() and token.isprintable() and token):
        raise NoGrant(f"no access token: status {reply.status} {code(reply.document.get('error', ''))}".strip())
    return token


def customer(number: str) -> str:
    """An account's number without the marks that people write in it."""
    return number.replace("-", "")
