import numpy as np
import pytest

from reports.analysis.kpi.ranks import correlation, kendall, ranks, spearman


def test_ties_share_the_mean_of_their_ranks() -> None:
    assert list(ranks(np.array([3.0, 1, 3, 7]))) == [2.5, 1, 2.5, 4]


def test_orders_alike_reversed_and_without_order() -> None:
    a = np.array([1.0, 2, 3, 4])
    assert (kendall(a, a**3), kendall(a, -a), kendall(a, np.ones(4))) == (1.0, -1.0, 0.0)
    assert spearman(a, np.exp(a)) == pytest.approx(1)
    assert correlation(a, np.ones(4)) == 0.0


def test_as_scipy_has_it() -> None:
    stats = pytest.importorskip("scipy.stats")
    generator = np.random.default_rng(2)
    a, b = generator.integers(0, 6, (2, 40)).astype(float)
    assert kendall(a, b) == pytest.approx(stats.kendalltau(a, b).statistic)
    assert spearman(a, b) == pytest.approx(stats.spearmanr(a, b).statistic)
