"""Customers of the own shop who type the number of their Amazon order into its warranty form, as people type.

Three in ten of those who are customers of both do, some others too. Of the numbers one in eight is written in another
way, and one in twenty is wrong. So some pairs of people are known without any matching.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from channels.sandbox.world.chance import Chance
from channels.sandbox.world.model import Market, Order, Person, World

HEAD = (
    "Order number", "Form", "Submitted on", "Name", "Email", "Phone", "Address", "Postcode", "City", "State", "Country",
)  # fmt: skip
FORM = "Warranty card"
_OF_BOTH, _OF_ONE = 0.3, 0.01
_OTHERWISE, _WRONG = 0.125, 0.05


def warranties(world: World, market: Market, since: date) -> Iterator[tuple[str, ...]]:
    """The lines of the form about a market's orders from this day on, by the day on which they were sent."""
    people = {person.number: person for person in world.people}
    shoppers = _shoppers(world)
    found = []
    for order in world.of(market.code):
        chance = Chance(world.name, world.seed, "warranty", order.ref)
        share = _OF_BOTH if order.person in shoppers else _OF_ONE
        if order.serves or order.cancelled_at or not order.delivered_at or order.placed_at.date() < since:
            continue
        if chance.happens(share) and order.delivered_at < world.ends_at:
            sent = min(order.delivered_at + timedelta(days=chance.between(0, 9)), world.ends_at).date()
            found.append((sent, order, chance))
    for sent, order, chance in sorted(found, key=lambda one: (one[0], one[1].ref)):
        yield _line(sent.isoformat(), order, people[order.person], chance)


def _shoppers(world: World) -> frozenset[int]:
    """Who has bought in a shop of the seller's own; copies of other channels' orders are none."""
    shops = {market.code for market in world.markets if market.channel == "shopify"}
    return frozenset(order.person for order in world.orders if order.market in shops and not order.mirror_of)


def _line(sent: str, order: Order, person: Person, chance: Chance) -> tuple[str, ...]:
    number = order.ref
    if chance.happens(_WRONG):
        number = number[:-1] + str((int(number[-1]) + 1) % 10)
    if chance.happens(_OTHERWISE):
        number = chance.pick((f"#{number}", number.replace("-", ""), number.replace("-", " ")))
    return (
        number, FORM, sent, person.name, person.email, person.phone if chance.happens(0.5) else "", person.street,
        person.postcode, person.city, person.state, person.country,
    )  # fmt: skip
