import gzip
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.sandbox.amazon.reports import ALL_ORDERS, SETTLEMENT
from channels.sandbox.wire import Faults, Reply
from tests.channels.sandbox.amazon_world import (
    CANCELLED,
    DE,
    SETTLED,
    SHIPPED,
    START,
    US,
    Caller,
    body_of,
    day,
    make_order,
    make_test_world,
    refusal,
)

PATH = "/reports/2021-06-30"
BRAND = "GET_BRAND_ANALYTICS_{}_REPORT"


def _request(caller: Caller, kind: str = ALL_ORDERS, since: float = 0, until: float = 28, **more: Any) -> str:
    created = body_of(
        caller.post(
            f"{PATH}/reports", reportType=kind, dataStartTime=day(since).isoformat(),
            dataEndTime=day(until).isoformat(), marketplaceIds=[caller.market.marketplace], **more,
        )
    )  # fmt: skip
    return str(created["reportId"])


def _wait(caller: Caller, number: str, seconds: float = 3000) -> dict[str, Any]:
    caller.clock.sleep(seconds)
    found: dict[str, Any] = body_of(caller.get(f"{PATH}/reports/{number}"))
    return found


def _document(caller: Caller, report: dict[str, Any]) -> bytes:
    where = body_of(caller.get(f"{PATH}/documents/{report['reportDocumentId']}"))
    reply = caller.fetch(where["url"])
    assert (reply.status, reply.cut_after) == (200, None)
    return gzip.decompress(reply.body) if where.get("compressionAlgorithm") == "GZIP" else reply.body


def _table(body: bytes) -> list[dict[str, str]]:
    header, *rows = [line.split("\t") for line in body.decode().splitlines()]
    return [dict(zip(header, row, strict=False)) for row in rows]


def test_a_report_is_queued_worked_on_and_done_by_the_clock(tmp_path: Path) -> None:
    caller = Caller(tmp_path)
    number = _request(caller)
    seen = [_wait(caller, number, seconds)["processingStatus"] for seconds in (0, 9, 60)]
    assert seen == ["IN_QUEUE", "IN_PROGRESS", "DONE"]


def test_all_orders_of_a_period_come_by_their_last_change(tmp_path: Path) -> None:
    caller = Caller(tmp_path)
    rows = _table(_document(caller, _wait(caller, _request(caller))))
    assert [(row["amazon-order-id"], row["order-status"], row["quantity"]) for row in rows] == [
        (CANCELLED.ref, "Cancelled", "0"), (SHIPPED.ref, "Shipped", "2"), ("111-0000000-0000003", "Unshipped", "2"),
    ]  # fmt: skip
    wanted = {
        "item-price": "40.00", "item-tax": "3.60", "shipping-price": "5.00", "shipping-tax": "0.50",
        "item-promotion-discount": "4.00", "ship-state": "WA", "ship-postal-code": "98101", "currency": "USD",
        "last-updated-date": "2026-08-22T00:00:00+00:00", "sales-channel": "Amazon.com", "sku": "HL-TEA",
    }  # fmt: skip
    assert {name: rows[1][name] for name in wanted} == wanted
    assert (
        _table(_document(caller, _wait(caller, _request(caller, since=19, until=21))))[0]["amazon-order-id"]
        == SHIPPED.ref
    )


def test_a_period_without_orders_is_cancelled_or_only_a_header(tmp_path: Path) -> None:
    caller = Caller(tmp_path)
    outcomes = set()
    for _ in range(8):
        report = _wait(caller, _request(caller, since=27, until=28), 600)
        outcomes.add(report["processingStatus"])
        if report["processingStatus"] == "DONE":
            assert _table(_document(caller, report)) == []
        else:
            assert "reportDocumentId" not in report
    assert outcomes == {"CANCELLED", "DONE"}


def test_too_long_a_period_is_fatal_and_the_document_says_why(tmp_path: Path) -> None:
    caller = Caller(tmp_path)
    report = _wait(caller, _request(caller, since=-10, until=28))
    assert report["processingStatus"] == "FATAL"
    assert json.loads(_document(caller, report)) == {"errorDetails": "The date range is longer than 30 days."}


