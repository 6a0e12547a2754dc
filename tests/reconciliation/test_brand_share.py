"""What part of orders passed through brand search: bounds that hold, and widen by what is not known."""

import io
import itertools
import json
import random
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from channels.models import Company, Order, OrderItem, RawPage, Store, Visit
from channels.sandbox.world import make_world
from channels.sandbox.world.model import Order as Truth
from channels.sandbox.world.model import World
from channels.sandbox.world.search import sunday
from reconciliation.expose import expose
from reconciliation.exposure.orders import Bought, order_bounds, sum_bounds
from reconciliation.exposure.periods import missing, placed
from reconciliation.models import BrandShare, LedgerEntry
from reconciliation.passed_through import passed_through
from tests.making import NOON, make_company, make_store
from tests.reconciliation.searching import SATURDAY, SUNDAY, WEEK, lexicon, order, page_of, searches, visit

# Bounds, without a database


@pytest.mark.parametrize("seed", range(40))
def test_bounds_of_orders_hold_whatever_the_truth(seed: int) -> None:
    """Baskets of several products, cancelled orders that the report counts, products that it does not list."""
    chance = random.Random(seed)
    listed = {product for product in range(6) if seed % 2 or chance.random() < 0.7}
    baskets = [
        (set(chance.sample(range(6), chance.choice((1, 1, 1, 2, 3)))), chance.random() < 0.15) for _ in range(60)
    ]
    weights = chance.choice(((1, 1, 1), (3, 1, 0), (1, 4, 0)))  # where every line is told the bounds are near
    found = [
        {product: chance.choices(("brand", "other", "none"), weights)[0] for product in sorted(basket)}
        for basket, _gone in baskets
    ]
    sold = [(basket, by) for (basket, gone), by in zip(baskets, found, strict=True) if not gone]
    truth = sum("brand" in by.values() for _basket, by in sold)
    products = [
        Bought(
            sum(product in basket for basket, _ in sold), sum(product in basket and gone for basket, gone in baskets),
            sum(by.get(product) == "brand" for by in found), sum(by.get(product) == "other" for by in found),
        )
        for product in listed
    ]  # fmt: skip
    sizes = Counter(len(basket & listed) for basket, _ in sold)
    bounds = order_bounds(len(sold), sum(len(basket) for basket, _ in sold), sizes, products)
    assert bounds.low <= truth <= bounds.high
    assert not bounds.exceeding


def test_bounds_are_exact_where_every_order_is_of_one_listed_product() -> None:
    bounds = order_bounds(10, 10, {1: 10}, [Bought(6, 0, 4, 2), Bought(4, 0, 1, 3)])
    assert (bounds.low, bounds.high) == (5, 5)


def test_more_purchases_than_orders_are_taken_from_either_class() -> None:
    bounds = order_bounds(10, 10, {1: 10}, [Bought(10, 0, 8, 6)])
    assert (bounds.low, bounds.high, bounds.exceeding) == (4, 8, True)
    assert order_bounds(0, 0, {}, [Bought(0, 0, 9, 9)]).high == 0


def test_sums_between_two_counts() -> None:
    values = [Decimal(value) for value in (5, -2, 3, 1)]
    for low, high in itertools.combinations_with_replacement(range(5), 2):
        every = [sum(some, Decimal(0)) for n in range(low, high + 1) for some in itertools.combinations(values, n)]
        assert sum_bounds(values, low, high) == (min(every), max(every))
    assert sum_bounds([], 0, 0) == (Decimal(0), Decimal(0))


def test_periods() -> None:
    day = timedelta(days=1)
    found = placed([(SUNDAY, SATURDAY), (SUNDAY, SUNDAY), (SUNDAY + WEEK, SUNDAY + WEEK + day), (SUNDAY + WEEK, SUNDAY + WEEK)])  # fmt: skip
    assert [(one.ends_on, one.first, one.days) for one in found] == [
        (SUNDAY, SUNDAY, 7), (SATURDAY, SUNDAY, 7), (SUNDAY + WEEK, SUNDAY + WEEK, 2),
        (SUNDAY + WEEK + day, SUNDAY + WEEK, 2),
    ]  # fmt: skip
    assert [one.period for one in placed([(date(2026, 4, 1), date(2026, 6, 30)), (date(2026, 2, 1), date(2026, 2, 28))])] == ["month", "quarter"]  # fmt: skip
    assert missing([SUNDAY], SUNDAY + WEEK * 2) == [SUNDAY + WEEK, SUNDAY + WEEK * 2]
    assert missing([], SUNDAY) == []


