import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.sandbox.wire import Faults
from tests.channels.sandbox.amazon_world import (
    CANCELLED,
    DE,
    OPEN,
    SHIPPED,
    START,
    Caller,
    body_of,
    day,
    make_order,
    make_test_world,
    refusal,
)

ALL = "BUYER,RECIPIENT,PROCEEDS,PROMOTION,CANCELLATION,FULFILLMENT,TAX"


def test_an_order_is_told_with_what_was_asked_for(tmp_path: Path) -> None:
    found = body_of(Caller(tmp_path).get(f"/orders/2026-01-01/orders/{SHIPPED.ref}", includedData="PROCEEDS,RECIPIENT"))

    usd = {"currencyCode": "USD"}
    breakdowns: list[dict[str, Any]] = [
        {"type": "ITEM", "subtotal": {"amount": "40.00", **usd}},
        {"type": "SHIPPING", "subtotal": {"amount": "5.00", **usd}},
        {"type": "TAX", "subtotal": {"amount": "4.10", **usd}, "detailedBreakdowns": [
            {"subtype": "ITEM", "value": {"amount": "3.60", **usd}},
            {"subtype": "SHIPPING", "value": {"amount": "0.50", **usd}},
        ]},
        {"type": "DISCOUNT", "subtotal": {"amount": "-4.00", **usd}, "detailedBreakdowns": [
            {"subtype": "ITEM", "value": {"amount": "-4.00", **usd}},
        ]},
    ]  # fmt: skip
    order = found["order"]
    del order["programs"]
    order.pop("orderAliases", None)
    assert found == {
        "order": {
            "orderId": SHIPPED.ref,
            "createdTime": "2026-08-02T12:00:00Z",
            "lastUpdatedTime": "2026-08-22T00:00:00Z",
            "salesChannel": {
                "channelName": "AMAZON", "marketplaceId": "ATVPDKIKX0DER", "marketplaceName": "Amazon.com",
            },
            "recipient": {"deliveryAddress": {
                "name": "Ada Branby", "addressLine1": "1 Kettle Street", "city": "Seattle", "stateOrRegion": "WA",
                "postalCode": "98101", "countryCode": "US", "addressType": "RESIDENTIAL",
            }},
            "proceeds": {
                "grandTotal": {"amount": "45.10", **usd},
                "breakdowns": [{"type": one["type"], "subtotal": one["subtotal"]} for one in breakdowns],
            },
            "orderItems": [{
                "orderItemId": "90000000000001",
                "quantityOrdered": 2,
                "product": {
                    "asin": "B0HLTEA001", "title": "Harbor & Leaf Tea", "sellerSku": "HL-TEA",
                    "condition": {"conditionType": "NEW", "conditionSubtype": "NEW"},
                    "price": {"unitPrice": {"amount": "20.00", **usd}},
                },
                "proceeds": {"proceedsTotal": {"amount": "45.10", **usd}, "breakdowns": breakdowns},
            }],
        }
    }  # fmt: skip


def test_money_and_people_come_only_where_asked_for(tmp_path: Path) -> None:
    order = body_of(Caller(tmp_path).get(f"/orders/2026-01-01/orders/{SHIPPED.ref}"))["order"]
    assert not {"buyer", "recipient", "proceeds", "fulfillment"} & order.keys()
    assert not {"proceeds", "fulfillment"} & order["orderItems"][0].keys()


@pytest.mark.parametrize(
    ("at", "status", "updated"),
    [
        (0.55, "PENDING", 0.5), (1, "UNSHIPPED", 0.6), (2, "SHIPPED", 1.5), (5, "SHIPPED", 4), (21, "SHIPPED", 20),
    ],
)  # fmt: skip
def test_an_order_is_shown_as_of_now(tmp_path: Path, at: float, status: str, updated: float) -> None:
    caller = Caller(tmp_path, at=at)
    order = body_of(caller.get(f"/orders/2026-01-01/orders/{SHIPPED.ref}", includedData=ALL))["order"]

    assert order["fulfillment"]["fulfillmentStatus"] == status
    assert order["lastUpdatedTime"] == day(updated).isoformat().replace("+00:00", "Z")
    # Pending orders have no price at all.
    assert ("proceeds" in order, "price" in order["orderItems"][0]["product"]) == (status != "PENDING",) * 2


