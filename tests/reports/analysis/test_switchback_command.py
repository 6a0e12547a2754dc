import json
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from reports.analysis.schedule import draw
from reports.analysis.switchback_files import SCHEDULE, schedule_rows

Lines = list[str]


def files(pairs: int = 13, names: tuple[str, str] = ("A", "B")) -> tuple[Lines, Lines]:
    """Lines of a series and a schedule in which half of what the switch brings is taken."""
    random = np.random.default_rng(2)
    blocks = draw(date(2026, 1, 5), pairs, 7, seed=5)
    series = ["block,channel,orders"]
    for one in blocks:
        brought = int(random.poisson(400)) * one.on
        series += [f"{one.name},{names[0]},{1_500 + int(random.normal(0, 20)) - brought // 2}"]
        series += [f"{one.name},{names[1]},{900 + int(random.normal(0, 20)) + brought}"]
    return series, [",".join(SCHEDULE), *(",".join(map(str, row)) for row in schedule_rows(blocks))]


@pytest.fixture
def told(tmp_path: Path) -> Callable[..., Any]:
    def run(series: Lines | bytes, schedule: Lines | bytes, *options: str) -> Any:
        for name, lines in (("s.csv", series), ("b.csv", schedule)):
            content = lines if isinstance(lines, bytes) else "\n".join(lines).encode()
            (tmp_path / name).write_bytes(content)
        out = StringIO()
        paths = [f"--series={tmp_path / 's.csv'}", f"--schedule={tmp_path / 'b.csv'}"]
        call_command("switchback", *paths, *options, stdout=out)
        return json.loads(out.getvalue())

    return run


def test_the_share_is_printed_as_json(told: Any) -> None:
    answer = told(*files())
    assert answer["type"] == "estimate"
    assert answer["low"] < 0.5 < answer["high"]
    assert (answer["unit"], answer["level"], answer["n"], answer["unbounded"]) == ("share", 0.9, 26, False)
    assert [one["name"] for one in answer["checks"]] == [
        "pairs", "lots", "switch_moves_channel", "no_effect_on_other", "without_one_pair",
    ]  # fmt: skip
    assert len(answer["assumptions"]) == 4
    assert answer == told(*files())


def test_options_name_the_channels(told: Any) -> None:
    series, schedule = files(names=("x", "y"))
    with pytest.raises(CommandError, match="Which of x, y was switched"):
        told(series, schedule)
    answer = told(series, schedule, "--affecting=y")
    assert answer == told(series, schedule, "--affected=x") == told(*files(names=("shopify", "amazon")))
    with pytest.raises(CommandError, match=r"--affected z: the series has x, y"):
        told(series, schedule, "--affected=z")
    with pytest.raises(CommandError, match="are both x"):
        told(series, schedule, "--affected=x", "--affecting=x")


def test_three_channels_need_both_options(told: Any) -> None:
    series, schedule = files(names=("own", "amazon"))
    more = [*series, *(line.replace("amazon", "ebay") for line in series[1:] if "amazon" in line)]
    with pytest.raises(CommandError, match="--affecting CHANNEL and --affected CHANNEL"):
        told(more, schedule)
    assert told(more, schedule, "--affecting=amazon", "--affected=own") == told(series, schedule)


def test_last_days_first_days_without_and_numbers_of_days_are_one_schedule(told: Any) -> None:
    series, schedule = files()
    blocks = draw(date(2026, 1, 5), 13, 7, seed=5)
    rows = list(enumerate(blocks))
    inclusive = [schedule[0]]
    for one in blocks:
        until = date.fromordinal(one.ends.toordinal() - 1)
        inclusive.append(f"{one.name},{one.starts.date()},{until},{one.pair},{'on' if one.on else 'off'}")
    numbered = [schedule[0], *(f"{one.name},{7 * at},{7 * at + 7},{one.pair},{one.on}" for at, one in rows)]
    timed = [schedule[0], *(f"{one.name},{one.starts},{one.ends},{one.pair},{int(one.on)}.0" for one in blocks)]
    for other in (inclusive, numbered, timed):
        assert told(series, other) == told(series, schedule)


def test_blocks_of_one_day_may_begin_and_end_on_it(told: Any) -> None:
    series, schedule = files()
    daily = [schedule[0]]
    for line in schedule[1:]:
        name, _, _, pair, on = line.split(",")
        day = date.fromordinal(date(2026, 1, 4).toordinal() + int(name))
        daily.append(f"{name},{day},{day},{pair},{on}")
    assert told(series, daily)["type"] == "estimate"


def test_unknown_orders_leave_their_pair_out(told: Any) -> None:
    series, schedule = files()
    unknown = [f"{line.rpartition(',')[0]}," if line.startswith("3,A") else line for line in series]
    missing = [line for line in series if not line.startswith("3,A")]
    assert told(unknown, schedule) == told(missing, schedule)
    assert told(unknown, schedule)["n"] == 24


