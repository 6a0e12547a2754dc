"""Search Query Performance (Brand Analytics JSON): counts only, since its shares come as percents or fractions."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from channels.core.adapter import Format
from channels.core.reading import Head, read_head
from channels.core.rows import Page, Row, SearchRow, Shop, Unreadable

RESOURCE = "amazon.search"


_REPORT = "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT"


def is_report(document: Any, kind: str, within: str, without: str = "") -> bool:
    """Whether a document is the Brand Analytics report of this type.

    By its specification, or by what its first product has ``within`` and has it ``without``; one of neither type nor
    products is taken for Search Query Performance.
    """
    if not isinstance(document, dict) or not isinstance(document.get("dataByAsin"), list):
        return False
    specification = document.get("reportSpecification")
    said = specification.get("reportType") if isinstance(specification, dict) else None
    if said:
        return bool(said == kind)
    first = next((entry for entry in document["dataByAsin"][:1] if isinstance(entry, dict)), None)
    return kind == _REPORT if first is None else within in first and without not in first


def _recognise(head: Head) -> bool:
    return is_report(head.document, _REPORT, "searchQueryData")


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
        volume=count(query, "searchQueryVolume"), rank=count(query, "searchQueryScore"),
        impressions=count(impressions, "asinImpressionCount"),
        impressions_total=count(impressions, "totalQueryImpressionCount"),
        clicks=count(clicks, "asinClickCount"), clicks_total=count(clicks, "totalClickCount"),
        cart_adds=count(carts, "asinCartAddCount"), cart_adds_total=count(carts, "totalCartAddCount"),
        purchases=count(purchases, "asinPurchaseCount"), purchases_total=count(purchases, "totalPurchaseCount"),
    )  # fmt: skip


def count(node: Mapping[str, Any], name: str) -> int | None:
    """A whole number, or None where there is none."""
    value = node.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value != int(value):
        raise ValueError(f"{name} is {value!r}, which is no count")
    return int(value)


FORMAT = Format(RESOURCE, "Amazon Search Query Performance", _recognise, _rows, may_be_empty=True)
