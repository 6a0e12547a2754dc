"""Orders of the API, and that they tell the same as the report."""

import io
import json
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from channels.adapters import amazon as package
from channels.adapters.amazon import api_orders, orders
from channels.adapters.amazon.marketplaces import is_elsewhere
from channels.core.kinds import Kind, Role, Stage
from channels.core.privacy import PLACEHOLDER, redact
from channels.core.reading import read_head
from channels.core.rows import ChargeRow, OrderItemRow, OrderRow, Page, Row, Shop, Unreadable

D = Decimal
DE, FR = "A1PA6795UKMFR9", "A13V1IB3VIYZZH"
SHOP = Shop("amazon", DE, "EUR", "Europe/Berlin")
REF = "304-4410927-1183502"
SAMPLE = Path(package.__file__).parent / "samples/api_orders_2026-10-22.json"
Json = dict[str, Any]


def eur(amount: Any) -> Json:
    return {"amount": amount, "currencyCode": "EUR"}


def part(kind: str, amount: Any, **details: Any) -> Json:
    more = [{"subtype": name, "value": eur(value)} for name, value in details.items()]
    return {"type": kind, "subtotal": eur(amount), **({"detailedBreakdowns": more} if more else {})}


def item(*parts: Json, **fields: Any) -> Json:
    product = {"asin": "B0HLMTC050", "title": "Matcha", "sellerSku": "HL-MATCHA-50-FBA"}
    return {
        "orderItemId": "1",
        "quantityOrdered": 2,
        "product": product,
        "proceeds": {"breakdowns": list(parts)},
    } | fields


def order(*items: Json, **fields: Any) -> Json:
    return {
        "orderId": REF, "createdTime": "2026-08-28T15:52:03Z", "lastUpdatedTime": "2026-08-29T18:11:41Z",
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": DE, "marketplaceName": "Amazon.de"},
        "recipient": {"deliveryAddress": {"countryCode": "DE", "stateOrRegion": "Hamburg", "city": "Hamburg"}},
        "fulfillment": {"fulfillmentStatus": "SHIPPED"}, "orderItems": list(items),
    } | fields  # fmt: skip


def read(*found: Any, shop: Shop = SHOP, **request: str) -> list[Row]:
    body = json.dumps({"orders": found, "lastUpdatedBefore": "2026-09-01T00:00:00Z"}).encode()
    assert api_orders.FORMAT.recognise(read_head(io.BytesIO(body)))
    page = Page("", lambda: io.BytesIO(body), "", datetime(2026, 10, 1, tzinfo=UTC), request)
    return list(api_orders.FORMAT.rows(page, shop))


def row(**changes: Any) -> OrderRow:
    named: Json = {
        "ref": REF, "currency": "EUR", "status": "SHIPPED", "place": 1,
        "ordered_at": datetime(2026, 8, 28, 15, 52, 3, tzinfo=UTC), "country": "DE", "state": "Hamburg",
        "city": "Hamburg", "sales_channel": "Amazon.de", "updated_at": datetime(2026, 8, 29, 18, 11, 41, tzinfo=UTC),
        "items": (OrderItemRow("1", "HL-MATCHA-50-FBA", 2, "Matcha", "B0HLMTC050"),),
    }  # fmt: skip
    return OrderRow(**(named | changes))


def charge(column: str, words: str, amount: str, kind: Kind, quantity: int = 0) -> ChargeRow:
    return ChargeRow(
        key=f"{REF}/1/{column}", document=REF, kind=kind, label=words, amount=D(amount), currency="EUR", place=1,
        role=Role.ESTIMATE, stage=Stage.EXPECTED, order=REF, sku="HL-MATCHA-50-FBA", quantity=quantity,
    )  # fmt: skip


