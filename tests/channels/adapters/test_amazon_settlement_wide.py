"""The settlement report's legacy wide layout."""

import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.adapters.amazon import settlement, settlement_wide
from channels.core.errors import Refused
from channels.core.kinds import Kind
from channels.core.reading import read_head
from channels.core.rows import ChargeRow, Page, PayoutRow, Row, Shop, Unreadable

D = Decimal
SHOP = Shop("amazon", "Amazon.de", "EUR", "Europe/Berlin")
COLUMNS = (
    "settlement-id settlement-start-date settlement-end-date deposit-date total-amount currency transaction-type order-id "
    "merchant-order-id adjustment-id shipment-id marketplace-name shipment-fee-type shipment-fee-amount order-fee-type "
    "order-fee-amount fulfillment-id posted-date order-item-code merchant-order-item-id merchant-adjustment-item-id sku "
    "quantity-purchased price-type price-amount item-related-fee-type item-related-fee-amount misc-fee-amount "
    "other-fee-amount other-fee-reason-description promotion-id promotion-type promotion-amount direct-payment-type "
    "direct-payment-amount other-amount"
).split()
ORDER = "304-4410927-1183502"
POSTED = datetime(2026, 7, 3, 8, 14, 22, tzinfo=UTC)
DEPOSIT = datetime(2026, 7, 18, 18, 27, 57, tzinfo=UTC)


def row(**cells: str) -> str:
    named = {"settlement_id": "7"} | cells
    return "\t".join(named.get(name.replace("-", "_"), "") for name in COLUMNS)


def summary(total: str, currency: str = "EUR") -> str:
    return row(
        settlement_start_date="2026-07-02T18:27:57+00:00", settlement_end_date="2026-07-16T18:27:57+00:00",
        deposit_date="2026-07-18T18:27:57+00:00", total_amount=total, currency=currency,
    )  # fmt: skip


def line(transaction: str = "Order", **cells: str) -> str:
    named = {"transaction_type": transaction, "posted_date": "2026-07-03T08:14:22+00:00"}
    order = {"order_id": ORDER, "merchant_order_id": ORDER, "marketplace_name": "Amazon.de", "sku": "CUP"}
    return row(**(named | (order if transaction in ("Order", "Refund") else {}) | cells))


def file(*rows: str) -> str:
    return "\n".join(("\t".join(COLUMNS), *rows)) + "\n"


def read(text: str) -> list[Row]:
    head = read_head(io.BytesIO(text.encode()))
    assert settlement_wide.FORMAT.recognise(head)
    assert not settlement.FORMAT.recognise(head)
    page = Page("", lambda: io.BytesIO(text.encode()), "text/plain", datetime(2026, 8, 1, tzinfo=UTC))
    return list(settlement_wide.FORMAT.rows(page, SHOP))


def charges(rows: list[Row]) -> list[ChargeRow]:
    return [one for one in rows if isinstance(one, ChargeRow)]


def charge(key: str, place: int, kind: Kind, label: str, amount: str, quantity: int = 0) -> ChargeRow:
    return ChargeRow(
        key=key, document="7", kind=kind, label=label, amount=D(amount), currency="EUR", place=place, order=ORDER,
        sku="CUP", quantity=quantity, posted_at=POSTED, shipped_at=POSTED, released_at=POSTED, deposited_at=DEPOSIT,
        payout="7",
    )  # fmt: skip


def test_units_stand_in_a_row_without_money() -> None:
    rows = read(file(
        summary("16.91"), line(quantity_purchased="2"), line(price_type="Principal", price_amount="19.90"),
        line(item_related_fee_type="Commission", item_related_fee_amount="-2.99"),
    ))  # fmt: skip
    assert rows == [
        PayoutRow(
            ref="7", currency="EUR", place=2, stated=D("16.91"), starts_at=datetime(2026, 7, 2, 18, 27, 57, tzinfo=UTC),
            ends_at=datetime(2026, 7, 16, 18, 27, 57, tzinfo=UTC), deposited_at=DEPOSIT,
        ),
        charge("7:3", 3, Kind.REVENUE, "Order / ItemPrice / quantity", "0", 2),
        charge("7:4", 4, Kind.REVENUE, "Order / ItemPrice / Principal", "19.90"),
        charge("7:5", 5, Kind.COMMISSION, "Order / ItemFees / Commission", "-2.99"),
    ]  # fmt: skip


def test_a_row_with_several_amounts_is_several_charges() -> None:
    rows = read(file(summary("12.92"), line(
        quantity_purchased="1", price_type="Principal", price_amount="19.90", item_related_fee_type="Commission",
        item_related_fee_amount="-2.99", promotion_type="Shipping", promotion_amount="-3.99",
    )))  # fmt: skip
    assert charges(rows) == [
        charge("7:3", 3, Kind.REVENUE, "Order / ItemPrice / Principal", "19.90", 1),
        charge("7:3.1", 3, Kind.COMMISSION, "Order / ItemFees / Commission", "-2.99"),
        charge("7:3.2", 3, Kind.DISCOUNT, "Order / Promotion / Shipping", "-3.99"),
    ]


