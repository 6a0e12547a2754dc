"""Shopee's wallet: roles and kinds by type, and each day a statement that adds up, whatever the order of lines."""

import io
import json
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.adapters.shopee import ADAPTER
from channels.adapters.shopee.wallet_types import TYPES
from channels.core.kinds import Kind, Role
from channels.core.rows import ChargeRow, Page, PayoutRow, Row, Shop

SAMPLES = Path(__file__).parents[3] / "channels/adapters/shopee/samples"
SG = Shop("shopee", "SG", "SGD", "Asia/Singapore")
NOON = 1789963200  # 2026-09-21 12:00 in Singapore
(WALLET,) = [one for one in ADAPTER.formats if one.resource == "shopee.wallet"]


def read(body: bytes) -> list[Row]:
    page = Page("shopee.wallet", lambda: io.BytesIO(body), "application/json", datetime(2026, 11, 1, tzinfo=UTC))
    return list(WALLET.rows(page, SG))


def say(*answers: list[dict[str, Any]]) -> list[Row]:
    return read(
        json.dumps([{"error": "", "response": {"transaction_list": one}} for one in answers], default=float).encode()
    )


def charges(rows: list[Row]) -> list[ChargeRow]:
    return [row for row in rows if isinstance(row, ChargeRow)]


def days(rows: list[Row]) -> list[PayoutRow]:
    return [row for row in rows if isinstance(row, PayoutRow)]


def line(kind: str | int, amount: float, balance: float, at: int = NOON, **more: Any) -> dict[str, Any]:
    known = {"status": "COMPLETED", "transaction_type": kind, "amount": amount, "current_balance": balance}
    return known | {"create_time": at} | more


def unaccounted(rows: list[Row]) -> dict[str, Decimal]:
    """What opening and lines of each day leave open of its closing."""
    moved: dict[str, Decimal] = defaultdict(Decimal)
    for row in charges(rows):
        moved[row.payout] += row.amount
    return {
        row.ref: gap
        for row in days(rows)
        if row.opening is not None and row.closing is not None and (gap := row.closing - row.opening - moved[row.ref])
    }


def test_sample_when_read_adds_up_day_by_day_from_opening_to_closing() -> None:
    rows = read((SAMPLES / "wallet_transaction_list.json").read_bytes())
    assert len(days(rows)) == 30
    assert unaccounted(rows) == {}
    assert [(a.ref, b.ref) for a, b in pairwise(days(rows)) if a.closing != b.opening] == []
    assert (days(rows)[0].opening, days(rows)[-1].closing) == (Decimal("214.35"), Decimal("534.36"))
    assert [row.payout for row in charges(rows) if row.role is Role.COMPARE] == [""] * 3


def test_sample_when_read_gives_whole_lines() -> None:
    rows = read((SAMPLES / "wallet_transaction_list.json").read_bytes())
    at = datetime(2026, 9, 2, 7, 5, 12, tzinfo=UTC)
    (found,) = [row for row in charges(rows) if row.order == "2608157H4K2M9P" and row.amount < 0]
    assert found == ChargeRow(
        key=found.document,
        document=found.document,
        kind=Kind.ADJUSTMENT,
        label="ADJUSTMENT_CENTER_DEDUCT: Return Refund after order completed",
        amount=Decimal("-12.9"),
        currency="SGD",
        place=found.place,
        role=Role.RELEASE,
        order="2608157H4K2M9P",
        posted_at=at,
        released_at=at,
        payout="wallet/2026-09-02",
    )
    direct = [(row.kind, row.label, row.amount, row.payout) for row in charges(rows) if row.role is Role.DIRECT]
    assert sorted(direct, key=lambda one: one[3]) == [
        (Kind.TRANSFER, "WITHDRAWAL_CREATED", Decimal(-300), "wallet/2026-08-28"),
        (Kind.ADVERTISING, "PAID_ADS_CHARGE", Decimal(-50), "wallet/2026-09-10"),
        (Kind.ADVERTISING, "PAID_ADS_REFUND", Decimal("3.2"), "wallet/2026-09-12"),
        (Kind.ADVERTISING, "AFFILIATE_FEE_DEDUCT", Decimal("-4.15"), "wallet/2026-09-17"),
        (Kind.TRANSFER, "WITHDRAWAL_CREATED", Decimal("-420.0"), "wallet/2026-09-25"),
        (Kind.PAYMENT_FEE, "transaction_fee", Decimal("-0.5"), "wallet/2026-09-25"),
        (Kind.UNMAPPED, "SPM_DEDUCT", Decimal(-30), "wallet/2026-10-05"),
        (Kind.ADJUSTMENT, "ADJUSTMENT_ADD: Overcharged shipping of August", Decimal("2.29"), "wallet/2026-10-06"),
    ]


def test_line_when_typed_by_number_or_name_is_the_same() -> None:
    for number, known in TYPES.items():
        by_number, by_name = (charges(say([line(said, 1, 1, order_sn="A")])) for said in (number, known.name))
        assert by_number == by_name
        assert by_name[0].label == known.name


