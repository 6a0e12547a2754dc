"""The statement: every view of the same entries adds up alike."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from channels.models import Company, Sku, Store
from reconciliation.models import LedgerEntry
from reports.queries import BASES, Line, Question, contribution
from reports.ranking import ranking
from reports.tables import text_table

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


@pytest.fixture
def company() -> Company:
    company = Company.objects.create(name="Brand", base_currency="EUR")
    for name, channel, currency in (("A", "amazon", "EUR"), ("A2", "amazon", "USD"), ("S", "shopify", "EUR")):
        Store.objects.create(company=company, name=name, channel=channel, currency=currency)
    return company


def enter(store: str, kind: str, amount: str, number: int = 1, **fields: object) -> LedgerEntry:
    owner = Store.objects.get(name=store)
    base = fields.pop("base_amount", Decimal(amount) if owner.currency == "EUR" else Decimal(amount) * Decimal("0.5"))
    values: dict[str, object] = {
        "company": owner.company, "paying_store": owner, "earning_store": owner, "source": "test",
        "key": f"{store}/{kind}/{number}", "stage": "settled", "kind": kind, "label": kind, "order_ref": f"O{number}",
        "sku": "TEA", "amount": Decimal(amount), "currency": owner.currency, "base_amount": base,
        "ordered_on": date(2026, 7, 31), "posted_on": date(2026, 8, 3), "recorded_at": NOON,
    }  # fmt: skip
    return LedgerEntry.objects.create(**{**values, **fields})


def fill() -> None:
    enter("A", "revenue", "100.00", quantity=4)
    enter("A", "cogs", "-40.00", quantity=4, stage="cost")
    enter("A", "commission", "-15.00")
    enter("A", "advertising", "-10.00", sku="", order_ref="")
    enter("A", "tax_collected", "19.00")
    enter("A", "reserve", "-50.00", sku="", order_ref="")
    enter("A2", "revenue", "60.00", quantity=2)
    enter("A2", "unmapped", "-6.00", sku="CUP")
    enter("S", "revenue", "30.00", 2, quantity=1, stage="expected", posted_on=None)
    enter("S", "refund", "-5.00", 3, posted_on=date(2026, 9, 1))


def told(line: Line) -> tuple[object, ...]:
    return (line.name, line.period, line.net_revenue, line.cm1, line.cm2, line.cm3a, line.units, line.orders)


def test_margins_are_the_one_above_and_their_own_kinds(company: Company) -> None:
    fill()
    assert [told(line) for line in contribution(Question(by="store"))] == [
        ("A", date(2026, 8, 1), Decimal(100), Decimal(60), Decimal(45), Decimal(35), 4, 1),
        ("A2", date(2026, 8, 1), Decimal(30), Decimal(30), Decimal(27), Decimal(27), 2, 1),
        ("S", date(2026, 9, 1), Decimal(-5), Decimal(-5), Decimal(-5), Decimal(-5), 0, 0),
        ("S", None, Decimal(30), Decimal(30), Decimal(30), Decimal(30), 1, 1),
    ]


def test_coverage_stands_beside_every_margin(company: Company) -> None:
    fill()
    enter("A2", "commission", "-8.00", base_amount=None)
    a, a2, _, undated = contribution(Question(by="store"))
    full, none = Decimal(1), Decimal(0)
    assert (a.cost_coverage, a.fx_coverage, a.mapping_coverage, a.settled_share) == (full, full, full, full)
    assert (a2.cost_coverage, a2.fx_coverage, a2.mapping_coverage) == (none, Decimal("0.6666"), Decimal("0.9090"))
    assert (undated.settled_share, undated.cost_coverage) == (none, none)


def test_money_without_a_rate_is_not_known_and_never_one_to_one(company: Company) -> None:
    enter("A2", "revenue", "60.00", base_amount=None)
    (line,) = contribution(Question(by="store"))
    assert (line.net_revenue, line.cm3b, line.fx_coverage) == (None, None, Decimal(0))


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("currency", ["base", "original"])
def test_lines_products_stores_channels_and_company_agree(company: Company, basis: str, currency: str) -> None:
    fill()
    Sku.objects.create(company=company, sku="TEA", product="Tea", recorded_at=NOON)
    Sku.objects.create(company=company, sku="CUP", product="Tea", recorded_at=NOON)

    def total(by: str, period: str) -> dict[str, dict[str, Decimal]]:
        sums: dict[str, dict[str, Decimal]] = {}
        for line in contribution(Question(by=by, period=period, basis=basis, currency=currency)):
            for kind, amount in line.by_kind.items():
                own = sums.setdefault(line.currency, {})
                own[kind] = own.get(kind, Decimal(0)) + amount
        return sums

    whole: dict[str, dict[str, Decimal]] = {}
    for entry in LedgerEntry.objects.all():
        name, amount = ("EUR", entry.base_amount) if currency == "base" else (entry.currency, entry.amount)
        assert amount is not None
        own = whole.setdefault(name, {})
        own[entry.kind] = own.get(entry.kind, Decimal(0)) + amount
    for by in ("company", "channel", "store", "product"):
        for period in ("day", "week", "month"):
            assert total(by, period) == whole


def test_reversed_entries_leave_no_trace_in_sums_units_and_coverage(company: Company) -> None:
    fill()
    before = contribution(Question(by="product"))
    enter("A", "unmapped", "-3.00", 9, quantity=0)
    enter("A", "unmapped", "3.00", 9, reversal=True)
    after = contribution(Question(by="product"))
    assert [told(line) for line in after] == [told(line) for line in before]
    assert [line.mapping_coverage for line in after] == [line.mapping_coverage for line in before]


def test_as_of_is_what_was_known_then(company: Company) -> None:
    enter("A", "revenue", "100.00")
    enter("A", "revenue", "7.00", 2, recorded_at=NOON + timedelta(days=1))
    (line,) = contribution(Question(as_of=NOON))
    assert line.net_revenue == 100


def test_period_is_half_open(company: Company) -> None:
    fill()
    lines = contribution(Question(by="store", since=date(2026, 8, 3), until=date(2026, 9, 1)))
    assert [line.name for line in lines] == ["A", "A2"]


def test_question_names_what_it_takes(company: Company) -> None:
    with pytest.raises(ValueError, match="basis is one of ordered, shipped, posted, released, deposited, not 'paid'"):
        Question(basis="paid")


def test_ranking_shows_whether_it_hangs_on_the_key(company: Company) -> None:
    fill()
    assert ranking(Question(by="store")) == {}
    enter("A", "shared_marketing", "-30.00", earning_store=None, sku="", order_ref="", stage="cost")
    (found,) = ranking(Question(by="store")).values()
    assert set(found.rankings) == {"net_revenue", "units", "orders", "equal"}
    assert all(sum(money.amount for money in after.values()) == Decimal(57) for after in found.margins.values())


def test_command_prints_the_contract_keys(company: Company) -> None:
    fill()
    out = StringIO()
    call_command("contribution", by="store", format="json", stdout=out)
    assert json.loads(out.getvalue())[0] == {
        "store": "A", "period": "2026-08-01", "currency": "EUR", "net_revenue": "100.00", "cm1": "60.00",
        "cm2": "45.00", "cm3a": "35.00", "cm3b": "35.00", "units": 4, "orders": 1, "cost_coverage": "1.0000",
        "fx_coverage": "1.0000", "mapping_coverage": "1.0000", "settled_share": "1.0000",
    }  # fmt: skip


def test_table_aligns_chinese_names_and_numbers() -> None:
    records = [{"store": "店铺", "cm1": "1234.50"}, {"store": "A", "cm1": "-7.00"}]
    assert text_table(records, {"cm1"}) == "store       cm1\n─────  ────────\n店铺   1,234.50\nA         -7.00"
