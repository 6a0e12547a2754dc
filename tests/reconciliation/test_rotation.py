"""Another key makes other tokens, and accounts, people and decisions stay who they are."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from channels import vault
from channels.models import RawPage, Store
from reconciliation.accounts import refresh
from reconciliation.gather import gather
from reconciliation.models import Account, AccountAlias, BuyerSignal, PrivacyRequest
from reconciliation.privacy import enter, keep_promises
from tests.making import make_store, take_in
from tests.reconciliation.test_privacy import OTTO, order, page, redact, ref, shop, vault_holds

pytestmark = pytest.mark.django_db
OLD, NEW, NEWEST = {1: b"1" * 32}, {2: b"2" * 32}, {3: b"3" * 32}
NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def _first_key(settings: Any, tmp_path: Path) -> None:
    settings.TOKEN_KEYS, settings.MATCHING = OLD, tmp_path


def take(store: Store, *orders: dict[str, Any]) -> None:
    take_in(store, page(*orders))
    RawPage.objects.update(fetched_at=NOW)
    gather(store.company, 0, NOW.date())
    refresh(store.company)


def rotate(**given: Any) -> str:
    out = io.StringIO()
    call_command("rotate_tokens", stdout=out, stderr=io.StringIO(), **given)
    return out.getvalue()


def tokens_of(number: int) -> tuple[int, int | None]:
    signal = BuyerSignal.objects.get(order_ref=ref(number))
    return signal.key_version, signal.email


def accounts() -> dict[int, int]:
    """orders by account"""
    return dict(Account.objects.values_list("key", "orders"))


def test_tokens_are_made_anew_and_accounts_keep_their_keys(settings: Any) -> None:
    store = shop()
    take(store, order(1001), order(1002, 2), order(1003))
    before, old = accounts(), tokens_of(1001)
    assert sorted(before.values()) == [1, 2]
    settings.TOKEN_KEYS = OLD | NEW
    said = rotate()
    assert "3 buyers' tokens made anew from 1 pages" in said
    assert "version 2: 3\n" in said
    assert accounts() == before
    assert tokens_of(1001)[0] == 2
    assert tokens_of(1001)[1] not in (None, old[1])
    assert tokens_of(1001) == tokens_of(1003) != tokens_of(1002)
    assert set(AccountAlias.objects.values_list("account", flat=True)) == set(before)
    first = set(AccountAlias.objects.values_list("key", "account"))
    assert rotate() == said
    assert set(AccountAlias.objects.values_list("key", "account")) == first


def test_an_account_is_the_same_after_its_first_key_is_gone_and_after_two_rotations(settings: Any) -> None:
    store = shop()
    take(store, order(1001), order(1002, 2))
    before = set(accounts())
    settings.TOKEN_KEYS = OLD | NEW
    rotate()
    settings.TOKEN_KEYS = NEW
    take(store, order(1004))
    settings.TOKEN_KEYS = NEW | NEWEST
    rotate()
    settings.TOKEN_KEYS = NEWEST
    take(store, order(1005))
    assert set(accounts()) == before
    assert sorted(accounts().values()) == [1, 3]
    assert set(BuyerSignal.objects.values_list("key_version", flat=True)) == {3}


def test_what_has_no_source_keeps_its_version_and_new_orders_still_find_its_account(settings: Any) -> None:
    store = shop()
    take(store, order(1001), order(1002, 2))
    vault.purge((NOW + timedelta(days=400)).date())
    before, old = accounts(), tokens_of(1001)
    settings.TOKEN_KEYS = OLD | NEW
    said = rotate()
    assert "0 buyers' tokens made anew" in said
    assert (
        f"version 1: 2; nothing is left to make them anew of, they go by {(NOW + timedelta(days=365)).date()}" in said
    )
    assert (tokens_of(1001), accounts()) == (old, before)
    take(store, order(1003))
    assert tokens_of(1003)[0] == 2
    assert set(accounts()) == set(before)
    assert sorted(accounts().values()) == [1, 2]


def test_a_key_that_was_taken_away_too_soon_is_missed(settings: Any) -> None:
    store = shop()
    take(store, order(1001))
    vault.purge((NOW + timedelta(days=400)).date())
    settings.TOKEN_KEYS = NEW
    assert "version 1 is not in TOKEN_KEYS: put it back until" in rotate()


def test_erasing_reaches_what_is_under_a_key_that_is_gone(settings: Any) -> None:
    store = shop()
    take(store, order(1001), order(1002, 2))
    settings.TOKEN_KEYS = OLD | NEW
    rotate()
    settings.TOKEN_KEYS = NEW
    enter(store, PrivacyRequest.Kind.ERASE, redact(), NOW)
    keep_promises(store.company)
    assert [one.order_ref for one in BuyerSignal.objects.all()] == [ref(1002)]
    assert AccountAlias.objects.count() == 1
    assert all(vault_holds(value) for value in OTTO)
    settings.TOKEN_KEYS = NEW | NEWEST
    assert "1 erased buyers are kept out by the older keys too" in rotate()
    take(store, order(1003))
    assert [one.order_ref for one in BuyerSignal.objects.all()] == [ref(1002)]


def test_two_companies_never_share_a_token_or_an_account(settings: Any) -> None:
    store = shop()
    other = make_store(
        type(store.company).objects.create(name="Other"), "Other site", channel="shopify", currency="EUR",
        marketplace=store.marketplace,
    )  # fmt: skip
    for one in (store, other):
        take(one, order(1001))
    assert len(set(BuyerSignal.objects.values_list("account", flat=True))) == 2
    assert len(set(BuyerSignal.objects.values_list("email", flat=True))) == 2
    settings.TOKEN_KEYS = OLD | NEW
    rotate(company="Other")
    assert dict(BuyerSignal.objects.values_list("store", "key_version")) == {store.pk: 1, other.pk: 2}
    with pytest.raises(CommandError, match="no company"):
        rotate(company="Nobody")
