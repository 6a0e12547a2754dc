"""Shopee's orders: items, units, and the estimates they bring before the escrow tells."""

import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from channels.adapters.shopee import ADAPTER
from channels.core.kinds import Kind, Role, Stage
from channels.core.reading import read_head
from channels.core.rows import ChargeRow, OrderItemRow, OrderRow, Page, Row, Shop

SAMPLES = Path(__file__).parents[3] / "channels/adapters/shopee/samples"
SG = Shop("shopee", "SG", "SGD", "Asia/Singapore")
MY = Shop("shopee", "MY", "MYR", "Asia/Kuala_Lumpur", cross_border=True)


def read(body: bytes, shop: Shop = SG) -> list[Row]:
    """The rows of a page through the one format that knows it."""
    head = read_head(io.BytesIO(body))
    (found,) = [one for one in ADAPTER.formats if one.recognise(head)]
    return list(found.rows(page_of(found.resource, body), shop))


def page_of(resource: str, body: bytes) -> Page:
    return Page(resource, lambda: io.BytesIO(body), "application/json", datetime(2026, 11, 1, tzinfo=UTC))


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.json").read_bytes()


def say(response: Any, shop: Shop = SG, **more: Any) -> list[Row]:
    return read(json.dumps({"error": "", "message": "", "response": response, **more}).encode(), shop)


def charges(rows: list[Row]) -> list[ChargeRow]:
    return [row for row in rows if isinstance(row, ChargeRow)]


def test_order_when_completed_has_items_and_estimates() -> None:
    rows = [
        row
        for row in read(sample("order_detail"))
        if (isinstance(row, OrderRow) and row.ref == "2608157H4K2M9P")
        or (isinstance(row, ChargeRow) and row.order == "2608157H4K2M9P")
    ]
    place, ordered = 7, datetime(2026, 8, 15, 2, 12, tzinfo=UTC)
    shipped = datetime(2026, 8, 16, 2, 12, tzinfo=UTC)
    first, second = "5100000156", "5100000163"
    estimate: dict[str, Any] = {
        "document": "2608157H4K2M9P", "kind": Kind.REVENUE, "label": "model_discounted_price", "currency": "SGD",
        "place": place, "role": Role.ESTIMATE, "stage": Stage.EXPECTED, "order": "2608157H4K2M9P", "quantity": 1,
        "posted_at": datetime(2026, 8, 15, 2, 15, tzinfo=UTC), "shipped_at": shipped,
    }  # fmt: skip
    assert rows == [
        OrderRow(
            ref="2608157H4K2M9P",
            currency="SGD",
            status="COMPLETED",
            ordered_at=ordered,
            place=place,
            items=(
                OrderItemRow(first, "HL-MATCHA-50", 1, "Harbor & Leaf Ceremonial Matcha / 50 g"),
                OrderItemRow(second, "HL-CUP-2", 1, "Harbor & Leaf Cup Set / Pair"),
            ),
            shipped_at=shipped,
            updated_at=datetime(2026, 8, 24, 2, 12, tzinfo=UTC),
            country="SG",
        ),
        ChargeRow(key=f"2608157H4K2M9P/{first}", sku="HL-MATCHA-50", amount=Decimal("17.9"), **estimate),
        ChargeRow(key=f"2608157H4K2M9P/{second}", sku="HL-CUP-2", amount=Decimal("24.5"), **estimate),
    ]


def test_order_when_unpaid_or_cancelled_brings_no_money() -> None:
    rows = read(sample("order_detail"))
    still = {row.ref: row for row in rows if isinstance(row, OrderRow) and row.status in ("UNPAID", "CANCELLED")}
    assert len(still) == 3
    assert not still.keys() & {row.order for row in charges(rows)}
    assert [item.quantity for row in still.values() if row.cancelled for item in row.items] == [0, 0]


def _order(**more: Any) -> dict[str, Any]:
    item = {"item_id": 1, "model_id": 2, "item_sku": "HL-CUP", "model_quantity_purchased": 3, "cancelled_qty": 1}
    item |= {"model_discounted_price": 5.5, "model_original_price": 6}
    order = {"order_sn": "A", "create_time": 1790000000, "order_status": "SHIPPED", "currency": "SGD"}
    return order | {"total_amount": 20, "item_list": [item]} | more


def test_order_when_bundle_shares_what_is_paid_by_list_price() -> None:
    bundle: dict[str, Any] = {
        "item_id": 1,
        "model_id": 0,
        "order_item_id": 9,
        "promotion_group_id": 4,
        "model_quantity_purchased": 1,
    }
    bundle |= {"promotion_type": "bundle_deal", "model_discounted_price": 0, "item_sku": "HL-SENCHA-100"}
    single = {"item_id": 3, "model_id": 0, "model_quantity_purchased": 1, "model_discounted_price": 4}
    items = [bundle | {"model_original_price": 10}, bundle | {"model_original_price": 20, "model_id": 5}, single]
    found = charges(say({"order_list": [_order(item_list=items, total_amount=25)]}))
    assert [(row.key, row.sku, row.label, row.amount) for row in found] == [
        ("A/9:4:1:0", "HL-SENCHA-100", "total_amount", Decimal("7.00")),
        ("A/9:4:1:5", "HL-SENCHA-100", "total_amount", Decimal("14.00")),
        ("A/0:0:3:0", "3:0", "model_discounted_price", Decimal(4)),
    ]
    unpaid = charges(say({"order_list": [_order(item_list=items, total_amount=None)]}))
    assert [row.label for row in unpaid] == ["model_discounted_price"]


def test_order_when_partly_cancelled_counts_the_rest() -> None:
    (order, charge) = say({"order_list": [_order()]})
    assert isinstance(order, OrderRow)
    assert isinstance(charge, ChargeRow)
    assert (order.items[0].quantity, charge.quantity, charge.amount) == (2, 2, Decimal("11.0"))


def test_order_when_told_twice_counts_as_last_updated() -> None:
    newer, older = _order(update_time=20, order_status="COMPLETED"), _order(update_time=10)
    rows = say({"order_list": [newer, older]})
    assert [row.status for row in rows if isinstance(row, OrderRow)] == ["COMPLETED"]
    assert len(charges(rows)) == 1
