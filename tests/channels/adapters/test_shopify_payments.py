"""Shopify Payments: transactions and payouts tie to each other by the payout's day and currency."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.adapters.shopify import ADAPTER
from channels.adapters.shopify.vocabulary import KINDS, kind_of, role_of
from channels.core.adapter import recognise
from channels.core.kinds import Kind, Role, Stage
from channels.core.reading import read_head
from channels.core.rows import ChargeRow, Page, PayoutRow, Row, Shop, Unreadable

SHOP = Shop("shopify", "", "EUR", "Europe/Amsterdam")
TRANSACTIONS = (
    "Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Payout ID,Available On,Amount,Fee,"
    "Net,Checkout,Payment Method Name,Presentment Amount,Presentment Currency,Currency,VAT"
)
PAYOUTS = (
    "Payout Date,Status,Charges,Refunds,Adjustments,Marketplace Sales Tax,Advances,Reserved Funds,Fees,Retried Amount,"
    "Total,Currency,Bank Reference"
)
CHARGE = (
    "2026-10-03 10:12:31 +0200,charge,#1001,visa,online,paid,2026-10-06,77,2026-10-05,30.00,0.75,29.25,"
    "#9,card,25.80,GBP,EUR,0.00"
)
KEY = "2026-10-03T08:12:31Z charge #1001 30.00 0.75 EUR #9#1"
NIGHT = datetime(2026, 10, 5, 22, tzinfo=UTC)  # the first instant of 6 October in Amsterdam


def read(resource: str, header: str, *lines: str) -> list[Row]:
    body = "\n".join((header, *lines)).encode()
    [(_, form)] = recognise(read_head(io.BytesIO(body)), (ADAPTER,))
    assert form.resource == resource
    return list(form.rows(Page(form.resource, lambda: io.BytesIO(body), "text/csv", datetime.now(UTC)), SHOP))


def transactions(*lines: str) -> list[Row]:
    return read("shopify.transactions", TRANSACTIONS, *lines)


def payouts(*lines: str) -> list[Row]:
    return read("shopify.payouts", PAYOUTS, *lines)


def charges(rows: Iterable[Row]) -> list[ChargeRow]:
    return [row for row in rows if isinstance(row, ChargeRow)]


def posted_by_payout(rows: Iterable[Row]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in charges(rows):
        if row.payout and row.role is not Role.COMPARE:
            sums[row.payout] += row.amount
    return dict(sums)


def stated(rows: Iterable[Row]) -> dict[str, Decimal | None]:
    return {row.ref: row.stated for row in rows if isinstance(row, PayoutRow)}


def test_charge_is_a_lump_of_its_order_and_a_fee() -> None:
    def row(key: str, kind: Kind, label: str, amount: str, role: Role) -> ChargeRow:
        return ChargeRow(
            key=key,
            document=KEY,
            kind=kind,
            label=label,
            amount=Decimal(amount),
            currency="EUR",
            place=2,
            role=role,
            order="#1001",
            posted_at=datetime(2026, 10, 3, 8, 12, 31, tzinfo=UTC),
            released_at=datetime(2026, 10, 4, 22, tzinfo=UTC),
            deposited_at=NIGHT,
            payout="2026-10-06/EUR",
        )

    assert transactions(CHARGE) == [
        row(KEY, Kind.REVENUE, "charge", "30.00", Role.LUMP),
        row(f"{KEY}/fee", Kind.PAYMENT_FEE, "fee on charge", "-0.75", Role.DIRECT),
    ]


def test_pending_row_has_no_payout_and_keeps_its_key_once_paid() -> None:
    pending = CHARGE.replace(",paid,2026-10-06,77,", ",pending,2026-10-09,,")
    assert [(row.key, row.payout, row.deposited_at, row.stage) for row in charges(transactions(pending))] == [
        (KEY, "", None, Stage.DEFERRED),
        (f"{KEY}/fee", "", None, Stage.DEFERRED),
    ]


def test_payout_on_its_way_is_not_deposited() -> None:
    row = charges(transactions(CHARGE.replace(",paid,", ",in_transit,")))[0]
    assert (row.payout, row.deposited_at, row.stage) == ("2026-10-06/EUR", None, Stage.SETTLED)


def test_rows_alike_are_numbered() -> None:
    start = "2026-10-03 10:00:00 +0200,shipping_label,,unknown,online,paid,2026-10-06,77,2026-10-03"
    label = f"{start},-6.35,0.00,-6.35,,,,,EUR,0.00"
    key = "2026-10-03T08:00:00Z shipping_label  -6.35 0.00 EUR "
    assert [(row.key, row.role, row.kind) for row in charges(transactions(label, label))] == [
        (f"{key}#1", Role.DIRECT, Kind.SHIPPING_COST),
        (f"{key}#2", Role.DIRECT, Kind.SHIPPING_COST),
    ]


def test_dollar_signs_and_slashed_dates_are_read() -> None:
    header = "Transaction Date,Type,Order,Payout Status,Payout Date,Available On,Amount,Fee,Net,Currency"
    line = "2026-06-06 04:15:48 -0700,Charge,#7,paid,2026/6/12,2026/6/9,$21.83,$1.52,$20.31,usd"
    first = charges(read("shopify.transactions", header, line))[0]
    assert (first.amount, first.currency, first.payout, first.deposited_at) == (
        Decimal("21.83"),
        "USD",
        "2026-06-12/USD",
        datetime(2026, 6, 11, 22, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("29.25", "29.24", "amount 30.00 less fee 0.75 is 29.25 EUR, but “net” is 29.24"),
        ("30.00", "3o.00", "“amount” is not a number: '3o.00'"),
        ("30.00", "30.005", "“amount” is 30.005, which is no whole number of 0.01 EUR"),
        (",GBP,EUR,", ",GBP,,", "“currency” is blank"),
        ("2026-10-03 10:12:31 +0200", "3rd October", "“transaction date” is not a date or time: '3rd October'"),
        (",paid,2026-10-06,", ",paid,soon,", "not a date or time: 'soon'"),
        (",#9,card,25.80,GBP,EUR,0.00", "", "the row ends before the column “currency”; export the file again"),
    ],
)
def test_damaged_row_is_unreadable_and_the_next_one_is_read(old: str, new: str, reason: str) -> None:
    rows = transactions(CHARGE.replace(old, new), CHARGE)
    assert (rows[0], len(charges(rows))) == (Unreadable(2, reason, "charge #1001"), 2)


@pytest.mark.parametrize(
    ("words", "order", "kind", "role"),
    [
        ("charge", "#1", Kind.REVENUE, Role.LUMP),
        ("charge", "", Kind.REVENUE, Role.DIRECT),
        ("REFUND", "#1", Kind.REFUND, Role.LUMP),
        ("shop_cash_credit", "#1", Kind.REVENUE, Role.LUMP),
        ("shop_cash_campaign_billing_debit", "#1", Kind.ADVERTISING, Role.DIRECT),
        ("marketplace sales tax", "#1", Kind.TAX_WITHHELD, Role.DIRECT),
        ("Dispute Reversal", "#1", Kind.REFUND, Role.DIRECT),
        ("chargeback_fee", "", Kind.PAYMENT_FEE, Role.DIRECT),
        ("reserved-funds", "", Kind.RESERVE, Role.DIRECT),
        ("reserved_funds_reversal", "", Kind.RESERVE, Role.DIRECT),
        ("lending_capital_remittance_reversal", "", Kind.LOAN, Role.DIRECT),
        ("billing_debit", "", Kind.SUBSCRIPTION, Role.DIRECT),
        ("transfer_failure", "", Kind.TRANSFER, Role.DIRECT),
        ("payout", "", Kind.TRANSFER, Role.COMPARE),
        ("brand_new_thing", "#1", Kind.UNMAPPED, Role.DIRECT),
    ],
)
def test_word_has_a_kind_and_a_role(words: str, order: str, kind: Kind, role: Role) -> None:
    assert (kind_of(words), role_of(words, order)) == (kind, role)


def test_unknown_type_counts_under_its_own_words() -> None:
    [row] = charges(transactions(CHARGE.replace("charge", "Brand New").replace("0.75,29.25", "0,30")))
    assert (row.kind, row.label, row.amount, row.role) == (Kind.UNMAPPED, "Brand New", Decimal("30.00"), Role.DIRECT)


def test_payout_of_the_newer_form() -> None:
    assert payouts("2026-10-06,paid,71.87,-5.00,0.00,-1.00,0.00,0.00,-2.21,0.00,63.66,EUR,REF-1") == [
        PayoutRow(
            ref="2026-10-06/EUR",
            currency="EUR",
            place=2,
            stated=Decimal("63.66"),
            ends_at=NIGHT,
            deposited_at=NIGHT,
            status="paid",
            bank_reference="REF-1",
        )
    ]


def test_payout_of_the_older_form_on_its_way() -> None:
    header = "Payout Date,Status,Charges,Refunds,Adjustments,Reserved Funds,Fees,Retried Amount,Total,Currency"
    assert read("shopify.payouts", header, "2026/10/6,in_transit,10.00,,,,-1.00,,$9.00,EUR") == [
        PayoutRow(
            ref="2026-10-06/EUR", currency="EUR", place=2, stated=Decimal("9.00"), ends_at=NIGHT, status="in_transit"
        )
    ]


def test_payout_whose_columns_do_not_add_up_is_kept_and_named() -> None:
    assert payouts("2026-10-06,failed,10.00,0,0,0,0,0,-1.00,0,8.00,EUR,") == [
        PayoutRow(
            ref="2026-10-06/EUR", currency="EUR", place=2, stated=Decimal("8.00"), ends_at=NIGHT, status="failed"
        ),
        Unreadable(
            2,
            "the columns add up to 9.00 EUR, but “total” is 8.00: "
            "the payout counts with its total; compare it with the payout's page in Shopify",
            "2026-10-06",
        ),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2026-10-06,paid,1,0,0,0,0,0,0,0,one,EUR,", "“total” is not a number: 'one'"),
        ("06.10.26,paid,1,0,0,0,0,0,0,0,1.00,EUR,", "not a date or time: '06.10.26'"),
        ("2026-10-06,paid,1,0,0", "the row ends before the column “currency”; export the file again"),
    ],
)
def test_damaged_payout_is_unreadable(line: str, reason: str) -> None:
    assert payouts(line) == [Unreadable(2, reason, line.split(",", maxsplit=1)[0])]


def test_payouts_of_one_day_are_numbered_by_total_in_both_exports() -> None:
    small = "2026-10-06,paid,5.00,0,0,0,0,0,0,0,5.00,EUR,B"
    large = "2026-10-06,paid,30.00,0,0,0,0,0,-0.75,0,29.25,EUR,A"
    other = "2026-10-06,paid,7.00,0,0,0,0,0,0,0,7.00,USD,C"
    five = CHARGE.replace(",77,", ",76,").replace("30.00,0.75,29.25", "5.00,0.00,5.00")
    expected = {"2026-10-06/EUR": Decimal("29.25"), "2026-10-06/EUR#2": Decimal("5.00")}
    assert stated(payouts(small, large, other)) == expected | {"2026-10-06/USD": Decimal("7.00")}
    assert posted_by_payout(transactions(five, CHARGE)) == expected


cents = st.integers(-50_000, 50_000).map(lambda n: Decimal(n).scaleb(-2))
days = st.integers(0, 6).map(lambda n: date(2026, 10, 1) + timedelta(days=n))
types = st.sampled_from([word for word in KINDS if role_of(word, "") is not Role.COMPARE] + ["unheard of"])
drawn_rows = st.lists(st.tuples(types, cents, cents, days, st.sampled_from("AB"), st.booleans()), max_size=40)


@given(drawn_rows)
def test_lines_of_a_payout_add_up_to_what_the_payouts_export_states(
    drawn: list[tuple[str, Decimal, Decimal, date, str, bool]],
) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    totals: dict[tuple[date, str], Decimal] = defaultdict(Decimal)
    for kind, amount, fee, day, mark, pending in drawn:
        status, payout = ("pending", "") if pending else ("paid", f"{day:%d}{mark}")
        start = ("2026-10-01 10:00:00 +0200", kind, "#1", "visa", "online", status, day, payout, day)
        writer.writerow((*start, amount, fee, amount - fee, "#9", "card", amount, "EUR", "EUR", "0.00"))
        if not pending:
            totals[day, mark] += amount - fee
    rows = transactions(*out.getvalue().splitlines())
    lines = [f"{day},paid,{total},0,0,0,0,0,0,0,{total},EUR," for (day, _), total in totals.items()]
    assert [row for row in rows if isinstance(row, Unreadable)] == []
    assert len({row.key for row in charges(rows)}) == len(charges(rows))
    assert posted_by_payout(rows) == stated(payouts(*lines))
