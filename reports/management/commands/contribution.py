"""Which channel earns: net revenue and margins by channel, store or product and period."""

import csv
import json
import sys
from argparse import ArgumentParser
from datetime import UTC, date, datetime
from typing import Any

from django.core.management.base import CommandError

from channels.management.command import ProjectCommand
from channels.models import Company, Store
from reconciliation.ledger.tiers import VERSION
from reports.exports import contribution_columns, contribution_record
from reports.queries import BASES, BY, CURRENCIES, PERIODS, Line, Question, contribution
from reports.ranking import ranking
from reports.tables import text_table

_NUMBERS = {"net_revenue", "cm1", "cm2", "cm3a", "cm3b", "units", "orders", "cost", "fx", "mapping", "settled"}


class Command(ProjectCommand):
    help = "State net revenue, CM1, CM2, CM3a and CM3b, with what covers them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--by", choices=BY, default="channel")
        parser.add_argument("--period", choices=PERIODS, default="month")
        parser.add_argument("--basis", choices=BASES, default="posted")
        parser.add_argument("--currency", choices=CURRENCIES, default="base")
        parser.add_argument("--company")
        parser.add_argument("--store", action="append", default=[])
        parser.add_argument("--since", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--until", type=date.fromisoformat, metavar="YYYY-MM-DD", help="not included")
        parser.add_argument("--as-of", type=datetime.fromisoformat, metavar="INSTANT", help="as it was known then")
        parser.add_argument("--format", choices=["table", "json", "csv"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        by = options["by"]
        question = self._question(options)
        lines = contribution(question)
        records = [contribution_record(line, by) for line in lines]
        if options["format"] == "json":
            self.stdout.write(json.dumps(records, ensure_ascii=False, indent=1))
        elif options["format"] == "csv":
            writer = csv.DictWriter(sys.stdout, contribution_columns(by))
            writer.writeheader()
            writer.writerows(records)
        else:
            self.stdout.write(text_table([_shown(line, by) for line in lines], _NUMBERS))
            self.stdout.write(
                f"\nBy {options['basis']} date, tier map {VERSION}. ≤ is at most: part of the units has no cost yet. "
                f"Periods – are undated on this basis; names – belong to no {by}."
            )
            if by in ("channel", "store"):
                self._rank(question)

    def _rank(self, question: Question) -> None:
        for (company, _), found in ranking(question).items():
            self.stdout.write(f"\n{company} after shared costs, by the key that spreads them:")
            for key, names in found.rankings.items():
                self.stdout.write(f"  {key:<12} {' > '.join(names)}")
            self.stdout.write(
                "  The ranking holds under every key." if found.agree else "  The ranking hangs on the key."
            )

    def _question(self, options: dict[str, Any]) -> Question:
        company = None
        if options["company"]:
            found = Company.objects.filter(name=options["company"]).first()
            if found is None:
                raise CommandError(f"There is no company named {options['company']!r}.")
            company = found.pk
        stores = dict(Store.objects.filter(name__in=options["store"]).values_list("name", "pk"))
        if missing := set(options["store"]) - stores.keys():
            raise CommandError(f"There is no store named {', '.join(sorted(missing))}.")
        as_of = options["as_of"]
        return Question(
            company=company, by=options["by"], period=options["period"], basis=options["basis"],
            currency=options["currency"], since=options["since"], until=options["until"],
            stores=tuple(stores.values()), as_of=as_of if as_of is None or as_of.tzinfo else as_of.replace(tzinfo=UTC),
        )  # fmt: skip


def _shown(line: Line, by: str) -> dict[str, object]:
    """A record for reading: shares in percent, margins that lack costs marked."""
    record = contribution_record(line, by)
    at_most = line.cost_coverage is not None and line.cost_coverage < 1
    shown: dict[str, object] = {by: record[by], "period": record["period"], "currency": record["currency"]}
    shown["net_revenue"] = _thousands(record["net_revenue"])
    for name in ("cm1", "cm2", "cm3a", "cm3b"):
        text = _thousands(record[name])
        shown[name] = f"≤ {text}" if at_most and text else text
    shown |= {"units": record["units"], "orders": record["orders"]}
    for name, share in (
        ("cost", line.cost_coverage), ("fx", line.fx_coverage), ("mapping", line.mapping_coverage),
        ("settled", line.settled_share),
    ):  # fmt: skip
        shown[name] = None if share is None else f"{share:.0%}" if share in (0, 1) else f"{share:.1%}"
    return shown


def _thousands(text: object) -> str | None:
    if not isinstance(text, str):
        return None
    whole, point, rest = text.partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-')):,}{point}{rest}"
