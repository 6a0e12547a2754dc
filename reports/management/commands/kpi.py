"""Print the figures by which a role steers, as the books have them now."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from channels.management.command import ProjectCommand
from channels.management.companies import companies_named
from channels.models import Company
from reports.analysis.kpi.figure import Kpi, record
from reports.analysis.kpi.goals import Role
from reports.build import build_steering
from reports.kpis import RolePage, chinese, role_page
from reports.tables import text_table

_NUMBERS = {"value", "low", "high", "denominator", "maturity", "13 weeks"}


class Command(ProjectCommand):
    help = "Print at most seven figures of a role, each with interval, denominator, maturity, trend and its checks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--role", required=True, choices=[one.value for one in Role])
        parser.add_argument("--company", help="the company's name; without it every company")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        companies = list(companies_named(options["company"]))
        pages = [(one, _page(one, Role(options["role"]))) for one in companies]
        if options["format"] == "json":
            records = [
                {"company": company.name, **record(one.kpi, chinese)} for company, page in pages for one in page.figures
            ]
            self.stdout.write(json.dumps(records, ensure_ascii=False, indent=1, allow_nan=False))
            return
        for company, page in pages:
            through = f", data until {page.through}" if page.through else ""
            self.stdout.write(f"{company.name}{through}")
            self.stdout.write(text_table([_line(one.kpi) for one in page.figures], _NUMBERS))
            for flag in page.flags:
                if flag.fired:
                    self.stdout.write(f"{flag.rule}: {flag.wrong} {flag.why} {flag.instead}")
        if not companies:
            self.stdout.write("There is no company yet.")


def _page(company: Company, role: Role) -> RolePage:
    """From the ledger as it is now: what changed since its reports were built is computed."""
    if failed := build_steering(company).failed:
        raise CommandError("; ".join(f"{subject}: {error}" for subject, error in failed))
    return role_page(company, role)


def _line(one: Kpi) -> dict[str, object]:
    known = one.value is not None or one.low is not None
    trend = one.trend[13]
    return {
        "kpi": one.code, "value": _number(one.value), "low": _number(one.low), "high": _number(one.high),
        "unit": one.unit, "denominator": _number(one.denominator) if known else None,
        "maturity": f"{one.maturity:.0%}" if known else None, "13 weeks": None if trend is None else f"{trend:+.1%}",
        "flags": " ".join(flag.rule for flag in one.flags if flag.fired), "": str(one.text),
    }  # fmt: skip


def _number(value: float | None) -> str | None:
    return None if value is None else f"{value:,.3f}"
