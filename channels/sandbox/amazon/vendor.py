"""The vendor: who may ask what and how often, what goes wrong on the way, and who answers."""

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from channels.core.clock import Clock
from channels.sandbox.amazon import finances, orders
from channels.sandbox.amazon.books import Books
from channels.sandbox.amazon.faults import Lasting, broken_reply, change_types, cut_reply
from channels.sandbox.amazon.limits import BRAND_ANALYTICS, RATES, Buckets
from channels.sandbox.amazon.login import Login, denied
from channels.sandbox.amazon.paging import Paging
from channels.sandbox.amazon.replies import Json, Refusal, error, json_reply
from channels.sandbox.amazon.reports import Reports
from channels.sandbox.amazon.seals import identifier
from channels.sandbox.wire import Faults, Reply, Request, Traffic
from channels.sandbox.world.model import World

_ROUTES = tuple(
    (method, re.compile(path), operation)
    for method, path, operation in (
        ("GET", r"/orders/2026-01-01/orders", "searchOrders"),
        ("GET", r"/orders/2026-01-01/orders/([^/]+)", "getOrder"),
        ("GET", r"/finances/2024-06-19/transactions", "listTransactions"),
        ("GET", r"/finances/v0/financialEventGroups", "listFinancialEventGroups"),
        ("POST", r"/reports/2021-06-30/reports", "createReport"),
        ("GET", r"/reports/2021-06-30/reports", "getReports"),
        ("GET", r"/reports/2021-06-30/reports/([^/]+)", "getReport"),
        ("GET", r"/reports/2021-06-30/documents/([^/]+)", "getReportDocument"),
    )
)


class Amazon:
    """Every Amazon marketplace of the world, as of the clock. Traffic counts ``amazon.<operation>``."""

    def __init__(self, world: World, clock: Clock, faults: Faults, traffic: Traffic) -> None:
        self.world, self.clock, self.faults, self.traffic = world, clock, faults, traffic
        markets = tuple(market for market in world.markets if market.channel == "amazon")
        self.login = Login(markets)
        self.buckets = Buckets()
        self.reports = Reports(faults)
        lasting = Lasting(faults)
        products = {product.number: product for product in world.products}
        people = {person.number: person for person in world.people}
        self.books = {
            seller: Books(
                world, seller, tuple(market for market in markets if market.seller == seller), lasting, products, people
            )
            for seller in {market.seller: None for market in markets}
        }
        self._indexing = threading.Lock()

    def answer(self, request: Request) -> Reply:
        now = self.clock.now()
        try:
            if request.path == "/auth/o2/token" and request.method == "POST":
                self.traffic.called("amazon.token")
                reply = broken_reply(self.faults) or self.login.token(request, now)
            elif request.path.startswith("/documents/") and request.method == "GET":
                self.traffic.called("amazon.document")
                reply = self.reports.download(request.path.removeprefix("/documents/"), self.books, now)
            else:
                reply = self._operation(request, now)
        except Refusal as refusal:
            reply = refusal.reply
        marked = {**reply.headers, "x-amzn-RequestId": identifier(request.path, now.timestamp())[:36]}
        return cut_reply(self.faults, replace(reply, headers=marked))

    def _operation(self, request: Request, now: datetime) -> Reply:
        operation, argument = _route(request)
        self.traffic.called(f"amazon.{operation}")
        held = self.login.known(request, now)
        if self.faults.strike("expired_token"):
            raise self.login.revoke(request)
        books = self.books.get(held["seller"])
        if books is None:
            raise denied("The access token you provided is revoked, malformed or invalid.")
        for limited in (operation, *((BRAND_ANALYTICS,) if _is_brand(operation, request) else ())):
            if not self.buckets.take(held["app"], books.seller, limited, now):
                self.traffic.refused(f"amazon.{limited}")
                return _throttled()
        if self.faults.strike("throttle"):
            return _throttled()
        if (broken := broken_reply(self.faults)) is not None:
            return broken
        limit = {"x-amzn-RateLimit-Limit": str(RATES[operation][0])}
        try:
            body = self._body(operation, argument, request, books, now)
        except Refusal as refusal:
            if refusal.reply.status >= 500:
                raise
            return replace(refusal.reply, headers=limit)
        return json_reply(body, 202 if operation == "createReport" else 200, limit)

    def _body(self, operation: str, argument: str, request: Request, books: Books, now: datetime) -> Json:
        with self._indexing:  # what is indexed once is indexed by one
            _ = books.orders, books.transactions, books.posted, books.searches
        paging = Paging(self.faults, now)
        answers: dict[str, Callable[[], Json]] = {
            "searchOrders": lambda: orders.search_orders(request, books, now, paging),
            "getOrder": lambda: orders.get_order(argument, request, books, now),
            "listTransactions": lambda: finances.list_transactions(request, books, now, paging),
            "listFinancialEventGroups": lambda: finances.list_groups(request, books, now, paging),
            "createReport": lambda: self.reports.create(request, books, now),
            "getReports": lambda: self.reports.list(request, books, now, paging),
            "getReport": lambda: self.reports.show(argument, books, now),
            "getReportDocument": lambda: self.reports.document(argument, request.base, books, now),
        }
        body = answers[operation]()
        change_types(self.faults, body, _CHANGES.get(operation, ()))
        return body


def _route(request: Request) -> tuple[str, str]:
    for method, pattern, operation in _ROUTES:
        if method == request.method and (found := pattern.fullmatch(request.path)):
            return operation, found[1] if found.groups() else ""
    raise Refusal(403, "Unauthorized", "Access to requested resource is denied.", "")


def _is_brand(operation: str, request: Request) -> bool:
    return operation == "createReport" and b"GET_BRAND_ANALYTICS_" in request.body


def _throttled() -> Reply:
    return error(429, "QuotaExceeded", "You exceeded your quota for the requested resource.", "")


# Fields that come with another type now and then


def _amount_as_number(body: Json) -> None:
    money = body["orders"][0]["orderItems"][0]["proceeds"]["proceedsTotal"]
    money["amount"] = float(money["amount"])


def _quantity_as_text(body: Json) -> None:
    item = body["orders"][0]["orderItems"][0]
    item["quantityOrdered"] = f"{item['quantityOrdered']} pcs"


def _orders_as_object(body: Json) -> None:
    body["orders"] = {"order": body["orders"]}


def _amount_as_text(body: Json) -> None:
    total = body["payload"]["transactions"][0]["totalAmount"]
    total["currencyAmount"] = f"{total['currencyCode']} {total['currencyAmount']}"


def _posted_as_number(body: Json) -> None:
    one = body["payload"]["transactions"][0]
    one["postedDate"] = int(datetime.fromisoformat(one["postedDate"]).timestamp())


def _groups_as_null(body: Json) -> None:
    body["payload"]["FinancialEventGroupList"] = None


def _report_as_number(body: Json) -> None:
    body["reports"][0]["reportId"] = int(body["reports"][0]["reportId"])


_CHANGES: dict[str, tuple[Callable[[Json], None], ...]] = {
    "searchOrders": (_amount_as_number, _quantity_as_text, _orders_as_object),
    "listTransactions": (_amount_as_text, _posted_as_number),
    "listFinancialEventGroups": (_groups_as_null,),
    "getReports": (_report_as_number,),
}
