import numpy as np
import pytest
from numpy.typing import NDArray

from reports.analysis.kpi.credit import last_click, one_models_trend, trend

Floats = NDArray[np.float64]
MODELS = ("last", "last_non_direct", "last_non_brand", "first", "linear", "time_decay", "position", "markov")
WEEKS = np.arange(13.0)
NOISE = np.random.default_rng(12).normal(size=(8, 13)) * 0.004


def shares(slopes: list[float]) -> dict[str, Floats]:
    return {name: 0.3 + slope * WEEKS + NOISE[n] for n, (name, slope) in enumerate(zip(MODELS, slopes, strict=False))}


def test_a_trend_is_called_where_six_of_eight_agree() -> None:
    found = trend(shares([0.01] * 6 + [-0.01] * 2))
    assert found is not None
    assert (found.direction, found.agree, found.models) == (1, 6, 8)


def test_no_trend_where_five_of_eight_agree() -> None:
    found = trend(shares([0.01] * 5 + [-0.01] * 3))
    assert found is not None
    assert (found.direction, found.agree) == (0, 5)


def test_no_trend_where_the_middle_model_may_be_level() -> None:
    noisy = {name: one + 50 * NOISE[n] for n, (name, one) in enumerate(shares([0.0001] * 8).items())}
    found = trend(noisy)
    assert found is not None
    assert found.direction == 0
    assert found.middle.low < 0 < found.middle.high


def test_no_trend_of_fewer_than_six_models() -> None:
    assert trend(dict(list(shares([0.01] * 8).items())[:5])) is None
    assert trend({}) is None


def test_k13_fires_where_the_model_shown_stands_alone() -> None:
    flag = one_models_trend(shares([0.02] + [-0.01, 0.01] * 3 + [-0.01]))
    assert (flag.rule, flag.fired) == ("K13", True)
    assert str(flag.wrong) == "The model shown has a trend that the others do not bear: 4 of 8 agree."
    assert flag.figures["spread"] == pytest.approx(0.36, abs=0.03)


def test_k13_tells_apart_that_the_others_agree_and_may_be_level() -> None:
    wavy = 0.3 + 0.001 * WEEKS + 0.05 * np.cos(2 * WEEKS)
    flag = one_models_trend({**dict.fromkeys(MODELS, wavy), "last": shares([0.02])["last"]})
    assert flag.fired
    assert str(flag.wrong) == "The model shown has a trend; 7 of 8 agree, but the middle one may be level."


def test_k13_passes_where_the_others_bear_it_or_there_is_none() -> None:
    assert one_models_trend(shares([0.01] * 8)).fired is False
    assert one_models_trend(shares([0.0] + [-0.01, 0.01] * 3 + [0.01])).fired is False


def test_k13_cannot_tell_of_few_weeks() -> None:
    assert one_models_trend({name: one[:12] for name, one in shares([0.01] * 8).items()}).fired is None
    assert one_models_trend(shares([0.01] * 8), shown="shapley").fired is None


CHANNELS = ("display", "social", "brand")


def test_k14_fires_where_the_last_click_hides_who_began() -> None:
    credit = {"last": np.array([5.0, 15, 80]), "linear": np.array([30.0, 30, 40]), "first": np.array([50.0, 40, 10])}
    flag = last_click(CHANNELS, credit, np.array([60.0, 50, 10]))
    assert (flag.rule, flag.fired) == ("K14", True)
    assert str(flag.wrong) == "The last click gives brand 40 points more than the middle model."
    assert flag.figures == {"points": pytest.approx(40), "assist_ratio": pytest.approx(10 / 80)}


def test_k14_says_who_gets_too_little() -> None:
    credit = {"last": np.array([0.0, 50, 50]), "linear": np.array([20.0, 40, 40]), "first": np.array([20.0, 40, 40])}
    flag = last_click(CHANNELS, credit, np.array([60.0, 5, 5]))
    assert str(flag.wrong) == "The last click gives display 20 points less than the middle model."
    assert flag.figures == {"points": pytest.approx(-20)}


def test_k14_passes_where_models_are_alike() -> None:
    credit = {"last": np.array([30.0, 30, 40]), "linear": np.array([33.0, 30, 37]), "first": np.array([35.0, 30, 35])}
    assert last_click(CHANNELS, credit).fired is False


def test_k14_cannot_tell_without_another_model_or_conversions() -> None:
    assert last_click(CHANNELS, {"last": np.ones(3)}).fired is None
    assert last_click(CHANNELS, {"last": np.zeros(3), "first": np.ones(3)}).fired is None
    assert last_click((), {}).fired is None
