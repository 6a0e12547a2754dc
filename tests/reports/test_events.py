"""Events are found in the data, once; what people said of them stands."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from channels.core.rows import AdSpendRow
from channels.load import load_rows
from channels.models import Company
from reports.events import find
from reports.models import Event
from tests.making import make_company
from tests.reports.selling import at, make_seller, order, store_of, week

pytestmark = pytest.mark.django_db
STATES = ("AZ", "CA", "FL", "GA", "IL", "NY", "OH", "TX")
WEEKS = 30


def steady(mean: int = 3, **changed: list[int]) -> dict[str, list[int]]:
    """Every state orders about so much each week, but for those that are told."""
    return {
        state: changed.get(state, [mean + (n + place) % 2 for n in range(WEEKS)]) for place, state in enumerate(STATES)
    }


def told() -> list[tuple[Any, ...]]:
    names = ("kind", "affecting", "affected", "regions", "starts_on", "ends_on", "state", "found_by")
    return list(Event.objects.order_by("pk").values_list(*names))


def launched() -> Company:
    begun = [0] * 14 + [4] * 16
    return make_seller(money=False, amazon=steady(FL=begun, TX=[0, *begun[:-1]]), shopify=steady())


def test_first_orders_in_some_regions_are_one_launch() -> None:
    found = find(launched())
    assert (found.proposed, found.standing) == (1, 0)
    assert told() == [
        ("launch", "amazon", "shopify", ["FL", "TX"], week(14), None, "proposed", "first order in a region")
    ]
    assert Event.objects.get().evidence["weeks without orders"] == 14


def test_regions_without_orders_for_a_while_are_a_delisting() -> None:
    gone = [4] * 12 + [0] * 9 + [4] * 9
    find(make_seller(money=False, amazon=steady(OH=gone, IL=gone), shopify=steady()))
    assert told() == [
        ("delisting", "amazon", "shopify", ["IL", "OH"], week(12), week(21), "proposed", "no order in a region")
    ]


def test_a_quiet_company_has_no_event() -> None:
    assert find(make_seller(money=False, amazon=steady(), shopify=steady(2))).proposed == 0
    assert find(make_company("Nothing")).proposed == 0


def test_finding_again_adds_nothing_and_what_was_rejected_stays_so() -> None:
    company = launched()
    find(company)
    assert (find(company).proposed, find(company).standing) == (0, 1)
    Event.objects.update(state=Event.State.REJECTED)
    assert (find(company).proposed, Event.objects.get().state) == (0, "rejected")


def test_what_a_person_entered_is_not_found_again_nor_changed() -> None:
    company = launched()
    entered = Event.objects.create(
        company=company, kind="launch", country="US", affecting="amazon", affected="shopify", regions=["Florida"],
        starts_on=week(14) + timedelta(days=2), state=Event.State.CONFIRMED, note="as planned",
    )  # fmt: skip
    assert find(company).proposed == 0
    entered.refresh_from_db()
    assert (entered.regions, entered.starts_on, entered.evidence) == (["Florida"], week(14) + timedelta(days=2), {})


def test_an_open_proposal_is_closed_when_the_orders_come_back() -> None:
    company = make_seller(money=False, amazon=steady(OH=[4] * 20 + [0] * 10), shopify=steady())
    find(company)
    assert Event.objects.get().ends_on is None
    for channel in ("amazon", "shopify"):
        more = [
            row
            for n in range(4)
            for state in STATES
            for k in range(4)
            for row in order(week(30 + n) + timedelta(days=k), state=state)
        ]
        load_rows(
            store_of(company, channel),
            more + list(order(week(34) - timedelta(days=1))),
            f"more {channel}",
            at(week(201)),
        )
    assert find(company).proposed == 0
    assert Event.objects.get().ends_on == week(30)


def spend(company: Company, campaign: str, weeks: list[float]) -> None:
    rows = [
        AdSpendRow(f"{campaign}{n}", week(n), week(n), "USD", Decimal(str(amount)), 1, campaign=campaign)
        for n, amount in enumerate(weeks) if amount
    ]  # fmt: skip
    load_rows(store_of(company, "amazon"), rows, f"ads {campaign}", at(week(201)))


def test_a_campaign_that_stops_is_a_pause_and_one_that_comes_and_goes_a_pattern() -> None:
    company = make_seller(money=False, amazon=steady(), shopify=steady())
    spend(company, "always", [50.0] * WEEKS)
    spend(company, "stops", [50.0] * 12 + [0.0] * 2 + [50.0] * 16)
    spend(company, "switches", [50.0] * 10 + [0.0, 50.0] * 5 + [50.0] * 10)
    spend(company, "small", [1.0] * 12 + [0.0] * 2 + [1.0] * 16)
    find(company)
    assert [one[:6] for one in told()] == [
        ("ad_pause", "amazon", "shopify", [], week(12), week(14)),
        ("switchback", "amazon", "shopify", [], week(10), week(19)),
    ]


def test_weeks_without_any_advertising_may_be_files_that_are_missing() -> None:
    company = make_seller(money=False, amazon=steady(), shopify=steady())
    spend(company, "only", [50.0] * 12 + [0.0] * 2 + [50.0] * 16)
    assert find(company).proposed == 0


def test_another_company_is_not_looked_at() -> None:
    launched()
    assert find(make_company("Other")).proposed == 0
