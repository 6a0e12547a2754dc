import numpy as np
import pytest

from reports.analysis.kpi.spans import comfort, local_win, proxy_drift, spike_without_base

WEEKS = np.arange(8.0)
FALLING = 1000 - 40.0 * WEEKS
WOBBLE = np.array([1.0, -2, 2, -1, 1, 0, -1, 1])


def test_k10_fires_where_the_campaign_gets_cheaper_and_the_whole_falls() -> None:
    flag = local_win(FALLING, np.full(8, 50.0), 9_000 - 300.0 * WEEKS + 40 * WOBBLE)
    assert (flag.rule, flag.fired) == ("K10", True)
    assert flag.figures["cost_high"] < 0
    assert flag.figures["contribution_high"] < 0


def test_k10_passes_where_the_whole_does_not_surely_fall() -> None:
    assert local_win(FALLING, np.full(8, 50.0), 9_000 + 300.0 * WEEKS + 40 * WOBBLE).fired is False
    assert local_win(FALLING, np.full(8, 50.0), 9_000 - 3.0 * WEEKS + 400 * WOBBLE).fired is False
    assert local_win(FALLING[::-1], np.full(8, 50.0), 9_000 - 300.0 * WEEKS).fired is False


def test_k10_leaves_weeks_without_conversions_out() -> None:
    conversions = np.array([50.0, 0, 50, 0, 50, 0, 50, 50])
    assert local_win(FALLING, conversions, 9_000 - 300.0 * WEEKS).fired is None
    assert local_win(np.zeros(0), np.zeros(0), np.zeros(0)).fired is None


BEFORE = np.array([10.0, -10, 10, -10, 10, -10, 10, -10])


def test_k12_fires_where_the_uplift_is_gone_after_four_weeks() -> None:
    flag = spike_without_base(BEFORE, np.array([100.0] * 4 + [5.0] * 9))
    assert (flag.rule, flag.fired) == ("K12", True)
    assert flag.figures["persistence"] == pytest.approx(0.05)
    assert str(flag.wrong) == "Spike without base: 5 % of the uplift is left after week 4."


def test_k12_passes_where_the_uplift_lasts() -> None:
    assert spike_without_base(BEFORE, np.array([100.0] * 4 + [60.0] * 9)).fired is False


def test_k12_cannot_tell_before_its_time_or_without_an_uplift() -> None:
    assert spike_without_base(BEFORE, np.full(12, 100.0)).fired is None
    assert spike_without_base(BEFORE[:7], np.full(13, 100.0)).fired is None
    assert spike_without_base(BEFORE, np.full(13, 2.0)).fired is None
    assert spike_without_base(BEFORE, np.zeros(13)).fired is None


FILLS = np.array([10.0, 20, 30, 40, 50, 60, 70, 80])


def test_k16_fires_where_a_fill_brings_less_and_gets_more() -> None:
    weeks = np.arange(13.0)
    flag = proxy_drift(FILLS, FILLS, 50 - 2.0 * weeks + np.sin(weeks), 0.2 + 0.04 * weeks)
    assert (flag.rule, flag.fired) == ("K16", True)
    assert str(flag.wrong).startswith("Goodhart drift")
    assert flag.figures["validity"] == pytest.approx(1.0)


def test_k16_fires_where_campaigns_with_more_fills_bring_less() -> None:
    flag = proxy_drift(FILLS, -FILLS, np.full(13, 50.0), np.full(13, 0.2))
    assert flag.fired
    assert str(flag.wrong) == "Campaigns with more form fills bring less contribution."


def test_k16_passes_where_fills_stand_for_contribution() -> None:
    weeks = np.arange(13.0)
    assert proxy_drift(FILLS, 3 * FILLS, 50 + np.sin(weeks), 0.2 + 0.04 * weeks).fired is False


def test_k16_cannot_tell_of_few_weeks() -> None:
    assert proxy_drift(FILLS, FILLS, np.ones(3), np.ones(3)).fired is None
    assert proxy_drift(*[np.zeros(0)] * 4).fired is None


def test_k18_fires_where_green_goes_with_falling_contribution() -> None:
    flag = comfort(np.ones(26, bool), 9_000 - 50.0 * np.arange(26.0))
    assert (flag.rule, flag.fired) == ("K18", True)
    assert str(flag.wrong) == "At goal in 26 of 26 weeks while contribution did not rise."


def test_k18_passes_where_contribution_rises_or_goals_are_missed() -> None:
    weeks = np.arange(26.0)
    assert comfort(np.ones(26, bool), 9_000 + 50.0 * weeks).fired is False
    assert comfort(weeks % 10 > 0, 9_000 - 50.0 * weeks).fired is False


def test_k18_cannot_tell_of_less_than_half_a_year() -> None:
    assert comfort(np.ones(25, bool), np.ones(25)).fired is None
    assert comfort(np.ones(26, bool), np.full(26, np.nan)).fired is None
