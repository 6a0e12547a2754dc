"""Who was exposed to a launch: where a channel came to sell, not where it had been selling all along."""

from datetime import date, timedelta

import numpy as np

from reports.analysis.comparison import Comparison
from reports.analysis.refusals import CONTAMINATED, clean, exposures

BEFORE, AFTER, TREATED, REGIONS = 30, 20, 6, 18


def made(controls: np.ndarray, seed: int = 1) -> Comparison:
    """Six regions where B comes to sell 3 a week beside A's 5, and others where it sells as told (regions × weeks)."""
    chance = np.random.default_rng(seed)
    weeks = tuple(date(2025, 1, 6) + timedelta(weeks=n) for n in range(BEFORE + AFTER))
    expected = np.zeros((REGIONS, len(weeks)))
    expected[:TREATED, BEFORE:] = 3.0
    expected[TREATED:] = controls
    return Comparison(
        weeks, tuple(f"R{n}" for n in range(REGIONS)), np.arange(REGIONS) < TREATED,
        chance.poisson(5.0, (REGIONS, len(weeks))).astype(float), chance.poisson(expected).astype(float), BEFORE,
    )  # fmt: skip


def level(before: float, after: float) -> np.ndarray:
    return np.repeat([[before] * BEFORE + [after] * AFTER], REGIONS - TREATED, axis=0)


def test_a_channel_that_was_there_all_along_exposes_hardly_any_control() -> None:
    left = [int(clean(made(level(3.0, 3.0), seed)).controls.sum()) for seed in range(40)]
    assert np.mean(left) > 0.9 * (REGIONS - TREATED)


def test_nor_does_its_growth_with_the_season_that_all_share() -> None:
    left = [int(clean(made(level(3.0, 4.2), seed)).controls.sum()) for seed in range(40)]
    assert np.mean(left) > 0.9 * (REGIONS - TREATED)


def test_a_control_where_it_came_to_sell_is_left_out() -> None:
    controls = level(0.0, 0.0)
    controls[:3, BEFORE:] = 1.5
    kept = clean(made(controls))
    assert kept.regions == tuple(f"R{n}" for n in range(REGIONS) if n not in (6, 7, 8))


def test_so_is_one_where_it_came_to_sell_twice_as_much() -> None:
    controls = level(3.0, 3.0)
    controls[0, BEFORE:] = 6.0
    found = exposures(made(controls))
    assert found[TREATED] > CONTAMINATED
    assert np.median(found[TREATED + 1 :]) == 0
