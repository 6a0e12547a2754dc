"""Leads are followed to their deals, whichever of the two names the other, and each deal counts once."""

import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from channels import adapters as package
from channels.followed import followed
from channels.load import load
from channels.models import Store
from channels.receive import receive
from tests.making import NOON, make_store

pytestmark = pytest.mark.django_db

SAMPLES = Path(next(iter(package.__path__))) / "crm" / "samples"
CONTACTS = "Record ID,Create Date,Lifecycle Stage,Became a Customer Date,Total Revenue,Currency,Associated Deal IDs\n"
DEALS = "Record ID,Create Date,Deal Stage,Close Date,Amount,Currency,Associated Contact IDs\n"


def shop() -> Store:
    return make_store(channel="shopify", currency="EUR", timezone="UTC")


def take_in(store: Store, *bodies: bytes | str) -> None:
    for hours, body in enumerate(bodies):
        data = body.encode() if isinstance(body, str) else body
        load(receive(store.company, store, io.BytesIO(data), "crm.csv", NOON + timedelta(hours=hours)).page)


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def test_hubspot_s_deals_name_their_contacts_and_know_their_money() -> None:
    store = shop()
    take_in(store, sample("hubspot_contacts.csv"), sample("hubspot_deals.csv"))
    found, without = followed(store.company_id)
    assert [(one.key[-3:], one.won_at, one.values) for one in found] == [
        ("101", datetime(2026, 7, 1, 15, 30, tzinfo=UTC), (("EUR", Decimal(4200)),)),
        ("102", None, ()), ("103", None, ()), ("104", None, ()), ("105", None, ()),
    ]  # fmt: skip
    assert without == 1  # the walk-in


def test_salesforce_s_leads_name_their_opportunities() -> None:
    store = shop()
    take_in(store, sample("salesforce_leads_report.csv"), sample("salesforce_leads_api.csv"), sample("salesforce_opportunities.csv"))  # fmt: skip
    found, without = followed(store.company_id)
    assert {one.key[8:14]: one.values for one in found if one.values} == {"00AAA0": (("USD", Decimal(5100)),)}
    assert [one.key for one in found if one.won_at] == ["00Q5f00000AAA01EAG"]
    assert without == 1  # of a lead that is not here


def test_deals_of_one_lead_add_up_by_currency_and_one_open_deal_is_no_loss() -> None:
    store = shop()
    take_in(
        store,
        CONTACTS + "1,2026-06-01,Customer,2026-06-20,999,EUR,\n2,2026-06-02,Opportunity,,,,\n3,2026-06-03,Opportunity,,,,\n",
        DEALS + "a,2026-06-05,Closed Won,2026-07-02,10,EUR,1\nb,2026-06-04,Closed Won,2026-07-01,5,USD,1\n"
        "c,2026-06-05,Closed Won,2026-07-03,1,EUR,1\nd,2026-06-05,Closed Lost,2026-07-02,10,EUR,2\n"
        "e,2026-06-05,Contract Sent,2026-08-02,10,EUR,2\nf,2026-06-05,Closed Lost,2026-07-04,10,EUR,3\n",
    )  # fmt: skip
    (first, second, third), without = followed(store.company_id)
    assert (first.won_at, first.values) == (
        datetime(2026, 7, 1, tzinfo=UTC),
        (("EUR", Decimal(11)), ("USD", Decimal(5))),
    )
    assert (second.won_at, second.lost_at, second.opportunity_at) == (None, None, datetime(2026, 6, 5, tzinfo=UTC))
    assert (third.lost_at, without) == (datetime(2026, 7, 4, tzinfo=UTC), 0)


def test_a_deal_that_two_leads_name_counts_with_the_first() -> None:
    store = shop()
    take_in(
        store,
        CONTACTS + "1,2026-06-02,Customer,,,,a\n2,2026-06-01,Customer,,,,a\n",
        DEALS + "a,2026-06-05,Closed Won,2026-07-02,10,EUR,\n",
    )
    found, without = followed(store.company_id)
    assert [(one.key, one.values) for one in found] == [("2", (("EUR", Decimal(10)),)), ("1", ())]
    assert without == 0


def test_numbers_of_another_store_or_crm_are_others() -> None:
    store = shop()
    other = make_store(store.company, "Maple DE", channel="shopify", currency="EUR", timezone="UTC")
    take_in(store, CONTACTS + "1,2026-06-02,Lead,,,,\n")
    take_in(other, DEALS + "a,2026-06-05,Closed Won,2026-07-02,10,EUR,1\n")
    take_in(store, "Opportunity ID,Created Date,Stage,Close Date\n1,2026-06-05,Closed Won,2026-07-02\n")
    found, without = followed(store.company_id)
    assert [(one.key, one.values, one.won_at) for one in found] == [("1", (), None)]
    assert without == 2


def test_an_own_sheet_needs_no_deals() -> None:
    store = shop()
    take_in(store, sample("leads_own.csv"))
    found, without = followed(store.company_id)
    assert next((one.key, one.values, one.orders) for one in found) == ("L-1001", (("EUR", Decimal(4200)),), ("1001",))
    assert (len(found), without) == (4, 0)


def test_a_customer_whose_deals_are_not_won_stays_one_and_a_win_without_money_is_none_of_it() -> None:
    store = shop()
    take_in(
        store,
        CONTACTS + "1,2026-06-01,Customer,2026-06-20,999,EUR,\n2,2026-06-02,Lead,,,,\n",
        DEALS + "a,2026-06-05,Closed Lost,2026-07-02,10,EUR,1\nb,2026-06-05,Closed Won,2026-07-02,,,2\n",
    )
    (first, second), _ = followed(store.company_id)
    assert (first.won_at, first.lost_at, first.values) == (
        datetime(2026, 6, 20, tzinfo=UTC),
        None,
        (("EUR", Decimal(999)),),
    )
    assert (second.won_at, second.values) == (datetime(2026, 7, 2, tzinfo=UTC), ())


def test_what_a_deal_says_of_its_lead_outweighs_another_lead_s_word() -> None:
    store = shop()
    take_in(
        store,
        CONTACTS + "1,2026-06-01,Lead,,,,a\n2,2026-06-02,Customer,,,,\n",
        DEALS + "a,2026-06-05,Closed Won,2026-07-02,10,EUR,2\n",
    )
    found, without = followed(store.company_id)
    assert ([(one.key, one.values) for one in found], without) == ([("1", ()), ("2", (("EUR", Decimal(10)),))], 0)
