"""The vendor: who asks, what for, and what goes wrong with the answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from channels.core.clock import Clock
from channels.sandbox.shopee import adverts, money, orders
from channels.sandbox.shopee.access import Access
from channels.sandbox.shopee.envelope import Ask, Json, Refusal, refused, reply
from channels.sandbox.shopee.paging import Paging
from channels.sandbox.shopee.shop import ShopView
from channels.sandbox.wire import Faults, Reply, Request, Traffic
from channels.sandbox.world.model import World

HANG = 90.0  # seconds: longer than a client waits
PREFIX = "/api/v2/"
RENEW = "auth/access_token/get"

Answering = Callable[[Ask, ShopView, datetime, Paging], Json]

OPERATIONS: dict[str, tuple[str, Answering]] = {
    "order/get_order_list": ("GET", orders.order_list),
    "order/get_order_detail": ("GET", lambda ask, shop, now, _: orders.order_detail(ask, shop, now)),
    "payment/get_escrow_list": ("GET", money.escrow_list),
    "payment/get_escrow_detail": ("GET", lambda ask, shop, now, _: money.escrow_detail(ask, shop, now)),
    # The reference says GET, and the live gateway takes POST only.
    "payment/get_escrow_detail_batch": ("POST", lambda ask, shop, now, _: money.escrow_batch(ask, shop, now)),
    "payment/get_wallet_transaction_list": ("GET", money.wallet),
    "payment/get_payout_info": ("GET", money.payout_info),
    "payment/get_billing_transaction_info": ("POST", money.billing),
    "returns/get_return_list": ("GET", money.return_list),
    "ads/get_all_cpc_ads_daily_performance": ("GET", lambda ask, shop, now, _: adverts.daily(ask, shop, now)),
    "ads/get_product_level_campaign_id_list": ("GET", lambda ask, shop, now, _: adverts.campaign_list(ask, shop)),
    "ads/get_product_campaign_daily_performance": (
        "GET", lambda ask, shop, now, _: adverts.campaigns_daily(ask, shop, now)
    ),
}  # fmt: skip


class Shopee:
    """All Shopee shops of a world, as of the clock's now."""

    def __init__(self, world: World, clock: Clock, faults: Faults, traffic: Traffic, *, strict: bool = False) -> None:
        self.clock, self.faults, self.traffic = clock, faults, traffic
        markets = [market for market in world.markets if market.channel == "shopee"]
        self.shops = {market.seller: ShopView(world, market, faults) for market in markets}
        self.access = Access(frozenset(self.shops), strict=strict)
        self.paging = Paging(faults)

    @property
    def withheld(self) -> dict[str, str]:
        """Of each market, by code, the order whose details never come under the fault ``withhold``."""
        return {shop.market.code: shop.withheld for shop in self.shops.values()}

    def answer(self, request: Request) -> Reply:
        operation, now = request.path.removeprefix(PREFIX), self.clock.now()
        self.traffic.called(f"shopee.{operation}")
        try:
            found = self._answer(operation, request, now)
        except Refusal as refusal:
            found = refused(refusal)
        if len(found.body) > 1 and not found.hang and self.faults.strike("cut"):
            return replace(found, cut_after=len(found.body) // 2)
        return found

    def _answer(self, operation: str, request: Request, now: datetime) -> Reply:
        if operation == RENEW and request.method == "POST":
            return self._broken() or reply(self.access.renewed(request, now))
        method, answering = OPERATIONS.get(operation, ("", None))
        if answering is None or method != request.method:
            raise Refusal(
                "error_not_found", f"The request path or method is incorrect: {request.method} {operation}", 404
            )
        seller = self.access.check(request, now)
        if not self.access.take(seller, now):
            self.traffic.refused(f"shopee.{operation}")
            raise _too_fast()
        if self.faults.strike("expired_token"):
            raise self.access.revoke(seller)
        if self.faults.strike("throttle"):
            if self.faults.draw(2):
                return Reply(429)
            raise _too_fast()
        if (broken := self._broken()) is not None:
            return broken
        document = answering(Ask.of(request), self.shops[seller], now, self.paging)
        if operation in _CHANGES and self.faults.strike("changed_type"):
            _CHANGES[operation](document["response"])
        return reply(document)

    def _broken(self) -> Reply | None:
        """An answer that has nothing to do with the request."""
        if self.faults.strike("timeout"):
            return Reply(504, hang=HANG)
        if not self.faults.strike("error"):
            return None
        shape = self.faults.draw(5)
        if shape == 0:
            raise Refusal("error_server", "Something wrong. Please try later.")
        if shape == 1:
            return Reply(504, b"<html><body>504 Gateway Time-out</body></html>", media_type="text/html")
        return Reply((500, 502, 503)[shape - 2])


def _too_fast() -> Refusal:
    return Refusal("error_rate_limit", "Too many requests. You have reached the rate limit. Please try again later.")


# What the fault "changed_type" does: a time becomes text, a flag becomes a word.


def _order_times(response: Any) -> None:
    for order in response["order_list"][:1]:
        order["create_time"] = datetime.fromtimestamp(order["create_time"]).astimezone().isoformat()


def _flag(response: Any) -> None:
    response["more"] = "true" if response["more"] else "false"


_CHANGES: dict[str, Callable[[Any], None]] = {
    "order/get_order_list": _flag,
    "order/get_order_detail": _order_times,
    "payment/get_escrow_list": _flag,
    "payment/get_wallet_transaction_list": _flag,
    "payment/get_payout_info": _flag,
}
