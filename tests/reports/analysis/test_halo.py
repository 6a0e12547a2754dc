import json
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from reports.analysis.estimate import CannotTell, Estimate
from reports.analysis.event import CAMPAIGN, LAUNCH, NOTHING_ELSE_CHANGED, Event
from reports.analysis.halo import halo
from reports.analysis.panel import WEEK, Panel, Series

FIRST = date(2025, 1, 6)


def world(
    lift: float = 0.2, share: float = 0.4, seed: int = 1, regions: int = 20, treated: int = 5, before: int = 40,
    after: int = 6, shock: float = 0.03,
) -> tuple[Panel, Event]:  # fmt: skip
    """Regions of unlike sizes and shares of B, with a demand common to all, their own shocks and a campaign in some."""
    random = np.random.default_rng(seed)
    weeks = before + after
    common = np.cumsum(random.normal(0, 0.03, weeks)) * random.uniform(0.7, 1.3, (regions, 1))
    size = 200 * np.exp(random.normal(0, 0.5, (regions, 1)))
    mean = [
        size * part * np.exp(common + random.normal(0, shock, (regions, weeks)))
        for part in (1.0, random.uniform(0.4, 1.2, (regions, 1)))
    ]
    there = np.zeros((regions, weeks))
    there[:treated, before:] = lift
    brought = there * (mean[0] + mean[1])
    own = random.poisson(mean[0] + (1 - share) * brought).astype(float)
    other = random.poisson(mean[1] + share * brought).astype(float)
    names = tuple(f"R{number:02}" for number in range(regions))
    days = tuple(FIRST + number * WEEK for number in range(weeks))
    attests = frozenset({NOTHING_ELSE_CHANGED})
    event = Event("own", "amazon", names[:treated], days[before], CAMPAIGN, None, random_rollout=True, attests=attests)
    return Panel(days, names, {"own": own, "amazon": other}), event


def reason_of(answer: object) -> str:
    assert isinstance(answer, CannotTell)
    assert not answer.unbounded
    return str(answer.reason)


def with_orders(panel: Panel, change: Any, channel: str = "own") -> Panel:
    orders = {name: series.copy() for name, series in panel.orders.items()}
    change(orders[channel])
    return replace(panel, orders=orders)


def test_share_of_the_campaign_is_found() -> None:
    answer = halo(*world())
    assert isinstance(answer, Estimate)
    assert answer.low < 0.4 < answer.high
    assert answer.value == pytest.approx(0.4, abs=0.1)
    assert (answer.unit, answer.n, answer.level) == ("share", 30, 0.9)
    assert [one.name for one in answer.checks] == [
        "campaign", "random_rollout", "fit_before", "total_lift", "controls", "without_one_control",
    ]  # fmt: skip
    json.dumps(answer.detail, allow_nan=False)


def test_share_is_exact_where_all_regions_move_alike() -> None:
    panel, event = world()
    shape = np.exp(np.sin(np.arange(46)))
    size = np.arange(1.0, 21)[:, None]
    own, other = 100 * size * shape, 60 * size * shape
    own[:5, 40:] += 15 * size[:5]
    other[:5, 40:] += 10 * size[:5]
    answer = halo(replace(panel, orders={"own": own, "amazon": other}), event)
    assert isinstance(answer, Estimate)
    assert [answer.value, answer.low, answer.high] == pytest.approx([0.4, 0.4, 0.4], abs=1e-6)


def test_no_lift_cannot_tell_and_leaves_the_ends_open() -> None:
    answer = halo(*world(lift=0.0, seed=2))
    assert isinstance(answer, CannotTell)
    assert answer.unbounded
    assert "too little to divide" in str(answer.reason)
    json.dumps(answer.detail, allow_nan=False)


def test_the_same_seed_says_the_same_and_another_hardly_else() -> None:
    first, again, other = (halo(*world(), seed=seed) for seed in (1, 1, 2))
    assert isinstance(first, Estimate)
    assert isinstance(other, Estimate)
    assert first == again != other
    assert (other.low, other.high) == pytest.approx((first.low, first.high), abs=0.1)


def test_only_weeks_wholly_inside_the_campaign_count() -> None:
    panel, event = world(after=9)
    mid = replace(event, starts=event.starts + WEEK / 2, ends=event.starts + 6.5 * WEEK)
    answer = halo(panel, mid)
    assert answer.n == 5 * 5
    assert answer.detail["weeks"][answer.detail["before"]] == (event.starts + WEEK).isoformat()


def test_regions_of_another_size_do_not_change_it() -> None:
    panel, event = world()
    scale = np.linspace(1, 3, 20)[:, None]
    scale[:5] = 7.0
    scaled = replace(panel, orders={name: series * scale for name, series in panel.orders.items()})
    first, other = halo(panel, event), halo(scaled, event)
    assert isinstance(first, Estimate)
    assert isinstance(other, Estimate)
    assert other.value == pytest.approx(first.value, abs=0.02)


def _unknown(series: Series) -> None:
    series[2, 10] = np.nan


def _nothing_before(series: Series) -> None:
    series[:5, :40] = 0


def _nothing(series: Series) -> None:
    series[:] = 0


