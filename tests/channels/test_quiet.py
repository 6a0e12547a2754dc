"""An error page says where and what, never with which values; DEBUG or not."""

import logging
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from channels.quiet import QuietFilter
from tests.making import make_store

SECRETS = ("typed-secret", "kept-secret", "dbpass")


@pytest.mark.django_db
@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("address", ["admin", "webhook"])
def test_no_page_and_no_log_shows_a_secret(
    settings: Any, caplog: pytest.LogCaptureFixture, debug: bool, address: str
) -> None:
    store = make_store(channel="shopee", currency="SGD", credentials={"partner_key": "kept-secret", "shop_id": "7"})
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("ada"))
    settings.DEBUG = debug
    settings.DATABASE_URL = "postgresql://user:dbpass@host/name"
    settings.VAULT_KEYS = []  # whatever needs them breaks down
    if address == "admin":
        settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    form = {
        "company": store.company_id, "name": "x", "channel": "shopee", "currency": "SGD", "timezone": "UTC",
        "opening_reserve": "0", "opening_deferred": "0", "tax_rates-TOTAL_FORMS": "0", "tax_rates-INITIAL_FORMS": "0",
        "secret_partner_key": "typed-secret",
    }  # fmt: skip
    with caplog.at_level(logging.DEBUG):
        if address == "admin":
            reply = client.post(reverse("admin:channels_store_change", args=[store.pk]), form)
        else:
            body = b'{"shop_id": 7, "code": 3, "note": "typed-secret"}'
            reply = client.post(f"/webhooks/shopee/{store.pk}/", body, content_type="application/json")
    page = reply.content.decode()
    assert (reply.status_code, "Traceback" in page) == (500, debug)
    assert [one for one in SECRETS if one in page] == []
    assert [one for one in SECRETS if one in caplog.text] == []


def test_settings_that_hold_secrets_are_hidden(settings: Any) -> None:
    settings.DATABASE_URL = "postgresql://user:dbpass@host/name"
    shown = QuietFilter().get_safe_settings()
    names = ("CREDENTIAL_KEYS", "DATABASE_URL", "SECRET_KEY", "SECRET_KEY_FALLBACKS", "TOKEN_KEYS", "VAULT_KEYS")
    assert {name: shown[name] for name in names} == dict.fromkeys(names, QuietFilter.cleansed_substitute)
