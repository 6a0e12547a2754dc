"""Contribution less what channels took from each other: from the reports of the same build, week by week."""

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from channels.load import load_rows
from channels.models import Company
from reconciliation.models import LedgerEntry
from reconciliation.post import post
from reports.analysis.estimate import Answer, Bounds, Estimate
from reports.analysis.kpi.goals import Role
from reports.analysis.stored import restored, stored
from reports.build import build_measured, build_steering
from reports.growth import known
from reports.kpis import role_page
from reports.models import Report
from reports.weeks import books
from tests.making import make_company
from tests.reports.asking import REFUSED, estimate, report
from tests.reports.selling import at, make_seller, sold, store_of, week

pytestmark = pytest.mark.django_db
WEEKS = 16
PLAIN = 13 * 14 * 13
TAKEN = 13 * 7 * 13  # were every order of amazon taken
KAPPA = Estimate(0.3, 0.2, 0.5, 0.9, "share", 26, "event")


def seller() -> Company:
    """Orders that bring 13.00 each: 7 a week on amazon, 7 in the own shop."""
    company = make_seller(amazon={"CA": [7] * WEEKS}, shopify={"CA": [7] * WEEKS})
    build_measured(company)
    return company


def measure(company: Company, affecting: str, affected: str, share: Answer, country: str = "US") -> None:
    """As if an event had told it."""
    whole = Report.objects.get(company=company, kind="incremental", subject=country)
    whole.data["taken"][affecting][affected] = stored(share)
    whole.save()


def grown(company: Company) -> tuple[dict[str, Any], dict[str, Any]]:
    """Body and figures."""
    build_steering(company)
    body = Report.objects.get(company=company, kind="growth").body
    return body, body["figures"]


def test_what_channels_took_is_taken_off_on_the_owners_page() -> None:
    company = seller()
    measure(company, "amazon", "shopify", KAPPA)
    body, figures = grown(company)
    assert figures["contribution"]["value"] == pytest.approx(PLAIN - 0.3 * TAKEN)
    assert figures["contribution"]["low"] == pytest.approx(PLAIN - 0.5 * TAKEN)
    assert figures["contribution"]["high"] == pytest.approx(PLAIN - 0.2 * TAKEN)
    assert_allclose(figures["contribution"]["series"], [13 * 14 - 0.3 * 7 * 13] * WEEKS)
    assert 0 < figures["contribution"]["maturity"] < 1
    shown = next(one.kpi for one in role_page(company, Role.OWNER).figures if one.kpi.code == "contribution")
    assert shown.value == pytest.approx(PLAIN - 0.3 * TAKEN)
    assert_allclose(body["taken"]["value"], [0.3 * 7 * 13] * WEEKS)
    (pair,) = body["pairs"]
    assert (pair["country"], pair["affecting"], pair["affected"], pair["orders"]) == ("US", "amazon", "shopify", 91)
    assert pair["taken"]["value"] == pytest.approx(0.3 * TAKEN)
    assert restored(Report.objects.get(kind="growth").answers[0]).unit == "USD"


def test_without_an_answer_contribution_stays_as_it_is() -> None:
    company = seller()
    body, figures = grown(company)
    assert ("contribution" in figures, body["pairs"]) == (False, [])
    assert figures["growth_share"]["text_said"][0] == "What channels took from each other was not measured."
    shown = next(one.kpi for one in role_page(company, Role.OWNER).figures if one.kpi.code == "contribution")
    assert shown.value == shown.low == pytest.approx(PLAIN)
    assert str(shown.text).endswith("what channels took from each other is not taken off.")
    assert body["taken"]["low"] == body["taken"]["high"] == [0] * WEEKS


def test_bounds_leave_an_interval_without_a_figure() -> None:
    company = seller()
    measure(company, "amazon", "shopify", Bounds(0.1, 0.6, "share", 26, "bounds"))
    body, figures = grown(company)
    made = figures["contribution"]
    assert made["value"] is None
    assert (made["low"], made["high"]) == pytest.approx((PLAIN - 0.6 * TAKEN, PLAIN - 0.1 * TAKEN))
    assert body["taken"]["value"] is None
    assert_allclose(made["series"], [13 * 14] * WEEKS)


def test_both_directions_of_two_channels_count_once() -> None:
    company = seller()
    measure(company, "amazon", "shopify", KAPPA)
    measure(company, "shopify", "amazon", KAPPA)
    body, figures = grown(company)
    assert [(one["affecting"], one["affected"]) for one in body["pairs"]] == [("amazon", "shopify")]
    assert figures["contribution"]["value"] == pytest.approx(PLAIN - 0.3 * TAKEN)


