"""Rows of the Admin API's orders: exact money by line, refunds, visits, and what is never guessed."""

import copy
import io
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from channels.adapters import shopify
from channels.adapters.shopify import ADAPTER, api_orders, bulk_orders
from channels.core.adapter import Format, recognise
from channels.core.errors import Changed
from channels.core.kinds import Kind, Role, Stage
from channels.core.privacy import redact
from channels.core.reading import read_head
from channels.core.rows import ChargeRow, OrderItemRow, OrderRow, Page, Row, Unreadable, VisitRow
from tests.channels.adapters.shopify_loopback import NOW, SHOP

SAMPLES = Path(shopify.__file__).parent / "samples"
PAGE = json.loads((SAMPLES / "api_orders.json").read_text())
WHOLE = json.loads((SAMPLES / "api_orders_whole.json").read_text())
BULK = (SAMPLES / "bulk_orders.jsonl").read_bytes()


def bag(amount: str) -> dict[str, Any]:
    return {"shopMoney": {"amount": amount}}


def order(**changes: Any) -> dict[str, Any]:
    """The second order of the sample: a teapot of 42.50 and two cups of 9.00 less 1.80, tax of 10.19 inside."""
    return {**copy.deepcopy(PAGE["data"]["orders"]["nodes"][1]), **changes}


def read(body: bytes, form: Format = api_orders.FORMAT) -> list[Row]:
    return list(form.rows(Page(form.resource, lambda: io.BytesIO(body), "", NOW), SHOP))


def rows(*orders: dict[str, Any]) -> list[Row]:
    page = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": list(orders)}
    return read(json.dumps({"data": {"orders": page}}).encode())


def told(one: dict[str, Any]) -> OrderRow:
    [row] = [row for row in rows(one) if isinstance(row, OrderRow)]
    return row


def money(found: Iterable[Row]) -> list[tuple[str, Kind, str, int]]:
    return [
        (row.key.partition("/")[2], row.kind, str(row.amount), row.quantity)
        for row in found
        if isinstance(row, ChargeRow)
    ]


def test_an_order_is_told_with_its_place_and_its_version() -> None:
    first = PAGE["data"]["orders"]["nodes"][0]
    assert told(first) == OrderRow(
        ref="5550001001123",
        currency="EUR",
        status="paid",
        ordered_at=datetime(2026, 10, 3, 8, 12, 29, tzinfo=UTC),
        place=1,
        items=(OrderItemRow("5550001001123/1", "HL-TIN-1", 2, "Harbor Sencha tin"),),
        name="#1001",
        shipped_at=datetime(2026, 10, 4, 15, 30, tzinfo=UTC),
        updated_at=datetime(2026, 10, 5, 9, tzinfo=UTC),
        country="NL",
        state="NH",
        city="Amsterdam",
        sales_channel="web",
    )


def test_money_of_every_sample_order_adds_up_to_its_total() -> None:
    for one in PAGE["data"]["orders"]["nodes"]:
        charges = [row for row in rows(one) if isinstance(row, ChargeRow)]
        assert sum(row.amount for row in charges) == Decimal(one["totalPriceSet"]["shopMoney"]["amount"])
        assert {(row.role, row.stage, row.document, row.order) for row in charges} == {
            (Role.ESTIMATE, Stage.EXPECTED, one["legacyResourceId"], one["legacyResourceId"])
        }


def test_tax_inside_the_price_is_taken_out_by_line_and_out_of_the_discount() -> None:
    assert money(rows(order())) == [
        ("revenue/1", Kind.REVENUE, "35.12", 1),
        ("tax/1/1", Kind.TAX_COLLECTED, "7.38", 0),
        ("revenue/2", Kind.REVENUE, "14.88", 2),
        ("discount/2", Kind.DISCOUNT, "-1.49", 0),
        ("tax/2/1", Kind.TAX_COLLECTED, "2.81", 0),
    ]


