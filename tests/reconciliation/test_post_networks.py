"""Advertising of other networks is paid by card whatever the store, and posts in the currency of its account."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

from channels.load import load
from channels.models import Company, ExchangeRate, Store
from channels.receive import receive
from reconciliation.models import LedgerEntry
from reconciliation.post import post

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
GOOGLE = (
    "Day,Campaign,Currency code,Impr.,Clicks,Cost\n2026-08-03,Brand,{0},10,1,2.50\n2026-08-04,Brand,{0},10,1,4.00\n"
)
META = (
    "Reporting starts,Reporting ends,Campaign name,Impressions,Amount spent (USD)\n2026-08-03,2026-08-06,Brand,100,{}\n"
)


@pytest.fixture
def amazon() -> Store:
    company = Company.objects.create(name="Brand", base_currency="EUR")
    return Store.objects.create(company=company, name="Amazon", channel="amazon", currency="EUR")


def take(store: Store, text: str, hour: int = 0) -> None:
    load(receive(store.company, store, io.BytesIO(text.encode()), "file", NOON + timedelta(hours=hour)).page)
    post(store.company)


def spent() -> dict[tuple[str, date], Decimal]:
    found = LedgerEntry.objects.filter(kind="advertising").values_list("source", "posted_on").annotate(Sum("amount"))
    return {(source, on): amount for source, on, amount in found if amount}


def test_it_posts_though_the_store_does_not_pay_its_channel_by_card(amazon: Store) -> None:
    assert amazon.ads_by_card is False
    take(amazon, GOOGLE.format("EUR"))
    assert spent() == {
        ("google.ads", date(2026, 8, 3)): Decimal("-2.50"), ("google.ads", date(2026, 8, 4)): Decimal("-4.00"),
    }  # fmt: skip
    assert LedgerEntry.objects.filter(earning_store=amazon, paying_store=amazon).count() == 2


def test_a_period_is_spread_and_days_told_one_by_one_take_their_place(amazon: Store) -> None:
    take(amazon, META.format("8.00"))
    take(amazon, META.replace("Campaign name", "Day,Campaign name").replace("Brand", "2026-08-04,Brand").format("5"), 1)
    assert spent() == {
        ("meta.ads", date(2026, 8, on)): Decimal(amount) for on, amount in ((3, -2), (4, -5), (5, -2), (6, -2))
    }


def test_a_period_of_one_network_is_not_replaced_by_days_of_another(amazon: Store) -> None:
    take(amazon, META.format("8.00"))
    take(amazon, GOOGLE.format("EUR"), 1)
    assert sum(spent().values()) == Decimal("-14.50")


def test_a_corrected_export_replaces_what_it_tells_again(amazon: Store) -> None:
    take(amazon, GOOGLE.format("EUR"))
    take(amazon, GOOGLE.format("EUR").replace("2.50", "2.75"), 1)
    assert sum(spent().values()) == Decimal("-6.75")


def test_an_account_in_another_currency_is_converted(amazon: Store) -> None:
    ExchangeRate.objects.create(
        company=amazon.company, on=date(2026, 8, 3), base="EUR", quote="HKD", rate=Decimal(8), source="ECB",
        recorded_at=NOON,
    )  # fmt: skip
    take(amazon, GOOGLE.format("HKD"))
    entries = LedgerEntry.objects.filter(kind="advertising").order_by("posted_on")
    assert list(entries.values_list("currency", "amount", "base_amount")) == [
        ("HKD", Decimal("-2.50"), Decimal("-0.31")), ("HKD", Decimal("-4.00"), Decimal("-0.50")),
    ]  # fmt: skip
