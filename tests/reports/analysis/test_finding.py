"""Silences are found where chance does not explain them, and hardly ever where nothing happened."""

import numpy as np
import pytest

from reports.analysis.finding import pauses, silences
from reports.analysis.panel import Series

WEEKS = 60


def market(seed: int, regions: int = 20, mean: float = 4.0, scatter: float = 0.15) -> Series:
    """Orders of regions of different size, with a season, shocks and chance."""
    chance = np.random.default_rng(seed)
    size = chance.lognormal(0, 0.6, regions)[:, None] * mean
    season = 1 + 0.3 * np.sin(np.arange(WEEKS) / 52 * 2 * np.pi)
    shocks = chance.lognormal(0, scatter, (regions, WEEKS))
    return chance.poisson(size * season * shocks).astype(float)


def test_regions_that_open_together_are_one_launch() -> None:
    counts = market(1)
    counts[:5, :30] = 0
    counts[:5, 30:] = np.maximum(counts[:5, 30:], 1)
    (found,) = silences(counts)
    assert (found.rows, found.start, found.end, found.opening) == ((0, 1, 2, 3, 4), 0, 30, True)


def test_regions_that_close_for_a_while_are_one_gap() -> None:
    counts = np.maximum(market(2), 1)
    counts[3:6, 40:48] = 0
    (found,) = silences(counts)
    assert (found.rows, found.start, found.end, found.opening) == ((3, 4, 5), 40, 48, False)


def test_what_never_comes_back_has_no_end() -> None:
    counts = np.maximum(market(3), 1)
    counts[7, 50:] = 0
    assert [(one.rows, one.start, one.end) for one in silences(counts)] == [((7,), 50, None)]


def test_a_quiet_channel_has_hardly_any_find() -> None:
    """At most 1 % of channels by the rule; 400 of them, small and large, with shocks."""
    false = sum(bool(silences(market(seed, mean=(0.3, 1.0, 4.0)[seed % 3]))) for seed in range(400))
    assert false <= 4


def test_orders_in_batches_are_no_silence() -> None:
    """A region that buys 20 at once every six weeks is silent in between by its own habit."""
    counts = np.maximum(market(4), 1)
    counts[0] = 0
    counts[0, ::6] = 20
    assert silences(counts) == []


def test_an_unknown_week_is_no_silence() -> None:
    counts = np.maximum(market(5), 1)
    counts[:, 40:48] = np.nan
    assert silences(counts) == []


@pytest.mark.parametrize("counts", [np.zeros((0, 10)), np.zeros((3, 0)), np.zeros((3, 10)), np.full((3, 10), np.nan)],
                         ids=["no rows", "no weeks", "nothing sold", "unknown"])  # fmt: skip
def test_where_nothing_is_sold_nothing_is_found(counts: Series) -> None:
    assert silences(counts) == []


def test_a_pause_follows_steady_spend() -> None:
    assert pauses([5.0] * 8 + [0.0, 0.0] + [5.0] * 3) == [(8, 10)]
    assert pauses([5.0] * 8 + [0.0, 5.0, 0.0, 5.0, 5.0, 0.0]) == [(8, 9), (10, 11), (13, None)]
    assert pauses([5.0] * 7 + [0.0, 5.0]) == []
    assert pauses([5.0] * 8 + [None, 0.0, 5.0]) == []
    assert pauses([]) == []
