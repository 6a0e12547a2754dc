"""Login with Amazon: refresh tokens in, access tokens out, which live an hour."""

import threading
from datetime import datetime
from itertools import count
from urllib.parse import parse_qsl

import orjson

from channels.sandbox.amazon.replies import Json, Refusal, json_reply
from channels.sandbox.amazon.seals import seal, unseal
from channels.sandbox.keys import AMAZON_APP, credentials
from channels.sandbox.wire import Reply, Request
from channels.sandbox.world.model import Market

LIVES = 3600  # seconds


class Login:
    """Gives tokens and knows them again, also those of a sandbox before this one. Safe for threads."""

    def __init__(self, markets: tuple[Market, ...]) -> None:
        self._sellers = {credentials(market)["refresh_token"]: market.seller for market in markets}
        self._revoked: set[str] = set()
        self._numbers = count()
        self._lock = threading.Lock()

    def token(self, request: Request, now: datetime) -> Reply:
        """POST /auth/o2/token."""
        asked = _form(request)
        if asked.get("grant_type") != "refresh_token":
            return _refused(
                400,
                "unsupported_grant_type",
                "The authorization grant type is not supported by the authorization server",
            )
        app = (asked.get("client_id"), asked.get("client_secret"))
        if app != (AMAZON_APP["lwa_app_id"], AMAZON_APP["lwa_client_secret"]):
            return _refused(401, "invalid_client", "Client authentication failed")
        refresh = asked.get("refresh_token", "")
        seller = self._sellers.get(refresh)
        if seller is None:
            return _refused(
                400, "invalid_grant",
                "The request has an invalid grant parameter : refresh_token. User may have revoked or didn't grant the "
                "permission.",
            )  # fmt: skip
        with self._lock:
            number = next(self._numbers)
        held = {"seller": seller, "app": app[0], "at": now.timestamp(), "number": number}
        return json_reply({
            "access_token": f"Atza|{seal('access', held)}", "refresh_token": refresh, "token_type": "bearer",
            "expires_in": LIVES,
        })  # fmt: skip

    def known(self, request: Request, now: datetime) -> Json:
        """Whose access token this is: seller and app. Raises Refusal."""
        token = request.headers.get("x-amz-access-token", "")
        if not token:
            raise denied("Access token is missing in the request header.")
        held = unseal("access", token.removeprefix("Atza|"))
        if held is None:
            raise denied("The access token you provided is revoked, malformed or invalid.")
        if token in self._revoked or now.timestamp() >= held["at"] + LIVES:
            raise denied("The access token you provided has expired.")
        return held

    def revoke(self, request: Request) -> Refusal:
        """Let the token of the request run out before its time."""
        self._revoked.add(request.headers.get("x-amz-access-token", ""))
        return denied("The access token you provided has expired.")


def denied(details: str) -> Refusal:
    return Refusal(403, "Unauthorized", "Access to requested resource is denied.", details)


def _form(request: Request) -> dict[str, str]:
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            found = orjson.loads(request.body)
        except orjson.JSONDecodeError:
            return {}
        return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}
    return dict(parse_qsl(request.body.decode("utf-8", "replace")))


def _refused(status: int, error: str, description: str) -> Reply:
    return json_reply({"error": error, "error_description": description}, status)
