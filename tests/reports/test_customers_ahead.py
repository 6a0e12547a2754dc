"""Customers of a shop large enough to tell what is ahead: from books made by hand to the page."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.test import Client

from reports import customers
from reports.analysis.customers import bought
from reports.analysis.estimate import CannotTell, Estimate
from reports.analysis.lifetime.acquired import CERTAIN
from reports.analysis.stored import plain, stored
from reports.models import Report
from reports.questions import Told
from reports.weeks import WEEK, Books
from tests.making import make_company

WEEKS = 104
BEGINS = date(2024, 1, 1).toordinal()


def shop(people: int = 3_000, huge: float = 0.0) -> Books:
    """Customers who come at rates of their own and leave with chances of their own."""
    random = np.random.default_rng(7)
    rows = []
    for who in range(people):
        day = float(random.integers(0, 7 * WEEKS))
        first, rate, leaves, spends = int(day), random.gamma(0.8, 1 / 40), random.beta(1, 2.5), random.gamma(4, 5)
        while day < 7 * WEEKS:
            rows.append((who, BEGINS + int(day), BEGINS + first, random.gamma(3, spends / 3), 30.0))
            if random.random() < leaves:
                break
            day += random.exponential(1 / max(rate, 1e-4))
    if huge:
        rows.append((people, BEGINS, BEGINS, huge, huge))
    ones, none = np.ones(WEEKS), np.zeros(WEEKS)
    return Books(
        tuple(date.fromordinal(BEGINS) + n * WEEK for n in range(WEEKS)), "USD", ones, ones, none, ones, ones,
        150 * ones, none, ones, ones, {}, bought(rows, BEGINS, WEEKS, ("shopify",)), ones, ("shopify",), (), ones, none,
        {"shopify": 150 * ones}, {}, none, none, {},
    )  # fmt: skip


@pytest.fixture(scope="module")
def told() -> Told:
    return customers.told(shop(), CERTAIN, None, [])


def test_what_is_ahead_is_told_with_the_interval_of_its_own_misses(told: Told) -> None:
    purchases, value = told.answers["purchases_ahead"], told.answers["value_ahead"]
    assert isinstance(purchases, Estimate)
    assert isinstance(value, Estimate)
    assert purchases.low < purchases.value < purchases.high
    assert [one.name for one in purchases.checks] == ["back_test"]
    text = told.body["figures"]["purchase_frequency"]["text_said"]
    assert "are expected" in text[0]
    assert text[1]["purchases"] == round(purchases.value)
    assert told.body["notes"] == []


def test_equal_books_tell_the_same(told: Told) -> None:
    again = customers.told(shop(), CERTAIN, None, [])
    assert plain(again.body) == plain(told.body)
    assert {name: stored(one) for name, one in again.answers.items()} == {
        name: stored(one) for name, one in told.answers.items()
    }


@pytest.mark.parametrize("money", [1e9, float("nan"), -1e9], ids=["huge", "unknown", "loss"])
def test_one_odd_order_is_said_or_left_out_and_breaks_nothing(money: float) -> None:
    made = customers.told(shop(800, money), CERTAIN, None, [])
    plain(made.body)
    assert [one["text_said"][1]["share"] for one in made.body["notes"]] == ([100] if money == 1e9 else [])
    if np.isnan(money):
        assert isinstance(made.answers["value_ahead"], CannotTell)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_shows_it(client: Client, told: Told, language: str) -> None:
    company = make_company()
    Report.objects.create(
        company=company, kind=Report.Kind.CUSTOMERS, subject="all", inputs="x", through=date(2025, 12, 29), method="x",
        seed=1, built_at=datetime(2026, 1, 1, tzinfo=UTC), data={}, body=plain(told.body),
        answers=[{"name": name, **stored(one)} for name, one in told.answers.items()],
    )  # fmt: skip
    client.force_login(User.objects.create_superuser("owner"))
    page = client.get("/admin/customer-value/", headers={"accept-language": language}).content.decode()
    assert f"{told.answers['purchases_ahead'].value:,.0f}" in page  # type: ignore[union-attr]
    assert ("As of" in page) == (language == "en")
    assert ("今后预期" in page) == (language != "en")
