"""What a complete pull of a market at a moment must end with: core rows straight from the truth, through no adapter.

They serve two ends: a world is loaded by COPY without HTTP, and pulled facts are compared with them (``truth.py``).
Kinds, roles, stages and signs are those that the adapters give; keys, labels and places are our own.

- Amazon: the order's own figures ESTIMATE once it is paid; its shipment and refunds HELD as listTransactions tells
  them, deferred until ``held_until``; lines of published settlements DIRECT.
- Shopify: the order's parts ESTIMATE, with the refund where the gateway is another; balance transactions LUMP where a
  buyer pays or gets back, else DIRECT, as are fees; they are deferred until their payout is published.
- Shopee: item prices ESTIMATE; terms of the income TERM from the payment on, and later adjustments of it; lines of the
  wallet or a published payout RELEASE where they pay an order's terms, else DIRECT.

Rows of role COMPARE are left out.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import TypeVar

from channels.core.rows import AdSpendRow, RepeatRow, Row, SearchRow
from channels.sandbox.world import facts_amazon, facts_shopee, facts_shopify
from channels.sandbox.world.advertising import WHOLE_SHOP
from channels.sandbox.world.demand import local
from channels.sandbox.world.model import ZERO, Market, RepeatWeek, SearchWeek, World

_SIX_DAYS = timedelta(days=6)


def rows(world: World, market_code: str, at: datetime, *, pulled: bool = False) -> Iterator[Row]:
    """Every fact of the market that has happened by the moment and that its channel has shown.

    ``pulled``: only what a pull of all resources brings. That is without the advertising of Amazon, Google and Meta,
    which comes as files, and with the catalogue's search counts, which are those of the queries once more.
    """
    market = world.market(market_code)
    tell = {"amazon": facts_amazon.rows, "shopify": facts_shopify.rows, "shopee": facts_shopee.rows}
    yield from tell[market.channel](world, market, at)
    yield from _advertising(world, market, at, pulled=pulled)
    yield from _searches(world, market, at)
    yield from _repeats(world, market, at)
    if pulled:
        yield from _catalogue(world, market, at)


def _advertising(world: World, market: Market, at: datetime, *, pulled: bool) -> Iterator[Row]:
    """Days that are over by the market's clock. What of a Shopee shop is no product campaign has no name there."""
    for ad in world.ads:
        over = ad.market == market.code and local(ad.on + timedelta(days=1), market.timezone) <= at
        if over and (ad.network == "shopee" or not pulled):
            name = "" if ad.campaign == WHOLE_SHOP else ad.campaign
            yield AdSpendRow(
                key=f"{ad.on}|{ad.network}|{name}", starts_on=ad.on, ends_on=ad.on, currency=market.currency,
                spend=ad.spend, place=1, campaign=name, impressions=ad.impressions, clicks=ad.clicks,
                orders=ad.orders, units=ad.units, sales=ad.sales,
            )  # fmt: skip


def _searches(world: World, market: Market, at: datetime) -> Iterator[Row]:
    """Weeks that are over; the last day of a week is a Saturday."""
    for one in _weeks(world.searches, market, at):
        ends_on, asin = one.starts_on + _SIX_DAYS, _asin(world, one)
        yield SearchRow(
            key=f"{one.starts_on}|{ends_on}|{asin}|{one.query}", starts_on=one.starts_on, ends_on=ends_on,
            query=one.query, asin=asin, place=1, volume=one.volume, rank=one.rank,
            impressions=one.impressions, impressions_total=one.impressions_total, clicks=one.clicks,
            clicks_total=one.clicks_total, cart_adds=one.cart_adds, cart_adds_total=one.cart_adds_total,
            purchases=one.purchases, purchases_total=one.purchases_total,
        )  # fmt: skip


def _catalogue(world: World, market: Market, at: datetime) -> Iterator[Row]:
    """The counts of a product's week over all its queries; no totals of all sellers."""
    sums: dict[tuple[date, str], list[int]] = {}
    for one in _weeks(world.searches, market, at):
        held = sums.setdefault((one.starts_on, _asin(world, one)), [0, 0, 0, 0])
        for n, count in enumerate((one.impressions, one.clicks, one.cart_adds, one.purchases)):
            held[n] += count
    for (starts_on, asin), (impressions, clicks, cart_adds, purchases) in sums.items():
        ends_on = starts_on + _SIX_DAYS
        yield SearchRow(
            key=f"{starts_on}|{ends_on}|{asin}|", starts_on=starts_on, ends_on=ends_on, query="", asin=asin, place=1,
            impressions=impressions, clicks=clicks, cart_adds=cart_adds, purchases=purchases,
        )  # fmt: skip


def _repeats(world: World, market: Market, at: datetime) -> Iterator[Row]:
    """Amazon tells total sales only by the share of repeat buyers in them: without any, nobody knows them."""
    for week in _weeks(world.repeats, market, at):
        ends_on, asin = week.starts_on + _SIX_DAYS, _asin(world, week)
        yield RepeatRow(
            key=f"{week.starts_on}|{ends_on}|{asin}", starts_on=week.starts_on, ends_on=ends_on, asin=asin, place=1,
            orders=week.orders, customers=week.customers, repeat_customers=week.repeat_customers,
            currency=market.currency, sales=week.sales if week.repeat_sales else ZERO, repeat_sales=week.repeat_sales,
        )  # fmt: skip


W = TypeVar("W", SearchWeek, RepeatWeek)


def _weeks(weeks: Iterable[W], market: Market, at: datetime) -> Iterator[W]:
    """Those of the market that are over."""
    for one in weeks:
        if one.market == market.code and local(one.starts_on + timedelta(days=7), market.timezone) <= at:
            yield one


def _asin(world: World, week: SearchWeek | RepeatWeek) -> str:
    return world.products[week.product - 1].asin