def test_order_and_what_it_should_bring() -> None:
    parts = (
        part("ITEM", "29.80"), part("SHIPPING", "3.99"), part("TAX", "5.52", ITEM="4.76", SHIPPING="0.76"),
        part("DISCOUNT", "-6.97", ITEM="-2.98", SHIPPING="-3.99"), part("GIFT_WRAP", "1.50"), part("COD_FEE", "0"),
    )  # fmt: skip
    assert read(order(item(*parts))) == [
        row(),
        charge("item-price", "ITEM", "29.80", Kind.REVENUE, 2),
        charge("shipping-price", "SHIPPING", "3.99", Kind.SHIPPING_INCOME),
        charge("item-tax", "TAX ITEM", "4.76", Kind.TAX_COLLECTED),
        charge("shipping-tax", "TAX SHIPPING", "0.76", Kind.TAX_COLLECTED),
        charge("item-promotion-discount", "DISCOUNT ITEM", "-2.98", Kind.DISCOUNT),
        charge("ship-promotion-discount", "DISCOUNT SHIPPING", "-3.99", Kind.DISCOUNT),
        charge("gift-wrap-price", "GIFT_WRAP", "1.50", Kind.SHIPPING_INCOME),
    ]


def test_discount_lowers_the_money_whatever_its_sign() -> None:
    for amount in ("2.98", "-2.98"):
        assert read(order(item(part("DISCOUNT", amount))))[1:] == [
            charge("item-promotion-discount", "DISCOUNT", "-2.98", Kind.DISCOUNT)
        ]


def test_tax_that_its_details_leave_open_counts() -> None:
    assert read(order(item(part("TAX", "5.00", ITEM="4.76"))))[1:] == [
        charge("item-tax", "TAX ITEM", "4.76", Kind.TAX_COLLECTED),
        charge("item-tax#2", "TAX", "0.24", Kind.TAX_COLLECTED),
    ]


def test_word_never_seen_is_unmapped_and_counts() -> None:
    unknown = order(item(part("HARBOR_FEE", "-1.00")), fulfillment={"fulfillmentStatus": "AWAITING_TIDE"})
    assert read(unknown) == [row(status="AWAITING_TIDE"), charge("harbor_fee", "HARBOR_FEE", "-1.00", Kind.UNMAPPED)]


def test_cancelled_order_has_no_units_and_no_money() -> None:
    gone = order(item(part("ITEM", "29.80")), fulfillment={"fulfillmentStatus": "CANCELLED"})
    no_units = (OrderItemRow("1", "HL-MATCHA-50-FBA", 0, "Matcha", "B0HLMTC050"),)
    assert read(gone) == [row(status="CANCELLED", cancelled=True, items=no_units)]


def test_cancelled_units_are_not_counted() -> None:
    done = {"cancellation": {"cancellationExecution": {"cancelledBy": "MERCHANT"}}}
    some = item(part("ITEM", "14.90"), fulfillment={"quantityFulfilled": 1, "quantityUnfulfilled": 0}, **done)
    none = item(part("ITEM", "29.80"), fulfillment={"quantityFulfilled": 0, "quantityUnfulfilled": 0}, **done)
    assert read(order(some, none)) == [
        row(items=(
            OrderItemRow("1", "HL-MATCHA-50-FBA", 1, "Matcha", "B0HLMTC050"), OrderItemRow("2", "HL-MATCHA-50-FBA", 0, "Matcha", "B0HLMTC050"),
        )),
        charge("item-price", "ITEM", "14.90", Kind.REVENUE, 1),
    ]  # fmt: skip


def test_pending_order_has_units_and_no_money_yet() -> None:
    pending = order(item(proceeds=None), fulfillment={"fulfillmentStatus": "PENDING"})
    assert read(pending) == [row(status="PENDING")]


@pytest.mark.parametrize("name", ["Non-Amazon DE", "Amazon.de", None])
def test_shipping_for_another_channel_serves_its_order_and_sells_nothing(name: str | None) -> None:
    channel = {"channelName": "NON_AMAZON", "marketplaceId": DE, "marketplaceName": name}
    alias = [{"aliasType": "SELLER_ORDER_ID", "aliasId": "#1005"}]
    found = read(order(item(part("ITEM", "29.80")), salesChannel=channel, orderAliases=alias))
    shown = "Non-Amazon DE" if name == "Non-Amazon DE" else "Non-Amazon Amazon.de"
    assert found == [row(sales_channel=shown, serves="#1005")]


