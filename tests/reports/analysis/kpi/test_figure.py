import json

import numpy as np
import pytest

from reports.analysis.estimate import Bounds, CannotTell, Estimate
from reports.analysis.kpi.figure import SPANS, answer_kpi, changes, ratio_kpi, record, share_kpi
from reports.analysis.kpi.names import NAMES
from reports.analysis.kpi.samples import too_few
from reports.analysis.proportions import wilson
from reports.analysis.said import Said

YEARS = np.full(104, 10.0)


def test_a_trend_compares_the_last_weeks_with_as_many_before() -> None:
    top = np.concatenate([np.full(91, 10.0), np.full(13, 12.0)])
    assert changes(top) == pytest.approx({4: 0.0, 13: 0.2, 26: 0.1, 52: 0.05})
    assert changes(top, top) == pytest.approx(dict.fromkeys(SPANS, 0.0))


def test_a_trend_needs_its_weeks_and_something_to_compare_with() -> None:
    assert changes(np.ones(26)) == {4: 0.0, 13: 0.0, 26: None, 52: None}
    assert changes(np.zeros(0)) == dict.fromkeys(SPANS)
    assert changes(np.concatenate([np.zeros(100), np.ones(4)])) == {4: None, 13: None, 26: None, 52: None}
    assert changes(np.concatenate([-YEARS, YEARS])) == {4: 0.0, 13: 0.0, 26: 0.0, 52: 0.0}
    gap = YEARS.copy()
    gap[-6] = np.nan
    assert changes(gap) == dict.fromkeys(SPANS)
    assert changes(YEARS, np.zeros(104)) == dict.fromkeys(SPANS)


def test_a_share_has_wilsons_interval_over_13_weeks_and_says_that_it_rests_on_few() -> None:
    made = share_kpi("cvr", np.full(20, 2.0), np.full(20, 100.0))
    assert (made.value, made.denominator) == (0.02, 1300)
    assert (made.low, made.high) == wilson(26, 1300)
    assert made.flags == (too_few(26, 1300),)
    assert (made.unit, made.text) == ("share", NAMES["cvr"])


def test_a_share_of_nothing_says_so() -> None:
    made = share_kpi("cvr", np.zeros(20), np.zeros(20))
    assert (made.value, made.low, made.high) == (None, None, None)
    assert str(made.text) == "There is nothing to divide by in these weeks."


def test_a_share_of_more_than_all_says_so() -> None:
    made = share_kpi("cvr", np.full(13, 5.0), np.full(13, 4.0))
    assert (made.value, str(made.text)) == (None, "65.0 of 52.0 is no share: they are not counted of the same.")


def test_weeks_not_known_are_left_out_of_a_share() -> None:
    orders, sessions = np.full(13, 2.0), np.full(13, 100.0)
    orders[3], sessions[7] = np.nan, np.nan
    made = share_kpi("cvr", orders, sessions)
    assert (made.value, made.denominator) == (0.02, 1100)


def test_a_record_says_everything_in_both_languages() -> None:
    made = share_kpi("cvr", np.full(13, 2.0), np.full(13, 100.0))
    found = record(made, lambda said: f"中 {said.template}")
    assert list(found) == [
        "kpi", "value", "low", "high", "denominator", "maturity", "unit", "trend_4w", "trend_13w", "trend_26w",
        "trend_52w", "flags", "text_en", "text_zh",
    ]  # fmt: skip
    assert (found["text_en"], found["text_zh"], found["trend_13w"]) == (
        "Orders by session.",
        "中 Orders by session.",
        None,
    )
    assert found["flags"][0]["wrong_en"] == "The rate rests on 26 conversions; 43 are needed."
    assert found["flags"][0]["wrong_zh"] == "中 The rate rests on {conversions} conversions; {needed} are needed."
    assert json.loads(json.dumps(found)) == found


def test_a_ratio_is_of_sums_with_an_interval() -> None:
    orders = np.array([50.0, 40, 60, 55, 45, 50, 52, 48, 51, 49, 53, 47, 50])
    spend = 20 * orders + np.array([30.0, -20, 10, 0, -30, 20, -10, 30, -20, 10, -10, 20, -30])
    made = ratio_kpi("cpa", spend, orders, "USD/order")
    assert made.value == pytest.approx(20.0)
    assert made.low is not None
    assert made.high is not None
    assert 19 < made.low < 20 < made.high < 21


def test_one_huge_order_widens_the_interval_and_stays_finite() -> None:
    orders = np.full(13, 50.0)
    revenue = np.where(np.arange(13) == 6, 1e9, 2_000.0)
    made = ratio_kpi("aov", revenue, orders, "USD/order")
    assert made.low is not None
    assert made.high is not None
    assert made.low < 2_000 / 50
    assert np.isfinite([made.low, made.high]).all()


@pytest.mark.parametrize("weeks", [0, 13])
def test_spend_without_orders_has_no_cost_by_order(weeks: int) -> None:
    made = ratio_kpi("cpa", np.full(weeks, 100.0), np.zeros(weeks), "USD/order")
    assert (made.value, made.low, made.high) == (None, None, None)


def test_orders_without_spend_cost_nothing() -> None:
    assert ratio_kpi("cpa", np.zeros(13), np.full(13, 9.0), "USD/order").value == 0


def test_few_weeks_have_a_value_and_no_interval() -> None:
    made = ratio_kpi("cpa", np.full(3, 100.0), np.full(3, 5.0), "USD/order")
    assert (made.value, made.low, made.high) == (20, None, None)


def test_weeks_not_known_are_left_out_of_a_ratio() -> None:
    spend = np.full(13, 100.0)
    spend[4] = np.nan
    made = ratio_kpi("cpa", spend, np.full(13, 5.0), "USD/order")
    assert (made.value, made.denominator) == (20, 60)


def test_an_answer_keeps_its_ends_and_bounds_have_no_value() -> None:
    made = answer_kpi("ltv12", Estimate(90, 80, np.inf, 0.9, "USD/customer", 400, "cohorts"), 0.7)
    assert (made.value, made.low, made.high, made.denominator, made.maturity) == (90, 80, None, 400, 0.7)
    made = answer_kpi("cannibalisation", Bounds(0.1, 0.6, "share", 40, "identities"))
    assert (made.value, made.low, made.high) == (None, 0.1, 0.6)
    reason = Said("Too few cohorts.")
    made = answer_kpi("ltv12", CannotTell(reason, unit="USD/customer"))
    assert (made.value, made.text, made.unit) == (None, reason, "USD/customer")
