"""The warning fires where the wish to buy brings brand and direct touches, and not where touches are random."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from reports.analysis.attribution.caused import signs
from reports.analysis.attribution.journeys import Journeys, from_paths
from tests.simulation.steering.journeys import converting, random_touches, wish_to_buy

RUNS = 200
RANDOM = {
    "each": random_touches, "distinct": partial(random_touches, distinct=True), "few": partial(random_touches, n=3_000),
    "one by one": partial(random_touches, n=6_000, ends=True),
}  # fmt: skip
WISHED = {"mixed": partial(wish_to_buy, n=40_000), "at the end": partial(wish_to_buy, at_the_end=True)}

World = Callable[[int], Journeys]


@pytest.mark.slow
@pytest.mark.parametrize("view", [lambda all_of: all_of, converting], ids=["with nulls", "converters"])
@pytest.mark.parametrize("world", RANDOM.values(), ids=RANDOM)
def test_it_seldom_fires_where_touches_are_random(world: World, view: Callable[[Journeys], Journeys]) -> None:
    fired = [signs(view(world(seed)), seed).fired for seed in range(RUNS)]
    assert np.mean([bool(one) for one in fired]) <= 0.05


@pytest.mark.slow
@pytest.mark.parametrize("view", [lambda all_of: all_of, converting], ids=["with nulls", "converters"])
@pytest.mark.parametrize("world", WISHED.values(), ids=WISHED)
def test_it_fires_where_the_wish_to_buy_brings_them(world: World, view: Callable[[Journeys], Journeys]) -> None:
    assert np.mean([bool(signs(view(world(seed)), seed).fired) for seed in range(RUNS)]) >= 0.99


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_both_worlds_once(seed: int) -> None:
    assert [signs(view(wish_to_buy(seed))).fired for view in (lambda one: one, converting)] == [True, True]
    assert [signs(view(random_touches(seed))).fired for view in (lambda one: one, converting)] == [False, False]


def test_too_little_cannot_be_told() -> None:
    assert signs(wish_to_buy(1, n=10)).fired is None
    assert signs(replace(wish_to_buy(1), intent=None)).fired is None
    alone = from_paths([(["direct"], 500, 0, 500), (["ads"], 500, 0, 500)])
    assert signs(replace(alone, intent=np.array([3, 0]))).fired is None


def test_journeys_joined_in_one_row_count_as_often() -> None:
    apart = wish_to_buy(4, n=2_000)
    twice = replace(apart, conversions=2 * apart.conversions, nulls=2 * apart.nulls)
    assert signs(twice).p == pytest.approx(signs(_doubled(apart)).p, rel=1e-9)


def _doubled(of: Journeys) -> Journeys:
    lengths = np.concatenate([of.lengths, of.lengths])
    return replace(
        of, touch=np.concatenate([of.touch] * 2), starts=np.concatenate([[0], np.cumsum(lengths)]),
        intent=None if of.intent is None else np.concatenate([of.intent] * 2),
        conversions=np.concatenate([of.conversions] * 2), nulls=np.concatenate([of.nulls] * 2),
        value=np.concatenate([of.value] * 2),
    )  # fmt: skip
