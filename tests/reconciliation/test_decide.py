"""People's words in the database: chained, taken back at will, and rebuilt from alone."""

import random
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User

from channels.core.errors import Refused
from channels.models import Company, Store
from channels.vault import purge
from reconciliation import decide
from reconciliation.match import match
from reconciliation.models import Account, CustomerLink, Decision
from reconciliation.replay import replay
from reports.digest import digests
from tests.making import make_company, make_store, shopify_orders, take_in

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 2)


@pytest.fixture
def store() -> Store:
    return make_store(make_company(), "Own site", channel="shopify", marketplace="maple.myshopify.com")


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


@pytest.fixture
def otto() -> User:
    return User.objects.create_user("otto")


_FIRST = ("Ada", "Otto", "Mei", "Grace", "Ravi", "Tara", "Kofi", "Lena", "Omar", "Ivan", "Nora", "Hugo")
_LAST = ("Byron", "Fair", "Lim", "Kumar", "Nguyen", "Sato", "Okafor")


def buyers(store: Store, many: int) -> list[Account]:
    """So many accounts of an order each, by birth; two and two are one person by e-mail address and name."""
    told = []
    for number in range(many):
        person = number // 2
        name = f"{_FIRST[person % len(_FIRST)]} {_LAST[person % len(_LAST)]}"
        where = {
            "Name": name, "Phone": "", "Address1": f"{3 * person + 1} {_LAST[-1 - person % len(_LAST)]} Street",
            "Zip": f"{110000 + 7919 * person:06d}",
        }  # fmt: skip
        told.append({
            "Name": f"#{1000 + number}", "Created at": f"2026-06-15 10:{number:02d}:00 +0000",
            "Email": f"buyer{person}@example.com",
            **{f"{whose} {what}": value for whose in ("Billing", "Shipping") for what, value in where.items()},
        })  # fmt: skip
    take_in(store, shopify_orders(*told))
    run(store.company)
    return list(Account.objects.order_by("first_at", "key"))


def run(company: Company, **given: Any) -> None:
    assert match(company, today=TODAY, **given) is not None


def state() -> tuple[list[Any], list[Any]]:
    """Who is whose account, and every link, whichever way it stands."""
    told = CustomerLink.objects.values_list(
        "left__key", "right__key", "tier", "rule", "state", "refused", "probability"
    )
    links = sorted((*sorted(one[:2]), *one[2:]) for one in told)
    return list(Account.objects.order_by("key").values_list("key", "customer", "orders")), links


def person_of(account: Account) -> Any:
    return Account.objects.values_list("customer", flat=True).get(pk=account.pk)


def test_a_merge_and_a_split_are_acted_on_by_the_next_matching(store: Store, ada: User) -> None:
    one, other, third, *_ = buyers(store, 4)
    assert person_of(one) == person_of(other) != person_of(third)
    decide.merge([one, third], ada)
    run(store.company)
    assert person_of(one) == person_of(third)
    assert set(CustomerLink.objects.filter(rule="decided").values_list("state", flat=True)) == {"confirmed"}
    decide.split([[one], [third, other]], ada)
    run(store.company)
    assert len({person_of(one), person_of(other), person_of(third)}) == 3  # nobody said that the last two are one


def test_many_orders_wait_for_another_person(store: Store, ada: User, otto: User) -> None:
    one, _, other, *_ = buyers(store, 3)
    Account.objects.filter(pk=one.pk).update(orders=20)
    made = decide.merge([one, other], ada)
    assert made.needs_second
    run(store.company)
    assert person_of(one) != person_of(other)
    with pytest.raises(Refused, match="another one"):
        decide.second(made, ada)
    agreed = decide.second(made, otto)
    with pytest.raises(Refused, match="second person already"):
        decide.second(made, User.objects.create_user("eve"))
    run(store.company)
    assert person_of(one) == person_of(other)
    decide.undo(agreed, ada)
    run(store.company)
    assert person_of(one) != person_of(other)


def test_small_words_do_not_pass_the_rule_together(store: Store, ada: User) -> None:
    """Each brings fewer than 20 orders together, the two of them more."""
    accounts = buyers(store, 5)[::2]
    Account.objects.filter(pk__in=[one.pk for one in accounts]).update(orders=9)
    assert not decide.merge(accounts[:2], ada).needs_second
    assert decide.merge(accounts[1:], ada).needs_second


def test_accounts_that_were_not_matched_yet_count_too(store: Store, ada: User) -> None:
    one, _, other, *_ = buyers(store, 3)
    Account.objects.filter(pk=other.pk).update(orders=20, customer=None)
    other.refresh_from_db()
    assert decide.merge([one, other], ada).needs_second
    Account.objects.update(customer=None)
    one.refresh_from_db()
    assert decide.merge([one, other], ada).needs_second


