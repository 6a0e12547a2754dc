"""Tell what customers are worth by age and what to expect of them, from a file and without the database."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from channels.management.command import ProjectCommand
from reports.analysis.lifetime.files import MORE, NEEDED, read_transactions
from reports.analysis.lifetime.told import told
from reports.analysis.rows import Unreadable


class Command(ProjectCommand):
    help = (
        "Cohorts by month, the months not over marked; the repeat curve; LTV at 3, 6, 12 and "
        "24 months on contribution (else value); purchases and value to expect with an interval that was tested on the "
        "past, as JSON."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        columns = f"CSV: {', '.join(NEEDED)}[, {', '.join(MORE)}]"
        parser.add_argument("--transactions", required=True, type=Path, help=columns)
        parser.add_argument("--as-of", help="a day such as 2026-10-31; else that of the last transaction")
        parser.add_argument("--weeks", type=int, help="to look ahead; else the longest span that the past can test")
        parser.add_argument("--discount", type=float, default=0.0, help="of a year, such as 0.1, for LTV")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 <= options["discount"] <= 10:
            raise CommandError("--discount is a number from 0 to 10.")
        if options["weeks"] is not None and not 1 <= options["weeks"] <= 520:
            raise CommandError("--weeks is a number from 1 to 520.")
        try:
            until = date.fromisoformat(options["as_of"]).toordinal() if options["as_of"] else None
        except ValueError as error:
            raise CommandError("--as-of is a day such as 2026-10-31.") from error
        try:
            transactions = read_transactions(options["transactions"])
            found = told(transactions, until, options["weeks"], options["discount"])
        except (Unreadable, ValueError) as error:
            said = str(error) if isinstance(error, Unreadable) else f"{options['transactions'].name}: {error}."
            raise CommandError(said) from error
        self.stdout.write(json.dumps(found, ensure_ascii=False, allow_nan=False, indent=1))
