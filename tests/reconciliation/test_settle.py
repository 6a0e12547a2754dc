"""What disagrees is listed with its money, keeps its age, and goes when it agrees again."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from channels.models import Company, Order, RawPage, Store
from channels.refusals import in_words
from reconciliation.models import Discrepancy, LedgerEntry, Resolution
from reconciliation.post import post
from reconciliation.settle import settle
from tests.making import NOON, line, make_company, make_store, settlement, take_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Store:
    return make_store(make_company())


def settled(company: Company) -> list[tuple[str, Decimal, str]]:
    post(company)
    settle(company)
    return list(Discrepancy.objects.order_by("cause", "key").values_list("cause", "amount", "payout"))


def test_statement_that_adds_up_is_not_listed(store: Store) -> None:
    take_in(store, settlement(line("10.00"), total="10.00"))
    assert settled(store.company) == []


def test_statement_that_does_not_add_up_is_listed_with_its_residual(store: Store) -> None:
    take_in(store, settlement(line("10.00"), line("-1.50", "Commission"), total="9.00"))
    assert settled(store.company) == [("residual", Decimal("0.50"), "900")]


def test_unknown_words_are_listed_with_their_money_by_label(store: Store) -> None:
    take_in(store, settlement(line("10.00"), line("-1.50", "NewFee"), line("-0.50", "NewFee"), total="8.00"))
    assert settled(store.company) == [("unmapped", Decimal("-2.00"), "")]
    assert Discrepancy.objects.get().count == 2


def test_a_field_that_is_new_beside_an_orders_terms_is_listed_once_without_money() -> None:
    store = make_store(channel="shopee", currency="SGD", timezone="Asia/Singapore", marketplace="SG")
    for order in ("A", "B"):
        income = {"escrow_amount": 8, "original_cost_of_goods_sold": 10, "commission_fee": 2, "moon_tax": 3}
        detail = {"order_sn": order, "order_income": {**income, "items": []}}
        take_in(store, json.dumps({"error": "", "response": detail}).encode(), "escrow.json")
    assert settled(store.company) == [("unmapped", Decimal(0), "")]
    found = Discrepancy.objects.get()
    assert (found.count, found.currency, found.detail.partition(" ")[0]) == (2, "", "moon_tax")
    with override("zh-hans"):
        assert in_words(found.detail) == "moon_tax 是订单收入明细中新出现的字段；它对收入的影响已计入“unexplained”。"
    assert not LedgerEntry.objects.filter(label="moon_tax").exists()


def test_same_statement_with_another_amount_waits_and_is_listed(store: Store) -> None:
    take_in(store, settlement(line("10.00"), total="10.00"))
    take_in(store, settlement(line("11.00"), total="11.00"))
    assert settled(store.company) == [("conflict", Decimal(0), "")]
    assert "10.00 → 11.00" in Discrepancy.objects.get().detail
    assert RawPage.objects.filter(state="waiting").count() == 1


def test_tax_that_is_not_withheld_in_full_is_listed(store: Store) -> None:
    take_in(
        store,
        settlement(
            line("10.00"),
            line("1.00", "Tax", amount_type="ItemPrice"),
            line("-0.90", "MarketplaceFacilitatorTax-Principal", amount_type="ItemWithheldTax"),
            total="10.10",
        ),
    )
    assert settled(store.company) == [("tax", Decimal("0.10"), "900")]


def test_reserve_that_does_not_come_back_is_listed(store: Store) -> None:
    other = {"transaction_type": "other-transaction", "amount_type": "other-transaction", "order_id": "", "sku": ""}
    take_in(
        store,
        settlement(
            line("100.00"), line("-30.00", "Current Reserve Amount", **other), total="70.00", deposit="2026-07-02"
        ),
    )
    second = settlement(line("25.00", "Previous Reserve Amount Balance", **other), total="25.00", number="901")
    take_in(store, second.replace(b"2026-06-30 23:59:59", b"2026-07-14 23:59:59"))
    assert settled(store.company) == [("reserve", Decimal("-5.00"), "901")]


def test_copied_order_without_its_original_is_listed_until_it_is_here(store: Store) -> None:
    shop = make_store(store.company, name="Shop", channel="shopify")
    take_in(store, settlement(line("10.00"), total="10.00"))
    page = RawPage.objects.get()
    Order.objects.create(
        store=shop, page=page, place=2, recorded_at=NOON, load=1, resource="shopify.orders", ref="1", name="#1",
        currency="USD", ordered_at=NOON, is_mirror=True, mirror_of="114-0000009-0000009",
    )  # fmt: skip
    assert [found[0] for found in settled(store.company)] == ["mirror"]
    Order.objects.update(mirror_of="114-0000001-0000001")
    assert settled(store.company) == []


def test_age_is_kept_while_the_amount_is_the_same_and_resolutions_stay(store: Store) -> None:
    take_in(store, settlement(line("10.00"), total="9.00"))
    settled(store.company)
    old = NOON - timedelta(days=30)
    Discrepancy.objects.update(since=old)
    found = Discrepancy.objects.get()
    Resolution.objects.create(
        company=found.company, cause=found.cause, key=found.key, amount=found.amount, note="rounding at Amazon"
    )
    settle(store.company)
    assert (Discrepancy.objects.get().since, Resolution.objects.count()) == (old, 1)


def test_statement_of_another_store_waits(store: Store) -> None:
    other = make_store(store.company, name="Maple CA")
    import_body = settlement(line("10.00"), total="10.00")
    take_in(store, import_body)
    assert take_in(other, import_body).conflict.startswith("Statement 900 is in the store Maple US already.")
    assert settled(store.company) == [("conflict", Decimal(0), "")]


def test_same_statement_with_other_words_waits(store: Store) -> None:
    take_in(store, settlement(line("10.00"), line("-2.00", "Commission"), total="8.00"))
    page = take_in(store, settlement(line("10.00"), line("-2.00", "FBAPerUnitFulfillmentFee"), total="8.00"))
    assert "1 lines differ. line 4: -2.00 → -2.00" in page.conflict