@pytest.mark.parametrize(
    ("transaction", "cells", "expected"),
    [
        ("Inbound Transportation Fee", {"other_amount": "-321.69"}, [(Kind.FULFILMENT, "-321.69")]),
        ("Subscription Fee", {"other_amount": "-39.00"}, [(Kind.SUBSCRIPTION, "-39.00")]),
        ("Storage Fee", {"other_amount": "-6.31"}, [(Kind.STORAGE, "-6.31")]),
        ("Successful charge", {"other_amount": "39.00"}, [(Kind.TRANSFER, "39.00")]),
        ("Micro Deposit", {"other_amount": "-0.01"}, [(Kind.TRANSFER, "-0.01")]),
        ("WAREHOUSE_DAMAGE", {"other_amount": "15.25"}, [(Kind.REIMBURSEMENT, "15.25")]),
        ("Nobody knows", {"other_amount": "-1.00"}, [(Kind.UNMAPPED, "-1.00")]),
        ("Refund", {"price_type": "Principal", "price_amount": "-19.90"}, [(Kind.REFUND, "-19.90")]),
        ("Order", {"shipment_fee_type": "FBA transportation fee", "shipment_fee_amount": "-7.88"}, [(Kind.FULFILMENT, "-7.88")]),
        ("ServiceFee", {"item_related_fee_type": "Cost of Advertising", "item_related_fee_amount": "-18.60",
                        "other_fee_amount": "-3.53", "other_fee_reason_description": "TaxAmount"},
         [(Kind.ADVERTISING, "-18.60"), (Kind.ADVERTISING, "-3.53")]),
    ],
)  # fmt: skip
def test_kind_of_each_column(transaction: str, cells: dict[str, str], expected: list[tuple[Kind, str]]) -> None:
    rows = charges(read(file(summary("0"), line(transaction, **cells))))
    assert [(one.kind, one.amount) for one in rows] == [(kind, D(amount)) for kind, amount in expected]


def test_older_layout_has_33_columns() -> None:
    kept = [at for at, name in enumerate(COLUMNS) if not name.startswith("promotion")]
    text = file(summary("19.90"), line(price_type="Principal", price_amount="19.90"))
    older = "\n".join("\t".join(one.split("\t")[at] for at in kept) for one in text.splitlines())
    assert len(kept) == 33
    assert read(older) == read(text)


def test_shipping_for_another_channel_serves_its_order() -> None:
    fee = line(
        order_id="S01-5483007-8658014", merchant_order_id="#1005", marketplace_name="Non-Amazon DE", quantity_purchased="1",
        item_related_fee_type="FBAPerUnitFulfillmentFee", item_related_fee_amount="-7.90",
    )  # fmt: skip
    [one] = charges(read(file(summary("-7.90"), fee)))
    assert (one.order, one.serves, one.quantity, one.kind) == ("S01-5483007-8658014", "#1005", 0, Kind.FULFILMENT)


@pytest.mark.parametrize(
    "cells", [{}, {"price_amount": "x"}, {"quantity_purchased": "x"}, {"posted_date": "x"}], ids=str
)
def test_row_that_cannot_be_read_is_only_unreadable(cells: dict[str, str]) -> None:
    [_, one] = read(file(summary("0"), line(**cells)))
    assert isinstance(one, Unreadable)
    assert one.place == 3
    assert one.reason.endswith("the file may be cut off: download it again")


def test_other_currency_is_refused_and_both_are_named() -> None:
    with pytest.raises(Refused, match="is in CAD, but the store keeps EUR"):
        read(file(summary("19.90", currency="CAD")))


fields = ("price", "item_related_fee", "promotion", "other", "shipment_fee", "misc_fee")


@given(
    st.lists(
        st.dictionaries(st.sampled_from(fields), st.integers(-(10**9), 10**9), min_size=1), min_size=1, max_size=20
    )
)
def test_charges_add_up_to_the_stated_total_and_keys_are_unique(entries: list[dict[str, int]]) -> None:
    rows = read(file(
        summary(f"{D(sum(sum(entry.values()) for entry in entries)).scaleb(-2)}"),
        *(line(**{f"{name}_amount": f"{D(value).scaleb(-2)}" for name, value in entry.items()}) for entry in entries),
    ))  # fmt: skip
    assert isinstance(rows[0], PayoutRow)
    assert sum(one.amount for one in charges(rows)) == rows[0].stated
    assert len({one.key for one in charges(rows)}) == len(rows) - 1 == sum(map(len, entries))
