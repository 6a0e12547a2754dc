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

from collections.abc import Iterator
from datetime import datetime, timedelta

from channels.core.rows import AdSpendRow, RepeatRow, Row, SearchRow
from channels.sandbox.world import facts_amazon, facts_shopee, facts_shopify
from channels.sandbox.world.demand import local
from channels.sandbox.world.model import Market, World


def rows(world: World, market_code: str, at: datetime) -> Iterator[Row]:
    """Every fact of the market that has happened by the moment and that its channel has shown. Raises StopIteration for
    a market that the world does not have."""
    market = world.market(market_code)
    tell = {"amazon": facts_amazon.rows, "shopify": facts_shopify.rows, "shopee": facts_shopee.rows}
    yield from tell[market.channel](world, market, at)
    yield from _advertising(world, market, at)
    yield from _searches(world, market, at)


def _advertising(world: World, market: Market, at: datetime) -> Iterator[Row]:
    """Days that are over by the market's clock."""
    for ad in world.ads:
        if ad.market == market.code and local(ad.on + timedelta(days=1), market.timezone) <= at:
            yield AdSpendRow(
                key=f"{ad.on}|{ad.network}|{ad.campaign}", starts_on=ad.on, ends_on=ad.on, currency=market.currency,
                spend=ad.spend, place=1, campaign=ad.campaign, impressions=ad.impressions, clicks=ad.clicks,
                orders=ad.orders, units=ad.units, sales=ad.sales,
            )  # fmt: skip


def _searches(world: World, market: Market, at: datetime) -> Iterator[Row]:
    """Weeks that are over; the last day of a week is a Saturday."""
    asins = {product.number: product.asin for product in world.products}
    for one in world.searches:
        ends_on = one.starts_on + timedelta(days=6)
        if one.market == market.code and local(one.starts_on + timedelta(days=7), market.timezone) <= at:
            yield SearchRow(
                key=f"{one.starts_on}|{ends_on}|{asins[one.product]}|{one.query}", starts_on=one.starts_on,
                ends_on=ends_on, query=one.query, asin=asins[one.product], place=1, volume=one.volume, rank=one.rank,
                impressions=one.impressions, impressions_total=one.impressions_total, clicks=one.clicks,
                clicks_total=one.clicks_total, cart_adds=one.cart_adds, cart_adds_total=one.cart_adds_total,
                purchases=one.purchases, purchases_total=one.purchases_total,
            )  # fmt: skip
    for week in world.repeats:
        ends_on = week.starts_on + timedelta(days=6)
        if week.market == market.code and local(week.starts_on + timedelta(days=7), market.timezone) <= at:
            yield RepeatRow(
                key=f"{week.starts_on}|{ends_on}|{asins[week.product]}", starts_on=week.starts_on, ends_on=ends_on,
                asin=asins[week.product], place=1, orders=week.orders, customers=week.customers,
                repeat_customers=week.repeat_customers, currency=market.currency, sales=week.sales,
                repeat_sales=week.repeat_sales,
            )  # fmt: skip
