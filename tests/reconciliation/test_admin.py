"""The ledger and the discrepancies as people look at them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from channels.models import Sku
from reconciliation.admin.discrepancies import with_status
from reconciliation.admin.filters import of_product
from reconciliation.models import ClosedPeriod, Discrepancy, LedgerEntry, Resolution
from reports.statement import kinds_up_to
from tests.reports.api.making import (
    NOON,
    make_company,
    make_discrepancy,
    make_entry,
    make_page,
    make_payout,
    make_store,
)

pytestmark = pytest.mark.django_db

LEDGER = "/admin/reconciliation/ledgerentry/"
QUEUE = "/admin/reconciliation/discrepancy/"


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ada"))
    return client


def found(answer: Any) -> list[Any]:
    return list(answer.context["cl"].result_list)


def test_an_entry_links_to_the_line_it_comes_from(ada: Client) -> None:
    store = make_store(make_company())
    page = make_page(store)
    make_entry(store, page=page, place=17)
    assert f"/admin/channels/rawpage/{page.pk}/source/?line=17#here" in ada.get(LEDGER).content.decode()


def test_the_chosen_entries_are_summed_by_currency(ada: Client) -> None:
    store = make_store(make_company())
    make_entry(store, "10.00", base_amount=Decimal("11.00"))
    make_entry(store, "-4.00", kind="commission", base_amount=Decimal("-4.40"))
    make_entry(store, "99.00", kind="transfer", base_amount=Decimal("108.90"))
    answer = ada.get(LEDGER, {"kind__in": "revenue,commission"})
    assert [unescape(one) for one in answer.context["sums"]] == [
        '<span class="pl-num pl-plus">6.00<span class="pl-cur">EUR</span></span>',
        '= <span class="pl-num pl-plus">6.60<span class="pl-cur">USD</span></span>',
    ]
    assert answer.context["chosen"] == ["Product sales, Commission"]


def test_nothing_is_summed_where_nothing_is_chosen(ada: Client) -> None:
    make_entry(make_store(make_company()))
    assert ada.get(LEDGER).context["sums"] == []


def test_a_product_is_the_skus_of_its_map_and_else_the_sku(ada: Client) -> None:
    company = make_company()
    here, there = make_store(company), make_store(company, "Shop", channel="shopify")
    Sku.objects.create(company=company, sku="x", product="Tea", recorded_at=NOON)
    Sku.objects.create(company=company, store=there, sku="x", product="Cup", recorded_at=NOON)
    tea, cup, own, none = (
        make_entry(here, sku="x"), make_entry(there, sku="x"), make_entry(here, sku="y"), make_entry(here),
    )  # fmt: skip
    answers = [list(of_product(LedgerEntry.objects.all(), name)) for name in ("Tea", "Cup", "y", "")]
    assert answers == [[tea], [cup], [own], [none]]


def test_a_stores_own_map_goes_before_the_companys() -> None:
    company, other = make_company(), make_company("Other")
    here, there, far = make_store(company), make_store(company, "Shop"), make_store(other, "Far")
    for store, sku, product in ((None, "x", "Tea"), (here, "x", "x"), (here, "z", "Tea"), (None, "Tea", "Cup")):
        Sku.objects.create(company=company, store=store, sku=sku, product=product, recorded_at=NOON)
    named = {
        (store and store.name, sku): make_entry(store, sku=sku, company=of)
        for store, of in ((here, company), (there, company), (far, other), (None, company))
        for sku in ("x", "z", "Tea")
    }
    answers = {
        name: {key for key, entry in named.items() if entry in of_product(LedgerEntry.objects.all(), name)}
        for name in ("Tea", "Cup", "x", "z")
    }
    assert answers == {
        "Tea": {("Amazon DE", "z"), ("Shop", "x"), (None, "x"), ("Far", "Tea")},
        "Cup": {("Amazon DE", "Tea"), ("Shop", "Tea"), (None, "Tea")},
        "x": {("Amazon DE", "x"), ("Far", "x")},
        "z": {("Shop", "z"), ("Far", "z"), (None, "z")},
    }


@pytest.mark.parametrize("query", ["payout=1&page__body=x", "resource=x", "company__name=Maple"])
def test_other_lookups_are_not_answered(ada: Client, query: str) -> None:
    make_entry(make_store(make_company()))
    assert ada.get(f"{LEDGER}?{query}").status_code in (302, 400)


def test_the_ledger_cannot_be_changed(ada: Client) -> None:
    entry = make_entry(make_store(make_company()))
    urls = [f"{LEDGER}add/", f"{LEDGER}{entry.pk}/delete/", f"{LEDGER}{entry.pk}/change/"]
    assert [ada.post(url, {"post": "yes", "amount": "1"}).status_code for url in urls] == [403, 403, 403]
    assert ada.get(urls[2]).status_code == 200


def test_the_ledger_takes_the_same_queries_for_more_entries(
    ada: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    store = make_store(make_company())
    page = make_page(store)
    for _ in range(30):
        make_entry(store, page=page)
    with django_assert_max_num_queries(9):
        ada.get(LEDGER)


def test_the_queue_opens_on_what_is_open_oldest_first(ada: Client) -> None:
    store = make_store(make_company())
    now = datetime.now(UTC)
    young = make_discrepancy(store, "1.00", "a", since=now - timedelta(days=1, hours=1))
    old = make_discrepancy(store, "2.00", "b", since=now - timedelta(days=40, hours=1))
    answer = ada.get(QUEUE)
    assert found(answer) == [old, young]
    shown = answer.content.decode()
    assert (">40 days<" in shown, ">1 day<" in shown) == (True, True)


def test_a_discrepancy_is_resolved_with_a_note(ada: Client) -> None:
    one = make_discrepancy(make_store(make_company()), "1.00", "a")
    ada.post(f"{QUEUE}{one.pk}/resolve/", {"note": "rounding of the bank"})
    word = Resolution.objects.get()
    assert (word.cause, word.key, word.amount, word.note, str(word.resolved_by)) == (
        "residual", "a", Decimal(1), "rounding of the bank", "ada",
    )  # fmt: skip
    assert [found(ada.get(QUEUE)), found(ada.get(QUEUE, {"status": "resolved"}))] == [[], [one]]


def test_a_resolution_needs_a_note(ada: Client) -> None:
    one = make_discrepancy(make_store(make_company()), "1.00", "a")
    ada.post(f"{QUEUE}{one.pk}/resolve/", {"note": " "})
    assert Resolution.objects.count() == 0


def test_a_resolution_ends_when_the_amount_changes(ada: Client) -> None:
    one = make_discrepancy(make_store(make_company()), "1.00", "a")
    ada.post(f"{QUEUE}{one.pk}/resolve/", {"note": "fine"})
    Discrepancy.objects.update(amount=Decimal("1.01"))
    assert [row.resolved for row in with_status(Discrepancy.objects.all())] == [False]


def test_without_the_right_nothing_is_resolved(client: Client) -> None:
    one = make_discrepancy(make_store(make_company()), "1.00", "a")
    ben = User.objects.create_user("ben", is_staff=True)
    ben.user_permissions.add(Permission.objects.get(codename="view_discrepancy"))
    client.force_login(ben)
    assert client.post(f"{QUEUE}{one.pk}/resolve/", {"note": "x"}).status_code == 403
    shown = client.get(f"{QUEUE}{one.pk}/change/")
    assert (shown.status_code, "/resolve/" in shown.content.decode()) == (200, False)


def test_a_discrepancys_detail_is_text_not_markup(ada: Client) -> None:
    one = make_discrepancy(make_store(make_company()), "1.00", "a", detail="<script>alert(1)</script>")
    pages = [ada.get(QUEUE), ada.get(f"{QUEUE}{one.pk}/change/")]
    assert ["<script>alert(1)" in page.content.decode() for page in pages] == [False, False]


def test_a_close_stays(ada: Client) -> None:
    company = make_company()
    ada.post(reverse("admin:reconciliation_closedperiod_add"), {"company": company.pk, "through": "2026-01-31"})
    close = ClosedPeriod.objects.get()
    url = reverse("admin:reconciliation_closedperiod_delete", args=[close.pk])
    assert (ada.post(url, {"post": "yes"}).status_code, ClosedPeriod.objects.count()) == (403, 1)


def test_a_payout_that_crosses_a_month_shows_its_parts(ada: Client) -> None:
    store = make_store(make_company())
    payout = make_payout(store, "900", "70.00")
    for amount, day in (("40.00", date(2026, 1, 30)), ("30.00", date(2026, 2, 2))):
        make_entry(store, amount, payout="900", posted_on=day)
    answer = ada.get(reverse("admin:channels_payout_change", args=[payout.pk]))
    parts = [(one.month, one.brought, one.lines, one.carried, one.deposit) for one in answer.context["months"]]
    assert parts == [
        (date(2026, 1, 1), 0, 40, -40, 0),
        (date(2026, 2, 1), 40, 30, 0, 70),
    ]
    assert [(one.stated, one.lines, one.residual) for one in answer.context["tied"]] == [(70, 70, 0)]
    assert "By month" in answer.content.decode()


def test_a_payout_of_one_month_has_no_parts(ada: Client) -> None:
    store = make_store(make_company())
    payout = make_payout(store, "900", "70.00")
    make_entry(store, "40.00", payout="900")
    answer = ada.get(reverse("admin:channels_payout_change", args=[payout.pk]))
    assert ("By month" in answer.content.decode(), [one.residual for one in answer.context["tied"]]) == (False, [30])


def test_entries_of_our_own_making_are_said_in_words(ada: Client) -> None:
    store = make_store(make_company())
    cost = make_entry(store, "-4.00", kind="cogs", stage="cost", source="cogs", label="fifo / Tea")
    share = make_entry(store, "-2.00", kind="overhead", stage="cost", source="shared", label="Rent / May / net_revenue")
    ledger: Any = admin.site._registry[LedgerEntry]
    assert [(unescape(ledger.shown_label(one)), ledger.origin(one)) for one in (cost, share)] == [
        ('<span class="pl-dim" title="Tea · FIFO">Tea · FIFO</span>', "cost of the sale"),
        ('<span class="pl-dim" title="Rent / May · Net revenue">Rent / May · Net revenue</span>', "shared cost"),
    ]


def test_the_kinds_of_a_margin_are_named_by_it(ada: Client) -> None:
    make_entry(make_store(make_company()))
    asked = [",".join(kinds_up_to(one)) for one in ("net_revenue", "cm1", "cm3a")]
    assert [ada.get(LEDGER, {"kind__in": kinds}).context["chosen"] for kinds in (*asked, "revenue,cogs")] == [
        ["Net revenue"], ["CM1"], ["CM3a"], ["Product sales, Cost of goods sold"],
    ]  # fmt: skip
