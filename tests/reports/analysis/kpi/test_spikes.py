import numpy as np
import pytest
from numpy.typing import NDArray

from reports.analysis.kpi.spikes import LIMIT, remainder, scores, spike
from tests.simulation.steering.days import DAYS, orders

Floats = NDArray[np.float64]

SERIES = 400

# statsmodels 0.15.0: STL(y, period=7, seasonal=…, trend=…).fit().resid[[0, 1, 5, 20, 28, 58, 59]]
REFERENCE = {
    (7, 15): [0.0206673291, -0.0075632627, -0.0079384533, 0.0208169066, -0.0007855165, 0.011407842, -0.010682913],
    (35, 21): [0.0371214358, 0.0260288331, 0.0030127514, 0.0326444769, -0.0098572346, -0.0052759453, -0.0472688223],
}


@pytest.mark.parametrize("windows", list(REFERENCE))
def test_the_remainder_is_that_of_statsmodels(windows: tuple[int, int]) -> None:
    days = np.arange(60)
    logs = np.log(100 + 10 * np.sin(days * 1.7) + 3 * days + 20 * (days % 7 == 5))
    found = (remainder(60, *windows) @ logs)[[0, 1, 5, 20, 28, 58, 59]]
    assert found == pytest.approx(REFERENCE[windows], abs=1e-9)


def test_at_most_one_false_alarm_in_180_days_and_most_single_spikes_found() -> None:
    generator = np.random.default_rng(20)
    quiet = orders(generator, SERIES)
    assert (np.abs(scores(np.log(quiet))) > LIMIT).sum() / SERIES <= 1
    found = []
    for day in generator.integers(0, DAYS, 4):
        loud = quiet.copy()
        loud[:, day] *= 1.5
        found.append((scores(np.log(loud))[:, day] > LIMIT).mean())
    assert np.mean(found) >= 0.55
    loud = quiet.copy()
    loud[:, -1] *= 1.5
    assert (scores(np.log(loud))[:, -1] > LIMIT).mean() >= 0.3


def test_two_of_three_days_are_rarely_off_by_chance() -> None:
    quiet = orders(np.random.default_rng(21), SERIES)
    off = np.abs(scores(np.log(quiet))) > LIMIT
    acting = (off[:, 2:].astype(int) + off[:, 1:-1] + off[:, :-2]) >= 2
    assert acting.sum() / SERIES <= 0.1


def quiet_shop() -> Floats:
    return np.asarray(orders(np.random.default_rng(3), 1)[0])


def test_k11_fires_for_a_day_that_lies_off_without_calling_for_action() -> None:
    days = quiet_shop()
    days[-1] *= 2.5
    flag = spike(days)
    assert (flag.rule, flag.fired) == ("K11", True)
    assert (flag.figures["off"], flag.figures["action"]) == (1, 0)
    assert str(flag.wrong).endswith("one day alone.")


def test_k11_calls_for_action_where_two_of_three_days_lie_off() -> None:
    days = quiet_shop()
    days[-2:] /= 3
    flag = spike(days)
    assert flag.fired
    assert flag.figures["action"] == 1
    assert str(flag.wrong) == "2 of the last three days lie off their week and trend: find out why."


def test_k11_does_not_take_one_huge_day_for_two() -> None:
    for times in (5, 50, 5000):
        days = quiet_shop()
        days[-1] *= times
        assert spike(days).figures["off"] == 1


def test_k11_passes_where_the_week_is_as_ever() -> None:
    flag = spike(quiet_shop())
    assert flag.fired is False
    assert abs(flag.figures["score"]) < LIMIT


def test_k11_takes_a_weekly_peak_for_a_weekly_peak() -> None:
    days = np.tile([100.0, 100, 100, 100, 100, 300, 100], 13) * np.random.default_rng(4).uniform(0.9, 1.1, 91)
    assert spike(days[:-1]).fired is False


def test_k11_cannot_tell_of_few_days_gaps_or_empty_ones() -> None:
    days = quiet_shop()
    assert spike(days[:55]).fired is None
    assert spike(np.zeros(0)).fired is None
    assert spike(np.zeros(90)).fired is None
    days[40] = np.nan
    assert spike(days).fired is None


def test_k11_bears_an_empty_day_and_one_that_never_varies() -> None:
    days = quiet_shop()
    days[-1] = 0
    assert spike(days).fired
    assert spike(np.full(90, 5.0)).fired is False
