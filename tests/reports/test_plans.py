"""The plan of each pair of channels is built with its bounds, and again where their weeks changed."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from channels.models import Company, Order
from reports.analysis.panel import WEEK, Panel
from reports.analysis.planner import regions_and_weeks
from reports.build import build
from reports.frames import Frame
from reports.models import Report
from reports.plans import history_of, plan_of
from tests.reports.analysis.launches import MARKET, OWN, launch, only_weeks
from tests.reports.selling import make_seller


def frame_of(panel: Panel, elsewhere: float = 0.0) -> Frame:
    stateless = {channel: np.full(len(panel.weeks), elsewhere) for channel in panel.orders}
    return Frame("US", panel, stateless, {}, {}, {}, (date(2024, 1, 1), date(2025, 1, 1)))


@pytest.fixture
def frame() -> Frame:
    return frame_of(launch(before=60, treated=20)[0])


@pytest.fixture
def company() -> Company:
    return make_seller(amazon={"CA": [7] * 14, "TX": [3] * 14}, shopify={"CA": [5] * 14, "TX": [4] * 14})


def test_a_plan_is_json_with_all_that_was_tried(frame: Frame) -> None:
    kept = plan_of(frame, MARKET, OWN, seed=1)
    switchback = kept.pop("switchback")
    assert 0 < switchback < 1
    plan = regions_and_weeks(frame.panel, OWN, MARKET, seed=1)
    assert json.loads(json.dumps(kept)) == kept
    assert kept == {
        "regions": plan.regions, "weeks": plan.weeks, "width": plan.width, "ratio": plan.ratio, "reached": True,
        "tried": [list(one) for one in plan.tried], "reason": None, "said": [],
    }  # fmt: skip


def test_without_a_design_the_width_is_null_and_the_reason_can_be_translated(frame: Frame) -> None:
    short = only_weeks(frame.panel, list(range(20)))
    kept = plan_of(frame_of(short), MARKET, OWN, seed=1)
    assert (kept["width"], kept["reached"], kept["tried"]) == (None, False, [])
    template, values = kept["said"]
    assert template.format(**values) == kept["reason"]
    assert kept["reason"].startswith("20 weeks in 20 regions are too short a history")


def test_the_history_is_of_the_two_channels_alone(frame: Frame) -> None:
    first = history_of(frame, MARKET, OWN)
    more = replace(frame.panel, orders={**frame.panel.orders, "other": np.ones((20, 86))})
    assert history_of(frame_of(more), MARKET, OWN) == first
    own = frame.panel.orders[OWN].copy()
    own[3, 7] += 1
    gap = own.copy()
    gap[3, 7] = np.nan
    changed = [replace(frame.panel, orders={**frame.panel.orders, OWN: one}) for one in (own, gap)]
    later = replace(frame.panel, weeks=tuple(week + WEEK for week in frame.panel.weeks))
    told = {history_of(frame_of(one), MARKET, OWN) for one in (*changed, later)} | {history_of(frame, OWN, MARKET)}
    assert len(told | {first}) == 5


def test_a_switchback_is_planned_from_the_last_weeks_that_both_know(frame: Frame) -> None:
    first = plan_of(frame, MARKET, OWN, seed=1)["switchback"]
    market = frame.panel.orders[MARKET].copy()
    market[:, :20] = np.nan
    assert plan_of(frame_of(replace(frame.panel, orders={**frame.panel.orders, MARKET: market})), MARKET, OWN, 1)[
        "switchback"
    ] == first  # fmt: skip
    market[:, :80] = np.nan
    short = frame_of(replace(frame.panel, orders={**frame.panel.orders, MARKET: market}))
    assert plan_of(short, MARKET, OWN, 1)["switchback"] is None


def test_orders_without_a_region_count_in_a_switchback(frame: Frame) -> None:
    first, more = (plan_of(one, MARKET, OWN, 1)["switchback"] for one in (frame, frame_of(frame.panel, 1e6)))
    assert first != more
    assert history_of(frame, MARKET, OWN) != history_of(frame_of(frame.panel, 1e6), MARKET, OWN)


@pytest.mark.django_db
def test_bounds_are_built_with_a_plan(company: Company) -> None:
    assert build(company).failed == []
    for report in Report.objects.filter(kind="bounds"):
        assert "2 regions are too short a history" in report.body["plan"]["reason"]
        assert len(report.data["history"]) == 64


@pytest.mark.django_db
def test_a_plan_is_made_again_where_orders_moved_between_regions(company: Company) -> None:
    build(company)
    before = set(Report.objects.filter(kind="bounds").values_list("data__history", flat=True))

    moved = Order.objects.filter(store__channel="shopify", state="CA").order_by("pk").first()
    assert moved is not None
    moved.state = "TX"
    moved.save()
    build(company)
    after = set(Report.objects.filter(kind="bounds").values_list("data__history", flat=True))
    assert len(before | after) == 4
