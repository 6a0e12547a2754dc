"""The attribution page: what may be concluded first, every model to choose, and the visitors' words as mere text."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.translation import override

from channels.models import Company, Visit
from reports.build import build_steering
from reports.models import Report
from reports.pictures.drawing import svg
from reports.pictures.shares import shares_drawn
from tests.making import make_company
from tests.reports.visiting import make_visited

pytestmark = pytest.mark.django_db
URL = "/admin/attribution/"
ATTACK = "<script>alert('x')</script>&\"{0}"


@pytest.fixture
def company() -> Company:
    return make_visited(16)


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("owner", "", "long enough words"))
    return client


def _page(client: Client, **asked: Any) -> str:
    found = client.get(URL, asked)
    assert found.status_code == 200
    return str(found.content.decode())


def test_the_page_says_first_what_is_safe(signed_in: Client, company: Company) -> None:
    build_steering(company)
    page = _page(signed_in)
    assert page.index("What is safe to conclude") < page.index("Shares of orders by week")
    assert "Google Ads, Meta Ads caused cannot be told without a test." in page
    assert "<svg" in page
    assert "Only journeys that ended in an order are known" in page
    assert "Ledger" in page


def test_each_model_can_be_chosen_and_others_fall_back(signed_in: Client, company: Company) -> None:
    build_steering(company)
    assert 'primary" href="?model=first&amp;company=' in _page(signed_in, model="first")
    assert 'primary" href="?model=linear&amp;company=' in _page(signed_in, model=ATTACK)
    assert ATTACK not in _page(signed_in, model=ATTACK)


def test_the_page_speaks_chinese(signed_in: Client, company: Company) -> None:
    build_steering(company)
    with override("zh-hans"):
        page = str(signed_in.get(URL, headers={"accept-language": "zh-hans"}).content.decode())
    assert "可以放心得出的结论" in page
    assert "What is safe" not in page
    assert "rises" not in page


def test_the_visitors_words_are_text(signed_in: Client, company: Company) -> None:
    Visit.objects.filter(utm_source="google").update(utm_source=ATTACK, utm_campaign=ATTACK)
    build_steering(company)
    page = _page(signed_in)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_without_a_report_the_page_says_what_brings_it(signed_in: Client, company: Company) -> None:
    assert "Not computed yet" in _page(signed_in)
    Visit.objects.all().delete()
    build_steering(company)
    assert "No order of the last 13 weeks has visits" in _page(signed_in)
    assert not Report.objects.filter(kind=Report.Kind.ATTRIBUTION).exists()


def test_an_empty_company_has_a_page(signed_in: Client) -> None:
    make_company()
    assert "Not computed yet" in _page(signed_in)


def test_the_page_is_for_those_who_may_see_reports(client: Client, company: Company) -> None:
    client.force_login(User.objects.create_user("guest", is_staff=True))
    assert client.get(URL).status_code == 403


def test_the_picture_draws_what_is_known_and_escapes_names() -> None:
    weeks = ["2025-01-06", "2025-01-13", "2025-01-20"]
    one = {"share": [0.5, None, 0.4], "low": [0.3, None, 0.2], "high": [0.7, None, 0.6]}
    drawn = shares_drawn(weeks, {ATTACK: one})
    assert drawn is not None
    text = svg(drawn)
    assert "<script" not in text
    assert "nan" not in text.lower()
    assert shares_drawn(weeks, {"a": {"share": [None] * 3, "low": [None] * 3, "high": [None] * 3}}) is None
    assert shares_drawn(weeks[:1], {"a": one}) is None
    assert shares_drawn(weeks, {}) is None
