"""Tell from a switchback how much of what one channel adds is taken from another, without the database."""

import json
import math
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from channels.management.command import ProjectCommand
from reports.analysis.estimate import record
from reports.analysis.rows import Unreadable
from reports.analysis.sides import chosen
from reports.analysis.switchback import switchback
from reports.analysis.switchback_files import SCHEDULE, SERIES, fits, read_schedule, read_series


class Command(ProjectCommand):
    help = (
        "The share of the orders that a randomised switch adds to one channel (affecting) which it takes from another "
        "(affected), with its 90 % Anderson–Rubin set, as JSON. Channels that are not named by options are told by "
        "their names: the own site (own, site, shopify, dtc, a …) is affected, the marketplace (amazon, shopee, "
        "marketplace, b …) affecting; never by what they sold."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--series", required=True, type=Path, help=f"CSV: {', '.join(SERIES)}[, category_index]")
        parser.add_argument("--schedule", required=True, type=Path, help=f"CSV as it was drawn: {', '.join(SCHEDULE)}")
        parser.add_argument("--affecting", help="the channel that was switched")
        parser.add_argument("--affected", help="the channel that may have lost or gained orders")
        parser.add_argument("--carry-over", type=float, default=0.0, help="days for which a block's effect lasts on")
        parser.add_argument("--seed", type=int, default=0, help="of the turns that are drawn where there are too many")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (0 <= options["carry_over"] < math.inf and options["seed"] >= 0):
            raise CommandError("--carry-over and --seed are numbers of 0 or more.")
        try:
            sold, blocks = read_series(options["series"]), read_schedule(options["schedule"])
            fits(sold, blocks)
            affected, affecting = chosen(list(sold.orders), options["affected"], options["affecting"])
        except (Unreadable, ValueError) as error:
            raise CommandError(str(error)) from error
        answer = switchback(
            blocks, sold.orders[affected], sold.orders[affecting],
            carry_over=options["carry_over"], category=sold.category or None, seed=options["seed"],
        )  # fmt: skip
        self.stdout.write(json.dumps(record(answer), ensure_ascii=False, indent=1))
