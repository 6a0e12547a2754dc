import numpy as np
import pytest
from numpy.testing import assert_allclose

from reports.analysis.forecast import forecast, forecasts

YEAR = 100 + 50 * np.sin(2 * np.pi * np.arange(52) / 52)


def test_last_years_weeks_at_the_level_of_the_last_quarter() -> None:
    known = np.concatenate([YEAR, 1.2 * YEAR[:26]])
    assert_allclose(forecast(known), 1.2 * YEAR[26:39])
    assert_allclose(forecast(known, 4), 1.2 * YEAR[26:30])


@pytest.mark.parametrize("weeks", [13, 26, 64])
def test_without_a_year_it_is_the_mean_of_a_quarter(weeks: int) -> None:
    known = np.arange(float(weeks))
    assert_allclose(forecast(known), known[-13:].mean())


def test_without_a_level_nothing_is_foreseen() -> None:
    assert np.isnan(forecast(np.zeros(0))).all()
    assert np.isnan(forecast(np.ones(8))).all()
    known = np.ones(30)
    known[-13:-3] = np.nan
    assert np.isnan(forecast(known)).all()


def test_a_year_that_lost_money_is_no_measure() -> None:
    known = np.concatenate([np.full(60, -5.0), np.full(20, 10.0)])
    assert_allclose(forecast(known), known[-13:].mean())


def test_weeks_that_were_not_known_a_year_ago_are_not_foreseen() -> None:
    known = np.concatenate([YEAR, YEAR[:26]])
    known[30] = np.nan
    found = forecast(known)
    assert np.isnan(found[4])
    assert np.isfinite(np.delete(found, 4)).all()


def test_a_forecast_sees_nothing_of_its_weeks() -> None:
    generator = np.random.default_rng(3)
    series = generator.uniform(50, 150, 120)
    found = forecasts(series)
    assert len(found) == 120
    assert np.isnan(found[:16]).all()  # 120 = 8 × 13 + 16, of which the last 13 are known when it begins
    assert np.isfinite(found[16:]).all()
    assert_allclose(found[-13:], forecast(series[:-13]))
    later = series.copy()
    later[-13:] = 0
    assert_allclose(forecasts(later)[-13:], found[-13:])


def test_no_or_few_weeks_have_no_forecasts() -> None:
    assert len(forecasts(np.zeros(0))) == 0
    assert np.isnan(forecasts(np.ones(20))).all()
