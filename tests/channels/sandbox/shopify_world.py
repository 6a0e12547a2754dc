"""A shop of four orders made by hand, and somebody who asks it: for the tests of the sandbox's Shopify."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson

from channels.core.clock import SharedClock
from channels.core.kinds import Kind
from channels.sandbox.keys import credentials
from channels.sandbox.shopify import Shopify
from channels.sandbox.wire import Faults, Reply, Request, Traffic
from channels.sandbox.world.model import (
    BankLine,
    Entry,
    Line,
    Market,
    Order,
    Person,
    Product,
    Refund,
    Statement,
    Touch,
    World,
)

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
SHOP = Market(
    "shopify", "shopify", "harbor-leaf.myshopify.com", "Harbor & Leaf", "USD", "America/New_York", "US",
    "harbor-leaf.myshopify.com",
)  # fmt: skip
BASE = "http://127.0.0.1:1/shopify"
TOKEN = credentials(SHOP)["access_token"]


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def money(text: str) -> Decimal:
    return Decimal(text)


def person(number: int) -> Person:
    return Person(
        number, f"Tessa Tester{number}", f"tessa{number}@example.com", f"+1555010{number:04}", f"{number} Teapot Lane",
        "97201", "Portland", "OR", "US",
    )  # fmt: skip


def order(number: int, placed: float, **more: Any) -> Order:
    line = Line(f"{700 + number}", 1, 2, money("20.00"), money("4.00"), money("3.24"))
    given: dict[str, Any] = {
        "number": number, "market": "shopify", "ref": str(6_000 + number), "name": f"#{1000 + number}",
        "person": number % 3 + 1, "placed_at": at(placed), "lines": (line,), "shipping": money("5.95"),
        "shipping_tax": money("0.53"), "state": "OR", "city": "Portland", "country": "US",
        "gateway": "shopify_payments", "paid_at": at(placed) + timedelta(minutes=1),
    }  # fmt: skip
    return Order(**{**given, **more})


def world() -> World:
    """#1001 pays, ships and gives one unit back; #1002 comes from Amazon; #1003 waits for a transfer; #1004 is new."""
    back = Refund("9001", at(30), (1,), money("18.00"), money("5.95"), money("2.15"))
    visits = (
        Touch(at(-40), "google", "SEO", "https://google.example/", "https://harbor.example/tea", {"source": "google"}),
        Touch(at(-1), "direct", landing="https://harbor.example/"),
    )
    orders = (
        order(90, -2, market="amazon.us", ref="111-2223334-5556667", name=""),
        order(1, 0, shipped_at=at(10), refunds=(back,), touches=visits, touches_ready_at=at(6)),
        order(2, 5, gateway="Amazon", mirror_of="90"),
        order(3, 7, gateway="manual", paid_at=at(40)),
        order(4, 50),
    )
    charge = entry("801", 0.1, Kind.REVENUE, "CHARGE", "45.72", order="6001")
    fee = replace(entry("801/fee", 0.1, Kind.PAYMENT_FEE, "CHARGE", "-1.63", order="6001"), group="801")
    refund = entry("802", 30, Kind.REFUND, "REFUND", "-26.10", order="6001", refund="9001")
    label = entry("803", 11, Kind.SHIPPING_COST, "SHIPPING_LABEL", "-6.20")
    paid = (charge, fee, label)
    total = sum((one.amount for one in paid), Decimal(0))
    payout = Statement(
        "shopify", "88001", "USD", at(0), at(28), at(28), total, paid, deposited_at=at(52), trace="SHP00000001"
    )
    product = Product(
        1, "HL-KETTLE-01", "B0HL000001", "2000000000016", "Kettle", money("9.00"), {"shopify": money("20")}
    )
    return World(
        "hand", 1, at(-100), at(500), "USD", (SHOP,), (product,), tuple(person(n) for n in (1, 2, 3)), orders,
        (payout,), (refund,), (), (), (),
        (BankLine(date(2026, 9, 3), "bank", "USD", total, "SHOPIFY", "88001"),), (), {},
    )  # fmt: skip


def entry(group: str, hours: float, kind: Kind, words: str, amount: str, order: str = "", refund: str = "") -> Entry:
    mark = group.partition("/")[0]
    return Entry(group, "shopify", mark, at(hours), kind, words, money(amount), order, refund=refund)


class Shop:
    """A shop to ask, and its clock."""

    def __init__(self, clock: SharedClock, faults: Faults | None = None, token: str = TOKEN, of: World | None = None):
        self.clock, self.token = clock, token
        self.faults, self.traffic = faults or Faults(), Traffic()
        self.vendor = Shopify(of or world(), clock, self.faults, self.traffic)

    def post(self, query: str, variables: dict[str, Any] | None = None, version: str = "2026-10") -> Reply:
        body = orjson.dumps({"query": query, "variables": variables or {}})
        headers = {"x-shopify-access-token": self.token, "content-type": "application/json"}
        path = f"/admin/api/{version}/graphql.json"
        return self.vendor.answer(Request("POST", path, (), headers, body, BASE))

    def get(self, url: str) -> Reply:
        return self.vendor.answer(Request("GET", url.removeprefix(BASE), (), {}, b""))

    def ask(self, query: str, /, **variables: Any) -> dict[str, Any]:
        reply = self.post(query, variables)
        assert reply.status == 200, reply
        found: dict[str, Any] = orjson.loads(reply.body)
        return found

    def data(self, query: str, /, **variables: Any) -> Any:
        found = self.ask(query, **variables)
        assert "errors" not in found, found["errors"]
        return found["data"]

    def names(self, search: str, hours: float | None = None) -> list[str]:
        """The orders that a search finds, by name."""
        if hours is not None:
            self.clock.set(at(hours))
        query = "query ($q: String) { orders(first: 10, query: $q, sortKey: UPDATED_AT) { nodes { name } } }"
        return [node["name"] for node in self.data(query, q=search)["orders"]["nodes"]]
