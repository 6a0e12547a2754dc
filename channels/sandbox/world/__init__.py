"""Worlds made from a seed, whose truth is known: a brand, its buyers, its channels and all of its money.

``make_world("small", seed)`` for tests, ``make_world("demo", seed)`` for measuring; the same seed gives the same
world everywhere. What it holds is in ``model.py``, what happens in it on purpose in ``plan.py``, the formulas of the
effects in ``demand.py``, how money adds up in ``amazon_books.py``, ``shopify_books.py`` and ``shopee_books.py``.
``facts.py`` tells what a complete pull must end with, ``truth.py`` the same in sums.
"""

from datetime import timedelta

from channels.sandbox.world import advertising, amazon_books, bank, brand, search, shopee_books, shopify_books
from channels.sandbox.world.chance import Chance
from channels.sandbox.world.demand import cause, is_on
from channels.sandbox.world.model import AdDay, Entry, Event, Order, Product, Statement, World
from channels.sandbox.world.ordering import Ordering
from channels.sandbox.world.plan import PLANS, Happening, Plan, Selling


def make_world(name: str, seed: int) -> World:
    """The world of this name ("demo" or "small") and seed. Raises KeyError for another name."""
    return make_planned(PLANS[name], seed)


def make_planned(plan: Plan, seed: int) -> World:
    """The world of a plan, which need not be one of those with a name."""
    products = brand.products(plan, seed)
    ordering = Ordering(plan, seed, products)
    orders = _earned(plan, seed, ordering.orders())
    by_market = {
        one.market.code: [order for order in orders if order.market == one.market.code] for one in plan.sellings
    }
    ads = {code: advertising.days(plan, seed, plan.selling(code), of) for code, of in by_market.items()}
    statements: list[Statement] = []
    pending: list[Entry] = []
    for selling in plan.sellings:
        closed, waiting = _books(
            plan, seed, selling, by_market[selling.market.code], products, ads[selling.market.code]
        )
        statements += closed
        pending += waiting
    on_amazon = [one for one in plan.sellings if one.market.channel == "amazon"]
    return World(
        name=plan.name, seed=seed, starts_at=plan.starts_at, ends_at=plan.starts_at + timedelta(weeks=plan.weeks),
        base_currency=plan.base_currency, markets=tuple(one.market for one in plan.sellings), products=products,
        people=tuple(ordering.people), orders=tuple(orders), statements=tuple(statements), pending=tuple(pending),
        ads=tuple(ad for of in ads.values() for ad in of),
        searches=tuple(
            week for one in on_amazon
            for week in search.searches(plan, seed, one, by_market[one.market.code], products)
        ),
        repeats=tuple(week for one in on_amazon for week in search.repeats(plan, one, by_market[one.market.code])),
        bank=bank.lines(statements), events=tuple(_event(plan, seed, one, orders) for one in plan.happenings),
        rates=bank.rates(plan, seed),
    )  # fmt: skip


def _earned(plan: Plan, seed: int, orders: list[Order]) -> list[Order]:
    """The orders with what they bring, or with the visits before them."""
    markets = {one.market.code: one.market for one in plan.sellings}
    chance = Chance(plan.name, seed, "visits")

    def earned(order: Order) -> Order:
        market = markets[order.market]
        if market.channel == "shopify":
            return advertising.visited(order, chance)
        if market.channel == "amazon":
            return amazon_books.earned(order, market)
        return shopee_books.earned(order, market)

    return [earned(order) for order in orders]


def _books(
    plan: Plan, seed: int, selling: Selling, orders: list[Order], products: tuple[Product, ...], ads: list[AdDay]
) -> tuple[list[Statement], list[Entry]]:
    market = selling.market
    if market.channel == "amazon":
        return amazon_books.Books(plan, seed, market, orders, products, ads).close()
    if market.channel == "shopee":
        return shopee_books.Books(plan, seed, market, orders, ads).close()
    shops = [one.market.code for one in plan.sellings if one.market.channel == "shopify"]
    return shopify_books.Books(plan, seed, market, orders, shops.index(market.code)).close()


def _event(plan: Plan, seed: int, happening: Happening, orders: list[Order]) -> Event:
    """The event with its effects, the orders that came of it, and how many of those another market would have had."""
    first = plan.starts_at.date()
    starts_on, ends_on = first + timedelta(weeks=happening.since), first + timedelta(weeks=happening.until)
    detail = {key: f"{value:g}" for key, value in happening.effects.items()}
    caused = [order for order in orders if order.caused_by == cause(happening)]
    if happening.kind in ("launch", "delisting"):
        detail["diverts"] = f"{plan.selling(happening.market).diverts:g}"
    if happening.kind == "launch":
        caused += [
            order for order in orders
            if order.market == happening.market and order.shifted_from and order.state in happening.states
            and order.placed_at.date() >= starts_on
        ]  # fmt: skip
    if happening.kind == "ad_switchback":
        weeks = range(happening.since, happening.until)
        on = [first + timedelta(weeks=week) for week in weeks if is_on(plan, seed, happening, week)]
        campaign = advertising.CAMPAIGNS["amazon"][advertising.SWITCHED].name
        detail |= {"campaign": campaign, "weeks_on": " ".join(map(str, on))}
    detail |= {"orders": str(len(caused)), "shifted": str(sum(bool(order.shifted_from) for order in caused))}
    return Event(happening.kind, happening.market, happening.states, starts_on, ends_on, detail)