def test_tax_on_top_leaves_the_price_as_it_is() -> None:
    assert money(rows(order(taxesIncluded=False, totalPriceSet=bag("68.89"), discountCodes=["TEA"]))) == [
        ("revenue/1", Kind.REVENUE, "42.50", 1),
        ("tax/1/1", Kind.TAX_COLLECTED, "7.38", 0),
        ("revenue/2", Kind.REVENUE, "18.00", 2),
        ("discount/2", Kind.DISCOUNT, "-1.80", 0),
        ("tax/2/1", Kind.TAX_COLLECTED, "2.81", 0),
    ]


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({"totalTipReceivedSet": bag("5.0"), "totalPriceSet": bag("63.7")}, [("tip", Kind.REVENUE, "5.00", 0)]),
        ({"totalTipReceivedSet": bag("5.0")}, []),  # the tip is one of the lines already
        ({"originalTotalDutiesSet": bag("3.1"), "totalPriceSet": bag("61.8")}, [("duties", Kind.TAX_COLLECTED, "3.10", 0)]),
        (
            {"originalTotalDutiesSet": bag("3.1"), "totalTipReceivedSet": bag("5.0"), "totalPriceSet": bag("66.8")},
            [("duties", Kind.TAX_COLLECTED, "3.10", 0), ("tip", Kind.REVENUE, "5.00", 0)],
        ),
        ({"totalPriceSet": bag("58.72")}, [("unexplained", Kind.UNMAPPED, "0.02", 0)]),
    ],
)  # fmt: skip
def test_what_the_total_holds_beside_the_lines(changes: dict[str, Any], more: list[Any]) -> None:
    assert money(rows(order(**changes)))[5:] == more


def test_a_line_given_away_still_moves_its_units() -> None:
    gift = order()
    gift["lineItems"]["nodes"][0]["originalUnitPriceSet"] = bag("0.0")
    gift["lineItems"]["nodes"][0]["taxLines"] = []
    assert money(rows({**gift, "totalPriceSet": bag("16.2")}))[0] == ("revenue/1", Kind.REVENUE, "0.00", 1)


def test_an_unpaid_order_has_no_day_and_a_void_one_no_money() -> None:
    pending = rows(order(displayFinancialStatus="PENDING"))
    assert {row.posted_at for row in pending if isinstance(row, ChargeRow)} == {None}
    assert money(rows(order(displayFinancialStatus="VOIDED", cancelledAt="2026-10-04T00:00:00Z"))) == []
    paid = {row.posted_at for row in rows(order()) if isinstance(row, ChargeRow)}
    assert paid == {datetime(2026, 10, 3, 8, 12, 31, tzinfo=UTC)}


def test_a_cancelled_order_that_was_given_back_sold_no_units() -> None:
    gone = order(displayFinancialStatus="REFUNDED", cancelledAt="2026-10-04T00:00:00Z")
    assert [item.quantity for item in told(gone).items] == [0, 0]
    assert {units for *_, units in money(rows(gone))} == {0}
    assert [item.quantity for item in told(order(cancelledAt="2026-10-04T00:00:00Z")).items] == [1, 2]


def test_a_test_order_is_none() -> None:
    assert rows(order(test=True)) == []


def test_an_order_that_left_in_two_parcels_left_with_the_last() -> None:
    parcels = [
        {"createdAt": "2026-10-04T10:00:00Z", "status": "SUCCESS"},
        {"createdAt": "2026-10-06T10:00:00Z", "status": "SUCCESS"},
        {"createdAt": "2026-10-07T10:00:00Z", "status": "CANCELLED"},
    ]
    left = order(fulfillments=parcels, displayFulfillmentStatus="FULFILLED")
    assert told(left).shipped_at == datetime(2026, 10, 6, 10, tzinfo=UTC)
    assert told({**left, "displayFulfillmentStatus": "PARTIALLY_FULFILLED"}).shipped_at is None


@pytest.mark.parametrize(
    ("changes", "mirror"),
    [
        ({}, (False, "")),
        ({"sourceIdentifier": "111-9856754-1234567", "paymentGatewayNames": ["manual"]}, (True, "111-9856754-1234567")),
        ({"attribution": {"handle": "shopee"}, "paymentGatewayNames": []}, (True, "")),
        ({"sourceIdentifier": "111-9856754-1234567"}, (False, "")),  # paid here, with PayPal
    ],
)
def test_copies_of_other_channels_orders_are_told_apart(changes: dict[str, Any], mirror: tuple[bool, str]) -> None:
    row = told(order(**changes))
    assert (row.is_mirror, row.mirror_of) == mirror


# Refunds


def refund(gateways: dict[str, str], lines: list[Any], shipping: list[Any] | None = None) -> dict[str, Any]:
    """A refund paid back through the gateways; lines are (id, units, restock, subtotal, tax)."""
    paid = [
        {"id": f"gid://shopify/OrderTransaction/{n}", "kind": "REFUND", "status": "SUCCESS", "gateway": gateway,
         "processedAt": "2026-10-09T10:00:02Z", "test": False, "amountSet": bag(amount)}
        for n, (gateway, amount) in enumerate(gateways.items(), 1)
    ]  # fmt: skip
    given = [
        {"quantity": units, "restockType": restock, "lineItem": {"id": f"gid://shopify/LineItem/{line}", "sku": ""},
         "subtotalSet": bag(subtotal), "totalTaxSet": bag(tax)}
        for line, units, restock, subtotal, tax in lines
    ]  # fmt: skip
    return {
        "id": "gid://shopify/Refund/7", "createdAt": "2026-10-09T10:00:00Z", "processedAt": "2026-10-09T10:00:00Z",
        "totalRefundedSet": bag("1.0"), "refundLineItems": {"nodes": given},
        "refundShippingLines": {"nodes": shipping or []}, "orderAdjustments": {"nodes": []},
        "transactions": {"nodes": paid},
    }  # fmt: skip


