"""A store's credentials in the admin: they go in, are kept beside what pulls renewed, and never come out again."""

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from channels.models import Store
from tests.making import make_company, make_store

pytestmark = pytest.mark.django_db
KEPT = {"partner_id": "2001", "partner_key": "v3ry-secret-key", "shop_id": "700", "refresh_token": "r3fresh-secret"}


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ada"))
    return client


@pytest.fixture
def shop() -> Store:
    return make_store(name="Maple SG", channel="shopee", currency="SGD", credentials=KEPT)


def form(store: Store, **given: Any) -> dict[str, Any]:
    fields = {
        "company": store.company_id, "name": store.name, "channel": store.channel, "currency": store.currency,
        "timezone": "UTC", "opening_reserve": "0", "opening_deferred": "0", "tax_rates-TOTAL_FORMS": "0",
        "tax_rates-INITIAL_FORMS": "0", "pulls": "on", "secret_partner_id": "2001", "secret_shop_id": "700",
        "pull_push_mode": "log", "initial-secret_partner_id": "2001", "initial-secret_shop_id": "700",
    }  # fmt: skip
    return {**fields, **given}


def url(store: Store) -> str:
    return reverse("admin:channels_store_change", args=[store.pk])


def save(client: Client, store: Store, **given: Any) -> Store:
    reply = client.post(url(store), form(store, **given))
    assert reply.status_code == 302, re.findall(r"errorlist.*?</ul>", reply.content.decode(), re.DOTALL)
    return Store.objects.get(pk=store.pk)


def test_a_secret_is_said_to_be_set_and_a_setting_is_shown(ada: Client, shop: Store) -> None:
    page = ada.get(url(shop)).content.decode()
    assert [one in page for one in ("v3ry-secret-key", "r3fresh-secret")] == [False, False]
    assert re.search(r'<input[^>]*type="password"[^>]*name="secret_partner_key"', page) or re.search(
        r'<input[^>]*name="secret_partner_key"[^>]*type="password"|type="password"[^>]*secret_partner_key', page
    )
    assert ('value="2001"' in page, "set; leave it empty to keep it" in page, "not set" in page) == (True, True, True)
    assert ('name="remove_partner_key"' in page, 'name="remove_push_keys"' in page) == (True, False)
    assert f"/webhooks/shopee/{shop.pk}/" in page


def test_what_is_left_empty_stays_and_what_is_given_replaces(ada: Client, shop: Store) -> None:
    assert save(ada, shop).credentials == KEPT
    saved = save(ada, shop, secret_partner_key="n3w-secret", secret_push_keys="p1")
    assert saved.credentials == {**KEPT, "partner_key": "n3w-secret", "push_keys": "p1"}


def test_a_secret_can_be_removed_by_itself(ada: Client, shop: Store) -> None:
    saved = save(ada, shop, remove_refresh_token="on", secret_shop_id="")
    assert saved.credentials == {"partner_id": "2001", "partner_key": "v3ry-secret-key"}


def test_a_token_that_was_renewed_since_the_form_was_opened_is_kept(ada: Client, shop: Store) -> None:
    assert 'name="initial-secret_access_expires_at"' in ada.get(url(shop)).content.decode()
    Store.objects.filter(pk=shop.pk).update(credentials={**KEPT, "refresh_token": "2", "access_expires_at": "17"})
    assert save(ada, shop, name="Maple Singapore").credentials == {
        **KEPT, "refresh_token": "2", "access_expires_at": "17",
    }  # fmt: skip


def test_new_credentials_let_a_refused_store_be_tried_again(ada: Client, shop: Store) -> None:
    Store.objects.filter(pk=shop.pk).update(refused="invalid_grant")
    assert "invalid_grant" in ada.get(url(shop)).content.decode()
    assert save(ada, shop).refused == "invalid_grant"
    assert save(ada, shop, secret_refresh_token="fresh").refused == ""


def test_what_to_pull_is_kept_without_what_is_left_empty(ada: Client, shop: Store) -> None:
    saved = save(
        ada, shop, pull_since="2026-01-01", pull_push_mode="enforce", pull_personal_days="7", pull_token_days="90"
    )
    assert (saved.pull_options, saved.signal_policy) == (
        {"since": "2026-01-01", "push_mode": "enforce"}, {"personal_days": 7, "token_days": 90},
    )  # fmt: skip
    saved = save(ada, shop)
    assert (saved.pull_options, saved.signal_policy) == ({"push_mode": "log"}, {})


def test_a_form_with_a_mistake_shows_no_secret_again(ada: Client, shop: Store) -> None:
    reply = ada.post(url(shop), form(shop, name="", secret_partner_key="typed-secret"))
    assert (reply.status_code, "typed-secret" in reply.content.decode()) == (200, False)
    assert "secret-key" not in reply.content.decode()


def test_neither_history_nor_lists_nor_log_have_a_secret(ada: Client, shop: Store) -> None:
    save(ada, shop, secret_partner_key="n3w-secret")
    pages = [
        ada.get(address).content.decode()
        for address in (
            reverse("admin:channels_store_changelist"), reverse("admin:channels_store_history", args=[shop.pk]),
            reverse("admin:index"), reverse("admin:channels_store_delete", args=[shop.pk]),
        )
    ]  # fmt: skip
    pages.append(LogEntry.objects.get().change_message)
    assert [secret for page in pages for secret in ("n3w-secret", "r3fresh-secret") if secret in page] == []
    assert "n3w-secret" not in f"{shop!r} {shop} {Store.objects.all()!r}"


def test_a_new_store_and_one_of_files_only_have_no_boxes_for_secrets(ada: Client) -> None:
    company = make_company()
    assert "secret_" not in ada.get(reverse("admin:channels_store_add")).content.decode()
    added = {**form(Store(company=company, name="New", channel="shopify", currency="USD")), "secret_partner_id": "x"}
    assert ada.post(reverse("admin:channels_store_add"), added).status_code == 302
    assert Store.objects.get().credentials is None


def test_who_may_only_look_sees_no_boxes(client: Client, shop: Store) -> None:
    user = User.objects.create_user("ben", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_store"))
    client.force_login(user)
    page = client.get(url(shop))
    assert (page.status_code, "secret_" in page.content.decode()) == (200, False)
    assert client.post(url(shop), form(shop, secret_partner_key="x")).status_code == 403


@pytest.mark.parametrize(
    ("endpoint", "taken"), [("http://127.0.0.1:8100/", True), ("http://127.0.0.1@evil.example", False)]
)
def test_an_endpoint_is_this_machine_or_refused(
    ada: Client, shop: Store, settings: Any, endpoint: str, taken: bool
) -> None:
    settings.ALLOW_LOOPBACK_ENDPOINTS = True
    reply = ada.post(url(shop), form(shop, endpoint=endpoint))
    shop.refresh_from_db()
    assert (reply.status_code, shop.endpoint) == ((302, endpoint.rstrip("/")) if taken else (200, ""))
