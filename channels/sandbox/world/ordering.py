"""Wishes become orders: who buys, what, at which price, and what becomes of it."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from channels.core.money import quantum, round_minor, split
from channels.sandbox.world.brand import person, popularity
from channels.sandbox.world.chance import Chance
from channels.sandbox.world.demand import Wish, wishes
from channels.sandbox.world.model import ZERO, Line, Market, Order, Person, Product, Refund
from channels.sandbox.world.plan import Plan

AGAIN = 0.32  # share of orders by people who have bought before, where there are any in the region
_SAME_AGAIN = 0.45  # of these, share whose first line is a product they had
_AMAZON_PREFIXES = {
    "US": (111, 112, 113, 114),
    "DE": (302, 303, 304, 305),
    "GB": (202, 203, 204, 206),
    "JP": (249, 250, 503),
}
_SHOPEE_MARKS = "ABCDEFGHJKMNPQRSTUVWXYZ0123456789"


@dataclass(slots=True)
class Past:
    """What the region's people have bought, for those who buy again."""

    people: list[int]
    had: dict[int, list[int]]


class Counter:
    """Numbers that the channels give, each once."""

    def __init__(self, chance: Chance) -> None:
        self.chance = chance
        self.taken: set[str] = set()
        self.next: dict[str, int] = defaultdict(int)

    def amazon(self, prefix: str) -> str:
        while True:
            ref = f"{prefix}-{self.chance.below(10**7):07}-{self.chance.below(10**7):07}"
            if ref not in self.taken:
                self.taken.add(ref)
                return ref

    def shopee(self, at: datetime) -> str:
        while True:
            ref = f"{at:%y%m%d}{self.chance.pick(_SHOPEE_MARKS[:23])}{self.chance.letters(_SHOPEE_MARKS, 7)}"
            if ref not in self.taken:
                self.taken.add(ref)
                return ref

    def count(self, what: str) -> int:
        self.next[what] += 1
        return self.next[what]