def refunded(*refunds: dict[str, Any]) -> list[tuple[str, Kind, str, int]]:
    found = money(rows(order(refunds=list(refunds), displayFinancialStatus="PARTIALLY_REFUNDED")))
    return [one for one in found if one[0].startswith("refund")]


def test_a_refund_elsewhere_is_told_by_line_with_its_units_and_its_day() -> None:
    back = refund({"paypal": "8.1"}, [(1300003, 1, "RETURN", "8.1", "1.4")])
    assert refunded(back) == [
        ("refund/7/1", Kind.REFUND, "-6.70", -1),
        ("refund/7/tax", Kind.TAX_COLLECTED, "-1.40", 0),
    ]
    days = {row.posted_at for row in rows(order(refunds=[back])) if isinstance(row, ChargeRow) and "refund" in row.key}
    assert days == {datetime(2026, 10, 9, 10, tzinfo=UTC)}


def test_a_refund_that_its_lines_do_not_explain_is_one_sum_with_its_own_share_of_tax() -> None:
    back = refund({"paypal": "5.0", "shopify_payments": "5.0"}, [(1300003, 1, "NO_RESTOCK", "10.0", "1.6")])
    assert refunded(back) == [("refund/7", Kind.REFUND, "-4.20", 0), ("refund/7/tax", Kind.TAX_COLLECTED, "-0.80", 0)]


def test_a_refund_without_lines_has_tax_in_the_orders_proportion() -> None:
    assert refunded(refund({"gift_card": "10.0"}, [])) == [
        ("refund/7", Kind.REFUND, "-8.26", 0),
        ("refund/7/tax", Kind.TAX_COLLECTED, "-1.74", 0),
    ]


def test_a_refund_of_shopify_payments_is_left_to_the_balance() -> None:
    assert refunded(refund({"shopify_payments": "8.1"}, [(1300003, 1, "RETURN", "8.1", "1.4")])) == []


def test_units_taken_off_before_they_left_were_not_sold() -> None:
    off = refund({"shopify_payments": "8.1"}, [(1300003, 1, "CANCEL", "8.1", "1.4")])
    changed = order(refunds=[off], displayFinancialStatus="PARTIALLY_REFUNDED")
    assert [item.quantity for item in told(changed).items] == [1, 1]
    assert [one for one in money(rows(changed)) if one[0] == "revenue/2"] == [("revenue/2", Kind.REVENUE, "14.88", 1)]


# What is there in part, and what cannot be read


def test_an_order_that_is_there_in_part_is_left_to_the_answer_with_the_whole() -> None:
    more = order()
    more["lineItems"]["pageInfo"]["hasNextPage"] = True
    headers = order(refunds=[{"id": "gid://shopify/Refund/7", "createdAt": "2026-10-09T10:00:00Z"}])
    assert rows(more, headers) == []


def test_an_order_that_is_gone_meanwhile_gives_nothing() -> None:
    assert read(b'[{"data": {"order": null}}]') == []


def test_a_further_page_of_another_order_is_not_mixed_in() -> None:
    parts = copy.deepcopy(WHOLE)
    parts[1]["data"]["order"]["id"] = "gid://shopify/Order/1"
    assert read(json.dumps(parts).encode()) == [
        Unreadable(1, "the order cannot be put together: a further page is of another order")
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"totalPriceSet": {"shopMoney": {"amount": 58.7}}}, "no amount of money"),
        ({"totalPriceSet": {"shopMoney": {"amount": "58,70"}}}, "no amount of money"),
        ({"totalPriceSet": {"shopMoney": {"amount": "NaN"}}}, "no amount of money"),
        ({"totalPriceSet": []}, "TypeError"),
        ({"id": "5550001001124.0"}, "no id of Shopify"),
        ({"processedAt": "yesterday"}, "not a date"),
        ({"processedAt": 1790000000}, "is no text"),
        ({"currencyCode": None}, "“currencyCode” is empty"),
        ({"lineItems": {}}, "“lineItems” is no list"),
        ({"transactions": None}, "TypeError"),
        ({"shippingAddress": "Amsterdam"}, "“countryCodeV2” is not there"),
    ],
)
def test_a_changed_field_makes_its_order_unreadable_and_no_other(changes: dict[str, Any], said: str) -> None:
    other = PAGE["data"]["orders"]["nodes"][0]
    found = rows(order(**changes), other)
    assert [(row.place, said in row.reason) for row in found if isinstance(row, Unreadable)] == [(1, True)]
    assert [row.name for row in found if isinstance(row, OrderRow)] == ["#1001"]


