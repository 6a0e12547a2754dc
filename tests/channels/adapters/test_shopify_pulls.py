"""Chains of answers: they close only when all is there, go on where they stopped, and follow what a page cuts off."""

import copy
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.adapters import shopify
from channels.adapters.shopify import ADAPTER, pulls
from channels.adapters.shopify.pulls import SOURCE, pages
from channels.core.errors import Changed, Refused, Throttled, Unavailable
from channels.core.rows import OrderRow, Page, Row
from channels.core.transport import Answer, Task, least_seconds
from tests.channels.adapters.shopify_loopback import (
    NOW,
    SHOP,
    Asked,
    Loopback,
    Reply,
    Store,
    data,
    error,
    shop,
    store,
    task,
)

SAMPLES = Path(shopify.__file__).parent / "samples"
ORDER = json.loads((SAMPLES / "api_orders.json").read_text())["data"]["orders"]["nodes"][0]
WHOLE = json.loads((SAMPLES / "api_orders_whole.json").read_text())
PERIOD = "updated_at:>='2026-11-21T00:00:00Z' AND updated_at:<'2026-11-22T00:00:00Z'"


def order(number: int, **changes: Any) -> dict[str, Any]:
    gid = f"gid://shopify/Order/{number}"
    return {**copy.deepcopy(ORDER), "id": gid, "legacyResourceId": str(number), "name": f"#{number}", **changes}


def page(*nodes: Any, after: str | None = None) -> dict[str, Any]:
    return {"pageInfo": {"hasNextPage": after is not None, "endCursor": after}, "nodes": list(nodes)}


def orders(*nodes: Any, after: str | None = None, count: int = 0, requested: float = 100) -> Reply:
    counted = {"count": count, "precision": "EXACT"}
    return data({"orders": page(*nodes, after=after), "ordersCount": counted}, requested=requested)


def pulled(loopback: Loopback, what: Task, behind: Store | None = None) -> list[Answer]:
    return list(pages((behind or store()).connection(loopback.endpoint, timeout=0.3), what))


def rows(answer: Answer) -> list[Row]:
    form = next(form for form in ADAPTER.formats if form.resource == answer.resource)
    return list(form.rows(Page(answer.resource, lambda: io.BytesIO(answer.body), "", NOW), SHOP))


def names(answers: list[Answer]) -> list[str]:
    return [row.name for answer in answers for row in rows(answer) if isinstance(row, OrderRow)]


def shown(answers: list[Answer]) -> list[tuple[bool, int, int | None]]:
    return [(answer.closed, answer.records, answer.expected) for answer in answers]


def test_pages_follow_their_cursors_and_close_with_the_count() -> None:
    replies = [orders(order(1), order(2), after="A", count=3), orders(order(3), count=3)]
    with shop(*replies) as loopback:
        answers = pulled(loopback, task())
    assert shown(answers) == [(False, 2, 3), (True, 1, 3)]
    assert [answer.body for answer in answers] == [reply.body for reply in replies]
    assert names(answers) == ["#1", "#2", "#3"]
    assert [asked.variables["after"] for asked in loopback.asked] == [None, "A"]
    assert {asked.variables["query"] for asked in loopback.asked} == {PERIOD}
    assert answers[0].request == {"query": PERIOD}


def test_a_chain_goes_on_behind_the_last_answer_that_was_loaded() -> None:
    with shop(orders(order(1), after="A", count=3), orders(order(2), after="B", count=3)) as loopback:
        first = next(pages(store().connection(loopback.endpoint), task()))
    with shop(orders(order(2), after="B", count=3), orders(order(3), count=3)) as loopback:
        rest = pulled(loopback, task(resume=first.resume))
    assert shown(rest) == [(False, 1, 3), (True, 1, 3)]
    assert [asked.variables["after"] for asked in loopback.asked] == ["A", "B"]


def test_a_window_without_orders_closes() -> None:
    with shop(orders()) as loopback:
        [answer] = pulled(loopback, task())
    assert shown([answer]) == [(True, 0, 0)]
    assert rows(answer) == []


