"""Bounds without an event rest on persons whom links found, where somebody knows how many they miss."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest

from channels.core.rows import OrderRow
from channels.load import load_rows
from channels.models import Company
from reconciliation.labels import know
from reconciliation.models import Account, BrandShare, BuyerSignal, CustomerLink, PairLabel
from reports.build import build
from reports.identities import identities
from reports.models import Acceptance, Report
from tests.reconciliation.searching import lexicon
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
    company = make_seller(money=False, amazon={"CA": [60] * 20}, shopify={"CA": [7] * 20})
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


def searched(company: Company, high: int = 6) -> None:
    """Search reports of Amazon's weeks 8–20, as exposure writes them: of 62 orders so many may follow the brand."""
    words, store = lexicon(company), store_of(company, "amazon")
    BrandShare.objects.bulk_create(
        BrandShare(
            company=company, lexicon=words, store=store, market="US", starts_on=week(n) - timedelta(days=1),
            ends_on=week(n) + timedelta(days=5), orders=62, covered=62, low=0, high=high,
        ) for n in range(8, 21)
    )  # fmt: skip


def accept(company: Company, **given: str) -> Acceptance:
    fields = {"country": "US", "affecting": "amazon", "affected": "shopify"}
    return Acceptance.objects.create(company=company, accepted_at=at(week(30)), **{**fields, **given})


def upper(company: Company) -> tuple[float, str, str]:
    """The upper bound of what Amazon takes, what is said of newcomers, and the digest of the report's inputs."""
    assert build(company).failed == []
    report = Report.objects.get(kind="bounds", subject="US amazon→shopify")
    (told,) = report.answers
    (check,) = told["checks"]
    return told["high"], check["detail"], report.inputs


def test_who_accepts_that_newcomers_search_the_brand_lowers_the_upper_bound(company: Company) -> None:
    searched(company)
    refused, said, before = upper(company)
    assert refused == 1
    made = accept(company)
    accepted, then, after = upper(company)
    existing, error = Report.objects.get(kind="bounds", subject="US amazon→shopify").answers[0]["detail"]["existing"]
    share = Report.objects.get(kind="bounds", subject="US amazon→shopify").data["searched"]["high"]
    assert 0.05 < share < 0.4
    assert accepted == pytest.approx(existing + share + 1.2815516 * error)
    assert accepted < 0.95
    percent = f"{100 * accepted:.1f} %"
    assert said.endswith(f"search the brand brings the upper bound down to {percent}.")
    assert then.endswith(f"search the brand: it takes {percent} at most.")
    made.withdrawn_at = at(week(31))
    made.save()
    assert upper(company) == (1, said, before)
    assert before != after


@pytest.mark.parametrize(
    "given", [{"country": "DE"}, {"affecting": "shopify", "affected": "amazon"}, {"affected": "shopee"}]
)
def test_what_is_accepted_of_others_changes_nothing(company: Company, given: dict[str, str]) -> None:
    searched(company)
    before = upper(company)
    accept(company, **given)
    assert upper(company) == before


def test_accepting_changes_nothing_where_no_report_tells_of_searches(company: Company) -> None:
    accept(company)
    assert upper(company)[:2] == (
        1, "No report tells which orders on amazon follow a search of the brand: all of them may."
    )  # fmt: skip


def test_accepting_changes_nothing_where_nobody_knows_who_was_a_customer(company: Company) -> None:
    PairLabel.objects.all().delete()
    searched(company)
    accept(company)
    high, said, _ = upper(company)
    assert (high, said) == (
        1, "Nobody knows how many buyers on amazon had ordered on shopify before: all of them may have."
    )  # fmt: skip


def test_new_search_reports_are_new_inputs(company: Company) -> None:
    searched(company)
    accept(company)
    high, _, before = upper(company)
    BrandShare.objects.update(high=9)
    more, _, after = upper(company)
    assert more > high
    assert before != after
