import math
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from reports.analysis.estimate import Bounds, CannotTell, Estimate
from reports.analysis.money import Margin
from reports.analysis.said import Said
from reports.analysis.taken import Took, once, sums, told, weekly

SHOPIFY = Margin("shopify", 15.0, 1.0, 400, "USD")
KAPPA = Estimate(0.3, 0.2, 0.5, 0.9, "share", 26, "event")
BOUNDS = Bounds(0.1, 0.6, "share", 26, "bounds")


def took(share: Any = KAPPA, orders: Any = (10, 20, 30), **other: Any) -> Took:
    given = {"country": "US", "affecting": "amazon", "affected": "shopify", "margin": SHOPIFY, **other}
    return Took(share=share, orders=np.array(orders, np.float64), **given)


def over(*pairs: Took) -> Any:
    return sums(pairs, "USD", {one: float(one.orders.sum()) for one in pairs})


def test_what_was_taken_is_share_by_orders_by_margin() -> None:
    found = over(took())
    unsure = 0.3 * 60 * SHOPIFY.half
    assert (found.value, found.unit, found.n) == (270, "USD", 60)
    assert found.low == pytest.approx(270 - math.hypot(0.1 * 900, unsure))
    assert found.high == pytest.approx(270 + math.hypot(0.2 * 900, unsure))


def test_weeks_add_up_to_the_sum() -> None:
    pairs = [took(), took(country="CA", share=Estimate(0.1, 0, 0.2, 0.9, "share", 9, "event"))]
    by_week = weekly(pairs, 3)
    assert by_week.value is not None
    assert by_week.value.sum() == pytest.approx(over(*pairs).value)
    assert_allclose(by_week.value, [60, 120, 180])


def test_errors_of_two_countries_are_joined_and_those_of_one_margin_added() -> None:
    two = over(took(), took(country="CA"))
    one = over(took())
    assert two.value == 2 * one.value
    unsure = 0.3 * 60 * SHOPIFY.half
    assert two.high - two.value == pytest.approx(math.hypot(0.2 * 900 * math.sqrt(2), 2 * unsure))
    apart = over(took(), took(country="CA", margin=Margin("shopify", 15.0, 1.0, 300, "USD")))
    assert apart.high < two.high


def test_with_bounds_there_are_bounds_only() -> None:
    found = over(took(BOUNDS), took(country="CA"))
    assert isinstance(found, Bounds)
    assert found.low < 0.1 * 900 + 270
    assert found.high > 0.6 * 900 + 270
    by_week = weekly([took(BOUNDS)], 3)
    assert by_week.value is None
    assert (by_week.low < by_week.high).all()


def test_nothing_taken_from_nobody() -> None:
    assert over() is None
    found = weekly([], 2)
    assert (found.low.tolist(), found.high.tolist()) == ([0, 0], [0, 0])


def test_weeks_without_orders_have_no_error() -> None:
    found = weekly([took(orders=(0, 0))], 2)
    assert found.low.tolist() == found.high.tolist() == [0, 0]


def test_halo_gives_and_an_order_that_loses_money_costs_nothing() -> None:
    halo = over(took(Estimate(-0.2, -0.3, -0.1, 0.9, "share", 26, "event")))
    assert halo.value == -180
    assert halo.low < -180 < halo.high
    assert over(took(margin=Margin("shopify", -2.0, 0.1, 9, "USD"))).value == -36


def test_each_two_channels_of_a_country_count_once() -> None:
    back = took(affecting="shopify", affected="amazon", share=BOUNDS, orders=(99, 99, 99))
    there, elsewhere = took(), took(country="CA", share=BOUNDS)
    third = took(affecting="tiktok", share=BOUNDS)
    assert once([back, there, elsewhere, third], 13) == [there, elsewhere, third]
    more = took(affecting="shopify", affected="amazon", orders=(40, 40, 40))
    assert once([there, more], 13) == [more]
    assert once([more, there], 1) == [more]


def test_what_is_true_of_any_two_channels_is_nothing_told() -> None:
    assert told(Bounds(0, 1, "share", 5, "bounds")) is None
    assert told(CannotTell(Said("No event."))) is None
    assert told(KAPPA) is KAPPA
    assert told(Bounds(0, 0.9, "share", 5, "bounds")) is not None