def test_what_cannot_be_is_refused(store: Store, ada: User, otto: User) -> None:
    one, other, third, *_ = buyers(store, 3)
    with pytest.raises(Refused, match="two accounts or more"):
        decide.merge([one], ada)
    with pytest.raises(Refused, match="leave some"):
        decide.split([[one, other], []], ada)
    with pytest.raises(Refused, match="two of the groups"):
        decide.split([[one], [one, other]], ada)
    stranger = make_store(make_company("Birch"), "Birch", channel="shopify", marketplace="birch.myshopify.com")
    away = Account(company=stranger.company, store=stranger, channel="shopify", key=1, first_at=one.first_at)
    with pytest.raises(Refused, match="different companies"):
        decide.merge([one, away], ada)
    made = decide.merge([one, third], ada)
    with pytest.raises(Refused, match="no second person"):
        decide.second(made, otto)
    decide.undo(made, otto)
    with pytest.raises(Refused, match="taken back already"):
        decide.undo(made, ada)
    assert [one.number for one in Decision.objects.order_by("number")] == [1, 2]


def test_a_second_person_comes_too_late_for_what_is_taken_back(store: Store, ada: User, otto: User) -> None:
    one, _, other = buyers(store, 3)
    Account.objects.update(orders=30)
    made = decide.merge([one, other], ada)
    decide.undo(made, ada)
    with pytest.raises(Refused, match="does not hold"):
        decide.second(made, otto)


@pytest.mark.parametrize(
    "change", [{"reason": "other"}, {"accounts": ["0" * 16]}, {"needs_second": True}, {"action": "reject"}]
)
def test_a_change_past_the_program_breaks_the_chain(store: Store, ada: User, change: dict[str, Any]) -> None:
    accounts = buyers(store, 3)
    for _ in range(3):
        decide.merge(accounts[:2], ada, "same parcel")
    assert decide.broken_at(store.company) is None
    Decision.objects.filter(number=2).update(**change)
    assert decide.broken_at(store.company) == 2


def test_a_decision_taken_out_breaks_the_chain(store: Store, ada: User, otto: User) -> None:
    accounts = buyers(store, 3)
    for _ in range(3):
        decide.merge(accounts[:2], ada)
    Decision.objects.filter(number=2).delete()
    assert decide.broken_at(store.company) == 3
    Decision.objects.filter(number=3).update(number=2)
    assert decide.broken_at(store.company) == 2
    assert decide.broken_at(make_company("Birch")) is None


def _decide_at_random(accounts: Sequence[Account], links: Sequence[CustomerLink], by: User, many: int) -> None:
    chance = random.Random(4)
    for _ in range(many):
        some = chance.sample(accounts, chance.randint(2, 4))
        act = chance.choice(("confirm", "reject", "merge", "split"))
        if act in ("confirm", "reject"):
            getattr(decide, act)(chance.choice(links), by)
        elif act == "merge":
            decide.merge(some[:3], by)
        else:
            decide.split([some[:1], some[1:]], by)


def test_two_hundred_decisions_undone_in_random_order_leave_what_was(store: Store, ada: User) -> None:
    accounts = buyers(store, 40)
    before, rows = state(), list(digests())
    links = list(CustomerLink.objects.select_related("left", "right", "company").order_by("left__key", "right__key"))
    assert len(links) >= 15
    _decide_at_random(accounts, links, ada, 200)
    run(store.company)
    assert state() != before
    decided = list(Decision.objects.select_related("company"))
    random.Random(5).shuffle(decided)
    for one in decided:
        decide.undo(one, ada)
    run(store.company)
    assert state() == before
    assert list(digests()) == rows
    assert (Decision.objects.count(), decide.broken_at(store.company)) == (400, None)


@pytest.mark.parametrize("purged", [False, True])
def test_decisions_replayed_on_the_archive_give_the_same_people(store: Store, ada: User, *, purged: bool) -> None:
    accounts = buyers(store, 20)
    links = list(CustomerLink.objects.select_related("left", "right", "company").order_by("left__key", "right__key"))
    _decide_at_random(accounts, links, ada, 20)
    decide.undo(Decision.objects.get(number=3), ada)
    run(store.company, full=True)
    before, rows = state(), list(digests())
    assert {"confirmed", "rejected"} <= {one[4] for one in before[1]}
    if purged:
        purge(None)
    replay(store.company)
    assert state() == before
    assert list(digests()) == rows