def test_an_address_lasts_five_minutes(tmp_path: Path) -> None:
    caller = Caller(tmp_path)
    report = _wait(caller, _request(caller))
    url = body_of(caller.get(f"{PATH}/documents/{report['reportDocumentId']}"))["url"]
    caller.clock.sleep(290)
    assert caller.fetch(url).status == 200
    caller.clock.sleep(20)
    late = caller.fetch(url)
    assert (late.status, late.media_type) == (403, "application/xml")
    assert b"<Code>AccessDenied</Code><Message>Request has expired</Message>" in late.body


def test_settlements_are_listed_for_90_days_and_add_up(tmp_path: Path) -> None:
    caller = Caller(tmp_path)
    listed = body_of(caller.get(f"{PATH}/reports", reportTypes=SETTLEMENT))["reports"]
    rows = _table(_document(caller, listed[0]))

    assert [(one["reportType"], one["createdTime"]) for one in listed] == [(SETTLEMENT, "2026-08-16T07:12:00Z")]
    assert (rows[0]["settlement-id"], rows[0]["total-amount"], rows[0]["currency"]) == (SETTLED.ref, "30.00", "USD")
    assert round(sum(float(row["amount"]) for row in rows[1:]), 2) == 30.00
    first = rows[1]
    assert (first["transaction-type"], first["amount-type"], first["amount-description"], first["sku"]) == (
        "Order", "ItemPrice", "Principal", "HL-TEA",
    )  # fmt: skip
    caller.clock.sleep(timedelta(days=80).total_seconds())
    assert body_of(caller.get(f"{PATH}/reports", reportTypes=SETTLEMENT))["reports"] == []


def test_a_settlement_is_there_from_its_publication(tmp_path: Path) -> None:
    caller = Caller(tmp_path, at=14.2)
    assert body_of(caller.get(f"{PATH}/reports", reportTypes=SETTLEMENT))["reports"] == []
    caller.clock.sleep(86400 * 0.2)
    assert len(body_of(caller.get(f"{PATH}/reports", reportTypes=SETTLEMENT))["reports"]) == 1


def test_a_next_token_must_come_alone(tmp_path: Path) -> None:
    caller = Caller(tmp_path)
    for _ in range(3):
        _request(caller)
    caller.clock.sleep(60)
    seen, token = [], ""
    while True:
        query = {"nextToken": token} if token else {"reportTypes": f"{ALL_ORDERS},{SETTLEMENT}", "pageSize": 2}
        page = body_of(caller.get(f"{PATH}/reports", **query))
        seen += [one["reportId"] for one in page["reports"]]
        if "nextToken" not in page:
            break
        token = page["nextToken"]
    assert len(seen) == len(set(seen)) == 4
    both = caller.get(f"{PATH}/reports", nextToken=token, reportTypes=SETTLEMENT)
    assert refusal(both) == (400, "InvalidInput")


def test_another_seller_cannot_see_a_report(tmp_path: Path) -> None:
    caller = Caller(tmp_path)
    number = _request(caller)
    caller.market, caller.token = DE, ""
    assert refusal(caller.get(f"{PATH}/reports/{number}")) == (404, "NotFound")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400), ({"reportType": "GET_FANCY", "marketplaceIds": [US.marketplace]}, 400),
        ({"reportType": ALL_ORDERS, "marketplaceIds": [DE.marketplace]}, 403),
    ],
)  # fmt: skip
def test_a_wrong_request_is_refused(tmp_path: Path, body: dict[str, Any], status: int) -> None:
    assert Caller(tmp_path).post(f"{PATH}/reports", **body).status == status


# Brand Analytics


def _brand(caller: Caller, kind: str, since: float = 0, until: float = 6, **options: str) -> dict[str, Any]:
    number = _request(caller, BRAND.format(kind), since, until, reportOptions={"reportPeriod": "WEEK", **options})
    report = _wait(caller, number)
    found: dict[str, Any] = json.loads(_document(caller, report))
    assert report["processingStatus"] == ("FATAL" if "errorDetails" in found else "DONE")
    return found


def test_search_queries_of_a_week_come_for_the_asins_asked_for(tmp_path: Path) -> None:
    found = _brand(Caller(tmp_path), "SEARCH_QUERY_PERFORMANCE", asin="B0HLTEA001")
    entry = found["dataByAsin"][0]
    assert [one["searchQueryData"]["searchQuery"] for one in found["dataByAsin"]] == ["harbor leaf", "harbor leaf tea"]
    assert (entry["startDate"], entry["endDate"], entry["asin"]) == ("2026-08-02", "2026-08-08", "B0HLTEA001")
    # A share is a percentage here.
    assert entry["impressionData"] == {
        "totalQueryImpressionCount": 900, "asinImpressionCount": 40, "asinImpressionShare": 4.44,
    }  # fmt: skip


