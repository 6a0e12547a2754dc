"""Follow leads to the deals that came of them, by source, from files and without the database."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from channels.management.command import ProjectCommand
from reports.analysis.leads.files import DEALS, DEALS_MORE, LEADS, LEADS_MORE, SPEND, read_leads, read_spend
from reports.analysis.leads.told import told
from reports.analysis.rows import Unreadable

_DAY = 1 - 1e-8  # to the end of the day


class Command(ProjectCommand):
    help = (
        "By source: leads, won, the rate so far and the rate weighted by maturity with 90 % intervals, days to won, "
        "value per lead, closed-loop coverage and bots, with spend what each costs, as JSON. Exports of HubSpot, "
        "Salesforce and Olist are understood."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name, needed, more in (("leads", LEADS, LEADS_MORE), ("deals", DEALS, DEALS_MORE)):
            columns = f"CSV: {', '.join(needed)}[, {', '.join(more)}]"
            parser.add_argument(f"--{name}", required=True, type=Path, help=columns)
        parser.add_argument("--spend", type=Path, help=f"CSV: {', '.join(SPEND)}[, currency]")
        parser.add_argument("--as-of", help="a day such as 2026-10-31; else that of the last moment in the files")
        parser.add_argument("--seed", type=int, default=0, help="of what is drawn for intervals")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["seed"] < 0:
            raise CommandError("--seed is a number of 0 or more.")
        try:
            as_of = date.fromisoformat(options["as_of"]).toordinal() + _DAY if options["as_of"] else None
        except ValueError as error:
            raise CommandError("--as-of is a day such as 2026-10-31.") from error
        try:
            leads = read_leads(options["leads"], options["deals"])
            spend, money = read_spend(options["spend"]) if options["spend"] else (None, "")
            found = told(leads, as_of, spend, money, options["seed"])
        except (Unreadable, ValueError) as error:
            said = str(error) if isinstance(error, Unreadable) else f"{options['leads'].name}: {error}."
            raise CommandError(said) from error
        self.stdout.write(json.dumps(found, ensure_ascii=False, allow_nan=False, indent=1))
