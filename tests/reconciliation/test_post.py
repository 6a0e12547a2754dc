"""Facts become entries: by difference, the same whichever way and order they come."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Sum

import channels.adapters
from channels.load import load
from channels.models import Company, ExchangeRate, RawPage, Store, StoreTaxRate, UnitCost
from channels.receive import receive
from reconciliation import plain
from reconciliation import post as posting_verb
from reconciliation.ledger.balance import MonthPart
from reconciliation.models import ClosedPeriod, Discrepancy, LedgerEntry, SharedCost
from reconciliation.post import post
from reconciliation.queries import companies_behind, payout_months, payout_totals
from reconciliation.replay import replay
from reconciliation.settle import settle
from reports.digest import digests
from reports.queries import Question, contribution

pytestmark = pytest.mark.django_db
SAMPLES = Path(channels.adapters.__file__).parent
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


@pytest.fixture
def company() -> Company:
    return Company.objects.create(name="Brand", base_currency="EUR")


@pytest.fixture
def amazon(company: Company) -> Store:
    return make_store(company, "Amazon", "amazon", "EUR")


def make_store(company: Company, name: str, channel: str, currency: str, **fields: object) -> Store:
    return Store.objects.create(company=company, name=name, channel=channel, currency=currency, **fields)


def take(store: Store, text: str | bytes, hour: int = 0, *, sheet: bool = False) -> RawPage:
    """Import a file that came so many hours after noon."""
    body = text.encode() if isinstance(text, str) else text
    owner = None if sheet else store
    page = receive(store.company, owner, io.BytesIO(body), "file", NOON + timedelta(hours=hour)).page
    load(page)
    return page


SUMMARY = "{0}\t2026-08-01 00:00:00 UTC\t2026-08-15 00:00:00 UTC\t2026-08-17 00:00:00 UTC\t{1}\tEUR" + "\t" * 18
COLUMNS = (
    "settlement-id\tsettlement-start-date\tsettlement-end-date\tdeposit-date\ttotal-amount\tcurrency\ttransaction-type\t"
    "order-id\tmerchant-order-id\tadjustment-id\tshipment-id\tmarketplace-name\tamount-type\tamount-description\tamount\t"
    "fulfillment-id\tposted-date\tposted-date-time\torder-item-code\tmerchant-order-item-id\t"
    "merchant-adjustment-item-id\tsku\tquantity-purchased\tpromotion-id"
)
Sold = tuple[str, str, str, str, str]  # transaction, amount-type, description, amount, day


def settlement(number: str, lines: list[Sold], order: str = "302-0000001-0000001", sku: str = "TEA") -> str:
    rows = [COLUMNS, SUMMARY.format(number, sum(Decimal(line[3]) for line in lines))]
    for transaction, amount_type, words, amount, day in lines:
        ordered = transaction in ("Order", "Refund")
        rows.append(
            f"{number}\t\t\t\t\t\t{transaction}\t{order if ordered else ''}\t\t\t\tAmazon.de\t{amount_type}\t{words}\t"
            f"{amount}\tAFN\t{day}\t{day}T10:00:00Z\t\t\t\t{sku if ordered else ''}\t1\t"
        )
    return "\n".join(rows) + "\n"


SALE: list[Sold] = [
    ("Order", "ItemPrice", "Principal", "20.00", "2026-08-03"),
    ("Order", "ItemFees", "Commission", "-3.00", "2026-08-03"),
    ("other-transaction", "other-transaction", "Storage Fee", "-1.50", "2026-08-10"),
]
RATES = "date,base,quote,rate,source\n2026-08-03,USD,EUR,0.855,desk\n2026-08-10,USD,EUR,0.865,desk\n"


def entries(**fields: object) -> list[tuple[object, ...]]:
    rows = LedgerEntry.objects.filter(**fields).order_by("key", "part", "revision", "reversal")
    return [(e.kind, e.amount, e.base_amount, e.revision, e.reversal) for e in rows]


def test_posting_again_changes_nothing(amazon: Store) -> None:
    take(amazon, settlement("S1", SALE))
    first, again = post(amazon.company), post(amazon.company)
    assert (first.posted, again.posted, again.reversed) == (3, 0, 0)


def test_plain_lines_post_alike_in_one_statement_and_line_by_line(
    amazon: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    dollars = make_store(amazon.company, "Amazon US", "amazon", "USD", timezone="America/Los_Angeles")
    take(amazon, RATES, sheet=True)
    take(amazon, settlement("S1", SALE))
    # Halves of a cent round to even, and the day is the store's own.
    halves: list[Sold] = [
        ("Order", "ItemPrice", "Principal", amount, "2026-08-03")
        for amount in ("1.00", "3.00", "-1.00", "0.20", "7.77")
    ]
    take(dollars, settlement("S2", halves).replace("\tEUR", "\tUSD").replace("T10:00:00Z", "T03:00:00Z"))
    ClosedPeriod.objects.create(company=amazon.company, through=date(2026, 8, 5))
    ClosedPeriod.objects.update(closed_at=NOON - timedelta(days=1))
    post(amazon.company)
    in_one = ledger()
    LedgerEntry.objects.all().delete()
    amazon.company.posted.delete()
    monkeypatch.setattr(plain, "SPECIAL", "TRUE")
    monkeypatch.setattr(posting_verb, "SPECIAL", "TRUE")
    monkeypatch.setattr(posting_verb, "post_plain", lambda *_: 0)
    post(amazon.company)
    assert len(in_one) == 8
    assert ledger() == in_one


def ledger() -> list[tuple[object, ...]]:
    names = sorted(field.attname for field in LedgerEntry._meta.fields if field.attname != "id")
    return sorted(map(repr, LedgerEntry.objects.values_list(*names)))  # type: ignore[arg-type]


def test_order_report_after_the_settlement_brings_its_day(amazon: Store) -> None:
    take(amazon, settlement("S1", SALE[:1]))
    post(amazon.company)
    take(amazon, ORDERS, hour=1)
    post(amazon.company)
    rows = LedgerEntry.objects.order_by("revision", "reversal").values_list("ordered_on", "reversal", "amount")
    assert list(rows) == [
        (None, False, Decimal(20)),
        (None, True, Decimal(-20)),
        (date(2026, 8, 1), False, Decimal(20)),
    ]


ORDERS = (
    "amazon-order-id\tpurchase-date\tlast-updated-date\torder-status\tsales-channel\tsku\titem-status\tquantity\tcurrency\t"
    "item-price\titem-tax\n302-0000001-0000001\t2026-08-01T10:00:00+00:00\t2026-08-02T10:00:00+00:00\tShipped\tAmazon.de\t"
    "TEA\tShipped\t1\tEUR\t20.00\t\n"
)


def test_expected_money_gives_way_to_settled(amazon: Store) -> None:
    take(amazon, ORDERS)
    post(amazon.company)
    take(amazon, settlement("S1", SALE), hour=1)
    post(amazon.company)
    stages = LedgerEntry.objects.order_by("pk").values_list("stage", "kind", "amount", "reversal")
    assert [row for row in stages if row[0] == "expected"] == [
        ("expected", "revenue", Decimal(20), False),
        ("expected", "revenue", Decimal(-20), True),
    ]
    assert sum(amount for _, kind, amount, _ in stages if kind == "revenue") == 20


def test_rate_that_comes_later_fills_the_base_amount_and_stays(company: Company) -> None:
    dollars = make_store(company, "Amazon US", "amazon", "USD")
    take(dollars, settlement("S1", SALE[:1]).replace("\tEUR", "\tUSD"))
    post(company)
    assert entries() == [("revenue", Decimal(20), None, 1, False)]
    take(dollars, RATES, hour=1, sheet=True)
    post(company)
    take(dollars, RATES.replace("0.855", "0.9"), hour=2, sheet=True)
    post(company)
    assert entries() == [
        ("revenue", Decimal(20), None, 1, False),
        ("revenue", Decimal(-20), None, 1, True),
        ("revenue", Decimal(20), Decimal("17.10"), 2, False),
    ]
    assert LedgerEntry.objects.get(revision=2).recorded_at == NOON + timedelta(hours=1)


def test_fulfilment_for_another_channel_is_booked_on_its_sale(amazon: Store) -> None:
    shop = make_store(amazon.company, "Shop", "shopify", "EUR")
    fee = settlement("S1", [("Order", "ItemFees", "FBAPerUnitFulfillmentFee", "-4.00", "2026-08-03")])
    fee = fee.replace("302-0000001-0000001\t", "S01-0000001-0000001\t#1001").replace("Amazon.de", "Non-Amazon DE")
    take(amazon, fee)
    post(amazon.company)
    settle(amazon.company)
    assert list(Discrepancy.objects.values_list("cause", "amount")) == [("unserved", Decimal(-4))]
    take(shop, SHOP_ORDER, hour=1)
    post(amazon.company)
    settle(amazon.company)
    entry = LedgerEntry.objects.get(kind="fulfilment", revision=2)
    assert (entry.paying_store, entry.earning_store, entry.order_ref) == (amazon, shop, "5550001")
    assert not Discrepancy.objects.exists()
    assert [total.residual for total in payout_totals()] == [Decimal(0)]


def test_payment_belongs_to_the_last_order_of_its_name_whenever_that_comes(company: Company) -> None:
    shop = make_store(company, "Shop", "shopify", "EUR")
    take(shop, SHOP_ORDER.replace("2026-08", "2023-08").replace("5550001", "1110001"))
    take(shop, PAYMENT, hour=1)
    take(shop, SHOP_ORDER, hour=2)
    post(company)
    revenue = LedgerEntry.objects.filter(kind="revenue").values_list("order_ref", "stage", "amount")
    assert set(revenue) == {("1110001", "expected", Decimal(20)), ("5550001", "settled", Decimal(20))}


PAYMENT = (
    "Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Payout ID,Available On,Amount,Fee,Net,"
    "Checkout,Payment Method Name,Presentment Amount,Presentment Currency,Currency,VAT\n"
    "2026-08-02 10:00:00 +0000,charge,#1001,visa,online,paid,2026-08-05,77,2026-08-05,20.00,0.00,20.00,#c1,card,20.00,EUR,"
    "EUR,0.00\n"
)
SHOP_ORDER = (
    "Name,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,"
    "Lineitem name,Lineitem price,Lineitem sku,Payment Method,Id\n"
    "#1001,paid,2026-08-02 10:00:00 +0000,EUR,20.00,0.00,0.00,20.00,0.00,2026-08-02 10:00:00 +0000,1,Tea,20.00,TEA,"
    "Shopify Payments,5550001\n"
)


def test_prices_that_include_tax_owe_it(amazon: Store) -> None:
    amazon.prices_include_tax = True
    amazon.save()
    StoreTaxRate.objects.create(store=amazon, starts_on=date(2026, 1, 1), rate=Decimal("0.25"))
    take(amazon, settlement("S1", SALE))
    post(amazon.company)
    assert {(kind, amount) for kind, amount, *_ in entries()} == {
        ("revenue", Decimal(20)),
        ("tax_borne", Decimal(-4)),
        ("commission", Decimal(-3)),
        ("storage", Decimal("-1.5")),
    }
    assert [total.residual for total in payout_totals()] == [Decimal(0)]


ADS = (
    "Date,Campaign Name,Ad Group Name,Targeting,Match Type,Customer Search Term,Impressions,Clicks,Spend,"
    "7 Day Total Sales ,7 Day Total Orders (#),7 Day Total Units (#)\n"
    "2026-08-03,Brand,Group,tea,EXACT,green tea,100,5,2.50,20.00,1,1\n"
)


@pytest.mark.parametrize(("by_card", "posted"), [(False, []), (True, [Decimal("-2.50")])])
def test_ads_report_posts_only_where_ads_are_paid_by_card(amazon: Store, by_card: bool, posted: list[Decimal]) -> None:
    amazon.ads_by_card = by_card
    amazon.save()
    take(amazon, ADS)
    post(amazon.company)
    assert [entry[1] for entry in entries(kind="advertising")] == posted


def test_day_that_two_reports_tell_of_posts_the_finer_one(amazon: Store) -> None:
    amazon.ads_by_card = True
    amazon.save()
    month = ADS.replace("Date,", "Start Date,End Date,").replace("2026-08-03,", "2026-08-03,2026-08-04,")
    take(amazon, month.replace("2.50", "10.00"))
    post(amazon.company)
    take(amazon, ADS, hour=1)
    post(amazon.company)
    totals = LedgerEntry.objects.filter(kind="advertising").values_list("posted_on").annotate(Sum("amount"))
    assert dict(totals) == {date(2026, 8, 3): Decimal("-2.50"), date(2026, 8, 4): Decimal("-5.00")}


def test_change_of_settings_bears_upon_what_is_posted(amazon: Store) -> None:
    take(amazon, STOCK.format(10), sheet=True)
    take(amazon, settlement("S1", SALE), hour=1)
    post(amazon.company)
    StoreTaxRate.objects.create(store=amazon, starts_on=date(2026, 1, 1), rate=Decimal("0.25"))
    Store.objects.update(prices_include_tax=True)
    Company.objects.update(cost_method="moving_average")
    assert companies_behind() == [amazon.company]
    post(amazon.company)
    assert [entry[1] for entry in entries(kind="tax_borne")] == [Decimal(-4)]
    assert LedgerEntry.objects.filter(label="moving_average / TEA").count() == 1
    assert (companies_behind(), post(amazon.company).posted) == ([], 0)


def test_what_is_typed_in_between_runs_replays_the_same(amazon: Store) -> None:
    dollars = make_store(amazon.company, "Amazon US", "amazon", "USD")
    take(dollars, settlement("S1", SALE).replace("\tEUR", "\tUSD"))
    post(amazon.company)
    now = datetime.now(UTC)
    ExchangeRate.objects.create(
        company=amazon.company, on=date(2026, 8, 3), base="USD", quote="EUR", rate=Decimal("0.9"), source="desk",
        recorded_at=now,
    )  # fmt: skip
    UnitCost.objects.create(
        company=amazon.company, product="TEA", starts_on=date(2026, 1, 1), unit_cost=Decimal(5), currency="USD",
        recorded_at=now,
    )  # fmt: skip
    post(amazon.company)
    SharedCost.objects.create(
        company=amazon.company, name="Influencer", starts_on=date(2026, 8, 1), ends_on=date(2026, 8, 7),
        amount=Decimal(100), currency="EUR", allocation_key="net_revenue",
    )  # fmt: skip
    post(amazon.company)
    assert entries(kind="cogs") == [("cogs", Decimal(-5), Decimal("-4.50"), 1, False)]
    before = list(digests())
    replay(amazon.company)
    assert list(digests()) == before


STOCK = "product,quantity,date,unit cost,currency\nTEA,{0},2026-08-01,5.00,EUR\n"


def test_goods_sold_cost_what_they_were_received_at(amazon: Store) -> None:
    take(amazon, STOCK.format(10), sheet=True)
    take(amazon, settlement("S1", SALE))
    post(amazon.company)
    cost = LedgerEntry.objects.get(kind="cogs")
    assert (cost.amount, cost.base_amount) == (Decimal(-5), Decimal(-5))
    assert (cost.quantity, cost.posted_on) == (1, date(2026, 8, 3))


def test_goods_without_stock_have_no_cost_and_get_it_with_the_receipt(amazon: Store) -> None:
    take(amazon, settlement("S1", SALE))
    post(amazon.company)
    assert not LedgerEntry.objects.filter(kind="cogs").exists()
    take(amazon, STOCK.format(10), hour=1, sheet=True)
    post(amazon.company)
    assert entries(kind="cogs") == [("cogs", Decimal(-5), Decimal(-5), 1, False)]


def test_corrected_receipt_reverses_the_cost(amazon: Store) -> None:
    take(amazon, STOCK.format(10), sheet=True)
    take(amazon, settlement("S1", SALE))
    post(amazon.company)
    take(amazon, STOCK.format(10).replace("5.00", "6.00"), hour=1, sheet=True)
    post(amazon.company)
    assert entries(kind="cogs") == [
        ("cogs", Decimal(-5), Decimal(-5), 1, False),
        ("cogs", Decimal(5), Decimal(5), 1, True),
        ("cogs", Decimal(-6), Decimal(-6), 2, False),
    ]


def test_late_sale_moves_costs_from_when_it_was_known(amazon: Store) -> None:
    """An earlier sale that comes later takes the older layer; what was stated before stays stated as of then."""
    take(
        amazon,
        "product,quantity,date,unit cost,currency\nTEA,1,2026-08-01,5.00,EUR\nTEA,1,2026-08-02,7.00,EUR\n",
        sheet=True,
    )
    take(amazon, settlement("S1", [("Order", "ItemPrice", "Principal", "20.00", "2026-08-09")]))
    post(amazon.company)
    earlier: list[Sold] = [("Order", "ItemPrice", "Principal", "20.00", "2026-08-04")]
    take(amazon, settlement("S2", earlier, order="302-0000002-0000002"), hour=5)
    post(amazon.company)
    costs = LedgerEntry.objects.filter(kind="cogs")
    before, after = costs.filter(recorded_at__lte=NOON + timedelta(hours=4)), costs
    assert [sum(row.amount for row in rows) for rows in (before, after)] == [Decimal(-5), Decimal(-12)]


def test_orders_that_fell_through_are_not_counted(amazon: Store) -> None:
    take(amazon, ORDERS)
    post(amazon.company)
    gone = ORDERS.replace("Shipped", "Cancelled").replace("2026-08-02T10", "2026-08-03T10")
    take(amazon, gone, hour=1)
    post(amazon.company)
    (line,) = contribution(Question(by="store", basis="ordered"))
    assert (line.net_revenue, line.units, line.orders) == (Decimal(0), 0, 0)


def test_late_money_is_booked_on_the_first_open_day(amazon: Store) -> None:
    closed = ClosedPeriod.objects.create(company=amazon.company, through=date(2026, 8, 31))
    ClosedPeriod.objects.filter(pk=closed.pk).update(closed_at=NOON - timedelta(hours=1))
    take(amazon, settlement("S1", SALE))
    post(amazon.company)
    assert set(LedgerEntry.objects.values_list("booked_on", flat=True)) == {date(2026, 9, 1)}


@pytest.mark.parametrize("key", ["net_revenue", "unallocated"])
def test_shared_cost_is_spread_to_the_cent_or_left(amazon: Store, key: str) -> None:
    take(amazon, settlement("S1", SALE))
    post(amazon.company)
    SharedCost.objects.create(
        company=amazon.company, name="Influencer", starts_on=date(2026, 8, 1), ends_on=date(2026, 8, 7),
        amount=Decimal(100), currency="EUR", allocation_key=key,
    )  # fmt: skip
    post(amazon.company)
    rows = LedgerEntry.objects.filter(kind="shared_marketing")
    assert sum(row.amount for row in rows) == -100
    assert {row.earning_store for row in rows} == ({amazon} if key == "net_revenue" else {None})
    assert post(amazon.company).posted == 0


def test_retention_marketing_is_a_pool_of_its_own_within_cm3b(amazon: Store) -> None:
    take(amazon, settlement("S1", SALE))
    SharedCost.objects.create(
        company=amazon.company, name="Mail", pool=SharedCost.Pool.RETENTION_MARKETING, starts_on=date(2026, 8, 1),
        ends_on=date(2026, 8, 7), amount=Decimal(70), currency="EUR",
    )  # fmt: skip
    post(amazon.company)
    assert sum(row.amount for row in LedgerEntry.objects.filter(kind="retention_marketing")) == -70
    lines = contribution(Question(by="store", basis="ordered"))
    assert sum((one.by_kind.get("retention_marketing", Decimal(0)) for one in lines), Decimal(0)) == -70
    assert all(one.cm3b == one.cm3a + one.by_kind.get("retention_marketing", 0) for one in lines if one.cm3a)


def test_settlement_over_a_month_end_carries_forward(amazon: Store) -> None:
    """The worked example of facts/definitions.md §2.6."""
    march, april = "2026-03-28", "2026-04-03"
    lines: list[Sold] = [
        (transaction, amount_type, words, amount, day)
        for transaction, amount_type, words, first, second in (
            ("Order", "ItemPrice", "Principal", "5000.00", "3000.00"),
            ("Order", "ItemPrice", "Shipping", "100.00", "60.00"),
            ("Refund", "ItemPrice", "Principal", "-300.00", "-120.00"),
            ("Order", "ItemFees", "Commission", "-1650.00", "-980.00"),
            ("ServiceFee", "Cost of Advertising", "TransactionTotalAmount", "-400.00", "-220.00"),
            ("Order", "ItemPrice", "Tax", "350.00", "210.00"),
            ("Order", "ItemWithheldTax", "MarketplaceFacilitatorTax-Principal", "-350.00", "-210.00"),
            ("other-transaction", "FBA Inventory Reimbursement", "WAREHOUSE_LOST", "0.00", "50.00"),
            ("other-transaction", "other-transaction", "Previous Reserve Amount Balance", "500.00", "0.00"),
            ("other-transaction", "other-transaction", "Current Reserve Amount", "0.00", "-800.00"),
        )
        for amount, day in ((first, march), (second, april))
    ]
    take(amazon, settlement("S1", lines))
    post(amazon.company)
    assert payout_months(amazon.pk, "S1") == [
        MonthPart(date(2026, 3, 1), Decimal(0), Decimal(3250), Decimal(-3250)),
        MonthPart(date(2026, 4, 1), Decimal(3250), Decimal(990), Decimal(0)),
    ]
    assert [part.deposit for part in payout_months(amazon.pk, "S1")] == [Decimal(0), Decimal(4240)]
    assert not LedgerEntry.objects.filter(kind="unmapped").exists()


@pytest.fixture
def world(company: Company) -> Company:
    """All sample files, imported with a posting in between, as a seller does over the weeks."""
    stores = {
        "amazon": make_store(company, "A", "amazon", "EUR", timezone="Europe/Berlin"),
        "shopify": make_store(company, "B", "shopify", "EUR", timezone="Europe/Amsterdam"),
        "shopee": make_store(company, "C", "shopee", "SGD", timezone="Asia/Singapore", marketplace="SG"),
        "shopify api": make_store(company, "D", "shopify", "EUR", timezone="Europe/Amsterdam"),
    }
    skipped = ("crossborder", "_15_", "_10_", "README", "cost_sheet")
    hour = 0
    for folder in ("amazon", "shopify", "shopee", "sheets", "ecb"):
        for file in sorted((SAMPLES / folder / "samples").iterdir()):
            if any(word in file.name for word in skipped):
                continue
            hour += 1
            wire = folder == "shopify" and "export" not in file.name  # another route of the same money
            store = stores.get(f"{folder} api" if wire else folder, stores["amazon"])
            take(store, file.read_bytes(), hour, sheet=folder not in stores and file.name != "warranty.csv")
        post(company)
    settle(company)
    return company


def test_sample_files_of_three_channels_tie_and_replay(world: Company) -> None:
    """One test, since the world takes seconds to make."""
    totals = payout_totals(company=world.pk)
    assert len(totals) > 50
    assert [total for total in totals if total.residual and total.itemised] == []
    assert _unbalanced_reversals() == 0
    assert _unposted() == 0
    before = list(digests())
    replay(world)
    assert list(digests()) == before


def _unbalanced_reversals() -> int:
    """Reversals that do not cancel an entry exactly."""
    assert LedgerEntry.objects.filter(reversal=True).exists()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM reconciliation_ledgerentry r LEFT JOIN reconciliation_ledgerentry e "
            "ON e.paying_store_id IS NOT DISTINCT FROM r.paying_store_id AND (e.source, e.key, e.part, e.stage, "
            "e.revision, e.amount, e.quantity) = (r.source, r.key, r.part, r.stage, r.revision, -r.amount, -r.quantity) "
            "AND NOT e.reversal WHERE r.reversal AND e.id IS NULL"
        )
        return int(cursor.fetchone()[0])


def _unposted() -> int:
    """Lines that post as they stand, and do not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM channels_charge c WHERE c.role = 'direct' AND NOT c.withdrawn AND NOT EXISTS ("
            "SELECT 1 FROM reconciliation_ledgerentry e WHERE e.paying_store_id = c.store_id AND e.source = c.resource "
            "AND e.key = c.key AND e.amount = c.amount)"
        )
        return int(cursor.fetchone()[0])
