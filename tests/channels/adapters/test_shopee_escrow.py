"""Shopee's escrow: the published formula, its remainder, adjustments, items, and affiliate shops."""

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
from channels.adapters.shopee.terms import KNOWN_FIELDS, SIP_TERMS, TERMS, kind_of
from channels.core.kinds import Kind, Role, Stage
from channels.core.rows import ChargeRow, Page, Row, Shop, Unreadable

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "channels/adapters/shopee/samples"
VENDOR = ROOT.parent / "shared/data/shopee"
SG = Shop("shopee", "SG", "SGD", "Asia/Singapore")
VN = Shop("shopee", "VN", "VND", "Asia/Ho_Chi_Minh")
TOP_UP = "ads_escrow_top_up_fee_or_technical_support_fee"
(ESCROW,) = [one for one in ADAPTER.formats if one.resource == "shopee.escrow"]


def read(body: bytes, shop: Shop = SG) -> list[Row]:
    page = Page("shopee.escrow", lambda: io.BytesIO(body), "application/json", datetime(2026, 11, 1, tzinfo=UTC))
    return list(ESCROW.rows(page, shop))


def single(income: dict[str, Any], order: str = "A") -> dict[str, Any]:
    return {"error": " ", "response": {"order_sn": order, "order_income": income}}


def batch(income: dict[str, Any], order: str = "A") -> dict[str, Any]:
    return {"error": "", "response": [{"escrow_detail": {"order_sn": order, "order_income": income}}]}


def terms(document: Any, shop: Shop = SG) -> list[ChargeRow]:
    return [row for row in read(json.dumps(document, default=float).encode(), shop) if isinstance(row, ChargeRow)]


def said(rows: list[ChargeRow]) -> dict[str, Decimal]:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        totals[row.label] += row.amount
    return dict(totals)


def test_escrow_when_read_is_one_line_per_term_and_item() -> None:
    rows = read((SAMPLES / "escrow_detail.json").read_bytes())
    order = [row for row in rows if isinstance(row, ChargeRow) and row.order == "2608157H4K2M9P"]
    common: dict[str, Any] = {"document": "2608157H4K2M9P", "order": "2608157H4K2M9P", "currency": "SGD"}
    common |= {"place": 3, "role": Role.TERM, "stage": Stage.DEFERRED}
    matcha, cup = "HL-MATCHA-50", "HL-CUP-2"

    def line(name: str, number: int, kind: Kind, value: str, **more: Any) -> ChargeRow:
        more = common | {"label": name, "sku": cup if number == 2 else matcha} | more
        return ChargeRow(key=f"2608157H4K2M9P/{name}/{number}", kind=kind, amount=Decimal(value), **more)

    later: dict[str, Any] = {
        "document": "2608157H4K2M9P/adjustments",
        "label": "adjustment: Return Refund after order completed",
        "posted_at": datetime(2026, 9, 2, 7, 5, 12, tzinfo=UTC),
    }
    assert order == [
        line("original_cost_of_goods_sold", 1, Kind.REVENUE, "17.90", quantity=1),
        line("original_cost_of_goods_sold", 2, Kind.REVENUE, "24.50", quantity=1),
        line("actual_shipping_fee", 1, Kind.SHIPPING_COST, "-0.97"),
        line("actual_shipping_fee", 2, Kind.SHIPPING_COST, "-1.32"),
        line("shopee_shipping_rebate", 1, Kind.SHIPPING_COST, "0.97"),
        line("shopee_shipping_rebate", 2, Kind.SHIPPING_COST, "1.32"),
        line("seller_transaction_fee", 1, Kind.PAYMENT_FEE, "-0.39"),
        line("seller_transaction_fee", 2, Kind.PAYMENT_FEE, "-0.53"),
        line("commission_fee", 1, Kind.COMMISSION, "-0.78"),
        line("commission_fee", 2, Kind.COMMISSION, "-1.07"),
        line("service_fee", 1, Kind.COMMISSION, "-0.59"),
        line("service_fee", 2, Kind.COMMISSION, "-0.80"),
        line("adjustment 1", 1, Kind.ADJUSTMENT, "-5.45", **later),
        line("adjustment 1", 2, Kind.ADJUSTMENT, "-7.45", **later),
    ]


def test_batch_when_compared_with_single_gives_the_same_lines_but_for_adjustments() -> None:
    def comparable(name: str) -> dict[str, ChargeRow]:
        rows = read((SAMPLES / f"{name}.json").read_bytes())
        return {row.key: row for row in rows if isinstance(row, ChargeRow) and row.document == row.order}

    alone, together = comparable("escrow_detail"), comparable("escrow_detail_batch")
    assert {key: (row.amount, row.kind, row.sku) for key, row in alone.items()} == {
        key: (together[key].amount, together[key].kind, together[key].sku) for key in alone
    }
    assert {row.order for row in alone.values()} == {row.order for row in together.values() if row.key in alone}


