"""A little world of two Shopee shops, and a partner who asks the sandbox for it, without HTTP."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from channels.core.kinds import Kind
from channels.sandbox.shopee import Shopee
from channels.sandbox.wire import Faults, Reply, Request, Traffic
from channels.sandbox.world.advertising import WHOLE_SHOP
from channels.sandbox.world.model import (
    AdDay,
    Entry,
    Line,
    Market,
    Order,
    Person,
    Product,
    Refund,
    Statement,
    Term,
    World,
)

START = datetime(2026, 9, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SG = Market("shopee.sg", "shopee", "SG", "Shopee SG", "SGD", "Asia/Singapore", "SG", "900100")
MY = Market("shopee.my", "shopee", "MY", "Shopee MY", "MYR", "Asia/Kuala_Lumpur", "MY", "900200", cross_border=True)
BUYER = Person(
    1, "Robin Ashdown", "robin.ashdown@mail.example", "+6591230064", "12 Kettle Lane", "049000", "Singapore", "", "SG"
)
PRODUCT = Product(1, "HL-CUP", "B0HLCUP001", "0000000000017", "Harbor & Leaf Cup", Decimal(3), {})
PAYOUT = "11796795500890870001"


def term(words: str, amount: str, kind: Kind = Kind.REVENUE) -> Term:
    return Term(kind, words, Decimal(amount))


def order(market: str, ref: str, placed: datetime, **more: Any) -> Order:
    """Two cups at 10.00 with a voucher of 1.00; brings 16.50."""
    life = {
        "paid_at": placed + timedelta(hours=1), "shipped_at": placed + DAY, "delivered_at": placed + 3 * DAY,
        "held_until": placed + 6 * DAY,
    }  # fmt: skip
    income = (
        term("original_cost_of_goods_sold", "20"),
        term("voucher_from_seller", "-1"),
        term("commission_fee", "-2.50"),
    )
    return Order(**{
        "number": 1, "market": market, "ref": ref, "name": "", "person": 1, "placed_at": placed,
        "lines": (Line("51000001", 1, 2, Decimal(10), Decimal(1)),), "shipping": Decimal(0), "shipping_tax": Decimal(0),
        "state": "Central", "city": "Singapore", "country": "SG", "income": income, **life, **more,
    })  # fmt: skip


def entry(market: str, key: int, at: datetime, words: str, amount: str, **more: Any) -> Entry:
    return Entry(str(key), market, str(key), at, Kind.REVENUE, words, Decimal(amount), **more)


EARLY = Refund("2609060001", START + 5 * DAY, (1,), Decimal("9.50"))
LATE = Refund("2609200002", START + 19 * DAY, (1,), Decimal("9.50"), returned=False)
ORDERS = (
    order("shopee.sg", "260901AAAAAAA1", START + timedelta(hours=2), refunds=(EARLY,), income=(
        term("original_cost_of_goods_sold", "20"), term("voucher_from_seller", "-1"), term("commission_fee", "-2.50"),
        term("seller_return_refund", "-9.50", Kind.REFUND),
    )),
    order("shopee.sg", "260902AAAAAAA2", START + DAY, refunds=(LATE,)),
    order(
        "shopee.sg", "260903AAAAAAA3", START + 2 * DAY, income=(), shipped_at=None, delivered_at=None, held_until=None,
        cancelled_at=START + 2 * DAY + timedelta(hours=5),
    ),
    order("shopee.my", "260901BBBBBBB1", START + timedelta(hours=3)),
)  # fmt: skip
RELEASED = START + 6 * DAY + timedelta(hours=2)
WALLET = Statement(
    "shopee.sg", "wallet/2026-09-07", "SGD", START + 5 * DAY, START + 7 * DAY, START, Decimal("23.50"),
    (
        entry("shopee.sg", 1, RELEASED, "ESCROW_VERIFIED_ADD", "7", order="260901AAAAAAA1", balance=Decimal(107)),
        entry("shopee.sg", 2, START + 7 * DAY, "ESCROW_VERIFIED_ADD", "16.50", order="260902AAAAAAA2", balance=Decimal("123.50")),
    ), opening=Decimal(100),
)  # fmt: skip
ADJUSTED = Statement(
    "shopee.sg", "wallet/2026-09-20", "SGD", START + 18 * DAY, START + 20 * DAY, START, Decimal("-9.50"),
    (
        entry(
            "shopee.sg", 3, LATE.at, "ADJUSTMENT_FOR_RR_AFTER_ESCROW_VERIFIED", "-9.50", order="260902AAAAAAA2",
            refund=LATE.ref, balance=Decimal(114),
        ),
    ), opening=Decimal("123.50"),
)  # fmt: skip
PAID = Statement(
    "shopee.my", PAYOUT, "MYR", START, START + 7 * DAY, START + 7 * DAY, Decimal(10),
    (
        entry("shopee.my", 4, RELEASED, "Order Income: Order Completed", "16.50", order="260901BBBBBBB1"),
        entry("shopee.my", 5, RELEASED, "Storage Fee: Monthly Storage", "-6.50"),
    ),
    deposited_at=START + 7 * DAY, paid_amount=Decimal("2.40"), paid_currency="USD",
)  # fmt: skip
ADS = tuple(
    AdDay(
        "shopee.sg", "shopee", date(2026, 9, day), name, brand=False, impressions=1000, clicks=50,
        spend=Decimal("7.25"), orders=3, units=4, sales=Decimal("60.40"),
    )
    for day in (1, 2) for name in (WHOLE_SHOP, "Cups")
)  # fmt: skip


def little_world(orders: Iterable[Order] = ORDERS) -> World:
    return World(
        name="little", seed=1, starts_at=START, ends_at=START + 60 * DAY, base_currency="CNY", markets=(SG, MY),
        products=(PRODUCT,), people=(BUYER,), orders=tuple(orders), statements=(WALLET, ADJUSTED, PAID), pending=(),
        ads=ADS, searches=(), repeats=(), bank=(), events=(), rates={},
    )  # fmt: skip


class HandClock:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Partner:
    """Asks in the name of the app, and keeps the tokens of its shops."""

    def __init__(
        self, at: datetime = START + 30 * DAY, world: World | None = None, *, faults: Faults | None = None, **more: Any
    ) -> None:
        self.clock, self.faults, self.traffic = HandClock(at), faults or Faults(), Traffic()
        self.world = world or little_world()
        self.vendor = Shopee(self.world, self.clock, self.faults, self.traffic, **more)
        self.tokens: dict[str, str] = {}

    def renew(self, number: int = 1, shop: str = "900100", vendor: Shopee | None = None) -> dict[str, Any]:
        sent = {"refresh_token": f"sandbox-refresh-{shop}-{number}", "partner_id": 1000001, "shop_id": int(shop)}
        said = self.said("POST", "auth/access_token/get", sent, shop="", vendor=vendor)
        self.tokens[shop] = said.get("access_token", self.tokens.get(shop, ""))
        return said

    def reply(
        self, method: str, operation: str, sent: dict[str, Any], shop: str = "900100", *, vendor: Shopee | None = None,
        **common: str,
    ) -> Reply:  # fmt: skip
        """``common`` replaces parameters of every call."""
        path, stamp = f"/api/v2/{operation}", str(int(self.clock.now().timestamp()))
        token = self.tokens.get(shop, "")
        given = {"partner_id": "1000001", "timestamp": stamp} | (
            {"access_token": token, "shop_id": shop} if shop else {}
        )
        given |= common
        base = (
            f"{given['partner_id']}{path}{given['timestamp']}{given.get('access_token', '')}{given.get('shop_id', '')}"
        )
        mark = hmac.new(b"sandbox-partner-key", base.encode(), hashlib.sha256).hexdigest()
        given = {"sign": mark} | given
        query = given if method == "POST" else given | sent
        body = json.dumps(sent).encode() if method == "POST" else b""
        return (vendor or self.vendor).answer(Request(method, path, tuple(query.items()), {}, body))

    def said(
        self, method: str, operation: str, sent: dict[str, Any], shop: str = "900100", **more: Any
    ) -> dict[str, Any]:
        """The document of an answer."""
        found: dict[str, Any] = json.loads(self.reply(method, operation, sent, shop, **more).body)
        return found

    def get(self, operation: str, shop: str = "900100", **sent: str) -> Any:
        """The response of a GET with a token that works. Raises AssertionError for an error."""
        return self._fine("GET", operation, sent, shop)

    def post(self, operation: str, shop: str = "900100", **sent: Any) -> Any:
        return self._fine("POST", operation, sent, shop)

    def _fine(self, method: str, operation: str, sent: dict[str, Any], shop: str) -> Any:
        if shop not in self.tokens:
            self.renew(shop=shop)
        self.clock.sleep(1)
        said = self.said(method, operation, sent, shop)
        assert said["error"] == "", said
        return said["response"]


def window(since: datetime, until: datetime, name: str = "time") -> dict[str, str]:
    return {f"{name}_from": str(int(since.timestamp())), f"{name}_to": str(int(until.timestamp()))}
