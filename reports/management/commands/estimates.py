"""Print what was built from the ledger."""

import json
from argparse import ArgumentParser
from typing import Any

from channels.management.command import ProjectCommand
from channels.management.companies import companies_named
from reports.decisions import MEASURED
from reports.models import Report
from reports.tables import text_table

_KEPT = (
    "type", "value", "low", "high", "unbounded", "level", "unit", "n", "method", "assumptions", "checks", "reason",
)  # fmt: skip


class Command(ProjectCommand):
    help = "Print break-even, diversion, halo and incremental contribution as they were last built (manage.py run)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", help="the company's name; without it every company")
        parser.add_argument("--kind", choices=[one.value for one in MEASURED], help="one kind of question only")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        found = Report.objects.filter(company__in=companies_named(options["company"]), kind__in=MEASURED)
        if options["kind"]:
            found = found.filter(kind=options["kind"])
        reports = found.select_related("company").iterator()
        records = [estimate_record(report, one) for report in reports for one in report.answers]
        if options["format"] == "json":
            self.stdout.write(json.dumps(records, ensure_ascii=False, indent=1))
            return
        self.stdout.write(text_table([_line(one) for one in records], numbers={"value", "low", "high", "n"}))
        if not records:
            self.stdout.write("Nothing is built yet: manage.py run")


def estimate_record(report: Report, answer: dict[str, Any]) -> dict[str, Any]:
    """One answer of a report. ``answer`` is its name there; ``event`` the id of the event that it is of."""
    return {
        "company": report.company.name, "kind": report.kind, "subject": report.subject, "answer": answer["name"],
        "event": report.event_id, "through": report.through.isoformat(),
        **{name: answer[name] for name in _KEPT},
        "built_at": report.built_at.isoformat(), "inputs": report.inputs,
    }  # fmt: skip


def _line(one: dict[str, Any]) -> dict[str, object]:
    figures = {name: None if one[name] is None else f"{one[name]:,.3f}" for name in ("value", "low", "high")}
    said = one["type"].replace("_", " ")
    return {"kind": one["kind"], "subject": one["subject"], "answer": one["answer"], "said": said, **figures,
            "unit": one["unit"], "n": one["n"], "reason": (one["reason"] or "")[:60]}  # fmt: skip
