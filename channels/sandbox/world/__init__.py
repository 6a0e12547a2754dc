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
    plan = PLANS[name]
    products = brand.products(plan, seed)
    ordering = Ordering(plan, seed, products)
    orders = _earned(plan, seed, ordering.orders(seed))
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
        name=name, seed=seed, starts_at=plan.starts_at, ends_at=plan.starts_at + timedelta(weeks=plan.weeks),
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
    found = []
    for order in orders:
        market = markets[order.market]
        if market.channel == "amazon":
            order = amazon_books.earned(order, market)
        elif market.channel == "shopee":
            order = shopee_books.earned(order, market)
        else:
            order = advertising.visited(order, chance)
        found.append(order)
    return found


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
    """The event with its effects and the orders that came of it."""
    name = cause(happening)
    of = [order for order in orders if order.caused_by == name]
    detail = {key: f"{value:g}" for key, value in happening.effects.items()}
    detail |= {"orders": str(len(of)), "shifted": str(sum(bool(order.shifted_from) for order in of))}
    if happening.kind == "ad_switchback":
        weeks = range(happening.since, happening.until)
        on = [plan.starts_at.date() + timedelta(weeks=week) for week in weeks if is_on(plan, seed, happening, week)]
        detail |= {
            "campaign": advertising.CAMPAIGNS["amazon"][advertising.SWITCHED].name,
            "weeks_on": " ".join(map(str, on)),
        }
    if happening.kind in ("launch", "delisting"):
        detail["diverts"] = f"{plan.selling(happening.market).diverts:g}"
    return Event(
        kind=happening.kind, market=happening.market, states=happening.states,
        starts_on=plan.starts_at.date() + timedelta(weeks=happening.since),
        ends_on=plan.starts_at.date() + timedelta(weeks=happening.until), detail=detail,
    )  # fmt: skip
