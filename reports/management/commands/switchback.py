"""Tell from a switchback how much of what one channel adds is taken from another, without the database."""

import json
import math
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.analysis.estimate import record
from reports.analysis.rows import Unreadable
from reports.analysis.sides import sides
from reports.analysis.switchback import switchback
from reports.analysis.switchback_files import SCHEDULE, SERIES, Sold, fits, read_schedule, read_series


class Command(BaseCommand):
    help = (
        "The share of the orders that a randomised switch adds to one channel (affecting) which it takes from another "
        "(affected), with its 90 % Anderson–Rubin set, as JSON. Channels that are not named by options are told by "
        "their names: the own site (own, site, shopify, dtc, a …) is affected, the marketplace (amazon, shopee, "
        "marketplace, b …) affecting; never by what they sold."
    )
    requires_system_checks = []
    requires_migrations_checks = False

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
        except Unreadable as error:
            raise CommandError(str(error)) from error
        affected, affecting = _sides(sold, options["affected"], options["affecting"])
        answer = switchback(
            blocks, sold.orders[affected], sold.orders[affecting],
            carry_over=options["carry_over"], category=sold.category or None, seed=options["seed"],
        )  # fmt: skip
        self.stdout.write(json.dumps(record(answer), ensure_ascii=False, indent=1))


def _sides(sold: Sold, affected: str | None, affecting: str | None) -> tuple[str, str]:
    """The affected and the affecting channel, by option, as the other of two, or by name."""
    channels = list(sold.orders)
    for flag, name in (("--affected", affected), ("--affecting", affecting)):
        if name is not None and name not in channels:
            raise CommandError(f"{flag} {name}: the series has {', '.join(channels)}.")
    if len(channels) == 2 and (affected is None) != (affecting is None):
        (other,) = (one for one in channels if one not in (affected, affecting))
        affected, affecting = affected or other, affecting or other
    if affected is None and affecting is None and (found := sides(channels)):
        affected, affecting = found
    if affected is None or affecting is None:
        raise CommandError(
            f"Which of {', '.join(channels)} was switched? Say --affecting CHANNEL and --affected CHANNEL."
        )
    if affected == affecting:
        raise CommandError(f"--affected and --affecting are both {affected}; they are two channels.")
    return affected, affecting
