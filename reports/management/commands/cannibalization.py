"""Tell from an event in some regions how much of one channel's orders was taken from another, without the database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from channels.management.command import ProjectCommand
from reports.analysis.cannibalization import cannibalization, theta
from reports.analysis.estimate import CannotTell, record
from reports.analysis.event import LAUNCH, Event
from reports.analysis.event_words import PARTS, unknown
from reports.analysis.files import COLUMNS, NEEDED, fits, read_event, read_margin, read_panel
from reports.analysis.money import Margin, margin_of_panel
from reports.analysis.panel import Panel
from reports.analysis.rows import Unreadable


class Command(ProjectCommand):
    help = (
        "The share of its orders that a channel took from another (κ), with its 90 % interval, as JSON; where the "
        "panel has contribution, also θ: what an order of it adds to the profit of all channels. A design that cannot "
        "answer gives cannot_tell with what would tell."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        needed, more = ", ".join(NEEDED), ", ".join(COLUMNS[len(NEEDED) :])
        parser.add_argument("--panel", required=True, type=Path, help=f"CSV in UTF-8: {needed}[, {more}]")
        parser.add_argument("--event", required=True, type=Path, help=f"a JSON object: {', '.join(PARTS)}")
        parser.add_argument(
            "--margin", type=Path, help="what an order of the affecting channel brings in, for θ: JSON as a card has it"
        )
        parser.add_argument("--seed", type=int, default=0, help="of the placebos that are drawn")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["seed"] < 0:
            raise CommandError("--seed is a number of 0 or more.")
        try:
            panel, event = read_panel(options["panel"]), read_event(options["event"])
            fits(panel, event)
            margin = read_margin(options["margin"]) if options["margin"] else _margin(panel, event)
        except Unreadable as error:
            raise CommandError(str(error)) from error
        if words := unknown(event):
            self.stderr.write(f"Attestations that no rule knows, and that change nothing: {', '.join(words)}.")
        found = record(cannibalization(panel, event, options["seed"]))
        if panel.contribution:
            money = margin if isinstance(margin, CannotTell) else theta(panel, event, margin, options["seed"])
            found["theta"] = record(money)
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))


def _margin(panel: Panel, event: Event) -> Margin | CannotTell:
    """That of the affecting channel in the event's regions; before a launch it had none."""
    since = event.starts if event.kind == LAUNCH else None
    return margin_of_panel(panel, event.affecting, event.regions, since)
