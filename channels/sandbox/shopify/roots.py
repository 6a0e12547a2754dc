"""The fields at the root of a query: what is looked for, page by page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from graphql import GraphQLError

from channels.sandbox.shopify import account
from channels.sandbox.shopify.connections import START, Ask, Key, Node, connection, cursor, page
from channels.sandbox.shopify.ids import draw, gid, number, share
from channels.sandbox.shopify.money import money, stamp
from channels.sandbox.shopify.orders import order as order_node
from channels.sandbox.shopify.refunds import refunds
from channels.sandbox.shopify.search import Search, Value, understood
from channels.sandbox.shopify.storefront import Movement, Seen, financial_status
from channels.sandbox.shopify.view import Info, View
from channels.sandbox.world.model import Order, Statement

FIELDS = frozenset(("created_at", "updated_at", "processed_at", "financial_status", "fulfillment_status", "id", "name"))
PAYMENTS_SCOPES = ("read_shopify_payments", "read_shopify_payments_accounts")
PAYOUT_SCOPES = ("read_shopify_payments", "read_shopify_payments_payouts")
RECENT = timedelta(days=60)  # what a token without read_all_orders sees

T = TypeVar("T")


class Withheld(Exception):
    """The answer would have the record that a fault keeps back for good."""


@dataclass(slots=True)
class Roots:
    """Resolvers of the root fields for one request; what they noticed is in ``warnings``."""

    view: View
    warnings: list[dict[str, object]] = field(default_factory=list)

    def fields(self) -> Node:
        return {
            "orders": self.orders,
            "ordersCount": self.orders_count,
            "order": lambda info, **asked: self.by_id(str(asked["id"]), "Order"),
            "refund": lambda info, **asked: self.by_id(str(asked["id"]), "Refund"),
            "node": lambda info, **asked: self.by_id(str(asked["id"])),
            "nodes": lambda info, ids: [self.by_id(one) for one in ids],
            "shop": self.shop(),
            "currentAppInstallation": {
                "id": gid("AppInstallation", draw(self.view.access.app)),
                "accessScopes": [
                    {"handle": scope, "description": scope.replace("_", " ").capitalize()}
                    for scope in sorted(self.view.access.scopes)
                ],
            },
            "shopifyPaymentsAccount": self.account,
        }

    def shop(self) -> Node:
        market = self.view.front.market
        return {
            "__typename": "Shop",
            "id": gid("Shop", number(market.seller)),
            "name": market.name,
            "myshopifyDomain": market.seller,
            "currencyCode": market.currency,
            "ianaTimezone": market.timezone,
        }

    def orders(self, info: Info, **asked: object) -> Node:
        sort, ask = str(asked.get("sortKey") or "PROCESSED_AT"), _ask(asked, self.view)
        found = self.found(info, str(asked.get("query") or ""))
        if self.view.everything and sort == "UPDATED_AT":
            # Sorted bulk operations leave records out without a word: estuary/connectors#4679.
            found = [one for one in found if share("sorted", one.order.ref) > 0.4]
        items = sorted(((_key(one, sort), one) for one in found), key=lambda item: item[0])
        return self.paged(items, ask, lambda one: order_node(self.view, one))

    def orders_count(self, info: Info, limit: int | None = 10_000, **asked: object) -> Node:
        count = len(self.found(info, str(asked.get("query") or "")))
        precise = limit is None or count <= limit
        return {"count": count if precise else limit, "precision": "EXACT" if precise else "AT_LEAST"}

    def found(self, info: Info, text: str) -> list[Seen]:
        """The orders that a search finds, as they show now."""
        search = self.understood(info, text, FIELDS)
        seen = (self.seen(order) for order in self._candidates(search))
        return [one for one in seen if one and search.holds(partial(_order_field, one))]

    def _candidates(self, search: Search) -> Sequence[Order]:
        front = self.view.front
        updated = search.bounds("updated_at")
        if updated != (None, None):
            return list(front.changed(*updated))
        lows, highs = zip(search.bounds("created_at"), search.bounds("processed_at"), strict=True)
        return front.placed(max(filter(None, lows), default=None), min(filter(None, highs), default=None))

    def seen(self, order: Order) -> Seen | None:
        """The order as it shows now to this token."""
        if order.placed_at <= self.view.now - RECENT and "read_all_orders" not in self.view.access.scopes:
            return None
        return self.view.front.seen(order, self.view.now)

    def by_id(self, text: str, wanted: str = "") -> Node | None:
        """The object of a global id; None for one that is not there."""
        kind, _, tail = text.removeprefix("gid://shopify/").partition("/")
        if not text.startswith("gid://shopify/") or not tail.isdigit():
            raise GraphQLError(f"Invalid global id '{text}'", extensions={"code": "argumentLiteralsIncompatible"})
        if kind == "ShopifyPaymentsPayout" and not wanted:
            self.view.require("node", PAYOUT_SCOPES)
            paid = (one for one in self.view.front.paid_out(self.view.now) if account.payout_number(one) == int(tail))
            return next((account.payout(self.view, one) for one in paid), None)
        if wanted and kind != wanted:
            return None
        front = self.view.front
        one = (front.by_number if kind == "Order" else front.by_refund if kind == "Refund" else {}).get(int(tail))
        seen = self.seen(one) if one else None
        if seen is None:
            return None
        self.held_back([seen])
        if kind == "Order":
            return order_node(self.view, seen)
        return next((node for node in refunds(self.view, seen) if node["id"] == text), None)

    def account(self, info: Info) -> Node | None:
        view = self.view
        view.require("shopifyPaymentsAccount", PAYMENTS_SCOPES)
        if not view.front.has_payments:
            return None
        return {
            "__typename": "ShopifyPaymentsAccount",
            "id": gid("ShopifyPaymentsAccount", number(view.front.market.seller)),
            "activated": True,
            "country": view.front.market.country,
            "defaultCurrency": view.front.market.currency,
            "balance": lambda _: [money(account.balance(view), view.front.market.currency)],
            "payoutSchedule": {"interval": "DAILY", "monthlyAnchor": None, "weeklyAnchor": None},
            "payouts": self.payouts,
            "balanceTransactions": self.movements,
            "disputes": view.inner(list),
        }

    def payouts(self, info: Info, **asked: object) -> Node:
        self.view.require("payouts", PAYOUT_SCOPES)
        view, search = self.view, self.understood(info, str(asked.get("query") or ""), account.PAYOUT_FIELDS)
        found = [one for one in view.front.paid_out(view.now) if asked.get("transactionType") in (None, _way(one))]
        found = [one for one in found if search.holds(partial(account.payout_field, view, one))]
        by_time = asked.get("sortKey") == "ISSUED_AT"
        keyed = sorted(((_payout_key(one, by_time), one) for one in found), key=lambda item: item[0])
        return self.paged(keyed, _ask(asked, view), lambda one: account.payout(view, one))

    def movements(self, info: Info, **asked: object) -> Node:
        view, search = self.view, self.understood(info, str(asked.get("query") or ""), account.MOVEMENT_FIELDS)
        moved = view.front.moved(view.now, *search.bounds("processed_at"))
        found = [one for one in moved if not (asked.get("hideTransfers") and one.transfer)]
        found = [one for one in found if search.holds(partial(account.movement_field, view, one))]
        by_time = asked.get("sortKey") == "PROCESSED_AT"
        keyed = sorted(((_movement_key(one, by_time), one) for one in found), key=lambda item: item[0])
        return self.paged(keyed, _ask(asked, view), lambda one: account.movement(view, one))

    def understood(self, info: Info, text: str, fields: frozenset[str]) -> Search:
        """The search; what of it is not known stands in the answer's extensions."""
        search = understood(text, fields)
        if search.unknown:
            self.warnings.append(search.warning(str(info.path.key)))
        return search

    def paged(self, items: Sequence[tuple[Key, T]], ask: Ask, node: Callable[[T], Node]) -> Node:
        """A page of the root's own connections, where the faults of pages strike."""
        faults = self.view.faults
        shown, more, start = page(items, lambda item: item[0], ask)
        end: str | None = None
        if not ask.everything and shown and faults.strike("empty_page"):
            return connection([], [], True, start, ask.after or cursor(START))
        if not ask.everything and start and faults.strike("repeated_page"):
            ordered = list(reversed(items)) if ask.reverse else items
            shown, more, end = ordered[max(0, start - (ask.first or 0)) : start], True, ask.after
            start = 0
        self.held_back([one for _, one in shown])
        return connection([node(one) for _, one in shown], [key for key, _ in shown], more, start, end)

    def held_back(self, shown: Sequence[object]) -> None:
        """Raise where the record is among them that a fault keeps back for good."""
        if "withhold" not in self.view.faults.kinds:
            return
        victim = withheld(self.view.front.orders)
        if any(isinstance(one, Seen) and one.order is victim for one in shown):
            self.view.faults.struck["withhold"] += 1
            raise Withheld


