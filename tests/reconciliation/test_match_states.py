"""What matching comes to when orders change, runs are stopped, and people spoke before: the same as from the start."""

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import DataError, connection, transaction

from channels.buyers import buyers_of
from channels.core.errors import Refused
from channels.models import Company, RawPage, SignalDecision, Store
from reconciliation import accounts, gather, links, resident
from reconciliation.bought import crosses, gather_bought
from reconciliation.decide import confirm, merge
from reconciliation.identity.linking.model import shipped
from reconciliation.links import AUTO
from reconciliation.locks import matching_lock
from reconciliation.match import STOPPED, match
from reconciliation.models import Account, BuyerSignal, CustomerLink, MatchRun
from reconciliation.privacy import purge
from reconciliation.queries import companies_unmatched
from reconciliation.replay import replay
from reconciliation.tasks import link_new, match_new
from tests.making import NOON, make_company, make_store, shopee_orders, shopify_orders, take_in
from tests.reconciliation.test_match import people, run, state

pytestmark = pytest.mark.django_db


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


def as_rebuilt(company: Company) -> None:
    """A rebuild finds everything as it is."""
    before = state()[:2]
    assert run(company, full=True).drift == 0
    assert state()[:2] == before


def test_an_order_whose_buyer_is_told_later_leaves_no_second_account(
    company: Company, shopify: Store, shopee: Store
) -> None:
    take_in(shopify, shopify_orders({"Name": "#1001"}))
    take_in(shopee, shopee_orders({"buyer_user_id": None, "buyer_username": ""}))
    run(company)
    take_in(shopee, shopee_orders({"update_time": 1790000000}))
    run(company)
    assert sorted(Account.objects.values_list("channel", "known_buyer")) == [("shopee", True), ("shopify", False)]
    assert [link.state for link in CustomerLink.objects.all()] == ["auto"]
    as_rebuilt(company)


def test_tokens_that_moved_in_a_run_that_was_stopped_leave_no_account(company: Company, shopee: Store) -> None:
    take_in(shopee, shopee_orders({"buyer_user_id": None}))
    run(company)
    page = take_in(shopee, shopee_orders({"update_time": 1790000000}))
    gather.gather(company, (page.load or 0) - 1, page.fetched_at.date())  # and no further
    run(company)
    assert list(Account.objects.values_list("known_buyer", flat=True)) == [True]


def test_what_shows_an_order_again_touches_the_account_that_has_it(company: Company, shopee: Store) -> None:
    take_in(shopee, shopee_orders({}))
    run(company)
    take_in(shopee, shopee_orders({"buyer_user_id": None, "update_time": 1790000000}))
    assert run(company, only_exact=True).counts["accounts"] == 1
    assert Account.objects.exclude(touched_at=None).count() == 1


def test_whoever_was_one_with_an_account_that_is_gone_is_looked_at_anew(company: Company, shopify: Store) -> None:
    take_in(shopify, shopify_orders({"Name": "#1001"}, {"Name": "#1002", "Created at": "2026-07-15 10:00:00 +0000"}))
    run(company)
    gone = BuyerSignal.objects.get(order_ref="1001").account
    BuyerSignal.objects.filter(account=gone).delete()
    assert accounts.refresh(company, {gone}) == (0, 1)
    run(company)
    as_rebuilt(company)


def test_an_order_that_turns_out_to_be_another_channels_keeps_no_tokens(company: Company, shopify: Store) -> None:
    take_in(shopify, shopify_orders({"Name": "#1001"}, {"Name": "#1002", "Email": "mary@example.com"}))
    run(company)
    told = {
        "Name": "#1001",
        "Source": "amazon-us",
        "Payment Method": "amazon",
        "Note Attributes": "114-0000001-0000001",
    }
    take_in(shopify, shopify_orders(told))
    run(company)
    assert [*BuyerSignal.objects.values_list("order_ref", flat=True)] == ["1002"]
    assert people(company) == {frozenset({"1002"})}


def test_a_page_that_cannot_be_read_holds_up_no_other(company: Company, shopify: Store, monkeypatch: Any) -> None:
    first, _ = (take_in(shopify, shopify_orders({"Name": name})) for name in ("#1001", "#1002"))
    whole = buyers_of

    def broken(page: RawPage) -> Any:
        if page.pk == first.pk:
            raise Refused("ada.byron@example.com is no table")
        return whole(page)

    monkeypatch.setattr(gather, "buyers_of", broken)
    done = run(company)
    assert (done.counts["unreadable"], people(company)) == (1, {frozenset({"1002"})})


def test_a_run_that_was_stopped_is_said_to_be(company: Company, shopify: Store) -> None:
    left = MatchRun.objects.create(company=company, started_at="2026-09-01T00:00:00Z")
    run(company)
    left.refresh_from_db()
    assert left.error == STOPPED
    assert left.finished_at is not None


