"""Pages, points, payouts and the vendor's envelope, on a small world; the live captures beside the project."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from channels.core.clock import SharedClock
from channels.sandbox.keys import credentials
from channels.sandbox.wire import Faults
from channels.sandbox.world import make_world
from channels.sandbox.world.model import World
from tests.channels.sandbox.shopify_world import TOKEN, Shop, at

CAPTURES = Path(__file__).parents[4] / "shared" / "data" / "shopify" / "files"
ORDERS = """query ($first: Int!, $after: String, $q: String) {
    orders(first: $first, after: $after, query: $q, sortKey: UPDATED_AT) {
        pageInfo { hasNextPage endCursor } nodes { id updatedAt } } }"""
PAYMENTS = """query ($q: String, $after: String) { shopifyPaymentsAccount {
    balanceTransactions(first: 100, after: $after, query: $q, sortKey: PROCESSED_AT) {
        pageInfo { hasNextPage endCursor }
        nodes { id type amount { amount } fee { amount } net { amount } associatedPayout { id status }
            sourceOrderTransactionId associatedOrder { id } } } } }"""
PAYOUTS = """{ shopifyPaymentsAccount { payouts(first: 100, sortKey: ISSUED_AT) {
    nodes { id legacyResourceId status issuedAt net { amount } summary {
        adjustmentsFee { amount } adjustmentsGross { amount } advanceFees { amount } advanceGross { amount }
        chargesFee { amount } chargesGross { amount } refundsFee { amount } refundsFeeGross { amount }
        reservedFundsFee { amount } reservedFundsGross { amount }
        retriedPayoutsFee { amount } retriedPayoutsGross { amount } } } } } }"""


@pytest.fixture(scope="module")
def world() -> World:
    return make_world("small", 1)


@pytest.fixture
def clock(tmp_path: Path) -> SharedClock:
    one = SharedClock(tmp_path / "clock")
    one.set(at(100))
    return one


@pytest.fixture
def shop(clock: SharedClock, world: World) -> Shop:
    """The shop of the world at its end."""
    return at_end(clock, world)


def at_end(clock: SharedClock, world: World, faults: Faults | None = None) -> Shop:
    clock.set(world.ends_at)
    token = credentials(world.market("shopify"))["access_token"]
    return Shop(clock, faults, token, world)


def pages(shop: Shop, query: str, path: tuple[str, ...], **variables: Any) -> Iterator[dict[str, Any]]:
    after = None
    while True:
        page = shop.data(query, after=after, **variables)
        for name in path:
            page = page[name]
        yield page
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def ids(found: Iterator[dict[str, Any]]) -> list[str]:
    return [node["id"] for page in found for node in page["nodes"]]


@pytest.mark.parametrize("first", [1, 7, 250])
def test_pages_give_each_order_once(shop: Shop, world: World, first: int) -> None:
    found = ids(pages(shop, ORDERS, ("orders",), first=first))
    assert sorted(found) == sorted(f"gid://shopify/Order/{order.ref}" for order in world.of("shopify"))


def test_an_order_that_changes_while_it_is_paged_is_not_lost(clock: SharedClock, world: World) -> None:
    shop = at_end(clock, world)
    clock.set(world.starts_at + timedelta(days=14))
    known = ids(pages(shop, ORDERS, ("orders",), first=250))
    found, after = set(), None
    for _ in range(200):
        page = shop.data(ORDERS, first=5, after=after)["orders"]
        found |= {node["id"] for node in page["nodes"]}
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
        clock.advance_to(clock.now() + timedelta(hours=3))
    assert found >= set(known)


def test_count_and_pages_agree(shop: Shop, world: World) -> None:
    search = f"updated_at:>='{world.starts_at + timedelta(days=20):%Y-%m-%dT%H:%M:%SZ}'"
    query = "query ($q: String) { ordersCount(query: $q, limit: null) { count precision } }"
    count = shop.data(query, q=search)["ordersCount"]
    found = ids(pages(shop, ORDERS, ("orders",), first=9, q=search))
    assert count == {"count": len(found), "precision": "EXACT"}
    assert 0 < len(found) < len(world.of("shopify"))


def test_payouts_add_up_from_their_balance_transactions(shop: Shop) -> None:
    payouts = shop.data(PAYOUTS)["shopifyPaymentsAccount"]["payouts"]["nodes"]
    assert {one["status"] for one in payouts} == {"PAID", "FAILED"}
    for payout in payouts:
        search = f"payments_transfer_id:{payout['legacyResourceId']}"
        parts = [node for page in pages(shop, PAYMENTS, ("shopifyPaymentsAccount", "balanceTransactions"), q=search)
                 for node in page["nodes"]]  # fmt: skip
        own = [one for one in parts if one["type"] != "TRANSFER"]
        assert sum(Decimal(one["net"]["amount"]) for one in own) == Decimal(payout["net"]["amount"])
        transfers = [Decimal(one["net"]["amount"]) for one in parts if one["type"] == "TRANSFER"]
        assert transfers == [-Decimal(payout["net"]["amount"])]
        assert {one["associatedPayout"]["id"] for one in parts} == {payout["id"]}
        sums = {name: Decimal(one["amount"]) for name, one in payout["summary"].items()}
        gross = sum(value for name, value in sums.items() if name.endswith("Gross"))
        assert gross - sum(value for name, value in sums.items() if not name.endswith("Gross")) == Decimal(
            payout["net"]["amount"]
        )


def test_the_balance_is_what_no_payout_has_taken(shop: Shop, world: World) -> None:
    balance = shop.data("{ shopifyPaymentsAccount { balance { amount } } }")["shopifyPaymentsAccount"]["balance"]
    waiting = sum(one.amount for one in world.pending if one.market == "shopify" and one.at <= world.ends_at)
    assert [Decimal(one["amount"]) for one in balance] == [waiting]


def test_a_movement_has_no_payout_while_it_is_pending(shop: Shop) -> None:
    nodes = [node for page in pages(shop, PAYMENTS, ("shopifyPaymentsAccount", "balanceTransactions"), q="")
             for node in page["nodes"]]  # fmt: skip
    pending = [one["associatedPayout"]["id"] for one in nodes if one["associatedPayout"]["status"] == "PENDING"]
    assert pending
    assert set(pending) == {None}


def test_a_charge_is_found_on_its_orders_transactions(shop: Shop) -> None:
    page = next(pages(shop, PAYMENTS, ("shopifyPaymentsAccount", "balanceTransactions"), q="transaction_type:charge"))
    charge = page["nodes"][0]
    query = """query ($id: ID!) { order(id: $id) { transactions {
        id amountSet { shopMoney { amount } } fees { amount { amount } } } } }"""
    found = shop.data(query, id=charge["associatedOrder"]["id"])["order"]["transactions"]
    assert found[0] == {
        "id": f"gid://shopify/OrderTransaction/{charge['sourceOrderTransactionId']}",
        "amountSet": {"shopMoney": {"amount": charge["amount"]["amount"]}},
        "fees": [{"amount": {"amount": charge["fee"]["amount"]}}],
    }


def test_payments_are_refused_without_their_scope(clock: SharedClock) -> None:
    query = "query Probe {\n  shopifyPaymentsAccount { id payouts(first: 1) { nodes { id } } }\n}"
    found = Shop(clock, token=f"{TOKEN}_moneyless").ask(query)
    del found["extensions"]
    assert found == {
        "data": {"shopifyPaymentsAccount": None},
        "errors": [{
            "message": "Access denied for shopifyPaymentsAccount field. Required access: the `read_shopify_payments` "
            "or the `read_shopify_payments_accounts` access scope.",
            "locations": [{"line": 2, "column": 3}],
            "path": ["shopifyPaymentsAccount"],
            "extensions": {
                "code": "ACCESS_DENIED",
                "documentation": "https://shopify.dev/api/usage/access-scopes",
                "requiredAccess": "the `read_shopify_payments` or the `read_shopify_payments_accounts` access scope.",
            },
        }],
    }  # fmt: skip


def shape(value: Any) -> Any:
    """Keys and types of a document."""
    if isinstance(value, Mapping):
        return {name: shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def capture(name: str) -> Any:
    path = CAPTURES / name
    if not path.is_file():
        pytest.skip(f"{name} is not beside the project")
    return json.loads(path.read_bytes())


def test_a_refusal_has_the_shape_of_the_live_one(clock: SharedClock) -> None:
    live = capture("graphql_payments_access_denied.capture.json")
    query = """query Probe { shopifyPaymentsAccount { id activated country defaultCurrency
        payouts(first: 1) { nodes { id } pageInfo { hasNextPage } }
        disputes: payouts(first: 1) { nodes { id } pageInfo { hasNextPage } }
        balanceTransactions(first: 1) { nodes { id } pageInfo { hasNextPage } } } }"""
    found = Shop(clock, token=f"{TOKEN}_moneyless").ask(query)
    assert shape(found) == shape({name: live[name] for name in ("errors", "data", "extensions")})
    assert found["extensions"]["cost"]["requestedQueryCost"] == live["extensions"]["cost"]["requestedQueryCost"]
    ours, theirs = (one["errors"][0] for one in (found, live))
    assert {name: ours[name] for name in ("message", "path", "extensions")} == {
        name: theirs[name] for name in ("message", "path", "extensions")
    }


def test_an_order_has_the_shape_of_the_live_one(shop: Shop, world: World) -> None:
    live = capture("graphql_partial_refund.capture.json")["downstreamRead"]["response"]
    del live["data"]["order"]["returns"]
    for one in live["data"]["order"]["refunds"]:
        del one["note"]
    refunded = next(one for one in world.of("shopify") if one.refunds and one.paid_at)
    found = shop.ask(
        """query ($id: ID!) { order(id: $id) { id name displayFinancialStatus displayFulfillmentStatus
        refunds { id totalRefundedSet { shopMoney { amount currencyCode } } }
        transactions { id kind status gateway amountSet { shopMoney { amount currencyCode } } }
        totalRefundedSet { shopMoney { amount currencyCode } } } }""",
        id=f"gid://shopify/Order/{refunded.ref}",
    )
    assert shape(found) == shape(live)
    assert list(found["data"]["order"]) == list(live["data"]["order"])


def test_points_are_taken_and_come_back_by_the_clock(clock: SharedClock) -> None:
    shop = Shop(clock)
    query = "{ orders(first: 100) { nodes { lineItems(first: 3) { nodes { id } } } } }"  # 2 + 100 × (1 + 2 + 3)
    cost = shop.ask(query)["extensions"]["cost"]
    status = cost["throttleStatus"]
    assert cost == {
        "requestedQueryCost": 602,
        "actualQueryCost": 18,  # four orders of a line each
        "throttleStatus": {"maximumAvailable": 2000, "currentlyAvailable": status["currentlyAvailable"],
                           "restoreRate": 100},
    }  # fmt: skip
    assert 1981 <= status["currentlyAvailable"] <= 1983


def test_an_empty_bucket_throttles_until_it_is_filled_again(clock: SharedClock) -> None:
    shop = Shop(clock)
    bucket = shop.vendor._bucket(shop.vendor.tokens.access(TOKEN, clock.now()))  # type: ignore[arg-type]
    bucket.take(1_990, clock.now())
    query = "{ orders(first: 100) { nodes { lineItems(first: 3) { nodes { id } } } } }"
    refused = shop.ask(query)
    assert "data" not in refused
    assert refused["errors"][0]["extensions"]["code"] == "THROTTLED"
    cost = refused["extensions"]["cost"]
    assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (602, None)
    wait = (cost["requestedQueryCost"] - cost["throttleStatus"]["currentlyAvailable"]) / 100
    clock.sleep(wait)
    assert "data" in shop.ask(query)
    assert (shop.traffic.calls["shopify.orders"], shop.traffic.throttled["shopify.orders"]) == (2, 1)


def test_a_query_above_a_thousand_points_is_refused(shop: Shop) -> None:
    found = shop.ask("{ orders(first: 250) { nodes { lineItems(first: 2) { nodes { id } } } } }")
    assert found["errors"][0]["extensions"]["code"] == "MAX_COST_EXCEEDED"


@pytest.mark.parametrize(
    "arguments", ["", "first: 251", 'first: 2, after: "nonsense"', 'first: 2, query: "x", last: 1']
)
def test_a_connection_without_a_good_page_is_an_error(shop: Shop, arguments: str) -> None:
    found = shop.ask(f"{{ orders{f'({arguments})' if arguments else ''} {{ nodes {{ id }} }} }}")
    assert (found["data"], len(found["errors"])) == (None, 1)


def test_reverse_gives_the_newest_first(shop: Shop) -> None:
    query = """query ($first: Int!, $after: String, $r: Boolean) {
        orders(first: $first, after: $after, sortKey: UPDATED_AT, reverse: $r) {
            pageInfo { hasNextPage endCursor } nodes { id } } }"""
    forwards = ids(pages(shop, query, ("orders",), first=7, r=False))
    assert ids(pages(shop, query, ("orders",), first=9, r=True)) == forwards[::-1]
