import math

import numpy as np
import pytest

from reports.analysis.breakeven import break_even, line, profit_at_risk
from reports.analysis.estimate import Bounds, CannotTell, Estimate
from reports.analysis.money import Margin, per_order
from reports.analysis.said import Said

AMAZON = Margin("amazon", 8.0, 0.0, 500, "USD")
SHOPIFY = Margin("shopify", 15.0, 0.0, 400, "USD")


def made(mean: float, error: float = 0.0, channel: str = "amazon") -> Margin:
    return Margin(channel, mean, error, 100, "USD")


def test_break_even_of_the_worked_example() -> None:
    found = break_even(AMAZON, SHOPIFY)
    assert isinstance(found, Estimate)
    assert found.value == found.low == found.high == 8 / 15
    assert f"{found.value:.0%}" == "53%"
    assert (found.n, found.unit, found.level) == (900, "share", 0.9)
    left = line(AMAZON, [SHOPIFY]).left({"shopify": 0.3})
    assert isinstance(left, Estimate)
    assert left.value == pytest.approx(3.50)


def test_profit_at_risk_is_a_line_in_the_share() -> None:
    told = [profit_at_risk(1000, made(15, 1), share) for share in (0, 0.3, 0.6)]
    found = [one for one in told if isinstance(one, Estimate)]
    assert [one.value for one in found] == [0, 4500, 9000]
    assert found[2].width == pytest.approx(2 * found[1].width)
    assert found[1].low == pytest.approx(4500 - 1.6448536 * 300)


def test_profit_at_risk_has_the_error_of_the_share() -> None:
    share = Estimate(0.3, 0.1, 0.6, 0.9, "share", 26, "event")
    found = profit_at_risk(1000, made(15, 1), share)
    assert isinstance(found, Estimate)
    assert (found.value, found.unit) == (4500, "USD")
    assert found.high == pytest.approx(4500 + math.hypot(4500, 0.3 * 1000 * made(15, 1).half))
    bounds = profit_at_risk(1000, SHOPIFY, Bounds(0, 1, "share", 9, "bounds"))
    assert isinstance(bounds, Bounds)
    assert (bounds.low, bounds.high) == (0, 15_000)
    refused = profit_at_risk(1000, SHOPIFY, CannotTell(Said("No event.")))
    assert (isinstance(refused, CannotTell), refused.unit) == (True, "USD")


def test_what_is_left_of_an_order_has_the_errors_of_all_shares() -> None:
    share = Estimate(0.3, 0.1, 0.6, 0.9, "share", 26, "event")
    several = line(AMAZON, [SHOPIFY, Margin("tiktok", 10.0, 0.0, 100, "USD")])
    left = several.left({"shopify": share, "tiktok": 0.1})
    assert isinstance(left, Estimate)
    assert (left.value, left.low, left.high) == pytest.approx((2.5, -2.0, 5.5))
    bounds = several.left({"shopify": share, "tiktok": Bounds(0, 1, "share", 9, "bounds")})
    assert isinstance(bounds, Bounds)
    assert bounds.low == pytest.approx(8 - 4.5 - 4.5 - 0.9 * 10)  # at most nine of ten are left to take
    refused = CannotTell(Said("No event."))
    assert several.left({"shopify": share, "tiktok": refused}) is refused
    assert several.left({}) == per_order(AMAZON)


@pytest.mark.parametrize("mean", [0.0, -3.0])
def test_break_even_is_undefined_where_a_lost_order_costs_nothing(mean: float) -> None:
    found = break_even(AMAZON, made(mean, 1, "shopify"))
    assert isinstance(found, CannotTell)
    assert not found.unbounded
    assert "break-even is undefined" in str(found.reason)


def test_break_even_has_no_bounds_where_the_other_margin_may_be_nothing() -> None:
    found = break_even(AMAZON, made(1.6, 1, "shopify"))
    assert isinstance(found, CannotTell)
    assert found.unbounded
    assert isinstance(break_even(AMAZON, made(1.7, 1, "shopify")), Estimate)


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (20, "amazon can never destroy profit by taking from shopify."),
        (15, "It cannot be told whether amazon could destroy profit by taking from shopify."),
        (8, "amazon destroys profit where it takes a larger share of its orders from shopify."),
        (-4, "amazon loses money with every order, even where it takes none from shopify."),
    ],
)
def test_break_even_says_what_it_means(own: float, said: str) -> None:
    found = break_even(made(own, 0.1), made(15, 0.1, "shopify"))
    assert isinstance(found, Estimate)
    assert [str(one.detail) for one in found.checks] == [said]


def test_break_even_covers_the_truth_in_nine_of_ten() -> None:
    draws = np.random.default_rng(5)
    held = 0
    for _ in range(4000):
        one, other = draws.normal(8, 2), draws.normal(15, 4)
        found = break_even(made(one, 2), made(other, 4, "shopify"))
        held += isinstance(found, CannotTell) or found.low <= 8 / 15 <= found.high
    assert held / 4000 == pytest.approx(0.9, abs=0.015)


def test_line_has_each_channel_alone_and_joins_their_errors() -> None:
    found = line(made(10, 1), [made(20, 2, "shopify"), made(-1, 0.1, "shopee")])
    assert found.alone["shopify"] == break_even(made(10, 1), made(20, 2, "shopify"))
    assert isinstance(found.alone["shopee"], CannotTell)
    left = found.left({"shopify": 0.5, "shopee": 0.2})
    assert isinstance(left, Estimate)
    assert left.value == pytest.approx(0.2)
    assert left.high - left.value == pytest.approx(1.6448536 * math.hypot(1, 1, 0.02))


def test_margins_in_two_currencies_are_refused() -> None:
    with pytest.raises(ValueError, match="one currency"):
        break_even(AMAZON, Margin("shopee", 5, 0, 10, "EUR"))
