"""The cost methods page."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from channels.models import Company
from reconciliation.post import post
from tests.making import line, make_company, make_store, settlement, take_in
from tests.reports.test_costs import STOCK, sold

pytestmark = pytest.mark.django_db

PAGE = "/admin/costs/"


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ada"))
    return client


def tea() -> Company:
    store = make_store(make_company())
    take_in(store, STOCK)
    take_in(store, settlement(sold(2, 5), sold(5, 15), sold(6, 25), line("9.00", sku="B"), total="159.00"))
    post(store.company)
    return store.company


def shown(answer: Any) -> list[tuple[Any, ...]]:
    return [
        (one.product, one.units, one.missing, *one.cogs.values(), *one.ending.values())
        for one in (*answer.context["one"].products,)
    ]


def test_products_stand_with_every_method_side_by_side(ada: Client) -> None:
    tea()
    answer = ada.get(PAGE)
    assert shown(answer) == [
        ("A", 13, 0, *map(Decimal, ("127.00", "130.38", "132.60", "128.00", "124.62", "122.40"))),
        ("B", 1, 1, None, None, None, None, None, None),
    ]
    one = answer.context["one"]
    assert (one.posts, one.units, one.missing, one.cogs["fifo"]) == ("fifo", 14, 1, Decimal("127.00"))
    assert answer.content.decode().count(">posts<") == 1


def test_a_later_receipt_is_seen_though_the_comparison_is_kept(ada: Client) -> None:
    company = tea()
    ada.get(PAGE)
    take_in(company.stores.get(), STOCK.replace(b"A,opening,10", b"B,opening,10").replace(b"A,", b"C,"))
    assert shown(ada.get(PAGE))[1][:4] == ("B", 1, 0, Decimal("10.00"))


def test_another_company_can_be_chosen(ada: Client) -> None:
    tea()
    other = make_company("Other")
    answer = ada.get(PAGE, {"company": other.pk})
    assert (answer.context["chosen"], answer.context["one"].products) == (other, [])
    assert "Nothing was sold yet" in answer.content.decode()


@pytest.mark.parametrize("company", ["", "x", "999"])
def test_nonsense_opens_the_first_company(ada: Client, company: str) -> None:
    first = tea()
    assert ada.get(PAGE, {"company": company}).context["chosen"] == first


def test_without_a_company_the_page_says_what_to_do(ada: Client) -> None:
    assert "Nothing was sold yet" in ada.get(PAGE).content.decode()


def test_without_the_right_no_costs_are_shown(client: Client) -> None:
    client.force_login(User.objects.create_user("ben", is_staff=True))
    assert client.get(PAGE).status_code == 403
