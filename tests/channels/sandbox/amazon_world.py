"""A world of three Amazon orders, made by hand, and a client that says what Amazon's own would."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from channels.core.clock import SharedClock
from channels.core.kinds import Kind
from channels.sandbox.amazon import Amazon
from channels.sandbox.keys import credentials
from channels.sandbox.wire import Faults, Reply, Request, Traffic
from channels.sandbox.world.model import (
    Entry,
    Line,
    Market,
    Order,
    Person,
    Product,
    Refund,
    RepeatWeek,
    SearchWeek,
    Statement,
    Term,
    World,
)

START = datetime(2026, 8, 2, tzinfo=UTC)
US = Market(
    "amazon.us", "amazon", "ATVPDKIKX0DER", "HL US", "USD", "America/Los_Angeles", "US", "A2HLTEST01"
)  # fmt: skip
DE = Market("amazon.de", "amazon", "A1PA6795UKMFR9", "HL DE", "EUR", "Europe/Berlin", "DE", "A2HLTEST02")
TEA = Product(1, "HL-TEA", "B0HLTEA001", "2000000000015", "Harbor & Leaf Tea", Decimal(4), {"amazon.us": Decimal(20)})
CUP = Product(2, "HL-CUP", "B0HLCUP001", "2000000000022", "Harbor & Leaf Cup", Decimal(6), {"amazon.us": Decimal(30)})
ADA = Person(1, "Ada Branby", "ada@example.com", "+1 555 0100", "1 Kettle Street", "98101", "Seattle", "WA", "US")


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def make_order(number: int, placed: float, **given: Any) -> Order:
    line = Line(f"9000000000000{number}", 1, 2, Decimal("20.00"), Decimal("4.00"), Decimal("3.60"))
    fields: dict[str, Any] = {
        "number": number, "market": "amazon.us", "ref": f"111-0000000-000000{number}", "name": "", "person": 1,
        "placed_at": day(placed), "lines": (line,), "shipping": Decimal("5.00"), "shipping_tax": Decimal("0.50"),
        "state": "WA", "city": "Seattle", "country": "US", "fulfilled_by": "AMAZON",
    }  # fmt: skip
    return Order(**{**fields, **given})


INCOME = (
    Term(Kind.REVENUE, "Order / ItemPrice / Principal", Decimal("40.00"), 0),
    Term(Kind.TAX_COLLECTED, "Order / ItemPrice / Tax", Decimal("3.60"), 0),
    Term(Kind.SHIPPING_INCOME, "Order / ItemPrice / Shipping", Decimal("5.00"), 0),
    Term(Kind.TAX_COLLECTED, "Order / ItemPrice / ShippingTax", Decimal("0.50"), 0),
    Term(Kind.TAX_WITHHELD, "Order / ItemWithheldTax / MarketplaceFacilitatorTax-Principal", Decimal("-4.10"), 0),
    Term(Kind.DISCOUNT, "Order / Promotion / Principal", Decimal("-4.00"), 0),
    Term(Kind.COMMISSION, "Order / ItemFees / Commission", Decimal("-5.40"), 0),
    Term(Kind.FULFILMENT, "Order / ItemFees / FBAPerUnitFulfillmentFee", Decimal("-8.12"), 0),
)
REFUND = Refund("R1", day(20), (1,), Decimal("18.00"))
SHIPPED = make_order(
    1, 0.5, paid_at=day(0.6), shipped_at=day(1.5), delivered_at=day(4), refunds=(REFUND,), income=INCOME,
    held_until=day(11),
)  # fmt: skip
CANCELLED = make_order(2, 1, cancelled_at=day(1.25))
OPEN = make_order(3, 25, business=True)


def entry(number: int, words: str, amount: str, kind: Kind, at: float, **given: Any) -> Entry:
    key = f"e{number}"
    fields = {"key": key, "market": "amazon.us", "group": key, "at": day(at), "kind": kind, "words": words}
    return Entry(**{**fields, "amount": Decimal(amount), **given})


SALE = {"group": "sale", "order": SHIPPED.ref, "line": 0, "sku": "HL-TEA", "available_at": day(11)}
ENTRIES = (
    *(entry(n, term.words, str(term.amount), term.kind, 1.5, **SALE) for n, term in enumerate(INCOME, 1)),
    entry(20, "other-transaction / other-transaction / Storage Fee", "-7.48", Kind.STORAGE, 10),
    entry(21, "other-transaction / FBA Inventory Reimbursement / WAREHOUSE_LOST", "14.00", Kind.REIMBURSEMENT, 10),
    entry(22, "other-transaction / other-transaction / Current Reserve Amount", "-4.00", Kind.RESERVE, 13.9),
)
SETTLED = Statement(
    "amazon.us", "18000000001", "USD", day(0), day(14), day(14.3), Decimal("30.00"), ENTRIES, day(15), "HLTRACE0001"
)
PENDING = (
    entry(30, "Refund / ItemPrice / Principal", "-20.00", Kind.REFUND, 20, group="refund", order=SHIPPED.ref, line=0,
          sku="HL-TEA", refund="R1"),
    entry(31, "Refund / ItemFees / Commission", "2.70", Kind.COMMISSION, 20, group="refund", order=SHIPPED.ref, line=0,
          sku="HL-TEA", refund="R1"),
)  # fmt: skip
SEARCHES = tuple(
    SearchWeek("amazon.us", date(2026, 8, 2), query, True, product, 1, 300, 40, 900, 8, 120, 3, 20, 2, 9)
    for query, product in (("harbor leaf", 1), ("harbor leaf tea", 1), ("harbor leaf", 2))
)
REPEATS = (RepeatWeek("amazon.us", date(2026, 8, 2), 1, 30, 28, 7, Decimal("640.00"), Decimal("161.30")),)


def make_test_world(orders: tuple[Order, ...] = (SHIPPED, CANCELLED, OPEN), **given: Any) -> World:
    world = World(
        "hand", 1, START, day(35), "USD", (US, DE), (TEA, CUP), (ADA,), orders, (SETTLED,), PENDING, (), SEARCHES,
        REPEATS, (), (), {},
    )  # fmt: skip
    return replace(world, **given)


class Caller:
    """Speaks to the vendor without a line in between."""

    def __init__(
        self,
        folder: Path,
        world: World | None = None,
        faults: Faults | None = None,
        market: Market = US,
        at: float = 30,
    ) -> None:
        self.world = world or make_test_world()
        self.clock = SharedClock(folder / "clock")
        self.clock.set(day(at))
        self.faults, self.traffic = faults or Faults(), Traffic()
        self.vendor = Amazon(self.world, self.clock, self.faults, self.traffic)
        self.market = market
        self.token, self.renews = "", True
        self._renewed_at = self.clock.now()

    def login(self, **given: str) -> Reply:
        held = credentials(self.market)
        form = {
            "grant_type": "refresh_token", "client_id": held["lwa_app_id"], "refresh_token": held["refresh_token"],
            "client_secret": held["lwa_client_secret"], **given,
        }  # fmt: skip
        return self.vendor.answer(
            Request("POST", "/auth/o2/token", (), {"content-type": "application/x-www-form-urlencoded"},
                    urlencode(form).encode())
        )  # fmt: skip

    def get(self, path: str, *pairs: tuple[str, str], **query: Any) -> Reply:
        return self._ask("GET", path, b"", pairs, query)

    def post(self, path: str, **body: Any) -> Reply:
        return self._ask("POST", path, json.dumps(body).encode(), (), {})

    def _ask(
        self, method: str, path: str, body: bytes, pairs: tuple[tuple[str, str], ...], query: dict[str, Any]
    ) -> Reply:
        old = self.renews and self.clock.now() - self._renewed_at > timedelta(minutes=50)
        if not self.token or old:
            self.token, self._renewed_at = json.loads(self.login().body)["access_token"], self.clock.now()
        asked = (*pairs, *((name, str(value)) for name, value in query.items()))
        headers = {"x-amz-access-token": self.token}
        return self.vendor.answer(Request(method, path, asked, headers, body, "http://127.0.0.1:1/amazon"))

    def fetch(self, url: str) -> Reply:
        """A presigned address."""
        path, _, query = url.removeprefix("http://127.0.0.1:1/amazon").partition("?")
        return self.vendor.answer(Request("GET", path, tuple(parse_qsl(query)), {}, b""))

    def orders(self, **query: Any) -> Reply:
        return self.get("/orders/2026-01-01/orders", **query)

    def transactions(self, **query: Any) -> Reply:
        return self.get("/finances/2024-06-19/transactions", **query)


def body_of(reply: Reply) -> Any:
    assert reply.status in (200, 202), (reply.status, reply.body)
    return json.loads(reply.body)


def refusal(reply: Reply) -> tuple[int, str]:
    return reply.status, json.loads(reply.body)["errors"][0]["code"]
