"""What is done to a world on purpose has the effect that its formulas say."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from channels.sandbox.world.model import Event, Order, World
from channels.sandbox.world.places import REGIONS
from channels.sandbox.world.plan import DEMO

SIZES = {region.state: region.size for region in REGIONS["US"]}


def event(world: World, kind: str) -> Event:
    return next(one for one in world.events if one.kind == kind)


def sold(world: World, market: str) -> list[tuple[date, Order]]:
    """Real sales of the market with their day there."""
    zone = ZoneInfo(world.market(market).timezone)
    orders = [order for order in world.of(market) if not order.serves and not order.mirror_of]
    return [(order.placed_at.astimezone(zone).date(), order) for order in orders]


def test_launch_starts_sales_in_its_states(demo: World) -> None:
    launch = event(demo, "launch")
    inside = [(day, order) for day, order in sold(demo, "amazon.us") if order.state in launch.states]
    assert min(day for day, _ in inside) >= launch.starts_on
    new = [order for _, order in inside if not order.shifted_from]
    caused = [order for order in new if order.caused_by == "launch:amazon.us"]
    shifted = [order for _, order in inside if order.shifted_from]
    assert (str(len(caused) + len(shifted)), str(len(shifted))) == (launch.detail["orders"], launch.detail["shifted"])
    # kappa = diverts · weekly(A) / (diverts · weekly(A) + weekly(B))
    amazon, own = DEMO.selling("amazon.us"), DEMO.selling("shopify")
    kappa = amazon.diverts * own.weekly / (amazon.diverts * own.weekly + amazon.weekly)
    assert abs(len(shifted) / len(inside) - kappa) < 0.05


def test_launch_takes_orders_from_the_own_site(demo: World) -> None:
    """The own site's share of all US sales falls in the launched states by what is diverted, and nowhere else."""
    launch = event(demo, "launch")
    before, after = launch.starts_on - timedelta(weeks=30), launch.starts_on
    others = set(SIZES) - set(launch.states) - set(event(demo, "delisting").states)
    ratio = {}
    for name, states in (("launched", set(launch.states)), ("others", others)):
        days = [day for day, order in sold(demo, "shopify") if order.state in states]
        ratio[name] = sum(day >= after for day in days) / sum(before <= day < after for day in days)
    assert 0.65 < ratio["launched"] / ratio["others"] < 0.85  # 1 − diverts of 0.25


def test_delisting_stops_sales_and_gives_some_back(demo: World) -> None:
    gone = event(demo, "delisting")
    days = [day for day, order in sold(demo, "amazon.us") if order.state in gone.states]
    assert [day for day in days if gone.starts_on <= day < gone.ends_on] == []
    assert any(day < gone.starts_on for day in days)
    assert any(day >= gone.ends_on for day in days)
    back = [(day, order) for day, order in sold(demo, "shopify") if order.caused_by == "delisting:amazon.us"]
    assert {order.shifted_from for _, order in back} == {"amazon.us"}
    assert {order.state for _, order in back} == set(gone.states)
    assert all(gone.starts_on <= day < gone.ends_on for day, _ in back)
    assert str(len(back)) == gone.detail["orders"]
    here = [day for day, order in sold(demo, "shopify")
            if order.state in gone.states and gone.starts_on <= day < gone.ends_on]  # fmt: skip
    assert abs(len(back) / len(here) - 0.25) < 0.1


def test_brand_campaign_adds_orders_on_both_channels(demo: World) -> None:
    campaign = event(demo, "brand_campaign")
    for market, effect in (("shopify", "own"), ("amazon.us", "marketplace")):
        inside = [order for day, order in sold(demo, market)
                  if order.state in campaign.states and campaign.starts_on <= day < campaign.ends_on]  # fmt: skip
        more = [order for order in inside if order.caused_by == "brand_campaign:shopify"]
        base = [order for order in inside if order not in more and not order.shifted_from]
        assert {order.found_by for order in more} <= {"direct", "brand_search"}
        # The own site's base is without what Amazon takes of it: a quarter.
        share = len(more) / (len(base) / (0.75 if market == "shopify" else 1))
        assert abs(share - float(campaign.detail[effect])) < 0.17
    caused = [order for order in demo.orders if order.caused_by == "brand_campaign:shopify" and not order.mirror_of]
    assert {order.state for order in caused} == set(campaign.states)


