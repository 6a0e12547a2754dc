"""Whole files: this adapter's samples, and public reports where a checkout has them beside it."""

import csv
import gzip
import io
import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from channels.adapters import amazon
from channels.adapters.amazon.vocabulary import kind_of
from channels.core.adapter import recognise
from channels.core.kinds import Kind, Role
from channels.core.reading import read_head
from channels.core.rows import AdSpendRow, ChargeRow, OrderRow, Page, PayoutRow, Row, SearchRow, Shop, Unreadable

D = Decimal
SAMPLES = Path(amazon.__file__).parent / "samples"
PUBLIC = Path(__file__).parents[3] / "../shared/data/amazon"
COPIED = {"304-4410927-1183502", "305-2286614-9940317"}  # which Shopify's sample has copies of


def read(path: Path, currency: str = "EUR") -> list[Row]:
    if not path.exists():
        pytest.skip(f"{path.name} is not beside this checkout: it is public data that is not ours to copy")
    body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    [(_, form)] = recognise(read_head(io.BytesIO(body)), (amazon.ADAPTER,))
    page = Page(form.resource, lambda: io.BytesIO(body), "text/plain", datetime(2026, 11, 1, tzinfo=UTC))
    return list(form.rows(page, Shop("amazon", "", currency, "UTC")))


def charges(rows: list[Row]) -> list[ChargeRow]:
    return [row for row in rows if isinstance(row, ChargeRow)]


def residual(rows: list[Row]) -> Decimal:
    stated = sum((row.stated or D(0) for row in rows if isinstance(row, PayoutRow)), D(0))
    return stated - sum((row.amount for row in charges(rows) if row.role is not Role.COMPARE), D(0))


# Harbor & Leaf

SETTLEMENTS = sorted(SAMPLES.glob("settlement_2026-*.txt"))
WIDE = SAMPLES / "settlement_wide_2026-07-30.txt"


@pytest.mark.parametrize("path", [WIDE, *SETTLEMENTS], ids=lambda path: path.name)
def test_sample_settlement_adds_up_to_the_cent(path: Path) -> None:
    rows = read(path)
    assert residual(rows) == 0
    assert not [row for row in rows if isinstance(row, Unreadable)]


def test_reserves_and_periods_of_the_samples_chain() -> None:
    statements, reserves = [], []
    for path in SETTLEMENTS:
        rows = read(path)
        statements += [row for row in rows if isinstance(row, PayoutRow)]
        reserves.append([row.amount for row in charges(rows) if row.kind is Kind.RESERVE])
    assert len(statements) == 5
    assert [row.starts_at for row in statements[1:]] == [row.ends_at for row in statements[:-1]]
    assert [-one[0] for one in reserves[1:]] == [one[-1] for one in reserves[:-1]]


def test_first_sample_settlement_collects_the_negative_one() -> None:
    [negative] = [row.stated for row in read(WIDE) if isinstance(row, PayoutRow)]
    moved = [row.amount for row in charges(read(SETTLEMENTS[0])) if row.kind is Kind.TRANSFER]
    assert negative == D("-94.91")
    assert moved == [negative, -negative]


def test_facilitator_tax_of_the_samples_cancels() -> None:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for path in SETTLEMENTS:
        for row in charges(read(path)):
            if row.kind in (Kind.TAX_COLLECTED, Kind.TAX_WITHHELD):
                sums[row.order] += row.amount
    assert len(sums) > 5
    assert set(sums.values()) == {D(0)}


def test_unknown_words_of_the_samples_are_one_small_line() -> None:
    unknown = [row for path in SETTLEMENTS for row in charges(read(path)) if row.kind is Kind.UNMAPPED]
    assert [(row.label, row.amount) for row in unknown] == [
        ("other-transaction / other-transaction / Packaging Register Pilot Charge", D("-1.87"))
    ]


def test_settled_orders_of_the_samples_are_in_the_orders_report() -> None:
    rows = read(SAMPLES / "all_orders_2026-08-01_2026-10-21.txt")
    orders = {row.ref: row for row in rows if isinstance(row, OrderRow)}
    expected: dict[str, Decimal] = defaultdict(Decimal)
    for row in charges(rows):
        expected[row.order] += row.amount if row.kind is Kind.REVENUE else 0
    settled: dict[str, Decimal] = defaultdict(Decimal)
    for path in SETTLEMENTS:
        for row in charges(read(path)):
            if row.order:
                settled[row.order] += row.amount if row.kind is Kind.REVENUE else 0
    assert settled.keys() <= orders.keys()
    assert settled.keys() >= COPIED
    assert {ref: expected[ref] for ref in settled} == settled
    assert len(orders.keys() - settled.keys()) >= 10
    assert {order.status for order in orders.values()} == {"Shipped", "Unshipped", "Pending", "Cancelled"}
    served = {row.serves for path in SETTLEMENTS for row in charges(read(path)) if row.serves}
    assert served == {"#1005", "#1006", "#1016", "#1025", "#1030"}
    assert served < {order.serves for order in orders.values()}