def test_a_page_that_comes_twice_counts_once() -> None:
    with shop(
        orders(order(1), order(2), after="A", count=3),
        orders(order(1), order(2), after="A", count=3),
        orders(order(3), count=3),
    ) as loopback:
        answers = pulled(loopback, task())
    assert shown(answers) == [(False, 2, 3), (False, 0, 3), (True, 1, 3)]


def test_a_page_in_the_place_of_another_leaves_the_count_unmet() -> None:
    with shop(
        orders(order(1), after="A", count=3), orders(order(1), after="B", count=3), orders(order(3), count=3)
    ) as loopback:
        answers = pulled(loopback, task())
    assert shown(answers) == [(False, 1, 3), (False, 0, 3), (True, 1, 3)]


def test_an_empty_page_with_a_cursor_goes_on() -> None:
    with shop(orders(order(1), after="A", count=2), orders(after="B", count=2), orders(order(2), count=2)) as loopback:
        assert shown(pulled(loopback, task())) == [(False, 1, 2), (False, 0, 2), (True, 1, 2)]


def test_a_chain_in_a_circle_is_tried_again() -> None:
    with shop(*[orders(order(1), after="A", count=2)] * 9) as loopback, pytest.raises(Unavailable, match="again"):
        pulled(loopback, task())


def test_more_without_a_cursor_is_another_shape() -> None:
    reply = data({"orders": {"pageInfo": {"hasNextPage": True, "endCursor": None}, "nodes": []}, "ordersCount": None})
    with shop(reply) as loopback, pytest.raises(Changed, match="where"):
        pulled(loopback, task())


@pytest.mark.parametrize(
    "document",
    [
        {"orders": None, "ordersCount": {"count": 0, "precision": "EXACT"}},
        {"orders": page(7), "ordersCount": {"count": 0, "precision": "EXACT"}},
        {"orders": page({"id": 7}), "ordersCount": {"count": 0, "precision": "EXACT"}},
        {"orders": page(), "ordersCount": "7"},
        {"orders": page(), "ordersCount": {"count": 25_001, "precision": "AT_LEAST"}},
    ],
)
def test_pages_of_another_shape_stop(document: dict[str, Any]) -> None:
    with shop(data(document)) as loopback, pytest.raises(Changed):
        pulled(loopback, task())


def test_pages_grow_to_what_a_query_may_cost_and_shrink_where_it_costs_too_much() -> None:
    behind = store()
    with shop(
        orders(order(1), after="A", count=4, requested=100),
        orders(order(2), after="B", count=4, requested=900),
        error("MAX_COST_EXCEEDED", "Query cost is 1200"),
        orders(order(3), after="C", count=4, requested=800),
        orders(order(4), count=4),
    ) as loopback:
        pulled(loopback, task(), behind)
    assert [asked.variables["first"] for asked in loopback.asked] == [5, 20, 20, 10, 11]
    assert behind.taken == [("graphql", points) for points in (650, 400, 900, 450, 880)]


def test_a_cursor_of_another_program_begins_anew() -> None:
    with shop() as loopback:
        for resume in ('{"page": 7}', "eyJ", "[]"):
            with pytest.raises(Changed, match="cursor"):
                pulled(loopback, task(resume=resume))


# Orders that a page holds in part


def split() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """An order in a page, the same by itself, and the rest of its lines."""
    alone, rest = copy.deepcopy(WHOLE[0]["data"]["order"]), copy.deepcopy(WHOLE[1]["data"]["order"])
    headers = [{"id": one["id"], "createdAt": one["createdAt"]} for one in alone["refunds"]]
    return {**alone, "refunds": headers}, alone, rest


