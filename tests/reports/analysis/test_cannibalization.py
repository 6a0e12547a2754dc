import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from reports.analysis.cannibalization import cannibalization, horizons, theta
from reports.analysis.estimate import CannotTell, Estimate, record
from reports.analysis.event import CAMPAIGN, PROMOTION, SWITCHBACK, Event
from reports.analysis.money import Margin
from reports.analysis.panel import Panel
from tests.reports.analysis.launches import MARKET, OWN, launch, only_regions, only_weeks, with_orders

MARGIN = Margin(MARKET, 5.0, 0.1, 5000, "USD")
CHECKS = [
    "pre_fit", "placebo_rank", "pre_trend", "leave_one_out", "in_time_placebo", "effective_controls", "contamination",
    "sensitivity", "horizons", "intervention",
]  # fmt: skip


def estimated(panel: Panel, event: Event, seed: int = 0) -> Estimate:
    answer = cannibalization(panel, event, seed)
    assert isinstance(answer, Estimate), answer
    return answer


def refused(panel: Panel, event: Event) -> str:
    answer = cannibalization(panel, event)
    assert isinstance(answer, CannotTell)
    assert not answer.unbounded
    assert answer.tell is not None
    assert record(answer)["value"] is None
    money = theta(panel, event, MARGIN)
    assert isinstance(money, CannotTell)
    assert money.reason == answer.reason
    return str(answer.reason)


@pytest.mark.parametrize("kappa", [-0.2, 0.0, 0.3, 0.9])
@pytest.mark.parametrize("existed", [False, True])
def test_share_of_a_launch_and_of_a_delisting(existed: bool, kappa: float) -> None:
    found = estimated(*launch(kappa=kappa, existed=existed))
    assert found.value == pytest.approx(kappa, abs=0.06)
    assert found.low < kappa < found.high
    assert found.width < 0.3
    assert (found.unit, found.level, found.n) == ("share", 0.9, 260)


def test_every_answer_has_ten_diagnostics_and_what_a_page_draws() -> None:
    panel, event = launch()
    found = estimated(panel, event)

    assert [check.name for check in found.checks] == CHECKS
    assert all(check.value is not None and np.isfinite(check.value) for check in found.checks[:-1])
    assert json.loads(json.dumps(found.detail)) == found.detail
    assert len(found.detail["weeks"]) == len(found.detail["gap"]) == len(found.detail["band"]) == 66
    assert sum(found.detail["weights"].values()) == pytest.approx(1)
    assert not set(found.detail["weights"]) & set(event.regions)
    assert list(found.detail["horizons"]) == ["0–13", "14–26"]
    observed, synthetic = np.array(found.detail["observed"]), np.array(found.detail["synthetic"])
    sold = np.array(found.detail["affecting"])[40:].sum()
    assert (synthetic - observed)[40:].sum() / sold == pytest.approx(found.value, abs=1e-9)


def test_regions_that_grow_are_covered_by_the_union_alone() -> None:
    panel, event = launch(growth=0.25)
    found = estimated(panel, event)
    plain, detrended = found.detail["estimates"]
    assert plain["high"] < 0.3 < detrended["high"]
    assert (found.low, found.high) == (min(plain["low"], detrended["low"]), max(plain["high"], detrended["high"]))


def test_a_trend_before_makes_a_union_although_lots_are_attested() -> None:
    panel, event = launch(growth=0.25)
    assert len(estimated(panel, replace(event, random_rollout=True)).detail["estimates"]) == 2
    assert len(estimated(*launch()).detail["estimates"]) == 1


def test_same_seed_same_answer_and_another_seed_nearly_the_same() -> None:
    panel, event = launch()
    first, again, other = (estimated(panel, event, seed) for seed in (1, 1, 2))
    assert record(first) == record(again)
    assert first.value == other.value
    assert first.low != other.low
    assert first.width == pytest.approx(other.width, rel=0.5)


def test_share_does_not_depend_on_a_control_s_size_or_the_order_of_regions() -> None:
    panel, event = launch()
    control = next(row for row, region in enumerate(panel.regions) if region not in event.regions)
    larger = panel.orders[OWN].copy()
    larger[control] *= 7
    found = estimated(panel, event)
    scaled = estimated(replace(panel, orders={**panel.orders, OWN: larger}), event)
    turned = estimated(only_regions(panel, list(reversed(range(20)))), event)

    assert scaled.value == pytest.approx(found.value, abs=1e-6)
    assert turned.value == pytest.approx(found.value, abs=1e-6)


def test_money_is_what_the_other_channels_lost() -> None:
    panel, event = launch(kappa=0.3)
    found = theta(panel, event, MARGIN)
    share = estimated(panel, event)
    assert isinstance(found, Estimate)
    assert found.unit == "USD/order"
    assert found.value == pytest.approx(5.0 - 12 * share.value, abs=1e-6)  # each own order brings in 12
    half = 12 * share.width / 2
    assert found.width / 2 == pytest.approx(np.hypot(half, MARGIN.half), rel=1e-6)


