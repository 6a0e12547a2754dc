import numpy as np
import pytest
from numpy.typing import NDArray

from reports.analysis.kpi.ratios import ratio_band
from reports.analysis.kpi.slopes import Slope, held, regression, slope

Floats = NDArray[np.float64]


def carrying(generator: np.random.Generator, n: int, carried: float) -> Floats:
    found = generator.normal(size=n + 20)
    for week in range(1, n + 20):
        found[week] += carried * found[week - 1]
    return np.asarray(found[20:] * np.sqrt(1 - carried**2))


def test_a_straight_line_has_its_slope_and_no_band() -> None:
    found = slope(np.linspace(5, -19, 13))
    assert found is not None
    assert (found.value, found.low, found.high, found.n) == pytest.approx((-2, -2, -2, 13))
    assert found.sign == -1


def test_a_slope_is_by_unit_of_x() -> None:
    x = np.array([3.0, 1, 4, 1, 5, 9, 2, 6])
    found = regression(x, 7 + 0.5 * x)
    assert found is not None
    assert found.value == pytest.approx(0.5)


def test_weeks_not_known_are_left_out() -> None:
    series = np.linspace(0, 24, 9)
    series[[2, 5]] = np.nan
    found = slope(series)
    assert found is not None
    assert (found.value, found.n) == pytest.approx((3, 7))


@pytest.mark.parametrize("series", [[], [1.0] * 5, [1.0, np.nan] * 5], ids=["none", "five", "gaps"])
def test_fewer_than_six_weeks_have_no_slope(series: list[float]) -> None:
    assert slope(np.array(series)) is None


def test_a_slope_on_what_does_not_move_is_none() -> None:
    assert regression(np.ones(9), np.arange(9.0)) is None


def test_the_sign_is_0_where_the_band_holds_0() -> None:
    assert [Slope(1, low, high, 9).sign for low, high in ((0.5, 2), (-1, 2), (-3, -1))] == [1, 0, -1]


def test_bands_hold_the_truth_where_weeks_carry_over() -> None:
    generator = np.random.default_rng(11)
    held = {"slope": 0, "ratio": 0}
    for _ in range(400):
        line = slope(carrying(generator, 13, 0.3))
        orders = 50 + 10 * carrying(generator, 13, 0.3)
        ratio = ratio_band(20 * orders + 150 * carrying(generator, 13, 0.3), orders)
        assert line is not None
        assert ratio is not None
        held["slope"] += line.low <= 0 <= line.high
        held["ratio"] += ratio.low <= 20 <= ratio.high
    assert 0.85 <= held["slope"] / 400 <= 0.95
    assert 0.83 <= held["ratio"] / 400 <= 0.95


def test_a_ratio_over_what_may_be_nothing_has_no_ends() -> None:
    assert ratio_band(np.ones(13), np.tile([9.0, -8.5], 7)[:13]) is None
    assert ratio_band(np.ones(13), np.zeros(13)) is None
    assert ratio_band(np.ones(3), np.ones(3)) is None


def test_a_slope_with_another_series_held_is_not_that_series() -> None:
    generator = np.random.default_rng(2)
    spend = np.repeat([10.0, 30, 20, 40, 25, 35], 5)
    series = 3 * spend + generator.normal(size=30)
    alone, apart = slope(series), held(series, spend)
    assert alone is not None
    assert apart is not None
    assert alone.sign == 1
    assert apart.sign == 0
    rising = held(series + 2 * np.arange(30), spend)
    assert rising is not None
    assert rising.value == pytest.approx(2, abs=0.2)


def test_nothing_is_held_that_moves_with_the_weeks_alone() -> None:
    assert held(np.arange(30.0), np.arange(30.0)) is None
    assert held(np.arange(5.0), np.ones(5)) is None
    steady = held(np.arange(30.0), np.ones(30))
    assert steady is not None
    assert steady.value == pytest.approx(1)


def test_a_slope_with_spend_held_covers_nine_of_ten() -> None:
    generator = np.random.default_rng(8)
    inside = 0
    for _ in range(400):
        spend = 10 + np.cumsum(generator.normal(size=26))
        noise = generator.normal(size=26)
        noise[1:] += 0.3 * noise[:-1]
        found = held(2 * spend + 0.1 * np.arange(26) + noise, spend)
        inside += found is None or found.low <= 0.1 <= found.high
    assert inside / 400 > 0.85
