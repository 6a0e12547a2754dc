"""An event is judged by weeks and regions that nothing else touches."""

from datetime import date, timedelta

import numpy as np
import pytest

from reports.analysis.event import Event
from reports.analysis.panel import Panel
from reports.designs import design

FIRST = date(2025, 1, 6)
REGIONS = tuple(f"R{n:02d}" for n in range(24))


def week(number: int) -> date:
    return FIRST + timedelta(weeks=number)


def panel(weeks: int = 64) -> Panel:
    counts = np.arange(24 * weeks, dtype=float).reshape(24, weeks)
    return Panel(tuple(week(n) for n in range(weeks)), REGIONS, {"amazon": counts, "shopify": counts + 1})


def event(kind: str, regions: tuple[str, ...], since: int, until: int | None = None, **channels: str) -> Event:
    affected, affecting = channels.get("affected", "shopify"), channels.get("affecting", "amazon")
    return Event(affected, affecting, regions, week(since), kind, None if until is None else week(until))


LAUNCH = event("launch", REGIONS[:8], 30)


def test_alone_it_is_judged_by_everything() -> None:
    found = design(panel(), LAUNCH, [])
    assert (found.panel.weeks, found.panel.regions, found.left_out) == (panel().weeks, REGIONS, ())
    assert found.event == LAUNCH


def test_regions_of_other_events_are_no_controls_and_weeks_end_where_too_few_would_be_left() -> None:
    delisting, campaign = event("delisting", REGIONS[8:13], 52, 62), event("brand_campaign", REGIONS[13:19], 18, 26)
    found = design(panel(), LAUNCH, [delisting, campaign])
    assert found.panel.regions == REGIONS[:13] + REGIONS[19:]
    assert (found.panel.weeks[0], found.panel.weeks[-1]) == (week(0), week(51))
    assert found.left_out == REGIONS[13:19]
    np.testing.assert_array_equal(
        found.panel.orders["shopify"], panel().orders["shopify"][[*range(13), *range(19, 24)], :52]
    )


def test_what_ended_well_before_leaves_controls() -> None:
    found = design(panel(), event("launch", REGIONS[:8], 40), [event("brand_campaign", REGIONS[8:24], 2, 8)])
    assert (found.panel.regions, found.panel.weeks[0], found.left_out) == (REGIONS, week(12), ())


def test_an_event_that_ended_is_judged_while_it_lasted() -> None:
    found = design(panel(), event("delisting", REGIONS[:5], 40, 50), [])
    assert found.panel.weeks[-1] == week(49)


def test_a_treated_region_that_something_else_touches_is_left_out() -> None:
    found = design(panel(), LAUNCH, [event("promotion", REGIONS[:2], 31, 60)])
    assert (found.event.regions, found.left_out) == (REGIONS[2:8], REGIONS[:2])


def test_where_all_is_touched_it_is_still_asked_and_the_estimator_refuses() -> None:
    found = design(panel(), LAUNCH, [event("promotion", REGIONS, 31, 60)])
    assert (found.event.regions, found.panel.regions) == (LAUNCH.regions, LAUNCH.regions)


def test_events_of_other_channels_touch_nothing() -> None:
    other = event("promotion", REGIONS[8:], 31, 60, affecting="shopee", affected="tiktok")
    assert design(panel(), LAUNCH, [other]).left_out == ()


def without(channel: str, *weeks: int, of: int = 64) -> Panel:
    """A panel in which the channel's orders of these weeks are not known."""
    made = panel(of)
    made.orders[channel][:, list(weeks)] = np.nan
    return made


@pytest.mark.parametrize("channel", ["amazon", "shopify"])
def test_weeks_before_both_channels_are_known_are_left_out(channel: str) -> None:
    found = design(without(channel, 0, 1), event("brand_campaign", REGIONS[:6], 30, 38), [])
    assert (found.panel.weeks[0], found.panel.weeks[-1]) == (week(2), week(37))


def test_a_gap_ends_a_stretch() -> None:
    found = design(without("shopify", 4, 5, 50), event("delisting", REGIONS[:6], 30), [])
    assert (found.panel.weeks[0], found.panel.weeks[-1]) == (week(6), week(49))


@pytest.mark.parametrize("gaps", [(15,), (33,), (15, 33)])
def test_a_gap_that_leaves_too_few_weeks_stays_to_be_told(gaps: tuple[int, ...]) -> None:
    found = design(without("shopify", *gaps), event("delisting", REGIONS[:6], 30), [])
    assert found.panel.weeks == panel().weeks


def test_before_its_launch_a_channel_need_not_be_known() -> None:
    made = without("amazon", *range(30))
    assert design(made, LAUNCH, []).panel.weeks == made.weeks
    assert design(without("amazon", 40), LAUNCH, []).panel.weeks[-1] == week(39)
