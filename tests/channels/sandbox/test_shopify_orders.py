"""Orders as the sandbox's Shopify tells them, and who may ask."""

from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from channels.core.clock import SharedClock
from channels.sandbox.keys import SHOPIFY_APP
from channels.sandbox.wire import Request
from tests.channels.sandbox.shopify_world import SHOP, TOKEN, Shop, at


@pytest.fixture
def clock(tmp_path: Path) -> SharedClock:
    one = SharedClock(tmp_path / "clock")
    one.set(at(100))
    return one


@pytest.fixture
def shop(clock: SharedClock) -> Shop:
    return Shop(clock)


STATE = "query ($id: ID!) { order(id: $id) { updatedAt displayFinancialStatus displayFulfillmentStatus } }"


@pytest.mark.parametrize(
    ("hours", "updated", "financial", "fulfilment"),
    [
        (0.01, "2026-09-01T12:00:00Z", "PENDING", "UNFULFILLED"),
        (1, "2026-09-01T12:01:00Z", "PAID", "UNFULFILLED"),
        (20, "2026-09-01T22:00:00Z", "PAID", "FULFILLED"),
        (31, "2026-09-02T18:00:00Z", "PARTIALLY_REFUNDED", "FULFILLED"),
    ],
)
def test_an_order_shows_what_has_happened_by_now(
    shop: Shop, hours: float, updated: str, financial: str, fulfilment: str
) -> None:
    shop.clock.set(at(hours))
    assert shop.data(STATE, id="gid://shopify/Order/6001")["order"] == {
        "updatedAt": updated,
        "displayFinancialStatus": financial,
        "displayFulfillmentStatus": fulfilment,
    }


def test_an_order_that_is_not_placed_yet_is_not_there(shop: Shop) -> None:
    shop.clock.set(at(49))
    assert shop.data(STATE, id="gid://shopify/Order/6004") == {"order": None}


def test_amounts_are_strings_with_trimmed_zeros(shop: Shop) -> None:
    bag = "{ shopMoney { amount currencyCode } }"
    found = shop.data(
        f"""{{ order(id: "gid://shopify/Order/6001") {{
            totalPriceSet {bag} totalShippingPriceSet {bag} totalTaxSet {bag} totalDiscountsSet {bag}
            totalTipReceivedSet {bag} }} }}"""
    )["order"]
    assert {name: one["shopMoney"]["amount"] for name, one in found.items()} == {
        "totalPriceSet": "45.72",
        "totalShippingPriceSet": "5.95",
        "totalTaxSet": "3.77",
        "totalDiscountsSet": "4.0",
        "totalTipReceivedSet": "0.0",
    }


def test_a_refund_adds_up_from_lines_and_shipping(shop: Shop) -> None:
    bag = "{ shopMoney { amount } }"
    found = shop.data(
        f"""{{ order(id: "gid://shopify/Order/6001") {{ refunds {{
            id createdAt totalRefundedSet {bag}
            refundLineItems(first: 5) {{ nodes {{ quantity restockType subtotalSet {bag} totalTaxSet {bag} }} }}
            refundShippingLines(first: 2) {{ nodes {{ subtotalAmountSet {bag} taxAmountSet {bag} }} }}
            orderAdjustments(first: 2) {{ nodes {{ amountSet {bag} }} }}
            transactions(first: 2) {{ nodes {{ kind status amountSet {bag} }} }} }} }} }}"""
    )["order"]["refunds"]

    def amount(text: str) -> dict[str, dict[str, str]]:
        return {"shopMoney": {"amount": text}}

    assert found == [{
        "id": "gid://shopify/Refund/9001",
        "createdAt": "2026-09-02T18:00:00Z",
        "totalRefundedSet": amount("26.1"),
        "refundLineItems": {"nodes": [
            {"quantity": 1, "restockType": "RETURN", "subtotalSet": amount("18.0"), "totalTaxSet": amount("1.62")}
        ]},
        "refundShippingLines": {"nodes": [{"subtotalAmountSet": amount("5.95"), "taxAmountSet": amount("0.53")}]},
        "orderAdjustments": {"nodes": []},
        "transactions": {"nodes": [{"kind": "REFUND", "status": "SUCCESS", "amountSet": amount("26.1")}]},
    }]  # fmt: skip


