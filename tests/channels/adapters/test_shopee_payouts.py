"""Shopee's cross-border payouts and their lines, the income view, and returns."""

import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from channels.adapters.shopee import ADAPTER
from channels.core.kinds import Kind, Role
from channels.core.reading import read_head
from channels.core.rows import ChargeRow, Page, PayoutRow, Row, Shop

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


def test_payout_when_negative_is_read_as_stated() -> None:
    assert read(sample("crossborder_payout_info"), MY)[0] == PayoutRow(
        ref="11796795500890870002",
        currency="MYR",
        place=1,
        stated=Decimal(-20),
        deposited_at=datetime(2026, 9, 23, 4, 0, tzinfo=UTC),
        paid_amount=Decimal("-4.74"),
        paid_currency="USD",
    )


def test_billing_when_read_gives_roles_kinds_and_payout() -> None:
    first, second, waits = "11796795500890870001", "11796795500890870002", ""
    rows = charges(read(sample("crossborder_billing_transaction_info"), MY))
    assert [(row.role, row.kind, row.label, row.order, row.payout, row.posted_at) for row in rows] == [
        *(
            (Role.RELEASE, Kind.REVENUE, "Order Income: Order Completed", order, first, None)
            for order in ("260902MYH3K7A1", "260904MYQ8B2C3", "260906MYW5D4E6")
        ),
        (Role.DIRECT, Kind.COMMISSION, "Commission Fee: Commission Fee Adjustment", "", first, None),
        (Role.DIRECT, Kind.UNMAPPED, "Storage Fee: Monthly Storage", "", first, None),
        (
            Role.RELEASE,
            Kind.REFUND,
            "Refund Amount: Return Refund After Order Completed",
            "260902MYH3K7A1",
            second,
            None,
        ),
        (Role.COMPARE, Kind.REVENUE, "Order Income: Order Completed", "260925MYZ1F9G2", waits, None),
    ]


def test_billing_when_bare_or_of_two_payouts_has_no_payout() -> None:
    line = {"amount": -1, "currency": "SGD", "level": "Shop", "billing_transaction_type": "Adjustment"}
    line |= {"billing_transaction_status": "Released"}
    two = {"encrypted_payout_ids": ["1", "2"]}
    rows = charges(say({"transactions": [line, line]})) + charges(say({"transactions": [line]}, request=two))
    assert [(row.payout, row.role, row.kind) for row in rows] == [("", Role.DIRECT, Kind.UNMAPPED)] * 3
    assert rows[0].key + "#2" == rows[1].key


@pytest.mark.parametrize(
    "body",
    [
        {"income_detail_list": {"list": []}},
        {"income_detail_list": {"income_detail_list_item": []}},
        {"income_detail_list_item": []},
        {"income_detail_list": []},
        {"response": {"income_detail_list": {"list": []}}},
    ],
)
def test_income_when_spelled_in_any_way_is_read(body: dict[str, Any]) -> None:
    line = {"order_sn": "A", "currency": "Thai Baht", "released_amount": 7.5, "actual_payout_time": 1790000000}
    text = json.dumps({"error": ""} | body).replace("[]", json.dumps([line]))
    assert read(text.encode()) == [
        ChargeRow(
            key="A||released_amount",
            document="A||released_amount",
            kind=Kind.REVENUE,
            label="released_amount: ",
            amount=Decimal("7.5"),
            currency="SGD",
            place=1,
            role=Role.COMPARE,
            order="A",
            released_at=datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC),
        )
    ]


def test_returns_when_read_say_what_comes_back_and_post_nothing() -> None:
    rows = charges(read(sample("return_list")) + read(sample("return_detail")))
    assert [(row.role, row.label, row.sku, row.amount, row.quantity) for row in rows] == [
        (Role.COMPARE, "ACCEPTED NOT_AS_DESCRIBED RRAOC", "HL-MATCHA-50", Decimal("-12.90"), 0),
        (Role.COMPARE, "ACCEPTED PHYSICAL_DMG RRBOC", "HL-CUP-2", Decimal("-24.50"), -1),
        (Role.COMPARE, "CANCELLED CHANGE_MIND RRBOC", "HL-MATCHA-50", Decimal(0), 0),
        (Role.COMPARE, "CANCELLED CHANGE_MIND RRBOC", "HL-MATCHA-100", Decimal(0), 0),
        (Role.COMPARE, "ACCEPTED PHYSICAL_DMG RRBOC", "HL-KETTLE-08", Decimal("-79.00"), -1),
    ]
