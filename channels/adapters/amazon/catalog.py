"""Search Catalog Performance (Brand Analytics JSON): each product's counts over all searches, without the queries."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from channels.adapters.amazon.search import count, is_report
from channels.core.adapter import Format
from channels.core.reading import Head, read_head
from channels.core.rows import Page, Row, SearchRow, Shop, Unreadable

RESOURCE = "amazon.catalog"


def _recognise(head: Head) -> bool:
    return is_report(head.document, "GET_BRAND_ANALYTICS_SEARCH_CATALOG_PERFORMANCE_REPORT", "impressionData",
                     without="searchQueryData")  # fmt: skip


def _rows(page: Page, shop: Shop) -> Iterator[Row]:
    with page.open() as stream:
        document = read_head(stream).document
    for place, entry in enumerate(document["dataByAsin"], 1):
        try:
            yield _row(entry, place)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            yield Unreadable(place, f"dataByAsin[{place - 1}]: {error!r}")


def _row(entry: Mapping[str, Any], place: int) -> SearchRow:
    impressions, clicks, carts, purchases = (
        entry.get(name) or {} for name in ("impressionData", "clickData", "cartAddData", "purchaseData")
    )
    starts, ends, asin = entry["startDate"], entry["endDate"], entry["asin"]
    return SearchRow(
        key=f"{starts}|{ends}|{asin}|", starts_on=date.fromisoformat(starts), ends_on=date.fromisoformat(ends),
        query="", asin=asin, place=place, impressions=count(impressions, "impressionCount"),
        clicks=count(clicks, "clickCount"), cart_adds=count(carts, "cartAddCount"),
        purchases=count(purchases, "purchaseCount"),
    )  # fmt: skip


FORMAT = Format(RESOURCE, "Amazon Search Catalog Performance", _recognise, _rows, may_be_empty=True)