# Through the tables


def share_of(company: Company, **where: Any) -> tuple[int, int, int, int, list[str]]:
    one = BrandShare.objects.get(company=company, **where)
    return one.orders, one.covered, one.low, one.high, one.reasons


@pytest.fixture
def amazon(db: None) -> Store:
    store = make_store()
    lexicon(store.company)
    return store


def test_purchases_bound_the_orders_of_the_ledger(amazon: Store) -> None:
    page = page_of(amazon)
    for number in range(4):
        order(page, f"1-{number}", "A")
    order(page, "2-0", "B")
    searches(page, [
        {"query": "mapleton", "asin": "B0A", "purchases": 2, "clicks": 5},
        {"query": "kettle", "asin": "B0A", "purchases": 1, "clicks": 5},
    ])  # fmt: skip
    expose(amazon.company)
    one = BrandShare.objects.get()
    # B is not in the report: its order may have passed through brand search or not
    assert share_of(amazon.company) == (5, 4, 2, 4, ["uncovered"])
    assert (one.products, one.products_covered, one.brand, one.non_brand) == (2, 1, 2, 1)
    assert [one.contribution, one.contribution_low, one.contribution_high] == [Decimal(50), Decimal(20), Decimal(40)]


def test_an_order_that_the_report_leaves_out_widens_the_bounds(amazon: Store) -> None:
    page = page_of(amazon)
    order(page, "1-0", "A")
    searches(page, [{"query": "mapleton", "asin": "B0A", "purchases": 1}])
    expose(amazon.company)
    assert share_of(amazon.company) == (1, 1, 1, 1, [])
    order(page_of(amazon, 2), "2-0", "Z")
    expose(amazon.company)
    assert share_of(amazon.company) == (2, 1, 1, 2, ["uncovered"])


def test_cancelled_orders_may_be_the_ones_that_were_found(amazon: Store) -> None:
    page = page_of(amazon)
    order(page, "1-0", "A")
    order(page, "2-0", "A", cancelled=True)
    searches(page, [{"query": "mapleton", "asin": "B0A", "purchases": 1}])
    expose(amazon.company)
    assert share_of(amazon.company) == (1, 1, 0, 1, [])


def test_suppressed_weeks_and_channels_without_searches_are_wide_open(amazon: Store) -> None:
    page = page_of(amazon)
    order(page, "1-0", "A")
    order(page, "2-0", "A", on=SUNDAY + WEEK)
    searches(page, [{"query": "mapleton", "asin": "B0A", "purchases": 1}])
    shop = make_store(amazon.company, "Maple SG", channel="shopee", marketplace="SG", currency="SGD")
    order(page_of(shop), "3-0", "A", country="SG")
    expose(amazon.company)
    assert share_of(amazon.company, store=amazon, starts_on=SUNDAY + WEEK) == (1, 0, 0, 1, ["suppressed"])
    assert share_of(amazon.company, store=shop) == (1, 0, 0, 1, ["no_search_data"])
    found = {(one.channel, one.market): one for one in passed_through(amazon.company, lexicon_of(amazon))}
    assert (found["shopee", "SG"].share, found["shopee", "SG"].low, found["shopee", "SG"].high) == (None, 0.0, 1.0)
    assert (found["amazon", "US"].low, found["amazon", "US"].high, found["amazon", "US"].weeks) == (0.5, 1.0, 2)


def test_a_channel_as_a_whole_is_its_weeks_and_markets_in_one(amazon: Store) -> None:
    other = make_store(amazon.company, "Maple UK", channel="amazon", marketplace="A1F83G8C2ARO7P", currency="GBP")
    us, uk = page_of(amazon), page_of(other)
    order(us, "1-0", "A")
    order(us, "2-0", "A", on=SUNDAY + WEEK)
    order(uk, "3-0", "A", country="GB")
    searches(us, [{"query": "mapleton", "asin": "B0A", "purchases": 1}])
    expose(amazon.company)
    (one,) = passed_through(amazon.company, lexicon_of(amazon), "channel")
    assert (one.channel, one.market, one.period, one.weeks, one.orders) == ("amazon", "", SUNDAY, 2, 3)
    assert (one.low, one.high) == (0.333333, 1.0)


