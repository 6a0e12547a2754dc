"""Balance transactions and payouts from the Admin API: the same money as the exports, under the vendor's ids."""

import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from channels.adapters import shopify
from channels.adapters.shopify import api_payouts, balance, payouts, transactions
from channels.core.errors import Changed
from channels.core.kinds import Kind, Role, Stage
from channels.core.rows import ChargeRow, Page, PayoutRow, Row, Unreadable
from tests.channels.adapters.shopify_loopback import NOW, SHOP

SAMPLES = Path(shopify.__file__).parent / "samples"
ACCOUNT = json.loads((SAMPLES / "balance.json").read_text())["data"]["shopifyPaymentsAccount"]
CHARGE = ACCOUNT["balanceTransactions"]["nodes"][0]
PAYOUT = json.loads((SAMPLES / "api_payouts.json").read_text())["data"]["shopifyPaymentsAccount"]["payouts"]["nodes"][0]


def read(nodes: list[Any], connection: str = "balanceTransactions") -> list[Row]:
    page = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": nodes}
    body = json.dumps({"data": {"shopifyPaymentsAccount": {"id": "x", connection: page}}}).encode()
    form = balance.FORMAT if connection == "balanceTransactions" else api_payouts.FORMAT
    return list(form.rows(Page(form.resource, lambda: io.BytesIO(body), "", NOW), SHOP))


def euros(amount: str) -> dict[str, str]:
    return {"amount": amount, "currencyCode": "EUR"}


def told(**changes: Any) -> list[tuple[Kind, str, Role, Stage, str, str]]:
    return [
        (row.kind, str(row.amount), row.role, row.stage, row.order, row.payout)
        for row in read([{**CHARGE, **changes}])
        if isinstance(row, ChargeRow)
    ]


def test_a_charge_is_a_lump_of_its_order_and_its_fee_a_cost() -> None:
    charge, fee = read([CHARGE])
    assert charge == ChargeRow(
        key="4459001",
        document="4459001",
        kind=Kind.REVENUE,
        label="CHARGE",
        amount=Decimal("36.00"),
        currency="EUR",
        place=1,
        role=Role.LUMP,
        order="5550001001123",
        posted_at=datetime(2026, 10, 3, 8, 12, 33, tzinfo=UTC),
        payout="9990001",
    )
    assert isinstance(fee, ChargeRow)
    assert (fee.key, fee.kind, fee.amount, fee.role) == (
        "4459001/fee",
        Kind.PAYMENT_FEE,
        Decimal("-0.94"),
        Role.DIRECT,
    )


def test_lines_of_the_sample_add_up_to_the_payout() -> None:
    lines = [
        row
        for row in read(ACCOUNT["balanceTransactions"]["nodes"])
        if isinstance(row, ChargeRow) and row.payout == "9990001" and row.role is not Role.COMPARE
    ]
    assert sum(row.amount for row in lines) == Decimal(PAYOUT["net"]["amount"])


def test_what_is_pending_is_deferred_and_in_no_payout() -> None:
    pending = {"associatedPayout": {"id": None, "status": "PENDING"}}
    assert told(**pending)[0] == (Kind.REVENUE, "36.00", Role.LUMP, Stage.DEFERRED, "5550001001123", "")
    assert {row[3:] for row in told(**pending)} == {(Stage.DEFERRED, "5550001001123", "")}


def test_the_payout_itself_is_compared_and_what_a_failed_one_gives_back_counts() -> None:
    plain = {"associatedOrder": None, "fee": euros("0.0")}
    gone = {"type": "TRANSFER", "amount": euros("-41.9"), "net": euros("-41.9"), **plain}
    back = {"type": "TRANSFER_FAILURE", "amount": euros("41.9"), "net": euros("41.9"), **plain}
    assert told(**gone) == [(Kind.TRANSFER, "-41.90", Role.COMPARE, Stage.SETTLED, "", "9990001")]
    assert told(**back) == [(Kind.TRANSFER, "41.90", Role.DIRECT, Stage.SETTLED, "", "9990001")]


ADJUSTED = {"name": "#1001", "orderTransactionId": "1", "amount": {"amount": "0.0"}, "fees": {"amount": "15.0"}}


