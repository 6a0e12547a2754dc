"""Customers and decisions in the admin: joined, taken apart, taken back, by people who may."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_q.models import OrmQ

from reconciliation import decide
from reconciliation.match import match
from reconciliation.models import Account, Customer, CustomerLink, Decision, MatchRun
from tests.making import make_company
from tests.reconciliation.admin_pages import filled, person, safe, text

pytestmark = pytest.mark.django_db
LIST, DECISIONS = "/admin/reconciliation/customer/", "/admin/reconciliation/decision/"


@pytest.fixture
def boss() -> Client:
    return person("boss")


def page(customer: Any) -> str:
    return f"{LIST}{customer}/change/"


def customers() -> list[Any]:
    """Ada's and Mary's."""
    filled()
    return sorted(set(Account.objects.values_list("customer", flat=True)), key=str)


def test_lists_are_empty_with_a_word(boss: Client) -> None:
    assert "Customers appear once orders are loaded" in text(boss.get(LIST))
    assert "nothing is ever changed or deleted" in text(boss.get(DECISIONS))
    assert boss.get(page("00000000-0000-0000-0000-000000000000"))["Location"] == LIST
    assert boss.get(page("nonsense"))["Location"] == LIST


def test_customers_are_listed_and_found_by_number(boss: Client) -> None:
    found = customers()
    shown = text(boss.get(LIST))
    assert all(page(one) in shown for one in found)
    assert safe(shown)
    one, other = found[:2]
    searched = text(boss.get(LIST, {"q": str(one)[:8]}))
    assert (page(one) in searched, page(other) in searched) == (True, False)
    for asked in ("q=zz", f"q={'0' * 40}", "several=accounts", "several=channels", "several=x"):
        assert boss.get(f"{LIST}?{asked}").status_code == 200
    assert shown.count("/change/") >= 2


def test_a_customers_page_shows_no_clear_value(boss: Client) -> None:
    for one in customers():
        shown = text(boss.get(page(one)))
        assert safe(shown)
        assert "Singapore" in shown or "&lt;script&gt;" in shown


def test_two_customers_are_merged_after_a_look(boss: Client) -> None:
    found = customers()
    asked: dict[str, Any] = {"action": "merge", "_selected_action": [str(one) for one in found]}
    assert "become one" in text(boss.post(LIST, asked))
    assert not Decision.objects.exists()
    reply = boss.post(LIST, asked | {"decided": "1", "reason": "asked <i>her"})
    made = Decision.objects.get()
    assert reply["Location"] == f"{DECISIONS}{made.pk}/change/"
    assert (made.action, made.reason) == ("merge", "asked <i>her")
    match(made.company)
    assert len(set(Account.objects.values_list("customer", flat=True))) == 1
    former = Customer.objects.filter(merged_into__isnull=False)
    assert former
    present = Account.objects.values_list("customer", flat=True)[0]
    assert boss.get(page(former[0].pk))["Location"] == page(present)
    shown = text(boss.get(page(present)))
    assert "asked &lt;i&gt;her" in shown
    assert "asked <i>her" not in shown


def test_one_customer_cannot_be_merged(boss: Client) -> None:
    one = customers()[0]
    reply = boss.post(LIST, {"action": "merge", "_selected_action": [str(one)]}, follow=True)
    assert "Choose two customers or more" in text(reply)


def test_customers_of_two_companies_cannot_be_merged(boss: Client) -> None:
    customers()
    filled(make_company("Birch"))
    everybody = [str(one) for one in set(Account.objects.values_list("customer", flat=True))]
    asked = {"action": "merge", "_selected_action": everybody, "decided": "1"}
    assert "different companies" in text(boss.post(LIST, asked, follow=True))
    assert not Decision.objects.exists()


def test_chosen_accounts_are_split_off(boss: Client) -> None:
    customers()
    ada = max(Customer.objects.all(), key=lambda one: one.accounts.count())
    first, *others = ada.accounts.order_by("first_at")
    assert others
    assert "leave some" in text(boss.post(f"{LIST}{ada.pk}/split/", {"account": []}, follow=True))
    boss.post(f"{LIST}{ada.pk}/split/", {"account": [str(first.pk)], "reason": "two sisters"})
    made = Decision.objects.get()
    assert (made.action, len(made.accounts[0]), len(made.accounts[1])) == ("split", 1, len(others))
    match(made.company)
    assert Account.objects.get(pk=first.pk).customer_id != Account.objects.get(pk=others[0].pk).customer_id
    assert "two sisters" in text(boss.get(page(Account.objects.get(pk=first.pk).customer_id)))


def test_accounts_of_others_are_not_split_off(boss: Client) -> None:
    found = customers()
    foreign = Account.objects.exclude(customer=found[0])[0]
    boss.post(f"{LIST}{found[0]}/split/", {"account": [str(foreign.pk), "nonsense"]})
    assert not Decision.objects.exists()


def test_a_large_merge_is_agreed_to_by_another_person(boss: Client) -> None:
    found = customers()
    Account.objects.update(orders=15)
    asked: dict[str, Any] = {"action": "merge", "_selected_action": [str(one) for one in found]}
    assert "second person must agree" in text(boss.post(LIST, asked))
    boss.post(LIST, asked | {"decided": "1"})
    made = Decision.objects.get()
    url = f"{DECISIONS}{made.pk}/"
    assert "another person must agree" in text(boss.get(f"{url}change/"))
    assert "must be another one" in text(boss.post(f"{url}second/", follow=True))
    deputy = person("deputy", "view_decision", "change_customerlink")
    assert "Agree as second person" in text(deputy.get(f"{url}change/"))
    assert "Agreed" in text(deputy.post(f"{url}second/", follow=True))
    assert [one.action for one in Decision.objects.order_by("number")] == ["merge", "second"]
    assert "Agree as second person" not in text(deputy.get(f"{url}change/"))


def test_decisions_say_what_became_of_them_and_are_taken_back(boss: Client) -> None:
    found = customers()
    boss.post(LIST, {"action": "merge", "_selected_action": [str(one) for one in found], "decided": "1"})
    made = Decision.objects.get()
    url = f"{DECISIONS}{made.pk}/"
    assert "Taken back;" in text(boss.post(f"{url}undo/", {"reason": "mistake"}, follow=True))
    assert "is taken back already" in text(boss.post(f"{url}undo/", follow=True))
    shown = text(boss.get(DECISIONS))
    assert shown.count("Taken back") == 1
    assert "the chain is whole" in shown
    Decision.objects.filter(number=1).update(reason="another")
    assert "broken at 1" in text(boss.get(DECISIONS))
    assert boss.post(f"{url}delete/", {"post": "yes"}).status_code == 403
    assert Decision.objects.count() == 2


def test_looking_is_not_deciding() -> None:
    found = customers()
    made = decide.merge(list(Account.objects.filter(customer__in=found)), User.objects.create_user("ada"))
    looker = person("looker", "view_customer", "view_decision", "view_matchrun")
    shown = text(looker.get(page(found[0])))
    assert 'name="account"' not in shown
    assert "Undo" not in text(looker.get(f"{DECISIONS}{made.pk}/change/"))
    assert looker.post(f"{LIST}{found[0]}/split/", {"account": ["1"]}).status_code == 403
    assert looker.post(f"{DECISIONS}{made.pk}/undo/").status_code == 403
    assert looker.post("/admin/reconciliation/matchrun/now/", {"company": made.company_id}).status_code == 403
    looker.post(LIST, {"action": "merge", "_selected_action": [str(one) for one in found], "decided": "1"})
    assert Decision.objects.count() == 1
    nobody = person("nobody", "view_store")
    assert [nobody.get(url).status_code for url in (LIST, DECISIONS, page(found[0]))] == [403, 403, 403]


def test_matchings_are_listed_and_queued(boss: Client) -> None:
    filled()
    company = MatchRun.objects.get().company
    MatchRun.objects.create(
        company=company, started_at=MatchRun.objects.get().started_at, step="pairs", done=5, total=9
    )
    shown = text(boss.get("/admin/reconciliation/matchrun/"))
    assert "finding pairs 5 / 9" in shown
    assert "Full rebuild" in shown
    assert boss.post("/admin/reconciliation/matchrun/now/", {"company": company.pk, "full": "1"}).status_code == 302
    assert OrmQ.objects.count() == 1
    assert OrmQ.objects.get().func() == "reconciliation.tasks.match_company"
    assert boss.post("/admin/reconciliation/matchrun/now/", {"company": "x"}).status_code == 404
    assert boss.get("/admin/reconciliation/matchrun/now/").status_code == 405


def test_the_pages_ask_the_database_no_more_often_for_more(boss: Client) -> None:
    found = customers()
    boss.get(LIST)

    def asked() -> list[int]:
        counts = []
        for url in (LIST, page(found[0]), DECISIONS):
            with CaptureQueriesContext(connection) as caught:
                boss.get(url)
            counts.append(len(caught))
        return counts

    decide.merge(list(Account.objects.all()[:2]), User.objects.create_user("ada"))
    asked()
    before = asked()
    for _ in range(5):
        decide.merge(list(Account.objects.all()[:2]), User.objects.get(username="ada"))
    assert asked() == before
    assert max(before) <= 40
    assert CustomerLink.objects.exists()
