"""Search Query Performance (Brand Analytics JSON): counts only, since the report's shares come as percents or fractions."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from channels.core.adapter import Format
from channels.core.reading import Head, load_json
from channels.core.rows import Page, Row, SearchRow, Shop, Unreadable

RESOURCE = "amazon.search"


def _recognise(head: Head) -> bool:
    document = head.document
    return (
        isinstance(document, dict)
        and isinstance(document.get("dataByAsin"), list)
        and all("searchQueryData" in entry for entry in document["dataByAsin"][:1] if isinstance(entry, dict))
        and "searchTrafficSales" not in str(document["dataByAsin"][:1])
    )


def _rows(page: Page, shop: Shop) -> Iterator[Row]:
    with page.open() as stream:
        document = load_json(stream)
    for place, entry in enumerate(document["dataByAsin"], 1):
        try:
            yield _row(entry, place)
        except (KeyError, TypeError, ValueError) as error:
            yield Unreadable(place, f"dataByAsin[{place - 1}]: {error!r}")


def _row(entry: dict[str, Any], place: int) -> SearchRow:
    query = entry["searchQueryData"]
    impressions, clicks, carts, purchases = (
        entry.get(name) or {} for name in ("impressionData", "clickData", "cartAddData", "purchaseData")
    )
    asin, words = entry.get("asin", ""), query["searchQuery"]
    return SearchRow(
        key=f"{entry['startDate']}|{entry['endDate']}|{asin}|{words}", starts_on=date.fromisoformat(entry["startDate"]),
        ends_on=date.fromisoformat(entry["endDate"]), query=words, asin=asin, place=place,
        volume=query.get("searchQueryVolume"), rank=query.get("searchQueryScore"),
        impressions=impressions.get("asinImpressionCount"), impressions_total=impressions.get("totalQueryImpressionCount"),
        clicks=clicks.get("asinClickCount"), clicks_total=clicks.get("totalClickCount"),
        cart_adds=carts.get("asinCartAddCount"), cart_adds_total=carts.get("totalCartAddCount"),
        purchases=purchases.get("asinPurchaseCount"), purchases_total=purchases.get("totalPurchaseCount"),
    )  # fmt: skip


FORMAT = Format(RESOURCE, "Amazon Search Query Performance", _recognise, _rows)
