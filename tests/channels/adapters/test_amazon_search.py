"""Search Query Performance."""

import io
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from channels.adapters.amazon import search
from channels.core.reading import read_head
from channels.core.rows import Page, Row, SearchRow, Shop, Unreadable

SHOP = Shop("amazon", "Amazon.de", "EUR", "Europe/Berlin")


def entry(**changes: Any) -> dict[str, Any]:
    return {
        "startDate": "2026-09-06", "endDate": "2026-09-12", "asin": "B0HLMTC050",
        "searchQueryData": {"searchQuery": " matcha tee ", "searchQueryScore": 3, "searchQueryVolume": 48200},
        "impressionData": {"totalQueryImpressionCount": 20110, "asinImpressionCount": 230, "asinImpressionShare": 1.14},
        "clickData": {"totalClickCount": 542, "asinClickCount": 5, "asinClickShare": 0.92},
        "cartAddData": {"totalCartAddCount": 11, "asinCartAddCount": 2, "asinCartAddShare": 18.18},
        "purchaseData": {"totalPurchaseCount": 4, "asinPurchaseCount": 1, "asinPurchaseShare": 25},
    } | changes  # fmt: skip


def read(*entries: Any) -> list[Row]:
    body = json.dumps({"dataByAsin": entries}).encode()
    assert search.FORMAT.recognise(read_head(io.BytesIO(body)))
    return list(search.FORMAT.rows(Page("", lambda: io.BytesIO(body), "", datetime(2026, 10, 1, tzinfo=UTC)), SHOP))


ROW = SearchRow(
    key="2026-09-06|2026-09-12|B0HLMTC050|matcha tee", starts_on=date(2026, 9, 6), ends_on=date(2026, 9, 12),
    query="matcha tee", asin="B0HLMTC050", place=1, volume=48200, rank=3, impressions=230, impressions_total=20110,
    clicks=5, clicks_total=542, cart_adds=2, cart_adds_total=11, purchases=1, purchases_total=4,
)  # fmt: skip


def test_counts_are_read_and_shares_are_not() -> None:
    fractions = {"totalQueryImpressionCount": 20110, "asinImpressionCount": 230, "asinImpressionShare": 0.0114}
    assert read(entry()) == [ROW]
    assert read(entry(impressionData=fractions)) == [ROW]


def test_part_that_is_missing_is_unknown_and_not_zero() -> None:
    [row] = read(entry(purchaseData=None, cartAddData={}))
    assert isinstance(row, SearchRow)
    assert (row.purchases, row.purchases_total, row.cart_adds, row.cart_adds_total) == (None, None, None, None)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"startDate": "soon"}, "Invalid isoformat string: 'soon'"),
        ({"searchQueryData": {}}, "searchQuery"),
        ({"searchQueryData": {"searchQuery": "m" * 501}}, "the query has more than 500 characters"),
        ({"clickData": {"asinClickCount": "5"}}, "asinClickCount is '5', which is no count"),
        ({"clickData": {"asinClickCount": 0.5}}, "asinClickCount is Decimal('0.5'), which is no count"),
        ({"clickData": {"asinClickCount": True}}, "asinClickCount is True, which is no count"),
        ({"clickData": [1]}, "'list' object has no attribute 'get'"),
    ],
)
def test_entry_that_cannot_be_read_says_why(changes: dict[str, Any], reason: str) -> None:
    good, bad = read(entry(), entry(**changes))
    assert good == ROW
    assert isinstance(bad, Unreadable)
    assert bad.place == 2
    assert reason in bad.reason


def test_entry_that_is_none_is_unreadable() -> None:
    assert [type(row) for row in read(entry(), "nothing", None)] == [SearchRow, Unreadable, Unreadable]


@pytest.mark.parametrize(
    "document",
    [{"dataByAsin": [{"asin": "B1", "impressionData": {}, "searchTrafficSales": {}}]},
     {"dataByDepartmentAndSearchTerm": []}, {"errorDetails": "no data"}, [entry()]],
)  # fmt: skip
def test_other_reports_are_not_recognised(document: Any) -> None:
    assert not search.FORMAT.recognise(read_head(io.BytesIO(json.dumps(document).encode())))
