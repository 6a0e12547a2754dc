"""Brand, non-brand and unknown: they add up to the ledger in every measure, week and channel."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from channels.core.rows import AdSpendRow
from channels.load import load_rows
from channels.models import AdSpend, Company, Order, Visit
from reconciliation.expose import expose
from reconciliation.models import Account, LedgerEntry, QueryClass
from reconciliation.post import post
from reports.analysis.estimate import Bounds, CannotTell, Estimate
from reports.analysis.kpi.stored import taken, taken_flag
from reports.analysis.said import Said
from reports.analysis.stored import plain
from reports.analysis.weekly import CLASSES
from reports.api.views.analyses import spoken
from reports.brand_credit import paid
from reports.brand_weeks import MEASURES, apart
from reports.branded import ask_brand
from reports.build import build_steering
from reports.models import Report
from reports.weeks import books
from tests.making import make_company
from tests.reconciliation.searching import lexicon, page_of, searches, visit
from tests.reports.asking import estimate, report
from tests.reports.selling import at, make_seller, store_of, week
from tests.reports.steering import make_steered

pytestmark = pytest.mark.django_db
WEEKS = 20


def exposed(company: Company, *told: int, brand: int = 2, other: int = 3) -> Company:
    """The marketplace's reports of searches from these Sundays, and visits of every second own-site order."""
    if not company.lexicons.exists():
        lexicon(company)
    there, own = store_of(company, "amazon"), store_of(company, "shopify")
    there.marketplace = "ATVPDKIKX0DER"
    there.save()
    page = page_of(there)
    searches(page, [
        {"query": query, "asin": "TEA", "purchases": count, "clicks": 9, "volume": 100 * (count + 1),
         "starts_on": week(n) - timedelta(days=1), "ends_on": week(n) + timedelta(days=5)}
        for n in told for query, count in (("mapleton tea", brand), ("green tea", other))
    ])  # fmt: skip
    page = page_of(own, 2)
    for number, one in enumerate(Order.objects.filter(store=own).order_by("ref")):
        if number % 2 == 0:
            said: dict[str, Any] = {
                "utm_medium": "cpc",
                "utm_source": "google",
                "utm_term": ("mapleton", "green tea")[number // 2 % 2],
            }
            visit(page, one.ref, occurred_at=one.ordered_at - timedelta(hours=1), visits=1, is_last=True, **said)
    expose(company)
    return company


def body_of(company: Company) -> dict[str, Any]:
    build_steering(company)
    body: dict[str, Any] = Report.objects.get(company=company, kind=Report.Kind.BRAND).body
    return body


def in_ledger(company: Company, channel: str, first: int, kinds: tuple[str, ...]) -> float:
    found = LedgerEntry.objects.filter(company=company, kind__in=kinds, ordered_on__gte=week(first))
    found = found.filter(earning_store__channel=channel) if channel else found
    return float(sum(one.base_amount or 0 for one in found))


@pytest.fixture
def company() -> Company:
    return exposed(make_steered(WEEKS), *range(WEEKS + 1))


def test_each_measure_adds_up_to_the_ledger_in_every_week(company: Company) -> None:
    of = books(company)
    made = apart(company, of)
    totals = {"spend": of.advertising, "orders": of.orders, "contribution": of.cm2}
    for name, total in totals.items():
        assert_allclose(made.company[name]["total"], total)
    for name in MEASURES:
        for parts in (made.company, *made.channels.values()):
            assert_allclose(sum(parts[name][one] for one in CLASSES), parts[name]["total"], err_msg=name)
        for one in (*CLASSES, "total"):
            whole = sum(parts[name][one] for parts in made.channels.values())
            assert_allclose(whole, made.company[name][one], atol=1e-9, err_msg=f"{name} {one}")


def test_advertising_adds_up_to_the_ledgers_by_class() -> None:
    spend = apart((company := make_steered(WEEKS)), books(company)).company["spend"]
    assert_allclose([spend[one].sum() / WEEKS for one in CLASSES], [6, 10, 12])


def test_the_sums_are_those_of_the_ledgers_entries(company: Company) -> None:
    """Not by way of the weekly books: straight from the table."""
    body = body_of(company)
    first = WEEKS - 13
    for row in [{"channel": "", **body["company"]}, *body["channels"]]:
        channel = row["channel"]
        assert row["spend"]["total"]["sum"] == pytest.approx(-in_ledger(company, channel, first, ("advertising",)))
        margin = in_ledger(company, channel, first, ("revenue", "commission", "cogs"))
        assert row["contribution"]["total"]["sum"] == pytest.approx(margin)
        orders = Order.objects.filter(ordered_at__gte=at(week(first)))
        orders = orders.filter(store__channel=channel) if channel else orders
        assert row["orders"]["total"]["sum"] == orders.count()
    assert {one["channel"] for one in body["channels"]} == {"amazon", "shopify"}


def test_visits_tell_the_class_of_each_order_of_the_own_site(company: Company) -> None:
    parts = apart(company, books(company)).channels["shopify"]
    orders, earned = parts["orders"], parts["contribution"]
    visited = Order.objects.filter(store__channel="shopify", ref__in=Visit.objects.values("order_ref")).count()
    assert orders["brand"].sum() + orders["non_brand"].sum() == visited
    assert abs(orders["brand"].sum() - orders["non_brand"].sum()) <= 1
    for one in CLASSES:
        assert_allclose(earned[one], 13 * orders[one])


def test_what_lies_between_the_bounds_of_a_marketplace_is_unknown(company: Company) -> None:
    """Of 5 orders a week 2 surely followed brand searches and 3 surely others; weeks from Sunday are spread by orders.

    The first and the last of these weeks have fewer orders than purchases.
    """
    parts = apart(company, books(company)).channels["amazon"]
    orders, earned = ({one: of[1:-1] for one, of in parts[name].items()} for name in ("orders", "contribution"))
    assert_allclose(orders["brand"], 2)
    assert_allclose(orders["unknown"], 0, atol=1e-9)
    assert_allclose(earned["brand"], 26)
    assert_allclose(earned["non_brand"], 39)
    assert (parts["orders"]["unknown"][[0, -1]] > 0).all()


def test_weeks_without_a_report_of_searches_are_unknown() -> None:
    company = exposed(make_steered(WEEKS), 3, 4)
    orders = apart(company, books(company)).channels["amazon"]["orders"]
    assert_allclose(orders["brand"][2:5], [0.4, 2, 1.6])  # one of 5 orders is on a Sunday
    assert_allclose(orders["unknown"][6:], 5)
    assert orders["brand"].sum() == pytest.approx(4)
    assert (orders["brand"] + orders["non_brand"])[6:].sum() == 0


def test_queries_all_of_the_brand_are_wholly_brand() -> None:
    company = exposed(make_steered(WEEKS, {"mapleton tea": (8, 3)}, {"mapleton tea": (20, 5)}), *range(WEEKS + 1),
                      brand=5, other=0)  # fmt: skip
    QueryClass.objects.update(verdict="brand")
    made = apart(company, books(company))
    for name in ("spend", "clicks"):
        assert_allclose(made.company[name]["brand"], made.company[name]["total"])
    assert_allclose(made.channels["amazon"]["orders"]["brand"][1:-1], 5)
    assert_allclose(made.channels["amazon"]["contribution"]["brand"][1:-1], 65)
    body = body_of(company)
    assert (
        taken(body["figures"]["demand_capture"]).kpi.value,
        taken(body["figures"]["non_brand_share"]).kpi.value,
    ) == (1, 0)
    assert body["paid"][0]["brand_share"]["value"] == 1


def test_without_a_lexicon_all_is_unknown() -> None:
    made = make_seller(amazon={"CA": [5] * 16}, shopify={"CA": [3] * 16})
    body = body_of(made)
    assert body["company"]["orders"]["unknown"]["sum"] == body["company"]["orders"]["total"]["sum"] == 13 * 8
    assert (body["searches"]["each"], body["paid"], body["credits"]) == ([], [], [])


def test_nothing_is_asked_without_a_whole_week() -> None:
    assert ask_brand(make_company(), books(make_company("Empty"))) is None


def test_advertising_that_answers_no_search_is_not_of_the_brand() -> None:
    company = make_steered(WEEKS)
    AdSpend.objects.filter(store__channel="shopify").update(resource="meta.ads")
    spend = apart(company, books(company)).channels["shopify"]["spend"]
    assert_allclose(spend["non_brand"], 8)
    assert_allclose(spend["unknown"], 0)


def test_weeks_whose_money_has_no_rate_are_unknown_in_every_class() -> None:
    company = make_steered(WEEKS)
    row = AdSpendRow("euro", week(5), week(5), "EUR", Decimal(7), 1, campaign="Euro")
    load_rows(store_of(company, "shopify"), [row], "euro", at(week(200)))
    post(company)
    of = books(company)
    made = apart(company, of)
    for name in ("spend", "contribution"):
        assert np.isnan(made.company[name]["total"][5])
        for parts in made.channels.values():
            assert [np.isnan(parts[name][one][5]) for one in (*CLASSES, "total")] == [True] * 4
            assert not np.isnan(parts[name]["total"][6])


# What is credited


def test_returns_stand_at_both_priors() -> None:
    """The marketplace: 3 of 5 claimed orders after searches for the brand, a return of 100 by 20."""
    company = make_steered(WEEKS)
    AdSpend.objects.filter(store__channel="amazon").update(resource="amazon.ads")
    AdSpend.objects.filter(store__channel="shopify").update(resource="google.ads")
    found = {one["network"]: one for one in body_of(company)["paid"]}
    assert list(found) == ["", "amazon", "google"]
    there = found["amazon"]
    assert (there["roas"], there["brand_share"]["value"]) == (pytest.approx(5), pytest.approx(0.6))
    assert there["without_rivals"] == pytest.approx({"low": 5 * (0.4 + 0.6 * 0.01), "high": 5 * (0.4 + 0.6 * 0.04)})
    assert there["with_rivals"] == pytest.approx({"low": 5 * (0.4 + 0.6 * 0.18), "high": 5 * (0.4 + 0.6 * 0.42)})
    assert there["break_even"] == pytest.approx(20 / 13)
    assert there["classes"]["brand"]["cpa"]["value"] == pytest.approx(2)
    assert there["classes"]["non_brand"]["cpa"]["value"] == pytest.approx(5)
    assert there["classes"]["unknown"]["cpa"] is None
    assert taken_flag(there["flag"]).fired is False
    assert found["google"]["brand_share"] is None
    for name in ("spend", "clicks", "orders", "sales"):
        each = found[""]["classes"]
        assert sum(each[one][name] for one in CLASSES) == pytest.approx(each["total"][name])
        assert each["total"][name] == pytest.approx(
            sum(found[one]["classes"]["total"][name] for one in ("amazon", "google"))
        )


def test_what_networks_claim_adds_up_where_a_report_has_no_rate() -> None:
    company = make_steered(WEEKS)
    row = AdSpendRow("euro", week(15), week(15), "EUR", Decimal(7), 1, campaign="Brand")
    load_rows(store_of(company, "shopify"), [row], "euro", at(week(200)))
    of = books(company)
    for one in paid(apart(company, of)):
        for name in ("spend", "sales", "orders", "clicks"):
            parts = sum(one["classes"][kind][name] for kind in CLASSES)
            assert parts == pytest.approx(one["classes"]["total"][name])


def test_a_return_that_only_brand_orders_make_is_flagged() -> None:
    company = make_steered(WEEKS, terms={"mapleton tea": (20, 3), "green tea": (30, 1)})
    flags = {one["network"]: taken_flag(one["flag"]) for one in body_of(company)["paid"]}
    assert {name: one.fired for name, one in flags.items()} == {"": False, "amazon": True, "shopify": None}
    said = "Of the conversions behind a return of 1.6, 75 % are of the brand"
    assert (flags["amazon"].rule, str(flags["amazon"].wrong).startswith(said)) == ("K8", True)


def credited(company: Company, taken_share: Estimate | Bounds | CannotTell) -> dict[str, Any]:
    kind = Report.Kind
    for pair, value in (("amazon→shopify", 0.5), ("shopify→amazon", 2.0)):
        report(company, kind.BREAK_EVEN, f"US {pair}", {"break_even": estimate(value, value * 0.8, value * 1.2)})
        report(company, kind.BOUNDS, f"US {pair}", {"kappa": taken_share}, body={"plan": None})
    found: list[dict[str, Any]] = body_of(company)["credits"]
    assert len(found) == 1
    return found[0]


def test_over_credit_stands_beside_brand_queries_and_unknown_buyers(company: Company) -> None:
    """κ in .1 to .3 by κ* in .4 to .6. Of 5 purchases 2 are of the brand; nobody knows the marketplace's buyers."""
    one = credited(company, Bounds(0.1, 0.3, "share", 9, "identities"))
    assert (one["country"], one["marketplace"], one["shop"]) == ("US", "amazon", "shopify")
    ends = {"value": None, "low": 0.1 / 0.6, "high": 0.3 / 0.4, "level": 0.9, "reason_said": None}
    assert one["over_credit"] == pytest.approx(ends)
    assert one["query_share"] == {"low": 0.4, "high": 0.4, "purchases": 65}
    assert one["relationship_loss"] == {"value": 1, "orders": 65}
    flag = taken_flag(one["flag"])
    assert flag.fired
    assert flag.figures["brand_query_share"] == pytest.approx(0.4)
    report_of = Report.objects.get(company=company, kind=Report.Kind.BRAND)
    assert [each["name"] for each in report_of.answers] == ["over_credit US amazon→shopify"]


def test_buyers_whom_the_channel_names_are_not_lost(company: Company) -> None:
    Account.objects.filter(key__lte=10**9).update(known_buyer=True)
    store = store_of(company, "amazon")
    signal = Account.objects.filter(store=store_of(company, "shopify")).order_by("pk").first()
    assert signal is not None
    last = Order.objects.filter(store=store).order_by("-ordered_at").first()
    assert last is not None
    store.signals.create(order_ref=last.ref, account=signal.key, key_version=1, obtained_at=last.ordered_at,
                         expires_on=week(300))  # fmt: skip
    one = credited(company, Bounds(0.1, 0.3, "share", 9, "identities"))
    assert one["relationship_loss"]["value"] == pytest.approx(64 / 65)


def test_what_cannot_be_told_of_over_credit_says_why(company: Company) -> None:
    one = credited(company, CannotTell(Said("Nothing is known of these orders.")))
    assert one["over_credit"]["low"] is None
    assert spoken(one)["over_credit"]["reason_en"] == "Nothing is known of these orders."
    assert spoken(one)["over_credit"]["reason_zh"] != "Nothing is known of these orders."
    flag = taken_flag(one["flag"])
    assert (flag.fired, str(flag.wrong)) == (None, "Nothing is known of these orders.")


# How much the brand is searched


def test_the_index_of_brand_searches_is_of_its_first_quarter(company: Company) -> None:
    found = body_of(company)["searches"]
    (one,) = found["each"]
    assert (one["channel"], one["market"], one["measure"]) == ("amazon", "US", "volume")
    assert one["searches"] == found["all"]["searches"] == [300] * WEEKS
    assert set(one["index"]) == {100}
    assert one["clicks"] == {"brand": 9 * 13, "non_brand": 9 * 13, "unknown": 0, "total": 18 * 13}
    assert one["with_ads"]
    assert found["all"]["slope"] == {"value": pytest.approx(0), "low": pytest.approx(0), "high": pytest.approx(0)}


def test_a_week_without_a_report_has_no_searches() -> None:
    found = body_of(exposed(make_steered(WEEKS), *range(5), *range(6, WEEKS)))["searches"]["all"]
    assert [n for n, one in enumerate(found["searches"]) if one is None] == [5]


def test_reach_that_moves_nothing_is_vanity() -> None:
    """K7: impressions grow by half within the quarter; searches and contribution stay."""
    company = exposed(make_steered(WEEKS), *range(WEEKS + 1))
    for number in range(WEEKS):
        AdSpend.objects.filter(starts_on=week(number) + timedelta(days=2), store__channel="shopify").update(
            impressions=5000 + 1500 * number
        )
    flags = {one.rule: one for one in map(taken_flag, body_of(company)["flags"])}
    assert set(flags) == {"K9", "K7"}
    assert flags["K7"].fired


# What role pages show


def test_the_non_brand_share_is_of_contribution_where_that_is_classed() -> None:
    company = make_steered(WEEKS, {"green tea": (8, 1)}, {"mapleton tea": (6, 3), "green tea": (10, 2)})
    exposed(company, *range(WEEKS + 1))
    page = page_of(store_of(company, "shopify"), 3)
    seen = set(Visit.objects.values_list("order_ref", flat=True))
    for one in Order.objects.filter(store__channel="shopify").exclude(ref__in=seen):
        visit(page, one.ref, occurred_at=one.ordered_at, visits=1, is_last=True, utm_medium="email")
    company.exposed.delete()
    expose(company)
    figure = taken(body_of(company)["figures"]["non_brand_share"]).kpi
    assert str(figure.text).startswith("Share of contribution")
    assert figure.value is not None
    parts = apart(company, books(company)).company["contribution"]
    assert figure.value == pytest.approx(parts["non_brand"][-13:].sum() / parts["total"][-13:].sum())
    assert 0.5 < figure.value < 0.9


def test_else_it_is_of_advertising() -> None:
    company = make_steered(WEEKS, {"green tea": (8, 1)}, {"mapleton tea": (6, 3), "green tea": (10, 2)})
    figure = taken(body_of(company)["figures"]["non_brand_share"]).kpi
    assert str(figure.text).startswith("Share of advertising")
    assert figure.value == pytest.approx(18 / 24)


def test_equal_books_give_an_equal_question(company: Company) -> None:
    one, two = (ask_brand(company, books(company)) for _ in range(2))
    assert one is not None
    assert two is not None
    assert plain(one.data) == plain(two.data)