def test_p_of_no_profit_is_below_a_tenth_just_where_the_interval_leaves_0_out() -> None:
    panel, event = launch(kappa=0.3)
    share = estimated(panel, event)
    edge = 12 * share.high
    for mean, outside in ((edge + 0.01, True), (edge - 0.01, False)):
        found = theta(panel, event, Margin(MARKET, mean, 0.0, 5000, "USD"))
        assert isinstance(found, Estimate)
        assert (found.low > 0, found.detail["p_zero"] < 0.1) == (outside, outside)


def test_a_negative_margin_gives_money_too() -> None:
    panel, event = launch()
    found = theta(panel, event, Margin(MARKET, -2.0, 0.1, 5000, "USD"))
    assert isinstance(found, Estimate)
    assert found.high < 0


def test_without_contribution_money_takes_the_other_margin_and_says_so() -> None:
    panel, event = launch()
    poor = replace(panel, contribution={})
    found = theta(poor, event, MARGIN, affected=Margin(OWN, 12.0, 0.2, 5000, "USD"))
    share = estimated(poor, event)

    assert isinstance(theta(poor, event, MARGIN), CannotTell)
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(5 - 12 * share.value)
    assert len(found.assumptions) == len(share.assumptions) + 1


def test_horizons_are_answered_where_enough_weeks_are_over() -> None:
    found = horizons(*launch(after=30))
    assert [type(one) for one in found.values()] == [Estimate, Estimate, CannotTell]
    assert [one.n for one in found.values()][:2] == [130, 130]


def test_weeks_after_the_end_of_the_event_are_left_out() -> None:
    panel, event = launch()
    ended = replace(event, ends=panel.weeks[53])
    found = estimated(panel, ended)
    assert found.n == 130
    assert found.detail["weeks"][-1] == panel.weeks[52].isoformat()


def test_the_week_in_which_it_began_is_neither_before_nor_after() -> None:
    panel, event = launch()
    found = estimated(panel, replace(event, starts=event.starts - timedelta(3)))
    assert (found.detail["before"], found.n) == (39, 260)
    assert event.starts - timedelta(7) not in found.detail["weeks"]


def test_weak_events_have_no_bounded_share() -> None:
    panel, event = launch(kappa=0.0, existed=True)
    generator = np.random.default_rng(3)
    moved = np.round(panel.orders[OWN] * generator.normal(1, 0.05, panel.orders[OWN].shape))
    answer = cannibalization(
        replace(panel, orders={OWN: panel.orders[OWN], MARKET: moved}), replace(event, kind=PROMOTION)
    )
    assert isinstance(answer, CannotTell)
    assert answer.unbounded


def test_nobody_attests_that_nothing_else_changed() -> None:
    panel, event = launch()
    assert "attests" in refused(panel, replace(event, attests=frozenset()))


@pytest.mark.parametrize("kind", [CAMPAIGN, SWITCHBACK])
def test_questions_of_other_methods(kind: str) -> None:
    panel, event = launch()
    refused(panel, replace(event, kind=kind))


@pytest.mark.parametrize("column", [3, 39, 40, 60])
@pytest.mark.parametrize("row", [0, 11])
def test_a_panel_with_an_unknown_number(row: int, column: int) -> None:
    panel, event = launch()
    assert "gap" in refused(with_orders(panel, OWN, row, column, np.nan), event)


@pytest.mark.parametrize("missing", [5, 38, 41, 60])
def test_a_panel_with_a_missing_week(missing: int) -> None:
    panel, event = launch()
    assert "gap" in refused(only_weeks(panel, [at for at in range(66) if at != missing]), event)


def test_duplicated_weeks() -> None:
    panel, _event = launch()
    with pytest.raises(ValueError, match="once"):
        only_weeks(panel, [*range(20), 19, *range(20, 66)])


def test_one_region() -> None:
    panel, event = launch()
    row = panel.regions.index(event.regions[0])
    assert "0 control regions" in refused(only_regions(panel, [row]), replace(event, regions=event.regions[:1]))


def test_treated_regions_without_controls() -> None:
    panel, event = launch()
    assert "0 control regions" in refused(panel, replace(event, regions=panel.regions))


def test_few_controls() -> None:
    assert "7 control regions" in refused(*launch(regions=10, treated=3))


def test_one_region_beside_eight() -> None:
    assert "One region" in refused(*launch(regions=9, treated=1))


@pytest.mark.parametrize("channel", [OWN, MARKET])
def test_zero_sales(channel: str) -> None:
    panel, event = launch()
    nothing = np.zeros_like(panel.orders[channel])
    assert "sold nothing" in refused(replace(panel, orders={**panel.orders, channel: nothing}), event)


