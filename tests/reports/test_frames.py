"""Weekly panels: what counts where and when, what is unknown, and money that rates do not move."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from channels.core.kinds import Kind
from channels.core.rows import ChargeRow
from channels.load import load_rows
from channels.models import Company, ExchangeRate, Fetch, Order, RawPage, SyncWindow
from reconciliation.models import SharedCost
from reconciliation.post import post
from reports.frames import by_block, frames
from tests.making import make_company, make_store
from tests.reports.selling import FIRST, at, goods, make_seller, order, sold, store_of, week

pytestmark = pytest.mark.django_db


def test_orders_are_counted_by_region_week_and_channel() -> None:
    company = make_seller(amazon={"CA": [7, 0, 9], "TX": [8, 7, 7]}, shopify={"CA": [7, 7, 7]})
    frame = frames(company)["US"]
    assert (frame.panel.weeks, frame.panel.regions) == ((week(0), week(1), week(2)), ("CA", "TX"))
    assert {name: of.tolist() for name, of in frame.panel.orders.items()} == {
        "amazon": [[7, 0, 9], [8, 7, 7]], "shopify": [[7, 7, 7], [0, 0, 0]],
    }  # fmt: skip
    assert (frame.through, frame.told("amazon")) == (week(3), 1.0)


def test_one_state_has_one_spelling_and_orders_without_any_stand_apart() -> None:
    company = make_seller(amazon={"CA": [4, 7], "California": [3, 0], "california ": [1, 0], "": [2, 0]})
    frame = frames(company)["US"]
    assert (frame.panel.regions, frame.panel.orders["amazon"].tolist()) == (("CA",), [[8, 7]])
    assert (frame.stateless["amazon"].tolist(), frame.told("amazon")) == ([2, 0], 15 / 17)


@pytest.mark.parametrize(
    "what", [{"cancelled": True}, {"is_mirror": True}, {"serves": "#1001"}, {"replaces": "O1"}, {"business": True},
             {"country": ""}],
    ids=["cancelled", "mirror", "serves", "replaces", "business", "nowhere"],
)  # fmt: skip
def test_what_is_no_purchase_of_a_consumer_here_stays_out(what: dict[str, Any]) -> None:
    company = make_seller(amazon={"CA": [7, 7]})
    load_rows(store_of(company, "amazon"), order(week(0), **what), "more", at(week(201)))
    post(company)
    found = frames(company)
    assert list(found) == ["US"]
    assert found["US"].panel.orders["amazon"].tolist() == [[7, 7]]
    assert len(found["US"].samples["amazon"].amounts) == 0  # none of these weeks is mature
    assert by_block(company, "US", (), [("1", week(0), week(2))]) == {"amazon": {"1": 14}}


def test_weeks_are_the_stores_own() -> None:
    company = make_company()
    store = make_store(company, "Maple", timezone="America/Los_Angeles")
    load_rows(store, [*sold({"CA": [7, 7, 7]})], "orders", at(week(9)))
    # 23:00 on Sunday there is 07:00 on Monday in UTC.
    Order.objects.filter(ordered_at=at(week(1))).update(ordered_at=datetime.combine(week(1), time(7), UTC))
    assert frames(company)["US"].panel.orders["amazon"].tolist() == [[8, 6, 7]]


def test_first_and_last_weeks_that_are_not_whole_are_left_out() -> None:
    company = make_company()
    store = make_store(company)
    days = [*range(3, 17)]  # from Thursday to Wednesday, two weeks later
    load_rows(store, [row for n in days for row in order(FIRST + timedelta(days=n))], "orders", at(week(9)))
    frame = frames(company)["US"]
    assert (frame.panel.weeks, frame.panel.orders["amazon"].tolist()) == ((week(1),), [[7]])


def pulled(company: Company, *weeks: int, green: bool = True) -> None:
    """The orders came by windows of these weeks."""
    store = store_of(company, "amazon")
    page = RawPage.objects.get(store=store)
    for number in weeks:
        window = SyncWindow.objects.create(
            store=store, resource="amazon.orders", route="report",
            starts_at=datetime.combine(week(number), time(), UTC), ends_at=datetime.combine(week(number + 1), time(), UTC),
            state="green" if green else "red", closed_at=at(week(99)) if green else None, failures=int(not green),
        )  # fmt: skip
        Fetch.objects.create(window=window, attempt=1, number=1, page=page, fetched_at=at(week(99)))


def test_a_week_without_orders_is_zero_where_it_was_pulled_and_unknown_where_not() -> None:
    company = make_seller(amazon={"CA": [7, 0, 0, 7, 0]}, shopify={"CA": [7] * 5})
    pulled(company, 0, 1, 3, 4)
    pulled(company, 2, green=False)
    panel = frames(company)["US"].panel
    np.testing.assert_array_equal(panel.orders["amazon"], [[7, 0, np.nan, 7, 0]])
    np.testing.assert_array_equal(panel.orders["shopify"], [[7] * 5])


def test_a_store_that_is_a_trickle_in_its_channel_makes_no_week_unknown() -> None:
    company = make_seller(amazon={"CA": [70] * 4})
    other = make_store(company, "Maple DE")
    load_rows(other, [*sold({"CA": [0, 1]})], "few", at(week(9)))
    assert frames(company)["US"].panel.orders["amazon"].tolist() == [[70, 71, 70, 70]]


def test_contribution_stands_in_the_week_of_the_order_and_is_unknown_until_it_is_mature() -> None:
    company = make_seller(amazon={"CA": [7, 0, 7, 7, 7, 7, 7]})
    frame = frames(company)["US"]
    np.testing.assert_allclose(frame.panel.contribution["amazon"], [[7 * 13, 0, 7 * 13, *[np.nan] * 4]])
    assert (frame.samples["amazon"].amounts.tolist(), frame.costed["amazon"]) == ([13.0] * 14, 1.0)


def test_advertising_is_a_cost_of_every_order() -> None:
    company = make_seller(amazon={"CA": [7] * 8})
    ads = ChargeRow("ad", "ad", Kind.ADVERTISING, "ads", Decimal(-56), "USD", 1, posted_at=at(week(1)))
    load_rows(store_of(company, "amazon"), [ads], "ads", at(week(201)))
    post(company)
    frame = frames(company)["US"]
    assert frame.samples["amazon"].amounts.tolist() == [11.0] * 28  # 56 over the 28 orders of the four mature weeks
    assert frame.panel.contribution["amazon"][0, 0] == 77.0


def test_contribution_without_costs_is_not_known() -> None:
    company = make_company()
    load_rows(make_store(company), [*sold({"CA": [7] * 6})], "orders", at(week(9)))
    post(company)
    frame = frames(company)["US"]
    assert (frame.panel.contribution, frame.costed, len(frame.samples["amazon"].amounts)) == ({}, {"amazon": 0.0}, 0)


def test_rates_that_move_do_not_move_contribution() -> None:
    company = make_company(base="EUR")
    for n in range(70):
        ExchangeRate.objects.create(
            company=company, on=FIRST + timedelta(days=n), base="USD", quote="EUR", source="test",
            rate=Decimal("0.5") if n < 35 else Decimal("1.5"), recorded_at=at(FIRST),
        )  # fmt: skip
    load_rows(make_store(company), [*goods(), *sold({"CA": [7] * 9})], "orders", at(week(20)))
    post(company)
    known = frames(company)["US"].panel.contribution["amazon"][0, :5]
    assert np.ptp(known) < 0.01 * known.mean()


def test_money_without_a_rate_is_not_known() -> None:
    company = make_company(base="EUR")
    load_rows(make_store(company), [*goods(), *sold({"CA": [7] * 9})], "orders", at(week(20)))
    post(company)
    frame = frames(company)["US"]
    assert (frame.panel.contribution, len(frame.samples["amazon"].amounts)) == ({}, 0)


def test_blocks_are_counted_by_their_own_days_where_all_of_them_are_known() -> None:
    company = make_seller(amazon={"CA": [7, 14], "TX": [7, 7]})
    days = [("a", week(0), week(0) + timedelta(days=3)), ("b", week(0) + timedelta(days=3), week(1)),
            ("late", week(1), week(3))]  # fmt: skip
    assert by_block(company, "US", (), days) == {"amazon": {"a": 6, "b": 8}}
    assert by_block(company, "US", ("TX",), days) == {"amazon": {"a": 3, "b": 4}}


def test_shared_cost_stands_beside_the_year_it_was_allocated_in() -> None:
    company = make_seller(amazon={"CA": [7] * 8})
    assert frames(company)["US"].shared == {}
    SharedCost.objects.create(
        company=company, name="Video", starts_on=week(2), ends_on=week(3) - timedelta(days=1), amount=70, currency="USD",
        allocation_key="orders",
    )  # fmt: skip
    post(company)
    assert frames(company)["US"].shared == {"amazon": pytest.approx(70)}


def test_companies_are_apart_and_one_without_orders_has_no_panel() -> None:
    make_seller(amazon={"CA": [7, 7]})
    other = make_company("Birch")
    assert frames(other) == {}
    load_rows(make_store(other, "Birch US"), [*sold({"TX": [7]})], "orders", at(week(9)))
    assert frames(other)["US"].panel.orders["amazon"].tolist() == [[7]]
