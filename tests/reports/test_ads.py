"""Advertising by campaign: what the role pages sum, told apart, each day once."""

import math
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from channels.core.rows import AdSpendRow
from channels.load import load_rows
from channels.models import AdSpend, Company
from reconciliation.models import LedgerEntry
from reports.ads import CampaignWeek, campaign_weeks
from reports.weeks import books
from tests.making import make_company
from tests.reports.selling import at, store_of, week
from tests.reports.steering import make_steered

pytestmark = pytest.mark.django_db
WEEKS = 6


@pytest.fixture
def company() -> Company:
    return make_steered(WEEKS)


def _load(company: Company, key: str, **fields: object) -> None:
    given = {"starts_on": week(2), "ends_on": week(2), "currency": "USD", "spend": Decimal(7), "place": 1, **fields}
    load_rows(store_of(company, "shopify"), [AdSpendRow(key, **given)], key, at(week(200)))  # type: ignore[arg-type]


def test_campaigns_are_told_by_network_and_class(company: Company) -> None:
    found = campaign_weeks(company)
    assert found == sorted(found, key=lambda one: (one.week, one.channel, one.network, one.campaign, one.verdict))
    first = [one for one in found if one.week == week(0) and one.channel == "amazon"]
    assert {one.verdict: (one.spend, one.orders, one.sales) for one in first} == {
        "brand": (6, 3, 60), "non_brand": (10, 2, 40), "unknown": (4, 0, 0),
    }  # fmt: skip
    assert (first[0].campaign, first[0].impressions, first[0].clicks) == ("Tea", 6000, 60)


def test_without_a_search_term_the_campaigns_name_says_the_class(company: Company) -> None:
    told = [("google", "Search - Brand"), ("google", "Non-brand"), ("google", "Spring"), ("meta", "Spring")]
    for network, name in told:
        _load(company, f"{network} {name}", campaign=name)
        AdSpend.objects.filter(key=f"{network} {name}").update(resource=f"{network}.campaigns")
    AdSpend.objects.filter(search_term="green tea").update(campaign="Brand tea")
    found = {(one.network, one.campaign, one.verdict) for one in campaign_weeks(company)}
    assert {one for one in found if one[0] in ("google", "meta")} == {
        ("google", "Search - Brand", "brand"), ("google", "Non-brand", "non_brand"), ("google", "Spring", "unknown"),
        ("meta", "Spring", "non_brand"),
    }  # fmt: skip
    assert ("amazon", "Brand tea", "non_brand") in found  # a term says more than a name


def test_they_sum_to_what_the_role_pages_read(company: Company) -> None:
    of, found = books(company), campaign_weeks(company)
    for name in ("spend", "sales", "impressions"):
        assert of.reported[name].sum() == sum(getattr(one, name) for one in found if one.week in of.weeks) > 0
    assert of.reported["brand"].sum() == sum(one.spend for one in found if one.verdict == "brand")


def test_a_range_counts_in_each_of_its_weeks_and_only_where_no_shorter_one_tells(company: Company) -> None:
    _load(company, "month", starts_on=week(2) + timedelta(days=5), ends_on=week(3) + timedelta(days=4), campaign="Long")
    spend = {one.week: one.spend for one in campaign_weeks(company) if one.campaign == "Long"}
    assert spend == {week(2): 2, week(3): 4}  # the Wednesday has a report of its day


def test_of_ranges_as_long_as_each_other_the_later_one_tells_their_common_days(company: Company) -> None:
    for n in (0, 1):
        starts = week(3) + timedelta(days=3 + n)
        _load(company, f"range {n}", starts_on=starts, ends_on=starts + timedelta(days=2), campaign="Rolling",
              spend=Decimal(30 if n else 3))  # fmt: skip
    assert sum(one.spend for one in campaign_weeks(company) if one.campaign == "Rolling") == 1 + 30


def test_spend_in_the_companys_currency_needs_no_entry_in_the_ledger(company: Company) -> None:
    LedgerEntry.objects.filter(company=company).delete()
    assert sum(one.spend for one in campaign_weeks(company) if one.channel == "amazon") == 20 * WEEKS


def test_spend_without_a_rate_is_no_number(company: Company) -> None:
    _load(company, "euro", currency="EUR", campaign="Euro", clicks=3)
    (euro,) = [one for one in campaign_weeks(company) if one.campaign == "Euro"]
    assert math.isnan(euro.spend)
    assert math.isnan(euro.sales)
    assert euro.clicks == 3
    spend = books(company).reported["spend"]
    assert [n for n in range(WEEKS) if np.isnan(spend[n])] == [2]


def test_of_one_networks_reports_the_one_that_tells_most_counts(company: Company) -> None:
    AdSpend.objects.filter(store__channel="amazon", search_term="").update(resource="google.terms")
    AdSpend.objects.filter(store__channel="amazon", search_term="green tea").update(resource="google.ads")
    networks = {(one.network, one.spend) for one in campaign_weeks(company) if one.channel == "amazon"}
    assert {spend for network, spend in networks if network == "google"} == {10}


def test_nothing_is_told_of_nothing() -> None:
    found: list[CampaignWeek] = campaign_weeks(make_company())
    assert found == []
