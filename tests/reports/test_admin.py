"""The contribution page: every figure leads to the entries that add up to it."""

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Sum
from django.test import Client, RequestFactory

from channels.models import Company, Sku
from reconciliation.models import LedgerEntry
from reports.queries import Question, contribution
from reports.statement import chart, kinds_up_to
from tests.reports.api.making import NOON, make_company, make_discrepancy, make_entry, make_store

pytestmark = pytest.mark.django_db

PAGE = "/admin/contribution/"


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ada"))
    return client


def world() -> Company:
    """Two companies, three stores, every tier, an entry of no store, one of no date, one without a rate."""
    company, other = make_company(), make_company("Other Ltd")
    amazon, shop = make_store(company), make_store(company, "Shop & Co", channel="shopify")
    make_entry(make_store(other, "Far"), "1000.00", sku="x")
    Sku.objects.create(company=company, sku="x", product="Tea & Cup", recorded_at=NOON)
    for store, factor in ((amazon, 1), (shop, 3)):
        for day in (date(2026, 1, 15), date(2026, 1, 31), date(2026, 2, 1), None):
            for kind, amount in (
                ("revenue", "100"), ("refund", "-7"), ("cogs", "-40"), ("commission", "-15"), ("unmapped", "-1.5"),
                ("advertising", "-9"), ("shared_marketing", "-2"), ("tax_collected", "19"), ("transfer", "-60"),
            ):  # fmt: skip
                value = Decimal(amount) * factor
                make_entry(
                    store, str(value), kind=kind, posted_on=day, sku="x" if kind in ("revenue", "cogs") else "",
                    base_amount=value * 2, quantity=1 if kind == "revenue" else 0,
                )  # fmt: skip
    make_entry(amazon, "5.00", base_amount=None, rate=None)
    make_entry(None, "-30.00", company=company, kind="overhead")
    make_entry(None, "-20.00", company=company, kind="shared_marketing")
    return company


def sum_behind(url: str, user: User, currency: str) -> Decimal:
    """What the entries of a link add up to, found as the list finds them but not rendered."""
    request = RequestFactory().get(url)
    request.user = user
    entries = admin.site._registry[LedgerEntry].get_changelist_instance(request).queryset
    total: Decimal | None = entries.aggregate(sum=Sum("amount" if currency == "original" else "base_amount"))["sum"]
    return total or Decimal(0)


def figures(answer: Any) -> list[Any]:
    return [
        figure for row in answer.context["rows"] for figure in (*row.figures, *row.kinds) if figure.amount is not None
    ]


@pytest.mark.parametrize(
    "asked",
    [
        {"by": "channel", "period": "month"},
        {"by": "channel", "period": "week", "currency": "original"},
        {"by": "store", "period": "day"},
        {"by": "product", "period": "month"},
        {"by": "company", "period": "month"},
        {"by": "channel", "period": "month", "since": "2026-01-20", "through": "2026-01-31"},
    ],
    ids=lambda asked: "-".join(asked.values()),
)
def test_every_figure_is_the_sum_of_the_entries_it_links_to(ada: Client, asked: dict[str, str]) -> None:
    world()
    user = User.objects.get()
    shown = figures(ada.get(PAGE, asked))
    assert len(shown) > 5
    wrong = [
        (figure.label, figure.amount, behind, figure.url)
        for figure in shown
        if (behind := sum_behind(figure.url, user, asked.get("currency", ""))) != figure.amount
    ]
    assert wrong == []


def test_a_company_can_be_chosen(ada: Client) -> None:
    company = world()
    answer = ada.get(PAGE, {"company": str(company.pk), "by": "company"})
    assert {row.company for row in answer.context["rows"]} == {"Example Ltd"}


def test_a_margin_without_every_cost_is_at_most(ada: Client) -> None:
    store = make_store(make_company())
    make_entry(store, "100.00", quantity=2)
    make_entry(store, "-30.00", kind="cogs", quantity=1)
    (row,) = ada.get(PAGE).context["rows"]
    assert [(figure.label, figure.at_most) for figure in row.figures] == [
        ("Net revenue", False), ("CM1", True), ("CM2", True), ("CM3a", True), ("CM3b", True),
    ]  # fmt: skip
    assert ("cost", "50.0 %", True) in row.coverages


def test_the_page_opens_on_the_last_year_of_entries(ada: Client) -> None:
    store = make_store(make_company())
    for day in (date(2024, 5, 5), date(2026, 2, 3)):
        make_entry(store, posted_on=day)
    answer = ada.get(PAGE)
    assert [row.period for row in answer.context["rows"]] == ["February 2026"]
    assert answer.context["question"].since == date(2025, 3, 1)


@pytest.mark.parametrize(
    "asked", ["by=moon", "since=tomorrow", "company=x", "store=999", "period=&basis=", "currency=%00"]
)
def test_nonsense_in_the_address_is_left_out(ada: Client, asked: str) -> None:
    world()
    assert ada.get(f"{PAGE}?{asked}").status_code == 200


def test_names_are_text_not_markup(ada: Client) -> None:
    store = make_store(make_company("<script>alert(1)</script>"), "<script>alert(2)</script>")
    make_entry(store)
    shown = ada.get(PAGE, {"by": "store"}).content.decode()
    assert "<script>alert(" not in shown