def test_what_has_not_happened_is_not_there(tmp_path: Path) -> None:
    caller = Caller(tmp_path, at=24)
    found = body_of(caller.orders(createdAfter=START.isoformat()))
    assert [order["orderId"] for order in found["orders"]] == [SHIPPED.ref, CANCELLED.ref]
    assert refusal(caller.get(f"/orders/2026-01-01/orders/{OPEN.ref}")) == (404, "NotFound")


def test_another_seller_sees_nothing_of_it(tmp_path: Path) -> None:
    caller = Caller(tmp_path, market=DE)
    assert body_of(caller.orders(createdAfter=START.isoformat()))["orders"] == []
    assert refusal(caller.get(f"/orders/2026-01-01/orders/{SHIPPED.ref}")) == (404, "NotFound")


def _chain(caller: Caller, **query: str | int) -> tuple[list[str], set[str]]:
    """Every order of all pages, and the ends they say."""
    seen: list[str] = []
    ends, token = set(), ""
    while True:
        page = body_of(caller.orders(**query, **({"paginationToken": token} if token else {})))
        seen += [order["orderId"] for order in page["orders"]]
        ends.add(page["lastUpdatedBefore"])
        token = page.get("pagination", {}).get("nextToken", "")
        if not token:
            return seen, ends
        caller.clock.sleep(600)


def test_pages_give_every_order_once_and_keep_their_end(tmp_path: Path) -> None:
    many = tuple(make_order(n, n / 10) for n in range(1, 10))
    seen, ends = _chain(
        Caller(tmp_path, make_test_world(many)), lastUpdatedAfter=START.isoformat(), maxResultsPerPage=4
    )
    assert (seen, len(ends)) == ([order.ref for order in many], 1)


def test_an_order_that_changes_between_pages_leaves_the_period_and_no_other_is_skipped(tmp_path: Path) -> None:
    many = tuple(make_order(n, n / 10, shipped_at=day(5) if n == 2 else None) for n in range(1, 10))
    caller = Caller(tmp_path, make_test_world(many), at=4.99)
    seen, _ = _chain(
        caller, lastUpdatedAfter=START.isoformat(), lastUpdatedBefore=day(4).isoformat(), maxResultsPerPage=2
    )
    assert seen == [order.ref for order in many]  # the second was seen before it changed
    assert body_of(caller.orders(lastUpdatedAfter=day(4.5).isoformat()))["orders"][0]["orderId"] == many[1].ref


def test_a_token_is_good_for_a_day_and_for_its_own_filters(tmp_path: Path) -> None:
    many = tuple(make_order(n, n / 10) for n in range(1, 4))
    caller = Caller(tmp_path, make_test_world(many))
    query = {"createdAfter": START.isoformat(), "maxResultsPerPage": 2}
    token = body_of(caller.orders(**query))["pagination"]["nextToken"]

    assert len(body_of(caller.orders(**query, paginationToken=token))["orders"]) == 1
    other = {**query, "createdAfter": day(0.01).isoformat()}
    assert refusal(caller.orders(**other, paginationToken=token)) == (400, "InvalidInput")
    assert refusal(caller.orders(**query, paginationToken=f"x{token}")) == (400, "InvalidInput")
    caller.clock.sleep(timedelta(hours=25).total_seconds())
    assert refusal(caller.orders(**query, paginationToken=token)) == (400, "InvalidInput")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"createdAfter": START.isoformat(), "lastUpdatedAfter": START.isoformat()},
        {"createdAfter": START.isoformat(), "lastUpdatedBefore": day(1).isoformat()},
        {"createdAfter": START.isoformat(), "createdBefore": day(29.9995).isoformat()},  # 43 s ago
        {"createdAfter": day(2).isoformat(), "createdBefore": day(1).isoformat()},
        {"createdAfter": "TEST_CASE_400"},
        {"createdAfter": START.isoformat(), "maxResultsPerPage": "101"},
        {"createdAfter": START.isoformat(), "includedData": "PRICES"},
        {"createdAfter": START.isoformat(), "marketplaceIds": "NOWHERE"},
    ],
)
def test_a_wrong_question_is_refused(tmp_path: Path, query: dict[str, str]) -> None:
    assert refusal(Caller(tmp_path).orders(**query)) == (400, "InvalidInput")