def test_a_catalogue_week_adds_up_its_queries(tmp_path: Path) -> None:
    found = _brand(Caller(tmp_path), "SEARCH_CATALOG_PERFORMANCE")
    assert [(one["asin"], one["impressionData"]["impressionCount"]) for one in found["dataByAsin"]] == [
        ("B0HLCUP001", 40), ("B0HLTEA001", 80),
    ]  # fmt: skip


def test_repeat_purchases_come_as_shares(tmp_path: Path) -> None:
    found = _brand(Caller(tmp_path), "REPEAT_PURCHASE")
    assert found["dataByAsin"] == [
        {"startDate": "2026-08-02", "endDate": "2026-08-08", "asin": "B0HLTEA001", "orders": 30, "uniqueCustomers": 28,
         "repeatCustomersPctTotal": 0.25, "repeatPurchaseRevenue": {"amount": 161.3, "currencyCode": "USD"},
         "repeatPurchaseRevenuePctTotal": 0.25203125}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("since", "until", "asin", "problem"),
    [
        (0, 6, "", "asin is required"), (0, 6, "B0HLTEA001 " * 19, "at most 200"), (1, 7, "B0HLTEA001", "Sunday"),
        (0, 13, "B0HLTEA001", "exactly one"), (28, 34, "B0HLTEA001", "not yet available"),
    ],
)  # fmt: skip
def test_what_brand_analytics_cannot_tell_is_fatal(
    tmp_path: Path, since: float, until: float, asin: str, problem: str
) -> None:
    found = _brand(Caller(tmp_path, at=36), "SEARCH_QUERY_PERFORMANCE", since, until, asin=asin)
    assert problem in found["errorDetails"]


# Faults


def test_an_empty_job_says_done_or_cancelled_and_the_next_may_have_it_all(tmp_path: Path) -> None:
    caller = Caller(tmp_path, faults=Faults(["empty_job"], rate=1))
    kinds = set()
    for _ in range(6):
        report = _wait(caller, _request(caller), 600)
        kinds.add(report["processingStatus"])
        if report["processingStatus"] == "DONE":
            assert _table(_document(caller, report)) == []
    caller.faults.rate = 0
    assert kinds == {"DONE", "CANCELLED"}
    assert len(_table(_document(caller, _wait(caller, _request(caller))))) == 3


def test_a_truncated_report_ends_in_the_middle_of_a_line(tmp_path: Path) -> None:
    many = tuple(make_order(n, n / 10) for n in range(1, 10))
    caller = Caller(tmp_path, make_test_world(many), Faults(["truncated"], rate=1))
    report = _wait(caller, _request(caller))
    shapes = {_shape(caller, report) for _ in range(12)}
    caller.faults.rate = 0
    whole = _document(caller, report)
    assert shapes <= {"line cut", "gzip cut", "mid-line"}
    assert len(shapes) >= 2
    assert whole.endswith(b"\n")


def _shape(caller: Caller, report: dict[str, Any]) -> str:
    caller.clock.sleep(70)
    where = body_of(caller.get(f"{PATH}/documents/{report['reportDocumentId']}"))
    reply: Reply = caller.fetch(where["url"])
    if reply.cut_after is not None:
        return "line cut"
    if where.get("compressionAlgorithm") == "GZIP":
        try:
            body = gzip.decompress(reply.body)
        except EOFError:
            return "gzip cut"
    else:
        body = reply.body
    lines = body.decode().split("\n")
    assert 0 < len(lines[-1].split("\t")) < len(lines[0].split("\t"))
    return "mid-line"


def test_a_withheld_order_withholds_its_document(tmp_path: Path) -> None:
    caller = Caller(tmp_path, faults=Faults(["withhold"], rate=1))
    order = caller.vendor.books[caller.market.seller].withheld
    assert order is not None
    last = order.changes()[-1]
    since = (last - START).total_seconds() / 86400
    report = _wait(caller, _request(caller, since=since - 0.1, until=since + 0.1))
    for _ in range(2):
        assert caller.get(f"{PATH}/documents/{report['reportDocumentId']}").status == 500
