"""Faults of the sandbox's Shopify, each where it can strike; and ShopifyAPI's own client against it over HTTP."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import shopify

from channels.core.clock import SharedClock
from channels.sandbox.keys import SHOPIFY_APP, credentials
from channels.sandbox.server import serve
from channels.sandbox.shopify.roots import withheld
from channels.sandbox.wire import Faults, Request
from channels.sandbox.world import make_world
from channels.sandbox.world.model import World
from tests.channels.sandbox.shopify_world import Shop, at

QUERY = """query ($first: Int!, $after: String) { orders(first: $first, after: $after, sortKey: UPDATED_AT) {
    pageInfo { hasNextPage endCursor } nodes { id updatedAt displayFinancialStatus
        totalPriceSet { shopMoney { amount } } lineItems(first: 2) { nodes { quantity } } } } }"""


@pytest.fixture(scope="module")
def world() -> World:
    return make_world("small", 2)


@pytest.fixture
def clock(tmp_path: Path) -> SharedClock:
    one = SharedClock(tmp_path / "clock")
    one.set(at(100))
    return one


def faulty(clock: SharedClock, kind: str, rate: float = 1.0, of: World | None = None) -> Shop:
    shop = Shop(clock, Faults([kind], rate), of=of)
    if of:
        clock.set(of.ends_at)
    return shop


def page(shop: Shop, first: int = 2, after: str | None = None) -> Any:
    return shop.data(QUERY, first=first, after=after)["orders"]


def test_throttling_strikes_with_a_full_bucket(clock: SharedClock) -> None:
    shop = faulty(clock, "throttle")
    replies = [shop.post(QUERY, {"first": 1}) for _ in range(20)]
    assert {one.status for one in replies} == {200, 429}
    bodies = [orjson.loads(one.body) for one in replies if one.status == 200]
    assert {body["errors"][0]["extensions"]["code"] for body in bodies} == {"THROTTLED"}
    assert not any("data" in body for body in bodies)
    assert shop.traffic.throttled == {}


def test_errors_are_of_several_kinds(clock: SharedClock) -> None:
    shop = faulty(clock, "error")
    found = {(one.status, one.body[:6]) for one in (shop.post(QUERY, {"first": 1}) for _ in range(40))}
    assert found == {(500, b""), (502, b""), (503, b""), (504, b"<html>")}


def test_a_line_is_cut_in_the_middle_of_the_body(clock: SharedClock) -> None:
    reply = faulty(clock, "cut").post(QUERY, {"first": 1})
    assert (reply.status, reply.cut_after) == (200, len(reply.body) // 2)


def test_a_time_out_is_longer_than_patience(clock: SharedClock) -> None:
    assert faulty(clock, "timeout").post(QUERY, {"first": 1}).hang > 60


def test_an_empty_page_goes_on_where_it_stood(clock: SharedClock) -> None:
    shop = faulty(clock, "empty_page")
    empty = page(shop)
    assert (empty["nodes"], empty["pageInfo"]["hasNextPage"]) == ([], True)
    shop.faults.rate = 0.0
    first = page(shop, after=empty["pageInfo"]["endCursor"])
    assert [node["id"] for node in first["nodes"]] == ["gid://shopify/Order/6002", "gid://shopify/Order/6001"]


def test_a_repeated_page_stands_under_its_own_cursor(clock: SharedClock) -> None:
    shop = faulty(clock, "repeated_page")
    first = page(shop)
    assert page(shop, after=first["pageInfo"]["endCursor"]) == {**first, "pageInfo": {
        "hasNextPage": True, "endCursor": first["pageInfo"]["endCursor"]
    }}  # fmt: skip


def test_late_changes_show_within_twenty_minutes(clock: SharedClock) -> None:
    shop = faulty(clock, "late")
    query = 'query { order(id: "gid://shopify/Order/6001") { updatedAt } }'
    clock.set(at(0.01))
    assert shop.data(query)["order"] is None
    clock.set(at(0.4))
    assert shop.data(query)["order"] == {"updatedAt": "2026-09-01T12:01:00Z"}


def test_a_granted_token_runs_out_for_ever_and_the_shops_own_does_not(clock: SharedClock) -> None:
    shop = faulty(clock, "expired_token")
    assert shop.post("{ shop { name } }").status == 200
    form = {**SHOPIFY_APP, "grant_type": "client_credentials"}
    request = Request("POST", "/admin/oauth/access_token", (), {"content-type": "application/json"}, orjson.dumps(form))
    shop.token = orjson.loads(shop.vendor.answer(request).body)["access_token"]
    assert [shop.post("{ shop { name } }").status for _ in range(3)] == [200, 401, 401]
    shop.faults.rate = 0.0
    assert shop.post("{ shop { name } }").status == 401


def test_amounts_become_numbers_or_quantities_texts(clock: SharedClock) -> None:
    shop = faulty(clock, "changed_type")
    found = set()
    for _ in range(20):
        node = page(shop)["nodes"][0]
        types = type(node["totalPriceSet"]["shopMoney"]["amount"]), type(node["lineItems"]["nodes"][0]["quantity"])
        found.add(types)
    assert found == {(float, int), (str, str)}


def test_a_new_word_is_always_the_same_for_an_order(clock: SharedClock, world: World) -> None:
    shop = faulty(clock, "new_word", 0.3, world)
    words = [{node["id"]: node["displayFinancialStatus"] for node in page(shop, 50)["nodes"]} for _ in range(2)]
    assert words[0] == words[1]
    assert {"SETTLED_IN_POINTS", "PAID"} <= set(words[0].values())


def test_what_is_withheld_never_comes(clock: SharedClock, world: World) -> None:
    shop = faulty(clock, "withhold", 1.0, world)
    victim = withheld(world.of("shopify"))
    assert victim
    search = f"id:{victim.ref}"
    query = "query ($q: String) { orders(first: 5, query: $q) { nodes { id } } }"
    assert [shop.post(query, {"q": search}).status for _ in range(3)] == [502, 502, 502]
    assert shop.post(query, {"q": f"-{search}"}).status == 200
    one = f'{{ order(id: "gid://shopify/Order/{victim.ref}") {{ id }} }}'
    assert shop.post(one).status == 502
    run = "mutation ($q: String!) { bulkOperationRunQuery(query: $q) { bulkOperation { id } } }"
    begun = shop.data(run, q="{ orders { edges { node { id } } } }")["bulkOperationRunQuery"]["bulkOperation"]["id"]
    clock.advance_to(clock.now() + timedelta(minutes=5))
    url = shop.data(f'{{ bulkOperation(id: "{begun}") {{ url }} }}')["bulkOperation"]["url"]
    assert shop.get(url).status == 502


def test_the_sdks_own_client_pages_through_the_shop(clock: SharedClock, world: World) -> None:
    clock.set(world.ends_at)
    market = world.market("shopify")
    with serve(world, clock=clock) as sandbox:
        session = shopify.Session(market.seller, "2026-10", credentials(market)["access_token"])
        shopify.ShopifyResource.activate_session(session)
        shopify.ShopifyResource.site = f"{sandbox.base}/shopify/admin/api/2026-10"
        try:
            found: list[str] = []
            more, after = True, None
            while more:
                answer = orjson.loads(shopify.GraphQL().execute(QUERY, {"first": 20, "after": after}))
                assert "errors" not in answer
                orders = answer["data"]["orders"]
                found += [node["id"] for node in orders["nodes"]]
                more, after = orders["pageInfo"]["hasNextPage"], orders["pageInfo"]["endCursor"]
        finally:
            shopify.ShopifyResource.clear_session()
        assert sandbox.bugs == []
    assert sorted(found) == sorted(f"gid://shopify/Order/{order.ref}" for order in world.of("shopify"))
