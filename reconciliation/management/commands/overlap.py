"""Print how many persons buy on two channels."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from channels.models import Company
from reconciliation.models import Overlap
from reconciliation.overlap import measure_overlap


class Command(BaseCommand):
    help = (
        "Persons who bought on both of two channels, by market and month: proven, expected and estimated, or why not."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", help="the company's name; without it all of them")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        companies = Company.objects.all()
        if name := options["company"]:
            companies = companies.filter(name=name)
            if not companies:
                raise CommandError(f"There is no company named {name!r}.")
        for company in companies:
            measure_overlap(company)
        rows = [_record(one) for one in Overlap.objects.filter(company__in=companies)]
        if options["format"] == "json":
            self.stdout.write(json.dumps(rows, indent=1))
            return
        for row in rows:
            self.stdout.write(_line(row))
        if not rows:
            self.stdout.write("No market has orders on two channels in one month.")


def _record(one: Overlap) -> dict[str, Any]:
    return {
        "channels": [one.channel, one.other], "market": one.market, "month": f"{one.month:%Y-%m}",
        "proven": one.proven, **{name: _rounded(getattr(one, name)) for name in ("expected", "total", "low", "high")},
        "visible_share": _rounded(one.visible_share, 4), "at_most": one.at_most, "reason": one.reason,
    }  # fmt: skip


def _rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)


def _line(row: dict[str, Any]) -> str:
    head = f"{row['month']} {row['market']:<3}{' + '.join(row['channels']):<20}"
    if row["total"] is None:
        return f"{head}{row['reason']}; at most {row['at_most']:,}"
    return (
        f"{head}{row['total']:>9,.0f} ({row['low']:,.0f} to {row['high']:,.0f}), of them {row['proven']:,} proven, "
        f"{row['expected']:,.0f} expected; {row['visible_share']:.0%} visible"
    )