def test_reports_of_months_are_not_spread_over_weeks(amazon: Store) -> None:
    page = page_of(amazon)
    order(page, "1-0", "A")
    month = {"starts_on": date(2026, 8, 1), "ends_on": date(2026, 8, 31)}
    searches(page, [{"query": "mapleton", "asin": "B0A", "purchases": 1} | month])
    expose(amazon.company)
    assert share_of(amazon.company) == (1, 0, 0, 1, ["no_weeks"])


def lexicon_of(store: Store) -> Any:
    return BrandShare.objects.filter(company=store.company)[0].lexicon


def test_orders_by_visits_and_what_they_earned(db: None) -> None:
    store = make_store(channel="shopify")
    lexicon(store.company)
    page = page_of(store)
    for ref, margin in (("1", "10"), ("2", "20"), ("3", "-4"), ("4", "7"), ("5", "")):
        order(page, ref, "A", margin=margin)
    visit(page, "1", utm_medium="cpc", utm_source="google", utm_term="mapleton")
    visit(page, "2", source="direct")
    visit(page, "3", referrer="https://www.google.com/")
    expose(store.company)
    one = BrandShare.objects.get()
    assert share_of(store.company) == (5, 3, 1, 4, ["no_visits", "withheld", "money_unknown"])
    assert [one.contribution, one.contribution_low, one.contribution_high] == [Decimal(33), Decimal(6), Decimal(17)]


def test_commands_say_it_in_json_and_words(amazon: Store) -> None:
    page = page_of(amazon)
    order(page, "1-0", "A")
    order(page, "2-0", "B", margin="")
    searches(page, [{"query": "mapleton", "asin": "B0A", "purchases": 1}])
    out, errors = io.StringIO(), io.StringIO()
    call_command("brand_share", format="json", stdout=out, stderr=errors)
    assert (json.loads(out.getvalue()), "manage.py expose" in errors.getvalue()) == ([], True)
    call_command("expose", stdout=(said := io.StringIO()))
    assert said.getvalue() == "Maple: lexicon v1, 1 queries, 6 rows, 0 orders with visits\n"
    call_command("brand_share", format="json", stdout=(out := io.StringIO()))
    (one,) = json.loads(out.getvalue())
    assert "caused" not in out.getvalue()
    assert one | {"reason": ""} == {
        "company": "Maple", "channel": "amazon", "market": "US", "period": "2026-08-01", "starts_on": "2026-08-16",
        "ends_on": "2026-08-22", "weeks": 1, "lexicon": 1, "orders": 2, "covered": 1, "share": 1.0, "low": 0.5,
        "high": 1.0, "product_coverage": 0.5, "currency": "USD", "contribution": "10.00", "contribution_low": "0.00",
        "contribution_high": "10.00", "reason": "", "reasons": ["uncovered", "money_unknown"],
    }  # fmt: skip
    call_command("brand_share", by="week", stdout=(table := io.StringIO()))
    assert "uncovered: Orders of products" in table.getvalue()
    with pytest.raises(CommandError, match="no company named"):
        call_command("brand_share", company="Nobody")


def test_lexicon_command_lists_changes_and_refuses(db: None) -> None:
    store = make_store()
    searches(page_of(store), [{"query": "mapelton cup", "asin": "B0A", "volume": 50}])

    def said(**options: Any) -> str:
        call_command("lexicon", stdout=(out := io.StringIO()), **options)
        return out.getvalue()

    assert "no lexicon yet" in said()
    with pytest.raises(CommandError, match="one character"):
        said(add=["m"])
    assert "brand       Mapleton" in said(add=["Mapleton"])
    assert "mapelton" in said(propose=True)
    assert "v2" in said(confirm=["mapelton"])
    assert "unknown" not in said(attempt=["mapelton cup", "cup"])
    assert "Mapleton" not in said(remove=["Mapleton"])
    with pytest.raises(CommandError, match="not in the lexicon"):
        said(remove=["Mapleton"])


