"""Weekly series: what is not known is not zero."""

from datetime import date, timedelta

import numpy as np
import pytest
from numpy.testing import assert_allclose

from reports.analysis import weekly

WEEKS = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(4)]


def test_weeks_without_sums_are_zero_and_unknown_ones_are_not() -> None:
    found = weekly.by_week({WEEKS[0]: 3.0, WEEKS[2]: 5.0, date(2020, 1, 6): 9.0}, WEEKS, {WEEKS[2]})
    assert_allclose(found, [3, 0, np.nan, 0])


def test_ratios_without_a_denominator_are_none() -> None:
    found = weekly.ratio(np.array([1.0, 2.0, np.nan]), np.array([2.0, 0.0, 1.0]))
    assert weekly.shown(found) == (0.5, None, None)
    assert len(weekly.shown(np.ones(80))) == 52


def test_maturity_is_the_share_of_time_had() -> None:
    assert weekly.maturity(13, 4) == pytest.approx((0 + 0.25 + 0.5 + 0.75 + 9) / 13)
    assert weekly.maturity(0, 4) == 0
