from dataclasses import replace

import numpy as np
import pytest

from reports.analysis.cannibalization import cannibalization
from reports.analysis.estimate import CannotTell
from reports.analysis.planner import USUAL, regions_and_weeks
from tests.reports.analysis.launches import MARKET, OWN, launch, only_regions, only_weeks


def test_plan_is_the_cheapest_design_that_is_narrow_enough() -> None:
    panel, event = launch(before=60)
    plan = regions_and_weeks(panel, OWN, MARKET, until=event.starts, ratio=1.0)
    cheaper = [one for one in plan.tried if one[0] * one[1] < plan.regions * plan.weeks]
    assert plan.reached
    assert plan.width <= 0.3
    assert all(width > 0.3 for _, _, width in cheaper)
    assert {weeks for _, weeks, _ in plan.tried} == {6, 8, 13, 17, 26, 39}


def test_twice_the_orders_half_the_width() -> None:
    panel, event = launch(before=60)
    one, two = (regions_and_weeks(panel, OWN, MARKET, event.starts, ratio) for ratio in (0.5, 1.0))
    assert [wide / 2 for _, _, wide in one.tried] == pytest.approx([width for _, _, width in two.tried])


def test_plan_knows_nothing_of_what_comes_later() -> None:
    panel, event = launch(before=60)
    later = {channel: np.where(np.arange(86) < 60, one, 3.0) for channel, one in panel.orders.items()}
    assert regions_and_weeks(panel, OWN, MARKET, event.starts, 1.0) == regions_and_weeks(
        replace(panel, orders=later), OWN, MARKET, event.starts, 1.0
    )


def test_planned_width_is_about_that_of_the_event() -> None:
    ratios = []
    for seed in range(12):
        panel, event = launch(seed=seed, before=70, after=13, treated=5, ratio=0.8)
        found = cannibalization(panel, event)
        plan = regions_and_weeks(panel, OWN, MARKET, event.starts, 0.8)
        planned = next(width for regions, weeks, width in plan.tried if (regions, weeks) == (5, 13))
        assert not isinstance(found, CannotTell)
        ratios.append((found.high - found.low) / planned)
    assert 0.7 < np.median(ratios) < 1.4


@pytest.mark.parametrize(("regions", "before"), [(20, 25), (8, 60)])
def test_a_history_too_short(regions: int, before: int) -> None:
    panel, _event = launch(before=60)
    short = only_regions(panel, list(range(regions)))
    plan = regions_and_weeks(short, OWN, MARKET, until=panel.weeks[before], ratio=1.0)
    assert not plan.reached
    assert "too short" in str(plan.reason)


def test_weeks_that_nobody_knows_end_a_history() -> None:
    panel, _event = launch(before=60)
    own = panel.orders[OWN].copy()
    own[:, -3:] = np.nan
    late = replace(panel, orders={**panel.orders, OWN: own})
    assert regions_and_weeks(late, OWN, MARKET) == regions_and_weeks(only_weeks(panel, list(range(83))), OWN, MARKET)
    own[:, 50] = np.nan
    broken = regions_and_weeks(replace(panel, orders={**panel.orders, OWN: own}), OWN, MARKET)
    assert {weeks for _, weeks, _ in broken.tried} == {6, 8}


@pytest.mark.parametrize(("since", "planned"), [(40, True), (70, False)])
def test_a_channel_that_came_late_has_a_history_from_then_on(since: int, planned: bool) -> None:
    panel, _event = launch(before=60)
    own = np.where(np.arange(86) < since, 0.0, panel.orders[OWN])
    plan = regions_and_weeks(replace(panel, orders={**panel.orders, OWN: own}), OWN, MARKET)
    assert plan == regions_and_weeks(only_weeks(panel, list(range(since, 86))), OWN, MARKET)
    assert (plan.reason is None) == planned


def test_regions_that_sold_nothing_at_first_are_no_part_of_a_plan() -> None:
    panel, _event = launch(before=60)
    own = panel.orders[OWN].copy()
    own[4, :30] = 0
    plan = regions_and_weeks(replace(panel, orders={**panel.orders, OWN: own}), OWN, MARKET, ratio=1.0)
    assert plan == regions_and_weeks(only_regions(panel, [*range(4), *range(5, 20)]), OWN, MARKET, ratio=1.0)


def test_the_ratio_is_of_weeks_in_which_both_are_known() -> None:
    panel, _event = launch(before=60, treated=20)
    market = panel.orders[MARKET].copy()
    market[:, -8:] = np.nan
    plan = regions_and_weeks(replace(panel, orders={**panel.orders, MARKET: market}), OWN, MARKET)
    assert plan.ratio == pytest.approx(market[:, -17:-8].sum() / panel.orders[OWN][:, -17:-8].sum())
    market[:, -17:] = np.nan
    assert regions_and_weeks(replace(panel, orders={**panel.orders, MARKET: market}), OWN, MARKET).ratio == USUAL
    assert regions_and_weeks(panel, OWN, "new").ratio == USUAL


def test_a_channel_that_sells_no_more_has_no_plan() -> None:
    panel, _event = launch(before=60)
    own = panel.orders[OWN].copy()
    own[:, -17:] = 0
    plan = regions_and_weeks(replace(panel, orders={**panel.orders, OWN: own}), OWN, MARKET)
    assert not plan.reached
    assert str(plan.reason) == "own sold nothing in the last 17 weeks."


def test_a_channel_with_too_few_orders_has_no_plan_as_it_gets_no_answer() -> None:
    panel, _event = launch(before=60)
    few = replace(panel, orders={**panel.orders, MARKET: 0.1 * panel.orders[OWN]})
    plan = regions_and_weeks(few, OWN, MARKET)
    assert (plan.regions, plan.reached) == (0, False)
    assert plan.ratio == pytest.approx(0.1)
    assert "below 0.15 nothing can be seen" in str(plan.reason)


def test_refusals_say_the_cheapest_design() -> None:
    panel, event = launch(before=60, ratio=0.8)
    refused = cannibalization(panel, replace(event, ends=panel.weeks[64]))
    assert isinstance(refused, CannotTell)
    assert "regions drawn by lot" in str(refused.tell)
    early = cannibalization(only_weeks(panel, list(range(64))), event)
    assert isinstance(early, CannotTell)
    assert str(early.tell) == "Ask again when 6 weeks after it are over."
    few = cannibalization(only_regions(panel, list(range(8))), replace(event, regions=panel.regions[:1]))
    assert isinstance(few, CannotTell)
    assert "randomised weekly blocks" in str(few.tell)