def test_an_order_with_refunds_or_more_lines_comes_whole_by_itself() -> None:
    partly, alone, rest = split()
    with shop(orders(order(1), partly, count=2), data({"order": alone}), data({"order": rest})) as loopback:
        answers = pulled(loopback, task())
    assert shown(answers) == [(False, 2, 2), (True, 0, None)]
    assert names(answers) == ["#1", "#1004"]
    [whole] = [row for row in rows(answers[1]) if isinstance(row, OrderRow)]
    assert [item.sku for item in whole.items] == [f"HL-BAG-{n}" for n in (0, 1, 2, 3, 4, 9)]
    assert loopback.operations == ["Orders", "Order", "MoreLines"]
    assert loopback.asked[2].variables == {"id": alone["id"], "first": 25, "after": "eyJsaW5lIjo1fQ=="}


def test_orders_that_are_left_to_ask_for_survive_a_kill() -> None:
    partly, alone, rest = split()
    other = {**partly, "id": "gid://shopify/Order/77"}
    with shop(orders(partly, other, after="A", count=3)) as loopback:
        first = next(pages(store().connection(loopback.endpoint), task()))
    with shop(
        data({"order": alone}), data({"order": rest}), data({"order": None}), orders(order(1), count=3)
    ) as loopback:
        answers = pulled(loopback, task(resume=first.resume))
    assert shown(answers) == [(False, 0, None), (False, 0, None), (True, 1, 3)]
    assert names(answers) == ["#1004", "#1"]
    assert [asked.variables.get("id") for asked in loopback.asked if asked.operation == "Order"] == [
        partly["id"],
        "gid://shopify/Order/77",
    ]


def test_further_pages_of_every_connection_are_followed() -> None:
    _, alone, _ = split()
    refund = alone["refunds"][0]
    more = {"hasNextPage": True, "endCursor": "N"}
    alone["lineItems"]["pageInfo"] = alone["shippingLines"]["pageInfo"] = more
    visit = ORDER["customerJourneySummary"]["moments"]["nodes"][0]
    alone["customerJourneySummary"] = {**ORDER["customerJourneySummary"], "moments": {"pageInfo": more, "nodes": []}}
    connections = ("refundLineItems", "refundShippingLines", "orderAdjustments", "transactions")
    for name in connections:
        refund[name]["pageInfo"] = more
    head = {"id": alone["id"], "updatedAt": alone["updatedAt"]}
    journey = {**ORDER["customerJourneySummary"], "moments": page(visit)}
    with shop(
        orders(alone, count=1),
        data({"order": alone}),
        data({"order": {**head, "lineItems": page(after="O")}}),
        data({"order": {**head, "lineItems": page()}}),
        data({"order": {**head, "shippingLines": page()}}),
        data({"order": {**head, "customerJourneySummary": journey}}),
        *(data({"refund": {"id": refund["id"], name: page()}}) for name in connections),
    ) as loopback:
        answers = pulled(loopback, task())
    assert answers[-1].closed
    assert loopback.operations == [
        "Orders", "Order", "MoreLines", "MoreLines", "MoreShippingLines", "MoreMoments", "MoreRefundLines",
        "MoreRefundShippingLines", "MoreAdjustments", "MoreRefundTransactions",
    ]  # fmt: skip
    assert [asked.variables["after"] for asked in loopback.asked[2:4]] == ["N", "O"]
    assert "HL-BAG-0" in {item.sku for row in rows(answers[1]) if isinstance(row, OrderRow) for item in row.items}


def test_an_order_that_changes_while_it_is_read_is_tried_again() -> None:
    partly, alone, rest = split()
    rest["updatedAt"] = "2026-10-06T09:00:00Z"
    replies = (orders(partly, count=1), data({"order": alone}), data({"order": rest}))
    with shop(*replies) as loopback, pytest.raises(Unavailable, match="changed while"):
        pulled(loopback, task())


# Bulk operations