def test_a_payment_by_hand_waits_before_it_is_money(shop: Shop) -> None:
    query = '{ order(id: "gid://shopify/Order/6003") { transactions { kind status gateway } } }'
    shop.clock.set(at(20))
    waiting = {"kind": "SALE", "status": "PENDING", "gateway": "manual"}
    assert shop.data(query)["order"]["transactions"] == [waiting]
    shop.clock.set(at(41))
    assert shop.data(query)["order"]["transactions"] == [waiting, {**waiting, "status": "SUCCESS"}]


def test_a_copy_of_another_channels_order_says_so(shop: Shop) -> None:
    query = """{ order(id: "gid://shopify/Order/6002") {
        sourceIdentifier paymentGatewayNames customerJourneySummary { ready } } }"""
    assert shop.data(query)["order"] == {
        "sourceIdentifier": "111-2223334-5556667",
        "paymentGatewayNames": ["Amazon"],
        "customerJourneySummary": None,
    }


def test_a_journey_is_ready_some_time_after_the_order(shop: Shop) -> None:
    query = """{ order(id: "gid://shopify/Order/6001") { customerJourneySummary {
        ready momentsCount { count } firstVisit { source sourceType utmParameters { source medium } }
        lastVisit { source utmParameters { source } } moments(first: 5) { nodes { occurredAt } } } } }"""
    shop.clock.set(at(5))
    nothing = dict.fromkeys(("momentsCount", "firstVisit", "lastVisit", "moments"))
    assert shop.data(query)["order"]["customerJourneySummary"] == {"ready": False, **nothing}
    shop.clock.set(at(7))
    assert shop.data(query)["order"]["customerJourneySummary"] == {
        "ready": True,
        "momentsCount": {"count": 2},
        "firstVisit": {
            "source": "google",
            "sourceType": "SEO",
            "utmParameters": {"source": "google", "medium": None},
        },
        "lastVisit": {"source": "direct", "utmParameters": None},
        "moments": {"nodes": [{"occurredAt": "2026-08-30T20:00:00Z"}, {"occurredAt": "2026-09-01T11:00:00Z"}]},
    }


PERSONAL = """{ order(id: "gid://shopify/Order/6001") {
    email customer { id displayName } shippingAddress { city provinceCode name } } }"""


def test_personal_fields_are_refused_one_by_one_without_the_approval(clock: SharedClock) -> None:
    found = Shop(clock, token=f"{TOKEN}_masked").ask(PERSONAL)
    assert found["data"]["order"] == {
        "email": None,
        "customer": None,  # its displayName cannot be null
        "shippingAddress": {"city": "Portland", "provinceCode": "OR", "name": None},
    }
    assert {tuple(one["path"]): one["extensions"]["code"] for one in found["errors"]} == {
        ("order", "email"): "ACCESS_DENIED",
        ("order", "customer", "displayName"): "ACCESS_DENIED",
        ("order", "shippingAddress", "name"): "ACCESS_DENIED",
    }


def test_personal_fields_are_told_with_the_approval(shop: Shop) -> None:
    assert shop.data(PERSONAL)["order"] == {
        "email": "tessa2@example.com",
        "customer": {"id": "gid://shopify/Customer/6000000000002", "displayName": "Tessa Tester2"},
        "shippingAddress": {"city": "Portland", "provinceCode": "OR", "name": "Tessa Tester2"},
    }


def test_orders_older_than_sixty_days_need_a_scope(clock: SharedClock) -> None:
    clock.set(at(60 * 24 + 6))
    assert Shop(clock).names("") == ["#1002", "#1001", "#1003", "#1004"]
    assert Shop(clock, token=f"{TOKEN}_60").names("") == ["#1003", "#1004"]


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("updated_at:>='2026-09-02T18:00:00Z'", ["#1001", "#1003", "#1004"]),
        ("updated_at:>'2026-09-02T18:00:00Z' updated_at:<'2026-09-03T13:00:00Z'", ["#1003"]),
        ("created_at:>=2026-09-02", ["#1004"]),
        ("created_at:2026-09-01", ["#1002", "#1001", "#1003"]),
        ("financial_status:partially_refunded OR financial_status:refunded", ["#1001"]),
        ("(financial_status:paid OR name:'#1001') AND created_at:<'2026-09-01T18:00:00Z'", ["#1002", "#1001"]),
        ("-financial_status:paid", ["#1001"]),
    ],
)
def test_a_search_finds(shop: Shop, search: str, names: list[str]) -> None:
    assert shop.names(search) == names