def test_unfit_designs_are_answers(told: Any) -> None:
    series, schedule = files(pairs=4)
    assert told(series, schedule)["type"] == "cannot_tell"
    all_on = [schedule[0], *(line[:-1] + "1" for line in schedule[1:])]
    answer = told(series, all_on)
    assert (answer["type"], answer["value"], answer["unbounded"]) == ("cannot_tell", None, False)
    assert "has 2 blocks on and 0 off" in answer["reason"]


def changed(lines: Lines, at: int, new: str) -> Lines:
    return [*lines[:at], new, *lines[at + 1 :]]


SERIES, PLAN = files()
BAD = {
    "empty series": (b"", PLAN, r"s\.csv, line 1: no column block, channel, orders"),
    "empty schedule": (SERIES, b"", r"b\.csv, line 1: no column block, start, end, pair, on"),
    "no rows": (SERIES[:1], PLAN, r"s\.csv has no rows"),
    "no blocks": (SERIES, PLAN[:1], r"b\.csv has no rows"),
    "a wrong column": (["block,channel,sold", "1,A,3"], PLAN, "no column orders"),
    "a column twice": (["block,block,channel,orders", "1,1,A,3"], PLAN, "column block stands twice"),
    "a block twice": (SERIES, [*PLAN, PLAN[1]], r"b\.csv, line 28: block '1' stands in line 2 already"),
    "orders twice": ([*SERIES, SERIES[1]], PLAN, r"s\.csv, line 54: block '1', 'A' stands in line 2 already"),
    "NaN": (changed(SERIES, 3, "2,A,nan"), PLAN, r"s\.csv, line 4: column orders: 'nan' is no number"),
    "negative": (changed(SERIES, 3, "2,A,-4"), PLAN, "'-4' is no number from 0"),
    "huge": (changed(SERIES, 3, "2,A,1e300"), PLAN, "'1e300' is no number"),
    "infinite": (changed(SERIES, 3, "2,A,inf"), PLAN, "'inf' is no number"),
    "a word": (changed(SERIES, 3, "2,A,many"), PLAN, "'many' is no number"),
    "other digits": (changed(SERIES, 3, "2,A,１２"), PLAN, "is no number"),
    "a field too many": (changed(SERIES, 3, "2,A,1,2"), PLAN, r"s\.csv, line 4: 4 fields, but the header has 3"),
    "no channel": (changed(SERIES, 3, "2,,1"), PLAN, "column channel is empty"),
    "a long name": (changed(SERIES, 3, f"2,{'x' * 300},1"), PLAN, "is no name of at most 200"),
    "a strange block": ([*SERIES, "99,A,1"], PLAN, "block '99', which the schedule does not have"),
    "one channel": ([line for line in SERIES if ",B," not in line], PLAN, "Which of A was switched"),
    "no day": (SERIES, changed(PLAN, 2, "2,soon,2026-01-19,1,0"), r"b\.csv, line 3: column start: 'soon' is no day"),
    "a time zone": (SERIES, changed(PLAN, 2, "2,2026-01-12T00:00Z,2026-01-19,1,0"), "has a time zone"),
    "neither on nor off": (SERIES, changed(PLAN, 2, "2,2026-01-12,2026-01-19,1,maybe"), "'maybe' is neither 1 nor 0"),
    "no pair": (SERIES, changed(PLAN, 2, "2,2026-01-12,2026-01-19,,0"), "column pair is empty"),
    "an open quote": (b'block,channel,orders\n1,"A,3\n', PLAN, "no readable CSV"),
    "a NUL": (b"block,channel,orders\n1,A\0,3\n", PLAN, r"s\.csv, line 2: a NUL byte"),
    "not UTF-8": (b"block,channel,orders\n1,\xff,3\n", PLAN, r"s\.csv, line 2: not UTF-8 \(byte 3\)"),
}


@pytest.mark.parametrize("case", sorted(BAD))
def test_what_cannot_be_read_is_named_with_its_place(told: Any, case: str) -> None:
    series, schedule, why = BAD[case]
    with pytest.raises(CommandError, match=why):
        told(series, schedule)


@pytest.mark.parametrize("option", ["--carry-over=-1", "--carry-over=nan", "--seed=-1"])
def test_numbers_below_zero_are_refused(told: Any, option: str) -> None:
    with pytest.raises(CommandError, match="0 or more"):
        told(SERIES, PLAN, option)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none\.csv cannot be read"):
        call_command("switchback", f"--series={tmp_path / 'none.csv'}", f"--schedule={tmp_path / 'b.csv'}")


def test_a_carry_over_as_long_as_a_block_is_an_answer(told: Any) -> None:
    assert "carried over (7.0 days)" in told(SERIES, PLAN, "--carry-over=7")["reason"]