@pytest.mark.parametrize("again", [lambda company: run(company, full=True), replay])
def test_a_confirmed_pair_with_little_evidence_stays_together(
    company: Company, shopify: Store, shopee: Store, again: Any
) -> None:
    take_in(shopify, shopify_orders({"Name": "#1001", "Email": "zoe@example.com"}))
    hidden = {"buyer_username": "", "address": {"phone": "", "full_address": ""}}
    take_in(shopee, shopee_orders(hidden, {**hidden, "buyer_user_id": 7_000_002}))
    run(company)
    link = CustomerLink.objects.filter(left__channel="shopify").first() or CustomerLink.objects.first()
    assert link is not None
    assert (link.probability < AUTO, len(people(company))) == (True, 3)
    confirm(link, get_user_model().objects.create(username="ada"))
    run(company)
    joined = people(company)
    assert len(joined) == 2
    again(company)
    assert people(company) == joined


@pytest.mark.parametrize("again", [lambda company: run(company, full=True), replay])
def test_accounts_that_people_merged_without_evidence_stay_together(
    company: Company, shopify: Store, again: Any
) -> None:
    told = {"Email": "m@example.com", "Shipping Name": "Mary Fair", "Billing Name": "Mary Fair", "Billing Phone": "",
            "Shipping Phone": "", "Shipping Address1": "1 High Street", "Billing Address1": "1 High Street"}  # fmt: skip
    take_in(shopify, shopify_orders({"Name": "#1001"}, {"Name": "#1002", **told}))
    run(company)
    merge(list(Account.objects.all()), get_user_model().objects.create(username="ada"))
    run(company)
    assert len(people(company)) == 1
    again(company)
    assert len(people(company)) == 1


def test_what_more_accounts_share_than_a_person_has_links_none_of_them(company: Company, shopify: Store) -> None:
    """Neither by mailbox and phone nor by a name, however many other addresses that one has."""
    told = [
        {"Name": f"#{1000 + n}", "Email": "all@example.com" if n < 30 else f"b{n}@example.com", "Shipping Phone": "",
         "Billing Phone": "", "Billing Address1": f"{n // 2} Low Street", "Shipping Address1": f"{n // 2} Low Street"}
        for n in range(60)
    ]  # fmt: skip
    take_in(shopify, shopify_orders(*told))
    run(company, only_exact=True)
    pairs = CustomerLink.objects.values_list("rule", "left__key", "right__key")
    assert {rule for rule, *_ in pairs} == {"name_address"}
    at_once = sorted((rule, *sorted(keys)) for rule, *keys in pairs)
    assert len(at_once) == 30
    run(company, full=True)
    rebuilt = CustomerLink.objects.filter(tier=1).values_list("rule", "left__key", "right__key")
    assert sorted((rule, *sorted(keys)) for rule, *keys in rebuilt) == at_once


def test_a_run_that_is_stopped_before_people_are_told_leaves_them_waiting(
    company: Company, shopify: Store, shopee: Store, monkeypatch: Any
) -> None:
    take_in(shopify, shopify_orders({"Name": "#1001"}))
    run(company)
    take_in(shopee, shopee_orders({}))
    run(company, only_exact=True)

    def stopped(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as here:
        here.setattr(links, "settle_states", stopped)
        with pytest.raises(KeyboardInterrupt):
            run(company)
    run(company)
    assert people(company) == {frozenset({"1001", "260615000000"})}
    assert {link.state for link in CustomerLink.objects.all()} == {"auto"}


def test_one_process_at_a_time_has_a_companys_tokens(company: Company, shopify: Store) -> None:
    take_in(shopify, shopify_orders({"Name": "#1001"}))
    other = connection.copy()
    try:
        assert taken(other, company)
        assert match(company) is None
        assert not MatchRun.objects.exists()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")
        assert match(company) is not None
    finally:
        other.close()


def test_the_turn_is_given_back_when_a_statement_fails_in_a_transaction(company: Company) -> None:
    with pytest.raises(DataError), transaction.atomic(), matching_lock(company), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    other = connection.copy()
    try:
        assert taken(other, company)
    finally:
        other.close()


def taken(other: Any, company: Company) -> bool:
    """Whether another connection gets the turn."""
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended('plumbline.match', %s))", [company.pk])
        return bool(cursor.fetchone()[0])


def test_a_replay_whose_matching_fails_is_matched_anew(company: Company, shopify: Store, monkeypatch: Any) -> None:
    take_in(shopify, shopify_orders({"Name": "#1001"}, {"Name": "#1002"}))
    run(company)
    before = state()
    with monkeypatch.context() as here:
        here.setattr("reconciliation.replay.match", lambda *_, **__: None)
        replay(company)
    assert not Account.objects.exists()
    assert match_new() == "1 companies matched"
    assert state() == before


