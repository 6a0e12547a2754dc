"""What people searched before they clicked an ad on Amazon: its search-term report, by campaign, day and term.

A campaign for the brand is found by the brand's words, the others by what the goods are called. The clicks of a day are
split among one to three terms, the spend by clicks; what was bought is of the term with most.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from channels.core.money import quantum, split
from channels.sandbox.world.brand import query_of
from channels.sandbox.world.chance import Chance
from channels.sandbox.world.model import ZERO, AdDay, Market, World
from channels.sandbox.world.search import BRAND_QUERIES

HEAD = (
    "Start Date", "End Date", "Currency", "Campaign Name", "Ad Group Name", "Targeting", "Match Type",
    "Customer Search Term", "Impressions", "Clicks", "Spend", "7 Day Total Sales", "7 Day Total Orders (#)",
    "7 Day Total Units (#)",
)  # fmt: skip


def searched(world: World, market: Market, since: date) -> Iterator[tuple[object, ...]]:
    chance = Chance(world.name, world.seed, "ad terms", market.code)
    goods = tuple(dict.fromkeys(query_of(product) for product in world.products))
    for one in world.ads:
        if one.market == market.code and one.network == "amazon" and one.on >= since and one.clicks:
            yield from _day(one, BRAND_QUERIES if one.brand else goods, market.currency, chance)


def _day(one: AdDay, words: tuple[str, ...], currency: str, chance: Chance) -> Iterator[tuple[object, ...]]:
    terms = sorted({chance.pick(words) for _ in range(min(3, one.clicks))})
    weights = [chance.between(1, 5) for _ in terms]
    clicks = _parts(one.clicks, weights)
    impressions, spend = (
        _parts(one.impressions, weights),
        split(one.spend, [Decimal(part) for part in clicks], quantum(currency)),
    )
    most = clicks.index(max(clicks))
    for n, term in enumerate(terms):
        bought = (one.sales, one.orders, one.units) if n == most else (ZERO, 0, 0)
        yield (
            one.on, one.on, currency, one.campaign, "Ad group 1", "keyword-group", "BROAD", term, impressions[n],
            clicks[n], spend[n], *bought,
        )  # fmt: skip


def _parts(count: int, weights: list[int]) -> list[int]:
    """The count in whole parts by weight; what is left over goes to the first."""
    parts = [count * weight // sum(weights) for weight in weights]
    return [parts[0] + count - sum(parts), *parts[1:]]