def test_brand_campaign_raises_brand_searches_only(demo: World) -> None:
    campaign = event(demo, "brand_campaign")
    volumes: dict[tuple[bool, bool], list[int]] = defaultdict(list)
    for week in demo.searches:
        if week.market == "amazon.us" and week.starts_on < campaign.ends_on + timedelta(weeks=8):
            during = campaign.starts_on <= week.starts_on + timedelta(days=3) < campaign.ends_on
            volumes[week.brand, during].append(week.volume - 3 * week.purchases)
    mean = {key: sum(of) / len(of) for key, of in volumes.items()}
    share = sum(SIZES[state] for state in campaign.states) / sum(SIZES.values())
    lift = 1 + float(campaign.detail["search"]) * share
    assert abs(mean[True, True] / mean[True, False] - lift) < 0.02
    assert abs(mean[False, True] / mean[False, False] - 1) < 0.02


def test_regional_campaign_is_paid_for_while_it_runs(demo: World) -> None:
    campaign = event(demo, "brand_campaign")
    days = {ad.on for ad in demo.ads if ad.campaign == "Regional - Harbor & Leaf" and ad.spend > 50}
    assert (min(days), max(days) + timedelta(days=1)) == (campaign.starts_on, campaign.ends_on)


def test_switchback_turns_its_campaign_on_and_off_by_weeks(demo: World) -> None:
    switch = event(demo, "ad_switchback")
    on = {date.fromisoformat(day) for day in switch.detail["weeks_on"].split()}
    weeks = [switch.starts_on + timedelta(weeks=n) for n in range((switch.ends_on - switch.starts_on).days // 7)]
    assert [sum(week in on for week in weeks[n : n + 2]) for n in range(0, len(weeks), 2)] == [1] * (len(weeks) // 2)
    spent: Counter[date] = Counter()
    for ad in demo.ads:
        if ad.market == switch.market and ad.campaign == switch.detail["campaign"]:
            spent[ad.on - timedelta(days=ad.on.weekday())] += ad.clicks
    assert {week for week in spent if spent[week]} == on
    caused = [(day, order) for day, order in sold(demo, "amazon.de") if order.caused_by == "ad_switchback:amazon.de"]
    assert {day - timedelta(days=day.weekday()) for day, _ in caused} == on
    assert str(len(caused)) == switch.detail["orders"]
    assert {order.shifted_from for _, order in caused} == {"", "shopify.eu"}


def test_advertising_days_hold_the_orders_that_ads_found(demo: World) -> None:
    for market in ("amazon.us", "shopee.sg", "shopify"):
        ads = [ad for ad in demo.ads if ad.market == market]
        assert sum(ad.orders for ad in ads) >= sum(order.found_by == "ad" for _, order in sold(demo, market))
        assert all(ad.impressions >= ad.clicks >= ad.orders and ad.spend >= 0 for ad in ads)
        sales = sum((ad.sales for ad in ads), Decimal(0))
        assert Decimal("0.05") < sum((ad.spend for ad in ads), Decimal(0)) / sales < Decimal("0.60")


def test_searches_are_sane_and_hold_the_orders_that_they_found(demo: World) -> None:
    for week in demo.searches:
        assert week.starts_on.weekday() == 6
        assert week.impressions_total >= week.impressions >= week.clicks >= week.cart_adds >= week.purchases
        assert week.clicks_total >= week.clicks
        assert week.purchases_total >= week.purchases
    assert sum(week.purchases for week in demo.searches if week.market == "amazon.us") > 500


def test_repeats_agree_with_the_people(demo: World) -> None:
    had: set[tuple[int, int]] = set()
    again: dict[tuple[date, int], set[int]] = {}
    for day, order in sold(demo, "amazon.us"):
        if not order.paid_at or order.cancelled_at:
            continue
        for line in order.lines:
            if (order.person, line.product) in had:
                sunday = day - timedelta(days=(day.weekday() + 1) % 7)
                again.setdefault((sunday, line.product), set()).add(order.person)
        had.update((order.person, line.product) for line in order.lines)
    told = {
        (week.starts_on, week.product): week.repeat_customers for week in demo.repeats if week.market == "amazon.us"
    }
    assert {key: count for key, count in told.items() if count} == {
        key: len(of) for key, of in again.items() if key in told
    }
    assert sum(told.values()) > 200
