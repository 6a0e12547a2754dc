import numpy as np
import pytest

from reports.analysis.estimate import Bounds, CannotTell, Estimate
from reports.analysis.kpi import growth, roles
from reports.analysis.kpi.figure import SPANS
from reports.analysis.kpi.goals import PAGES, SPARE
from reports.analysis.leads.rates import Rate, waiting
from reports.analysis.said import Said

WEEKS = np.full(104, 1.0)
NONE = np.zeros(0)


def test_attributed_revenue_lies_between_the_lowest_and_the_highest_model() -> None:
    made = roles.attributed_revenue({"last": 10 * WEEKS, "first": 14 * WEEKS, "linear": 11 * WEEKS}, "USD")
    assert (made.value, made.low, made.high, made.denominator, made.unit) == (143, 130, 182, 3, "USD")
    assert made.trend == pytest.approx(dict.fromkeys(SPANS, 0.0))
    assert roles.attributed_revenue({}, "USD").value is None


def test_contribution_is_the_ledgers_sum_less_what_was_taken() -> None:
    made = roles.contribution(100 * WEEKS, "USD")
    assert (made.value, made.low, made.high) == (1300, 1300, 1300)
    taken = Estimate(200, 50, 400, 0.9, "USD", 26, "event")
    made = roles.contribution(100 * WEEKS, "USD", taken)
    assert (made.value, made.low, made.high) == (1100, 900, 1250)
    assert roles.contribution(100 * WEEKS, "USD", CannotTell(Said("No event."))).value == 1300
    bounds = roles.contribution(100 * WEEKS, "USD", Bounds(50, 400, "USD", 26, "bounds"))
    assert (bounds.value, bounds.low, bounds.high) == (None, 900, 1250)
    assert roles.contribution(NONE, "USD").value is None


def test_payback_is_told_beside_ltv_by_cac() -> None:
    answer = Estimate(3.1, 2.2, 4.0, 0.9, "ratio", 500, "cohorts")
    assert str(roles.ltv_cac(answer, 0.8, 5).text).endswith("paid back in month 5.")
    assert str(roles.ltv_cac(answer, 0.8, None).text).endswith("not paid back yet.")


def test_retention_names_its_month() -> None:
    made = roles.retention(np.full(13, 12.0), np.full(13, 100.0), 3, 1.0)
    assert made.value == 0.12
    assert str(made.text) == "Share of customers who bought again in their month 3."
    assert roles.retention(NONE, NONE, 3, 0.0).value is None


def test_opportunities_of_young_weeks_stand_for_those_to_come() -> None:
    ripe = np.concatenate([np.ones(9), [0.8, 0.5, 0.25, 0.1]])
    made = roles.cost_per_opportunity(np.full(13, 100.0), 10 * ripe, ripe, "USD")
    assert made.value == pytest.approx(10.0)
    assert made.denominator == pytest.approx(120)
    assert made.maturity == pytest.approx(ripe.mean())
    assert roles.qualified_cpl(np.full(13, 100.0), np.zeros(13), ripe, "USD").value is None


def test_attribution_spread_is_between_models() -> None:
    made = roles.attribution_spread({"last": 0.3 * WEEKS, "first": 0.5 * WEEKS, "markov": 0.35 * WEEKS})
    assert made.value == pytest.approx(0.2)
    assert roles.attribution_spread({"last": WEEKS}).value is None


def test_cost_by_order_says_that_it_rests_on_few() -> None:
    made = roles.cpa(np.full(13, 100.0), np.full(13, 2.0), "USD")
    assert (made.value, made.denominator) == (50, 26)
    assert [(flag.rule, flag.fired) for flag in made.flags] == [("K2", True)]


def test_purchase_frequency_is_of_the_last_twelve_months() -> None:
    made = roles.purchase_frequency(np.array([100.0, 150]), np.array([90.0, 100]))
    assert (made.value, made.low, made.denominator) == (1.5, None, 100)


def test_value_by_1000_impressions() -> None:
    assert roles.value_per_mille(np.full(13, 20.0), np.full(13, 10_000.0), "USD").value == pytest.approx(2.0)


def test_rates_come_weighted_by_maturity() -> None:
    made = roles.rate("lead_to_customer", Rate(0.08, 0.06, 0.1, 0.05, 1000, 50, 625))
    assert (made.value, made.low, made.high, made.denominator, made.maturity) == (0.08, 0.06, 0.1, 625, 0.625)
    assert made.flags[0].fired is False
    assert roles.rate("lead_to_customer", Rate(0, 0, 1, 0, 0, 0, 0)).value is None


def test_cycle_length_is_the_median_of_those_won() -> None:
    days = np.array([5.0, 10, 20, 30, 90, 90, 90, 90])
    made = roles.cycle_length(waiting(days, days < 90))
    assert made.value == 10
    assert made.unit == "days"
    assert str(roles.cycle_length(waiting(days, days < 0)).text) == "No lead was won yet."


def test_a_few_bots_are_no_lack_of_data() -> None:
    made = roles.bot_share(np.full(13, 1.0), np.full(13, 1000.0))
    assert (made.value, made.flags) == (0.001, ())


@pytest.mark.parametrize("weeks", [0, 20])
def test_nothing_at_all_is_never_an_infinity(weeks: int) -> None:
    zero = np.zeros(weeks)
    made = [
        roles.cac(zero, zero, "USD"), roles.mer(zero, zero), roles.non_brand_share(zero, zero), roles.tacos(zero, zero),
        roles.demand_capture(zero, zero), roles.customer_quality(zero, zero, "USD"), roles.acos(zero, zero),
        roles.funnel(zero, zero, "USD/session"), roles.cvr(zero, zero), roles.stocked_cvr(zero, zero),
        roles.cpa(zero, zero, "USD"), roles.aov(zero, zero, "USD"), roles.purchase_frequency(zero, zero),
        roles.value_per_mille(zero, zero, "USD"), roles.bot_share(zero, zero), roles.closed_loop(zero, zero),
        roles.revenue_per_lead(zero, zero, "USD", 0.0), roles.qualified_cpl(zero, zero, zero, "USD"),
        roles.cost_per_opportunity(zero, zero, zero, "USD"), roles.retention(zero, zero, 1, 0.0),
    ]  # fmt: skip
    assert {(one.value, one.low, one.high) for one in made} == {(None, None, None)}
    assert all(one.trend == dict.fromkeys(SPANS) for one in made)


def test_every_figure_of_a_page_can_be_made() -> None:
    codes = {code for pages in (PAGES, SPARE) for of in pages.values() for code in of}
    rates = {"qualification_rate", "lead_to_customer"}
    assert {code for code in codes - rates if not (hasattr(roles, code) or hasattr(growth, code))} == set()
