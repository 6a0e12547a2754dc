"""Access tokens: the shop's own, which last, and those of the client credentials grant, which last a day.

A token is ``shpat_sandbox_`` and the market's code; what comes after that takes something away from it:
``_60`` the right to orders older than 60 days, ``_masked`` the approval for personal fields, ``_moneyless`` the
balance and payouts of Shopify Payments.
"""

import hashlib
import hmac
import secrets
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

import orjson

from channels.sandbox.keys import SHOPIFY_APP
from channels.sandbox.wire import Reply, Request
from channels.sandbox.world.model import Market

LASTS = 86_399  # seconds, as the vendor says it
STATIC, PASSING = "shpat_sandbox_", "shpca_sandbox_"
_PAYMENTS = frozenset(("read_shopify_payments", "read_shopify_payments_payouts", "read_shopify_payments_disputes"))
_ORDERS = frozenset(("read_orders", "read_customers", "read_products", "read_inventory"))


@dataclass(frozen=True, slots=True)
class Access:
    """What a token opens."""

    market: Market
    app: str
    scopes: frozenset[str]
    personal: bool = True  # approved for protected customer data
    passing: bool = False  # of a grant, so it runs out


class Tokens:
    """The tokens that are good. One that runs out in the middle of a chain (a fault) is so for ever."""

    def __init__(self, markets: Iterable[Market]) -> None:
        self._markets = sorted(markets, key=lambda market: -len(market.code))
        self._spent: set[str] = set()
        self._used: set[str] = set()
        self._lock = threading.Lock()

    def access(self, token: str, now: datetime) -> Access | None:
        """What the token opens; None for a wrong, expired or spent one."""
        with self._lock:
            if token in self._spent:
                return None
        if token.startswith(STATIC):
            return self._opened(token.removeprefix(STATIC), False)
        whose, _, mark = token.removeprefix(PASSING).rpartition("~")
        body, _, ends = whose.rpartition("~")
        if not token.startswith(PASSING) or not hmac.compare_digest(mark, _mark(whose)):
            return None
        return self._opened(body.rpartition("~")[0], True) if now.timestamp() < int(ends) else None

    def served(self, token: str) -> bool:
        """Whether it has been used before; from now on it has."""
        with self._lock:
            before = token in self._used
            self._used.add(token)
            return before

    def spend(self, token: str) -> None:
        """The token runs out before its time."""
        with self._lock:
            self._spent.add(token)

    def grant(self, request: Request, now: datetime) -> Reply:
        """POST /admin/oauth/access_token with the client credentials grant."""
        asked = _fields(request)
        if asked.get("grant_type") != "client_credentials":
            return _refusal("invalid_request", "The grant type is not supported.")
        secret = asked.get("client_secret", "")
        if asked.get("client_id") != SHOPIFY_APP["client_id"] or not hmac.compare_digest(
            secret.encode(), SHOPIFY_APP["client_secret"].encode()
        ):
            return _refusal("application_cannot_be_found", "Could not find Shopify API application.")
        market = self._asked(asked.get("shop", "") or request.headers.get("host", ""))
        if market is None:
            return _refusal("shop_not_permitted", "Client credentials cannot be performed on this shop.")
        ends = int((now + timedelta(seconds=LASTS)).timestamp())
        whose = f"{market.code}~{secrets.token_hex(8)}~{ends}"
        access = self._opened(market.code, True)
        scope = ",".join(sorted(access.scopes)) if access else ""
        body = {"access_token": f"{PASSING}{whose}~{_mark(whose)}", "scope": scope, "expires_in": LASTS}
        return Reply(200, orjson.dumps(body))

    def _opened(self, rest: str, passing: bool) -> Access | None:
        market = next((one for one in self._markets if rest == one.code or rest.startswith(f"{one.code}_")), None)
        if market is None:
            return None
        less = set(rest[len(market.code) :].split("_")) - {""}
        if less - {"60", "masked", "moneyless"}:
            return None
        scopes = _ORDERS
        scopes |= frozenset() if "60" in less else {"read_all_orders"}
        scopes |= frozenset() if "moneyless" in less else _PAYMENTS
        return Access(market, SHOPIFY_APP["client_id"], scopes, "masked" not in less, passing)

    def _asked(self, shop: str) -> Market | None:
        """The market of a shop's domain; where none is named, the only one there is."""
        named = next((one for one in self._markets if one.seller == shop.partition(":")[0]), None)
        return named or (self._markets[0] if len(self._markets) == 1 else None)


def _fields(request: Request) -> Mapping[str, str]:
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            found = orjson.loads(request.body)
        except orjson.JSONDecodeError:
            return {}
        return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}
    return dict((*request.query, *parse_qsl(request.body.decode("utf-8", "replace"))))


def _refusal(error: str, words: str) -> Reply:
    return Reply(400, orjson.dumps({"error": error, "error_description": words}))


def _mark(whose: str) -> str:
    key = SHOPIFY_APP["client_secret"].encode()
    return hmac.new(key, whose.encode(), hashlib.sha256).hexdigest()[:16]
