"""Find events in the data and list those that wait for a person."""

import json
from argparse import ArgumentParser
from typing import Any

from channels.management.command import ProjectCommand
from channels.management.companies import companies_named
from reports.events import find
from reports.models import Event
from reports.tables import text_table


class Command(ProjectCommand):
    help = "Find launches, delistings, stock-outs and pauses in the data; people confirm them in the admin."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", help="the company's name; without it every company")
        parser.add_argument("--list", action="store_true", help="list what is here and look for nothing new")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        companies = companies_named(options["company"])
        for company in companies if not options["list"] else ():
            found = find(company)
            if options["format"] == "table":
                self.stdout.write(f"{company}: {found.proposed:,} events proposed, {found.standing:,} stood already")
        records = [_record(one) for one in Event.objects.filter(company__in=companies).select_related("company")]
        if options["format"] == "json":
            self.stdout.write(json.dumps(records, ensure_ascii=False, indent=1))
        else:
            self.stdout.write(text_table([{**one, "regions": _short(one["regions"])} for one in records]))


def _record(one: Event) -> dict[str, Any]:
    return {
        "event": one.pk, "company": one.company.name, "state": one.state, "kind": one.kind, "country": one.country,
        "affecting": one.affecting, "affected": one.affected, "regions": one.regions,
        "starts_on": one.starts_on.isoformat(), "ends_on": one.ends_on.isoformat() if one.ends_on else None,
        "found_by": one.found_by, "evidence": one.evidence,
    }  # fmt: skip


def _short(regions: list[str]) -> str:
    return ", ".join(regions[:5]) + (" …" if len(regions) > 5 else "")