@pytest.mark.parametrize(
    ("kind", "order", "role", "ours"),
    [
        (101, "A", Role.RELEASE, Kind.REVENUE),
        (102, "A", Role.RELEASE, Kind.REVENUE),
        (458, "A", Role.RELEASE, Kind.REVENUE),
        (101, "", Role.DIRECT, Kind.UNMAPPED),
        (402, "A", Role.RELEASE, Kind.ADJUSTMENT),
        (402, "", Role.DIRECT, Kind.ADJUSTMENT),
        (408, "A", Role.DIRECT, Kind.SHIPPING_COST),
        (460, "A", Role.DIRECT, Kind.ADVERTISING),
        (203, "", Role.DIRECT, Kind.TRANSFER),
        (202, "", Role.COMPARE, Kind.TRANSFER),
        (9999, "A", Role.DIRECT, Kind.UNMAPPED),
        ("", "", Role.DIRECT, Kind.UNMAPPED),
    ],
)
def test_line_when_read_has_role_and_kind_of_its_type(kind: str | int, order: str, role: Role, ours: Kind) -> None:
    (row,) = charges(say([line(kind, -1, 0, order_sn=order)]))
    assert (row.role, row.kind, row.order) == (role, ours, order)


def test_line_when_pending_or_failed_is_kept_without_payout() -> None:
    rows = say([line(201, -5, 95, status="FAILED"), line(201, -5, 95, status="PENDING", at=NOON - 9)])
    assert [(row.role, row.label, row.payout) for row in charges(rows)] == [
        (Role.COMPARE, "WITHDRAWAL_CREATED (FAILED)", ""),
        (Role.COMPARE, "WITHDRAWAL_CREATED (PENDING)", ""),
    ]
    assert days(rows) == []


def test_withdrawal_when_cancelled_gives_the_fee_back() -> None:
    rows = say([line(203, 100, 100, transaction_fee=1.5), line(201, -100, 0, at=NOON - 60, transaction_fee=1.5)])
    assert [(row.kind, row.amount) for row in charges(rows)] == [
        (Kind.TRANSFER, Decimal("98.5")),
        (Kind.PAYMENT_FEE, Decimal("1.5")),
        (Kind.TRANSFER, Decimal("-98.5")),
        (Kind.PAYMENT_FEE, Decimal("-1.5")),
    ]
    assert unaccounted(rows) == {}


def test_key_when_vendor_gives_no_number_is_made_of_the_line() -> None:
    same = line(101, 5.0, 105, order_sn="A")
    rows = charges(say([same, same], [same]))
    key = f"{NOON}|ESCROW_VERIFIED_ADD|A|5|105"
    assert [row.key for row in rows] == [key, f"{key}#2"]
    assert [row.key for row in charges(say([line(101, 5, 105, transaction_id=77)]))] == ["77"]


def test_day_when_cut_is_of_the_shop_and_says_its_times() -> None:
    last_second = NOON + 12 * 3600 - 1
    rows = say([line(101, 2, 12, at=last_second + 1, order_sn="B"), line(101, 1, 10, at=last_second, order_sn="A")])
    assert days(rows) == [
        PayoutRow(
            ref=f"wallet/2026-09-{day}",
            currency="SGD",
            place=place,
            opening=Decimal(opening),
            closing=Decimal(closing),
            starts_at=datetime.fromtimestamp(at, UTC),
            ends_at=datetime.fromtimestamp(at, UTC),
        )
        for day, place, opening, closing, at in ((21, 2, 9, 10, last_second), (22, 1, 10, 12, last_second + 1))
    ]


def test_day_when_balance_moves_otherwise_than_its_lines_shows_the_gap() -> None:
    rows = say([line(101, 10, 19.51, order_sn="B", at=NOON + 5), line(101, 10, 10, order_sn="A")])
    assert unaccounted(rows) == {"wallet/2026-09-21": Decimal("-0.49")}


moves = st.lists(st.tuples(st.decimals(-500, 500, places=2), st.integers(0, 40_000)), min_size=1, max_size=25)


def told(amounts: list[tuple[Decimal, int]], opening: Decimal) -> list[dict[str, Any]]:
    """Wallet lines in the order they happened; the numbers beside the amounts are seconds between them."""
    lines, balance, at = [], opening, NOON
    for number, (amount, pause) in enumerate(amounts):
        balance, at = balance + amount, at + (pause if pause > 20_000 else 0)  # half of them in the same second
        lines.append(line(401, float(amount), float(balance), at=at, transaction_id=number + 1))
    return lines


@settings(max_examples=150, deadline=None)
@given(amounts=moves, opening=st.decimals(0, 500, places=2), newest_first=st.booleans())
def test_days_when_lines_are_in_order_run_from_opening_to_closing(
    amounts: list[tuple[Decimal, int]], opening: Decimal, newest_first: bool
) -> None:
    lines = told(amounts, opening)
    tied = lines[0]["create_time"] == lines[-1]["create_time"]
    found = days(rows := say(lines[::-1] if newest_first or tied else lines))
    assert unaccounted(rows) == {}
    assert all(a.closing == b.opening for a, b in pairwise(found))
    assert (found[0].opening, found[-1].closing) == (opening, opening + sum(amount for amount, _ in amounts))


@settings(max_examples=100, deadline=None)
@given(amounts=moves, seed=st.randoms(use_true_random=False))
def test_days_when_lines_of_one_second_are_mixed_follow_the_balances(
    amounts: list[tuple[Decimal, int]], seed: Any
) -> None:
    growing = [(abs(amount) + Decimal("0.01"), pause) for amount, pause in amounts]
    mixed: list[dict[str, Any]] = []
    for _, group in groupby(told(growing, Decimal(7)), key=lambda one: one["create_time"]):
        at_once = list(group)
        seed.shuffle(at_once)
        mixed += at_once
    found = days(rows := say(mixed[::-1]))
    assert unaccounted(rows) == {}
    assert (found[0].opening, found[-1].closing) == (Decimal(7), Decimal(7) + sum(amount for amount, _ in growing))
