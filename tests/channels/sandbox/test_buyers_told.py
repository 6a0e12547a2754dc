"""Who bought, as the adapters read it out of the sandbox's answers, is who bought in the world."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

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


def told(answers: Iterable[Answer], shop: Shop) -> tuple[dict[str, BuyerRow], set[str]]:
    """By order, and the orders of the same answers."""
    buyers: dict[str, BuyerRow] = {}
    orders: set[str] = set()
    for answer in answers:
        form = format_of(answer.resource)
        if form.buyers:
            body = answer.body
            page = Page(answer.resource, lambda body=body: BytesIO(body), answer.media_type, WORLD.ends_at)  # type: ignore[misc]
            buyers |= {row.order: row for row in form.buyers(page, shop)}
            orders |= {row.ref for row in form.rows(page, shop) if isinstance(row, OrderRow) and not row.is_mirror}
    return buyers, orders


def truth(market: Market) -> Iterator[tuple[Order, Person]]:
    return ((order, PEOPLE[order.person]) for order in WORLD.of(market.code) if not order.mirror_of)


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
        assert buyers.keys() == orders
        assert {(row.order, row.buyer, row.name, row.email, row.phone, row.street, row.postcode, row.city, row.state,
                 row.country) for row in buyers.values()} == {
            (order.ref, str(6_000_000_000_000 + one.number), one.name, one.email, one.phone, one.street, one.postcode,
             one.city, order.state, order.country) for order, one in truth(market)
        }  # fmt: skip


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
    assert buyers.keys() == orders
    assert {(row.order, row.buyer, row.username, row.name, row.phone, row.email, row.postcode, row.country)
            for row in buyers.values()} == {
        (order.ref, str(buyer_id(one)), username(one), masked_name(one.name), f"******{one.phone[-2:]}", "", "",
         order.country) for order, one in truth(market)
    }  # fmt: skip
    assert not any(one.name in str(buyers) or one.email in str(buyers) for one in PEOPLE.values())