@pytest.mark.parametrize("days", [-400, -300, 300, 4000])
def test_a_date_outside_the_panel(days: int) -> None:
    panel, event = launch()
    assert "not between" in refused(panel, replace(event, starts=event.starts + timedelta(days)))


def test_a_region_or_channel_that_is_not_there() -> None:
    panel, event = launch()
    assert "Atlantis" in refused(panel, replace(event, regions=(*event.regions, "Atlantis")))
    assert "tiktok" in refused(panel, replace(event, affecting="tiktok"))
    assert "tiktok" in refused(panel, replace(event, affected="tiktok"))
    assert "itself" in refused(panel, replace(event, affected=MARKET))
    assert "no region" in refused(panel, replace(event, regions=()))


def test_negative_orders() -> None:
    panel, event = launch()
    assert "negative" in refused(with_orders(panel, OWN, 0, 4, -1.0), event)


@pytest.mark.parametrize(("before", "after", "said"), [(19, 26, "before the event"), (40, 5, "after the event")])
def test_few_weeks(before: int, after: int, said: str) -> None:
    assert said in refused(*launch(before=before, after=after))


def test_a_channel_too_small_to_be_seen() -> None:
    assert "orders by one" in refused(*launch(ratio=0.1))


def test_regions_that_wander_apart() -> None:
    assert "wandered" in refused(*launch(noise=1.0, ratio=0.2))


def test_a_launch_that_reached_the_controls() -> None:
    panel, event = launch()
    market = panel.orders[MARKET].copy()
    market[:, 40:] = np.maximum(market[:, 40:], 0.2 * panel.orders[OWN][:, 40:])
    assert "controls" in refused(replace(panel, orders={**panel.orders, MARKET: market}), event).replace(
        "control regions", "controls"
    )


def test_a_launch_that_reached_one_control_does_without_it() -> None:
    panel, event = launch()
    row = next(row for row, region in enumerate(panel.regions) if region not in event.regions)
    market = panel.orders[MARKET].copy()
    market[row, 40:] = panel.orders[OWN][row, 40:]
    found = estimated(replace(panel, orders={**panel.orders, MARKET: market}), event)
    assert panel.regions[row] not in found.detail["weights"]


def test_the_channel_of_a_delisting_changed_in_the_controls_too() -> None:
    panel, event = launch(existed=True)
    market = panel.orders[MARKET].copy()
    market[:, 40:] = np.round(market[:, 40:] * 0.5)
    assert "control regions too" in refused(replace(panel, orders={**panel.orders, MARKET: market}), event)


def test_a_control_without_sales_is_none() -> None:
    panel, event = launch()
    row = next(row for row, region in enumerate(panel.regions) if region not in event.regions)
    own = panel.orders[OWN].copy()
    own[row] = 0
    assert (
        panel.regions[row] not in estimated(replace(panel, orders={**panel.orders, OWN: own}), event).detail["weights"]
    )


def test_rows_of_a_channel_before_its_launch_may_be_absent() -> None:
    panel, event = launch()
    absent = np.where(panel.orders[MARKET] > 0, panel.orders[MARKET], np.nan)
    unsaid = cannibalization(replace(panel, orders={**panel.orders, MARKET: absent}), event)
    assert record(unsaid) == record(cannibalization(panel, event))


@pytest.mark.slow
def test_intervals_cover() -> None:
    covered, wrong = 0, 0
    for seed in range(200):
        panel, event = launch(seed=seed, kappa=0.0, ratio=0.6, treated=5, after=13, noise=0.08)
        found = estimated(panel, event)
        covered += found.low <= 0 <= found.high
        wrong += found.low > 0
    assert covered >= 172  # 180 less twice its deviation
    assert wrong <= 20


def test_of_many_controls_the_largest_are_taken() -> None:
    panel, event = launch(regions=130, treated=5, after=8)
    found = estimated(panel, event)
    sizes = dict(zip(panel.regions, panel.orders[OWN][:, :40].sum(axis=1), strict=True))
    used = {region for region, weight in found.detail["weights"].items() if weight}
    largest = sorted(set(panel.regions) - set(event.regions), key=lambda region: -sizes[region])[:100]
    assert used <= set(largest)


def test_controls_where_the_channel_sold_all_along_stay_controls() -> None:
    panel, event = launch()
    market = panel.orders[MARKET].copy()
    controls = [row for row, region in enumerate(panel.regions) if region not in event.regions]
    market[controls] = np.round(0.8 * panel.orders[OWN][controls])
    found = estimated(replace(panel, orders={**panel.orders, MARKET: market}), event)
    assert found.value == pytest.approx(estimated(panel, event).value, abs=0.01)
