"""A company's books week by week: every sum is the ledger's, and what is not known is no number."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from channels.core.rows import AdSpendRow
from channels.load import load_rows
from channels.models import AdSpend, Company, Order
from reconciliation.models import BuyerSignal, LedgerEntry
from reconciliation.post import post
from reports.queries import Question, contribution
from reports.reads import rows
from reports.weeks import books
from tests.making import make_company
from tests.reports.selling import at, make_seller, order, store_of, week
from tests.reports.steering import NEW, SOLD, make_steered

pytestmark = pytest.mark.django_db
WEEKS = 30


@pytest.fixture
def company() -> Company:
    return make_steered(WEEKS)


def test_sums_are_those_of_the_statement(company: Company) -> None:
    of = books(company)
    assert (of.weeks[0], of.weeks[-1], of.through) == (week(0), week(WEEKS - 1), week(WEEKS))
    lines = contribution(Question(company=company.pk, by="company", basis="ordered", until=of.through))
    for name, series in (("net_revenue", of.net), ("cm2", of.cm2), ("cm3a", of.cm3)):
        assert series.sum() == pytest.approx(float(sum(getattr(one, name) for one in lines)))
    assert of.advertising.sum() == -float(sum(one.by_kind.get("advertising", 0) for one in lines)) == 28 * WEEKS
    assert of.orders.sum() == of.units.sum() == sum(one.orders for one in lines)


def test_the_order_of_rows_changes_no_bit(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    for n, amount in enumerate(("0.1", "0.2", "0.3", "1000000.7", "-1000000.1")):
        kind = ("commission", "fulfilment", "payment_fee", "storage", "shipping_cost")[n]
        entry = LedgerEntry.objects.filter(company=company, ordered_on__range=(week(3), week(3) + timedelta(days=6)))[0]
        entry.pk, entry.kind, entry.key = None, kind, f"more {n}"
        entry.amount = entry.base_amount = Decimal(amount)
        entry.save(force_insert=True)
    of = books(company)
    monkeypatch.setattr("reports.weeks.rows", lambda sql, given: rows(sql, given)[::-1])
    turned = books(company)
    for name in ("net", "cm2", "cm3", "advertising", "orders", "units"):
        assert_array_equal(getattr(of, name), getattr(turned, name), strict=True)


def test_without_anything_there_are_no_weeks() -> None:
    of = books(make_company())
    assert (of.weeks, of.through, len(of.net), len(of.buyers)) == ((), None, 0, 0)


def test_money_without_a_rate_makes_its_week_unknown_and_no_other(company: Company) -> None:
    entry = LedgerEntry.objects.filter(company=company, ordered_on=week(4), kind="commission").first()
    assert entry is not None
    LedgerEntry.objects.filter(pk=entry.pk).update(base_amount=None, rate=None)
    of = books(company)
    assert [n for n in range(WEEKS) if np.isnan(of.cm2[n])] == [4]
    assert np.isfinite(of.orders).all()


def test_goods_without_a_cost_leave_contribution_unknown(company: Company) -> None:
    LedgerEntry.objects.filter(company=company, kind="cogs", ordered_on__range=(week(3), week(4))).delete()
    of = books(company)
    assert np.isnan(of.cm3[3])
    assert np.isfinite(of.net).all()


def test_a_selling_store_that_ends_early_ends_the_weeks_and_a_trickle_does_not() -> None:
    company = make_seller(money=False, amazon={"CA": [9] * 30}, shopify={"TX": [9] * 20}, shopee={"NY": [1] * 3})
    assert books(company).through == week(20)


def test_stores_whose_buyers_are_not_known_are_told_apart(company: Company) -> None:
    of = books(company)
    assert (of.known, of.hidden) == (("shopify",), ("amazon",))
    assert_allclose(of.hidden_advertising, 20)
    assert of.known_net.sum() == 20 * len(of.buyers)
    assert (of.told == 1).all()
    BuyerSignal.objects.update(matching=False)
    assert books(company).known == ()


def test_orders_without_a_person_lower_what_is_told(company: Company) -> None:
    refs = Order.objects.filter(store__channel="shopify", ordered_at__lt=at(week(1))).values_list("ref", flat=True)[:2]
    BuyerSignal.objects.filter(order_ref__in=list(refs)).delete()
    assert books(company).told[:2].tolist() == [1 - 2 / NEW, 1]


def test_reports_count_each_day_once_by_the_finest_range(company: Company) -> None:
    before = books(company).reported
    assert_allclose(before["spend"], 28)
    assert_allclose([before[one].sum() / WEEKS for one in ("brand", "non_brand", "unknown")], [6, 10, 12])
    day = week(5) + timedelta(days=2)
    load_rows(
        store_of(company, "amazon"), [AdSpendRow("month", day, day + timedelta(days=3), "USD", Decimal(40), 1)],
        "a longer range", at(week(200)),
    )  # fmt: skip
    after = books(company).reported["spend"]
    assert after[5] == pytest.approx(28 + 30)


def test_networks_of_one_store_add_up_and_reports_of_one_network_do_not(company: Company) -> None:
    own = AdSpend.objects.filter(store__channel="amazon")
    own.filter(search_term="").update(resource="google.ads")
    assert_allclose(books(company).reported["spend"], 28)
    own.filter(search_term="green tea").update(resource="google.terms")
    reported = books(company).reported
    assert_allclose(reported["spend"], 24)
    assert_allclose(reported["non_brand"], 10)


def test_an_order_of_two_days_in_the_ledger_is_one(company: Company) -> None:
    store = store_of(company, "amazon")
    load_rows(store, order(week(2)), "one more", at(week(200)))
    post(company)
    assert books(company).orders[2] == NEW + SOLD + 1
