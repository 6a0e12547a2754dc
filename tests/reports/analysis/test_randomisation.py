import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.analysis.panel import Series
from reports.analysis.randomisation import (
    DRAWS,
    EXACT_PAIRS,
    Draws,
    Interval,
    accepted,
    bounded,
    flipped,
    placed,
    share,
)

LEVEL = 0.9
small = st.integers(-6, 6)
effects = st.lists(st.tuples(small, small), min_size=1, max_size=7).map(lambda rows: np.array(rows, float))
GRID = np.unique([top / bottom for top in range(-14, 15) for bottom in (1, 2, 3, 5, 7)] + [-1e6, 1e6])


def by_hand(pairs: Series, k: float) -> float:
    """The p-value of k with every turn of every pair written out."""
    z = [x + k * y for x, y in pairs]
    seen = abs(sum(z))
    turns = [abs(sum(s * one for s, one in zip(signs, z, strict=True))) for signs in product((1, -1), repeat=len(z))]
    return sum(bool(turn >= seen - 1e-9) for turn in turns) / len(turns)


def within(intervals: tuple[Interval, ...], k: float) -> bool:
    return any(low <= k <= high for low, high in intervals)


@settings(deadline=None, max_examples=60)
@given(effects)
def test_p_values_equal_every_turn_written_out(pairs: Series) -> None:
    draws = flipped(pairs, seed=0)
    # Off the roots, where rounding cannot make or break a tie.
    for k in (-1.2345, -0.0123, 0.777, 2.3456):
        assert share(draws, k) == by_hand(pairs, k)


@settings(deadline=None, max_examples=150)
@given(effects, st.sampled_from([0.5, 0.8, 0.9, 0.95]))
def test_the_set_is_exactly_where_the_test_does_not_reject(pairs: Series, level: float) -> None:
    draws = flipped(pairs, seed=0)
    found = accepted(draws, level)
    ends = [end for interval in found for end in interval if math.isfinite(end)]
    apart = [k for k in GRID if all(abs(k - end) > 1e-9 for end in ends)]
    assert [within(found, k) for k in apart] == [share(draws, k) > 1 - level + 1e-9 for k in apart]
    # And beside every end, however near.
    for end in ends:
        for k in (end - 1e-6, end + 1e-6):
            assert within(found, k) == (share(draws, k) > 1 - level + 1e-9) or any(
                0 < abs(k - other) < 2e-6 for other in ends if other != end
            )


@settings(deadline=None, max_examples=100)
@given(st.tuples(small, small), effects)
def test_the_set_of_placebos_is_exactly_where_the_test_does_not_reject(
    observed: tuple[int, int], placebos: Series
) -> None:
    draws = placed(np.array(observed, float), placebos)
    found = accepted(draws, 0.6)
    ends = [end for interval in found for end in interval if math.isfinite(end)]
    for k in GRID:
        if all(abs(k - end) > 1e-9 for end in ends):
            far = sum(abs(x + k * y) >= abs(observed[0] + k * observed[1]) - 1e-12 for x, y in placebos)
            assert within(found, k) == ((1 + far) / (1 + len(placebos)) > 0.4)


@given(effects)
def test_the_set_ascends_and_holds_the_ratio(pairs: Series) -> None:
    found = accepted(flipped(pairs, seed=0), LEVEL)
    ends = [end for interval in found for end in interval]
    assert ends == sorted(ends)
    x, y = pairs.sum(axis=0)
    if y:
        assert any(low - 1e-9 <= -x / y <= high + 1e-9 for low, high in found)


def test_five_pairs_of_one_ratio_give_that_ratio_alone() -> None:
    pairs = np.array([[-1, 4], [-2, 8], [-3, 12], [-1, 4], [-5, 20]], float)
    assert accepted(flipped(pairs, seed=0), LEVEL) == ((0.25, 0.25),)


def test_four_pairs_exclude_nothing() -> None:
    pairs = np.array([[-1, 4], [-2, 8], [-3, 12], [-1, 4]], float)
    assert accepted(flipped(pairs, seed=0), LEVEL) == ((-math.inf, math.inf),)


def test_pairs_that_move_nothing_leave_the_ends_open() -> None:
    pairs = np.array([[5, 1], [-4, -1], [3, 1], [-6, -1], [2, 1], [1, -1]], float)
    found = accepted(flipped(pairs, seed=0), LEVEL)
    assert (found[0][0], found[-1][1]) == (-math.inf, math.inf)
    assert not bounded(found)


def test_a_set_may_be_all_but_an_interval() -> None:
    # y is far from 0 only as far as x is: large |k| is kept, k near 0 is not.
    pairs = np.array([[10, 1], [11, -1], [9, 1], [10, -1], [12, 1], [10, -1]], float)
    (first, second) = accepted(flipped(pairs, seed=0), LEVEL)
    assert first[0] == -math.inf
    assert second[1] == math.inf
    assert first[1] < 0 < second[0]


def test_an_effect_that_no_k_explains_leaves_ends_at_infinity() -> None:
    pairs = np.array([[3, 0]] * 6, float)
    assert accepted(flipped(pairs, seed=0), LEVEL) == ()
    assert not bounded(())


def test_draws_are_the_same_for_the_same_seed_and_near_the_exact_set() -> None:
    random = np.random.default_rng(5)
    y = random.normal(10, 2, EXACT_PAIRS + 1)
    pairs = np.stack([-0.3 * y + random.normal(0, 2, len(y)), y], axis=1)
    first, again, other = (flipped(pairs, seed) for seed in (1, 1, 2))
    assert (first.total, first.exact) == (DRAWS + 1, False)
    assert accepted(first, LEVEL) == accepted(again, LEVEL) != accepted(other, LEVEL)
    turned = (np.arange(1 << EXACT_PAIRS)[:, None] >> np.arange(EXACT_PAIRS + 1) & 1).astype(float)
    exact = Draws((1 - turned) @ pairs, turned @ pairs, exact=True)
    ((low, high),) = accepted(exact, LEVEL)
    ((near_low, near_high),) = accepted(first, LEVEL)
    assert near_low == pytest.approx(low, abs=0.05 * (high - low))
    assert near_high == pytest.approx(high, abs=0.05 * (high - low))


@pytest.mark.slow
def test_sets_hold_the_truth_at_their_level() -> None:
    random = np.random.default_rng(11)
    held = 0
    for _ in range(2_000):
        y = random.normal(3, 2, 9) * random.integers(0, 2, 9).clip(1)
        pairs = np.stack([-0.4 * y + random.normal(0, 2, 9), y], axis=1)
        held += within(accepted(flipped(pairs, seed=0), LEVEL), 0.4)
    assert 0.88 <= held / 2_000 <= 0.92
