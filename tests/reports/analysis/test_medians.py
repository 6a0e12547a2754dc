"""The middle of values with the ends that drawing them anew would give."""

import numpy as np
import pytest

from reports.analysis.medians import FEWEST, median


@pytest.mark.parametrize("n", [11, 41, 201])
def test_ends_are_those_of_drawing_anew(n: int) -> None:
    generator = np.random.default_rng(n)
    values = np.exp(generator.normal(3, 0.8, n))
    drawn = np.quantile(np.median(generator.choice(values, (20_000, n)), axis=1), [0.05, 0.95])
    made = median(values)
    assert made is not None
    assert made[0] == np.median(values)
    order = np.sort(values)
    for end, of_draws in zip(made[1:], drawn, strict=True):
        assert abs(int(np.searchsorted(order, end)) - int(np.searchsorted(order, of_draws))) <= 1


def test_an_even_number_has_ends_on_both_sides_of_its_middle() -> None:
    made = median(np.arange(40.0))
    assert made is not None
    assert made[0] == 19.5
    assert made[1] < 15
    assert made[2] == pytest.approx(39 - made[1])


def test_too_few_or_unknown_values_have_no_middle() -> None:
    assert median(np.ones(FEWEST - 1)) is None
    assert median(np.array([1.0] * 20 + [np.nan])) is None
    assert median(np.ones(FEWEST)) == (1, 1, 1)


def test_the_truth_is_within_nine_times_in_ten() -> None:
    generator = np.random.default_rng(3)
    made = [median(np.exp(generator.normal(3, 0.8, 61))) for _ in range(2000)]
    held = np.mean([one is not None and one[1] <= np.exp(3) <= one[2] for one in made])
    assert 0.87 <= held <= 0.95
