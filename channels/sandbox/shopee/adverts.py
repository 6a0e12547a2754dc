"""Advertising by day: the shop's total, product campaigns and their figures."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from channels.sandbox.shopee.envelope import Ask, Json, Refusal, enveloped, figure
from channels.sandbox.shopee.shop import ShopView
from channels.sandbox.world.advertising import WHOLE_SHOP
from channels.sandbox.world.model import ZERO, AdDay

_MONTH, _HALF_YEAR = timedelta(days=31), timedelta(days=183)
_PERFORMANCE = "ads.performance"


def daily(ask: Ask, shop: ShopView, now: datetime) -> Json:
    first, last = _days(ask, shop, now)
    by_day: dict[date, list[AdDay]] = {}
    for ad in _shown(shop, first, last):
        by_day.setdefault(ad.on, []).append(ad)
    return enveloped([_total(on, ads) for on, ads in sorted(by_day.items())], warning="")


def campaign_list(ask: Ask, shop: ShopView) -> Json:
    start, limit = ask.number("offset", 0, 1_000_000, 0), ask.number("limit", 1, 5_000, 5_000)
    found = [{"ad_type": "manual", "campaign_id": number} for number in _campaigns(shop)]
    page = found[start : start + limit]
    told = {"shop_id": int(shop.market.seller), "region": shop.market.marketplace, "campaign_list": page}
    return enveloped(told | {"has_next_page": start + limit < len(found)}, warning="")


def campaigns_daily(ask: Ask, shop: ShopView, now: datetime) -> Json:
    first, last = _days(ask, shop, now)
    names = _campaigns(shop)
    asked = ask.strings("campaign_id_list", 100)
    if unknown := [number for number in asked if not number.isdigit() or int(number) not in names]:
        raise Refusal("ads.shop.campaign_not_match", f"Invalid campaign ID for this shop: {unknown[0]}.")
    shown = _shown(shop, first, last)
    found = [_campaign(int(number), names[int(number)], shown) for number in asked]
    shop_of = {"shop_id": int(shop.market.seller), "region": shop.market.marketplace}
    return enveloped([shop_of | {"campaign_list": found}], warning="")


def _campaigns(shop: ShopView) -> dict[int, str]:
    names = sorted({ad.campaign for ad in shop.ads} - {WHOLE_SHOP, ""})
    return {700_001 + number: name for number, name in enumerate(names)}


def _shown(shop: ShopView, first: date, last: date) -> list[AdDay]:
    return [ad for ad in shop.ads if first <= ad.on <= last]


def _days(ask: Ask, shop: ShopView, now: datetime) -> tuple[date, date]:
    """The days asked for that are over. Raises Refusal as the reference says."""
    today = now.astimezone(ZoneInfo(shop.market.timezone)).date()
    first, last = _day(ask.text("start_date")), _day(ask.text("end_date"))
    if first == last:
        raise Refusal(f"{_PERFORMANCE}.error_same_start_end_dates", "Start date can't be equal to end date.")
    if first > last:
        raise Refusal(f"{_PERFORMANCE}.error_start_later_than_end", "The start date can't be later than the end date.")
    if last - first > _MONTH:
        raise Refusal(f"{_PERFORMANCE}.error_date_range_too_long", "Date range can't be longer than 1 month.")
    if first < today - _HALF_YEAR:
        raise Refusal(f"{_PERFORMANCE}.error_date_too_old", "The date can't be earlier than 6 months ago.")
    if last > today:
        raise Refusal(f"{_PERFORMANCE}.error_date_in_future", "The date must be today or earlier.")
    return first, min(last, today - timedelta(days=1))


def _day(said: str) -> date:
    try:
        return datetime.strptime(said, "%d-%m-%Y").date()  # noqa: DTZ007 a day of the shop's own
    except ValueError:
        raise Refusal("error_param", "Wrong parameters, detail: dates are DD-MM-YYYY.") from None


def _ratio(over: Decimal | int, under: Decimal | int) -> int | Decimal:
    return figure((Decimal(over) / Decimal(under)).quantize(Decimal("0.0001"))) if under else 0


def _total(on: date, ads: list[AdDay]) -> Json:
    impressions, clicks = sum(ad.impressions for ad in ads), sum(ad.clicks for ad in ads)
    orders, units = sum(ad.orders for ad in ads), sum(ad.units for ad in ads)
    spend, sales = sum((ad.spend for ad in ads), ZERO), sum((ad.sales for ad in ads), ZERO)
    return {
        "date": f"{on:%d-%m-%Y}", "impression": impressions, "clicks": clicks, "ctr": _ratio(clicks, impressions),
        "direct_order": orders, "broad_order": orders, "direct_conversions": _ratio(orders, clicks),
        "broad_conversions": _ratio(orders, clicks), "direct_item_sold": units, "broad_item_sold": units,
        "direct_gmv": figure(sales), "broad_gmv": figure(sales), "expense": figure(spend),
        "cost_per_conversion": _ratio(spend, orders), "direct_roas": _ratio(sales, spend),
        "broad_roas": _ratio(sales, spend),
    }  # fmt: skip


def _campaign(number: int, name: str, shown: list[AdDay]) -> Json:
    days: list[Any] = [_metrics(ad) for ad in shown if ad.campaign == name]
    told = {"campaign_id": number, "ad_type": "manual", "campaign_placement": "search", "ad_name": name}
    return told | {"metrics_list": days}


def _metrics(ad: AdDay) -> Json:
    rate, cost = _ratio(ad.orders, ad.clicks), _ratio(ad.spend, ad.orders)
    return {
        "date": f"{ad.on:%d-%m-%Y}", "impression": ad.impressions, "clicks": ad.clicks, "expense": figure(ad.spend),
        "ctr": _ratio(ad.clicks, ad.impressions), "broad_gmv": figure(ad.sales), "broad_order": ad.orders,
        "broad_order_amount": ad.units, "broad_roi": _ratio(ad.sales, ad.spend),
        "broad_cir": _ratio(ad.spend, ad.sales),
        "cr": rate, "cpc": cost, "direct_order": ad.orders, "direct_order_amount": ad.units,
        "direct_gmv": figure(ad.sales), "direct_roi": _ratio(ad.sales, ad.spend),
        "direct_cir": _ratio(ad.spend, ad.sales), "direct_cr": rate, "cpdc": cost,
    }  # fmt: skip