def test_business_shipped_and_sparse_orders() -> None:
    assert read(order(item(), programs=["PRIME", "AMAZON_BUSINESS"])) == [row(business=True)]
    packages = [{"shipTime": "2026-08-30T10:00:00Z"}, {"shipTime": "2026-08-29T10:00:00Z"}, {}]
    assert read(order(item(), packages=packages)) == [row(shipped_at=datetime(2026, 8, 29, 10, tzinfo=UTC))]
    bare = {"orderId": REF, "createdTime": "2026-08-28T15:52:03Z", "orderItems": []}
    empty = row(status="", country="", state="", city="", sales_channel="", updated_at=None, items=())
    assert read(bare) == [empty]


@pytest.mark.parametrize("kind", ["REPLACEMENT_ORIGINAL_ID", "EXCHANGE_ORIGINAL_ID"])
def test_what_is_sent_instead_of_an_order_names_it(kind: str) -> None:
    others = [{"orderId": "1", "associationType": "OTHER"}, {"orderId": "028-1", "associationType": kind}]
    assert read(order(item(), associatedOrders=others)) == [row(replaces="028-1")]


def test_numbers_and_texts_are_read_alike() -> None:
    assert read(order(item(part("ITEM", 29.8), quantityOrdered="2"))) == read(order(item(part("ITEM", "29.8"))))


def test_other_marketplaces_orders_are_left_to_their_store() -> None:
    french = order(item(), salesChannel={"channelName": "AMAZON", "marketplaceId": FR, "marketplaceName": "Amazon.fr"})
    assert read(french, order(item()), operation="searchOrders") == [row(place=2)]
    assert read(french, order(item())) == [
        row(place=2),
        Unreadable(1, "1 orders of Amazon.fr were left out: import them into its own store too"),
    ]
    assert [is_elsewhere(one, DE) for one in (FR, "Amazon.fr", DE, "Amazon.de", "Non-Amazon FR", "", "AXYZ")] == [
        True, True, False, False, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        None, "order", 5, {}, {"orderId": REF}, order(None), order(item(quantityOrdered="2 pcs")),  # type: ignore[arg-type]
        order(item(quantityOrdered=True)), order(item(part("ITEM", "NaN"))), order(item(part("ITEM", None))),
        order(item({"type": "ITEM", "subtotal": {"amount": "1", "currencyCode": "SEK"}})),
        order(item({"type": "ITEM"})), order(item(), createdTime="soon"), order(item(), orderId=7),
        order(item(product="Matcha")), order(item(), orderItems={"1": 2}),
    ],
)  # fmt: skip
def test_order_of_another_shape_is_told_and_the_others_are_read(wrong: Any) -> None:
    first, *rest = read(order(item()), wrong)
    assert first == row()
    assert [(type(one), one.place) for one in rest] == [(Unreadable, 2)]


def test_one_order_and_no_orders() -> None:
    for document, known, count in (
        ({"order": order(item())}, True, 1), ({"orders": [], "createdBefore": "2026-09-01"}, True, 0),
        ({"orders": []}, False, 0), ({"orders": [{"id": 5}]}, False, 0), ({"order": {"id": 5}}, False, 0),
    ):  # fmt: skip
        body = json.dumps(document).encode()
        assert api_orders.FORMAT.recognise(read_head(io.BytesIO(body))) is known
        if known:
            page = Page("", lambda body=body: io.BytesIO(body), "", datetime(2026, 10, 1, tzinfo=UTC))  # type: ignore[misc]
            assert len(list(api_orders.FORMAT.rows(page, SHOP))) == count


# The same order in the report

