import numpy as np
import pytest

from reports.analysis.estimate import Bounds, CannotTell, Estimate
from reports.analysis.kpi import growth
from reports.analysis.said import Said


def test_growth_share_is_of_the_difference_to_a_year_ago() -> None:
    generator = np.random.default_rng(1)
    total = np.concatenate([np.full(13, 100.0), np.full(39, 110.0), np.full(13, 150.0) + generator.normal(size=13)])
    incremental = np.concatenate([np.full(52, 10.0), np.full(13, 30.0)])
    made = growth.growth_share(incremental, total)
    assert made.value == pytest.approx(20 / 50, abs=0.01)
    assert made.low is not None
    assert made.low < 0.4 < (made.high or 0)


def test_growth_share_of_no_growth_is_none() -> None:
    assert str(growth.growth_share(np.ones(65), 100 - np.arange(65.0)).text).startswith("Contribution did not grow")
    assert str(growth.growth_share(np.ones(30), np.ones(30)).text) == "30 weeks are known; 65 are needed."
    assert growth.growth_share(np.full(65, np.nan), np.ones(65)).value is None


def test_predictability_is_the_mean_error_of_forecasts() -> None:
    actual = np.full(13, 100.0)
    made = growth.predictability(actual + np.tile([10.0, -20], 7)[:13], actual)
    assert made.value == pytest.approx((7 * 0.1 + 6 * 0.2) / 13)
    assert growth.predictability(actual, np.zeros(13)).value is None


def test_growth_share_has_the_error_of_what_was_taken() -> None:
    total = np.concatenate([np.full(52, 100.0), np.full(13, 150.0)])
    own = np.concatenate([np.full(52, 100.0), np.full(13, 140.0)])
    grew = Estimate(130, 65, 325, 0.9, "USD", 26, "event")
    made = growth.growth_share(own, total, grew)
    assert (made.value, made.low, made.high) == pytest.approx((0.8, 0.5, 0.9))
    bounds = growth.growth_share(own, total, Bounds(65, 325, "USD", 26, "bounds"))
    assert bounds.value is None
    assert (bounds.low, bounds.high) == pytest.approx((0.5, 0.9))
    assert growth.growth_share(own, total, CannotTell(Said("No."))).low == pytest.approx(0.8)