def test_page_when_it_holds_single_and_batch_of_an_order_reads_the_single() -> None:
    adjusted = {"escrow_amount": 5, "order_adjustment": [{"amount": -1, "currency": "SGD", "date": 1790000000}]}
    for document in ([single(adjusted), batch({"escrow_amount": 5})], [batch({"escrow_amount": 5}), single(adjusted)]):
        assert said(terms(document)) == {"unexplained": Decimal(5), "adjustment: no reason given": Decimal(-1)}


def test_batch_when_it_drifts_in_names_is_read_under_the_formulas() -> None:
    income = {"escrow_amount": 1, "shipping_fee_discount_from_pl": 3, "trade_in_bonus_seller": 2}
    assert said(terms(batch(income))) == {
        "shipping_fee_discount_from_3pl": Decimal(3),
        "trade_in_bonus_by_seller": Decimal(-2),
    }


def test_items_when_they_tell_their_own_part_are_the_weights() -> None:
    items = [
        {"item_sku": "HL-CUP-2", "discounted_price": 30, "quantity_purchased": 3, "ams_commission_fee": 0},
        {"item_sku": "HL-KETTLE-08", "discounted_price": 10, "quantity_purchased": 1, "ams_commission_fee": 0.5},
    ]
    income = {"escrow_amount": 39.5, "original_cost_of_goods_sold": 40, "order_ams_commission_fee": 0.5, "items": items}
    assert [(row.label, row.sku, row.amount, row.quantity, row.kind) for row in terms(single(income))] == [
        ("original_cost_of_goods_sold", "HL-CUP-2", Decimal("30.00"), 3, Kind.REVENUE),
        ("original_cost_of_goods_sold", "HL-KETTLE-08", Decimal("10.00"), 1, Kind.REVENUE),
        ("order_ams_commission_fee", "HL-KETTLE-08", Decimal("-0.50"), 0, Kind.ADVERTISING),
    ]


def test_items_when_a_gift_costs_nothing_still_count_as_sold() -> None:
    items = [
        {"item_sku": "T", "discounted_price": 5, "quantity_purchased": 1},
        {"item_sku": "G", "quantity_purchased": 2},
    ]
    rows = terms(single({"escrow_amount": 5, "original_cost_of_goods_sold": 5, "items": items}))
    assert [(row.sku, row.amount, row.quantity) for row in rows] == [("T", Decimal(5), 1), ("G", Decimal(0), 2)]


def test_income_when_nothing_is_left_says_so_with_a_line_of_zero() -> None:
    (row,) = terms(single({"escrow_amount": 0, "commission_fee": 0}))
    assert (row.key, row.document, row.label, row.amount) == ("A/escrow_amount/1", "A", "escrow_amount", Decimal(0))


def test_adjustment_when_stated_total_differs_is_unexplained() -> None:
    income = {"escrow_amount": 10, "original_cost_of_goods_sold": 10, "escrow_amount_after_adjustment": 7.5}
    rows = terms(
        single(income | {"order_adjustment": [{"amount": -2, "currency": "SGD", "adjustment_reason": "lost"}]})
    )
    assert [(row.label, row.kind, row.amount) for row in rows] == [
        ("original_cost_of_goods_sold", Kind.REVENUE, Decimal(10)),
        ("adjustment: lost", Kind.ADJUSTMENT, Decimal(-2)),
        ("unexplained adjustment", Kind.UNMAPPED, Decimal("-0.5")),
    ]


def test_order_when_in_another_currency_gives_no_money() -> None:
    income = {"escrow_amount": 10, "order_adjustment": [{"amount": -2, "currency": "TWD"}]}
    reason = "the order is in TWD, but the store is set to SGD; correct the store"
    assert read(json.dumps(single(income)).encode()) == [Unreadable(1, reason, "A")]


def test_field_when_new_is_shown_posts_nothing_and_its_effect_is_unexplained() -> None:
    income = {
        "escrow_amount": 8,
        "original_cost_of_goods_sold": 10,
        "moon_tax": 2,
        "sun_id": 10**20,
        "sun_tax": 0,
        "hint": "x",
        "on": True,
    }
    rows = read(json.dumps(single(income)).encode())
    assert [
        (row.label, row.kind, row.role, row.document, row.amount) for row in rows if isinstance(row, ChargeRow)
    ] == [
        ("original_cost_of_goods_sold", Kind.REVENUE, Role.TERM, "A", Decimal(10)),
        ("unexplained", Kind.UNMAPPED, Role.TERM, "A", Decimal(-2)),
        ("moon_tax", Kind.UNMAPPED, Role.COMPARE, "A", Decimal(2)),
        ("sun_id", Kind.UNMAPPED, Role.COMPARE, "A", Decimal(0)),
    ]
    assert not any(isinstance(row, Unreadable) for row in rows)


