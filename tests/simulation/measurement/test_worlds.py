"""The truth of a world is what its orders say: nothing is lost or made between the two channels."""

import numpy as np
import pytest

from reports.analysis.event import DELISTING, LAUNCH, PROMOTION, STOCK_OUT
from tests.simulation.measurement.campaigns import Campaign, campaigned
from tests.simulation.measurement.customers import WINDOW, Crowd, crowded
from tests.simulation.measurement.demand import PROCESSES
from tests.simulation.measurement.switchbacks import DAILY, Schedule, switched
from tests.simulation.measurement.worlds import A, B, Design, World, world


@pytest.mark.parametrize("process", PROCESSES)
@pytest.mark.parametrize("leak", [0.0, 0.15])
def test_orders_of_a_launch_were_either_the_other_channels_or_nobodys(process: str, leak: float) -> None:
    one = _world(Design(leak=leak), process)
    treated = np.isin(one.panel.regions, one.event.regions)
    start = one.panel.index(one.event.starts)
    assert np.array_equal(one.taken + one.fresh, one.panel.orders[B])
    assert np.array_equal(one.alone - one.taken, one.panel.orders[A])
    assert (one.panel.orders[A] >= 0).all()
    assert one.panel.orders[B][:, :start].sum() == 0
    assert bool(one.panel.orders[B][~treated].sum()) is bool(leak)
    assert one.truth == one.taken[treated, start:].sum() / one.panel.orders[B][treated, start:].sum()


@pytest.mark.parametrize("kind", [DELISTING, STOCK_OUT])
@pytest.mark.parametrize("kappa", [-0.2, 0.0, 0.5])
def test_what_a_leaving_channel_had_taken_comes_back(kind: str, kappa: float) -> None:
    one = _world(Design(kind=kind, kappa=kappa), "walks")
    treated = np.isin(one.panel.regions, one.event.regions)
    start = one.panel.index(one.event.starts)
    gone = one.taken + one.fresh - one.panel.orders[B]
    back = one.panel.orders[A] - (one.alone - one.taken)
    elsewhere = np.ones(gone.shape, dtype=bool)
    elsewhere[treated, start:] = False
    assert gone[elsewhere].sum() == back[elsewhere].sum() == 0
    assert one.truth == back.sum() / gone.sum()
    assert np.sign(one.truth) == np.sign(kappa)
    if kind == DELISTING:
        assert one.panel.orders[B][treated, start:].sum() == 0


def test_a_promotion_adds_orders_of_which_the_other_channel_loses_its_share() -> None:
    one = _world(Design(kind=PROMOTION, kappa=0.4, after=8), "spatial")
    added = one.panel.orders[B] - one.taken - one.fresh
    lost = one.alone - one.taken - one.panel.orders[A]
    assert one.truth == lost.sum() / added.sum()
    assert one.event.ends is not None


def test_regions_chosen_for_growth_have_grown() -> None:
    shares = []
    for seed in range(20):
        one = world(np.random.default_rng(seed), Design(chosen="growth"), "factors")
        seen = one.panel.orders[A][:, : one.panel.index(one.event.starts)]
        grown = seen[:, -13:].mean(axis=1) / seen[:, :-26].mean(axis=1)
        treated = np.isin(one.panel.regions, one.event.regions)
        shares.append(grown[treated].mean() > grown[~treated].mean())
    assert all(shares)


def test_the_same_seed_makes_the_same_world_and_another_another() -> None:
    first, again, other = (world(np.random.default_rng(seed), Design(), "resampled") for seed in (5, 5, 6))
    assert np.array_equal(first.panel.orders[A], again.panel.orders[A])
    assert not np.array_equal(first.panel.orders[A], other.panel.orders[A])


@pytest.mark.parametrize("process", DAILY)
def test_blocks_hold_each_pair_once_on_and_add_up_to_the_days(process: str) -> None:
    one = switched(np.random.default_rng(3), Schedule(12), process)
    assert [block.pair for block in one.blocks if block.on] == list(range(6))
    assert all(first.end == second.start for first, second in zip(one.blocks, one.blocks[1:], strict=False))
    assert sum(block.a for block in one.blocks) == one.alone.sum() - one.taken.sum()
    assert one.truth == one.taken.sum() / one.extra.sum()


@pytest.mark.parametrize("process", PROCESSES)
def test_a_campaign_brings_both_channels_about_its_lift(process: str) -> None:
    lifts = []
    for seed in range(10):
        one = campaigned(np.random.default_rng(seed), Campaign(lift=0.2), process)
        brought = one.to_a + one.to_b
        base = one.panel.orders[A] + one.panel.orders[B] - brought
        lifts.append(brought.sum() / base[brought > 0].sum())
        assert one.truth == one.to_b.sum() / brought.sum()
    assert abs(np.mean(lifts) - 0.2) < 0.03


@pytest.mark.parametrize("recall", [0.3, 0.9])
def test_matching_finds_its_share_of_those_who_bought_on_both(recall: float) -> None:
    one = crowded(np.random.default_rng(4), Crowd(recall=recall))
    on_b = np.bincount(one.person[one.on_b], minlength=len(one.matched)) > 0
    assert abs(one.matched[one.ours & on_b].mean() - recall) < 0.03
    assert not one.matched[~(one.ours & on_b)].any()
    counted = one.on_b & (one.week >= WINDOW)
    assert one.truth == one.lost[counted].sum() / one.b_orders
    assert not (one.lost & ~one.on_b).any()


def test_no_share_moves_where_none_is_asked_for() -> None:
    assert _world(Design(kappa=0.0, kind=LAUNCH), "factors").taken.sum() == 0
    assert switched(np.random.default_rng(1), Schedule(kappa=0.0), "calm").taken.sum() == 0


def _world(design: Design, process: str) -> World:
    return world(np.random.default_rng(7), design, process)
