"""Who bought, as the adapters read it out of the sandbox's answers, is who bought in the world."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from channels.adapters import format_of
from channels.adapters.shopee.pulls import pages as shopee_pages
from channels.core.clock import SharedClock
from channels.core.rows import BuyerRow, OrderRow, Page, Shop
from channels.core.transport import Answer, Task
from channels.sandbox.keys import credentials
from channels.sandbox.server import serve
from channels.sandbox.shopee.orders import buyer_id, masked_name, username
from channels.sandbox.world import make_world
from channels.sandbox.world.model import Market, Order, Person
from tests.channels.sandbox.shopee_asking import HandClock
from tests.channels.sandbox.test_shopee_pulled import Pull
from tests.channels.sandbox.test_shopify_truth import Puller

WORLD = make_world("small", 3)
PEOPLE = {person.number: person for person in WORLD.people}


def market_on(channel: str) -> Market:
    return next(market for market in WORLD.markets if market.channel == channel)


def told(answers: Iterable[Answer], shop: Shop) -> tuple[dict[tuple[str, int], BuyerRow], set[str]]:
    """By order and part, and the orders of the same answers."""
    buyers: dict[tuple[str, int], BuyerRow] = {}
    orders: set[str] = set()
    for answer in answers:
        form = format_of(answer.resource)
        if form.buyers:
            body = answer.body
            page = Page(answer.resource, lambda body=body: BytesIO(body), answer.media_type, WORLD.ends_at)  # type: ignore[misc]
            buyers |= {(row.order, row.part): row for row in form.buyers(page, shop)}
            orders |= {row.ref for row in form.rows(page, shop) if isinstance(row, OrderRow) and not row.is_mirror}
    return buyers, orders


def truth(market: Market) -> Iterator[tuple[Order, Person]]:
    return ((order, PEOPLE[order.person]) for order in WORLD.of(market.code) if not order.mirror_of)


def customers(market: Market) -> Iterator[BuyerRow]:
    """Who bought in the shop, and who got a gift from it."""
    for order, one in truth(market):
        home = _at(order, order.recipient or one)
        who = BuyerRow(
            order.ref, 0, buyer=str(6_000_000_000_000 + one.number), name=one.name, email=one.email, phone=one.phone,
            country=order.country,
        )  # fmt: skip
        if order.recipient:
            yield who
            yield BuyerRow(order.ref, 0, 1, name=order.recipient.name, phone=order.recipient.phone, **home)
        else:
            yield replace(who, **home)


def _at(order: Order, person: Person) -> dict[str, Any]:
    place = {"city": order.city, "state": order.state, "country": order.country}
    return {"street": person.street, "postcode": person.postcode, **place}


def test_customers_of_the_shop(tmp_path: Path) -> None:
    market, clock = market_on("shopify"), SharedClock(tmp_path / "clock")
    clock.set(WORLD.ends_at + timedelta(hours=1))
    for route in ("pages", "bulk"):
        with serve(WORLD, clock=clock) as sandbox:
            puller = Puller(
                sandbox, market, clock, {**credentials(market), "read_all_orders": "yes", "personal": "yes"}
            )
            answers = puller.answers("shopify.orders", route, WORLD.starts_at, clock.now())
        buyers, orders = told(answers, puller.shop)
        assert {order for order, _ in buyers} == orders
        assert {replace(row, place=0) for row in buyers.values()} == set(customers(market))
    assert {part for _, part in buyers} == {0, 1}


def test_buyers_on_shopee_come_masked() -> None:
    market = market_on("shopee")
    clock = HandClock(WORLD.ends_at + timedelta(hours=1))
    found: list[Answer] = []
    with serve(WORLD, clock=clock) as sandbox:
        pull = Pull(WORLD, market, sandbox, clock)
        since = WORLD.starts_at
        while since < WORLD.ends_at:
            until = min(since + timedelta(days=14), WORLD.ends_at)
            found += shopee_pages(pull._connection(), Task("shopee.orders", "list", since, until))
            since = until
    buyers, orders = told(found, pull.shop)
    assert buyers.keys() == {(order, 0) for order in orders}
    assert {(row.order, row.buyer, row.username, row.name, row.phone, row.email, row.postcode, row.country)
            for row in buyers.values()} == {
        (order.ref, str(buyer_id(one)), username(one), masked_name(one.name), f"******{one.phone[-2:]}", "", "",
         order.country) for order, one in truth(market)
    }  # fmt: skip
    assert not any(one.name in str(buyers) or one.email in str(buyers) for one in PEOPLE.values())
