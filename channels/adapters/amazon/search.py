"""Search Query Performance (Brand Analytics JSON): counts only, since its shares come as percents or fractions."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from channels.core.adapter import Format
from channels.core.reading import Head, read_head
from channels.core.rows import Page, Row, SearchRow, Shop, Unreadable

RESOURCE = "amazon.search"


def _recognise(head: Head) -> bool:
    document = head.document
    return (
        isinstance(document, dict)
        and isinstance(document.get("dataByAsin"), list)
        and all("searchQueryData" in entry for entry in document["dataByAsin"][:1] if isinstance(entry, dict))
    )


def _rows(page: Page, shop: Shop) -> Iterator[Row]:
    with page.open() as stream:
        document = read_head(stream).document
    for place, entry in enumerate(document["dataByAsin"], 1):
        try:
            yield _row(entry, place)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            yield Unreadable(place, f"dataByAsin[{place - 1}]: {error!r}")


def _row(entry: dict[str, Any], place: int) -> SearchRow:
    query = entry["searchQueryData"]
    impressions, clicks, carts, purchases = (
        entry.get(name) or {} for name in ("impressionData", "clickData", "cartAddData", "purchaseData")
    )
    asin, words = entry.get("asin", ""), query["searchQuery"].strip()
    if len(words) > 500:
        raise ValueError("the query has more than 500 characters")
    return SearchRow(
        key=f"{entry['startDate']}|{entry['endDate']}|{asin}|{words}", starts_on=date.fromisoformat(entry["startDate"]),
        ends_on=date.fromisoformat(entry["endDate"]), query=words, asin=asin, place=place,
        volume=_count(query, "searchQueryVolume"), rank=_count(query, "searchQueryScore"),
        impressions=_count(impressions, "asinImpressionCount"),
        impressions_total=_count(impressions, "totalQueryImpressionCount"),
        clicks=_count(clicks, "asinClickCount"), clicks_total=_count(clicks, "totalClickCount"),
        cart_adds=_count(carts, "asinCartAddCount"), cart_adds_total=_count(carts, "totalCartAddCount"),
        purchases=_count(purchases, "asinPurchaseCount"), purchases_total=_count(purchases, "totalPurchaseCount"),
    )  # fmt: skip


def _count(node: dict[str, Any], name: str) -> int | None:
    value = node.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value != int(value):
        raise ValueError(f"{name} is {value!r}, which is no count")
    return int(value)


FORMAT = Format(RESOURCE, "Amazon Search Query Performance", _recognise, _rows)
