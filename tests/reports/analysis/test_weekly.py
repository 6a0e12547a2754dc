"""Weekly series: what is not known is not zero, and parts add up to their total."""

from datetime import date, timedelta

import numpy as np
import pytest
from numpy.testing import assert_allclose

from reports.analysis import weekly

WEEKS = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(4)]


def test_weeks_without_sums_are_zero_and_unknown_ones_are_not() -> None:
    found = weekly.by_week({WEEKS[0]: 3.0, WEEKS[2]: 5.0, date(2020, 1, 6): 9.0}, WEEKS, {WEEKS[2]})
    assert_allclose(found, [3, 0, np.nan, 0])


@pytest.mark.parametrize("seed", range(5))
def test_classes_add_up_to_the_total_whatever_reports_tell(seed: int) -> None:
    rng = np.random.default_rng(seed)
    total = rng.choice([0.0, 1.0, 50.0, 1e9, -3.0, np.nan], 200)
    told = {one: rng.choice([0.0, 0.5, 40.0, 1e9, np.nan, -2.0], 200) for one in weekly.CLASSES}
    parts = weekly.split(total, told)
    assert_allclose(sum(parts.values()), total, atol=1e-6)
    known = np.isfinite(total) & (total >= 0)
    for of in parts.values():
        assert (of[known] >= -1e-6).all()


def test_what_reports_do_not_tell_is_unknown_and_what_is_beyond_the_total_is_cut() -> None:
    told = {"brand": np.array([30.0, 30.0]), "non_brand": np.array([10.0, 10.0]), "unknown": np.array([0.0, 0.0])}
    parts = weekly.split(np.array([100.0, 20.0]), told)
    assert_allclose(parts["brand"], [30, 15])
    assert_allclose(parts["non_brand"], [10, 5])
    assert_allclose(parts["unknown"], [60, 0], atol=1e-12)


def test_ratios_without_a_denominator_are_none() -> None:
    found = weekly.ratio(np.array([1.0, 2.0, np.nan]), np.array([2.0, 0.0, 1.0]))
    assert weekly.shown(found) == (0.5, None, None)
    assert len(weekly.shown(np.ones(80))) == 52


def test_maturity_is_the_share_of_time_had() -> None:
    assert weekly.maturity(13, 4) == pytest.approx((0 + 0.25 + 0.5 + 0.75 + 9) / 13)
    assert weekly.maturity(0, 4) == 0
