"""Every payout with what it states and what its lines come to."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from channels.models import Store
from reconciliation.queries import payout_totals
from reports.exports import amount_text
from reports.tables import text_table


class Command(BaseCommand):
    help = "Tie payouts to their lines, to the cent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        stores = Store.objects.filter(name=options["store"]).values_list("pk", flat=True) if options["store"] else ()
        if options["store"] and not stores:
            self.stderr.write(f"There is no store named {options['store']!r}.")
            raise SystemExit(1)
        records = [
            {
                "store": one.store,
                "payout": one.payout,
                "currency": one.currency,
                "stated": amount_text(one.stated, one.currency),
                "lines": amount_text(one.lines, one.currency),
                "residual": amount_text(one.residual, one.currency),
                "unmapped": amount_text(one.unmapped, one.currency),
            }
            for one in payout_totals(stores=stores)
        ]
        if options["format"] == "json":
            self.stdout.write(json.dumps(records, ensure_ascii=False, indent=1))
        else:
            self.stdout.write(text_table(records, numbers={"stated", "lines", "residual", "unmapped"}))