GID = "gid://shopify/BulkOperation/1"
LINES = (SAMPLES / "bulk_orders.jsonl").read_bytes()
NONE = data({"bulkOperations": {"nodes": []}})
STARTED = data({"bulkOperationRunQuery": {"bulkOperation": {"id": GID}, "userErrors": []}})
COUNTED = data({"ordersCount": {"count": 3, "precision": "EXACT"}})
UNCOUNTED = data({"ordersCount": {"count": 0, "precision": "EXACT"}})


def job(status: str = "COMPLETED", **changes: Any) -> dict[str, Any]:
    return {
        "id": GID, "status": status, "errorCode": None, "createdAt": "2026-11-22T11:58:00Z", "completedAt": None,
        "objectCount": "10", "rootObjectCount": "3", "fileSize": str(len(LINES)), "url": None, "partialDataUrl": None,
        "query": "", **changes,
    }  # fmt: skip


def state(status: str = "COMPLETED", **changes: Any) -> Callable[[Asked], Reply]:
    return lambda asked: data({"bulkOperation": job(status, **changes)})


def bulk(*replies: Reply | Callable[[Asked], Reply], resume: str = "", behind: Store | None = None) -> tuple[Any, ...]:
    """What a chain of the bulk route gives, and what was asked for it. ``url`` in a state is filled in."""
    with shop(*replies) as loopback:
        url = f"{loopback.endpoint}/file"

        def with_url(reply: Reply | Callable[[Asked], Reply]) -> Callable[[Asked], Reply]:
            def made(asked: Asked) -> Reply:
                found = reply(asked) if callable(reply) else reply
                return Reply(found.body.replace(b"URL", url.encode()), found.status, found.headers, found.cut)

            return made

        loopback.replies = [with_url(one) for one in loopback.replies]
        return pulled(loopback, task(route="bulk", resume=resume), behind), loopback


def test_a_bulk_job_runs_ends_and_its_file_is_checked_and_read() -> None:
    behind = store()
    answers, loopback = bulk(
        NONE, STARTED, state("CREATED"), state("RUNNING"), state(url="URL"), COUNTED, Reply(LINES), orders(),
        behind=behind,
    )  # fmt: skip
    assert shown(answers) == [(False, 3, 3), (True, 0, None)]
    assert answers[0].media_type == "application/jsonl"
    assert sorted(answers[0].body.splitlines()) == sorted(LINES.splitlines())
    assert names(answers) == ["#1101", "#1102"]  # the third has refunds
    assert loopback.operations == [
        "Bulks", "RunBulk", "Bulk", "Bulk", "Bulk", "OrdersCount", "/file", "RefundedOrders",
    ]  # fmt: skip
    assert f'orders(query: "{PERIOD}")' in loopback.asked[1].variables["query"]
    assert loopback.asked[7].variables["query"] == (
        f"{PERIOD} AND (financial_status:partially_refunded OR financial_status:refunded)"
    )
    assert behind.clock.at - NOW == timedelta(seconds=10)


def test_orders_with_refunds_follow_the_file_in_full() -> None:
    alone, rest = (copy.deepcopy(part["data"]["order"]) for part in WHOLE)
    refunded = order(9, displayFinancialStatus="REFUNDED", refunds=copy.deepcopy(alone["refunds"]))
    answers, _ = bulk(
        NONE, STARTED, state(url="URL"), COUNTED, Reply(LINES), orders(refunded, alone, count=2),
        data({"order": alone}), data({"order": rest}),
    )  # fmt: skip
    assert shown(answers) == [(False, 3, 3), (False, 0, None), (True, 0, None)]
    assert names(answers) == ["#1101", "#1102", "#9", "#1004"]


def test_refunds_that_are_counted_and_do_not_come_are_tried_again() -> None:
    with pytest.raises(Unavailable, match="2 orders with refunds, 0 came"):
        bulk(NONE, STARTED, state(url="URL"), COUNTED, Reply(LINES), orders(count=2))