@pytest.mark.parametrize(
    ("region", "abroad", "kind"),
    [
        ("SG", False, Kind.TRANSFER),
        ("ID", False, Kind.TRANSFER),
        ("ID", True, Kind.TRANSFER),
        ("PH", True, Kind.TRANSFER),
        ("MY", True, Kind.COMMISSION),
        ("VN", True, Kind.COMMISSION),
        ("TW", True, Kind.UNMAPPED),
        ("BR", False, Kind.UNMAPPED),
    ],
)
def test_ads_or_support_fee_when_mapped_depends_on_the_shop(region: str, abroad: bool, kind: Kind) -> None:
    shop = Shop("shopee", region, "USD", "UTC", cross_border=abroad)
    assert kind_of(TOP_UP, shop) is kind
    assert [(row.kind, row.amount) for row in terms(single({"escrow_amount": -3, TOP_UP: 3}), shop)] == [
        (kind, Decimal(-3))
    ]


def test_affiliate_order_when_converted_adds_up_to_its_income() -> None:
    income = {
        "pri_currency": "CNY", "aff_currency": "SGD", "exchange_rate": 0.1853, "escrow_amount_pri": 79.67,
        "original_price_pri": 99.99, "commission_fee_pri": 5.33, "service_fee_pri": 4.99,
        "seller_return_refund_pri": 10, "escrow_amount": 14.77, "commission_fee": 0.99,
    }  # fmt: skip
    assert said(terms(single(income))) == {
        "original_price_pri": Decimal("18.53"),
        "seller_return_refund_pri": Decimal("-1.85"),
        "commission_fee_pri": Decimal("-0.99"),
        "service_fee_pri": Decimal("-0.92"),
    }
    assert said(terms(single(income | {"escrow_amount": 20})))["unexplained"] == Decimal("5.23")


cents = st.decimals(min_value=-9999, max_value=9999, places=2)
prices = st.decimals(min_value=0, max_value=500, places=2)
goods = st.fixed_dictionaries(
    {"item_sku": st.sampled_from(["HL-CUP-2", "HL-KETTLE-08"]), "quantity_purchased": st.integers(0, 5)},
    optional={"discounted_price": prices, "ams_commission_fee": cents, "discount_from_voucher_seller": prices},
)
change = st.fixed_dictionaries(
    {"amount": cents, "date": st.integers(1, 2**31), "currency": st.sampled_from(["SGD", ""])}
)
incomes = st.fixed_dictionaries(
    {"escrow_amount": cents, "items": st.lists(goods, max_size=4), "order_adjustment": st.lists(change, max_size=3)},
    optional={field: cents for field in TERMS} | {"escrow_amount_after_adjustment": cents},  # noqa: C420
)


@settings(max_examples=150, deadline=None)
@given(income=incomes, whole=st.booleans())
def test_terms_when_summed_are_the_income_after_adjustment(income: dict[str, Any], whole: bool) -> None:
    shop = VN if whole and not any(one["currency"] for one in income["order_adjustment"]) else SG
    rows = terms(single(income), shop)
    changes = sum((Decimal(str(one["amount"])) for one in income["order_adjustment"]), Decimal(0))
    expected = income.get("escrow_amount_after_adjustment", income["escrow_amount"] + changes)
    assert sum((row.amount for row in rows), Decimal(0)) == expected
    totals = said(rows)
    for field, (sign, _) in TERMS.items():
        assert totals.get(field, Decimal(0)) == sign * income.get(field, Decimal(0))
    assert len({row.key for row in rows}) == len(rows)
    assert {(row.role, row.stage) for row in rows} == {(Role.TERM, Stage.DEFERRED)}


@pytest.mark.skipif(not VENDOR.exists(), reason="Shopee's own formula is not part of the repository")
def test_table_when_compared_with_the_published_formula_has_every_term_and_sign() -> None:
    published = json.loads((VENDOR / "escrow_formula.json").read_text())
    assert {field: {1: "+", -1: "-"}[sign] for field, (sign, _) in TERMS.items()} == {
        field: sign for sign, field in published["non_sip_affiliate"]
    }
    assert all(field in published["sip_affiliate"] for field in SIP_TERMS)
    numbers = {field for field, kind in published["order_income_fields"] if kind in ("float", "int32")}
    assert numbers <= KNOWN_FIELDS


@pytest.mark.skipif(not VENDOR.exists(), reason="Shopee's own samples are not part of the repository")
def test_vendor_batch_when_read_needs_no_unexplained_line() -> None:
    rows = read((VENDOR / "responses/v2.payment.get_escrow_detail_batch.json").read_bytes(), VN)
    found = [row for row in rows if isinstance(row, ChargeRow)]
    assert len(found) == len(rows)
    assert said(found) == {
        "original_cost_of_goods_sold": Decimal(52600),
        "seller_return_refund": Decimal(-28900),
        "buyer_paid_shipping_fee": Decimal(2000),
        "shopee_shipping_rebate": Decimal(15000),
        "seller_transaction_fee": Decimal(-848),
        "service_fee": Decimal(-2133),
    }
    assert sum(row.amount for row in found) == 37719