def test_advertising_that_the_samples_bill_is_what_they_report() -> None:
    billed = sum(
        row.amount for path in SETTLEMENTS for row in charges(read(path)) if "Cost of Advertising" in row.label
    )
    reported = sum(
        row.spend for row in read(SAMPLES / "sponsored_products_search_terms_daily.csv") if isinstance(row, AdSpendRow)
    )
    assert billed == -reported


# Public reports


@pytest.mark.parametrize("number", range(4))
def test_real_settlement_equals_its_control_totals(number: int) -> None:
    path = PUBLIC / "files/amazon_settlement_control_totals.json"
    rows = read(PUBLIC / f"files/amazon_settlement_flat_{number + 1}.txt.gz", "CAD")
    control = json.loads(path.read_text())[number]
    lines = charges(rows)
    [statement] = [row for row in rows if isinstance(row, PayoutRow)]
    by_column: Counter[str] = Counter()
    by_type: Counter[str] = Counter()
    fees: Counter[str] = Counter()
    for row in lines:
        transaction, amount_type, words = row.label.split(" / ", 2)
        cents = int(row.amount * 100)
        column = "other-fee-amount" if words == "TaxAmount" else _COLUMNS.get(amount_type, "item-related-fee-amount")
        by_column[column] += cents
        by_type[transaction] += cents
        if column == "item-related-fee-amount":
            fees[amount_type if transaction == "ServiceFee" else words] += cents
    principal = [row for row in lines if row.label.endswith("/ ItemPrice / Principal")]
    refunds = {row.order for row in lines if row.label.startswith("Refund /")}
    assert not [row for row in rows if isinstance(row, Unreadable)]
    assert not [row for row in lines if row.kind is Kind.UNMAPPED]
    assert {
        "settlement_id": statement.ref,
        "start": statement.starts_at,
        "end": statement.ends_at,
        "deposit": statement.deposited_at,
        "currency": statement.currency,
        "total_amount": str(statement.stated),
        "sum_of_amount_columns_cents": int(sum(row.amount for row in lines) * 100),
        "by_column_cents": by_column,
        "by_transaction_type_cents": by_type,
        "units": sum(row.quantity for row in lines) + _SHIPPED_FOR_OTHERS.get(number, 0),
        "principal_cents": int(sum(row.amount for row in principal) * 100),
        "orders": len({row.order for row in lines if row.label.startswith("Order /")}),
        "refund_orders": len(refunds),
        "item_fees_cents": fees,
    } == {name: _as_read(name, value) for name, value in control.items() if name not in ("file", "detail_rows")}


_COLUMNS = {
    "Shipment-Fees": "shipment-fee-amount", "ItemPrice": "price-amount", "Promotion": "promotion-amount",
    "other-transaction": "other-amount", "Misc-Fees": "misc-fee-amount", "Other-Fees": "other-fee-amount",
}  # fmt: skip


_SHIPPED_FOR_OTHERS = {2: 2}  # units of Non-Amazon orders, which are no sale here


def _as_read(name: str, value: object) -> object:
    """Columns without money make no row."""
    if name in ("start", "end", "deposit"):
        return datetime.fromisoformat(str(value))
    return Counter(value) if isinstance(value, dict) else value


@pytest.mark.parametrize(
    ("name", "currency", "lines"),
    [("settlement_v2_US_synthetic_ccby.txt", "USD", 23), ("settlement_v2_DE_comma_decimals_synthetic.txt", "EUR", 4)],
)
def test_public_v2_file_has_no_residual(name: str, currency: str, lines: int) -> None:
    rows = read(PUBLIC / "files" / name, currency)
    assert residual(rows) == 0
    assert len(charges(rows)) == lines
    assert not [row for row in rows if isinstance(row, Unreadable)]


def test_real_all_orders_row_is_read() -> None:
    [order] = read(PUBLIC / "files/all_orders_IT_scrubbed_real_row_2017.txt")
    assert isinstance(order, OrderRow)
    assert (order.status, order.sales_channel, order.country, order.items[0].quantity) == (
        "Shipped",
        "Amazon.it",
        "US",
        0,
    )


