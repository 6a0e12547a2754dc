"""Whole files: the samples of this adapter, and public exports where a checkout has them beside it."""

import io
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from channels.adapters import shopify
from channels.core.adapter import recognise
from channels.core.kinds import Kind, Role
from channels.core.privacy import PLACEHOLDER, redact
from channels.core.reading import read_head
from channels.core.rows import ChargeRow, OrderRow, Page, PayoutRow, Row, Shop, Unreadable

SAMPLES = Path(shopify.__file__).parent / "samples"
PUBLIC = Path(__file__).parents[3] / "../shared/data/shopify/files"
SHOP = Shop("shopify", "", "EUR", "Europe/Amsterdam")


def read(path: Path, body: bytes | None = None) -> list[Row]:
    if not path.exists():
        pytest.skip(f"{path.name} is not beside this checkout: it is public data that is not ours to copy")
    body = body or path.read_bytes()
    [(_, form)] = recognise(read_head(io.BytesIO(body)), (shopify.ADAPTER,))
    return list(form.rows(Page(form.resource, lambda: io.BytesIO(body), "text/csv", datetime.now(UTC)), SHOP))


def posted(rows: list[Row]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        if isinstance(row, ChargeRow) and row.payout and row.role is not Role.COMPARE:
            sums[row.payout] += row.amount
    return dict(sums)


def stated(rows: list[Row]) -> dict[str, Decimal | None]:
    return {row.ref: row.stated for row in rows if isinstance(row, PayoutRow)}


def contents(rows: list[Row]) -> dict[str, ChargeRow]:
    """Charges by key, without their place in the file."""
    return {row.key: replace(row, place=0) for row in rows if isinstance(row, ChargeRow)}


def orders(rows: list[Row]) -> list[OrderRow]:
    return [row for row in rows if isinstance(row, OrderRow)]


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.csv")), ids=lambda path: path.name)
def test_sample_is_read_in_full(path: Path) -> None:
    rows = read(path)
    keys = Counter(row.key for row in rows if isinstance(row, ChargeRow))
    assert [row for row in rows if isinstance(row, Unreadable)] == []
    assert [key for key, count in keys.items() if count > 1] == []


def test_sample_payouts_tie_to_their_transactions() -> None:
    assert posted(read(SAMPLES / "payment_transactions_export.csv")) == stated(read(SAMPLES / "payouts_export.csv"))


def test_older_forms_give_the_same_charges_and_totals() -> None:
    older = contents(read(SAMPLES / "payment_transactions_export_15_columns.csv"))
    newer = contents(read(SAMPLES / "payment_transactions_export.csv"))
    assert older == {key: newer[key] for key in older}
    totals = stated(read(SAMPLES / "payouts_export_10_columns.csv"))
    assert totals == {ref: stated(read(SAMPLES / "payouts_export.csv"))[ref] for ref in totals}


def test_sample_orders_of_other_channels() -> None:
    mirrors = {row.name: row.mirror_of for row in orders(read(SAMPLES / "orders_export.csv")) if row.is_mirror}
    assert mirrors == {"#1014": "304-4410927-1183502", "#1022": "2609145HLTEA7K", "#1027": "305-2286614-9940317"}


def test_sample_orders_are_explained_and_settled_to_the_cent() -> None:
    rows = read(SAMPLES / "orders_export.csv")
    settled: dict[str, Decimal] = defaultdict(Decimal)
    for row in read(SAMPLES / "payment_transactions_export.csv"):
        if isinstance(row, ChargeRow) and row.role is Role.LUMP and row.kind is Kind.REVENUE:
            settled[row.order] += row.amount
    expected: dict[str, Decimal] = defaultdict(Decimal)
    names = {row.ref: row.name for row in orders(rows)}
    for row in rows:
        if isinstance(row, ChargeRow):
            assert row.kind is not Kind.UNMAPPED
            expected[names[row.order]] += row.amount
    assert len(names) == 40
    cancelled = {row.name for row in orders(rows) if row.cancelled}
    assert {name: expected[name] for name in settled if name not in cancelled} == {
        name: value for name, value in settled.items() if name not in cancelled
    }


def test_redacted_sample_gives_the_same_rows() -> None:
    path = SAMPLES / "orders_export.csv"
    out = io.BytesIO()
    head = read_head(io.BytesIO(path.read_bytes()))
    cut = list(redact(io.BytesIO(path.read_bytes()), head, shopify.ADAPTER.formats[0].personal, out))
    text = out.getvalue().decode()
    assert len(cut) == 63
    assert PLACEHOLDER in text
    assert "example.com" not in text
    assert "Example Street" not in text
    assert read(path, out.getvalue()) == read(path)


def test_public_transactions_excerpt_has_no_unreadable_row() -> None:
    rows = read(PUBLIC / "shopify_payment_transactions_excerpt_pirani.csv")
    assert [row for row in rows if isinstance(row, Unreadable)] == []
    assert Counter(row.kind for row in rows if isinstance(row, ChargeRow) and not row.label.startswith("fee on")) == {
        Kind.REVENUE: 23,
        Kind.REFUND: 3,
        Kind.TAX_WITHHELD: 5,
        Kind.ADVERTISING: 3,
    }


def test_public_transactions_and_payouts_tie() -> None:
    totals = {"2026-10-06/EUR": Decimal("64.66"), "2026-10-08/EUR": Decimal("1142.40")}
    assert posted(read(PUBLIC / "payment_transactions_export.csv")) == totals
    assert stated(read(PUBLIC / "payouts_export.csv")) == totals


def test_public_orders_add_up() -> None:
    rows = read(PUBLIC / "orders_export.csv")
    assert [(row.name, row.country, len(row.items)) for row in orders(rows)] == [("#1001", "NL", 2)]
    assert sum(row.amount for row in rows if isinstance(row, ChargeRow)) == Decimal("30.00")
