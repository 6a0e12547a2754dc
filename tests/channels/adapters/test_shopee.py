"""Shopee's formats: what each page becomes, whole values, and what bad pages do. Samples are of our own making."""

import io
import json
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.adapters.shopee import ADAPTER
from channels.core.errors import Changed, Refused
from channels.core.kinds import Role
from channels.core.privacy import redact
from channels.core.reading import Head, read_head
from channels.core.rows import ChargeRow, OrderRow, Page, PayoutRow, Row, Shop, Unreadable

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "channels/adapters/shopee/samples"
VENDOR = ROOT.parent / "shared/data/shopee"
SG = Shop("shopee", "SG", "SGD", "Asia/Singapore")
MY = Shop("shopee", "MY", "MYR", "Asia/Kuala_Lumpur", cross_border=True)

NAMES = {
    "order_detail": "shopee.orders",
    "crossborder_order_detail": "shopee.orders",
    "escrow_detail": "shopee.escrow",
    "escrow_detail_batch": "shopee.escrow",
    "crossborder_escrow_detail": "shopee.escrow",
    "wallet_transaction_list": "shopee.wallet",
    "crossborder_payout_info": "shopee.payouts",
    "crossborder_billing_transaction_info": "shopee.billing",
    "income_detail": "shopee.income",
    "return_list": "shopee.returns",
    "return_detail": "shopee.returns",
    "order_list": "shopee.order_list",
    "escrow_list": "shopee.released",
    "ads_daily": "shopee.ads",
}


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


def by_order(rows: list[Row], role: Role) -> dict[str, Decimal]:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for row in charges(rows):
        if row.role is role:
            totals[row.order] += row.amount
    return dict(totals)


@pytest.mark.parametrize(("name", "resource"), NAMES.items())
def test_sample_when_recognised_fits_one_format_only(name: str, resource: str) -> None:
    head = read_head(io.BytesIO(sample(name)))
    assert [one.resource for one in ADAPTER.formats if one.recognise(head)] == [resource]


@pytest.mark.parametrize("name", NAMES)
def test_sample_when_read_has_no_unreadable_line_and_unique_keys(name: str) -> None:
    rows = read(sample(name), MY if name.startswith("crossborder") else SG)
    assert [row for row in rows if isinstance(row, Unreadable)] == []
    keys = [row.key for row in charges(rows)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("name", NAMES)
def test_rows_when_page_is_redacted_are_the_same(name: str) -> None:
    body, shop, out = sample(name), MY if name.startswith("crossborder") else SG, io.BytesIO()
    head = read_head(io.BytesIO(body))
    (found,) = [one for one in ADAPTER.formats if one.recognise(head)]
    cut = [values for _, values in redact(io.BytesIO(body), head, found.personal, out)]
    assert read(out.getvalue(), shop) == read(body, shop)
    assert all(str(value) not in out.getvalue().decode() for values in cut for value in values.values() if value)
    assert bool(cut) == (found.resource in ("shopee.orders", "shopee.escrow", "shopee.wallet", "shopee.returns"))


def test_wallet_when_tied_to_escrow_pays_each_order_its_income() -> None:
    terms = by_order(read(sample("escrow_detail_batch")), Role.TERM) | by_order(
        read(sample("escrow_detail")), Role.TERM
    )
    paid = by_order(read(sample("wallet_transaction_list")), Role.RELEASE)
    assert {order: terms[order] for order in paid} == paid
    waiting = [
        row.ref for row in read(sample("order_detail")) if isinstance(row, OrderRow) and row.status != "COMPLETED"
    ]
    assert set(terms) - set(paid) <= set(waiting)


def test_income_view_when_tied_to_wallet_is_what_the_wallet_released() -> None:
    wallet = {
        (row.order, row.released_at, row.amount)
        for row in charges(read(sample("wallet_transaction_list")))
        if row.role is Role.RELEASE
    }
    view = {(row.order, row.released_at, row.amount) for row in charges(read(sample("income_detail")))}
    assert len(view) == 4
    assert view <= wallet


def test_payouts_when_tied_to_billing_and_escrow_are_whole() -> None:
    lines = read(sample("crossborder_billing_transaction_info"), MY)
    payouts = [row for row in read(sample("crossborder_payout_info"), MY) if isinstance(row, PayoutRow)]
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for row in charges(lines):
        totals[row.payout] += row.amount if row.role is not Role.COMPARE else Decimal(0)
    assert {row.ref: row.stated for row in payouts} == {ref: total for ref, total in totals.items() if ref}
    terms, waiting = by_order(read(sample("crossborder_escrow_detail"), MY), Role.TERM), "260925MYZ1F9G2"
    assert by_order(lines, Role.RELEASE) == {order: total for order, total in terms.items() if order != waiting}
    assert by_order(lines, Role.COMPARE) == {waiting: terms[waiting]}


@pytest.mark.parametrize("error", ["error_auth", "invalid_acceess_token"])
def test_page_when_vendor_refuses_is_refused_in_its_words(error: str) -> None:
    for found in ADAPTER.formats:
        body = json.dumps({"error": error, "message": "Invalid access_token.", "response": {}}).encode()
        with pytest.raises(Refused, match=f"{error}: Invalid access_token"):
            list(found.rows(page_of(found.resource, body), SG))


@pytest.mark.parametrize("document", [[], 5, "x", [1], {"response": {"list": []}}])
def test_page_when_of_another_shape_is_changed(document: Any) -> None:
    for found in ADAPTER.formats:
        assert not found.recognise(Head("json", document=document))
        body = json.dumps(document).encode()
        with pytest.raises(Changed):
            list(found.rows(page_of(found.resource, body), SG))


def _order(**more: Any) -> dict[str, Any]:
    item = {"item_id": 1, "model_id": 2, "item_sku": "HL-CUP", "model_quantity_purchased": 3, "cancelled_qty": 1}
    item |= {"model_discounted_price": 5.5, "model_original_price": 6}
    order = {"order_sn": "A", "create_time": 1790000000, "order_status": "SHIPPED", "currency": "SGD"}
    return order | {"total_amount": 20, "item_list": [item]} | more


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        ({"order_list": [_order(create_time="soon")]}, "create_time is not a number: 'soon'"),
        ({"order_list": [_order(create_time=1790000000000)]}, "create_time is not a time in seconds: 1790000000000"),
        ({"order_list": [_order(order_status="")]}, "order_status is missing"),
        ({"order_list": [{"order_sn": "A", "create_time": None}]}, "create_time is missing"),
        (
            {"order_list": [_order(item_list=[{"model_discounted_price": True}])]},
            "model_discounted_price is not a number",
        ),
        ({"payout_list": [{"encrypted_payout_id": ""}]}, "encrypted_payout_id is missing"),
        ({"payout_list": [{"encrypted_payout_id": "1", "from_amount": {}}]}, "from_amount is not a number"),
        ({"transactions": [{"amount": None}]}, "amount is missing"),
        ({"transactions": [7]}, "amount is missing"),
        ({"transaction_list": [{"amount": 1}]}, "create_time is missing"),
        ({"return": [{"return_sn": "R", "status": "ACCEPTED"}]}, "refund_amount is missing"),
        ({"order_sn": "A", "order_income": {}}, "escrow_amount is missing"),
    ],
)
def test_record_when_broken_gives_its_reason_and_no_money(response: Any, reason: str) -> None:
    (row,) = say(response)
    assert isinstance(row, Unreadable)
    assert row.reason == reason