_AGREES = {
    "product_sales": {Kind.REVENUE},
    "shipping_income": {Kind.SHIPPING_INCOME},
    "giftwrap_income": {Kind.SHIPPING_INCOME},
    "cod_income": {Kind.SHIPPING_INCOME},
    "shipping_chargeback": {Kind.SHIPPING_INCOME},
    "giftwrap_chargeback": {Kind.SHIPPING_INCOME},
    "tax_collected": {Kind.TAX_COLLECTED},
    "tax_withheld": {Kind.TAX_WITHHELD},
    "promo": {Kind.DISCOUNT},
    "promo_shipping": {Kind.DISCOUNT},
    "promo_tax": {Kind.DISCOUNT},
    "points_cost": {Kind.DISCOUNT},
    "promo_fee": {Kind.ADVERTISING},
    "ads": {Kind.ADVERTISING},
    "referral_fee": {Kind.COMMISSION},
    "refund_commission": {Kind.COMMISSION},
    "fba_fee": {Kind.FULFILMENT, Kind.RETURN_HANDLING},
    "mcf_fee": {Kind.FULFILMENT},
    "inbound_freight": {Kind.FULFILMENT},
    # Closing, service and digital fees; cash on delivery; Vine; and what only a refund files under it.
    "other_amazon_fee": {
        Kind.COMMISSION, Kind.PAYMENT_FEE, Kind.ADVERTISING, Kind.SHIPPING_INCOME, Kind.FULFILMENT,
    },
    "removal": {Kind.RETURN_HANDLING},
    "refund": {Kind.REFUND},
    "refund_tax": {Kind.TAX_COLLECTED},
    "storage": {Kind.STORAGE},
    "subscription": {Kind.SUBSCRIPTION},
    "shipping_label": {Kind.SHIPPING_COST, Kind.RETURN_HANDLING},
    "reserve": {Kind.RESERVE},
    "reimbursement": {Kind.REIMBURSEMENT},
    "transfer": {Kind.TRANSFER},
    "loan": {Kind.LOAN},
    "adjustment": {Kind.ADJUSTMENT},
    "liquidation": {Kind.REVENUE, Kind.TAX_COLLECTED},
    "liquidation_fee": {Kind.COMMISSION},
}  # fmt: skip


def test_every_known_triple_has_a_kind_that_agrees_with_its_category() -> None:
    path = PUBLIC / "settlement_vocabulary.csv"
    if not path.exists():
        pytest.skip("the vocabulary of settlements is not beside this checkout")
    with path.open(encoding="utf-8", newline="") as source:
        triples = list(csv.DictReader(source))
    wrong = [
        (triple["transaction_type"], triple["amount_type"], triple["amount_description"], kind)
        for triple in triples
        if (kind := kind_of(
            *(triple[name].replace("*", "anything") for name in ("transaction_type", "amount_type", "amount_description"))
        )) not in _AGREES[triple["category"]]
    ]  # fmt: skip
    assert (len(triples), wrong) == (229, [])


def test_real_search_term_reports_equal_their_totals() -> None:
    rows = read(PUBLIC / "files/amazon_sp_search_term_mannyvv_1.csv.gz", "USD")
    spends = [row for row in rows if isinstance(row, AdSpendRow)]
    assert len(spends) == len(rows) == 638
    assert (sum(row.spend for row in spends), sum(row.sales for row in spends)) == (D("1179.16"), D("1692.46"))
    assert (sum(row.impressions for row in spends), sum(row.clicks for row in spends)) == (245_277, 1_919)
    assert len({row.key for row in spends}) == 638
    second = read(PUBLIC / "files/amazon_sp_search_term_mannyvv_2.csv.gz", "USD")
    assert [type(row) for row in second] == [AdSpendRow] * 50


def test_captured_search_query_performance_keeps_its_counts() -> None:
    assert read(PUBLIC / "files/sqp_IT_captured_2026-08-05.json") == [
        SearchRow(
            key="2026-07-19|2026-07-25|B0FXFA789A|giubbotto moto uomo estivo", starts_on=date(2026, 7, 19),
            ends_on=date(2026, 7, 25), query="giubbotto moto uomo estivo", asin="B0FXFA789A", place=1, volume=816, rank=6,
            impressions=230, impressions_total=20110, clicks=5, clicks_total=542, cart_adds=0, cart_adds_total=11,
            purchases=0, purchases_total=1,
        )
    ]  # fmt: skip


def test_official_search_reports_are_told_apart() -> None:
    example = "official_example_sellingPartnerSearch{}Report.json"
    rows = read(PUBLIC / "files" / example.format("QueryPerformance"))
    assert [bool(row.query) for row in rows if isinstance(row, SearchRow)] == [True, True]
    rows = read(PUBLIC / "files" / example.format("CatalogPerformance"))
    assert [row.query for row in rows if isinstance(row, SearchRow)] == ["", ""]
    body = (PUBLIC / "files" / example.format("Terms")).read_bytes()
    assert recognise(read_head(io.BytesIO(body)), (amazon.ADAPTER,)) == []
