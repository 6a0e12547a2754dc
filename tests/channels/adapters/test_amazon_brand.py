"""Search Catalog Performance and repeat purchase; and which Brand Analytics report is which."""

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from channels.adapters import amazon as package
from channels.adapters.amazon import ADAPTER, catalog, listing, repeat
from channels.core.adapter import Format, recognise
from channels.core.reading import read_head
from channels.core.rows import Page, RepeatRow, Row, SearchRow, Shop, Unreadable

D = Decimal
SHOP = Shop("amazon", "A1PA6795UKMFR9", "EUR", "Europe/Berlin")
WEEK: dict[str, Any] = {"startDate": "2026-09-06", "endDate": "2026-09-12", "asin": "B0HLMTC050"}
STARTS, ENDS = date(2026, 9, 6), date(2026, 9, 12)
REPEAT: dict[str, Any] = {
    **WEEK, "orders": 61, "uniqueCustomers": 58, "repeatCustomersPctTotal": 0.1207, "repeatPurchaseRevenuePctTotal": 0.1544,
    "repeatPurchaseRevenue": {"amount": 148.5, "currencyCode": "EUR"},
}  # fmt: skip
CATALOG: dict[str, Any] = {
    **WEEK, "impressionData": {"impressionCount": 15044}, "clickData": {"clickCount": 240},
    "cartAddData": {"cartAddCount": 61}, "purchaseData": {"purchaseCount": 33},
}  # fmt: skip


def known(document: Any) -> list[str]:
    return [one.resource for _, one in recognise(read_head(io.BytesIO(json.dumps(document).encode())), (ADAPTER,))]


def read(form: Format, *entries: Any) -> list[Row]:
    body = json.dumps({"dataByAsin": entries}).encode()
    page = Page("", lambda: io.BytesIO(body), "", datetime(2026, 10, 1, tzinfo=UTC))
    return list(form.rows(page, SHOP))


def test_catalogue_is_a_search_without_words() -> None:
    assert read(catalog.FORMAT, CATALOG, WEEK) == [
        SearchRow(
            key="2026-09-06|2026-09-12|B0HLMTC050|", starts_on=STARTS, ends_on=ENDS, query="", asin="B0HLMTC050",
            place=1, impressions=15044, clicks=240, cart_adds=61, purchases=33,
        ),
        SearchRow(key="2026-09-06|2026-09-12|B0HLMTC050|", starts_on=STARTS, ends_on=ENDS, query="", asin="B0HLMTC050",
                  place=2),
    ]  # fmt: skip


def test_repeat_buyers_and_sales_are_reckoned_back_from_their_shares() -> None:
    assert read(repeat.FORMAT, REPEAT) == [
        RepeatRow(
            key="2026-09-06|2026-09-12|B0HLMTC050", starts_on=STARTS, ends_on=ENDS, asin="B0HLMTC050", place=1,
            orders=61, customers=58, repeat_customers=7, currency="EUR", sales=D("961.79"), repeat_sales=D("148.5"),
        )
    ]  # fmt: skip


def test_product_without_numbers_is_left_out() -> None:
    assert read(repeat.FORMAT, {**REPEAT, "uniqueCustomers": None}, {**WEEK}) == []


@pytest.mark.parametrize("share", [12.07, -0.1, "many"])
def test_share_of_another_unit_is_told_not_guessed(share: Any) -> None:
    assert [type(one) for one in read(repeat.FORMAT, {**REPEAT, "repeatCustomersPctTotal": share})] == [Unreadable]


@pytest.mark.parametrize("wrong", [{**REPEAT, "orders": "x"}, {**REPEAT, "startDate": 5}, 5, None])
def test_product_of_another_shape_is_told(wrong: Any) -> None:
    assert [one.place for one in read(repeat.FORMAT, REPEAT, wrong) if isinstance(one, Unreadable)] == [2]
    assert [type(one) for one in read(catalog.FORMAT, {**CATALOG, "clickData": {"clickCount": "x"}}, 5)] == [
        Unreadable, Unreadable,
    ]  # fmt: skip


def test_reports_are_told_apart_by_their_specification_else_by_their_first_product() -> None:
    def spec(kind: str) -> dict[str, Any]:
        return {"reportSpecification": {"reportType": f"GET_BRAND_ANALYTICS_{kind}_REPORT"}, "dataByAsin": []}

    query = {**WEEK, "searchQueryData": {"searchQuery": "tea"}, "impressionData": {}}
    assert known(spec("SEARCH_CATALOG_PERFORMANCE")) == known({"dataByAsin": [CATALOG]}) == ["amazon.catalog"]
    assert known(spec("REPEAT_PURCHASE")) == known({"dataByAsin": [REPEAT]}) == ["amazon.repeat"]
    assert known(spec("SEARCH_QUERY_PERFORMANCE")) == known({"dataByAsin": [query]}) == ["amazon.search"]
    assert known({"dataByAsin": []}) == ["amazon.search"]
    assert known(spec("MARKET_BASKET")) == []


def test_what_is_said_of_reports_makes_no_rows() -> None:
    body = (Path(package.__file__).parent / "samples/reports_2026-10.json").read_bytes()
    page = Page("", lambda: io.BytesIO(body), "", datetime(2026, 10, 1, tzinfo=UTC))
    assert list(listing.FORMAT.rows(page, SHOP)) == []
    said: list[Any] = [{"reportId": "R1"}, {"reportId": "R1", "processingStatus": "DONE"}, {"reports": []}]
    for document in said:
        assert known(document) == ["amazon.reports"]
    assert known({"reports": [{"id": 1}]}) == []
