import math

import numpy as np
import pytest
from scipy.stats import norm

from reports.analysis.estimate import Answer, Bounds, CannotTell, Estimate
from reports.analysis.said import Said
from reports.analysis.verdict import ADDS, CANNOT_TELL, DESTROYS, holm, p_zero, verdict

REFUSED = CannotTell(Said("Too few regions."), Said("Twelve regions would tell."))


def theta(value: float, half: float, p: float | None = None) -> Estimate:
    detail = {} if p is None else {"p_zero": p}
    return Estimate(value, value - half, value + half, 0.9, "USD/order", 26, "event", detail=detail)


def test_a_verdict_stands_where_the_interval_leaves_nothing_out() -> None:
    found = verdict({"a": theta(4, 1, 0.001), "b": theta(-4, 1, 0.002), "c": theta(1, 2, 0.4), "d": REFUSED})
    assert [one.word for one in found.values()] == [ADDS, DESTROYS, CANNOT_TELL, CANNOT_TELL]
    assert [str(one.said) for one in found.values()] == ["adds profit", "destroys profit", "cannot tell", "cannot tell"]
    assert [one.p for one in found.values()] == [0.003, 0.004, 0.4, None]
    assert found["d"].tell == REFUSED.tell


def test_questions_of_one_report_are_adjusted_together() -> None:
    assert verdict({"a": theta(4, 3, 0.04)})["a"].word == ADDS
    assert verdict({"a": theta(4, 3, 0.04), "b": REFUSED})["a"].word == ADDS
    found = verdict({"a": theta(4, 3, 0.04), "b": theta(1, 3, 0.6), "c": theta(0, 3, 0.9)})
    assert found["a"].word == CANNOT_TELL
    assert "not together with the other questions" in str(found["a"].tell)
    unbounded = CannotTell(Said("No ends."), unbounded=True)
    assert verdict({"a": theta(4, 3, 0.06), "b": unbounded})["a"].word == CANNOT_TELL


def test_no_verdict_without_the_interval_whatever_p_says() -> None:
    assert verdict({"a": theta(1, 2, 0.001)})["a"].word == CANNOT_TELL
    assert verdict({"a": theta(4, 1, 0.3)})["a"].word == CANNOT_TELL


def test_without_p_an_interval_counts_as_just_outside() -> None:
    assert p_zero(theta(4, 1)) == pytest.approx(0.1)
    assert p_zero(theta(4, 1, math.nan)) == pytest.approx(0.1)
    assert verdict({"a": theta(4, 1)})["a"].word == ADDS
    assert verdict({"a": theta(4, 1), "b": theta(-4, 1)})["a"].word == CANNOT_TELL
    assert verdict({"a": Bounds(1, 4, "USD/order", 9, "identities")})["a"].word == ADDS
    assert verdict({"a": Bounds(-1, 4, "USD/order", 9, "identities")})["a"].word == CANNOT_TELL


@pytest.mark.parametrize(
    ("value", "said"),
    [(2.0, "About 4.0 times as many weeks"), (0.0, "The figure is near 0"), (0.1, "The figure is near 0")],
)
def test_what_would_tell_goes_by_how_far_the_interval_is_from_leaving_nothing_out(value: float, said: str) -> None:
    assert str(verdict({"a": theta(value, 4, 0.5)})["a"].tell).startswith(said)


def test_holm_of_a_published_example() -> None:
    # Holm's step-down by hand: 4 × .005, 3 × .011, 2 × .02, 1 × .04
    assert holm({"a": 0.011, "b": 0.04, "c": 0.02, "d": 0.005}) == {
        "d": 0.02, "a": pytest.approx(0.033), "c": 0.04, "b": 0.04,
    }  # fmt: skip
    assert holm({}) == {}


def test_one_false_verdict_in_ten_reports_at_most() -> None:
    draws = np.random.default_rng(2)
    false = 0
    for _ in range(1500):
        asked: dict[str, Answer] = {}
        for number, value in enumerate(draws.normal(0, 1, 6)):
            asked[str(number)] = theta(value, 1.6448536, 2 * norm.sf(abs(value)))
        false += any(one.word != CANNOT_TELL for one in verdict(asked).values())
    assert false / 1500 <= 0.12
    assert false > 0


def test_bounds_are_asked_after_the_others_which_do_not_pay_for_them() -> None:
    wide, above = (Bounds(low, 4, "USD/order", 9, "identities") for low in (-1, 1))
    assert verdict({"a": theta(4, 3, 0.06), "b": wide, "c": wide})["a"].word == ADDS
    found = verdict({"a": theta(4, 3, 0.06), "b": above})
    assert [found["a"].word, found["b"].word] == [ADDS, ADDS]
    assert verdict({"a": theta(1, 3, 0.6), "b": above})["b"].word == CANNOT_TELL
    assert [one.word for one in verdict({"a": above, "b": above}).values()] == [CANNOT_TELL, CANNOT_TELL]


def test_with_bounds_a_report_still_says_something_false_in_one_of_ten() -> None:
    draws = np.random.default_rng(4).normal(size=(4000, 3))
    false = 0
    for one, other, end in draws:  # two effects of nothing, and bounds whose lower end is 0
        of: dict[str, Answer] = {
            str(place): theta(value, 1.6448536, 2 * float(norm.sf(abs(value)))) for place, value in enumerate((one, other))
        }  # fmt: skip
        of["bounds"] = Bounds(end - 1.2815516, end + 9, "USD/order", 9, "identities")
        false += any(made.word != CANNOT_TELL for made in verdict(of).values())
    assert false / 4000 < 0.115
