"""Tell how much of what a brand campaign brought landed on another channel, without the database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from channels.management.command import ProjectCommand
from reports.analysis.estimate import record
from reports.analysis.files import COLUMNS, fits, read_event, read_panel
from reports.analysis.halo import halo
from reports.analysis.rows import Unreadable


class Command(ProjectCommand):
    help = (
        "The share dB / (dA + dB) of the orders of a brand campaign in some regions that came on the affecting channel "
        "(B, the marketplace) rather than the affected one (A, the own site), with its 90 % set, as JSON."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--panel", required=True, type=Path, help=f"CSV by week: {', '.join(COLUMNS)}")
        parser.add_argument("--event", required=True, type=Path, help="JSON: the campaign, its regions and days")
        parser.add_argument("--seed", type=int, default=0, help="of the placebo draws")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["seed"] < 0:
            raise CommandError("--seed is a number of 0 or more.")
        try:
            panel, event = read_panel(options["panel"]), read_event(options["event"])
            fits(panel, event)
        except Unreadable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(record(halo(panel, event, seed=options["seed"])), ensure_ascii=False, indent=1))
