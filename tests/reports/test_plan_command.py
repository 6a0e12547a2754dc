"""Plans from files: an event in regions, and a schedule by lots that its own command reads again."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from reports.analysis.planner import regions_and_weeks
from reports.analysis.schedule import draw
from reports.analysis.switchback_files import SCHEDULE, read_schedule
from reports.analysis.switchback_plan import plan_switchback
from tests.reports.analysis.launches import MARKET, OWN, launch

Lines = list[str]
Told = Callable[..., Any]
FIRST = date(2027, 1, 4)
SWITCH = ("--first=2027-01-04", "--weeks=12", "--block-days=7", "--moves=0.4")


def panel_lines(regions: int = 20, weeks: int = 60) -> Lines:
    panel, _event = launch(before=weeks, after=1, treated=0, existed=True)
    return ["week,region,channel,orders", *(
        f"{week},{region},{channel},{orders[row, at]:.0f}"
        for channel, orders in panel.orders.items()
        for row, region in enumerate(panel.regions[:regions])
        for at, week in enumerate(panel.weeks)
    )]  # fmt: skip


def history() -> tuple[Any, Any]:
    random = np.random.default_rng(3)
    return random.poisson(150, 120), random.poisson(100, 120)


def daily_lines(names: tuple[str, str] = ("shopify", "amazon")) -> Lines:
    days = [date(2026, 8, 1) + timedelta(days=n) for n in range(120)]
    sold = zip(names, history(), strict=True)
    return [
        "day,channel,orders",
        *(f"{day},{name},{n}" for name, orders in sold for day, n in zip(days, orders, strict=True)),
    ]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    def run(lines: Lines | bytes, *options: str) -> Any:
        switch = "--switchback" in options
        path = tmp_path / ("daily.csv" if switch else "panel.csv")
        path.write_bytes(lines if isinstance(lines, bytes) else "\n".join(lines).encode())
        out = StringIO()
        call_command("plan", f"--{'series' if switch else 'panel'}={path}", *options, stdout=out)
        return json.loads(out.getvalue(), parse_constant=pytest.fail)

    return run


def test_the_cheapest_event_is_printed_as_json(told: Told) -> None:
    answer = told(panel_lines(), f"--affected={OWN}", f"--affecting={MARKET}", "--seed=4")
    panel, _event = launch(before=60, after=1, treated=0, existed=True)
    plan = regions_and_weeks(panel, OWN, MARKET, seed=4)
    assert answer == {
        "regions": plan.regions, "weeks": plan.weeks, "width": plan.width, "ratio": plan.ratio, "reached": True,
        "tried": [list(one) for one in plan.tried], "reason": None,
    }  # fmt: skip


def test_a_width_that_no_design_reaches_gives_the_narrowest(told: Told) -> None:
    answer = told(panel_lines(), f"--affected={OWN}", f"--affecting={MARKET}", "--width=0.001")
    assert not answer["reached"]
    assert answer["width"] == min(width for _, _, width in answer["tried"])


def test_a_channel_that_is_to_come_needs_its_expected_orders(told: Told) -> None:
    with pytest.raises(CommandError, match=r"--affecting ebay: the panel has .*--ratio"):
        told(panel_lines(), f"--affected={OWN}", "--affecting=ebay")
    answer = told(panel_lines(), f"--affected={OWN}", "--affecting=ebay", "--ratio=0.5")
    assert answer["ratio"] == 0.5


def test_a_panel_too_small_says_why_and_has_no_width(told: Told) -> None:
    answer = told(panel_lines(regions=4), f"--affected={OWN}", f"--affecting={MARKET}")
    assert (answer["regions"], answer["width"], answer["tried"]) == (0, None, [])
    assert "too short a history" in answer["reason"]


def test_a_schedule_is_printed_with_the_width_to_expect(told: Told) -> None:
    answer = told(daily_lines(), "--switchback", *SWITCH, "--seed=7")
    plan = plan_switchback(*history(), FIRST, 12, 7, 0.4, seed=7)
    assert (answer["width"], answer["answered"], answer["weeks"], answer["seed"]) == (plan.width, 1.0, 12.0, 7)
    assert answer["blocks"][0] == {
        "block": "1", "start": "2027-01-04", "end": "2027-01-11", "pair": "1", "on": int(plan.blocks[0].on),
    }  # fmt: skip
    assert answer == told(daily_lines(("y", "x")), "--switchback", *SWITCH, "--seed=7", "--affecting=x")


def test_a_switch_that_moves_too_little_has_no_width(told: Told) -> None:
    answer = told(daily_lines(), "--switchback", *SWITCH[:3], "--moves=0.001")
    assert answer["width"] is None
    assert answer["answered"] < 0.5


def test_the_written_schedule_is_read_by_the_command_that_answers(told: Told, tmp_path: Path) -> None:
    out, series = tmp_path / "schedule.csv", tmp_path / "series.csv"
    told(daily_lines(), "--switchback", *SWITCH, "--seed=7", f"--out={out}")
    assert out.read_text().splitlines()[0] == ",".join(SCHEDULE)
    blocks = read_schedule(out)
    assert blocks == draw(FIRST, 6, 7, seed=7)
    random = np.random.default_rng(1)
    brought = [int(random.poisson(400)) * one.on for one in blocks]
    series.write_text("block,channel,orders\n" + "".join(
        f"{one.name},shopify,{1000 - n // 2}\n{one.name},amazon,{700 + n}\n"
        for one, n in zip(blocks, brought, strict=True)
    ))  # fmt: skip
    answer = StringIO()
    call_command("switchback", f"--series={series}", f"--schedule={out}", stdout=answer)
    assert json.loads(answer.getvalue())["type"] == "estimate"


def test_a_schedule_that_is_there_already_stays(told: Told, tmp_path: Path) -> None:
    out = tmp_path / "schedule.csv"
    out.write_text("drawn before")
    with pytest.raises(CommandError, match=r"--out schedule.csv cannot be written: File exists"):
        told(daily_lines(), "--switchback", *SWITCH, f"--out={out}")
    assert out.read_text() == "drawn before"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--affected=own",), "event in regions needs --affecting"),
        (("--affected=own", "--affecting=market", "--weeks=3"), "event in regions has no --weeks"),
        (("--affected=own", "--affecting=market", "--out=s.csv"), "event in regions has no --out"),
        (("--affected=own", "--affecting=own"), "both own"),
        (("--affected=shop", "--affecting=market"), r"--affected shop: the panel has market, own"),
        (("--affected=own", "--affecting=market", "--width=nan"), "--width is a number above 0"),
        (("--affected=own", "--affecting=market", "--width=0"), "--width is a number above 0"),
        (("--affected=own", "--affecting=market", "--ratio=-1"), "--ratio is a number above 0"),
        (("--affected=own", "--affecting=market", "--seed=-1"), "--seed is a number of 0 or more"),
    ],
)
def test_options_of_an_event_that_make_no_sense(told: Told, options: tuple[str, ...], why: str) -> None:
    with pytest.raises(CommandError, match=why):
        told(panel_lines(regions=10, weeks=30), *options)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (SWITCH[1:], "switchback needs --first"),
        ((*SWITCH, "--panel=p.csv"), "switchback has no --panel"),
        ((*SWITCH, "--ratio=1"), "switchback has no --ratio"),
        ((*SWITCH, "--first=soon"), "--first soon: it is a day"),
        ((*SWITCH, "--first=9999-12-01"), "no calendar goes on"),
        ((*SWITCH, "--weeks=0"), "numbers from 1 to 1,040"),
        ((*SWITCH, "--weeks=1000", "--block-days=1"), "7,000 blocks; at most 1,000"),
        ((*SWITCH, "--weeks=8"), "8 weeks hold 4 pairs of 7-day blocks"),
        ((*SWITCH, "--block-days=14", "--weeks=26"), "120 days of history; at least 140"),
        ((*SWITCH, "--moves=inf"), "--moves is a share above 0"),
        ((*SWITCH, "--affected=ebay"), "--affected ebay: the series has shopify, amazon"),
        ((*SWITCH, "--affected=amazon", "--affecting=amazon"), "both amazon"),
    ],
)
def test_options_of_a_switchback_that_make_no_sense(told: Told, options: tuple[str, ...], why: str) -> None:
    with pytest.raises(CommandError, match=why):
        told(daily_lines(), "--switchback", *options)


LINES = daily_lines()
BAD = {
    "empty": ([], "daily.csv, line 1: no column day, channel, orders"),
    "no_rows": (LINES[:1], "daily.csv has 0 channels"),
    "one_channel": (LINES[:50], "daily.csv has 1 channels"),
    "no_day": ([LINES[0], "yesterday,amazon,3"], "daily.csv, line 2: column day: 'yesterday' is no day"),
    "twice": ([*LINES, LINES[1]], "line 242: day 2026-08-01, 'shopify' stands in line 2 already"),
    "unknown": ([*LINES[:5], "2026-08-05,shopify,", *LINES[6:]], "line 6: column orders is empty"),
    "negative": ([*LINES[:5], "2026-08-05,shopify,-1", *LINES[6:]], "line 6: column orders: '-1' is no number"),
    "gap": ([*LINES[:5], *LINES[6:]], "'shopify' has no row of 2026-08-05, between 2026-08-01 and 2026-11-28"),
    "apart": ([LINES[0], "2026-08-01,amazon,1", "2026-08-02,shopify,1"], "have no day in common"),
    "ages": (
        [LINES[0], *(f"{day},{one},1" for day in ("0001-01-01", "9999-12-31") for one in ("amazon", "shopify"))],
        "'shopify' has no row of 0001-01-02",
    ),
    "not_text": (b"day,channel,orders\n\xff\xfe", "daily.csv, line 2: not UTF-8"),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_series_names_file_and_line(told: Told, name: str) -> None:
    lines, why = BAD[name]
    with pytest.raises(CommandError, match=why):
        told(lines, "--switchback", *SWITCH)


def test_a_bad_panel_names_file_line_and_column(told: Told, tmp_path: Path) -> None:
    options = (f"--affected={OWN}", f"--affecting={MARKET}")
    with pytest.raises(CommandError, match=r"panel.csv, line 2: column orders: 'many' is no number"):
        told(["week,region,channel,orders", "2026-01-05,TX,own,many"], *options)
    with pytest.raises(CommandError, match=r"absent.csv cannot be read: No such file"):
        call_command("plan", f"--panel={tmp_path / 'absent.csv'}", *options)
