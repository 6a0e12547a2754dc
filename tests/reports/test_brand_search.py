"""What part of a channel's recent orders followed a search of the brand: what no report tells may have, or may not."""

from datetime import timedelta

import pytest

from channels.models import Company, Order
from reconciliation.expose import expose
from reports.brand_search import brand_search, brand_weeks
from tests.reconciliation.searching import lexicon, page_of, searches
from tests.reports.selling import make_seller, store_of, week

pytestmark = pytest.mark.django_db
PERIOD, ORDERS = (week(4), week(8)), {"amazon": 28.0, "shopify": 28.0}


def seller(*told: int) -> Company:
    """7 orders a week on each channel; of the weeks from these Sundays on reports tell 2 brand and 3 other purchases."""
    company = make_seller(amazon={"CA": [7] * 8}, shopify={"CA": [7] * 8})
    lexicon(company)
    store = store_of(company, "amazon")
    store.marketplace = "ATVPDKIKX0DER"
    store.save()
    page = page_of(store)
    searches(page, [
        {"query": query, "asin": "TEA", "purchases": count, "clicks": 9, "starts_on": week(n) - timedelta(days=1),
         "ends_on": week(n) + timedelta(days=5)}
        for n in told for query, count in (("mapleton", 2), ("kettle", 3))
    ])  # fmt: skip
    expose(company)
    return company


def test_suppressed_weeks_and_the_ends_of_the_period_are_unknown() -> None:
    """Three whole weeks from Sunday lie in the four; of one there is no report."""
    company = seller(*range(1, 6), 7)
    found = brand_search(company, "US", *PERIOD, ORDERS, brand_weeks(company))
    assert set(found) == {"amazon"}
    assert (found["amazon"].low, found["amazon"].high) == pytest.approx((4 / 28, 1 - 6 / 28), abs=1e-6)


def test_orders_that_the_panel_leaves_out_may_be_any_of_those_told() -> None:
    company = seller(*range(9))
    Order.objects.filter(store__channel="amazon", ordered_at__date=week(5)).update(business=True)
    found = brand_search(company, "US", *PERIOD, {"amazon": 27.0}, brand_weeks(company))
    assert (found["amazon"].low, found["amazon"].high) == pytest.approx((5 / 27, 1 - 8 / 27), abs=1e-6)


@pytest.mark.parametrize("country", ["DE", ""])
def test_other_markets_are_told_nothing(country: str) -> None:
    company = seller(*range(9))
    assert brand_search(company, country, *PERIOD, ORDERS, brand_weeks(company)) == {}


def test_without_reports_or_a_lexicon_nothing_is_told() -> None:
    company = seller()
    assert brand_weeks(company) != []
    assert brand_search(company, "US", *PERIOD, ORDERS, brand_weeks(company)) == {}
    other = Company.objects.create(name="Other", base_currency="USD")
    assert brand_weeks(other) == []


def test_no_orders_have_no_share() -> None:
    company = seller(*range(9))
    assert brand_search(company, "US", *PERIOD, {"amazon": 0.0}, brand_weeks(company)) == {}
