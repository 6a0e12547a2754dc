"""Which buyers are one person: through pages, tokens, links and people, again and again the same."""

from datetime import date
from typing import Any

import pytest
from django.db.models import F

from channels.models import Company, Store
from channels.vault import purge
from reconciliation.match import MANY, match
from reconciliation.models import Account, BuyerSignal, Customer, CustomerLink, MatchRun
from reconciliation.replay import replay
from reports.digest import digests
from tests.making import make_company, make_store, orders, shopee_orders, shopify_orders, take_in

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 2)


@pytest.fixture
def company() -> Company:
    return make_company()


@pytest.fixture
def shopify(company: Company) -> Store:
    return make_store(company, "Own site", channel="shopify", marketplace="maple.myshopify.com")


@pytest.fixture
def shopee(company: Company) -> Store:
    return make_store(
        company, "Shopee SG", channel="shopee", marketplace="SG", currency="SGD", timezone="Asia/Singapore"
    )


def run(company: Company, **given: Any) -> MatchRun:
    done = match(company, today=TODAY, **given)
    assert done is not None
    return done


def people(company: Company) -> set[frozenset[str]]:
    """Orders of each customer."""
    found: dict[Any, set[str]] = {}
    for account in Account.objects.filter(company=company):
        orders = BuyerSignal.objects.filter(account=account.key).values_list("order_ref", flat=True)
        found.setdefault(account.customer_id, set()).update(orders)
    return {frozenset(orders) for orders in found.values()}


def test_the_same_mailbox_in_two_orders_is_one_person(company: Company, shopify: Store) -> None:
    take_in(
        shopify,
        shopify_orders(
            {"Name": "#1001"},
            {
                "Name": "#1002",
                "Email": "ADA.Byron@example.com",
                "Shipping Name": "Byron Ada",
                "Billing Name": "Byron Ada",
            },
            {"Name": "#1003", "Email": "mary@example.com", "Shipping Name": "Mary Fair", "Billing Name": "Mary Fair"},
        ),
    )
    done = run(company)
    assert people(company) == {frozenset({"1001", "1002"}), frozenset({"1003"})}
    assert done.counts["signals"] == 3
    assert set(CustomerLink.objects.values_list("tier", "rule", "state")) >= {(1, "email", "auto")}


def test_a_mailbox_of_many_joins_nobody_without_his_name(company: Company, shopify: Store) -> None:
    names = {"Shipping Name": "", "Billing Name": ""}
    lee, ng = ({"Shipping Name": name, "Billing Name": name} for name in ("Tom Lee", "Mary Ng"))
    told = [{**whose, "Email": "info@example.com", **_nowhere(n)} for n, whose in enumerate((names, lee, ng))]
    take_in(shopify, shopify_orders(*told))
    run(company)
    assert len(people(company)) == 3


def _nowhere(number: int) -> dict[str, str]:
    """A place and phone of one's own."""
    where = {
        "Address1": f"{number} Far Road",
        "Zip": f"00000{number}",
        "Phone": f"+65812345{number}0",
        "City": f"C{number}",
    }
    return {
        "Name": f"#{2000 + number}",
        **{f"{whose} {what}": value for whose in ("Billing", "Shipping") for what, value in where.items()},
    }


def test_running_again_changes_nothing(company: Company, shopify: Store) -> None:
    take_in(shopify, shopify_orders({"Name": "#1001"}, {"Name": "#1002"}))
    run(company)
    before = state()
    again = run(company)
    assert state() == before
    assert (again.counts["pages"], again.counts["signals"], again.counts["accounts"]) == (0, 0, 0)
    rebuilt = run(company, full=True)
    assert state() == before
    assert rebuilt.drift == 0


def test_what_is_new_finds_whom_it_knows(company: Company, shopify: Store, shopee: Store) -> None:
    take_in(shopify, shopify_orders({"Name": "#1001"}))
    run(company)
    take_in(shopify, shopify_orders({"Name": "#1002", "Created at": "2026-07-15 10:00:00 +0000"}))
    take_in(shopee, shopee_orders({}))
    done = run(company, only_exact=True)
    assert not done.full
    assert people(company) == {frozenset({"1001", "1002"}), frozenset({"260615000000"})}
    assert Account.objects.filter(touched_at=None).count() == 1
    run(company)
    assert not Account.objects.exclude(touched_at=None).exists()
    across = CustomerLink.objects.exclude(left__channel=F("right__channel"))
    assert [(link.tier, link.state) for link in across] == [(2, "auto")] * 2  # mask, last digits, place, user name
    everybody = people(company)
    assert everybody == {frozenset({"1001", "1002", "260615000000"})}
    before = state()
    run(company, full=True)
    assert (people(company), state()[0]) == (everybody, before[0])


def test_many_more_than_are_known_are_matched_anew(company: Company, shopify: Store) -> None:
    """Weighed against the few that were there, every value of theirs would pass for rare."""
    take_in(shopify, shopify_orders({"Name": "#1001"}))
    run(company)
    names = [f"{first} {last}" for first in ("Ann", "Ben", "Cleo", "Dan", "Eve") for last in ("Tan", "Lim", "Ng")]
    told = [
        {"Name": f"#{2000 + n}", "Email": f"b{n}@example.com", "Shipping Name": names[n % 15],
         "Billing Name": names[n % 15], "Shipping Zip": f"23880{n % 10}"} for n in range(MANY + 1)
    ]  # fmt: skip
    take_in(shopify, shopify_orders(*told))
    assert not run(company, only_exact=True).full
    done = run(company)
    assert (done.full, done.drift) == (True, None)
    before = state()
    assert (run(company, full=True).drift, state()) == (0, before)
    assert not run(company).full


def test_nothing_of_amazon_becomes_a_token(company: Company) -> None:
    store = make_store(company, "Amazon US")
    take_in(store, orders({}))
    run(company)
    assert not BuyerSignal.objects.exists()


@pytest.mark.parametrize("purged", [False, True])
def test_a_replay_ends_with_the_same_people(company: Company, shopify: Store, shopee: Store, *, purged: bool) -> None:
    take_in(shopify, shopify_orders({"Name": "#1001"}, {"Name": "#1002"}))
    run(company)
    take_in(shopee, shopee_orders({}))
    run(company)
    run(company, full=True)
    before, people_before, rows = state(), people(company), list(digests())
    if purged:
        purge(None)
    replay(company)
    assert (state(), people(company), list(digests())) == (before, people_before, rows)


def state() -> tuple[list[Any], list[Any], list[Any]]:
    accounts = Account.objects.order_by("key").values_list("key", "customer_id", "orders")
    told = CustomerLink.objects.values_list("left__key", "right__key", "tier", "rule", "state", "probability")
    links = sorted((*sorted(one[:2]), *one[2:]) for one in told)
    return list(accounts), links, list(Customer.objects.order_by("pk").values_list("pk", "merged_into"))
