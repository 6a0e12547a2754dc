"""Who may ask: the partner's signature, tokens of shops, and how many calls a second."""

import hashlib
import hmac
import threading
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from channels.sandbox.keys import SHOPEE_APP
from channels.sandbox.shopee.envelope import Ask, Json, Refusal
from channels.sandbox.wire import Request

PARTNER, KEY = SHOPEE_APP["partner_id"], SHOPEE_APP["partner_key"]
LASTS = timedelta(hours=4)
OVERLAP = timedelta(minutes=5)  # that an old access token still works after a renewal
PER_SECOND, BURST = 5.0, 10.0  # of a shop; Shopee publishes none
_SKEW = 300  # seconds that a timestamp may be off


def stale() -> Refusal:
    return Refusal("invalid_acceess_token", "Invalid access_token, please have a check.", 403)


def used_up() -> Refusal:
    return Refusal(
        "error_shop_refresh_token", "Your refresh token is error ,please check refresh token or shopid.", 403
    )


@dataclass(slots=True)
class Grant:
    """A shop's pair of tokens: its number, how long the access token works, and whether anybody used it."""

    number: int = 1
    ends_at: datetime | None = None
    used: bool = True
    before_ends_at: datetime | None = None  # of the access token before


def check_signature(request: Request, owner: str, token: str, now: datetime) -> None:
    """Raises Refusal for a wrong partner, time or signature."""
    if request.get("partner_id") != PARTNER:
        raise Refusal("error_auth", "partner_id is invalid", 403)
    stamp = request.get("timestamp")
    if not stamp.isdigit():
        raise Refusal("error_param", "no timestamp")
    if abs(int(stamp) - now.timestamp()) > _SKEW:
        raise Refusal("error_param", "Timestamp is expired.", 403)
    base = f"{PARTNER}{request.path}{stamp}{token}{owner}"
    if not hmac.compare_digest(hmac.new(KEY.encode(), base.encode(), hashlib.sha256).hexdigest(), request.get("sign")):
        raise Refusal("error_sign", "Wrong sign.", 403)


class Access:
    """Tokens and quotas of all shops. Safe for threads.

    A token says its shop, number and end and is sealed, so that a sandbox started anew takes those of the one before.
    """

    def __init__(self, sellers: frozenset[str], *, strict: bool) -> None:
        self.sellers, self.strict = sellers, strict
        self._grants: dict[str, Grant] = {}
        self._left: dict[str, tuple[float, datetime]] = {}
        self._lock = threading.Lock()

    def check(self, request: Request, now: datetime) -> str:
        """The shop that asks. Raises Refusal where its token is not good."""
        token, seller = request.get("access_token"), request.get("shop_id")
        check_signature(request, seller, token, now)
        number, ends_at = _opened(token, seller)
        with self._lock:
            grant = self._grants.setdefault(seller, Grant())
            if number > grant.number:  # of the sandbox before this one
                self._grants[seller] = grant = Grant(number, ends_at)
            ends = grant.ends_at if number == grant.number else grant.before_ends_at
            if seller not in self.sellers or number < grant.number - 1 or not ends or now >= min(ends, ends_at):
                raise stale()
            grant.used = grant.used or number == grant.number
        return seller

    def revoke(self, seller: str) -> Refusal:
        """The access tokens of the shop stop working; the refresh token still does."""
        with self._lock:
            grant = self._grants.setdefault(seller, Grant())
            grant.ends_at = grant.before_ends_at = None
        return stale()

    def renewed(self, request: Request, now: datetime) -> Json:
        """The next pair. Raises Refusal for a refresh token that was used."""
        check_signature(request, "", "", now)
        ask = Ask.of(request)
        token, seller = ask.text("refresh_token"), str(ask.number("shop_id", 1, 1 << 62))
        number = token.removeprefix(f"sandbox-refresh-{seller}-")
        if seller not in self.sellers or number == token or not number.isdigit():
            raise used_up()
        with self._lock:
            grant = self._grants.setdefault(seller, Grant())
            forgiven = not self.strict and not grant.used and int(number) == grant.number - 1
            if int(number) < grant.number and not forgiven:
                raise used_up()
            before = min(grant.ends_at, now + OVERLAP) if grant.ends_at and not forgiven else grant.before_ends_at
            self._grants[seller] = grant = Grant(int(number) + 1, now + LASTS, used=False, before_ends_at=before)
        return {
            "error": "", "message": "", "request_id": uuid.uuid4().hex, "partner_id": int(PARTNER),
            "shop_id": int(seller),
            "access_token": _sealed(seller, grant.number, now + LASTS),
            "refresh_token": f"sandbox-refresh-{seller}-{grant.number}", "expire_in": int(LASTS.total_seconds()),
        }  # fmt: skip

    def take(self, seller: str, now: datetime) -> bool:
        """Take a token of the shop's bucket; False where there is none."""
        with self._lock:
            left, at = self._left.get(seller, (BURST, now))
            left = min(BURST, left + max(0.0, (now - at).total_seconds()) * PER_SECOND)
            taken = left >= 1 - 1e-9
            self._left[seller] = (left - taken, max(at, now))
        return taken


def _sealed(seller: str, number: int, ends_at: datetime) -> str:
    said = f"sandbox-access-{seller}-{number}-{int(ends_at.timestamp())}"
    return f"{said}-{hmac.new(KEY.encode(), said.encode(), hashlib.sha256).hexdigest()[:16]}"


def _opened(token: str, seller: str) -> tuple[int, datetime]:
    """The number and the end of a shop's access token. Raises Refusal for one that is not ours."""
    number, _, rest = token.removeprefix(f"sandbox-access-{seller}-").partition("-")
    ends = rest.partition("-")[0]
    if not number.isdigit() or not ends.isdigit():
        raise stale()
    ends_at = datetime.fromtimestamp(int(ends), UTC)
    if not hmac.compare_digest(token, _sealed(seller, int(number), ends_at)):
        raise stale()
    return int(number), ends_at