def test_countries_are_summed_each_with_its_own_orders() -> None:
    company = make_seller(amazon={"CA": [7] * WEEKS}, shopify={"CA": [7] * WEEKS})
    for channel, many in (("amazon", 2), ("shopify", 1)):
        load_rows(store_of(company, channel), list(sold({"ON": [many] * WEEKS}, country="CA")), "more", at(week(201)))
    post(company)
    build_measured(company)
    measure(company, "amazon", "shopify", KAPPA)
    body, figures = grown(company)
    assert {one["country"] for one in body["pairs"]} == {"US"}
    assert figures["contribution"]["text_said"][1] == {"known": 1, "pairs": 2}
    assert figures["contribution"]["value"] == pytest.approx(13 * 13 * 17 - 0.3 * TAKEN)
    measure(company, "amazon", "shopify", KAPPA, "CA")
    _, figures = grown(company)
    assert figures["contribution"]["value"] == pytest.approx(13 * 13 * 17 - 0.3 * TAKEN * 9 / 7)
    assert "pairs" not in figures["contribution"]["text_said"][1]


def test_growth_that_one_channel_takes_from_another_is_not_growth() -> None:
    company = make_seller(
        amazon={"CA": [1] * 52 + [7] * 14}, shopify={"CA": [1] * 52 + [7] * 14},
    )  # fmt: skip
    build_measured(company)
    measure(company, "amazon", "shopify", Estimate(0.5, 0.5, 0.5, 0.9, "share", 26, "event"))
    _, figures = grown(company)
    # six orders more a week on each, of which amazon's are half the shop's
    made = figures["growth_share"]
    assert made["value"] == pytest.approx(9 / 12)
    assert made["low"] == pytest.approx(9 / 12)


def test_a_year_is_needed_for_growth() -> None:
    company = seller()
    measure(company, "amazon", "shopify", KAPPA)
    assert grown(company)[1]["growth_share"]["text_said"][1] == {"weeks": WEEKS, "least": 65}


def test_net_revenue_is_foreseen_from_what_was_known_before() -> None:
    company = make_seller(amazon={"CA": [10] * 17 + [8] * 13})
    body, figures = grown(company)
    made = figures["predictability"]
    assert made["value"] == pytest.approx(0.25)  # 200.00 a week were foreseen, 160.00 came
    assert body["foreseen"][-13:] == [200] * 13
    assert body["next"]["net"] == [160] * 13
    assert body["next"]["weeks"][0] == f"{week(30)}"
    assert "orders" in body
    assert figures["growth_share"]["text_said"][0] == "No two channels of one country have been compared yet."


def test_few_weeks_are_a_reason() -> None:
    made = grown(make_seller(amazon={"CA": [7] * 20}))[1]["predictability"]
    assert (made["value"], made["text_said"][1]) == (None, {"weeks": 20, "least": 26})


def test_goods_without_a_cost_leave_the_ledgers_reason() -> None:
    company = seller()
    measure(company, "amazon", "shopify", KAPPA)
    LedgerEntry.objects.filter(company=company, kind="cogs", ordered_on=week(14)).delete()
    _, figures = grown(company)
    assert "contribution" not in figures
    shown = next(one.kpi for one in role_page(company, Role.OWNER).figures if one.kpi.code == "contribution")
    assert "lack a cost" in str(shown.text)


def test_the_latest_campaign_that_tells_is_the_halo() -> None:
    company = seller()
    report(company, "halo", "US amazon→shopify brand_campaign 2026-01-05", {"halo": estimate(0.4, 0.2, 0.7)})
    report(company, "halo", "US amazon→shopify brand_campaign 2026-02-02", {"halo": REFUSED})
    made = grown(company)[1]["halo_share"]
    assert (made["value"], made["low"], made["high"]) == (0.4, 0.2, 0.7)


def test_orders_by_channel_are_those_of_the_panels() -> None:
    company = seller()
    found = known(company, books(company))
    assert {channel: one.tolist() for channel, one in found.orders["US"].items()} == {
        "amazon": [7.0] * WEEKS, "shopify": [7.0] * WEEKS,
    }  # fmt: skip
    assert found.pairs == 1


def test_equal_books_compute_nothing_again() -> None:
    company = seller()
    measure(company, "amazon", "shopify", KAPPA)
    first = build_steering(company)
    assert (first.built > 0, build_steering(company).built) == (True, 0)
    measure(company, "amazon", "shopify", Estimate(0.31, 0.2, 0.5, 0.9, "share", 26, "event"))
    assert build_steering(company).built == 1


def test_without_anything_nothing_is_asked() -> None:
    company = make_company()
    build_steering(company)
    assert not Report.objects.filter(company=company, kind="growth").exists()


def test_what_was_taken_is_finite_json() -> None:
    company = seller()
    measure(company, "amazon", "shopify", KAPPA)
    body, _ = grown(company)
    values = [one for side in body["taken"].values() for one in side]
    assert np.isfinite(np.array(values, np.float64)).all()