# The sandbox world: what nobody tells the program is the truth to compare with


@pytest.mark.parametrize("seed", range(1, 7))
def test_truth_of_the_world_lies_within_the_bounds(db: None, seed: int) -> None:
    """By store and week, though the report counts cancelled orders, some have no visits, and Shopee tells nothing."""
    world = make_world("small", seed)
    company = make_company("Harbor & Leaf")
    lexicon(company, "Harbor & Leaf", "Harbor and Leaf")
    truth: dict[tuple[str, date], int] = Counter()
    for market in world.markets:
        store = make_store(company, market.name, channel=market.channel, marketplace=market.marketplace,
                           currency=market.currency, timezone=market.timezone)  # fmt: skip
        zone, page = ZoneInfo(market.timezone), page_of(store)
        for one in world.of(market.code):
            week = sunday(one.placed_at.astimezone(zone).date())
            truth[market.name, week] += _told(page, one, world) and one.found_by == "brand_search"
        searches(page, [
            {
                "query": one.query, "asin": world.products[one.product - 1].asin, "starts_on": one.starts_on,
                "ends_on": one.starts_on + timedelta(days=6), "purchases": one.purchases, "clicks": one.clicks,
            }
            for one in world.searches if one.market == market.code
        ])  # fmt: skip
    expose(company)
    shares = list(BrandShare.objects.select_related("store"))
    low, high = Counter[tuple[str, date]](), Counter[tuple[str, date]]()
    for share in shares:  # a week of a shop has a row for each country
        low[share.store.name, share.starts_on] += share.low
        high[share.store.name, share.starts_on] += share.high
    assert {week: found for week, found in truth.items() if not low[week] <= found <= high[week]} == {}
    assert sum(truth.values()) > 5
    assert any(one.low for one in shares)
    assert sum(one.orders for one in shares) == LedgerEntry.objects.values("order_ref").distinct().count()


def _told(page: RawPage, one: Truth, world: World) -> bool:
    """What the channel tells of an order; whether the ledger counts it."""
    assert page.store is not None
    sold = bool(one.paid_at and not one.cancelled_at and not one.serves and not one.mirror_of)
    made = Order.objects.create(
        store=page.store, page=page, place=1, recorded_at=NOON, load=1, resource="test", ref=one.ref, currency="USD",
        ordered_at=one.placed_at, country=one.country, cancelled=bool(one.cancelled_at), serves=one.serves,
    )  # fmt: skip
    _items(made, one, world, page.store)
    if sold:
        market = next(market for market in world.markets if market.code == one.market)
        LedgerEntry.objects.bulk_create(
            LedgerEntry(
                company=page.company, paying_store=page.store, earning_store=page.store, source="test",
                key=f"{one.ref}/{line.key}", stage="settled", kind="revenue", label="x", order_ref=one.ref,
                sku=world.products[line.product - 1].sku_in(one.market), quantity=line.quantity, amount=line.price,
                currency="USD", base_amount=line.price, recorded_at=NOON,
                ordered_on=one.placed_at.astimezone(ZoneInfo(market.timezone)).date(),
            )
            for line in one.lines
        )  # fmt: skip
    for number, touch in enumerate(one.touches, 1):
        Visit.objects.create(
            store=page.store, page=page, place=1, recorded_at=NOON, load=1, resource="shopify.orders",
            key=f"{one.ref}/{number}", order_ref=one.ref, position=number, visits=len(one.touches),
            occurred_at=touch.at, source=touch.source, source_type=touch.source_type, referrer=touch.referrer,
            **{f"utm_{name}": value for name, value in touch.utm.items()},
        )  # fmt: skip
    return sold


def _items(made: Order, one: Truth, world: World, store: Store) -> None:
    products: Sequence[Any] = world.products
    amazon = store.channel == "amazon"
    OrderItem.objects.bulk_create(
        OrderItem(
            order=made, key=line.key, sku=products[line.product - 1].sku_in(one.market), quantity=line.quantity,
            listing=products[line.product - 1].asin if amazon else "",
        )
        for line in one.lines
    )  # fmt: skip
