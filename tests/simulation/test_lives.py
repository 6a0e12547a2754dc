"""Whatever goes wrong on the way, what is here at the end is what the world's truth says."""

from pathlib import Path

import pytest

from channels.sandbox.world.truth import summary
from tests.simulation.facts import differences, found
from tests.simulation.life import PASSING, Life, states

SEEDS = range(1, 6)


@pytest.mark.django_db(transaction=True)
def test_a_world_without_faults_is_pulled_exactly(tmp_path: Path) -> None:
    life = Life(0, tmp_path)
    stores = life.run("Harbor & Leaf")
    assert (states().keys(), life.bugs, life.throttled) == ({"green"}, [], {})
    for market, store in zip(life.world.markets, stores, strict=True):
        assert differences(summary(life.world, market.code, life.ended_at), found(store)) == [], market.code


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", SEEDS)
def test_faults_and_dying_workers_change_nothing(tmp_path: Path, seed: int) -> None:
    life = Life(seed, tmp_path, PASSING, rate=0.06, kills=6)
    stores = life.run("Harbor & Leaf")
    assert (states().keys(), life.bugs) == ({"green"}, [])
    for market, store in zip(life.world.markets, stores, strict=True):
        assert differences(summary(life.world, market.code, life.ended_at), found(store)) == [], market.code
