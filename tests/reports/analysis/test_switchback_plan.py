import math
from datetime import date

import numpy as np
import pytest

from reports.analysis.panel import Series
from reports.analysis.schedule import fault
from reports.analysis.switchback_plan import plan_switchback

FIRST = date(2026, 1, 5)


def history(days: int = 200, seed: int = 0) -> tuple[Series, Series]:
    random = np.random.default_rng(seed)
    level = np.exp(np.cumsum(random.normal(0, 0.01, days)))
    return random.poisson(150 * level).astype(float), random.poisson(100 * level).astype(float)


def test_a_plan_is_a_schedule_with_the_width_to_expect() -> None:
    plan = plan_switchback(*history(), FIRST, weeks=12, block_days=7, moves=0.5, seed=1)
    assert (len(plan.blocks), plan.weeks, plan.seed, plan.answered) == (12, 12.0, 1, 1.0)
    assert fault(plan.blocks) is None
    assert 0.1 < plan.width < 0.6
    assert plan == plan_switchback(*history(), FIRST, weeks=12, block_days=7, moves=0.5, seed=1)


def test_more_pairs_and_a_stronger_switch_narrow_it_and_a_weak_one_answers_nothing() -> None:
    widths = [
        plan_switchback(*history(), FIRST, weeks=weeks, block_days=7, moves=moves, seed=1).width
        for weeks, moves in [(10, 0.01), (10, 0.3), (20, 0.3), (20, 1.0)]
    ]
    assert widths[0] == math.inf
    assert widths[1] > widths[2] > widths[3]


def test_a_short_history_stands_for_a_longer_plan() -> None:
    short = plan_switchback(*history(84), FIRST, weeks=24, block_days=7, moves=0.5, seed=1)
    assert short.width == pytest.approx(plan_switchback(*history(), FIRST, 24, 7, 0.5, seed=1).width, rel=0.4)


@pytest.mark.parametrize(
    ("days", "weeks", "block_days", "moves", "why"),
    [
        (200, 8, 7, 0.5, "hold 4 pairs"),
        (69, 12, 7, 0.5, "69 days of history; at least 70"),
        (200, 12, 7, 0.0, "moves more than nothing"),
        (200, 12, 7, math.nan, "moves more than nothing"),
    ],
)
def test_what_cannot_be_planned_is_refused(days: int, weeks: int, block_days: int, moves: float, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        plan_switchback(*history(days), FIRST, weeks, block_days, moves, seed=1)


def test_a_history_with_gaps_is_refused() -> None:
    own, other = history()
    with pytest.raises(ValueError, match="without gaps"):
        plan_switchback(np.where(np.arange(200) == 7, np.nan, own), other, FIRST, 12, 7, 0.5, seed=1)
