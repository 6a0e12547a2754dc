"""Which weeks are known: an order that is dated ahead of its file makes none."""

import pytest

from channels.load import load_rows
from channels.models import Company
from reports.weeks import books
from tests.reports.selling import at, make_seller, order, store_of, week

pytestmark = pytest.mark.django_db
WEEKS = 8


@pytest.fixture
def company() -> Company:
    return make_seller(amazon={"CA": [7] * WEEKS})


def test_an_order_dated_ahead_of_its_file_makes_no_week_known(company: Company) -> None:
    known = books(company).weeks
    assert len(known) == WEEKS
    load_rows(store_of(company, "amazon"), order(week(400)), "typo", at(week(200)))
    assert books(company).weeks == known
