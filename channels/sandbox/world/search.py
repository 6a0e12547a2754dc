"""What Amazon counts in weeks from Sunday to Saturday: searches by query and product, and buyers who come again.

Purchases of a query and product are the orders with it that were found by searching the brand or the good; other
counts come from these by rates of a funnel. The volume of brand queries follows the campaign for the brand:
× (1 + search · share of the country's demand in its states).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from channels.sandbox.world.brand import query_of
from channels.sandbox.world.chance import Chance
from channels.sandbox.world.model import ZERO, Order, Product, RepeatWeek, SearchWeek
from channels.sandbox.world.places import REGIONS
from channels.sandbox.world.plan import Plan, Selling

BRAND_QUERIES = ("harbor and leaf", "harbor & leaf tea", "habor leaf")
_FOUND = {"brand_search": True, "search": False}


def sunday(day: date) -> date:
    """The Sunday on which the day's week starts."""
    return day - timedelta(days=(day.weekday() + 1) % 7)


def searches(
    plan: Plan, seed: int, selling: Selling, orders: Sequence[Order], products: Sequence[Product]
) -> list[SearchWeek]:
    chance = Chance(plan.name, seed, "search", selling.market.code)
    zone = ZoneInfo(selling.market.timezone)
    bought: Counter[tuple[date, bool, int]] = Counter()
    for order in orders:
        if order.found_by in _FOUND and not order.serves:
            week = sunday(order.placed_at.astimezone(zone).date())
            for line in order.lines:
                bought[week, _FOUND[order.found_by], line.product] += 1
    made: list[SearchWeek] = []
    week, last = sunday(plan.starts_at.date()), plan.starts_at.date() + timedelta(weeks=plan.weeks)
    while week + timedelta(days=7) <= last:
        lift = 1 + _lift(plan, selling, week)
        for product in products[: plan.searched]:
            for query, brand, rank in _queries(product):
                if not brand or product.number % len(BRAND_QUERIES) == BRAND_QUERIES.index(query):
                    count = bought[week, brand, product.number]
                    made.append(
                        _week(selling, week, query, brand, product, rank, count, lift if brand else 1.0, chance)
                    )
        week += timedelta(days=7)
    return made


def _queries(product: Product) -> Iterator[tuple[str, bool, int]]:
    for rank, query in enumerate(BRAND_QUERIES, 1):
        yield query, True, rank
    yield query_of(product), False, 3 + product.number % 40


def _lift(plan: Plan, selling: Selling, week: date) -> float:
    """How much more the brand is searched in the week because of a campaign, as a share."""
    regions = REGIONS[selling.market.country]
    number = (week + timedelta(days=3) - plan.starts_at.date()).days // 7
    total = 0.0
    for one in plan.happenings:
        here = one.kind == "brand_campaign" and plan.selling(one.market).market.country == selling.market.country
        if here and one.since <= number < one.until:
            share = sum(region.size for region in regions if region.state in one.states)
            total += one.effects["search"] * share / sum(region.size for region in regions)
    return total


def _week(
    selling: Selling, week: date, query: str, brand: bool, product: Product, rank: int, purchases: int, lift: float,
    chance: Chance,
) -> SearchWeek:  # fmt: skip
    base = selling.weekly * (9 if brand else 260) / rank
    volume = int(base * lift * (0.93 + 0.14 * chance.random())) + purchases * 3
    # Of everybody's counts; the brand's own part of its own queries is large.
    impressions_total = volume * (12 if brand else 22)
    clicks_total = max(volume // 2, purchases * 6)
    carts_total, bought_total = clicks_total // 4 + purchases, clicks_total // 12 + purchases
    clicks = min(clicks_total, purchases * chance.between(3, 6) + chance.below(9))
    return SearchWeek(
        market=selling.market.code, starts_on=week, query=query, brand=brand, product=product.number, rank=rank,
        volume=volume, impressions=min(impressions_total, clicks * chance.between(8, 20) + 5),
        impressions_total=impressions_total, clicks=clicks, clicks_total=clicks_total,
        cart_adds=min(clicks, purchases + chance.below(3)), cart_adds_total=carts_total,
        purchases=purchases, purchases_total=bought_total,
    )  # fmt: skip


def repeats(plan: Plan, selling: Selling, orders: Sequence[Order]) -> list[RepeatWeek]:
    """By week and product; who had bought the product in this market before is a repeat customer."""
    zone = ZoneInfo(selling.market.timezone)
    had: set[tuple[int, int]] = set()
    found: dict[tuple[date, int], _Buyers] = defaultdict(_Buyers)
    for order in orders:
        if order.serves or not order.paid_at or order.cancelled_at:
            continue
        week = sunday(order.placed_at.astimezone(zone).date())
        for line in order.lines:
            buyers = found[week, line.product]
            buyers.add(order, line.price * line.quantity - line.discount, again=(order.person, line.product) in had)
        had.update((order.person, line.product) for line in order.lines)
    last = plan.starts_at.date() + timedelta(weeks=plan.weeks)
    return [
        buyers.row(selling.market.code, week, product)
        for (week, product), buyers in sorted(found.items())
        if week + timedelta(days=7) <= last
    ]


class _Buyers:
    """Of a product in a week."""

    def __init__(self) -> None:
        self.orders: set[int] = set()
        self.people: set[int] = set()
        self.again: set[int] = set()
        self.sales = self.repeat_sales = ZERO

    def add(self, order: Order, sales: Decimal, *, again: bool) -> None:
        self.orders.add(order.number)
        self.people.add(order.person)
        self.sales += sales
        if again:
            self.again.add(order.person)
            self.repeat_sales += sales

    def row(self, market: str, week: date, product: int) -> RepeatWeek:
        return RepeatWeek(
            market, week, product, len(self.orders), len(self.people), len(self.again), self.sales, self.repeat_sales
        )
