"""Plan an event in some regions or a switchback before it starts, without the database."""

import csv
import json
import math
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from channels.management.command import ProjectCommand
from reports.analysis.daily import DAILY, read_days
from reports.analysis.files import NEEDED, read_panel
from reports.analysis.panel import Panel
from reports.analysis.planner import WIDTH, record, regions_and_weeks
from reports.analysis.rows import Unreadable
from reports.analysis.schedule import Block
from reports.analysis.sides import chosen
from reports.analysis.stored import plain
from reports.analysis.switchback_files import SCHEDULE, schedule_rows
from reports.analysis.switchback_plan import plan_switchback

REGIONS = ("panel", "affected", "affecting")
SWITCH = ("series", "first", "weeks", "block_days", "moves")
LONGEST = 1_040  # weeks, and days of a block
MOST_BLOCKS = 1_000  # the weights need time as the cube of their number
LARGEST = 100.0  # times the orders without a switch


class Command(ProjectCommand):
    help = (
        "How to find out what one channel takes from another: as JSON, regions and weeks that an event needs for an "
        "interval of this width (--panel), or with --switchback the schedule of on and off by lots and how wide its "
        "answer will be. Channels of a series that are not named by options are told by their names, as by the command "
        "switchback."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--affected", help="the channel that may lose or gain orders")
        parser.add_argument("--affecting", help="the channel that is to change")
        parser.add_argument("--seed", type=int, default=0, help="of the pseudo-events, or of the lots")
        event = parser.add_argument_group("an event in regions")
        event.add_argument("--panel", type=Path, help=f"CSV in UTF-8 of weeks without an event: {', '.join(NEEDED)}")
        event.add_argument("--width", type=float, default=WIDTH, help=f"of the 90 %% interval; {WIDTH} unless told")
        event.add_argument(
            "--ratio",
            type=float,
            help="orders of --affecting by one of --affected that are expected; else as they were",
        )
        switch = parser.add_argument_group("a switchback")
        switch.add_argument("--switchback", action="store_true")
        switch.add_argument("--series", type=Path, help=f"CSV in UTF-8 of days without switching: {', '.join(DAILY)}")
        switch.add_argument("--first", help="its first day, such as 2027-01-04")
        switch.add_argument("--weeks", type=int)
        switch.add_argument("--block-days", type=int)
        switch.add_argument("--moves", type=float, help="orders that the switch brings, as a share of those without it")
        switch.add_argument("--out", type=Path, help="where the schedule is written as CSV; the file is not there yet")

    def handle(self, *args: Any, **options: Any) -> None:
        needed, others = (SWITCH, ("panel", "ratio")) if options["switchback"] else (REGIONS, (*SWITCH, "out"))
        what = "a switchback" if options["switchback"] else "an event in regions"
        if missing := [one for one in needed if options[one] is None]:
            raise CommandError(f"The plan of {what} needs {', '.join(map(_flag, missing))}.")
        if strange := [one for one in others if options[one] is not None]:
            raise CommandError(f"The plan of {what} has no {', '.join(map(_flag, strange))}.")
        if options["seed"] < 0:
            raise CommandError("--seed is a number of 0 or more.")
        try:
            found = _switchback(options) if options["switchback"] else _regions(options)
        except Unreadable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))


def _regions(options: dict[str, Any]) -> dict[str, Any]:
    for name in ("width", "ratio"):
        if options[name] is not None and not 0 < options[name] <= LARGEST:
            raise CommandError(f"{_flag(name)} is a number above 0, {LARGEST:g} at most.")
    panel = read_panel(options["panel"])
    affected, affecting, ratio = options["affected"], options["affecting"], options["ratio"]
    _known(panel, affected, affecting, ratio)
    plan = record(regions_and_weeks(panel, affected, affecting, None, ratio, options["width"], options["seed"]))
    return {name: value for name, value in plan.items() if name != "said"}


def _known(panel: Panel, affected: str, affecting: str, ratio: float | None) -> None:
    has = ", ".join(panel.channels)
    if affected not in panel.channels:
        raise CommandError(f"--affected {affected}: the panel has {has}.")
    if affected == affecting:
        raise CommandError(f"--affected and --affecting are both {affected}; they are two channels.")
    if affecting not in panel.channels and ratio is None:
        raise CommandError(f"--affecting {affecting}: the panel has {has}; say --ratio for a channel that is to come.")


def _switchback(options: dict[str, Any]) -> dict[str, Any]:
    first, weeks, days, moves, out = (options[one] for one in ("first", "weeks", "block_days", "moves", "out"))
    if not (1 <= weeks <= LONGEST and 1 <= days <= LONGEST):
        raise CommandError(f"--weeks and --block-days are numbers from 1 to {LONGEST:,}.")
    if weeks * 7 // days > MOST_BLOCKS:
        raise CommandError(f"--weeks {weeks} are {weeks * 7 // days:,} blocks; at most {MOST_BLOCKS:,} are planned.")
    if not (math.isfinite(moves) and 0 < moves <= LARGEST):
        raise CommandError(f"--moves is a share above 0, such as 0.3, {LARGEST:g} at most.")
    starts, daily = _day(first), read_days(options["series"])
    try:
        affected, affecting = chosen(list(daily.orders), options["affected"], options["affecting"])
        plan = plan_switchback(*daily.together(affected, affecting), starts, weeks, days, moves, options["seed"])
    except OverflowError as error:
        raise CommandError(f"--first {first}: no calendar goes on for {weeks} weeks after it.") from error
    except ValueError as error:
        raise CommandError(str(error)) from error
    if out is not None:
        _write(out, plan.blocks)
    blocks = [dict(zip(SCHEDULE, row, strict=True)) for row in schedule_rows(plan.blocks)]
    told = {name: getattr(plan, name) for name in ("width", "answered", "weeks", "seed")}
    return plain({**told, "blocks": blocks})  # type: ignore[no-any-return]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--first {text}: it is a day such as 2027-01-04.") from error


def _write(path: Path, blocks: tuple[Block, ...]) -> None:
    """A schedule is drawn once: one that is there already stays."""
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([SCHEDULE, *schedule_rows(blocks)])
    except OSError as error:
        raise CommandError(f"--out {path.name} cannot be written: {error.strerror}.") from error


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
