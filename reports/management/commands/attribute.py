"""Give channels credit for orders by nine models, from files and without the database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from channels.management.command import ProjectCommand
from reports.analysis.attribution.files import JOURNEY, JOURNEY_MORE, PATH, PATH_MORE, read_journeys, read_paths
from reports.analysis.attribution.told import told
from reports.analysis.rows import Unreadable


class Command(ProjectCommand):
    help = (
        "Conversions, value and share of each channel by model, how far the models lie apart, what part is brand and "
        "direct and possibly not caused by ads, and where times are known weekly shares with bands and trends, as "
        "JSON. No model says what a channel caused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        given = parser.add_mutually_exclusive_group(required=True)
        given.add_argument(
            "--journeys", type=Path, help=f"CSV, a row for a touch: {', '.join(JOURNEY)}[, {', '.join(JOURNEY_MORE)}]"
        )
        given.add_argument("--paths", type=Path, help=f'CSV: {", ".join(PATH)}[, {", ".join(PATH_MORE)}]; "a > b > c"')
        parser.add_argument("--seed", type=int, default=0, help="of what is drawn for bands")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["seed"] < 0:
            raise CommandError("--seed is a number of 0 or more.")
        try:
            journeys, counts = (
                read_journeys(options["journeys"]) if options["journeys"] else read_paths(options["paths"])
            )
        except Unreadable as error:
            raise CommandError(str(error)) from error
        found = told(journeys, counts, options["seed"])
        self.stdout.write(json.dumps(found, ensure_ascii=False, allow_nan=False, indent=1))
