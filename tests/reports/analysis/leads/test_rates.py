"""Young sources are not called bad for being young."""

import numpy as np
import pytest

from reports.analysis.leads.rates import Rate, rates, waiting
from tests.simulation.steering.leads import alike


def _rates(seed: int) -> list[Rate]:
    return alike(np.random.default_rng(seed)).rates(seed)


def test_young_and_old_sources_come_to_one_rate() -> None:
    found = [_rates(seed) for seed in range(8)]
    means = [np.mean([run[n].value for run in found]) for n in range(4)]
    assert means == pytest.approx([0.08] * 4, abs=0.008)
    assert np.mean([run[3].naive for run in found]) < 0.04  # what a plain quotient says of the youngest


@pytest.mark.slow
def test_ninety_percent_intervals_hold_the_true_rate_at_every_age() -> None:
    runs = [_rates(seed) for seed in range(1_000, 1_400)]
    for n in range(4):
        assert np.mean([run[n].value for run in runs]) == pytest.approx(0.08, abs=0.003)
        assert np.mean([run[n].low <= 0.08 <= run[n].high for run in runs]) >= 0.85


def test_few_won_leads_say_nothing_of_how_long_it_takes() -> None:
    one = rates(np.zeros(10, np.int64), np.arange(10.0), np.arange(10) < 2, np.arange(10.0))[0]
    assert (one.value, one.naive, one.maturity) == (0.2, 0.2, 1.0)


def test_nothing_won_and_no_leads() -> None:
    one = rates(np.zeros(50, np.int64), np.full(50, 9.0), np.zeros(50, bool), np.full(50, 9.0))[0]
    assert (one.value, one.low, one.won) == (0.0, 0.0, 0)
    assert one.high > 0.02
    assert rates(np.empty(0, np.int64), np.empty(0), np.empty(0, bool), np.empty(0)) == []


def test_what_is_waited_for_ends_at_one() -> None:
    curve = waiting(np.array([1.0, 2, 3, 50, 50]), np.array([True, True, False, False, False]))
    assert curve.done[-1] == 1
