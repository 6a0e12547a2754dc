"""What a world's seller has in files is read by our own formats, to the last line."""

import io
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from channels.adapters import adapters, format_of
from channels.core.rows import AdSpendRow, BuyerRow, CostRow, GivenRow, Page, RateRow, Row, Shop, SkuRow, Unreadable
from channels.sandbox.world import make_world
from channels.sandbox.world.model import Market, World
from channels.sandbox.world.sheets import sheets

WORLD = make_world("small", 1)
SINCE = WORLD.ends_at.date() - timedelta(weeks=2)
SHOP = next(market for market in WORLD.markets if market.channel == "shopify")


def rows(name: str, resource: str) -> list[Row]:
    form = next(one for adapter in adapters() for one in adapter.formats if one.resource == resource)
    body = sheets(WORLD, SINCE)[name].encode()
    page = Page(resource, lambda: io.BytesIO(body), "text/csv", datetime(2026, 11, 22, tzinfo=UTC))
    shop = Shop(channel="shopify", marketplace=SHOP.marketplace, currency=SHOP.currency, timezone=SHOP.timezone)
    return list(form.rows(page, shop))


def given(world: World, market: Market) -> tuple[list[Row], list[BuyerRow]]:
    body = sheets(world, world.starts_at.date())[f"{market.name}/warranty.csv"].encode()
    page = Page("sheets.given", lambda: io.BytesIO(body), "text/csv", world.ends_at)
    shop = Shop("amazon", market.marketplace, market.currency, market.timezone)
    form = format_of("sheets.given")
    assert form.buyers is not None
    return list(form.rows(page, shop)), list(form.buyers(page, shop))


def test_customers_of_both_give_the_numbers_of_their_amazon_orders(demo: World) -> None:
    bought = {order.ref: order.person for order in demo.orders}
    shops = {market.code for market in demo.markets if market.channel == "shopify"}
    shoppers = {order.person for order in demo.orders if order.market in shops and not order.mirror_of}
    people = {person.email: person.number for person in demo.people}
    both, count, wrong = set(), 0, 0
    for market in demo.markets:
        if market.channel == "amazon":
            told, buyers = given(demo, market)
            numbers = [(row.order, row.place) for row in told if isinstance(row, GivenRow)]
            assert [(row.order, row.place) for row in buyers] == numbers
            assert len(numbers) == len(told)
            count += len(told)
            wrong += sum(bought.get(row.order) != people[row.email] for row in buyers)
            both |= {people[row.email] for row in buyers} & shoppers
    assert len(both) >= 200
    assert 0.02 < wrong / count < 0.08
    assert count < sum(order.market.startswith("amazon") for order in demo.orders) / 10


def test_forms_are_of_orders_that_have_come() -> None:
    delivered = {order.ref: order for order in WORLD.orders if order.delivered_at and not order.serves}
    for market in WORLD.markets:
        if market.channel == "amazon":
            for row in given(WORLD, market)[0]:
                assert isinstance(row, GivenRow)
                assert row.given_on is not None
                if row.order in delivered:
                    assert row.given_on >= delivered[row.order].placed_at.date()


def test_every_product_has_a_cost_and_every_sku_its_product() -> None:
    costs = [row for row in rows("costs.csv", "sheets.costs") if isinstance(row, CostRow)]
    assert {row.product: (row.unit_cost, row.currency) for row in costs} == {
        one.sku: (one.cost, "CNY") for one in WORLD.products
    }
    skus = [row for row in rows("skus.csv", "sheets.skus") if isinstance(row, SkuRow)]
    sold = {
        (market.name, one.sku_in(market.code)): one.sku
        for market in WORLD.markets for one in WORLD.products if market.code in one.renamed
    }  # fmt: skip
    assert {(row.store, row.sku): row.product for row in skus if row.store} == sold
    assert Counter(row.product for row in skus if not row.store) == Counter(one.sku for one in WORLD.products)


def test_every_currency_has_a_rate_each_day() -> None:
    found = [row for row in rows("rates.csv", "sheets.rates") if isinstance(row, RateRow)]
    assert {(row.on, row.base): row.rate for row in found} == dict(WORLD.rates)


def test_other_networks_spend_is_the_worlds_from_the_asked_day_on() -> None:
    for network in ("google", "meta"):
        read = rows(f"{SHOP.name}/{network}_ads.csv", f"{network}.ads")
        assert not [row for row in read if isinstance(row, Unreadable)]
        spent = sum((row.spend for row in read if isinstance(row, AdSpendRow)), Decimal(0))
        days = [one for one in WORLD.ads if (one.market, one.network) == (SHOP.code, network) and one.on >= SINCE]
        assert spent == sum((one.spend for one in days), Decimal(0)) > 0
