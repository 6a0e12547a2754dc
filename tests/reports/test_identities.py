"""Bounds without an event rest on persons whom links found, where somebody knows how many they miss."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest

from channels.core.rows import OrderRow
from channels.load import load_rows
from channels.models import Company
from reconciliation.labels import know
from reconciliation.models import Account, BuyerSignal, CustomerLink, PairLabel
from reports.build import build
from reports.identities import identities
from reports.models import Report
from tests.reports.selling import at, make_seller, order, store_of, week

pytestmark = pytest.mark.django_db
PERSONS, LINKED = 140, 110
SINCE, UNTIL = week(10), week(20)


def people(company: Company, channel: str, days: list[list[int]]) -> list[Account]:
    """A buyer for each list, with an order on each of these days after the first Monday."""
    store, keys = store_of(company, channel), count(10_000 if channel == "amazon" else 1)
    rows = [[*orders(own)] for own in days]
    load_rows(store, [row for own in rows for row in own], f"people {channel}", at(week(201)))
    found = []
    for own, key in zip(rows, keys, strict=False):
        for row in own:
            BuyerSignal.objects.create(
                store=store, order_ref=row.ref, account=key, key_version=1, obtained_at=row.ordered_at, expires_on=week(300),
            )  # fmt: skip
        found.append(Account(
            company=company, store=store, key=key, channel=channel, country="US", orders=len(own),
            first_at=own[0].ordered_at, last_at=own[-1].ordered_at,
        ))  # fmt: skip
    return Account.objects.bulk_create(found)


def orders(days: list[int]) -> Iterator[OrderRow]:
    for day in days:
        (row,) = order(week(0) + timedelta(days=day), money=False)
        assert isinstance(row, OrderRow)
        yield row


def link(left: Account, right: Account, probability: float = 0.9, state: str = "auto") -> None:
    left, right = sorted((left, right), key=lambda one: one.pk)
    CustomerLink.objects.create(
        company=left.company,
        left=left,
        right=right,
        tier=2,
        probability=probability,
        state=state,
        found_at=at(week(30)),
    )


@pytest.fixture
def company() -> Company:
    """Customers of the own site in weeks 0–9, of whom most buy twice on Amazon from week 10 on."""
    company = make_seller(money=False, amazon={"CA": [30] * 20}, shopify={"CA": [7] * 20})
    own = people(company, "shopify", [[n % 7, 40 + n % 7, *([80] if n > 120 else [])] for n in range(PERSONS)])
    other = people(
        company, "amazon", [[75 + n % 20, 100 + n % 20] for n in range(LINKED)] + [[90 + n] for n in range(10)]
    )
    for left, right in zip(own[:LINKED], other[:LINKED], strict=True):
        link(left, right)
    link(own[112], other[112], state="rejected")
    know(company, [(left.key, right.key) for left, right in zip(own[:LINKED], other[:LINKED], strict=True)])
    # A recall is told from 200 known pairs on: of these, half are found.
    know(company, [(50_000 + n, 60_000 + n) for n in range(LINKED)])
    return company


def test_persons_whom_links_found_are_told_with_their_orders_since(company: Company) -> None:
    who = identities(company, "US", "amazon", "shopify", SINCE, UNTIL)
    assert who is not None
    assert (who.found.orders.tolist(), who.found.weight.tolist()) == ([2.0] * LINKED, [0.9] * LINKED)
    assert (len(who.customers.orders), who.customers.repeats.tolist()) == (PERSONS, [1.0] * PERSONS)
    assert (who.customers.orders.sum(), who.customers.found.sum()) == (19, pytest.approx(0.9 * LINKED))
    assert (who.recall.n, who.recall.value) == (2 * LINKED, 0.5)


def test_without_a_known_recall_nothing_is_told(company: Company) -> None:
    PairLabel.objects.all().delete()
    assert identities(company, "US", "amazon", "shopify", SINCE, UNTIL) is None


def test_of_another_company_nothing_is_told(company: Company) -> None:
    assert company.name != "Other"
    other = Company.objects.create(name="Other", base_currency="USD")
    assert identities(other, "US", "amazon", "shopify", SINCE, UNTIL) is None


def test_bounds_of_a_company_rest_on_them(company: Company) -> None:
    build(company)
    report = Report.objects.get(kind="bounds", subject="US amazon→shopify")
    known, (told,) = report.data["identities"], report.answers
    assert (known["found"], known["customers"], told["type"]) == (LINKED, PERSONS, "bounds")
    assert told["detail"]["existing"][0] == pytest.approx(2 * LINKED * 0.9 / known["recall"] / report.data["orders"])
