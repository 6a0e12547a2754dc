"""Accounts are switched in the admin and show no credentials; what became of each conversion is listed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from channels.models import Store
from reports.models import ConversionAccount, SentConversion
from tests.making import make_store

pytestmark = pytest.mark.django_db
GIVEN: Any = {"dataset_id": "1234567890", "access_token": "s3cr3t"}
AT = datetime(2026, 10, 31, 12, tzinfo=UTC)
ACCOUNTS, SENT = "/admin/reports/conversionaccount/", "/admin/reports/sentconversion/"


@pytest.fixture
def account() -> ConversionAccount:
    store: Store = make_store(channel="shopify", currency="EUR", timezone="Europe/Berlin")
    one = ConversionAccount.objects.create(store=store, network="meta", credentials=GIVEN, since=AT)
    for state, said in (("sent", ""), ("later", "status 503 2"), ("refused", "status 400 100/33"), ("unsure", "")):
        SentConversion.objects.create(
            account=one, mark=state, lead=f"L-{state}", stage="won", happened_at=AT, state=state, tried_at=AT, said=said,
            tries=1,
        )  # fmt: skip
    return one


def test_an_account_is_switched_on_and_its_credentials_stay(admin_client: Client, account: ConversionAccount) -> None:
    url = f"{ACCOUNTS}{account.pk}/change/"
    shown = admin_client.get(url).content.decode() + admin_client.get(ACCOUNTS).content.decode()
    assert "s3cr3t" not in shown
    assert "1234567890" not in shown
    assert admin_client.post(url, {"is_on": "on"}).status_code == 302
    account.refresh_from_db()
    assert (account.is_on, account.network) == (True, "meta")
    assert account.credentials == GIVEN
    assert admin_client.get(f"{ACCOUNTS}add/").status_code == 403
    assert admin_client.post(f"{ACCOUNTS}{account.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ["Not taken", "To be tried again", "status 503 2"]), ("zh-hans", ["未被接收", "待重试", "status 503 2"])],
    ids=["en", "zh"],
)
def test_what_became_of_each_is_listed(
    admin_client: Client, account: ConversionAccount, language: str, words: list[str]
) -> None:
    page = admin_client.get(SENT, headers={"accept-language": language}).content.decode()
    assert [word for word in ["L-refused", *words] if word not in page] == []
    one = SentConversion.objects.get(state="refused")
    assert "status 400 100/33" in admin_client.get(f"{SENT}{one.pk}/change/").content.decode()
    assert "L-sent" not in admin_client.get(f"{SENT}?state__exact=refused").content.decode()


def test_an_account_that_is_on_says_where_nothing_is_sent_at_all(
    admin_client: Client, account: ConversionAccount, settings: LazySettings
) -> None:
    account.is_on = True
    account.save()
    off = "PLUMBLINE_SEND_CONVERSIONS is not set"
    for on in (False, True):
        settings.SEND_CONVERSIONS = on
        for url in (ACCOUNTS, f"{ACCOUNTS}{account.pk}/change/"):
            assert (off in admin_client.get(url).content.decode()) is not on


def test_empty_pages_say_what_to_do(admin_client: Client) -> None:
    assert "conversion_account" in admin_client.get(ACCOUNTS).content.decode()
    assert "PLUMBLINE_SEND_CONVERSIONS" in admin_client.get(SENT).content.decode()
