"""Pulling pages: orders, transactions, payout groups; chains that break, go on and begin anew."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels.adapters.amazon import ADAPTER
from channels.adapters.amazon.pulls import SOURCE, pages
from channels.core.errors import Changed, Refused, Throttled, Unavailable
from channels.core.transport import Answer, Task
from tests.channels.adapters.amazon_stub import NOW, US, Buckets, Stub, Told, amazon, connect

ORDERS = "/orders/2026-01-01/orders"
TRANSACTIONS = "/finances/2024-06-19/transactions"
GROUPS = "/finances/v0/financialEventGroups"
SINCE, UNTIL = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)
SEARCH = Task("amazon.orders", "search", SINCE, UNTIL)
LIST = Task("amazon.transactions", "list", SINCE, UNTIL)


@pytest.fixture
def stub() -> Iterator[Stub]:
    with amazon() as one:
        yield one


def pull(stub: Stub, task: Task, buckets: Buckets | None = None) -> list[Answer]:
    return list(pages(connect(stub, buckets), task))


def page(*refs: str, token: str = "") -> dict[str, Any]:
    more = {"pagination": {"nextToken": token}} if token else {}
    return {"orders": [{"orderId": ref} for ref in refs], **more, "lastUpdatedBefore": "2026-11-02T00:00:00Z"}


def payload(*numbers: str, token: str = "") -> dict[str, Any]:
    return {"payload": {"transactions": [{"transactionId": one} for one in numbers], "nextToken": token or None}}


def brief(answers: list[Answer]) -> list[tuple[str, int, str, bool]]:
    return [(one.resource, one.records, one.resume, one.closed) for one in answers]


def test_orders_are_searched_page_by_page(stub: Stub) -> None:
    first, second = json.dumps(page("1", "2", token="T2")).encode(), json.dumps(page("3")).encode()
    stub.tell(ORDERS, first, second)
    buckets = Buckets()
    said = {
        "operation": "searchOrders", "lastUpdatedAfter": "2026-11-01T00:00:00Z",
        "lastUpdatedBefore": "2026-11-02T00:00:00Z", "marketplaceIds": US,
    }  # fmt: skip
    assert pull(stub, SEARCH, buckets) == [
        Answer("amazon.api_orders", first, resume="T2", records=2, request=said),
        Answer("amazon.api_orders", second, closed=True, records=1, request=said),
    ]
    sent = {
        "lastUpdatedAfter": "2026-11-01T00:00:00Z", "lastUpdatedBefore": "2026-11-02T00:00:00Z", "marketplaceIds": US,
        "includedData": "RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX",
        "maxResultsPerPage": "100",
    }  # fmt: skip
    assert [one.query for one in stub.to(ORDERS)] == [sent, {**sent, "paginationToken": "T2"}]
    assert buckets.taken == ["searchOrders", "searchOrders"]


def test_chain_goes_on_where_it_was_left(stub: Stub) -> None:
    stub.tell(ORDERS, page("3"))
    assert brief(pull(stub, replace(SEARCH, resume="T2"))) == [("amazon.api_orders", 1, "", True)]
    assert [one.query["paginationToken"] for one in stub.to(ORDERS)] == ["T2"]


def test_chain_begins_anew_where_its_token_has_run_out(stub: Stub) -> None:
    stub.tell(ORDERS, Told({"errors": [{"code": "InvalidInput", "message": "Invalid token"}]}, 400),
              page("1", token="T2"), page("2"))  # fmt: skip
    assert brief(pull(stub, replace(SEARCH, resume="T2"))) == [
        ("amazon.api_orders", 1, "T2", False), ("amazon.api_orders", 1, "", True),
    ]  # fmt: skip
    assert [one.query.get("paginationToken") for one in stub.to(ORDERS)] == ["T2", None, "T2"]


def test_wrong_request_is_told_and_not_repeated(stub: Stub) -> None:
    stub.tell(ORDERS, Told({"errors": [{"code": "InvalidInput", "message": "Invalid Input"}]}, 400))
    with pytest.raises(Changed):
        pull(stub, SEARCH)
    assert len(stub.to(ORDERS)) == 1


def test_page_without_records_is_followed(stub: Stub) -> None:
    stub.tell(ORDERS, page(token="T2"), page("1"))
    assert brief(pull(stub, SEARCH)) == [("amazon.api_orders", 0, "T2", False), ("amazon.api_orders", 1, "", True)]


def test_period_without_orders_closes(stub: Stub) -> None:
    stub.tell(ORDERS, page())
    assert brief(pull(stub, SEARCH)) == [("amazon.api_orders", 0, "", True)]


def test_page_that_comes_again_is_passed(stub: Stub) -> None:
    stub.tell(ORDERS, page("1", token="T2"), page("1", token="T2"), page("2"))
    assert brief(pull(stub, SEARCH))[-1] == ("amazon.api_orders", 1, "", True)
    assert [one.query.get("paginationToken") for one in stub.to(ORDERS)] == [None, "T2", "T2"]


def test_pages_in_a_circle_are_a_failure(stub: Stub) -> None:
    stub.tell(ORDERS, page("1", token="T2"))
    with pytest.raises(Unavailable) as caught:
        pull(stub, SEARCH)
    assert str(caught.value) == "the pages of amazon.api_orders lead in a circle"


def test_failure_in_the_middle_leaves_what_came_before(stub: Stub) -> None:
    stub.tell(ORDERS, page("1", token="T2"), Told(b"", 503))
    answers = pages(connect(stub), SEARCH)
    assert brief([next(answers)]) == [("amazon.api_orders", 1, "T2", False)]
    with pytest.raises(Unavailable):
        next(answers)


@pytest.mark.parametrize(
    "document",
    [
        {"orders": {}},
        {"orders": None},
        {},
        {"orders": [], "pagination": {"nextToken": 5}},
        {"orders": [], "pagination": 5},
    ],
)
def test_page_of_another_shape_is_not_read_as_empty(stub: Stub, document: dict[str, Any]) -> None:
    stub.tell(ORDERS, document)
    with pytest.raises(Changed):
        pull(stub, SEARCH)


@pytest.mark.parametrize(
    "task", [SEARCH, LIST, replace(LIST, resource="amazon.groups"), replace(SEARCH, route="report")]
)
def test_period_that_amazon_does_not_take_yet_waits(stub: Stub, task: Task) -> None:
    with pytest.raises(Throttled) as caught:
        pull(stub, replace(task, until=NOW - timedelta(seconds=30)))
    assert caught.value.wait == 90
    assert stub.asked == []


def test_transactions_are_asked_for_without_a_marketplace(stub: Stub) -> None:
    body = json.dumps(payload("a", token="T2")).encode()
    stub.tell(TRANSACTIONS, body, payload(token="T3"), payload("b"))
    answers = pull(stub, LIST)
    said = {
        "operation": "listTransactions", "postedAfter": "2026-11-01T00:00:00Z", "postedBefore": "2026-11-02T00:00:00Z",
    }  # fmt: skip
    assert answers[0] == Answer("amazon.transactions", body, resume="T2", records=1, request=said)
    assert brief(answers)[1:] == [("amazon.transactions", 0, "T3", False), ("amazon.transactions", 1, "", True)]
    sent = {"postedAfter": "2026-11-01T00:00:00Z", "postedBefore": "2026-11-02T00:00:00Z"}
    assert [one.query for one in stub.to(TRANSACTIONS)] == [
        sent,
        {**sent, "nextToken": "T2"},
        {**sent, "nextToken": "T3"},
    ]


def test_transactions_without_the_envelope_are_the_same(stub: Stub) -> None:
    stub.tell(TRANSACTIONS, payload("a")["payload"])
    assert brief(pull(stub, LIST)) == [("amazon.transactions", 1, "", True)]


@pytest.mark.parametrize("resource", ["amazon.transactions", "amazon.groups"])
def test_more_than_180_days_are_refused_since_amazon_answers_them_with_nothing(stub: Stub, resource: str) -> None:
    with pytest.raises(Refused) as caught:
        pull(stub, replace(LIST, resource=resource, since=UNTIL - timedelta(days=180, seconds=1)))
    assert str(caught.value) == f"{resource}: a period of more than 180 days would be answered with nothing"
    assert stub.asked == []


def test_windows_stay_within_what_amazon_takes() -> None:
    longest = {(one.name, route.name): route.longest.days for one in SOURCE.resources for route in one.routes}
    assert longest == {
        ("amazon.orders", "search"): 31, ("amazon.orders", "report"): 30, ("amazon.transactions", "list"): 14,
        ("amazon.groups", "list"): 90, ("amazon.settlements", "list"): 30, ("amazon.search", "report"): 7,
        ("amazon.catalog", "report"): 7, ("amazon.repeat", "report"): 7,
    }  # fmt: skip


def test_payout_groups_are_listed(stub: Stub) -> None:
    def groups(*numbers: str, **more: str) -> dict[str, Any]:
        return {"payload": {"FinancialEventGroupList": [{"FinancialEventGroupId": one} for one in numbers], **more}}

    stub.tell(GROUPS, groups("1", "2", NextToken="T2"), groups("3"))
    task = replace(LIST, resource="amazon.groups")
    assert brief(pull(stub, task)) == [("amazon.groups", 2, "T2", False), ("amazon.groups", 1, "", True)]
    sent = {
        "FinancialEventGroupStartedAfter": "2026-11-01T00:00:00Z", "MaxResultsPerPage": "100",
        "FinancialEventGroupStartedBefore": "2026-11-02T00:00:00Z",
    }  # fmt: skip
    assert [one.query for one in stub.to(GROUPS)] == [sent, {**sent, "NextToken": "T2"}]


@pytest.mark.parametrize(
    "document", [{"payload": []}, {"payload": {"transactions": {}}}, {"payload": {"transactions": [], "nextToken": 1}}]
)
def test_transactions_of_another_shape_are_not_read_as_none(stub: Stub, document: dict[str, Any]) -> None:
    stub.tell(TRANSACTIONS, document)
    with pytest.raises(Changed):
        pull(stub, LIST)


def test_unknown_resource_is_refused(stub: Stub) -> None:
    with pytest.raises(Refused) as caught:
        pull(stub, replace(LIST, resource="amazon.returns"))
    assert str(caught.value) == "Amazon has no amazon.returns by list"


def test_source_says_what_it_needs() -> None:
    assert ADAPTER.source is SOURCE
    assert [(one.name, one.secret, one.required) for one in SOURCE.credentials] == [
        ("refresh_token", True, True), ("lwa_app_id", False, True), ("lwa_client_secret", True, True),
        ("seller_id", False, True), ("asins", False, False), ("sqs_queue_url", False, False),
        ("aws_region", False, False), ("aws_access_key_id", False, False), ("aws_secret_access_key", True, False),
    ]  # fmt: skip
    connection = connect(Stub())
    assert SOURCE.application(connection.credentials) == "amzn1.application-oa2-client.harbor"
    assert SOURCE.seller(connection.credentials, connection.shop) == "A3HARBORLEAF00"
    assert {one.name for one in SOURCE.resources if one.optional} == {
        "amazon.search",
        "amazon.catalog",
        "amazon.repeat",
    }
    for resource in SOURCE.resources:
        for route in resource.routes:
            assert set(route.calls(route.longest, 1_000)) <= set(SOURCE.rates)
