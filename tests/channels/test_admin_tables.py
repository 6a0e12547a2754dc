"""The tables of the admin: what may be edited, what may not, and that every page opens in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from knox.models import AuthToken

from channels.admin_site import COUNT_LIMIT, AtLeast, CappedPaginator
from channels.models import Company, ExchangeRate, RawPage, Sku, StockReceipt, Store, UnitCost
from channels.shown import day, moment, money, plain_amount, share
from channels.words import KINDS, file_size, status_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ada"))
    return client


@pytest.fixture
def company() -> Company:
    return Company.objects.create(name="Maple", base_currency="USD")


OURS = [model for model in admin.site._registry if model._meta.app_label in ("channels", "reconciliation", "reports")]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.model_name)
def test_every_list_opens_empty(ada: Client, model: type, language: str) -> None:
    ada.cookies["django_language"] = language
    meta = model._meta  # type: ignore[attr-defined]
    assert ada.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")).status_code == 200


def test_a_typed_in_cost_is_known_from_now_on(ada: Client, company: Company) -> None:
    before = datetime.now(UTC)
    values = {"company": company.pk, "product": "A", "starts_on": "2026-01-01", "unit_cost": "3.5", "currency": "EUR"}
    ada.post(reverse("admin:channels_unitcost_add"), values)
    cost = UnitCost.objects.get()
    assert (cost.unit_cost, cost.currency, cost.page_id, cost.recorded_at >= before) == (
        Decimal("3.5"),
        "EUR",
        None,
        True,
    )


def test_typed_in_receipts_have_keys_of_their_own(ada: Client, company: Company) -> None:
    values = {
        "company": company.pk, "product": "A", "received_on": "2026-01-01", "quantity": "10", "unit_cost": "3",
        "currency": "EUR",
    }  # fmt: skip
    for _ in range(2):
        ada.post(reverse("admin:channels_stockreceipt_add"), values)
    assert len(set(StockReceipt.objects.values_list("key", flat=True))) == 2


def test_a_rate_from_a_page_is_read_only(ada: Client, company: Company) -> None:
    now = datetime.now(UTC)
    page = RawPage.objects.create(
        company=company, resource="ecb.history", digest="d", archived_digest="d", size=1, body="b", fetched_at=now,
        recorded_at=now,
    )  # fmt: skip
    fields = {"company": company, "on": date(2026, 1, 2), "base": "EUR", "quote": "USD", "rate": Decimal("1.1")}
    rate = ExchangeRate.objects.create(**fields, source="ECB", page=page, recorded_at=now)
    url = reverse("admin:channels_exchangerate_change", args=[rate.pk])
    assert [ada.get(url).status_code, ada.post(url, {"rate": "9"}).status_code] == [200, 403]
    assert ada.post(reverse("admin:channels_exchangerate_delete", args=[rate.pk]), {"post": "yes"}).status_code == 403
    rate.refresh_from_db()
    assert rate.rate == Decimal("1.1")


def test_a_typed_in_sku_can_be_corrected(ada: Client, company: Company) -> None:
    sku = Sku.objects.create(company=company, sku="a-1", product="A", recorded_at=datetime(2026, 1, 1, tzinfo=UTC))
    ada.post(reverse("admin:channels_sku_change", args=[sku.pk]), {"company": company.pk, "sku": "a-1", "product": "B"})
    sku.refresh_from_db()
    assert (sku.product, sku.recorded_at.year > 2025) == ("B", True)


def test_credentials_are_never_shown(ada: Client, company: Company) -> None:
    shop = Store(company=company, name="Maple US", channel="amazon", currency="USD")
    shop.credentials = {"token": "very-secret"}
    shop.save()
    urls = [reverse("admin:channels_store_changelist"), reverse("admin:channels_store_change", args=[shop.pk])]
    answers = [ada.get(url).content.decode() for url in urls]
    assert ["very-secret" in answer or 'name="credentials"' in answer for answer in answers] == [False, False]


def test_a_store_with_pages_keeps_its_channel_and_currency(ada: Client, company: Company) -> None:
    shop = Store.objects.create(company=company, name="Maple US", channel="amazon", currency="USD")
    now = datetime.now(UTC)
    RawPage.objects.create(
        company=company, store=shop, resource="amazon.orders", digest="d", archived_digest="d", size=1, body="b",
        fetched_at=now, recorded_at=now,
    )  # fmt: skip
    form = {
        "name": "Maple 2", "channel": "shopify", "currency": "CAD", "timezone": "UTC", "opening_reserve": "0",
        "opening_deferred": "0", "tax_rates-TOTAL_FORMS": "0", "tax_rates-INITIAL_FORMS": "0",
    }  # fmt: skip
    ada.post(reverse("admin:channels_store_change", args=[shop.pk]), form)
    shop.refresh_from_db()
    assert (shop.name, shop.channel, shop.currency) == ("Maple 2", "amazon", "USD")


def test_a_count_stops_at_the_limit(monkeypatch: pytest.MonkeyPatch, company: Company) -> None:
    monkeypatch.setattr("channels.admin_site.COUNT_LIMIT", 2)
    for name in "abc":
        Company.objects.create(name=name)
    count = CappedPaginator(Company.objects.all(), 50).count
    assert (isinstance(count, AtLeast), str(count), int(count), COUNT_LIMIT) == (True, "2+", 2, 10_000)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1234.5", "EUR", "1,234.50"), ("-0.005", "EUR", "−0.005"), ("1234.000000", "JPY", "1,234"),
        ("0", "USD", "0.00"), ("1000000", "KWD", "1,000,000.000"), ("1E+3", "USD", "1,000.00"),
    ],
)  # fmt: skip
def test_amounts_have_separators_and_minor_units(amount: str, currency: str, text: str) -> None:
    assert plain_amount(Decimal(amount), currency) == text


def test_a_currency_is_text_not_markup() -> None:
    assert "<b>" not in money(Decimal(1), "<b>")


@pytest.mark.parametrize(
    ("value", "text"),
    [("1", "100 %"), ("0.99999", "> 99.9 %"), ("0.5", "50.0 %"), ("0.0001", "< 0.1 %"), ("0", "0 %"), (None, "–")],
)
def test_a_share_is_whole_only_where_it_is(value: str | None, text: str) -> None:
    assert share(None if value is None else Decimal(value)) == text


def test_sizes_are_said_in_the_unit_people_read() -> None:
    assert [file_size(one) for one in (12, 1_500, 2_340_000)] == ["12 B", "1.5 kB", "2.3 MB"]


def test_every_kind_has_words() -> None:
    from channels.core.kinds import Kind  # noqa: PLC0415

    assert set(KINDS) == set(Kind)


def test_a_stores_clock_says_which_day_it_is() -> None:
    at = datetime(2026, 10, 12, 22, tzinfo=UTC)
    assert [str(day(one, "Europe/Berlin")) for one in (at, None)] == [
        '<span class="pl-nowrap" title="2026-10-13 00:00 Europe/Berlin">2026-10-13</span>', "–",
    ]  # fmt: skip
    assert moment(at, "Asia/Shanghai") == '<span class="pl-nowrap" title="Asia/Shanghai">2026-10-13 06:00</span>'


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("READY_TO_SHIP", "Ready to ship"), ("partially_refunded", "Partially refunded"), ("Shipped", "Shipped"),
        ("Shipped - Delivered to Buyer", "Shipped - Delivered to Buyer"), ("", ""),
    ],
)  # fmt: skip
def test_a_status_is_said_in_our_words_where_it_is_known(status: str, words: str) -> None:
    assert status_words(status) == words


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("channels/order/", "This list fills from the channels"),
        ("channels/unreadableline/", "Every line of every loaded file could be read."),
        ("channels/unitcost/", "Upload a sheet, or type rows in"),
        ("reconciliation/ledgerentry/", "The ledger is posted within a minute"),
        ("reconciliation/ledgerentry/?a_kind=loan", "Nothing in this list matches"),
        ("channels/store/", "A store is your presence"),
    ],
)
def test_an_empty_list_says_what_fills_it(ada: Client, address: str, said: str) -> None:
    assert said in ada.get(f"/admin/{address}").content.decode()


@pytest.mark.parametrize("model", ["schedule", "success", "failure", "ormq"])
def test_the_tasks_open(ada: Client, model: str) -> None:
    assert ada.get(f"/admin/django_q/{model}/").status_code == 200


def test_tasks_are_named_in_words(ada: Client) -> None:
    shown = ada.get("/admin/django_q/schedule/").content.decode()
    assert [one in shown for one in ("Post what was loaded", "has not run yet", "reconciliation.tasks")] == [
        True, True, False,
    ]  # fmt: skip


def test_a_token_is_listed_and_can_be_withdrawn_but_not_made(ada: Client) -> None:
    token, secret = AuthToken.objects.create(User.objects.get())
    shown = ada.get("/admin/knox/authtoken/").content.decode()
    assert [one in shown for one in (token.token_key, secret)] == [True, False]
    assert ada.get("/admin/knox/authtoken/add/").status_code == 403
    ada.post(f"/admin/knox/authtoken/{token.digest}/delete/", {"post": "yes"})
    assert AuthToken.objects.count() == 0
