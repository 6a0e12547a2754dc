"""Who bought in a shop: the customer, and the recipient of a gift; nobody of an order that another channel sold."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from channels.adapters import format_of
from channels.adapters.shopify.buyers import same_name
from channels.core.rows import BuyerRow, Page, Shop
from tests.making import shopify_orders

SAMPLES = Path(__file__).parents[3] / "channels/adapters/shopify/samples"
ANSWER = json.loads((SAMPLES / "api_orders.json").read_text())
SHOP = Shop("shopify", "", "EUR", "Europe/Berlin")
HOME: dict[str, Any] = {
    "street": "Lindenkade 12",
    "postcode": "1011 AB",
    "city": "Amsterdam",
    "state": "NH",
    "country": "NL",
}


def told(resource: str, body: bytes) -> list[BuyerRow]:
    form = format_of(resource)
    assert form.buyers is not None
    return list(form.buyers(Page(resource, lambda: io.BytesIO(body), "", datetime(2026, 9, 1, tzinfo=UTC)), SHOP))


def of_api(**changes: Any) -> list[BuyerRow]:
    """Of the first order of the sample, with changes; also by the file of a bulk operation, which tells the same."""
    node = {**ANSWER["data"]["orders"]["nodes"][0], **changes}
    page = {"data": {"orders": {"nodes": [node], "pageInfo": {}}}}
    found = told("shopify.api_orders", json.dumps(page).encode())
    plain = {name: value for name, value in node.items() if not (isinstance(value, dict) and "nodes" in value)}
    child = {"__typename": "LineItem", "id": "gid://shopify/LineItem/1", "__parentId": node["id"]}
    lines = json.dumps({"__typename": "Order", **plain}) + "\n" + json.dumps(child) + "\n"
    if not node.get("refunds"):
        assert told("shopify.bulk_orders", lines.encode()) == found
    return found


def address(**changes: Any) -> dict[str, Any]:
    return {**ANSWER["data"]["orders"]["nodes"][0]["shippingAddress"], **changes}


MARA = BuyerRow(
    "5550001001123", 1, buyer="6660001", name="Mara Okonkwo", email="mara.okonkwo@example.org", phone="+31201234000",
    **HOME,
)  # fmt: skip


def test_an_order_tells_its_customer() -> None:
    assert of_api() == [MARA]


@pytest.mark.parametrize(
    "name", ["MARA OKONKWO", "Okonkwo, Mara", "M. Okonkwo", "Mara Jane Okonkwo", "Márá Okonkwo", ""]
)
def test_the_same_name_otherwise_written_is_no_recipient(name: str) -> None:
    assert of_api(shippingAddress=address(name=name)) == [MARA]


def test_the_recipient_of_a_gift_is_a_part_of_his_own() -> None:
    customer, recipient = of_api(shippingAddress=address(name="Ben Li", phone="+31 20 555 0000"))
    assert customer == BuyerRow(
        MARA.order, 1, buyer=MARA.buyer, name=MARA.name, email=MARA.email, phone=MARA.phone, country="NL"
    )
    assert recipient == BuyerRow(MARA.order, 1, 1, name="Ben Li", phone="+31 20 555 0000", **HOME)


@pytest.mark.parametrize("phone", ["+31201234000", "020 1234000", "0031 (0)20-1234000"])
def test_the_customers_own_number_on_a_gift_is_not_the_recipients(phone: str) -> None:
    customer, recipient = of_api(shippingAddress=address(name="Ben Li", phone=phone))
    assert (customer.phone, recipient.phone) == (MARA.phone, "")


def test_what_shopify_withholds_is_empty() -> None:
    assert of_api(email=None, phone=None, customer=None, shippingAddress=None) == [BuyerRow(MARA.order, 1)]
    kept = address(name=None, address1=None, zip=None, phone=None)
    [row] = of_api(email=None, phone=None, customer={"id": "gid://shopify/Customer/7"}, shippingAddress=kept)
    assert row == BuyerRow(MARA.order, 1, buyer="7", city="Amsterdam", state="NH", country="NL")


@pytest.mark.parametrize("wrong", [7, [], {"a": 1}, True])
def test_fields_of_another_type_are_empty(wrong: Any) -> None:
    [row] = of_api(email=wrong, phone=wrong, customer=wrong, shippingAddress=wrong)
    assert row == BuyerRow(MARA.order, 1)
    assert of_api(customer={"id": wrong, "displayName": wrong, "defaultEmailAddress": wrong}, id=wrong) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"test": True},
        {"sourceName": "amazon", "paymentGatewayNames": []},
        {"tags": ["shopee"], "paymentGatewayNames": ["manual"]},
        {"name": "114-0000001-0000001", "paymentGatewayNames": ["manual"]},
        {"id": "gid://shopify/Order/x"},
        {"refunds": [{"id": "gid://shopify/Refund/1"}]},  # told in part: another answer has the whole
    ],
)  # fmt: skip
def test_tests_copies_and_parts_of_orders_tell_nobody(changes: dict[str, Any]) -> None:
    assert of_api(**changes) == []


def test_an_order_of_this_shop_paid_by_amazon_pay_tells_its_customer() -> None:
    assert of_api(sourceName="web", paymentGatewayNames=["amazon_payments", "Amazon Pay"]) == [MARA]


def test_one_order_that_cannot_be_read_leaves_the_others() -> None:
    nodes = ANSWER["data"]["orders"]["nodes"]
    answer = {"data": {"orders": {"nodes": [7, {"id": None}, {}, nodes[0]], "pageInfo": {}}}}
    assert [(row.order, row.place) for row in told("shopify.api_orders", json.dumps(answer).encode())] == [
        (MARA.order, 4)
    ]


def test_a_copy_in_an_export_tells_nobody_though_its_buyer_stands_in_it() -> None:
    copies = [
        {"Name": "#7", "Source": "amazon", "Payment Method": ""},
        {"Name": "#8", "Notes": "Amazon order 114-0000001-0000001", "Payment Method": "manual"},
        {"Name": "#9", "Tags": "shopee", "Payment Method": ""},
    ]
    rows = told("shopify.orders", shopify_orders({"Name": "#1"}, *copies))
    assert [row.order for row in rows] == ["1"]


def test_a_gift_in_an_export_has_the_customers_bill_and_the_recipients_address() -> None:
    body = shopify_orders({
        "Name": "#1", "Phone": "'+6581234567", "Shipping Name": "Ben Li", "Shipping Address1": "9 Pier", "Billing Zip":
        "'018956", "Shipping Address2": "#02-01", "Shipping Zip": "'049318", "Shipping Phone": "81234567",
    })  # fmt: skip
    assert told("shopify.orders", body) == [
        BuyerRow(
            "1", 2, name="Ada Byron", email="ada.byron@example.com", phone="+6581234567", street="12 Analytical Row",
            postcode="018956", city="Singapore", country="SG",
        ),
        BuyerRow("1", 2, 1, name="Ben Li", street="9 Pier #02-01", postcode="049318", city="Singapore", country="SG"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ada Byron", "byron ada", True), ("", "Ada", True), ("A B", "Ada Byron", True), ("Ada", "Ada Byron", True),
        ("Ada Byron", "Ada King", False), ("Jörg", "Jorg", True), ("王伟", "王伟", True), ("王伟", "李娜", False),
        ("Ada Ada", "Ada", True), ("x" * 100_000, "y", False),
    ],
)  # fmt: skip
def test_names_are_the_same_as_far_as_they_may_be(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same_name(other, one) is same
