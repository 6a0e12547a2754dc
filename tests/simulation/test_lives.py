"""Whatever goes wrong on the way, what is here at the end is what the world's truth says."""

from pathlib import Path

import pytest

from reconciliation.post import post
from reconciliation.queries import payout_totals
from tests.simulation.life import PASSING, Life
from tests.simulation.verdict import problems

SEEDS = (1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 6)))


@pytest.mark.django_db(transaction=True)
def test_a_world_without_faults_is_pulled_exactly_and_within_every_quota(tmp_path: Path) -> None:
    life = Life(0, tmp_path, name="tiny")
    stores = life.run("Harbor & Leaf")
    assert (problems(life, stores, admin=True), life.throttled) == ([], {})
    company = stores[0].company
    post(company)
    totals = payout_totals(company=company.pk)
    assert len(totals) == sum(one.published_at <= life.ended_at for one in life.world.statements)
    assert [(one.payout, one.residual, one.unmapped) for one in totals if one.residual] == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", SEEDS)
def test_faults_and_dying_workers_change_nothing(tmp_path: Path, seed: int) -> None:
    life = Life(seed, tmp_path, PASSING, rate=0.02, kills=2, name="tiny")
    assert problems(life, life.run("Harbor & Leaf")) == []
    assert life.died > 0
    assert sum(life.struck.values()) > 0


@pytest.mark.django_db(transaction=True)
def test_a_page_that_never_comes_keeps_its_window_red(tmp_path: Path) -> None:
    life = Life(10, tmp_path, {"withhold"}, rate=1.0, name="tiny")
    assert problems(life, life.run("Harbor & Leaf"), withheld_for_good=True) == []