REPORT = {
    "amazon-order-id": REF, "merchant-order-id": REF, "purchase-date": "2026-08-28T15:52:03+00:00",
    "last-updated-date": "2026-08-29T18:11:41+00:00", "order-status": "Shipped", "sales-channel": "Amazon.de",
    "product-name": "Matcha", "sku": "HL-MATCHA-50-FBA", "asin": "B0HLMTC050", "item-status": "Shipped", "quantity": "2", "currency": "EUR",
    "item-price": "29.80", "item-tax": "4.76", "shipping-price": "3.99", "shipping-tax": "0.76",
    "gift-wrap-price": "1.50", "gift-wrap-tax": "0.20", "item-promotion-discount": "2.98",
    "ship-promotion-discount": "3.99", "ship-city": "Hamburg", "ship-state": "Hamburg", "ship-country": "DE",
}  # fmt: skip


def test_report_and_api_agree_on_an_orders_money_and_place() -> None:
    body = ("\t".join(REPORT) + "\n" + "\t".join(REPORT.values()) + "\n").encode()
    page = Page("", lambda: io.BytesIO(body), "", datetime(2026, 10, 1, tzinfo=UTC))
    reported = list(orders.FORMAT.rows(page, SHOP))
    told = read(order(item(
        part("ITEM", "29.80"), part("SHIPPING", "3.99"), part("GIFT_WRAP", "1.50"),
        part("TAX", "5.72", ITEM="4.76", SHIPPING="0.76", GIFT_WRAP="0.20"),
        part("DISCOUNT", "-6.97", ITEM="-2.98", SHIPPING="-3.99"),
    )))  # fmt: skip
    assert told[0] == row()
    assert reported[0] == row(status="Shipped", place=2)
    assert lines(reported) == lines(told)


def lines(rows: list[Row]) -> dict[tuple[str, Kind, str, int], Decimal]:
    found: dict[tuple[str, Kind, str, int], Decimal] = defaultdict(Decimal)
    for one in rows:
        if isinstance(one, ChargeRow):
            found[one.key, one.kind, one.sku, one.quantity] += one.amount
    return dict(found)


def test_both_layouts_are_kept_as_one() -> None:
    assert api_orders.FORMAT.kept_as == orders.FORMAT.resource == "amazon.orders"


def test_sample_loses_its_personal_values_and_keeps_its_places() -> None:
    body, kept = SAMPLE.read_bytes(), io.BytesIO()
    [(place, cut)] = redact(io.BytesIO(body), read_head(io.BytesIO(body)), api_orders.FORMAT.personal, kept)
    assert place == 1
    assert {path.split(".", 2)[2] for path in cut} == {
        "recipient.deliveryAddress.name", "recipient.deliveryAddress.addressLine1",
        "recipient.deliveryAddress.addressLine2", "recipient.deliveryAddress.postalCode",
        "recipient.deliveryAddress.phone", "recipient.deliveryAddress.companyName", "recipient.deliveryPreference",
        "buyer.buyerName", "buyer.buyerEmail", "buyer.buyerCompanyName", "buyer.buyerPurchaseOrderNumber",
        "orderItems.1.fulfillment.packing.giftOption.giftMessage", "packages.0.trackingNumber",
    }  # fmt: skip
    first = json.loads(kept.getvalue())["orders"][0]["recipient"]["deliveryAddress"]
    assert (first["name"], first["city"], first["stateOrRegion"], first["countryCode"]) == (
        PLACEHOLDER, "Hamburg", "Hamburg", "DE",
    )  # fmt: skip


def test_sample_tells_its_orders() -> None:
    body = SAMPLE.read_bytes()
    page = Page("", lambda: io.BytesIO(body), "", datetime(2026, 10, 1, tzinfo=UTC))
    found = list(api_orders.FORMAT.rows(page, SHOP))
    brief = [
        (one.ref[:3], one.status, sum(unit.quantity for unit in one.items), one.serves, one.business)
        for one in found
        if isinstance(one, OrderRow)
    ]
    assert brief == [
        ("303", "SHIPPED", 3, "", False), ("302", "SHIPPED", 2, "", True), ("305", "CANCELLED", 0, "", False),
        ("306", "PENDING", 1, "", False), ("S01", "SHIPPED", 1, "#1031", False), ("303", "SHIPPED", 1, "", False),
    ]  # fmt: skip
    assert sum(one.amount for one in found if isinstance(one, ChargeRow)) == D("54.22") + D("118.00") + D("22.42")
