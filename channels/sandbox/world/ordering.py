"""Wishes become orders: who buys, what and at which price; and the orders that apps and fulfilment make of them.

A third of orders are by people of the region who have bought before, on whichever channel; nearly half of these take
a product that they had. ``Order.person`` is who.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from channels.core.money import round_minor
from channels.sandbox.world.brand import person, popularity
from channels.sandbox.world.chance import Chance
from channels.sandbox.world.demand import Wish, wishes, wishes_abroad
from channels.sandbox.world.fate import lived
from channels.sandbox.world.model import ZERO, Line, Market, Order, Person, Product
from channels.sandbox.world.numbers import Numbers
from channels.sandbox.world.plan import Plan

AGAIN = 0.32  # share of orders by people who have bought before, where there are any in the region
_KNOWN_ABROAD = 0.7  # the same of the own site's orders from countries where only marketplaces sell
_SAME_AGAIN = 0.45  # of these, share that takes a product they had
_DISCOUNTED = 0.18
_COPIED = 0.05  # of Amazon's orders in the own site's country, by a channel app
_GIVEN = 0.03  # of the own site's orders, as gifts
_NOBODIES = 80_000  # beyond the numbers of buyers, and within those that give names of their own
_SHIPPED_BY_AMAZON = 0.15  # of the own site's orders


@dataclass(slots=True)
class _Past:
    """Who has bought in a region, and what."""

    people: list[int] = field(default_factory=list)
    had: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))


class Ordering:
    """Turns wishes into orders, in the order of time, so that who buys again has bought before."""

    def __init__(self, plan: Plan, seed: int, products: tuple[Product, ...]) -> None:
        self.plan, self.seed, self.products = plan, seed, products
        self.chance = Chance(plan.name, seed, "orders")
        self.numbers = Numbers(Chance(plan.name, seed, "numbers"))
        self.ends_at = plan.starts_at + timedelta(weeks=plan.weeks)
        self.weights = popularity(len(products))
        self.people: list[Person] = []
        self.again = AGAIN
        self.pasts: dict[str, _Past] = defaultdict(_Past)
        self.shops = [one.market.code for one in plan.sellings if one.market.channel == "shopify"]

    def orders(self) -> list[Order]:
        """All orders, by time."""
        made: list[Order] = []
        for wish in wishes(self.plan, self.seed):
            if wish.at < self.ends_at:
                order = self._order(wish)
                made += [order, *self._copies(order), *self._fulfilments(order)]
        made += self._abroad()
        return sorted(made, key=lambda order: (order.placed_at, order.ref))

    def _abroad(self) -> list[Order]:
        """The own site's orders from abroad, drawn after all others so that those stay what they are."""
        self.chance, self.again = Chance(self.plan.name, self.seed, "orders abroad"), _KNOWN_ABROAD
        return [self._order(wish) for wish in wishes_abroad(self.plan, self.seed) if wish.at < self.ends_at]

    def _order(self, wish: Wish) -> Order:
        market = self.plan.selling(wish.market).market
        who, products = self._who_and_what(wish)
        lines = self._lines(market, wish, products)
        shipping = self._shipping(market, lines)
        rate = _rate(market, wish) if market.country == "US" or market.channel == "shopify" else ZERO
        draft = Order(
            number=self.numbers.count("order"), market=market.code, ref=self._ref(market, wish),
            name=self._name(market), person=who, placed_at=wish.at, lines=lines, shipping=shipping,
            shipping_tax=round_minor(shipping * rate, market.currency),
            state=wish.region.state, city=self.people[who - 1].city, country=wish.region.country,
            business=market.channel == "amazon" and self.chance.happens(0.06), gateway=self._gateway(market),
            found_by=wish.found_by, caused_by=wish.caused_by, shifted_from=wish.shifted_from,
            fulfilled_by=self._fulfilled_by(market),
        )  # fmt: skip
        return lived(self._perhaps_gift(draft, market, wish), market, self.ends_at, self.chance)

    def _perhaps_gift(self, order: Order, market: Market, wish: Wish) -> Order:
        """Some orders of the own site go to somebody who is nobody's customer."""
        chance = Chance(self.plan.name, self.seed, "gift", order.ref)
        if market.channel != "shopify" or not chance.happens(_GIVEN):
            return order
        return replace(order, recipient=person(order.number + _NOBODIES, wish.region, chance))

    def _who_and_what(self, wish: Wish) -> tuple[int, list[int]]:
        """The buyer's number, and those of one to three products."""
        past = self.pasts[f"{wish.region.country}/{wish.region.state}"]
        chosen: list[int] = []
        if past.people and self.chance.happens(self.again):
            who = self.chance.pick(past.people)
            if self.chance.happens(_SAME_AGAIN):
                chosen.append(self.chance.pick(past.had[who]))
        else:
            who = len(self.people) + 1
            self.people.append(person(who, wish.region, self.chance))
            past.people.append(who)
        draw = self.chance.random()
        while len(chosen) < (1 if draw < 0.8 else 2 if draw < 0.95 else 3):
            number = self.chance.weighted(self.weights) + 1
            if number not in chosen:
                chosen.append(number)
        past.had[who].extend(chosen)
        return who, chosen

    def _lines(self, market: Market, wish: Wish, products: list[int]) -> tuple[Line, ...]:
        off = self.chance.pick((5, 10, 15, 20)) if self.chance.happens(_DISCOUNTED) else 0
        rate = _rate(market, wish)
        lines = []
        for number in products:
            price = self.products[number - 1].prices[market.code]
            if market.prices_include_tax and rate:
                # Amazon collects the VAT of other EU countries: the price is without it, the tax on top.
                price = round_minor(price / (1 + rate), market.currency)
            draw = self.chance.random()
            quantity = 1 if draw < 0.84 else 2 if draw < 0.96 else 3
            discount = round_minor(price * quantity * off / 100, market.currency)
            tax = round_minor((price * quantity - discount) * rate, market.currency)
            key = f"{self.chance.between(10**13, 10**14 - 1)}"
            lines.append(Line(key, number, quantity, price, discount, tax))
        return tuple(lines)

    def _shipping(self, market: Market, lines: tuple[Line, ...]) -> Decimal:
        if market.channel == "shopify":
            return ZERO if sum(line.price * line.quantity for line in lines) >= 60 else Decimal("5.95")
        if market.channel == "shopee":
            return Decimal("1.99") if self.chance.happens(0.6) else ZERO
        fee = Decimal(480) if market.currency == "JPY" else Decimal("4.99")
        return fee if self.chance.happens(0.2) else ZERO

    def _fulfilled_by(self, market: Market) -> str:
        if market.channel != "amazon":
            return ""
        return "MERCHANT" if self.chance.happens(0.12) else "AMAZON"

    def _gateway(self, market: Market) -> str:
        if market.channel != "shopify":
            return ""
        draw = self.chance.random()
        return "shopify_payments" if draw < 0.84 else "paypal" if draw < 0.96 else "manual"

    def _ref(self, market: Market, wish: Wish) -> str:
        if market.channel == "amazon":
            return self.numbers.amazon(market.country)
        if market.channel == "shopify":
            return self.numbers.shopify(self.shops.index(market.code))
        return self.numbers.shopee(wish.at)

    def _name(self, market: Market) -> str:
        return f"#{1000 + self.numbers.count(market.code)}" if market.channel == "shopify" else ""

    def _copies(self, order: Order) -> list[Order]:
        """A channel app's copy of an Amazon order in the own shop, an hour or two after its payment."""
        market = self.plan.selling(order.market).market
        shop = next(
            (one.market for one in self.plan.sellings if one.own_site and market.country in one.countries), None
        )
        if market.channel != "amazon" or not shop or not order.paid_at or not self.chance.happens(_COPIED):
            return []
        copied = order.paid_at + timedelta(seconds=self.chance.between(3600, 7200))
        if copied >= self.ends_at:
            return []
        return [replace(
            order, number=self.numbers.count("order"), market=shop.code, name=self._name(shop),
            ref=self.numbers.shopify(self.shops.index(shop.code)), gateway="Amazon", mirror_of=str(order.number),
            placed_at=copied, paid_at=copied, shipped_at=order.shipped_at and max(order.shipped_at, copied),
            delivered_at=None, cancelled_at=None, refunds=(), fulfilled_by="", business=False,
            found_by="", caused_by="", shifted_from="",
        )]  # fmt: skip

    def _fulfilments(self, order: Order) -> list[Order]:
        """An own-site order that Amazon ships (multi-channel fulfilment): an order there, with fees and no price."""
        if not order.name or not order.shipped_at or not order.paid_at or not self.chance.happens(_SHIPPED_BY_AMAZON):
            return []
        market = next(
            one.market for one in self.plan.sellings
            if one.market.channel == "amazon" and order.country == one.market.country
        )  # fmt: skip
        return [replace(
            order, number=self.numbers.count("order"), market=market.code, ref=self.numbers.fulfilment(), name="",
            gateway="", serves=order.name, placed_at=order.paid_at, shipping=ZERO, shipping_tax=ZERO, refunds=(),
            lines=tuple(Line(line.key[::-1], line.product, line.quantity, ZERO) for line in order.lines),
            fulfilled_by="AMAZON", found_by="", caused_by="", shifted_from="",
        )]  # fmt: skip


def _rate(market: Market, wish: Wish) -> Decimal:
    """Tax on top of the price, as a share; none where the seller's own VAT is inside the price."""
    if market.country == "US":
        return Decimal(wish.region.tax) / 100
    if wish.region.country != market.country:
        return Decimal("0.20")
    return Decimal("0.19") if market.channel == "shopify" else ZERO