def test_orders_whose_refunds_no_search_finds_are_asked_for_by_themselves() -> None:
    lines = LINES.replace(b'"displayFinancialStatus":"REFUNDED"', b'"displayFinancialStatus":"PAID"')
    _, loopback = bulk(
        NONE, STARTED, state(url="URL", fileSize=None), COUNTED, Reply(lines), data({"order": None}), orders()
    )
    assert loopback.operations[-2:] == ["Order", "RefundedOrders"]
    assert loopback.asked[-2].variables == {"id": "gid://shopify/Order/5550001001203"}


def test_a_job_that_still_runs_gives_the_window_back_and_is_found_again() -> None:
    with pytest.raises(Throttled) as caught:
        bulk(NONE, STARTED, *[state("RUNNING")] * 6)
    assert caught.value.wait == 60.0
    with shop(NONE, STARTED, *[state("RUNNING")] * 6) as loopback, pytest.raises(Throttled):
        pulled(loopback, task(route="bulk"))
    text = loopback.asked[1].variables["query"]
    ours, others = job("RUNNING", query=f"  {text}"), job("RUNNING", id="gid://shopify/BulkOperation/2", query="{x}")
    found = data({"bulkOperations": {"nodes": [others, ours]}})
    answers, loopback = bulk(found, state(url="URL"), COUNTED, Reply(LINES), orders())
    assert answers[-1].closed
    assert loopback.operations[:2] == ["Bulks", "Bulk"]
    assert loopback.asked[1].variables == {"id": GID}


@pytest.mark.parametrize(
    ("minutes", "used"), [(1, True), (11, False)]
)  # a file of long ago does not tell what changed since
def test_a_job_that_is_done_serves_for_ten_minutes(minutes: int, used: bool) -> None:
    with shop(NONE, STARTED, *[state("RUNNING")] * 6) as loopback, pytest.raises(Throttled):
        pulled(loopback, task(route="bulk"))
    done = (NOW - timedelta(minutes=minutes)).isoformat()
    old = job(query=loopback.asked[1].variables["query"], completedAt=done, url="URL")
    rest = (state(url="URL"), COUNTED, Reply(LINES), orders())
    replies = rest if used else (STARTED, *rest)
    answers, loopback = bulk(data({"bulkOperations": {"nodes": [old]}}), *replies)
    assert answers[-1].closed
    assert ("RunBulk" in loopback.operations) is not used


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "FAILED", "errorCode": "INTERNAL_SERVER_ERROR"},
        {"status": "FAILED", "errorCode": "TIMEOUT", "partialDataUrl": "https://storage.example/part"},
        {"status": "CANCELED"},
        {"status": "EXPIRED"},
        {"partialDataUrl": "https://storage.example/part"},
    ],
)
def test_a_job_that_ends_without_all_of_its_data_is_tried_again(changes: dict[str, Any]) -> None:
    with pytest.raises(Unavailable, match="bulk operation ended as"):
        bulk(NONE, STARTED, state(**changes))


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (Reply(LINES[:-40]), "bytes instead of"),
        (Reply(LINES, cut=len(LINES) - 40), "broke off"),
        (Reply(b"", 403), "gone"),
        (Reply(LINES[: -len(LINES.splitlines()[-1]) - 1] + b" " * (len(LINES.splitlines()[-1]) + 1)), "breaks off"),
        (Reply(LINES.replace(b"Order/5550001001202", b"Order/5550001001201")), "the bulk file has 2 orders"),
    ],
)
def test_a_file_that_is_not_the_whole_is_tried_again(file: Reply, said: str) -> None:
    with pytest.raises(Unavailable, match=said):
        bulk(NONE, STARTED, state(url="URL"), COUNTED, file)


def test_a_file_that_ends_in_the_middle_of_a_line_is_tried_again() -> None:
    with pytest.raises(Unavailable, match="breaks off in line 10"):
        bulk(NONE, STARTED, state(url="URL", fileSize=None), COUNTED, Reply(LINES[:-40]))
    whole_lines = b"".join(LINES.splitlines(keepends=True)[:-1])
    with pytest.raises(Unavailable, match="3 orders in 9 lines; the job says 3 in 10"):
        bulk(NONE, STARTED, state(url="URL", fileSize=None), COUNTED, Reply(whole_lines))


