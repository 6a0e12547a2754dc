"""Bulk operations: what is refused, how a file comes to be, and that it says what the pages say."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from channels.core.clock import SharedClock
from channels.sandbox.wire import Faults
from tests.channels.sandbox.shopify_world import TOKEN, Shop, at

CAPTURES = Path(__file__).parents[4] / "shared" / "data" / "shopify" / "files"
RUN = """mutation ($query: String!, $grouped: Boolean!) {
    bulkOperationRunQuery(query: $query, groupObjects: $grouped) {
        bulkOperation { id status objectCount } userErrors { field message code } } }"""
LOOK = """query ($id: ID!) { bulkOperation(id: $id) {
    status errorCode objectCount rootObjectCount fileSize url partialDataUrl completedAt } }"""
QUERY = """{ orders(query: "created_at:>='2026-09-01T00:00:00Z'") { edges { node {
    id name lineItems { edges { node { id quantity } } }
    customerJourneySummary { ready moments { edges { node { occurredAt } } } } } } } }"""


@pytest.fixture
def clock(tmp_path: Path) -> SharedClock:
    one = SharedClock(tmp_path / "clock")
    one.set(at(100))
    return one


@pytest.fixture
def shop(clock: SharedClock) -> Shop:
    return Shop(clock)


def run(shop: Shop, query: str = QUERY, grouped: bool = False) -> Any:
    return shop.data(RUN, query=query, grouped=grouped)["bulkOperationRunQuery"]


def finished(shop: Shop, query: str = QUERY, grouped: bool = False) -> Any:
    begun = run(shop, query, grouped)["bulkOperation"]
    shop.clock.sleep(60)
    return shop.data(LOOK, id=begun["id"])["bulkOperation"]


def lines(shop: Shop, operation: Any) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in shop.get(operation["url"]).body.splitlines()]


def test_an_operation_is_created_runs_and_completes_by_the_clock(shop: Shop) -> None:
    begun = run(shop)["bulkOperation"]
    assert begun == {"id": "gid://shopify/BulkOperation/5000000000001", "status": "CREATED", "objectCount": "0"}
    shop.clock.sleep(3)
    assert shop.data(LOOK, id=begun["id"])["bulkOperation"]["status"] == "RUNNING"
    shop.clock.sleep(10)
    done = shop.data(LOOK, id=begun["id"])["bulkOperation"]
    del done["completedAt"]
    assert done == {
        "status": "COMPLETED", "errorCode": None, "objectCount": "10", "rootObjectCount": "4",
        "fileSize": str(len(shop.get(done["url"]).body)), "partialDataUrl": None,
        "url": "http://127.0.0.1:1/shopify/bulk/5000000000001.jsonl",
    }  # fmt: skip
    shop.clock.advance_to(shop.clock.now() + timedelta(days=8))
    assert shop.data(LOOK, id=begun["id"])["bulkOperation"]["status"] == "EXPIRED"
    assert shop.get("/bulk/5000000000001.jsonl").status == 404


def test_children_name_their_parent_and_come_after_all_of_those(shop: Shop) -> None:
    found = lines(shop, finished(shop))
    assert [one.get("name", "") for one in found] == ["#1001", "#1002", "#1003", "#1004", *[""] * 6]
    assert found[0] == {
        "id": "gid://shopify/Order/6001", "name": "#1001", "customerJourneySummary": {"ready": True},
    }  # fmt: skip
    assert found[4:7] == [
        {"id": "gid://shopify/LineItem/701", "quantity": 2, "__parentId": "gid://shopify/Order/6001"},
        {"occurredAt": "2026-08-30T20:00:00Z", "__parentId": "gid://shopify/Order/6001"},
        {"occurredAt": "2026-09-01T11:00:00Z", "__parentId": "gid://shopify/Order/6001"},
    ]


def test_grouped_children_follow_their_parent(shop: Shop) -> None:
    found = lines(shop, finished(shop, grouped=True))
    assert [one.get("name", "") for one in found] == ["#1001", "", "", "", "#1002", "", "#1003", "", "#1004", ""]


def test_a_file_says_what_the_pages_say(shop: Shop) -> None:
    found = lines(shop, finished(shop))
    paged = shop.data("{ orders(first: 9) { nodes { id name lineItems(first: 9) { nodes { id quantity } } } } }")
    orders = paged["orders"]["nodes"]
    assert sorted(one["id"] for one in found if "name" in one) == sorted(one["id"] for one in orders)
    items = {(one["__parentId"], one["id"], one["quantity"]) for one in found if "quantity" in one}
    assert items == {(one["id"], line["id"], line["quantity"]) for one in orders for line in one["lineItems"]["nodes"]}


def test_an_operation_without_orders_has_no_file(shop: Shop) -> None:
    done = finished(shop, QUERY.replace("2026-09-01", "2027-09-01"))
    assert (done["status"], done["objectCount"], done["url"], done["fileSize"]) == ("COMPLETED", "0", None, None)


def test_the_sixth_at_a_time_is_refused(shop: Shop) -> None:
    begun = [run(shop)["bulkOperation"]["id"] for _ in range(5)]
    assert run(shop) == {
        "bulkOperation": None,
        "userErrors": [{
            "field": ["query"],
            "message": "A bulk query operation for this app and shop is already in progress: " + ", ".join(begun) + ".",
            "code": "OPERATION_IN_PROGRESS",
        }],
    }  # fmt: skip
    shop.clock.sleep(60)
    assert run(shop)["userErrors"] == []


def test_operations_are_listed_by_their_creation(shop: Shop) -> None:
    first = run(shop)["bulkOperation"]["id"]
    shop.clock.sleep(3600)
    since = f"created_at:>='{shop.clock.now():%Y-%m-%dT%H:%M:%SZ}'"
    second = run(shop)["bulkOperation"]["id"]
    query = "query ($q: String, $r: Boolean) { bulkOperations(first: 9, query: $q, reverse: $r) { nodes { id } } }"

    def listed(q: str, r: bool) -> list[str]:
        return [one["id"] for one in shop.data(query, q=q, r=r)["bulkOperations"]["nodes"]]

    assert listed("", False) == [first, second]
    assert listed("", True) == [second, first]
    assert listed(since, False) == [second]
    assert listed("status:completed", False) == [first]


def test_a_sorted_operation_leaves_orders_out(shop: Shop) -> None:
    """As Shopify does without a word; whoever trusts the file alone loses them."""
    plain = "{ orders { edges { node { id } } } }"
    assert finished(shop, plain)["rootObjectCount"] == "4"
    assert int(finished(shop, plain.replace("orders", "orders(sortKey: UPDATED_AT)"))["rootObjectCount"]) < 4


def test_withheld_personal_fields_fail_the_operation(clock: SharedClock) -> None:
    done = finished(Shop(clock, token=f"{TOKEN}_masked"), "{ orders { edges { node { id email } } } }")
    assert (done["status"], done["errorCode"], done["url"]) == ("FAILED", "ACCESS_DENIED", None)


def test_a_job_may_lie_and_a_file_may_be_cut_short(clock: SharedClock) -> None:
    empty = finished(Shop(clock, Faults(["empty_job"], 1.0)))
    assert (empty["status"], empty["objectCount"], empty["url"]) == ("COMPLETED", "0", None)
    shop = Shop(clock, Faults(["truncated"], 1.0))
    done = finished(shop)
    body = shop.get(done["url"]).body
    assert 0 < len(body) < int(done["fileSize"])
    assert not body.endswith(b"\n")


@pytest.mark.parametrize(
    ("query", "messages"),
    [
        (
            "{ orders { nodes { id } } }",
            [
                (
                    "All connection fields in a bulk query must select their contents using 'edges' > 'node', e.g: 'orders "
                    "{ edges { node {'. Selecting via 'nodes' is not supported. Invalid connection fields: 'orders'."
                )
            ],
        ),
        (
            '{ node(id: "gid://shopify/Order/0") { id } }',
            [
                "Bulk queries cannot contain a top level `node` field.",
                "Bulk queries must contain at least one connection.",
            ],
        ),
        (
            "{ orders { edges { node { name lineItems { edges { node { id } } } } } } }",
            [
                (
                    "The parent 'node' field for a nested connection must select the 'id' field without an alias and must "
                    "be of 'ID' return type. Connection fields without 'id': orders."
                )
            ],
        ),
        (
            "{ orders { edges { node { id refunds { refundLineItems { edges { node { quantity } } } } } } } }",
            ["Queries that contain a connection field within a list field are not currently supported."],
        ),
        (
            (
                "{ a: orders { edges { node { id } } } b: orders { edges { node { id } } } c: orders { edges { node { id } "
                "} } d: orders { edges { node { id } } } e: orders { edges { node { id } } } f: orders { edges { node { id "
                "} } } }"
            ),
            ["Bulk queries cannot contain more than 5 connections."],
        ),
        (
            'mutation { bulkOperationCancel(id: "1") { userErrors { message } } }',
            ["Invalid operation type. Only `query` operations are supported."],
        ),
    ],
)
def test_a_query_that_cannot_run_in_bulk_is_refused(shop: Shop, query: str, messages: list[str]) -> None:
    answer = run(shop, query)
    assert answer["bulkOperation"] is None
    assert answer["userErrors"] == [{"field": ["query"], "message": one, "code": "INVALID"} for one in messages]


def test_refusals_are_in_the_words_of_the_live_ones(shop: Shop) -> None:
    path = CAPTURES / "graphql_bulk_user_errors.capture.json"
    if not path.is_file():
        pytest.skip("the live captures are not beside the project")
    live = json.loads(path.read_bytes())
    for name in ("ordersNodesInsteadOfEdges", "topLevelNode"):
        assert run(shop, live[name]["query"])["userErrors"] == live[name]["userErrors"]
