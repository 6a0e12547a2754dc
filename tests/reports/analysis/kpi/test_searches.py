import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reports.analysis.kpi.searches import index_told, together


def test_places_that_tell_the_same_measure_are_summed() -> None:
    told = {"clicks": [np.ones(3)], "volume": [np.array([5.0, np.nan, 7.0]), np.array([1.0, 2.0, 3.0])]}
    assert_array_equal(together(told, ("volume", "impressions", "clicks"), 3), [6, np.nan, 10])
    assert_array_equal(together({}, ("volume",), 2), [np.nan, np.nan])


def test_the_index_is_of_the_first_quarter_that_is_known() -> None:
    found = index_told(np.concatenate([np.full(20, 9.0), [np.nan], np.full(13, 50.0), np.full(38, 75.0)]))
    assert len(found["index"]) == 52
    assert found["index"][:2] == (None, 100)
    assert found["index"][-1] == 150
    assert found["trend"][13] == pytest.approx(0)


def test_growth_has_a_slope_beyond_chance() -> None:
    found = index_told(np.array([100 * 1.02**week for week in range(30)], np.float64))
    assert found["slope"]["low"] > 0.01
    assert found["trend"][13] == pytest.approx(1.02**13 - 1)


@pytest.mark.parametrize("searches", [[], [np.nan] * 20, [0.0] * 20], ids=["none", "unknown", "zero"])
def test_nothing_has_no_index(searches: list[float]) -> None:
    found = index_told(np.array(searches, np.float64))
    assert set(found["index"]) <= {None}
    assert found["slope"] is None
