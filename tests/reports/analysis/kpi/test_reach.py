import numpy as np
import pytest

from reports.analysis.kpi.reach import clicks_without_value, elasticity, value_per_mille, vanity

NAMES = list("abcde")
SHOWN = np.full(5, 10_000.0)
CLICKS = np.array([900.0, 300, 280, 260, 240])
NONE = np.zeros(0)
AOV, MARGIN = np.full(5, 50.0), np.full(5, 0.4)


def test_value_per_mille_is_the_product_of_its_parts() -> None:
    found = value_per_mille(SHOWN, CLICKS, np.full(5, 9.0), AOV, MARGIN)
    assert found == pytest.approx(1000 * (CLICKS / SHOWN) * (9 / CLICKS) * 50 * 0.4)
    assert np.isnan(value_per_mille(np.zeros(1), np.zeros(1), np.zeros(1), AOV[:1], MARGIN[:1])).all()


def test_k6_fires_where_many_clicks_bring_little() -> None:
    flag = clicks_without_value(NAMES, SHOWN, CLICKS, np.array([2.0, 9, 8, 9, 7]), AOV, MARGIN)
    assert (flag.rule, flag.fired) == ("K6", True)
    assert str(flag.wrong) == "a is among the most clicked, yet brings less by impression than most others."
    assert flag.figures["value_per_mille"] == pytest.approx(4.0)
    assert flag.figures["median_value_per_mille"] == pytest.approx(16.0)


def test_k6_fires_where_visitors_leave_at_once_and_do_not_buy() -> None:
    clicks, won = np.array([300.0, 300, 300, 300, 400]), np.array([2.0, 20, 20, 20, 27])
    flag = clicks_without_value(NAMES, SHOWN, clicks, won, AOV, MARGIN, np.array([290.0, 90, 80, 70, 60]))
    assert flag.fired
    assert str(flag.wrong) == "Visitors of a leave at once and buy less often than others."


def test_k6_passes_where_clicks_bring_value() -> None:
    won = np.array([30.0, 9, 8, 9, 7])
    assert clicks_without_value(NAMES, SHOWN, CLICKS, won, AOV, MARGIN, np.full(5, 30.0)).fired is False


def test_k6_does_not_fire_for_what_may_be_luck() -> None:
    won = np.array([2.0, 3, 4, 3, 3])
    assert clicks_without_value(NAMES, SHOWN, CLICKS, won, AOV, MARGIN).fired is False


def test_k6_fires_for_clicks_that_never_sold() -> None:
    aov = np.array([np.nan, 50, 50, 50, 50])
    assert clicks_without_value(NAMES, SHOWN, CLICKS, np.array([0.0, 9, 8, 9, 7]), aov, MARGIN).fired
    assert clicks_without_value(NAMES, SHOWN, CLICKS, np.zeros(5), np.full(5, np.nan), MARGIN).fired is False


def test_k6_cannot_tell_of_few_rows() -> None:
    assert clicks_without_value([], NONE, NONE, NONE, NONE, NONE).fired is None
    assert clicks_without_value(NAMES, np.zeros(5), np.zeros(5), np.zeros(5), AOV, MARGIN).fired is None
    with pytest.raises(ValueError, match="of clicks"):
        clicks_without_value(NAMES, SHOWN, CLICKS, CLICKS + 1, AOV, MARGIN)


WEEKS = np.arange(13.0)
GROWING = 10_000 * 1.05**WEEKS
NOISE = np.random.default_rng(5).normal(size=(2, 13))


def test_k7_fires_where_impressions_grow_and_nothing_follows() -> None:
    flag = vanity(GROWING, 500 + 20 * NOISE[0], 9_000 + 300 * NOISE[1])
    assert (flag.rule, flag.fired) == ("K7", True)
    assert str(flag.wrong) == "Impressions grew by 55 %; neither brand searches nor contribution followed."
    assert flag.figures["searches_low"] <= 0 <= flag.figures["searches_high"]


def test_k7_passes_where_searches_follow() -> None:
    assert vanity(GROWING, 500 * 1.04**WEEKS + 5 * NOISE[0], 9_000 + 300 * NOISE[1]).fired is False


def test_k7_passes_where_impressions_did_not_grow() -> None:
    assert vanity(np.full(13, 10_000.0), 500 + NOISE[0], 9_000 + NOISE[1]).fired is False


def test_k7_cannot_tell_without_the_weeks() -> None:
    assert vanity(GROWING[:8], NOISE[0][:8], NOISE[1][:8]).fired is None
    assert vanity(np.zeros(13), NOISE[0], NOISE[1]).fired is None
    assert vanity(GROWING, np.full(13, np.nan), NOISE[1]).fired is None


def test_elasticity_of_what_follows_in_proportion_is_about_1() -> None:
    found = elasticity(GROWING, GROWING / 20)
    assert found is not None
    assert found.value == pytest.approx(1.0, abs=0.02)