def test_a_job_without_orders_closes_where_the_count_agrees() -> None:
    empty: dict[str, Any] = {"objectCount": "0", "rootObjectCount": "0", "fileSize": None}
    answers, _ = bulk(NONE, STARTED, state(**empty), UNCOUNTED)
    assert shown(answers) == [(True, 0, 0)]
    assert rows(answers[0]) == []
    with pytest.raises(Unavailable, match="0 orders, but Shopify counts 3"):
        bulk(NONE, STARTED, state(**empty), COUNTED)


def test_a_sixth_job_waits() -> None:
    refused = {"code": "LIMIT_REACHED", "field": None, "message": "already in progress"}
    with pytest.raises(Throttled):
        bulk(NONE, data({"bulkOperationRunQuery": {"bulkOperation": None, "userErrors": [refused]}}))
    invalid = {"code": "INVALID", "field": ["query"], "message": "Bulk queries cannot contain more than 5 connections."}
    with pytest.raises(Changed, match="5 connections"):
        bulk(NONE, data({"bulkOperationRunQuery": {"bulkOperation": None, "userErrors": [invalid]}}))


def test_a_job_that_is_denied_the_buyers_fields_is_begun_without_them() -> None:
    denied = state("FAILED", errorCode="ACCESS_DENIED")
    answers, loopback = bulk(
        NONE, STARTED, denied, NONE, STARTED, state(url="URL"), COUNTED, Reply(LINES), orders(),
        behind=store(personal="yes"),
    )  # fmt: skip
    assert answers[-1].closed
    texts = [asked.variables["query"] for asked in loopback.asked if asked.payload and asked.operation == "RunBulk"]
    assert ["displayName" in text for text in texts] == [True, False]
    with pytest.raises(Refused, match="read_orders"):
        bulk(NONE, STARTED, denied)


def test_a_long_file_comes_in_chunks_and_goes_on_at_one() -> None:
    count = 2_050
    head = {k: v for k, v in ORDER.items() if k not in ("lineItems", "shippingLines", "customerJourneySummary")}
    parents = [{**head, "__typename": "Order", "id": f"gid://shopify/Order/{n}", "name": f"#{n}"} for n in range(count)]
    children = [
        {**ORDER["lineItems"]["nodes"][0], "__typename": "LineItem", "id": f"gid://shopify/LineItem/{n}",
         "__parentId": f"gid://shopify/Order/{n}"}
        for n in reversed(range(count))
    ]  # fmt: skip
    lines = b"".join(json.dumps(one).encode() + b"\n" for one in (*children[:5], *parents, *children[5:]))
    done = state(url="URL", objectCount=str(2 * count), rootObjectCount=str(count), fileSize=str(len(lines)))
    answers, _ = bulk(NONE, STARTED, done, COUNTED, Reply(lines), orders())
    assert shown(answers) == [(False, 1_000, count), (False, 1_000, count), (False, 50, count), (True, 0, None)]
    assert names(answers) == [f"#{n}" for n in range(count)]
    again, loopback = bulk(done, COUNTED, Reply(lines), orders(), resume=answers[1].resume)
    assert again == answers[2:]
    assert loopback.operations == ["Bulk", "OrdersCount", "/file", "RefundedOrders"]


# Money

ACCOUNT = "gid://shopify/ShopifyPaymentsAccount/3330001"
PAYOUTS = json.loads((SAMPLES / "api_payouts.json").read_text())["data"]["shopifyPaymentsAccount"]["payouts"]["nodes"]
BALANCE = json.loads((SAMPLES / "balance.json").read_text())
MOVEMENTS = BALANCE["data"]["shopifyPaymentsAccount"]["balanceTransactions"]["nodes"]