def test_a_field_that_is_missing_is_never_taken_for_zero() -> None:
    changed = order()
    del changed["totalTipReceivedSet"]
    [row] = rows(changed)
    assert row == Unreadable(1, "ValueError: “totalTipReceivedSet” is not there", "#1002")


def test_an_answer_without_orders_is_another_shape() -> None:
    with pytest.raises(Changed):
        read(b'{"data": {"shop": {}}}')


# Visits


def visits(journey: Any) -> list[VisitRow]:
    return [row for row in rows(order(customerJourneySummary=journey)) if isinstance(row, VisitRow)]


JOURNEY = PAGE["data"]["orders"]["nodes"][0]["customerJourneySummary"]


def test_every_visit_is_told_in_order_without_the_query_of_its_addresses() -> None:
    shuffled = {**JOURNEY, "moments": {"nodes": list(reversed(JOURNEY["moments"]["nodes"]))}}
    found = visits(shuffled)
    assert [(one.position, one.is_first, one.is_last, one.visits, one.landing) for one in found] == [
        (1, True, False, 2, "https://harborandleaf.example/"),
        (2, False, True, 2, "https://harborandleaf.example/products/sencha"),
    ]
    assert found[0] == VisitRow(
        key="5550001001124/90001", order="5550001001124", position=1,
        occurred_at=datetime(2026, 9, 28, 19, tzinfo=UTC), place=1, is_first=True, visits=2, source="Google",
        source_type="AD", referrer="https://www.google.example/", landing="https://harborandleaf.example/",
        utm_source="google", utm_medium="cpc", utm_campaign="harbor-brand", utm_term="harbor and leaf",
    )  # fmt: skip


@pytest.mark.parametrize("journey", [None, {**JOURNEY, "ready": False}, {**JOURNEY, "moments": None}])
def test_a_journey_that_is_not_ready_tells_nothing(journey: Any) -> None:
    assert visits(journey) == []


# Files of bulk operations


def test_a_bulk_file_tells_the_same_as_pages_but_orders_with_refunds() -> None:
    def plain(found: list[Row]) -> list[Row]:
        number = {"5550001001201": "5550001001123", "5550001001202": "5550001001124"}
        text = repr(found)
        for bulk, paged in number.items():
            text = text.replace(bulk, paged)
        return [text.replace("#110", "#100")]  # type: ignore[list-item]

    in_pages = rows(*PAGE["data"]["orders"]["nodes"][:2])
    assert plain(read(BULK, bulk_orders.FORMAT)) == plain(in_pages)


def test_lines_without_their_order_are_listed() -> None:
    orphan = b'{"__typename":"LineItem","id":"gid://shopify/LineItem/1","__parentId":"gid://shopify/Order/404"}\n'
    found = read(BULK + orphan + b'{"__typename":"Order"}\n', bulk_orders.FORMAT)
    assert [row for row in found if isinstance(row, Unreadable)] == [
        Unreadable(12, "the line has neither an id nor a parent"),
        Unreadable(11, "its order is not in the file: gid://shopify/Order/404"),
    ]


def test_a_file_of_one_line_is_known_too() -> None:
    line = BULK.splitlines()[0]
    assert [form for _, form in recognise(read_head(io.BytesIO(line)), (ADAPTER,))] == [bulk_orders.FORMAT]


# Buyers' fields


@pytest.mark.parametrize("name", ["api_orders.json", "api_orders_whole.json", "bulk_orders.jsonl", "orders_export.csv"])
def test_buyers_fields_are_cut_and_the_destination_stays(name: str) -> None:
    body = (SAMPLES / name).read_bytes()
    [(_, form)] = recognise(read_head(io.BytesIO(body)), (ADAPTER,))
    out = io.BytesIO()
    cut = list(redact(io.BytesIO(body), read_head(io.BytesIO(body)), form.personal, out))
    left = out.getvalue().decode()
    values = {str(value) for _, found in cut for value in found.values()}
    assert values
    assert [value for value in values if f'"{value}"' in left] == []
    destinations = {
        (row.country, row.state, row.city) for row in read(out.getvalue(), form) if isinstance(row, OrderRow)
    }
    assert destinations == {(row.country, row.state, row.city) for row in read(body, form) if isinstance(row, OrderRow)}
    assert any(all(place) for place in destinations)
