import numpy as np
import pytest

from reports.analysis.kpi.shrinkage import shrunk


def test_few_trials_are_drawn_most() -> None:
    successes, trials = np.array([2.0, 200, 400, 300]), np.array([10.0, 10_000, 10_000, 10_000])
    mean, low, high = shrunk(successes, trials)
    assert abs(mean[0] - 0.03) < 0.02
    assert mean[1:] == pytest.approx(successes[1:] / trials[1:], abs=0.001)
    assert (low <= mean).all()
    assert (mean <= high).all()


def test_what_differs_by_chance_alone_is_one_rate() -> None:
    mean, _low, _high = shrunk(np.array([30.0, 30, 30]), np.array([1000.0, 1000, 1000]))
    assert mean == pytest.approx(0.03)


def test_nothing_tried_has_no_rate() -> None:
    assert np.isnan(shrunk(np.zeros(3), np.zeros(3))).all()
    assert len(shrunk(np.zeros(0), np.zeros(0))[0]) == 0
    mean, low, high = shrunk(np.array([0.0, 5]), np.array([0.0, 100]))
    assert mean == pytest.approx(0.05)
    assert (low < high).all()
    with pytest.raises(ValueError, match="part of the trials"):
        shrunk(np.array([2.0]), np.array([1.0]))


def test_shrunk_rates_are_nearer_the_truth_and_their_ends_hold_it() -> None:
    generator = np.random.default_rng(6)
    off, raw, held = [], [], []
    for _ in range(200):
        truth = generator.beta(6, 194, 30)
        trials = generator.integers(50, 2_000, 30).astype(float)
        successes = generator.binomial(trials.astype(int), truth).astype(float)
        mean, low, high = shrunk(successes, trials)
        off.append(((mean - truth) ** 2).mean())
        raw.append(((successes / trials - truth) ** 2).mean())
        held.append(((low <= truth) & (truth <= high)).mean())
    assert np.mean(off) < 0.8 * np.mean(raw)
    assert 0.84 <= np.mean(held) <= 0.94
