import math
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from reports.analysis.estimate import Answer, Bounds, CannotTell, Estimate
from reports.analysis.money import (
    Loss,
    Margin,
    contribution,
    lost,
    margin,
    margin_of_orders,
    margin_of_panel,
    per_order,
)  # fmt: skip
from reports.analysis.panel import Panel
from reports.analysis.said import Said

WEEKS = [date(2026, 1, 5) + timedelta(weeks=number) for number in range(30)]
ASSUMED = Said("Nothing else changed.")
OWN = Margin("amazon", 8.0, 0.0, 1000, "USD")
OTHER = Margin("shopify", 15.0, 0.0, 1000, "USD")


def estimate(value: float, low: float, high: float, unit: str = "share") -> Estimate:
    return Estimate(value, low, high, 0.9, unit, 26, "event", (ASSUMED,))


def test_margin_is_the_ratio_of_sums_with_the_error_of_weeks() -> None:
    money, orders = np.array([10.0, 0, 30, 10, 0, 20, np.nan]), np.array([2.0, 1, 5, 2, 1, 5, 4])
    found = margin("amazon", money, orders, "USD")
    assert isinstance(found, Margin)
    assert (found.mean, found.orders, found.freedom) == (70 / 16, 16, 5)
    left = (money - found.mean * orders)[:6]
    assert found.standard_error == pytest.approx(math.sqrt(6 / 5 * (left**2).sum()) / 16)
    assert per_order(found).low == pytest.approx(found.mean - 2.015048 * found.standard_error)
    assert per_order(found).unit == "USD/order"


def test_margin_of_no_orders_or_few_weeks_is_refused() -> None:
    for money, orders in ((np.zeros(30), np.zeros(30)), (np.ones(5), np.full(5, 50.0)), (np.ones(9), np.ones(9))):
        found = margin("amazon", money, orders, "USD")
        assert isinstance(found, CannotTell)
        assert "too few" in str(found.reason)


def test_margin_of_orders_takes_advertising_off_also_of_weeks_without_orders() -> None:
    amounts = np.full(40, 10.0)
    weeks = [WEEKS[number % 20] for number in range(40)]
    found = margin_of_orders("amazon", amounts, weeks, "USD", {WEEKS[0]: 40.0, WEEKS[25]: 40.0})
    assert isinstance(found, Margin)
    assert found.mean == 8.0
    assert margin_of_orders("amazon", amounts[:0], [], "USD").n == 0  # type: ignore[union-attr]


def test_margin_of_orders_in_few_weeks_rests_on_the_orders() -> None:
    amounts = np.random.default_rng(3).normal(10, 4, 200)
    found = margin_of_orders("amazon", amounts, [WEEKS[number % 2] for number in range(200)], "USD")
    assert isinstance(found, Margin)
    assert found.standard_error == pytest.approx(amounts.std(ddof=1) / math.sqrt(200))


@pytest.mark.parametrize(("shared", "shape"), [(0.0, 0.0), (3.0, 0.0), (3.0, 1.0)])
def test_margin_covers_the_truth_also_where_weeks_share_a_shock_and_tails_are_heavy(
    shared: float, shape: float
) -> None:
    draws = np.random.default_rng(7)
    held = 0
    for _ in range(600):
        counts = draws.poisson(20, 30)
        place = np.repeat(np.arange(30), counts)
        noise = (
            np.exp(draws.normal(0, shape, len(place)) - shape**2 / 2) * 10 if shape else draws.normal(10, 5, len(place))
        )
        found = margin_of_orders("a", noise + draws.normal(0, shared, 30)[place], [WEEKS[one] for one in place], "USD")
        assert isinstance(found, Margin)
        held += abs(found.mean - 10) <= found.half
    assert 0.87 <= held / 600 <= 0.95


def test_margin_of_a_panel_takes_the_regions_and_weeks_asked_for() -> None:
    orders = np.full((2, 30), 10.0)
    money = np.vstack([np.full(30, 20.0), np.full(30, 90.0)])
    money[0, 20:] = 50
    money[0, 29] = np.nan
    panel = Panel(tuple(WEEKS), ("r1", "r2"), {"a": orders}, {"a": money}, currency="USD")
    assert margin_of_panel(panel, "a", ["r1"], WEEKS[20]) == Margin("a", 5.0, 0.0, 90, "USD", 8)
    found = margin_of_panel(panel, "a")
    assert isinstance(found, Margin)
    assert found.mean == (20 * 20 + 9 * 50 + 30 * 90) / 590
    assert margin_of_panel(replace(panel, currency=""), "a", ["r2"]) == Margin("a", 9.0, 0.0, 300, "money", 29)
    assert isinstance(margin_of_panel(replace(panel, contribution={}), "a"), CannotTell)


