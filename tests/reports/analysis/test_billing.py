import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reports.analysis.billing import billed
from reports.analysis.weekly import CLASSES

WEEKS = 12
TOLD = {"brand": np.full(WEEKS, 3.0), "non_brand": np.full(WEEKS, 5.0), "unknown": np.full(WEEKS, 2.0)}


def test_bills_of_the_same_week_are_as_told() -> None:
    found = billed(np.full(WEEKS, 10.0), TOLD)
    for one in CLASSES:
        assert_allclose(found[one], TOLD[one])


def test_a_monthly_bill_is_of_the_weeks_before_it() -> None:
    total = np.array([0.0, 0, 0, 40] * 3)
    found = billed(total, TOLD)
    assert_allclose(found["brand"], 0.3 * total)
    assert_allclose(found["unknown"], 0.2 * total)


def test_a_bill_beyond_what_was_told_is_unknown() -> None:
    found = billed(np.array([10.0, 30.0]), {one: of[:2] for one, of in TOLD.items()})
    assert_allclose(found["unknown"], [2, 22])


def test_what_was_never_billed_is_forgotten() -> None:
    told = {one: np.zeros(WEEKS) for one in CLASSES} | {"brand": np.array([100.0] + [0.0] * (WEEKS - 1))}
    total = np.zeros(WEEKS)
    total[[4, 8]] = 10
    found = billed(total, told)
    assert_array_equal(found["brand"][[4, 8]], [10, 0])
    assert found["unknown"][8] == 10


def test_unknown_weeks_and_money_back() -> None:
    found = billed(np.array([np.nan, -7.0, 10.0]), {one: of[:3] for one, of in TOLD.items()})
    assert [np.isnan(found[one][0]) for one in CLASSES] == [True] * 3
    assert [found[one][1] for one in CLASSES] == [0, 0, -7]


@pytest.mark.parametrize("seed", range(5))
def test_it_adds_up_whatever_is_told(seed: int) -> None:
    rng = np.random.default_rng(seed)
    total = rng.choice([0.0, 1.0, 50.0, 1e9, -3.0, np.nan], 200)
    told = {one: rng.choice([0.0, 0.5, 40.0, 1e9, np.nan, -2.0], 200) for one in CLASSES}
    found = billed(total, told)
    assert_allclose(sum(found.values()), total, atol=1e-6)
    known = np.isfinite(total) & (total >= 0)
    for one in CLASSES:
        assert (found[one][known] >= -1e-6).all()
        if one != "unknown":
            assert np.nansum(found[one]) <= np.nansum(np.maximum(told[one], 0))
    assert billed(np.zeros(0), {one: np.zeros(0) for one in CLASSES})["brand"].size == 0
