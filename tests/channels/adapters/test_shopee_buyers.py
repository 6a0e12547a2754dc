"""Who bought on Shopee: his number there, and the recipient in clear or as a mask."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest

from channels.adapters import format_of
from channels.core.rows import BuyerRow, OrderRow, Page, Shop
from tests.making import shopee_orders

FORM = format_of("shopee.orders")
SHOP = Shop("shopee", "SG", "SGD", "Asia/Singapore")


def told(*orders: dict[str, Any]) -> list[BuyerRow]:
    assert FORM.buyers is not None
    body = shopee_orders(*orders)
    page = Page(FORM.resource, lambda: io.BytesIO(body), "", datetime(2026, 9, 1, tzinfo=UTC))
    rows = list(FORM.buyers(page, SHOP))
    told_orders = [row.ref for row in FORM.rows(page, SHOP) if isinstance(row, OrderRow)]
    assert [row.order for row in rows] == told_orders
    return rows


def test_masks_come_as_they_are() -> None:
    assert told({}) == [
        BuyerRow(
            "260615000000", 1, buyer="7000001", username="adabyron", name="A***n", phone="******67", street="12****",
            postcode="018956", city="Singapore", country="SG",
        )
    ]  # fmt: skip


def test_what_is_nothing_but_a_mask_is_empty() -> None:
    gone = dict.fromkeys(("name", "phone", "full_address", "zipcode", "city", "state", "town"), "****")
    assert told({"address": gone, "buyer_user_id": "****", "buyer_username": "****"}) == [
        BuyerRow("260615000000", 1, country="SG")
    ]


@pytest.mark.parametrize("number", [0, "0", "", None, "88****12"])
def test_a_hidden_number_is_nobodys(number: Any) -> None:
    assert told({"buyer_user_id": number})[0].buyer == ""


def test_the_full_address_comes_without_the_places_that_follow_it() -> None:
    address = {
        "name": "Siti Rahma", "phone": "60123456789", "town": "Taman Muda", "district": "Kajang", "city": "Hulu Langat",
        "state": "Selangor", "zipcode": "43000", "full_address": "12, Jalan Damai, Taman Muda, kajang, 43000, Selangor",
    }  # fmt: skip
    [row] = told({"address": address})
    assert (row.name, row.phone, row.street) == ("Siti Rahma", "60123456789", "12, Jalan Damai")
    assert (row.postcode, row.city, row.state) == ("43000", "Hulu Langat", "Selangor")


def test_a_city_that_is_not_told_is_the_district() -> None:
    assert told({"address": {"city": "", "district": "Bedok"}})[0].city == "Bedok"
    assert told({"address": {"city": "Be****", "district": "****", "town": "Tampines"}})[0].city == "Tampines"


def test_an_order_told_twice_counts_as_last_updated() -> None:
    rows = told({"order_sn": "A1", "update_time": 2, "buyer_username": "new"}, {"order_sn": "A1", "update_time": 1})
    assert [row.username for row in rows] == ["new"]