def test_contribution_three_ways_of_the_worked_example() -> None:
    found = contribution(OWN, 1000, {OTHER: estimate(0.3, 0.2, 0.5)}, shared=1000)
    assert (found.direct.value, found.direct.low, found.direct.high) == (8000, 8000, 8000)
    assert found.loaded
    assert found.loaded.value == 7000
    assert isinstance(found.incremental, Estimate)
    assert found.incremental.value == pytest.approx(3500)
    assert (found.incremental.low, found.incremental.high) == pytest.approx((500, 5000))
    assert found.incremental.assumptions == (ASSUMED,)


def test_contribution_of_a_halo_is_more_than_direct_and_of_a_losing_channel_too() -> None:
    halo = contribution(OWN, 100, {OTHER: estimate(-0.1, -0.2, 0.0)}).incremental
    assert isinstance(halo, Estimate)
    assert (halo.low, halo.value, halo.high) == pytest.approx((800, 950, 1100))
    losing = contribution(OWN, 100, {Margin("x", -2.0, 0, 50, "USD"): estimate(0.5, 0.4, 0.9)}).incremental
    assert isinstance(losing, Estimate)
    assert (losing.low, losing.value, losing.high) == pytest.approx((880, 900, 980))


def test_contribution_joins_bounds_and_estimates_to_bounds() -> None:
    taken: dict[Margin, Answer] = {
        OTHER: Bounds(0.0, 0.5, "share", 10, "identities"),
        Margin("ebay", 10, 0, 9, "USD"): estimate(0.2, 0.1, 0.3),
    }
    found = contribution(OWN, 100, taken).incremental
    assert isinstance(found, Bounds)
    assert (found.low, found.high) == pytest.approx((800 - 750 - 300, 800 - 100))


def test_no_order_is_taken_from_two_channels() -> None:
    every = Bounds(0.0, 1.0, "share", 0, "nothing known")
    ebay, losing = Margin("ebay", 10, 0, 9, "USD"), Margin("x", -2.0, 0, 50, "USD")
    found = contribution(OWN, 100, {ebay: every, OTHER: every, losing: every}).incremental
    assert isinstance(found, Bounds)
    assert (found.low, found.high) == pytest.approx((800 - 1500, 800 + 200))
    sure: dict[Margin, Answer] = {OTHER: estimate(0.4, 0.3, 0.5), ebay: every}
    found = contribution(OWN, 100, sure).incremental
    assert isinstance(found, Bounds)
    assert (found.low, found.high) == pytest.approx((800 - 0.4 * 1500 - 0.7 * 1000 - 150, 800 - 600 + 150))
    both = {OTHER: Bounds(0.2, 0.5, "share", 9, "b"), ebay: Bounds(0.1, 0.9, "share", 9, "b")}
    found = contribution(OWN, 100, both).incremental
    assert isinstance(found, Bounds)
    assert (found.low, found.high) == pytest.approx((800 - 0.5 * 1500 - 0.5 * 1000, 800 - 0.2 * 1500 - 0.1 * 1000))


def test_orders_of_two_channels_can_both_be_taken_from_one() -> None:
    every = Bounds(0.0, 1.0, "share", 0, "nothing known")
    found = lost([Loss(100, OTHER, every, "amazon"), Loss(50, OTHER, every, "ebay")])
    assert (found.least, found.most) == (0, 2250)


def test_contribution_cannot_be_told_without_every_loss() -> None:
    refused = CannotTell(Said("No event."))
    assert contribution(OWN, 100, {OTHER: refused}).incremental == refused
    assert isinstance(contribution(OWN, 100, {}).incremental, CannotTell)
    assert contribution(OWN, 100, {}, refused).incremental == refused


def test_contribution_prefers_theta() -> None:
    found = contribution(OWN, 100, {}, estimate(3.5, -1, 6, "USD/order"))
    assert isinstance(found.incremental, Estimate)
    assert (found.incremental.value, found.incremental.low, found.incremental.high) == (350, -100, 600)
    assert found.incremental.unit == "USD"
    bounded = contribution(OWN, 100, {}, Bounds(-7.0, 8.0, "USD/order", 5, "identities")).incremental
    assert (bounded.low, bounded.high, bounded.unit) == (-700, 800, "USD")  # type: ignore[union-attr]


def test_contribution_of_zero_orders_is_nothing() -> None:
    found = contribution(OWN, 0, {OTHER: estimate(0.3, 0.2, 0.5)})
    assert isinstance(found.incremental, Estimate)
    assert (found.direct.value, found.incremental.value, found.incremental.width) == (0, 0, 0)
