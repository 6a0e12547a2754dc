"""Advertising by day: the shop's total (get_all_cpc_ads_daily_performance) and product campaigns' parts of it.

What the total has beyond the campaigns (shop ads, live ads, GMV max) is a row without a campaign, 0 where there is
nothing: so the rows of a day add up to the shop's total. Sales are of any item of the shop within 7 days of a click.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from channels.adapters.shopee.envelope import Node, amount, count, each, ident, listed, read, text
from channels.core.errors import Changed
from channels.core.rows import AdSpendRow, Page, Row, Shop


@dataclass(frozen=True, slots=True)
class Figures:
    """What a day brought, of the shop or of a campaign."""

    spend: Decimal
    sales: Decimal
    impressions: int
    clicks: int
    orders: int
    units: int

    def less(self, other: "Figures") -> "Figures":
        return Figures(
            self.spend - other.spend, self.sales - other.sales, self.impressions - other.impressions,
            self.clicks - other.clicks, self.orders - other.orders, self.units - other.units,
        )  # fmt: skip


def shape(answer: Node) -> bool:
    """Days with their expense, or campaigns with a list of them; figures by the hour are another thing."""
    found = listed(answer, "response")
    return bool(found) and all("campaign_list" in one or _is_day(one) for one in found) and not _hourly(found)


def _is_day(one: Node) -> bool:
    return "date" in one and "expense" in one


def _hourly(found: list[Node]) -> bool:
    days = [day for one in found for part in listed(one, "campaign_list") for day in listed(part, "metrics_list")]
    return any("hour" in day for day in found + days)


def rows(page: Page, shop: Shop) -> Iterator[Row]:
    """A row of each campaign and day, then of each day what no campaign has."""
    rest: dict[date, tuple[int, Figures]] = {}
    yield from each(_records(page), lambda place, one: _part(place, one, shop, rest))
    for on, (place, figures) in rest.items():
        yield _row(place, on, figures, shop)


def _records(page: Page) -> Iterator[tuple[int, Node]]:
    """The days of the shop first, then those of the campaigns, each with the campaign that it is of."""
    place = 0
    for answer in read(page):
        found = answer.get("response")
        if not isinstance(found, list):
            raise Changed(f"{page.resource}: the answer has no list of days or campaigns")
        for one in found:
            node = one if isinstance(one, dict) else {}
            if "campaign_list" not in node:
                place += 1
                yield place, node
                continue
            for campaign in listed(node, "campaign_list"):
                for day in listed(campaign, "metrics_list"):
                    place += 1
                    yield place, day | {"campaign": campaign}


def _part(place: int, one: Node, shop: Shop, rest: dict[date, tuple[int, Figures]]) -> Iterator[AdSpendRow]:
    on, campaign = _day(one), one.get("campaign")
    figures = Figures(
        spend=amount(one, "expense"), sales=amount(one, "broad_gmv"), impressions=count(one, "impression"),
        clicks=count(one, "clicks"), orders=count(one, "broad_order"),
        units=count(one, "broad_order_amount" if isinstance(campaign, dict) else "broad_item_sold"),
    )  # fmt: skip
    if not isinstance(campaign, dict):
        rest[on] = (place, figures)
        return
    number = ident(campaign, "campaign_id")
    if on in rest:
        rest[on] = (rest[on][0], rest[on][1].less(figures))
    yield _row(place, on, figures, shop, number, (text(campaign, "ad_name") or number)[:300])


def _row(place: int, on: date, figures: Figures, shop: Shop, number: str = "", name: str = "") -> AdSpendRow:
    return AdSpendRow(
        key=f"{on}|{number}", starts_on=on, ends_on=on, currency=shop.currency, spend=figures.spend, place=place,
        campaign=name, impressions=figures.impressions, clicks=figures.clicks, orders=figures.orders,
        units=figures.units, sales=figures.sales,
    )  # fmt: skip


def _day(one: Node) -> date:
    said = text(one, "date")
    try:
        return datetime.strptime(said, "%d-%m-%Y").replace(tzinfo=UTC).date()
    except ValueError as error:
        raise ValueError(f"date is no day: {said[:40]!r}") from error
