"""Advertising by day: the shop's total and, of what product campaigns there are, their parts of it.

Days are the shop's own, written DD-MM-YYYY, at most a month in a call and six months back; never a single one.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from channels.adapters.shopee.chains.money import joined
from channels.adapters.shopee.client import Client, Said
from channels.adapters.shopee.envelope import Node, inner, text
from channels.core.errors import Changed, Unavailable
from channels.core.rows import Shop
from channels.core.transport import Answer, Task

CAMPAIGNS = 100  # of which figures are given in one call
LISTED = 5_000  # campaigns in a page

TOTAL = "ads/get_all_cpc_ads_daily_performance"
LIST = "ads/get_product_level_campaign_id_list"
PARTS = "ads/get_product_campaign_daily_performance"


def pages(client: Client, task: Task, shop: Shop) -> Iterator[Answer]:
    """One answer that joins all of a window: the total and its parts must be of the same moment."""
    first, last = days(task, shop)
    dates = {"start_date": f"{first:%d-%m-%Y}", "end_date": f"{last:%d-%m-%Y}"}
    total = _whole(TOTAL, client.get(f"/api/v2/{TOTAL}", dates))
    found, bodies = len(total.listed(TOTAL)), [total.body]
    campaigns = _campaigns(client)
    for start in range(0, len(campaigns), CAMPAIGNS):
        asked = {"campaign_id_list": ",".join(campaigns[start : start + CAMPAIGNS])}
        parts = _whole(PARTS, client.get(f"/api/v2/{PARTS}", dates | asked))
        parts.listed(PARTS)
        bodies.append(parts.body)
    yield Answer(
        resource="shopee.ads", body=joined(bodies), closed=True, records=found, request={"call": TOTAL, **dates}
    )


def days(task: Task, shop: Shop) -> tuple[date, date]:
    """The first and the last day of the window; the day before as well where it has one only."""
    zone = ZoneInfo(shop.timezone)
    first = task.since.astimezone(zone).date()
    last = (task.until - timedelta(microseconds=1)).astimezone(zone).date()
    return (first - timedelta(days=1) if first == last else first), last


def _whole(call: str, said: Said) -> Said:
    """The answer. Raises Unavailable where the vendor warns that some of it is missing."""
    if warning := text(said.document, "warning").strip("-"):
        raise Unavailable(f"{call}: {warning[:300]}")
    return said


def _campaigns(client: Client) -> list[str]:
    found: list[str] = []
    while True:
        query = {"ad_type": "all", "offset": str(len(found)), "limit": str(LISTED)}
        said = _whole(LIST, client.get(f"/api/v2/{LIST}", query))
        listed: list[Any] = said.listed(LIST, "campaign_list")
        found += [text(one, "campaign_id") for one in listed if isinstance(one, dict)]
        response: Node = inner(said.document, "response")
        if response.get("has_next_page") is False:
            return found
        if not listed:
            raise Unavailable(f"{LIST}: a page is empty, and more should follow")
        if response.get("has_next_page") is not True:
            raise Changed(f"{LIST}: the answer does not say whether more follows")