SEARCH = "query ($q: String) { orders(first: 5, query: $q) { nodes { name } } }"


def test_an_unknown_field_is_ignored_with_a_warning_only(shop: Shop) -> None:
    found = shop.ask(SEARCH, q="update_at:>='2026-09-02T18:00:00Z' name:'#1001'")
    assert [node["name"] for node in found["data"]["orders"]["nodes"]] == ["#1001"]
    assert found["extensions"]["search"] == [{
        "path": ["orders"],
        "query": "update_at:>='2026-09-02T18:00:00Z' name:'#1001'",
        "parsed": {"field": "name", "match_phrase": "#1001"},
        "warnings": [
            {"field": "update_at", "message": "Invalid search field for this query.", "code": "invalid_field"}
        ],
    }]  # fmt: skip


def test_a_time_without_quotes_breaks_at_its_colons(shop: Shop) -> None:
    found = shop.ask(SEARCH, q="updated_at:>=2026-09-02T18:00:00Z")
    assert [one["field"] for one in found["extensions"]["search"][0]["warnings"]] == ["00"]


def test_a_grant_gives_a_token_for_a_day(shop: Shop) -> None:
    form = {**SHOPIFY_APP, "grant_type": "client_credentials", "shop": SHOP.seller}
    request = Request("POST", "/admin/oauth/access_token", (), {"content-type": "application/json"}, orjson.dumps(form))
    given = orjson.loads(shop.vendor.answer(request).body)
    assert {name: value for name, value in given.items() if name != "access_token"} == {
        "expires_in": 86399,
        "scope": "read_all_orders,read_customers,read_inventory,read_orders,read_products,read_shopify_payments,"
        "read_shopify_payments_disputes,read_shopify_payments_payouts",
    }
    shop.token = given["access_token"]
    assert shop.post("{ shop { name } }").status == 200
    shop.clock.advance_to(shop.clock.now() + timedelta(seconds=86400))
    assert shop.post("{ shop { name } }").status == 401


def test_a_grant_is_refused_with_a_wrong_secret(shop: Shop) -> None:
    form = b"grant_type=client_credentials&client_id=sandbox-client&client_secret=guess"
    request = Request("POST", "/admin/oauth/access_token", (), {}, form)
    assert shop.vendor.answer(request).status == 400


@pytest.mark.parametrize("token", ["", "shpat_sandbox_other", f"{TOKEN}_more", "shpca_sandbox_shopify~1~9999999999~x"])
def test_a_wrong_token_is_refused(clock: SharedClock, token: str) -> None:
    assert Shop(clock, token=token).post("{ shop { name } }").status == 401


@pytest.mark.parametrize(
    ("asked", "answered"), [("2026-10", "2026-10"), ("2026-04", "2026-04"), ("2025-07", "2026-01")]
)
def test_an_old_version_falls_forward(shop: Shop, asked: str, answered: str) -> None:
    reply = shop.post("{ shop { name } }", version=asked)
    assert (reply.status, reply.headers["X-Shopify-API-Version"]) == (200, answered)


def test_a_version_that_never_was_is_not_found(shop: Shop) -> None:
    assert [shop.post("{ shop { name } }", version=one).status for one in ("latest", "2027-01")] == [404, 404]


def test_scopes_and_the_shop_are_told(shop: Shop) -> None:
    found = shop.data("{ shop { myshopifyDomain currencyCode } currentAppInstallation { accessScopes { handle } } }")
    assert found["shop"] == {"myshopifyDomain": "harbor-leaf.myshopify.com", "currencyCode": "USD"}
    assert {"handle": "read_all_orders"} in found["currentAppInstallation"]["accessScopes"]


def test_a_query_with_an_unknown_field_has_no_data(shop: Shop) -> None:
    found = shop.ask("{ orders(first: 1) { nodes { nonsense } } }")
    assert (list(found), found["errors"][0]["message"]) == (
        ["errors"],
        "Cannot query field 'nonsense' on type 'Order'.",
    )