@pytest.mark.parametrize(
    ("resource", "connection", "field", "nodes", "form"),
    [
        ("shopify.payouts", "payouts", "issued_at", PAYOUTS, "shopify.api_payouts"),
        ("shopify.balance", "balanceTransactions", "processed_at", MOVEMENTS, "shopify.balance"),
    ],
)
def test_money_comes_page_by_page(resource: str, connection: str, field: str, nodes: list[Any], form: str) -> None:
    def account(found: dict[str, Any]) -> Reply:
        return data({"shopifyPaymentsAccount": {"id": ACCOUNT, connection: found}})

    with shop(account(page(nodes[0], after="A")), account(page(*nodes[1:]))) as loopback:
        answers = pulled(loopback, task(resource))
    assert [(one.resource, one.closed, one.records) for one in answers] == [
        (form, False, 1),
        (form, True, len(nodes) - 1),
    ]
    assert loopback.asked[0].variables["query"] == PERIOD.replace("updated_at", field)
    with shop(account(page(*nodes[1:]))) as loopback:
        [rest] = pulled(loopback, task(resource, resume=answers[0].resume))
    assert rest.closed
    assert loopback.asked[0].variables["after"] == "A"


@pytest.mark.parametrize("resource", ["shopify.payouts", "shopify.balance"])
def test_a_shop_without_shopify_payments_closes_empty(resource: str) -> None:
    with shop(data({"shopifyPaymentsAccount": None})) as loopback:
        [answer] = pulled(loopback, task(resource))
    assert (answer.closed, rows(answer)) == (True, [])


@pytest.mark.parametrize("resource", ["shopify.payouts", "shopify.balance"])
def test_money_that_is_withheld_stops_the_store(resource: str) -> None:
    needed = {"requiredAccess": "the `read_shopify_payments` or the `read_shopify_payments_accounts` access scope."}
    denied = error("ACCESS_DENIED", path=["shopifyPaymentsAccount"], extensions=needed)
    with shop(denied) as loopback, pytest.raises(Refused, match="read_shopify_payments"):
        pulled(loopback, task(resource))
    with shop(data({})) as loopback, pytest.raises(Changed):
        pulled(loopback, task(resource))


# Depth and pace

LONG_AGO = datetime(2026, 9, 1, tzinfo=UTC)


def test_orders_that_shopify_hides_are_refused_and_not_taken_for_none() -> None:
    scopes = data({"currentAppInstallation": {"accessScopes": [{"handle": "read_orders"}]}})
    with shop(scopes) as loopback, pytest.raises(Refused, match="read_all_orders"):
        pulled(loopback, task(until=LONG_AGO))
    granted = data({"currentAppInstallation": {"accessScopes": [{"handle": "read_all_orders"}]}})
    with shop(granted, orders()) as loopback:
        assert shown(pulled(loopback, task(until=LONG_AGO))) == [(True, 0, 0)]
    with shop(orders()) as loopback:
        assert shown(pulled(loopback, task(until=LONG_AGO), store(read_all_orders="yes"))) == [(True, 0, 0)]


def test_a_long_back_fill_costs_less_in_bulk_and_a_short_one_no_time_at_all() -> None:
    by_name = {route.name: route for route in pulls.ORDERS.routes}
    year = timedelta(days=365)
    by_pages = least_seconds(by_name["pages"].calls(year, 36_500), SOURCE.rates)
    in_bulk = least_seconds(by_name["bulk"].calls(year, 36_500), SOURCE.rates)
    assert (round(by_pages), round(in_bulk)) == (15_310, 2_170)
    assert least_seconds(by_name["pages"].calls(timedelta(hours=1), 30), SOURCE.rates) == 0


def test_buckets_are_one_for_each_app_and_shop() -> None:
    given = {"shop": "Harbor-Leaf.myshopify.com", "client_id": "abc", "access_token": "shpat_first"}
    assert (SOURCE.application(given), SOURCE.seller(given, SHOP)) == ("abc", "harbor-leaf.myshopify.com")
    assert SOURCE.application({"access_token": "shpat_first"}) == "shpat_first"