def test_an_order_of_another_channel_has_its_number_and_no_price(tmp_path: Path) -> None:
    shipped = make_order(4, 1, serves="#1001", shipping=0, shipping_tax=0)
    caller = Caller(tmp_path, make_test_world((shipped,)))
    order = body_of(caller.get(f"/orders/2026-01-01/orders/{shipped.ref}", includedData=ALL))["order"]

    assert order["orderAliases"] == [{"aliasId": "#1001", "aliasType": "SELLER_ORDER_ID"}]
    assert order["salesChannel"]["channelName"] == "NON_AMAZON"
    assert order["proceeds"] == {"grandTotal": {"amount": "0.00", "currencyCode": "USD"}}


def test_a_buyer_has_no_name_in_the_us_and_a_relay_only_where_the_seller_ships(tmp_path: Path) -> None:
    own = make_order(4, 1, fulfilled_by="MERCHANT")
    caller = Caller(tmp_path, make_test_world((SHIPPED, own)))
    by_amazon, by_seller = (
        body_of(caller.get(f"/orders/2026-01-01/orders/{one.ref}", includedData=ALL))["order"] for one in (SHIPPED, own)
    )

    assert by_amazon["buyer"] == {}
    assert list(by_seller["buyer"]) == ["buyerEmail"]
    assert by_seller["buyer"]["buyerEmail"].endswith("@marketplace.amazon.com")
    assert (
        "phone" in by_amazon["recipient"]["deliveryAddress"],
        "phone" in by_seller["recipient"]["deliveryAddress"],
    ) == (False, True)


def test_a_late_change_shows_up_minutes_after_its_time_always_the_same(tmp_path: Path) -> None:
    faults = Faults(["late"], rate=1)
    caller = Caller(tmp_path, faults=faults, at=0.5)
    seen = []
    for _ in range(20):
        caller.clock.sleep(60)
        seen.append(caller.get(f"/orders/2026-01-01/orders/{SHIPPED.ref}").status)
    assert (seen[0], seen[-1], seen) == (404, 200, sorted(seen, reverse=True))
    assert faults.struck["late"] == 1
    again = Caller(tmp_path / "again", faults=Faults(["late"], rate=1), at=0.5)
    again.clock.sleep(60 * seen.count(404))
    assert again.get(f"/orders/2026-01-01/orders/{SHIPPED.ref}").status == 404
    again.clock.sleep(60)
    assert again.get(f"/orders/2026-01-01/orders/{SHIPPED.ref}").status == 200


def test_a_withheld_order_fails_every_page_that_holds_it_and_no_other(tmp_path: Path) -> None:
    caller = Caller(tmp_path, faults=Faults(["withhold"], rate=1))
    order = caller.vendor.books[caller.market.seller].withheld
    assert order is not None
    edge = order.changes()[-1]
    bad = caller.orders(lastUpdatedAfter=edge.isoformat(), lastUpdatedBefore=edge.isoformat())
    good = caller.orders(lastUpdatedAfter=(edge + timedelta(seconds=1)).isoformat())
    assert (bad.status, good.status, json.loads(bad.body)["errors"][0]["code"]) == (500, 200, "InternalFailure")


def test_a_new_status_is_the_same_in_every_answer(tmp_path: Path) -> None:
    caller = Caller(tmp_path, faults=Faults(["new_word"], rate=1))
    for path in (f"/orders/2026-01-01/orders/{SHIPPED.ref}",) * 2:
        order = body_of(caller.get(path, includedData="FULFILLMENT"))["order"]
        assert order["fulfillment"]["fulfillmentStatus"] == "AWAITING_CUSTOMS"


def test_an_empty_page_points_on_and_a_repeated_page_comes_with_its_own_token(tmp_path: Path) -> None:
    many = tuple(make_order(n, n / 10) for n in range(1, 10))
    for kind in ("empty_page", "repeated_page"):
        faults = Faults([kind], rate=0.5, seed=3)
        caller = Caller(tmp_path / kind, make_test_world(many), faults)
        seen, _ = _chain(caller, lastUpdatedAfter=START.isoformat(), maxResultsPerPage=3)
        assert set(seen) == {order.ref for order in many}
        assert faults.struck[kind] > 0
        assert (len(seen) > 9) == (kind == "repeated_page")
