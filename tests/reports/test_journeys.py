"""Journeys from visits: whose channel a visit is, which order it stands before, and whose money the rest of it is."""

from datetime import timedelta

import pytest

from channels.load import load_rows
from channels.models import Company, Visit
from reports.analysis.attribution.journeys import BRAND, DIRECT, MOST_TOUCHES, NON_BRAND, UNKNOWN
from reports.journeys import Place, Read, Weeks, journeys, read
from reports.weeks import books
from tests.making import make_company
from tests.reports.selling import at, order, store_of, week
from tests.reports.visiting import GOOGLE, PATHS, make_visited, visits

pytestmark = pytest.mark.django_db
WEEKS = 6


@pytest.fixture
def company() -> Company:
    return make_visited(WEEKS)


def _read(company: Company, since: int = 2) -> Read:
    weeks = books(company).weeks
    return read(company, Weeks(weeks, weeks, weeks), week(since), week(WEEKS))


def _add(company: Company, path: list[dict[str, object]], number: int = 0, **fields: object) -> None:
    rows = list(order(week(3), **fields))  # type: ignore[arg-type]
    load_rows(store_of(company, "shopify"), [*rows, *visits(rows[0], path)], f"more {number}", at(week(201)))  # type: ignore[arg-type]


def test_visits_are_touches_of_channels_with_intent(company: Company) -> None:
    made = _read(company).booked
    assert made is not None
    assert made.journeys.channels == ("direct", "email", "google / ads", "meta / ads", "search")
    assert len(made.journeys.conversions) == WEEKS * len(PATHS)
    first = [made.journeys.channels[one] for one in made.journeys.part(0, 2).touch]
    assert first == ["meta / ads", "google / ads", "google / ads", "google / ads", "direct"]
    assert made.journeys.intent is not None
    assert made.journeys.intent[:5].tolist() == [NON_BRAND, NON_BRAND, NON_BRAND, BRAND, DIRECT]
    assert UNKNOWN in made.journeys.intent
    assert made.journeys.days is not None
    assert made.journeys.days[:2].tolist() == [1, 0]
    assert ("google / ads", "brand") in made.campaigns
    assert ("email", "") in made.campaigns


def test_the_money_of_an_order_is_the_ledgers(company: Company) -> None:
    made = _read(company).booked
    assert made is not None
    assert set(made.journeys.value) == {20}
    assert set(made.contribution) == {13}
    assert made.costs_known() == 1


def test_the_parts_are_the_ledger(company: Company) -> None:
    of, parts = books(company), _read(company).parts
    assert {name: (one.orders, one.contribution, one.spend) for name, one in parts.items()} == {
        "attributed": (24, 312, 0), "no_visits": (4, 52, 0), "other_channels": (12, 156, 20), "no_order": (0, 0, 92),
    }  # fmt: skip
    assert sum(one.contribution - one.spend for one in parts.values()) == pytest.approx(of.cm3[2:].sum())
    assert sum(one.revenue for one in parts.values()) == pytest.approx(of.net[2:].sum())
    assert sum(one.orders for one in parts.values()) == of.orders[2:].sum()


def test_visits_that_the_shop_counts_and_does_not_list_are_counted_as_cut(company: Company) -> None:
    Visit.objects.filter(position=1).update(visits=7)
    ref = Visit.objects.filter(position=2, visits=2).values_list("order_ref", flat=True)[0]
    Visit.objects.filter(order_ref=ref).update(visits=9)
    made = _read(company).booked
    assert made is not None
    assert made.cut == WEEKS * len(PATHS)
    assert made.unlisted == 5 * WEEKS + 4 * WEEKS + 4 * WEEKS + 6 * WEEKS + 4 * WEEKS + 6 * WEEKS + 2


def test_an_order_of_no_revenue_is_no_conversion_and_visits_of_no_order_are_no_journey(company: Company) -> None:
    before = _read(company).booked
    _add(company, [GOOGLE], money=False)
    after = _read(company).booked
    assert before is not None and after is not None  # noqa: PT018
    assert len(after.journeys.conversions) == len(before.journeys.conversions)


def test_a_place_keeps_its_own_orders(company: Company) -> None:
    made = journeys(company, books(company).weeks, week(WEEKS), Place("US", ("CA",)))
    assert made is not None
    assert len(made.journeys.conversions) == WEEKS * len(PATHS)
    assert journeys(company, books(company).weeks, week(WEEKS), Place("US", ("TX",))) is None
    assert journeys(company, books(company).weeks, week(2), Place("DE")) is None


def test_the_visitors_own_words_are_joined_and_shortened(company: Company) -> None:
    store = store_of(company, "shopify")
    some = Visit.objects.filter(store=store, source="direct")
    page = some[0].page
    ref = some[0].order_ref
    Visit.objects.bulk_create(
        Visit(
            store=store, page=page, place=1, recorded_at=at(week(9)), load=1, resource="shopify.orders", key=f"h{n}",
            order_ref=ref, position=10 + n, occurred_at=at(week(0)) - timedelta(minutes=5000 - n),
            utm_source=f"<script>{n:05d}\u202e\x07" + "x" * 150, utm_medium=("cpc", "", "referral")[n % 3],
            utm_campaign=f"<b>{n:05d}", referrer="javascript:alert(1)",
        )
        for n in range(3_000)
    )  # fmt: skip
    made = _read(company).booked
    assert made is not None
    assert len(made.journeys.channels) <= 22
    assert {"other / ads", "other / referral"} <= set(made.journeys.channels)
    assert made.joined_channels > 2_900
    assert max(map(len, made.journeys.channels)) < 60
    assert all(name.isprintable() for name in made.journeys.channels)
    assert len(made.campaigns) < 90
    assert made.journeys.capped == 1
    assert made.journeys.lengths.max() == MOST_TOUCHES


def test_visits_with_empty_words_are_direct(company: Company) -> None:
    Visit.objects.update(source="", source_type="", referrer="", utm_source="", utm_medium="", utm_campaign="",
                         utm_term="")  # fmt: skip
    made = _read(company).booked
    assert made is not None
    assert made.journeys.channels == ("direct",)
    assert made.campaigns == (("direct", ""),)


def test_a_company_without_visits_has_no_journeys() -> None:
    assert journeys(make_company(), [week(0)], week(2)) is None
