"""The interval of what is to come holds it as often as it says."""

import numpy as np
import pytest

from reports.analysis.estimate import CannotTell, Estimate
from reports.analysis.lifetime.ahead import (
    Bought,
    interval,
    weeks_ahead,
)
from tests.simulation.steering.shops import CDNOW, Cut, cdnow, cuts, held, shop


def covered(bought: Bought, at: list[Cut], what: str) -> list[bool]:
    found = []
    for week, ahead in at:
        answer, came = held(bought, week, ahead, what)
        if isinstance(answer, Estimate):
            found.append(answer.low <= came <= answer.high)
    assert len(found) >= 0.7 * len(at)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("what", ["purchases", "value"])
def test_the_interval_holds_on_rolling_cut_offs_of_cdnow(what: str) -> None:
    if not CDNOW.exists():
        pytest.skip("../shared/data/ltv is not here")
    assert np.mean(covered(cdnow(), cuts(2), what)) >= 0.88


@pytest.mark.slow
@pytest.mark.parametrize("what", ["purchases", "value"])
@pytest.mark.parametrize("swing", [0.0, 0.2], ids=["by the model", "wandering"])
def test_the_interval_holds_on_rolling_cut_offs_of_simulated_shops(what: str, swing: float) -> None:
    found = [one for seed in range(8) for one in covered(shop(seed, swing=swing), cuts(8, (4, 13)), what)]
    assert np.mean(found) >= 0.88


def test_a_forecast_of_a_shop_by_the_model_is_near_what_comes() -> None:
    answer, came = held(shop(1), 65, 13, "purchases")
    assert isinstance(answer, Estimate)
    assert answer.value == pytest.approx(came, rel=0.15)
    assert answer.low < came < answer.high
    assert answer.low > came / 2
    assert [one["day"] for one in answer.detail["tests"]] == sorted(one["day"] for one in answer.detail["tests"])
    assert 2 <= len(answer.detail["tests"]) <= 6


def test_too_few_weeks_and_too_few_repeats_are_refused() -> None:
    short = shop(1, weeks=10)
    answer, _ = held(short, 9, 4, "purchases")
    assert isinstance(answer, CannotTell)
    assert str(answer.reason) == "Purchases of 9 weeks are known; a forecast takes 13."
    few, _ = held(shop(1, customers=300), 60, 13, "purchases")
    assert isinstance(few, CannotTell)
    assert "customers came again; a forecast takes 500." in str(few.reason)


def test_where_nobody_leaves_the_model_is_refused() -> None:
    answer, _ = held(shop(2, leave=False), 60, 13, "purchases")
    assert isinstance(answer, CannotTell)
    assert "who is still a customer is not known" in str(answer.reason)


def test_a_span_that_the_past_cannot_test_is_refused() -> None:
    answer, _ = held(shop(1), 60, 52, "purchases")
    assert isinstance(answer, CannotTell)
    assert "117 weeks of history" in str(answer.reason)


def test_how_often_and_how_much_that_go_together_refuse_gamma_gamma() -> None:
    of = shop(3)
    counts = np.bincount(of.customer)[of.customer]
    answer, _ = held(Bought(of.customer, of.day, (10 * counts).astype(float)), 60, 13, "value")
    assert isinstance(answer, CannotTell)
    assert "go together" in str(answer.reason)
    losses, _ = held(Bought(of.customer, of.day, np.where(of.customer % 5 == 0, -1.0, of.money)), 60, 13, "value")
    assert isinstance(losses, CannotTell)
    assert "a loss" in str(losses.reason)


def test_the_interval_is_wider_with_fewer_windows_apart() -> None:
    errors = np.array([0.1, -0.05, 0.08])
    assert interval(errors, 2) > interval(errors, 3) == interval(errors, 12) >= 0.1


def test_the_interval_is_wider_where_the_latest_errors_are_the_large_ones() -> None:
    assert interval(np.array([0.01, 0.05, 0.12]), 3) > interval(np.array([0.12, 0.05, 0.01]), 3)


@pytest.mark.parametrize(("weeks", "ahead"), [(20, None), (21, 4), (29, 8), (39, 13), (65, 26), (117, 52), (500, 52)])
def test_the_span_is_the_longest_that_fits_twice(weeks: int, ahead: int | None) -> None:
    assert weeks_ahead(730_000, 730_000 + 7 * weeks) == ahead