odd: st.SearchStrategy[Any] = st.sampled_from(
    [None, "", "x", "\0", True, [], {}, [1], -1, 10**400, 1.5, "1e999", "9" * 300, 4 * 10**9]
)


def leaves(node: Any) -> list[tuple[Any, Any]]:
    """Every (holder, key) of a document."""
    found = list(node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else [])
    return [(node, key) for key, _ in found] + [one for _, child in found for one in leaves(child)]


@settings(max_examples=300, deadline=None)
@given(name=st.sampled_from(sorted(NAMES)), at=st.integers(0, 10_000), value=odd)
def test_page_when_any_value_is_odd_is_read_or_refused(name: str, at: int, value: Any) -> None:
    (found,) = [one for one in ADAPTER.formats if one.resource == NAMES[name]]
    document = json.loads(sample(name))
    places = leaves(document)
    holder, key = places[at % len(places)]
    holder[key] = value
    body = json.dumps(document).encode()
    try:
        rows = list(found.rows(page_of(found.resource, body), SG))
    except (Changed, Refused):
        return
    assert all(len(row.key) <= 200 and len(row.document) <= 150 and len(row.sku) <= 150 for row in charges(rows))


@pytest.mark.skipif(not VENDOR.exists(), reason="Shopee's own samples are not part of the repository")
def test_vendor_samples_when_read_do_not_crash() -> None:
    found = {}
    for path in sorted((VENDOR / "responses").glob("*.json")):
        head = read_head(io.BytesIO(path.read_bytes()))
        known = [one for one in ADAPTER.formats if one.recognise(head)]
        assert len(known) < 2, path.name
        if known:
            found[path.stem.split(".")[-1]] = len(read(path.read_bytes(), Shop("shopee", "TW", "TWD", "Asia/Taipei")))
    assert found == {
        "get_all_cpc_ads_daily_performance": 1,
        "get_billing_transaction_info": 1,
        "get_escrow_detail": 38,
        "get_escrow_detail_batch": 12,
        "get_escrow_list": 5,
        "get_income_detail": 10,
        "get_order_detail": 2,
        "get_order_list": 0,
        "get_payout_info": 4,
        "get_product_campaign_daily_performance": 1,
        "get_return_detail": 1,
        "get_return_list": 1,
    }
