"""Every payout with what it states and what its lines come to."""

import json
from argparse import ArgumentParser
from typing import Any

from channels.management.command import ProjectCommand
from channels.models import Store
from reconciliation.ledger.balance import PayoutTotal
from reconciliation.queries import payout_months, payout_totals
from reports.exports import amount_text
from reports.tables import text_table


class Command(ProjectCommand):
    help = "Tie payouts to their lines, to the cent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store")
        parser.add_argument(
            "--months", action="store_true", help="the months of each payout, joined by a carry-forward"
        )
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        stores = Store.objects.filter(name=options["store"]).values_list("pk", flat=True) if options["store"] else ()
        if options["store"] and not stores:
            self.stderr.write(f"There is no store named {options['store']!r}.")
            raise SystemExit(1)
        totals = payout_totals(stores=stores)
        records = _months(totals) if options["months"] else _records(totals)
        if options["format"] == "json":
            self.stdout.write(json.dumps(records, ensure_ascii=False, indent=1))
        else:
            self.stdout.write(text_table(records, numbers=_NUMBERS))


_NUMBERS = {"stated", "lines", "residual", "unmapped", "brought", "carried", "deposit"}


def _records(totals: list[PayoutTotal]) -> list[dict[str, str | None]]:
    return [
        {
            "store": one.store,
            "payout": one.payout,
            "currency": one.currency,
            **{
                name: amount_text(getattr(one, name), one.currency)
                for name in ("stated", "lines", "residual", "unmapped")
            },
        }
        for one in totals
    ]


def _months(totals: list[PayoutTotal]) -> list[dict[str, str | None]]:
    stores = dict(Store.objects.values_list("name", "pk"))
    return [
        {
            "store": one.store,
            "payout": one.payout,
            "month": part.month.isoformat(),
            "currency": one.currency,
            **{
                name: amount_text(getattr(part, name), one.currency)
                for name in ("brought", "lines", "carried", "deposit")
            },
        }
        for one in totals
        for part in payout_months(stores[one.store], one.payout)
    ]