def test_bars_stand_on_one_scale_with_losses_left_of_zero() -> None:
    company = make_company()
    gain, loss = make_store(company), make_store(company, "Shop", channel="shopify")
    make_entry(gain, "300.00")
    make_entry(loss, "100.00")
    make_entry(loss, "-200.00", kind="cogs")
    bars = {one.name: one for one in chart(Question(), contribution(Question()))}
    assert {one.zero for one in bars.values()} == {19.5}
    assert [(bar.left, bar.width) for bar in bars["Amazon"].bars[:2]] == [(19.5, 58.5), (19.5, 58.5)]
    assert [(bar.left, bar.width) for bar in bars["Shopify"].bars[:2]] == [(19.5, 19.5), (0.0, 19.5)]


def test_margins_sum_the_kinds_of_the_tiers_above() -> None:
    assert [len(kinds_up_to(one)) for one in ("net_revenue", "cm1", "cm2", "cm3a", "cm3b")] == sorted(
        {len(kinds_up_to(one)) for one in ("net_revenue", "cm1", "cm2", "cm3a", "cm3b")}
    )
    assert "transfer" not in kinds_up_to("cm3b")


def test_without_the_right_no_contribution_is_shown(client: Client) -> None:
    world()
    client.force_login(User.objects.create_user("ben", is_staff=True))
    assert client.get(PAGE).status_code == 403
    home = client.get("/admin/")
    assert (home.status_code, "statement" in home.context, "tiles" in home.context) == (200, False, False)


def test_strangers_are_sent_to_the_login(client: Client) -> None:
    answer = client.get(PAGE)
    assert (urlsplit(answer["Location"]).path, parse_qs(urlsplit(answer["Location"]).query)) == (
        "/admin/login/", {"next": [PAGE]},
    )  # fmt: skip


def test_the_first_page_says_what_waits(ada: Client) -> None:
    world()
    make_discrepancy(make_store(make_company("Third Ltd"), "Third"), "1.00", "a")
    answer = ada.get("/admin/")
    assert [(tile["count"], str(tile["label"])) for tile in answer.context["tiles"]] == [
        (1, "open discrepancies"), (0, "pages wait to be loaded"), (0, "pages are in conflict"),
    ]  # fmt: skip
    assert {row.name for row in answer.context["statement"]} == {"Amazon", "Shopify", "Unallocated"}


def test_the_empty_first_page_leads_to_the_first_steps(ada: Client) -> None:
    assert "Three steps to the first statement" in ada.get("/admin/").content.decode()


def test_the_language_is_switched_in_the_header(ada: Client) -> None:
    answer = ada.post("/i18n/setlang/", {"language": "zh-hans", "next": PAGE}, follow=True)
    assert "贡献利润" in answer.content.decode()


def test_a_figures_link_opens_in_the_browser(ada: Client) -> None:
    make_entry(make_store(make_company()))
    (row,) = ada.get(PAGE).context["rows"]
    answer = ada.get(row.figures[0].url)
    assert (answer.status_code, answer.context["cl"].result_count) == (200, 1)


def ranked(answer: Any) -> list[tuple[Any, ...]]:
    return [
        (one.company, one.agree, one.first, [(key, [name for name, _margin in names]) for key, names, _spread in one.keys])
        for one in answer.context["rankings"]
    ]  # fmt: skip


def test_the_ranking_stands_under_each_key(ada: Client) -> None:
    world()
    order = ["Shopify", "Amazon"]
    assert ranked(ada.get(PAGE)) == [
        ("Example Ltd", True, "Shopify", [
            ("Net revenue", order), ("Units", order), ("Orders", order), ("Equal parts", order),
        ])
    ]  # fmt: skip
    assert [ranked(ada.get(PAGE, {"by": by})) for by in ("product", "company")] == [[], []]


def test_a_ranking_that_hangs_on_the_key_says_so(ada: Client) -> None:
    company = make_company()
    big, small = make_store(company, "Big"), make_store(company, "Small", channel="shopify")
    make_entry(big, "1000.00", quantity=1, order_ref="a", base_amount=Decimal("1000.00"))
    make_entry(big, "-900.00", kind="commission", base_amount=Decimal("-900.00"))
    make_entry(small, "90.00", quantity=9, order_ref="b", base_amount=Decimal("90.00"))
    make_entry(None, "-50.00", company=company, kind="overhead", base_amount=Decimal("-50.00"))
    (one,) = ada.get(PAGE, {"by": "store", "period": "day"}).context["rankings"]
    assert (one.agree, one.first) == (False, "")
    assert [names[0][0] for _key, names, _spread in one.keys] == ["Small", "Big", "Big", "Big"]


def test_a_margin_above_the_one_before_it_is_marked(ada: Client) -> None:
    store = make_store(make_company())
    make_entry(store, "100.00")
    make_entry(store, "8.00", kind="payment_fee")
    (row,) = ada.get(PAGE).context["rows"]
    assert [figure.rises for figure in row.figures] == [False, False, True, False, False]


def test_products_stand_by_what_they_sell(ada: Client) -> None:
    store = make_store(make_company())
    for sku, amount in (("a", "5.00"), ("b", "50.00"), ("c", "20.00")):
        make_entry(store, amount, sku=sku)
    assert [row.name for row in ada.get(PAGE, {"by": "product"}).context["rows"]] == ["b", "c", "a"]