def test_a_fee_alone_is_one_line_and_names_the_order_that_it_adjusts() -> None:
    fee = {
        "type": "CHARGEBACK_FEE", "amount": euros("0.0"), "fee": euros("15.0"), "net": euros("-15.0"),
        "associatedOrder": None,
    }  # fmt: skip
    one = (Kind.PAYMENT_FEE, "-15.00", Role.DIRECT, Stage.SETTLED, "#1001", "9990001")
    assert told(**fee, adjustmentsOrders=[ADJUSTED]) == [one]
    both = [ADJUSTED, {**ADJUSTED, "name": "#1002"}]
    assert told(**fee, adjustmentsOrders=both) == [(*one[:4], "", "9990001")]  # they do not add up to it


def test_an_adjustment_of_several_orders_is_told_by_order() -> None:
    shares = [
        {**ADJUSTED, "amount": {"amount": "-4.0"}, "fees": {"amount": "0.0"}},
        {**ADJUSTED, "name": "#1002", "amount": {"amount": "-6.5"}, "fees": {"amount": "1.0"}},
    ]
    rows = read(
        [{**CHARGE, "type": "ADJUSTMENT", "amount": euros("-10.5"), "fee": euros("1.0"), "net": euros("-11.5"),
          "associatedOrder": None, "adjustmentsOrders": shares}]
    )  # fmt: skip
    assert [(row.key, row.order, str(row.amount)) for row in rows if isinstance(row, ChargeRow)] == [
        ("4459001/1", "#1001", "-4.00"),
        ("4459001/2", "#1002", "-6.50"),
        ("4459001/2/fee", "#1002", "-1.00"),
    ]


def test_a_word_never_seen_before_counts_and_a_test_does_not() -> None:
    new = {"type": "GOODWILL_MYSTERY_CREDIT", "associatedOrder": None, "fee": euros("0.0"), "net": euros("36.0")}
    assert told(**new) == [(Kind.UNMAPPED, "36.00", Role.DIRECT, Stage.SETTLED, "", "9990001")]
    assert read([{**CHARGE, "test": True}]) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"net": euros("35.05")}, "amount 36.00 less fee 0.94 is 35.06 EUR, but “net” is 35.05"),
        ({"amount": euros("")}, "no amount of money"),
        ({"fee": {"amount": 0.94, "currencyCode": "EUR"}}, "no amount of money"),
        ({"associatedPayout": None}, "TypeError"),
        ({"transactionDate": "soon"}, "not a date"),
    ],
)
def test_what_does_not_add_up_or_has_changed_is_unreadable(changes: dict[str, Any], said: str) -> None:
    [row] = read([{**CHARGE, **changes}])
    assert isinstance(row, Unreadable)
    assert said in row.reason


def test_a_payout_is_deposited_only_once_it_is_paid() -> None:
    issued = datetime(2026, 10, 9, tzinfo=UTC)
    paid = PayoutRow(
        ref="9990001", currency="EUR", place=1, stated=Decimal("29.56"), ends_at=issued, deposited_at=issued,
        status="paid", bank_reference="HLTRACE000123",
    )  # fmt: skip
    assert read([PAYOUT], "payouts") == [paid]
    [scheduled] = read([{**PAYOUT, "status": "SCHEDULED", "externalTraceId": None}], "payouts")
    assert isinstance(scheduled, PayoutRow)
    assert (scheduled.deposited_at, scheduled.bank_reference) == (None, "")
    [changed] = read([{**PAYOUT, "net": 29.56}], "payouts")
    assert isinstance(changed, Unreadable)


@pytest.mark.parametrize("connection", ["balanceTransactions", "payouts"])
def test_an_account_of_another_shape_is_named(connection: str) -> None:
    form = balance.FORMAT if connection == "balanceTransactions" else api_payouts.FORMAT
    body = b'{"data": {"shopifyPaymentsAccount": {"id": "x"}}}'
    with pytest.raises(Changed):
        list(form.rows(Page(form.resource, lambda: io.BytesIO(body), "", NOW), SHOP))


def test_the_same_money_by_two_routes_is_named_on_both_sides() -> None:
    pairs = ((balance, transactions), (api_payouts, payouts))
    for one, other in pairs:
        assert (one.FORMAT.rivals, other.FORMAT.rivals) == ((other.FORMAT.resource,), (one.FORMAT.resource,))
