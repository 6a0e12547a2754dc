import numpy as np
import pytest
from numpy.typing import NDArray

from reports.analysis.kpi.leads import bots, cheap_leads, closed_loop, unlike_ages

Floats = NDArray[np.float64]


def values(leads: int, won: int, each: float) -> Floats:
    found = np.zeros(leads)
    found[:won] = each
    return found


# Facebook: 400 leads at 10 and 4 orders; search: 100 leads at 40 and 20 orders.
CHEAP = [values(400, 4, 150), values(100, 20, 900)]
SPEND = np.array([4000.0, 4000.0])


def test_k3_fires_where_cheap_leads_bring_no_revenue() -> None:
    flag = cheap_leads(["social", "search"], SPEND, CHEAP)
    assert (flag.rule, flag.fired) == ("K3", True)
    assert str(flag.wrong) == "Leads of social are cheaper than those of search but earn less (99 % sure)."
    assert flag.figures["p_inversion"] == 1.0
    assert flag.figures["tau"] == -1.0


def test_k3_passes_where_cheap_leads_are_worth_more() -> None:
    flag = cheap_leads(["social", "search"], SPEND, [values(400, 40, 900), values(100, 4, 150)])
    assert flag.fired is False
    assert flag.figures["tau"] == 1.0
    assert flag.figures["p_inversion"] < 0.05


def test_k3_does_not_fire_for_what_luck_may_have_turned_round() -> None:
    flag = cheap_leads(["a", "b"], SPEND, [values(110, 5, 900), values(100, 6, 900)])
    assert flag.figures["tau"] == -1.0
    assert flag.fired is False


def test_k3_fires_for_an_order_that_runs_backwards_as_a_whole() -> None:
    leads = [values(n, won, 300) for n, won in ((400, 9), (330, 11), (270, 13), (220, 16), (180, 20))]
    flag = cheap_leads(list("abcde"), np.full(5, 4000.0), leads)
    assert flag.fired
    assert flag.figures["tau"] == -1.0
    assert flag.figures["p_tau_negative"] > 0.9


def test_k3_draws_are_the_same_each_time() -> None:
    assert cheap_leads(["a", "b"], SPEND, CHEAP, 7).figures == cheap_leads(["a", "b"], SPEND, CHEAP, 7).figures


def test_k3_counts_leads_without_spend_and_spend_without_leads() -> None:
    flag = cheap_leads(["free", "none", "a"], np.array([0.0, 500.0, 100.0]), [*CHEAP[:1], np.zeros(0), CHEAP[1]])
    assert flag.fired is None
    assert flag.figures == {"leads_without_spend": 400, "spend_without_leads": 500}
    assert cheap_leads([], np.zeros(0), []).fired is None


def test_k3_takes_no_lead_without_a_value() -> None:
    with pytest.raises(ValueError, match="every lead has its contribution"):
        cheap_leads(["a"], np.array([1.0]), [np.array([np.nan])])
    with pytest.raises(ValueError, match="Spend is at least 0"):
        cheap_leads(["a"], np.array([-1.0]), [np.array([1.0])])


def test_k3_is_not_swayed_by_one_huge_order() -> None:
    one = values(400, 1, 1e9)
    flag = cheap_leads(["lucky", "steady"], SPEND, [values(100, 20, 900), one])
    assert flag.fired is False
    assert all(np.isfinite(list(flag.figures.values())))


def test_k4_fires_where_maturity_differs_by_more_than_a_tenth() -> None:
    flag = unlike_ages({"old": 0.95, "new": 0.31})
    assert (flag.rule, flag.fired) == ("K4", True)
    assert str(flag.wrong) == "Leads of new have had 31 % of their time, those of old 95 %."


def test_k4_passes_where_all_are_of_an_age() -> None:
    assert unlike_ages({"a": 0.95, "b": 0.85}).fired is False
    assert unlike_ages({"a": 0.95}).fired is None


def test_k5_fires_where_a_tenth_may_be_bots() -> None:
    flag = bots(["a", "b"], np.array([100.0, 100.0]), np.array([100.0, 50.0]), np.array([30.0, 0.0]))
    assert (flag.rule, flag.fired) == ("K5", True)
    assert flag.figures["bot_share"] == 0.2
    assert flag.figures["true_cost_per_lead"] == pytest.approx(200 / 120)
    assert str(flag.wrong) == "20 % of the leads look like bots; it may be 26 %."


def test_k5_fires_where_bots_change_the_order() -> None:
    leads, flagged = np.array([1000.0, 980.0]), np.array([60.0, 0.0])
    flag = bots(["a", "b"], np.array([1000.0, 1000.0]), leads, flagged)
    assert flag.fired
    assert str(flag.wrong) == "By cost per lead a stands before b; without bots it is the reverse."


def test_k5_passes_where_few_are_bots() -> None:
    flag = bots(["a", "b"], np.array([100.0, 100.0]), np.array([1000.0, 500.0]), np.array([20.0, 10.0]))
    assert flag.fired is False


def test_k5_cannot_rule_bots_out_of_few_leads() -> None:
    assert bots(["a"], np.array([9.0]), np.array([9.0]), np.array([0.0])).fired is None
    assert bots([], np.zeros(0), np.zeros(0), np.zeros(0)).fired is None


def test_k5_has_no_cost_of_people_where_all_are_bots() -> None:
    flag = bots(["a"], np.array([9.0]), np.array([50.0]), np.array([50.0]))
    assert flag.fired
    assert "true_cost_per_lead" not in flag.figures
    with pytest.raises(ValueError, match="part of the leads"):
        bots(["a"], np.array([9.0]), np.array([5.0]), np.array([6.0]))


AGE = np.array([10.0] * 20 + [200.0] * 80)


def test_k15_fires_where_old_leads_have_no_outcome() -> None:
    flag = closed_loop(np.arange(100) >= 70, AGE, 90, 95, 100, np.arange(100.0))
    assert (flag.rule, flag.fired) == ("K15", True)
    assert str(flag.wrong) == "Blind: of 50 % of the leads nobody knows what became."
    assert flag.figures == {
        "coverage": 0.5,
        "leads": 100,
        "revenue_with_source": 0.95,
        "latency_p90": pytest.approx(89.1),
    }


def test_k15_fires_where_revenue_has_no_source() -> None:
    flag = closed_loop(np.ones(100, bool), AGE, 90, 60, 100, np.zeros(0))
    assert str(flag.wrong) == "Blind: only 60 % of the revenue has a source."


def test_k15_passes_where_leads_are_young_or_known() -> None:
    assert closed_loop(np.arange(100) >= 35, AGE, 90, 95, 100, np.arange(100.0)).fired is False
    assert closed_loop(np.ones(100, bool), AGE, 90, 0, 0, np.zeros(0)).fired is False


def test_k15_cannot_tell_how_long_leads_take() -> None:
    assert closed_loop(np.ones(3, bool), np.ones(3), np.inf, 1, 1, np.zeros(0)).fired is None
    assert closed_loop(np.zeros(0, bool), np.zeros(0), 90, 0, 0, np.zeros(0)).fired is None