def test_designs_that_cannot_tell_say_why_before_the_outcome() -> None:
    panel, event = world()
    for answer, why in [
        (halo(panel, replace(event, attests=frozenset())), "Nobody attests"),
        (halo(*world(regions=12)), "7 control regions"),
        (halo(*world(regions=1, treated=1)), "0 control regions"),
        (halo(*world(before=19)), "19 weeks before"),
        (halo(*world(after=3)), "The campaign lasts 3 whole weeks"),
        (halo(panel, replace(event, ends=event.starts + 2 * WEEK)), "The campaign lasts 2 whole weeks"),
        (halo(panel, replace(event, starts=date(2030, 1, 7))), "The event is not between"),
        (halo(panel, replace(event, regions=("Atlantis",))), "The panel has no region Atlantis"),
        (halo(panel, replace(event, affecting="ebay")), "The panel has no orders of ebay"),
        (halo(with_orders(panel, _unknown), event), "The panel has a gap"),
        (
            halo(with_orders(panel, _nothing_before, "amazon"), replace(event, kind=LAUNCH)),
            "amazon sold nothing before",
        ),
        (halo(with_orders(panel, _nothing_before), event), "own sold nothing"),
        (halo(with_orders(panel, _nothing), event), "own sold nothing"),
    ]:
        assert reason_of(answer).startswith(why)
        assert answer.detail == {}


def test_a_missing_week_is_a_gap() -> None:
    panel, event = world()
    kept = [at for at in range(46) if at != 20]
    weeks = tuple(panel.weeks[at] for at in kept)
    orders = {name: series[:, kept] for name, series in panel.orders.items()}
    assert "the week of 2025-05-26 is missing" in reason_of(halo(Panel(weeks, panel.regions, orders), event))


def test_a_control_that_sells_nothing_on_one_channel_is_left_out() -> None:
    panel, event = world()

    def none(series: Series) -> None:
        series[19] = 0

    answer = halo(with_orders(panel, none, "amazon"), event)
    assert "14 controls" in next(str(one.detail) for one in answer.checks if one.name == "controls")


def test_chosen_regions_and_other_events_are_said() -> None:
    panel, event = world()
    answer = halo(panel, replace(event, random_rollout=False, kind="promotion"))
    assert [(one.name, one.passed) for one in answer.checks[:2]] == [("campaign", False), ("random_rollout", None)]


def written(folder: Path, panel: Panel, event: Event) -> list[str]:
    rows = ["week,region,channel,orders"]
    rows += [
        f"{week},{region},{channel},{series[row, at]:.0f}"
        for channel, series in panel.orders.items()
        for row, region in enumerate(panel.regions)
        for at, week in enumerate(panel.weeks)
    ]
    (folder / "p.csv").write_text("\n".join(rows), "utf-8")
    said = {
        "affected": event.affected, "affecting": event.affecting, "regions": list(event.regions), "type": event.kind,
        "date": event.starts.isoformat(), "random_rollout": event.random_rollout, "attests": sorted(event.attests),
    }  # fmt: skip
    (folder / "e.json").write_text(json.dumps(said), "utf-8")
    return [f"--panel={folder / 'p.csv'}", f"--event={folder / 'e.json'}"]


def test_the_command_prints_the_answer_of_its_files(tmp_path: Path) -> None:
    out = StringIO()
    call_command("halo", *written(tmp_path, *world()), stdout=out)
    told, answer = json.loads(out.getvalue()), halo(*world())
    assert isinstance(answer, Estimate)
    assert (told["type"], told["value"], told["low"]) == ("estimate", answer.value, answer.low)


def test_the_command_prints_open_ends_as_null(tmp_path: Path) -> None:
    out = StringIO()
    call_command("halo", *written(tmp_path, *world(lift=0.0, seed=2)), stdout=out)
    told = json.loads(out.getvalue())
    assert [told[one] for one in ("type", "value", "low", "high", "unbounded")] == [
        "cannot_tell",
        None,
        None,
        None,
        True,
    ]


def test_the_command_names_what_it_cannot_read(tmp_path: Path) -> None:
    panel, event = world()
    options = written(tmp_path, panel, replace(event, regions=("Atlantis",)))
    with pytest.raises(CommandError, match="Atlantis"):
        call_command("halo", *options)
    with pytest.raises(CommandError, match="0 or more"):
        call_command("halo", *written(tmp_path, panel, event), "--seed=-1")
    (tmp_path / "p.csv").write_text("week,region,channel,orders\n2025-01-06,R00,own,-3\n", "utf-8")
    with pytest.raises(CommandError, match=r"p\.csv, line 2: column orders"):
        call_command("halo", *options)
    (tmp_path / "p.csv").write_text("", "utf-8")
    with pytest.raises(CommandError, match=r"p\.csv, line 1: no column"):
        call_command("halo", *options)


@pytest.mark.slow
@pytest.mark.parametrize(("lift", "share", "treated"), [(0.2, 0.4, 5), (0.2, 0.1, 10), (0.1, 0.5, 5)])
def test_sets_hold_the_truth_in_nine_of_ten(lift: float, share: float, treated: int) -> None:
    runs, held = 300, 0
    errors = []
    for seed in range(runs):
        answer = halo(*world(lift, share, seed, treated=treated, shock=0.05))
        if isinstance(answer, Estimate):
            errors.append(answer.value - share)
            held += answer.low <= share <= answer.high
        else:
            held += isinstance(answer, CannotTell) and answer.unbounded
    assert held / runs >= 0.865
    assert np.sqrt(np.mean(np.square(errors))) < 0.1
