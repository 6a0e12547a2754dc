"""Advertising days and the visits before own-site orders, made to fit the orders that ads found.

A campaign's day has 6 to 16 clicks for each order that an ad of it found, some more for none, and a price of its own
for each click. In the weeks off a switchback its campaign is silent. The regional campaign spends the same each day.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from channels.core.money import round_minor
from channels.sandbox.world.chance import Chance
from channels.sandbox.world.demand import is_on
from channels.sandbox.world.model import ZERO, AdDay, Order, Touch
from channels.sandbox.world.plan import RATES, Plan, Selling


@dataclass(frozen=True, slots=True)
class Campaign:
    network: str
    name: str
    brand: bool


WHOLE_SHOP = "All CPC ads"  # on Shopee, what is no product campaign
CAMPAIGNS = {
    "amazon": (
        Campaign("amazon", "SP - Tea - Generic", brand=False),
        Campaign("amazon", "SP - Teaware - Generic", brand=False),
        Campaign("amazon", "SP - Harbor & Leaf - Brand", brand=True),
    ),
    "shopify": (
        Campaign("google", "Search - Generic", brand=False), Campaign("meta", "Prospecting", brand=False),
        Campaign("google", "Search - Brand", brand=True),
    ),
    "shopee": (Campaign("shopee", WHOLE_SHOP, brand=False), Campaign("shopee", "Gooseneck Kettle search", brand=False)),
}  # fmt: skip
REGIONAL = Campaign("meta", "Regional - Harbor & Leaf", brand=True)
SWITCHED = 0  # place of the campaign that a switchback turns on and off


def campaign_of(channel: str, order: Order) -> Campaign | None:
    """The campaign whose ad found the order; a quarter of brand searchers come through a brand ad."""
    campaigns = CAMPAIGNS[channel]
    if order.caused_by.startswith("brand_campaign:") and channel == "shopify":
        return REGIONAL if order.found_by == "direct" else campaigns[-1]
    if order.found_by == "ad":
        if order.caused_by.startswith("ad_switchback:"):
            return campaigns[SWITCHED]
        # Where a switchback may silence the first, the ads that always run are the others.
        return campaigns[1]
    brand = next((one for one in campaigns if one.brand), None)
    return brand if order.found_by == "brand_search" and order.number % 4 == 0 else None


def days(plan: Plan, seed: int, selling: Selling, orders: Sequence[Order]) -> list[AdDay]:
    """Every campaign's days."""
    market, chance = selling.market, Chance(plan.name, seed, "ads", selling.market.code)
    zone = ZoneInfo(market.timezone)
    found: dict[tuple[date, str], list[Order]] = defaultdict(list)
    for order in orders:
        campaign = None if order.serves or order.mirror_of else campaign_of(market.channel, order)
        if campaign:
            found[order.placed_at.astimezone(zone).date(), campaign.name].append(order)
    made = []
    for n in range(plan.weeks * 7):
        for campaign in _running(plan, seed, selling, n // 7):
            on = plan.starts_at.date() + timedelta(days=n)
            made.append(_day(selling, campaign, on, found[on, campaign.name], chance))
    return made


def _running(plan: Plan, seed: int, selling: Selling, week: int) -> Iterator[Campaign]:
    code = selling.market.code
    switchback = next((one for one in plan.happenings if one.kind == "ad_switchback" and one.market == code), None)
    for place, campaign in enumerate(CAMPAIGNS[selling.market.channel]):
        if place != SWITCHED or not switchback or is_on(plan, seed, switchback, week):
            yield campaign
    for one in plan.happenings:
        if one.kind == "brand_campaign" and one.market == code and one.since <= week < one.until:
            yield REGIONAL


def _day(selling: Selling, campaign: Campaign, on: date, orders: list[Order], chance: Chance) -> AdDay:
    currency = selling.market.currency
    usd = RATES["USD"] / RATES[currency]
    clicks = sum(chance.between(6, 16) for _ in orders) + chance.below(8)
    if campaign is REGIONAL:
        clicks, price = clicks + 120, Decimal("0.90")
    else:
        price = Decimal(chance.between(35, 95)) / 100 * (Decimal("0.6") if campaign.brand else 1)
    goods = [sum((line.price * line.quantity - line.discount for line in order.lines), ZERO) for order in orders]
    return AdDay(
        market=selling.market.code, network=campaign.network, on=on, campaign=campaign.name, brand=campaign.brand,
        impressions=clicks * chance.between(40, 110), clicks=clicks, spend=round_minor(clicks * price * usd, currency),
        orders=len(orders), units=sum(line.quantity for order in orders for line in order.lines),
        sales=sum(goods, ZERO),
    )  # fmt: skip


_SOURCES = {  # found_by → source, type, referrer
    "direct": ("direct", "", ""),
    "brand_search": ("Google", "SEO", "https://www.google.com/"),
    "search": ("Google", "SEO", "https://www.google.com/"),
    "social": ("Instagram", "POST", "https://l.instagram.com/"),
}
_LANDING = ("/", "/collections/tea", "/products/gooseneck-kettle", "/collections/teaware", "/pages/brewing-guide")


def visited(order: Order, chance: Chance) -> Order:
    """The order with the visits before it; the last one is what found it."""
    if order.mirror_of or chance.happens(0.04):  # without consent there is no journey
        return order
    count = 1 + chance.below(3)
    at, touches = order.placed_at - timedelta(minutes=chance.between(3, 40)), []
    for back in range(count):
        touches.append(_touch(order, at, chance, last=back == 0))
        at -= timedelta(minutes=chance.between(60, 60 * 24 * 9))
    ready = order.placed_at + timedelta(hours=chance.between(2, 30))
    return replace(order, touches=tuple(reversed(touches)), touches_ready_at=ready)


def _touch(order: Order, at: datetime, chance: Chance, *, last: bool) -> Touch:
    campaign = campaign_of("shopify", order) if last else None
    landing = "https://harborandleaf.example.com" + chance.pick(_LANDING)
    if campaign:
        source, referrer = ("google", "https://www.google.com/") if campaign.network == "google" else ("facebook", "")
        utm = {"source": source, "medium": "cpc" if source == "google" else "paid_social", "campaign": campaign.name}
        return Touch(at, source, "AD", referrer, landing, utm)
    found_by = order.found_by if last else chance.pick(("direct", "search", "social", "brand_search"))
    source, kind, referrer = _SOURCES.get(found_by, _SOURCES["direct"])
    return Touch(at, source, kind, referrer, landing)
