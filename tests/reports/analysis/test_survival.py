"""Kaplan–Meier and Wilson against figures worked by hand and against published ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.analysis.proportions import wilson
from reports.analysis.survival import kaplan_meier


def test_wilson_of_five_in_ten_and_three_hundred_in_a_thousand() -> None:
    assert wilson(5, 10) == pytest.approx((0.269, 0.731), abs=5e-4)
    assert wilson(300, 1_000) == pytest.approx((0.277, 0.324), abs=5e-4)
    assert wilson(0, 0) == (0.0, 1.0)


@given(st.integers(1, 500), st.data())
def test_wilson_holds_the_share_and_stays_within_one(trials: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, trials))
    low, high = wilson(successes, trials)
    assert 0 <= low <= successes / trials + 1e-12
    assert successes / trials - 1e-12 <= high <= 1


def test_the_curve_of_five_worked_by_hand() -> None:
    # 1 happens (5 at risk), 2 is censored, 3 happens (3 at risk), 4 happens (2 at risk), 5 is censored
    curve = kaplan_meier(np.array([1.0, 2, 3, 4, 5]), np.array([True, False, True, True, False]))
    assert curve.times.tolist() == [1, 3, 4]
    assert curve.done == pytest.approx([1 / 5, 1 - 4 / 5 * 2 / 3, 1 - 4 / 5 * 2 / 3 / 2])
    assert (curve.low <= curve.done).all()
    assert (curve.done <= curve.high).all()
    assert curve.by(np.array([0.5, 1, 3.5, 99])) == pytest.approx([0, 1 / 5, 1 - 8 / 15, 1 - 4 / 15])


def test_without_censoring_it_is_the_share_so_far() -> None:
    times = np.array([3.0, 1, 2, 2])
    curve = kaplan_meier(times, np.ones(4, bool))
    assert curve.done == pytest.approx([0.25, 0.75, 1.0])
    assert curve.quantile(0.5)[0] == 2


def test_a_share_that_is_never_reached_takes_for_ever() -> None:
    curve = kaplan_meier(np.array([1.0, 5, 5, 5]), np.array([True, False, False, False]))
    assert curve.quantile(0.5)[0] == float("inf")
    assert kaplan_meier(np.empty(0), np.empty(0, bool)).by(np.array([1.0])).tolist() == [0.0]


def test_time_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="before the beginning"):
        kaplan_meier(np.array([-1.0]), np.array([True]))
