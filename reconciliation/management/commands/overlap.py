"""Print how many persons buy on two channels."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError

from channels.management.command import ProjectCommand
from channels.management.companies import companies_named
from reconciliation.models import Overlap
from reconciliation.overlap import measure_overlap


class Command(ProjectCommand):
    help = (
        "Persons who bought on both of two channels, by market and month: proven, expected and estimated, or why not."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", help="the company's name; without it all of them")
        parser.add_argument("--month", help="one month only, as 2026-10; without it every month")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        companies = companies_named(options["company"])
        found = Overlap.objects.filter(company__in=companies)
        if options["month"]:
            found = found.filter(month=_first_day(options["month"]))
        for company in companies:
            measure_overlap(company)
        rows = [_record(one) for one in found]
        if options["format"] == "json":
            self.stdout.write(json.dumps(rows, indent=1))
            return
        lines = [_line(row) for row in rows]
        for line in lines:
            self.stdout.write(line)
        if not rows:
            self.stdout.write("No market has orders on two channels in one month.")
        for said, meaning in _MEANINGS.items():
            if any(said in line for line in lines):
                self.stdout.write(f"{said}: {meaning}")


_MEANINGS = {
    "not observable": "one side shows nothing that may be compared; of Amazon's buyers nothing of Amazon's may be.",
    "by contact and by place": "by e-mail, telephone or user name, and again by name and where they live. How far the "
    "two agree tells how many persons both miss.",
    "at most": "the smaller channel's buyers.",
}


def _first_day(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError as unreadable:
        raise CommandError(f"{month!r} is no month; write it as 2026-10.") from unreadable


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
        return f"{head}{row['reason']}; at most {row['at_most']:,} {'person' if row['at_most'] == 1 else 'persons'}"
    return (
        f"{head}{row['total']:>9,.0f} ({row['low']:,.0f} to {row['high']:,.0f}), of them {row['proven']:,} proven, "
        f"{row['expected']:,.0f} expected; {row['visible_share']:.0%} visible"
    )
