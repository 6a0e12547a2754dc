"""Orders hang together, and people are made up and told apart."""

import re
from collections import Counter
from functools import cache

import pytest

from channels.sandbox.world import make_world
from channels.sandbox.world.fate import line_share
from channels.sandbox.world.model import ZERO, World

SHAPES = {
    "amazon": re.compile(r"\d{3}-\d{7}-\d{7}|S01-\d{7}-\d{7}"),
    "shopify": re.compile(r"\d{13}"),
    "shopee": re.compile(r"\d{6}[A-Z][0-9A-Z]{7}"),
}
each_seed = pytest.mark.parametrize("seed", range(8))


@cache
def world_of(seed: int) -> World:
    return make_world("small", seed)


@each_seed
def test_numbers_have_the_vendors_shapes_and_come_once(seed: int) -> None:
    world = world_of(seed)
    wrong = [order.ref for order in world.orders if not SHAPES[world.market(order.market).channel].fullmatch(order.ref)]
    assert wrong == []
    assert max(Counter(order.ref for order in world.orders).values()) == 1
    assert max(Counter(order.number for order in world.orders).values()) == 1
    names = [order.name for order in world.of("shopify")]
    assert sorted(names) == [f"#{1001 + n}" for n in range(len(names))]


@each_seed
def test_orders_stand_by_time_and_moments_follow_each_other(seed: int) -> None:
    world = world_of(seed)
    assert [order.placed_at for order in world.orders] == sorted(order.placed_at for order in world.orders)
    for order in world.orders:
        moments = [at for at in (order.placed_at, order.paid_at, order.shipped_at, order.delivered_at) if at]
        assert moments == sorted(moments)
        assert world.starts_at <= order.placed_at < world.ends_at
        assert not (order.cancelled_at and order.shipped_at) or order.mirror_of
        assert order.paid_at or not (order.shipped_at or order.refunds)


@each_seed
def test_refunds_give_back_what_their_units_cost(seed: int) -> None:
    world = world_of(seed)
    refunds = 0
    for order in world.orders:
        currency = world.market(order.market).currency
        for refund in order.refunds:
            refunds += 1
            shares = [line_share(line, n, currency) for line, n in zip(order.lines, refund.units, strict=True)]
            assert all(0 <= n <= line.quantity for n, line in zip(refund.units, order.lines, strict=True))
            assert any(refund.units)
            assert refund.price == sum(price for price, _ in shares)
            assert refund.shipping in (ZERO, order.shipping)
            assert refund.tax - sum(tax for _, tax in shares) in (ZERO, order.shipping_tax)
            assert order.paid_at is not None
            assert order.paid_at < refund.at < world.ends_at
    assert refunds


@each_seed
def test_prices_and_taxes_fit_the_market(seed: int) -> None:
    world = world_of(seed)
    for order in world.orders:
        market = world.market(order.market)
        if market.prices_include_tax and order.country == market.country:
            assert not any(line.tax for line in order.lines)
        if not order.serves and not order.mirror_of and order.country == market.country:
            prices = [world.products[line.product - 1].prices[market.code] for line in order.lines]
            assert [line.price for line in order.lines] == prices


@each_seed
def test_copies_and_fulfilments_point_to_their_orders(seed: int) -> None:
    world = world_of(seed)
    numbers = {str(order.number): order for order in world.orders}
    names = {order.name: order for order in world.orders if order.name}
    copies = [order for order in world.orders if order.mirror_of]
    fulfilments = [order for order in world.orders if order.serves]
    assert copies
    assert fulfilments
    for order in copies:
        original = numbers[order.mirror_of]
        assert (original.market, order.market, order.gateway) == ("amazon.us", "shopify", "Amazon")
        assert order.lines == original.lines
    for order in fulfilments:
        served = names[order.serves]
        assert [(line.product, line.quantity) for line in order.lines] == [
            (line.product, line.quantity) for line in served.lines
        ]
        assert sum(line.price for line in order.lines) == 0
        assert all(term.amount < 0 for term in order.income)


@each_seed
def test_people_are_made_up_and_told_apart(seed: int) -> None:
    people = world_of(seed).people
    for name in ("name", "email", "phone", "street"):
        assert len({getattr(person, name) for person in people}) == len(people)
    assert all(re.search(r"@(example\.(com|org|net)|\w+\.test)$", person.email) for person in people)
    assert all(re.fullmatch(r"\+\d{1,2}555\d{7}", person.phone) for person in people)


def test_people_stay_apart_in_a_large_world(demo: World) -> None:
    for name in ("name", "email", "phone", "street"):
        assert len({getattr(person, name) for person in demo.people}) == len(demo.people) > 10_000


def test_people_buy_again_and_across_channels(demo: World) -> None:
    markets: dict[int, set[str]] = {}
    counts: Counter[int] = Counter()
    for order in demo.orders:
        if not order.serves and not order.mirror_of:
            markets.setdefault(order.person, set()).add(order.market)
            counts[order.person] += 1
    assert sum(count > 1 for count in counts.values()) / len(counts) > 0.2
    assert sum({"amazon.us", "shopify"} <= of for of in markets.values()) > 500


def test_some_who_buy_on_shopee_buy_in_the_shop_too_and_get_it_at_home(demo: World) -> None:
    abroad = [order for order in demo.of("shopify") if order.country != "US"]
    assert {order.state for order in abroad} == {"Singapore", "Selangor", "Johor", "Penang"}
    people = {person.number: person for person in demo.people}
    assert all((people[one.person].country, people[one.person].city) == (one.country, one.city) for one in abroad)
    on_shopee = {order.person for order in demo.orders if order.market.startswith("shopee")}
    both = {order.person for order in abroad} & on_shopee
    assert 100 < len(both) < len(on_shopee) / 4
    assert not any(order.serves or order.caused_by or order.shifted_from for order in abroad)


def test_gifts_go_to_people_who_buy_nothing(demo: World) -> None:
    gifts = [order for order in demo.of("shopify") if order.recipient]
    assert 0.02 < len(gifts) / len(demo.of("shopify")) < 0.04
    for name in ("name", "email", "phone", "street"):
        given = {getattr(order.recipient, name) for order in gifts}
        assert len(given) == len(gifts)
        assert not given & {getattr(person, name) for person in demo.people}
    assert {order.market for order in demo.orders if order.recipient and not order.serves} == {"shopify", "shopify.eu"}


def test_all_that_channels_do_is_there(demo: World) -> None:
    orders = demo.orders
    assert {order.fulfilled_by for order in demo.of("amazon.us")} == {"AMAZON", "MERCHANT"}
    assert any(order.business for order in orders)
    assert any(not order.paid_at and not order.cancelled_at for order in demo.of("shopify"))
    assert any(not order.paid_at and order.cancelled_at for order in demo.of("shopee.sg"))
    assert {refund.returned for order in orders for refund in order.refunds} == {True, False}
    assert any((refund.at - order.placed_at).days > 28
               for order in orders for refund in order.refunds)  # fmt: skip
    assert len({order.state for order in demo.of("shopify") if order.country == "US"}) == 24
    assert {len(order.lines) for order in orders} == {1, 2, 3}
    assert 18_000 < len(orders) < 24_000


def test_visits_come_before_their_order(demo: World) -> None:
    for order in demo.of("shopify"):
        moments = [touch.at for touch in order.touches]
        assert moments == sorted(moments)
        assert not moments or moments[-1] < order.placed_at
        assert not order.touches or (order.touches_ready_at and order.touches_ready_at > order.placed_at)
        assert not (order.mirror_of and order.touches)
