"""Cafés and offices that ask for a quote on the own site, as the sheet of its sales has them: leads, won by its orders.

How many come of a campaign's clicks, how good they are and who buys is below; who buys does so 8 to 55 days later, by
the next order of the shop that no ad found. Prospecting brings cheap leads that seldom buy, and nearly all of the bots.
The sheet has the price that was asked, before discounts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from channels.sandbox.world.brand import person
from channels.sandbox.world.chance import Chance
from channels.sandbox.world.model import ZERO, Market, Order, Person, World
from channels.sandbox.world.places import REGIONS
from channels.sandbox.world.site import DIRECT, ORGANIC, PAID, Came

HEAD = (
    "lead", "created at", "source", "medium", "campaign", "qualified at", "opportunity at", "won at", "lost at",
    "value", "currency", "order", "bot", "consent", "name", "email", "phone", "Google Click ID", "Meta lead ID",
)  # fmt: skip
_NOBODIES = 300_000  # beyond the numbers of buyers and of those who get gifts
_CARRIED = ("direct", "search")  # what finds the orders that leads come to
_LETTERS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


@dataclass(frozen=True, slots=True)
class _Kind:
    """``of`` clicks or, without a campaign, of the shop's orders: shares that ask, are qualified, buy, are bots."""

    of: float
    qualified: float
    won: float
    bots: float = 0.0


_KINDS = {
    "Prospecting": _Kind(0.18, 0.10, 0.008, 0.06), "Search - Generic": _Kind(0.10, 0.55, 0.28),
    "Search - Brand": _Kind(0.05, 0.60, 0.30), "Regional - Harbor & Leaf": _Kind(0.03, 0.30, 0.10, 0.02),
}  # fmt: skip
_UNPAID = {DIRECT: _Kind(0.10, 0.45, 0.22), ORGANIC: _Kind(0.16, 0.40, 0.16)}


def enquiries(world: World, market: Market, since: date) -> Iterator[tuple[str, ...]]:
    """The lines of the sheet about a shop, in the order in which leads came."""
    chance = Chance(world.name, world.seed, "enquiries", market.code)
    people = {one.number: one for one in world.people}
    orders = [one for one in world.of(market.code) if one.found_by in _CARRIED and one.paid_at and not one.cancelled_at]
    for number, (at, came, kind) in enumerate(sorted(_asked(world, market, since, chance), key=lambda one: one[:2]), 1):
        yield _line(f"{market.country}-{number:05}", at, came, kind, market, orders, people, world.ends_at, chance)


def _asked(world: World, market: Market, since: date, chance: Chance) -> Iterator[tuple[datetime, Came, _Kind]]:
    for ad in world.ads:
        if ad.market == market.code and ad.on >= since and ad.campaign in _KINDS:
            kind = _KINDS[ad.campaign]
            for _ in range(sum(chance.happens(kind.of) for _ in range(ad.clicks))):
                yield _moment(ad.on, chance), (*PAID[ad.network], ad.campaign), kind
    for order in world.of(market.code):
        if order.placed_at.date() >= since and not order.mirror_of:
            for came, kind in _UNPAID.items():
                if chance.happens(kind.of):
                    yield _moment(order.placed_at.date(), chance), came, kind


def _moment(on: date, chance: Chance) -> datetime:
    return datetime.combine(on, time(), UTC) + timedelta(seconds=8 * 3600 + chance.below(12 * 3600))


def _line(
    lead: str, at: datetime, came: Came, kind: _Kind, market: Market, orders: list[Order], people: dict[int, Person],
    until: datetime, chance: Chance,
) -> tuple[str, ...]:  # fmt: skip
    """``orders`` are those that no lead has come to yet."""
    bot, wins = chance.happens(kind.bots), chance.happens(kind.won)
    good = wins or chance.happens(kind.qualified)
    qualified = at + timedelta(hours=chance.between(5, 24 * 5))
    offered = qualified + timedelta(hours=chance.between(20, 24 * 7))
    due = offered + timedelta(hours=chance.between(24, 24 * 43))
    lost = at + timedelta(hours=chance.between(24 * 8, 24 * 45))
    order = _next(orders, due) if wins and not bot else None
    who = people[order.person] if order else _nobody(int(lead[-5:]), market, chance)
    google, meta = (came[0] == PAID[network][0] and came[2] in _KINDS for network in ("google", "meta"))
    opens = good and (order is not None or chance.happens(0.4))
    ends = not order and chance.happens(0.3 if good else 0.7)
    return (
        lead, at.isoformat(), came[0], came[1], came[2] if google or meta else "",
        *(_by(moment, until) if some and not bot else "" for moment, some in ((qualified, good), (offered, opens))),
        _by(order.placed_at, until) if order else "", _by(lost, until) if ends else "",
        str(_asked_price(order)) if order else "", market.currency if order else "", order.name if order else "",
        "yes" if bot else "no", "yes" if chance.happens(0.6) else "no" if chance.happens(0.4) else "",
        who.name, who.email, who.phone, chance.letters(_LETTERS, 24) if google else "",
        f"{chance.between(10**14, 10**15 - 1)}" if meta else "",
    )  # fmt: skip


def _next(orders: list[Order], due: datetime) -> Order | None:
    """The first one from then on within a week, taken away; None where there is none before the world's end."""
    for place, order in enumerate(orders):
        if order.placed_at >= due:
            return orders.pop(place) if order.placed_at < due + timedelta(days=7) else None
    return None


def _nobody(number: int, market: Market, chance: Chance) -> Person:
    return person(number + _NOBODIES, chance.pick(REGIONS[market.country]), chance)


def _asked_price(order: Order) -> Decimal:
    return sum((line.price * line.quantity for line in order.lines), ZERO) + order.shipping


def _by(moment: datetime, until: datetime) -> str:
    return moment.isoformat() if moment < until else ""
