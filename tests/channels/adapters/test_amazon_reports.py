"""Reports on request: their life, what is not believed, and going on after a crash."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from channels.adapters.amazon.pulls import pages
from channels.adapters.amazon.pulls.brand import weeks_of
from channels.core.errors import Refused, Throttled, Unavailable
from channels.core.transport import Answer, Task
from tests.channels.adapters.amazon_stub import NOW, US, Buckets, Stub, Time, Told, amazon, connect

REPORTS, ORDERS = "/reports/2021-06-30/reports", "/orders/2026-01-01/orders"
KIND = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
TASK = Task("amazon.orders", "report", datetime(2026, 10, 3, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))
HEADER = b"amazon-order-id\tpurchase-date\torder-status\tsales-channel\tquantity\tcurrency\titem-price\n"
ROW = b"303-1\t2026-10-28T15:52:03+00:00\tShipped\tAmazon.com\t1\tUSD\t29.80\n"
WHOLE = HEADER + ROW
NOTHING = {"orders": [], "lastUpdatedBefore": "2026-11-02T00:00:00Z"}
ASKED = {
    "reportType": KIND, "marketplaceIds": US, "dataStartTime": "2026-10-03T00:00:00Z",
    "dataEndTime": "2026-11-02T00:00:00Z",
}  # fmt: skip


@pytest.fixture
def stub() -> Iterator[Stub]:
    with amazon() as one:
        yield one


def state(number: str, status: str, document: str = "") -> dict[str, str]:
    return {"reportId": number, "processingStatus": status, **({"reportDocumentId": document} if document else {})}


def tell(stub: Stub, **documents: Any) -> None:
    """Reports R1, R2 … in the order in which they are created: bytes are done, other answers as they stand."""
    stub.tell(REPORTS, *({"reportId": number} for number in documents))
    for number, told in documents.items():
        given = told if isinstance(told, list) else [told]
        last = given[-1]
        if isinstance(last, bytes):
            stub.tell(f"/reports/2021-06-30/documents/D{number}", {"url": f"{stub.address}/bucket/{number}"})
            stub.tell(f"/bucket/{number}", last)
            given = [*given[:-1], state(number, "DONE", f"D{number}")]
        stub.tell(f"{REPORTS}/{number}", *given)


def pull(stub: Stub, task: Task = TASK, buckets: Buckets | None = None, **given: str) -> list[Answer]:
    return list(pages(connect(stub, buckets, given=given), task))


def failing(stub: Stub, task: Task = TASK, **given: str) -> tuple[list[Answer], str]:
    """The answers before the failure, and what it says."""
    answers: list[Answer] = []
    try:
        for one in pages(connect(stub, given=given), task):
            answers.append(one)  # noqa: PERF402 - what came before the failure stays
    except Unavailable as error:
        return answers, str(error)
    raise AssertionError("it did not fail")


def brief(answers: list[Answer]) -> list[tuple[str, dict[str, Any], bool]]:
    return [(one.resource, json.loads(one.resume), one.closed) for one in answers]


def test_report_is_created_waited_for_fetched_and_closes(stub: Stub) -> None:
    buckets = Buckets()
    tell(stub, R1=[state("R1", "IN_QUEUE"), state("R1", "IN_PROGRESS"), WHOLE])
    assert pull(stub, buckets=buckets) == [
        Answer("amazon.reports", b'{"reportId": "R1"}', resume='{"job":0,"report":"R1","empty":false}', request=ASKED),
        Answer("amazon.orders", WHOLE, resume='{"job":1}', closed=True, records=1, request=ASKED,
               name="All orders 2026-10-03"),
    ]  # fmt: skip
    [created] = [one for one in stub.to(REPORTS) if one.method == "POST"]
    assert created.json == {**ASKED, "marketplaceIds": [US]}
    assert buckets.taken == ["createReport", "getReport", "getReport", "getReport", "getReportDocument"]


def test_killed_worker_goes_on_with_the_same_report(stub: Stub) -> None:
    tell(stub, R1=WHOLE)
    answers = pages(connect(stub), TASK)
    resume = next(answers).resume
    answers.close()  # type: ignore[attr-defined]
    assert brief(pull(stub, replace(TASK, resume=resume))) == [("amazon.orders", {"job": 1}, True)]
    assert len(stub.to(REPORTS)) == 1


def test_report_that_takes_long_gives_the_window_back(stub: Stub) -> None:
    tell(stub, R1=state("R1", "IN_QUEUE"))
    clock = Time()
    answers = pages(connect(stub, clock=clock), TASK)
    next(answers)
    with pytest.raises(Throttled) as caught:
        next(answers)
    assert caught.value.wait == 60
    assert clock.now() - NOW == timedelta(seconds=32)


def test_report_that_amazon_forgot_is_asked_for_anew(stub: Stub) -> None:
    tell(stub, R2=WHOLE)
    answers = pull(stub, replace(TASK, resume='{"job":0,"report":"R1","empty":false}'))
    assert brief(answers) == [
        ("amazon.reports", {"job": 0, "report": "R2", "empty": False}, False), ("amazon.orders", {"job": 1}, True),
    ]  # fmt: skip


def test_status_never_seen_is_a_failure(stub: Stub) -> None:
    tell(stub, R1=state("R1", "DREAMING"))
    assert failing(stub)[1] == "the report's status 'DREAMING' is not known here"


# Nothing is not believed


@pytest.mark.parametrize("told", [state("R1", "CANCELLED"), HEADER], ids=["cancelled", "without rows"])
def test_report_of_nothing_is_confirmed_by_a_search(stub: Stub, told: Any) -> None:
    tell(stub, R1=told)
    stub.tell(ORDERS, NOTHING)
    answers = pull(stub)
    assert brief(answers)[1:] == [("amazon.api_orders", {"job": 1}, True)]
    assert json.loads(answers[1].body) == NOTHING
    [asked] = stub.to(ORDERS)
    assert asked.query == {
        "lastUpdatedAfter": "2026-10-03T00:00:00Z", "lastUpdatedBefore": "2026-11-02T00:00:00Z", "marketplaceIds": US,
        "maxResultsPerPage": "1",
    }  # fmt: skip


@pytest.mark.parametrize("told", [state("R1", "CANCELLED"), HEADER], ids=["cancelled", "without rows"])
def test_report_of_nothing_fails_where_there_is_an_order(stub: Stub, told: Any) -> None:
    tell(stub, R1=told)
    stub.tell(ORDERS, {"orders": [{"orderId": "303-1"}], "lastUpdatedBefore": "2026-11-02T00:00:00Z"})
    answers, said = failing(stub)
    assert said == ("All orders 2026-10-03: the report is empty but searchOrders finds order 303-1 in its period")
    # What was said of the report is kept, and the next try asks for another.
    assert brief(answers)[1:] == [("amazon.reports", {"job": 0, "empty": False}, False)]
    tell(stub, R2=WHOLE)
    assert brief(pull(stub, replace(TASK, resume=answers[-1].resume)))[-1] == ("amazon.orders", {"job": 1}, True)


def test_empty_page_with_a_next_one_confirms_nothing(stub: Stub) -> None:
    tell(stub, R1=state("R1", "CANCELLED"))
    empty = {**NOTHING, "pagination": {"nextToken": "T2"}}
    stub.tell(ORDERS, empty, {"orders": [{"orderId": "303-1"}], "lastUpdatedBefore": "2026-11-02T00:00:00Z"})
    assert failing(stub)[1].endswith("searchOrders finds order 303-1 in its period")
    tell(stub, R2=state("R2", "CANCELLED"))
    stub.tell(ORDERS, empty, NOTHING)
    assert [one.closed for one in pull(stub)] == [False, True]
    assert [one.query.get("paginationToken") for one in stub.to(ORDERS)] == [None, "T2"] * 2
    stub.tell(ORDERS, empty)
    tell(stub, R3=state("R3", "CANCELLED"))
    assert failing(stub)[1] == "the report is empty, and searchOrders gives only pages without orders"


def test_search_that_fails_confirms_nothing(stub: Stub) -> None:
    tell(stub, R1=state("R1", "CANCELLED"))
    stub.tell(ORDERS, Told(b"", 503))
    assert failing(stub)[1] == "searchOrders: status 503, its body is empty"


# Failed and broken


def test_fatal_report_says_why_in_amazons_words(stub: Stub) -> None:
    tell(stub, R1=b'{"errorDetails": "The date range is longer than 30 days."}')
    stub.tell(f"{REPORTS}/R1", state("R1", "FATAL", "DR1"))
    answers, said = failing(stub)
    assert said == "All orders 2026-10-03: Amazon could not make the report: The date range is longer than 30 days."
    assert brief(answers)[1:] == [("amazon.reports", {"job": 0, "empty": False}, False)]
    assert len(stub.to(REPORTS)) == 1


def test_fatal_report_without_a_document_is_fatal(stub: Stub) -> None:
    tell(stub, R1=state("R1", "FATAL"))
    assert failing(stub)[1] == "All orders 2026-10-03: Amazon could not make the report: it says no reason"


def test_done_report_that_holds_an_error_is_no_report(stub: Stub) -> None:
    tell(stub, R1=b'{"errorDetails": "Internal"}')
    assert failing(stub)[1] == "All orders 2026-10-03: Amazon could not make the report: Internal"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (WHOLE + ROW[:20], "the report ends in the middle of a line"),
        (HEADER[:30], "the report has no column item-price, order-status, quantity, sales-channel"),
        (b"<html></html>", ("the report has no column amazon-order-id, item-price, order-status, purchase-date, "
                            "quantity, sales-channel")),
    ],
)  # fmt: skip
def test_cut_report_is_asked_for_anew_at_once(stub: Stub, body: bytes, said: str) -> None:
    tell(stub, R1=body, R2=WHOLE)
    answers = pull(stub)
    assert brief(answers) == [
        ("amazon.reports", {"job": 0, "report": "R1", "empty": False}, False),
        ("amazon.reports", {"job": 0, "empty": False}, False),
        ("amazon.reports", {"job": 0, "report": "R2", "empty": False}, False),
        ("amazon.orders", {"job": 1}, True),
    ]
    tell(stub, R3=body, R4=body)
    assert failing(stub)[1] == f"All orders 2026-10-03: {said}"


def test_report_that_twice_ends_without_a_line_end_is_whole(stub: Stub) -> None:
    tell(stub, R1=WHOLE[:-1], R2=WHOLE[:-1])
    assert pull(stub)[-1].body == WHOLE[:-1]


def test_damaged_packing_is_a_cut_report(stub: Stub) -> None:
    tell(stub, R1=gzip.compress(WHOLE)[:-12], R2=WHOLE)
    stub.tell("/reports/2021-06-30/documents/DR1", {"url": f"{stub.address}/bucket/R1", "compressionAlgorithm": "GZIP"})
    assert pull(stub)[-1].body == WHOLE


def test_document_that_is_gone_is_asked_for_anew(stub: Stub) -> None:
    tell(stub, R1=WHOLE, R2=WHOLE)
    stub.tell("/bucket/R1", Told(b"", 404))
    assert [one.resource for one in pull(stub)] == ["amazon.reports"] * 3 + ["amazon.orders"]


def test_cut_line_keeps_the_report_for_the_next_try(stub: Stub) -> None:
    tell(stub, R1=WHOLE)
    stub.tell("/bucket/R1", Told(WHOLE, cut=50), WHOLE)
    answers, said = failing(stub)
    assert said == "no whole answer from Amazon: RemoteProtocolError"
    assert pull(stub, replace(TASK, resume=answers[-1].resume))[-1].body == WHOLE
    assert len(stub.to(REPORTS)) == 1


# Brand Analytics

WEEK = Task("amazon.catalog", "report", datetime(2026, 10, 18, 7, tzinfo=UTC), datetime(2026, 10, 25, 7, tzinfo=UTC))
ONE = b'{"dataByAsin": [{"asin": "B0HLMTC050"}]}'
NONE = b'{"dataByAsin": []}'


def test_week_of_the_catalogue_is_one_report_of_the_daily_number(stub: Stub) -> None:
    buckets = Buckets()
    tell(stub, R1=ONE)
    answers = pull(stub, WEEK, buckets)
    assert [(one.resource, one.records, one.closed) for one in answers] == [
        ("amazon.reports", 0, False), ("amazon.catalog", 1, True),
    ]  # fmt: skip
    assert stub.to(REPORTS)[0].json == {
        "reportType": "GET_BRAND_ANALYTICS_SEARCH_CATALOG_PERFORMANCE_REPORT", "marketplaceIds": [US],
        "dataStartTime": "2026-10-18", "dataEndTime": "2026-10-24", "reportOptions": {"reportPeriod": "WEEK"},
    }  # fmt: skip
    assert buckets.taken == ["report.brand_analytics", "createReport", "getReport", "getReportDocument"]


def test_search_queries_are_asked_for_by_eighteen_products(stub: Stub) -> None:
    asins = [f"B0HL{number:06d}" for number in range(20)]
    tell(stub, R1=ONE, R2=ONE.replace(b"B0", b"B1"))
    task = replace(WEEK, resource="amazon.search")
    answers = pull(stub, task, asins=", ".join(asins))
    assert [(one.resource, json.loads(one.resume), one.closed) for one in answers] == [
        ("amazon.reports", {"job": 0, "report": "R1", "empty": False}, False), ("amazon.search", {"job": 1}, False),
        ("amazon.reports", {"job": 1, "report": "R2", "empty": False}, False), ("amazon.search", {"job": 2}, True),
    ]  # fmt: skip
    options = [one.json["reportOptions"]["asin"] for one in stub.to(REPORTS)]
    assert options == [" ".join(asins[:18]), " ".join(asins[18:])]
    assert max(map(len, options)) <= 200
    tell(stub, R3=ONE)
    assert brief(pull(stub, replace(task, resume='{"job":1}'), asins=" ".join(asins)))[-1] == (
        "amazon.search", {"job": 2}, True,
    )  # fmt: skip


def test_search_queries_without_products_are_refused(stub: Stub) -> None:
    with pytest.raises(Refused) as caught:
        pull(stub, replace(WEEK, resource="amazon.search"))
    assert str(caught.value) == (
        "Search Query Performance needs the brand's ASINs: enter them among the store's credentials"
    )


def test_late_data_is_a_failure_with_amazons_words_and_costs_one_report(stub: Stub) -> None:
    tell(stub, R1=b'{"errorDetails": "The data of this week is not available yet."}')
    stub.tell(f"{REPORTS}/R1", state("R1", "FATAL", "DR1"))
    assert failing(stub, replace(WEEK, resource="amazon.repeat"))[1] == (
        "Repeat purchase 2026-10-18: Amazon could not make the report: The data of this week is not available yet."
    )
    assert len(stub.to(REPORTS)) == 1


def test_week_without_searches_is_believed_from_a_second_report(stub: Stub) -> None:
    tell(stub, R1=NONE, R2=[state("R2", "CANCELLED")])
    answers = pull(stub, WEEK)
    assert brief(answers) == [
        ("amazon.reports", {"job": 0, "report": "R1", "empty": False}, False),
        ("amazon.reports", {"job": 0, "empty": True}, False),
        ("amazon.reports", {"job": 0, "report": "R2", "empty": True}, False),
        ("amazon.reports", {"job": 1}, True),
    ]


def test_empty_report_before_a_full_one_was_a_failure(stub: Stub) -> None:
    tell(stub, R1=state("R1", "CANCELLED"), R2=ONE)
    assert brief(pull(stub, WEEK))[-1] == ("amazon.catalog", {"job": 1}, True)


@pytest.mark.parametrize("body", [b'{"dataByAsin": [{"asin"', b"{}", b"[]", b'{"dataByAsin": {}}'])
def test_document_of_another_shape_is_not_read_as_empty(stub: Stub, body: bytes) -> None:
    tell(stub, R1=body, R2=body)
    assert failing(stub, WEEK)[1].startswith("Search of the catalogue 2026-10-18: the report ")


@pytest.mark.parametrize(
    ("since", "until", "weeks"),
    [
        ("2026-10-18T00:00-07:00", "2026-10-25T00:00-07:00", ["2026-10-18"]),
        ("2026-10-25T00:00-07:00", "2026-11-01T00:00-07:00", ["2026-10-25"]),  # summer time ends on the Sunday after
        ("2026-11-01T00:00-07:00", "2026-11-08T00:00-08:00", ["2026-11-01"]),  # a week of 169 hours
        ("2026-10-19T00:00-07:00", "2026-10-26T00:00-07:00", []),
        ("2026-10-17T00:00-07:00", "2026-11-01T00:00-07:00", ["2026-10-18", "2026-10-25"]),
    ],
)
def test_weeks_are_whole_and_from_sunday_in_the_marketplaces_zone(since: str, until: str, weeks: list[str]) -> None:
    zone = ZoneInfo("America/Los_Angeles")
    found = weeks_of(datetime.fromisoformat(since), datetime.fromisoformat(until), zone)
    assert found == [date.fromisoformat(one) for one in weeks]


def test_period_without_a_whole_week_is_refused(stub: Stub) -> None:
    with pytest.raises(Refused):
        pull(stub, replace(WEEK, until=WEEK.since + timedelta(days=6)))