def test_a_company_that_fails_holds_up_no_other(company: Company, shopify: Store, monkeypatch: Any) -> None:
    bad = make_company("Bad")
    take_in(make_store(bad, "Bad", channel="shopify", marketplace="bad.myshopify.com"), shopify_orders({"Total": "1"}))
    take_in(shopify, shopify_orders({"Name": "#1001"}))
    first, last = sorted((company, bad), key=lambda one: one.pk)

    def failing(one: Company, **given: Any) -> Any:
        if one == first:
            raise ValueError("told")
        return match(one, **given)

    monkeypatch.setattr("reconciliation.tasks.match", failing)
    with pytest.raises(ValueError, match="told"):
        link_new()
    assert Account.objects.filter(company=last).exists()


def test_what_a_later_decision_admits_is_gathered_though_its_page_was_read(company: Company, shopee: Store) -> None:
    take_in(shopee, shopee_orders({}))
    take_in(shopee, b"order,email,form\n260615000000,ada.byron@example.com,warranty\n", "warranty.csv")
    run(company)
    assert not BuyerSignal.objects.exclude(email=None).exists()
    assert companies_unmatched(weighed=True) == []
    SignalDecision.objects.create(
        store=shopee, origin=SignalDecision.Origin.CUSTOMER, fields=["email"], basis="consent", decided_at=NOON,
        decided_by=get_user_model().objects.create(username="ada"), until=date(2028, 1, 1),
    )  # fmt: skip
    assert companies_unmatched() == [company]
    run(company)
    assert BuyerSignal.objects.exclude(email=None).count() == 1
    assert companies_unmatched(weighed=True) == []


def test_an_order_seen_again_lengthens_no_life_of_what_it_shows_no_more(company: Company, shopify: Store) -> None:
    take_in(shopify, shopify_orders({"Name": "#1001"}))
    run(company)
    first = BuyerSignal.objects.get()
    earlier = first.expires_on - timedelta(days=100)
    BuyerSignal.objects.update(obtained_at=first.obtained_at - timedelta(days=100), expires_on=earlier)
    take_in(shopify, shopify_orders({"Name": "#1001", "Email": "", "Financial Status": "refunded"}))
    run(company)
    now = BuyerSignal.objects.get()
    assert (now.email, now.expires_on) == (first.email, earlier)
    take_in(shopify, shopify_orders({"Name": "#1001", "Financial Status": "authorized"}))
    run(company)
    assert BuyerSignal.objects.get().expires_on > earlier


def test_what_a_killed_process_left_is_swept(company: Company, shopify: Store, settings: Any, tmp_path: Path) -> None:
    settings.MATCHING = tmp_path
    take_in(shopify, shopify_orders({"Name": "#1001"}))
    run(company)
    named, *_ = tmp_path.glob("*/*.parquet")
    (tmp_path / "nobodys").mkdir()
    left = [tmp_path / ".records-x.csv", tmp_path / "nobodys", named.with_name(".x.part")]
    left[0].write_text("1")
    left[2].write_text("1")
    assert resident.sweep() == 0  # somebody may be at work on them
    for path in (*left, named, named.parent):
        os.utime(path, (0, 0))
    purge(date(2026, 9, 3))
    assert [*tmp_path.rglob("*")] == [named.parent, named]


def test_a_guest_with_many_orders_is_one_person(company: Company, shopify: Store) -> None:
    """The export names no customer, so each order is an account."""
    told = [{"Name": f"#{1000 + n}", "Created at": f"2026-06-{1 + n:02d} 10:00:00 +0000"} for n in range(12)]
    take_in(shopify, shopify_orders(*told))
    run(company)
    assert len(people(company)) == 1


def test_what_serves_inside_its_channel_only_decides_on_no_join(company: Company, shopify: Store) -> None:
    take_in(shopify, shopify_orders({"Name": "#1001"}))
    run(company)
    assert all(one.emails and one.phones and one.names for one in links.members(company, _ids()))
    BuyerSignal.objects.update(matching=False)
    assert not any(one.emails or one.phones or one.names for one in links.members(company, _ids()))


def _ids() -> list[int]:
    return list(Account.objects.values_list("pk", flat=True))


def test_accounts_that_are_nobodys_yet_are_not_one_person(company: Company, shopify: Store, shopee: Store) -> None:
    take_in(shopify, shopify_orders({"Name": "#1001"}, {"Name": "#1002"}))
    take_in(shopee, shopee_orders({}))
    run(company)
    Account.objects.update(customer=None)
    with transaction.atomic():
        gather_bought(company)
        found = list(crosses(0.01, shipped()))
    assert len(found) == 2
    assert len({one.right_person for one in found}) == 2