def withheld(orders: Sequence[Order]) -> Order | None:
    """The order of a shop whose page or file never comes where the fault ``withhold`` is on."""
    return min(orders, key=lambda one: draw("withhold", one.ref), default=None)


def _ask(asked: dict[str, object], view: View) -> Ask:
    first, after = asked.get("first"), asked.get("after")
    if asked.get("last") is not None or asked.get("before") is not None:
        raise GraphQLError("The sandbox pages forwards only: use first and after", extensions={"code": "BAD_REQUEST"})
    return Ask(
        first if isinstance(first, int) else None,
        after if isinstance(after, str) else None,
        bool(asked.get("reverse")),
        view.everything,
    )


def _key(one: Seen, sort: str) -> Key:
    mark = number(one.order.ref)
    values: dict[str, datetime] = {"UPDATED_AT": one.at}
    if sort == "ID":
        return f"{mark:020}", mark
    return stamp(values.get(sort, one.order.placed_at)), mark


def _payout_key(one: Statement, by_time: bool) -> Key:
    mark = account.payout_number(one)
    return stamp(one.published_at) if by_time else f"{mark:020}", mark


def _movement_key(one: Movement, by_time: bool) -> Key:
    return stamp(one.at) if by_time else f"{one.number:020}", one.number


def _way(one: Statement) -> str:
    return "WITHDRAWAL" if one.total < 0 else "DEPOSIT"


def _order_field(one: Seen, name: str) -> Value:
    order = one.order
    if name == "updated_at":
        return one.at
    if name in ("created_at", "processed_at"):
        return order.placed_at
    if name == "financial_status":
        return financial_status(one)
    if name == "fulfillment_status":
        return "shipped" if one.before(order.shipped_at) else "unshipped"
    return number(order.ref) if name == "id" else order.name
