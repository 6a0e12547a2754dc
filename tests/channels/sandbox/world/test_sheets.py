"""What a world's seller has in files is read by our own formats, to the last line."""

import io
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from channels.adapters import adapters, format_of
from channels.core.kinds import Way
from channels.core.rows import (
    AdSpendRow,
    BuyerRow,
    CostRow,
    GivenRow,
    LeadRow,
    Page,
    RateRow,
    Row,
    Shop,
    SkuRow,
    TrafficRow,
    Unreadable,
)
from channels.sandbox.world import make_world
from channels.sandbox.world.model import Market, World
from channels.sandbox.world.search import BRAND_QUERIES
from channels.sandbox.world.sheets import sheets
from channels.sandbox.world.site import came

WORLD = make_world("small", 1)
SINCE = WORLD.ends_at.date() - timedelta(weeks=2)
SHOP = next(market for market in WORLD.markets if market.channel == "shopify")


def rows(name: str, resource: str, world: World = WORLD, since: date = SINCE, market: Market = SHOP) -> list[Row]:
    form = next(one for adapter in adapters() for one in adapter.formats if one.resource == resource)
    body = sheets(world, since)[name].encode()
    page = Page(resource, lambda: io.BytesIO(body), "text/csv", datetime(2026, 11, 22, tzinfo=UTC))
    shop = Shop(market.channel, market.marketplace, market.currency, market.timezone)
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


def test_search_terms_of_amazon_ads_add_up_to_its_campaigns() -> None:
    market = next(one for one in WORLD.markets if one.channel == "amazon")
    read = rows(f"{market.name}/amazon_ads.csv", "amazon.ads", market=market)
    told = [row for row in read if isinstance(row, AdSpendRow)]
    assert len(told) == len(read)
    days = [one for one in WORLD.ads if one.market == market.code and one.on >= SINCE and one.clicks]
    for name in ("spend", "sales", "clicks", "orders", "units", "impressions"):
        assert sum(getattr(row, name) for row in told) == sum(getattr(one, name) for one in days)
    assert sum(row.clicks for row in told) > 0
    brand = {one.campaign for one in days if one.brand}
    assert {row.campaign for row in told if row.search_term in BRAND_QUERIES} == brand


def test_sessions_of_the_site_hold_the_visits_before_its_orders() -> None:
    read = rows(f"{SHOP.name}/sessions.csv", "analytics.traffic")
    told = [row for row in read if isinstance(row, TrafficRow)]
    assert len(told) == len(read)
    zone = ZoneInfo(SHOP.timezone)
    sessions = {(row.starts_on, (row.source, row.medium, row.campaign)): row.sessions for row in told}
    ended = Counter[date]()
    for order in WORLD.of(SHOP.code):
        on = {(touch.at.astimezone(zone).date(), came(touch)) for touch in order.touches}
        assert all(sessions[one] for one in on if SINCE <= one[0] < WORLD.ends_at.date())
        ended.update(touch.at.astimezone(zone).date() for touch in order.touches[-1:])
    assert sum(row.key_events for row in told) == sum(n for day, n in ended.items() if day >= SINCE) > 0
    assert {row.way for row in told} == {Way.DIRECT, Way.ORGANIC, Way.PAID, Way.BRAND, Way.OTHER}
    paid = {row.campaign for row in told if row.way in (Way.PAID, Way.BRAND)}
    assert paid == {one.campaign for one in WORLD.ads if one.market == SHOP.code and one.on >= SINCE and one.clicks}


def test_leads_are_won_by_orders_of_the_shop_once_each_and_by_nobody_twice(demo: World) -> None:
    shop = next(market for market in demo.markets if market.channel == "shopify")
    orders = {order.name: order for order in demo.of(shop.code)}
    since = demo.ends_at.date() - timedelta(weeks=13)
    read = rows(f"{shop.name}/leads.csv", "crm.leads", demo, since)
    leads = [row for row in read if isinstance(row, LeadRow)]
    assert len(leads) == len(read) > 500
    won = [row for row in leads if row.order]
    assert len({row.order for row in won}) == len(won) > 40
    for row in won:
        order = orders[row.order]
        assert row.won_at == order.placed_at
        assert row.qualified_at is not None
        assert row.opportunity_at is not None
        assert row.created_at < row.qualified_at < row.opportunity_at < row.won_at
        assert order.found_by in ("direct", "search")
        assert row.value is not None
        assert row.value >= sum(line.price * line.quantity - line.discount for line in order.lines)
    assert all(since <= row.created_at.date() and row.created_at < demo.ends_at for row in leads)
    assert not [row for row in leads if row.bot and row.qualified_at]
    assert len({row.key for row in leads}) == len(leads)


def test_cheap_leads_of_prospecting_seldom_buy(demo: World) -> None:
    shop = next(market for market in demo.markets if market.channel == "shopify")
    since = demo.ends_at.date() - timedelta(weeks=13)
    read = rows(f"{shop.name}/leads.csv", "crm.leads", demo, since)
    leads = [row for row in read if isinstance(row, LeadRow)]
    rate = {}
    for campaign in ("Prospecting", "Search - Brand"):
        mine = [row for row in leads if row.campaign == campaign]
        rate[campaign] = sum(bool(row.order) for row in mine) / len(mine)
    assert rate["Prospecting"] < 0.04
    assert rate["Search - Brand"] > 0.1