class Ordering:
    """Turns wishes into orders, in the order of time, so that who buys again has bought before."""

    def __init__(self, plan: Plan, seed: int, products: tuple[Product, ...]) -> None:
        self.plan, self.products = plan, products
        self.chance = Chance(plan.name, seed, "orders")
        self.counter = Counter(Chance(plan.name, seed, "numbers"))
        self.ends_at = plan.starts_at + timedelta(weeks=plan.weeks)
        self.weights = popularity(len(products))
        self.people: list[Person] = []
        self.pasts: dict[str, Past] = defaultdict(lambda: Past([], defaultdict(list)))
        self.markets = {one.market.code: one.market for one in plan.sellings}
        self.shops = [one.market.code for one in plan.sellings if one.market.channel == "shopify"]

    def orders(self, seed: int) -> list[Order]:
        made: list[Order] = []
        for wish in wishes(self.plan, seed):
            if wish.at < self.ends_at:
                order = self._order(wish)
                made.append(order)
                made.extend(self._companions(order))
        return sorted(made, key=lambda order: (order.placed_at, order.ref))

    def _order(self, wish: Wish) -> Order:
        market = self.markets[wish.market]
        past = self.pasts[f"{wish.region.country}/{wish.region.state}"]
        who, again = self._who(wish, past)
        products = self._what(past.had[who] if again else [])
        past.had[who].extend(products)
        lines = self._lines(market, wish, products)
        shipping = self._shipping(market, lines)
        tax = Decimal(wish.region.tax) / 100 if market.country == "US" else Decimal("0.19")
        on_top = market.channel == "shopify" or market.country == "US"
        fulfilled_by = self._fulfilled_by(market)
        draft = Order(
            number=self.counter.count("order"), market=market.code, ref=self._ref(market, wish.at),
            name=f"#{1000 + self.counter.count(market.code)}" if market.channel == "shopify" else "", person=who,
            placed_at=wish.at, lines=lines, shipping=shipping,
            shipping_tax=round_minor(shipping * tax, market.currency) if on_top else ZERO,
            state=wish.region.state, city=self.people[who - 1].city, country=wish.region.country,
            business=market.channel == "amazon" and self.chance.happens(0.06), gateway=self._gateway(market),
            found_by=wish.found_by, caused_by=wish.caused_by, shifted_from=wish.shifted_from, fulfilled_by=fulfilled_by,
        )  # fmt: skip
        return self._refunded(self._happened(draft, market), market)

    def _who(self, wish: Wish, past: Past) -> tuple[int, bool]:
        if past.people and self.chance.happens(AGAIN):
            return self.chance.pick(past.people), True
        new = person(len(self.people) + 1, wish.region, self.chance)
        self.people.append(new)
        past.people.append(new.number)
        return new.number, False

    def _what(self, had: list[int]) -> list[int]:
        draw = self.chance.random()
        chosen: list[int] = []
        if had and self.chance.happens(_SAME_AGAIN):
            chosen.append(self.chance.pick(had))
        while len(chosen) < (1 if draw < 0.8 else 2 if draw < 0.95 else 3):
            number = self.chance.weighted(self.weights) + 1
            if number not in chosen:
                chosen.append(number)
        return chosen

    def _lines(self, market: Market, wish: Wish, products: list[int]) -> tuple[Line, ...]:
        off = self.chance.pick((5, 10, 15, 20)) if self.chance.happens(0.18) else 0
        lines = []
        for number in products:
            price = self.products[number - 1].prices[market.code]
            draw = self.chance.random()
            quantity = 1 if draw < 0.84 else 2 if draw < 0.96 else 3
            key = f"{self.chance.between(10**13, 10**14 - 1)}"
            if market.channel == "amazon" and wish.region.country == "AT":
                # Amazon collects the VAT of other EU countries: the price is without it, the tax on top.
                price = round_minor(price / Decimal("1.2"), market.currency)
            discount = round_minor(price * quantity * off / 100, market.currency)
            rate = self._rate(market, wish)
            tax = round_minor((price * quantity - discount) * rate, market.currency)
            lines.append(Line(key, number, quantity, price, discount, tax))
        return tuple(lines)

    def _rate(self, market: Market, wish: Wish) -> Decimal:
        """Tax on top of the price, as a share."""
        if market.country == "US":
            return Decimal(wish.region.tax) / 100
        if wish.region.country == "AT":
            return Decimal("0.20")
        return Decimal("0.19") if market.channel == "shopify" else ZERO

    def _shipping(self, market: Market, lines: tuple[Line, ...]) -> Decimal:
        goods = sum((line.price * line.quantity for line in lines), ZERO)
        if market.channel == "shopify":
            return ZERO if goods >= 60 else Decimal("5.95")
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

    def _ref(self, market: Market, at: datetime) -> str:
        if market.channel == "amazon":
            return self.counter.amazon(str(self.chance.pick(_AMAZON_PREFIXES[market.country])))
        if market.channel == "shopify":
            # Thirteen digits; a shop of its own range.
            return str(
                6_100_000_000_000 + self.shops.index(market.code) * 10**11 + self.counter.count("shopify") * 32_768
            )
        return self.counter.shopee(at)

    def _happened(self, order: Order, market: Market) -> Order:
        """When it was paid, shipped, delivered or cancelled, as far as that is before the world's end."""
        chance, at = self.chance, order.placed_at
        waits = order.gateway == "manual" or chance.happens(0.04)
        paid = at + (_time(chance, 6, 60) if waits else timedelta(seconds=chance.between(1, 90)))
        draw = chance.random()
        if waits and draw < 0.25:
            return _until(order, self.ends_at, cancelled_at=at + _time(chance, 48, 72))  # never paid
        if draw < 0.03:
            return _until(order, self.ends_at, paid_at=paid, cancelled_at=paid + _time(chance, 1, 12))
        shipped = paid + _time(chance, 8, 60)
        delivered = shipped + (_time(chance, 140, 260) if market.cross_border else _time(chance, 40, 130))
        return _until(order, self.ends_at, paid_at=paid, shipped_at=shipped, delivered_at=delivered)

    def _refunded(self, order: Order, market: Market) -> Order:
        chance = self.chance
        if order.cancelled_at and order.paid_at and market.channel == "shopify":
            return _with(
                order,
                refunds=(
                    self._refund(
                        order, order.cancelled_at, tuple(l.quantity for l in order.lines), market, shipping=True
                    ),
                ),
            )
        if not order.shipped_at or not chance.happens(0.08):
            return order
        late = chance.happens(0.25)
        at = order.shipped_at + (_time(chance, 24 * 20, 24 * 34) if late else _time(chance, 24 * 5, 24 * 12))
        if at >= self.ends_at:
            return order
        whole = chance.happens(0.6)
        units = [line.quantity for line in order.lines]
        if not whole:
            units = [0] * len(units)
            units[chance.below(len(units))] = 1
        full = units == [line.quantity for line in order.lines]
        refund = self._refund(
            order, at, tuple(units), market, shipping=full and chance.happens(0.5), returned=chance.happens(0.7)
        )
        return _with(order, refunds=(refund,))

    def _refund(
        self,
        order: Order,
        at: datetime,
        units: tuple[int, ...],
        market: Market,
        *,
        shipping: bool,
        returned: bool = True,
    ) -> Refund:
        price, tax = ZERO, ZERO
        for line, count in zip(order.lines, units, strict=True):
            goods, of_tax = line_share(line, count, market.currency)
            price, tax = price + goods, tax + of_tax
        ref = {"amazon": f"amzn1:crow:hl{order.number:08}", "shopee": f"{at:%y%m%d}0{order.number:08}"}.get(
            market.channel, str(900_000_000_000 + order.number)
        )
        return Refund(
            ref, at, units, price, order.shipping if shipping else ZERO,
            tax + (order.shipping_tax if shipping else ZERO), returned,
        )  # fmt: skip

    def _companions(self, order: Order) -> list[Order]:
        """What channel apps and multi-channel fulfilment make of it: a copy in the shop, an order that ships it."""
        market = self.markets[order.market]
        own = next((one for one in self.plan.sellings if one.own_site and market.country in one.countries), None)
        if market.channel == "amazon" and own and order.paid_at and self.chance.happens(0.05):
            copied = order.paid_at + _time(self.chance, 1, 2)
            shop = own.market
            return [] if copied >= self.ends_at else [_with(
                order, number=self.counter.count("order"), market=shop.code, ref=self._ref(shop, copied),
                name=f"#{1000 + self.counter.count(shop.code)}", gateway="Amazon", mirror_of=str(order.number), placed_at=copied,
                paid_at=copied, shipped_at=order.shipped_at and max(order.shipped_at, copied), delivered_at=None,
                cancelled_at=None, refunds=(), fulfilled_by="", business=False,
                found_by="", caused_by="", shifted_from="",
            )]  # fmt: skip
        if market.channel != "shopify" or not order.shipped_at or not self.chance.happens(0.15):
            return []
        amazon = next(
            (
                one.market
                for one in self.plan.sellings
                if one.market.channel == "amazon" and market.country in one.countries
            ),
            None,
        )
        if amazon is None or order.paid_at is None:
            return []
        return [_with(
            order, number=self.counter.count("order"), market=amazon.code, ref=self.counter.amazon("S01"), name="",
            gateway="", serves=order.name, placed_at=order.paid_at, shipping=ZERO, shipping_tax=ZERO, refunds=(),
            lines=tuple(Line(f"{line.key[::-1]}", line.product, line.quantity, ZERO) for line in order.lines),
            fulfilled_by="AMAZON", found_by="", caused_by="", shifted_from="",
        )]  # fmt: skip


def line_share(line: Line, units: int, currency: str) -> tuple[Decimal, Decimal]:
    """(price after discount, tax) of some units of a line; of all units exactly what the line has."""
    if units == line.quantity:
        return line.price * units - line.discount, line.tax
    off = split(line.discount, [Decimal(1)] * line.quantity, quantum(currency))
    tax = split(line.tax, [Decimal(1)] * line.quantity, quantum(currency))
    return line.price * units - sum(off[:units], ZERO), sum(tax[:units], ZERO)


def _time(chance: Chance, low: int, high: int) -> timedelta:
    return timedelta(seconds=chance.between(low * 3600, high * 3600))


def _until(order: Order, ends_at: datetime, **moments: datetime) -> Order:
    """The order with the moments that are before the end."""
    return _with(order, **{name: at for name, at in moments.items() if at < ends_at})


def _with(order: Order, **changes: Any) -> Order:
    return replace(order, **changes)
