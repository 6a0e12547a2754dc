"""Build all derived tables again from the archive."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from channels.core.errors import Refused
from channels.management.command import ProjectCommand
from channels.management.companies import companies_named
from reconciliation.replay import replay
from reports.build import build
from reports.models import Report


class Command(ProjectCommand):
    help = "Drop every derived table and replay the archive in its order. What people entered stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", help="one company only")

    def handle(self, *args: Any, **options: Any) -> None:
        companies = companies_named(options["company"])
        for company in companies:
            Report.objects.filter(company=company).delete()
            try:
                replay(company)
            except Refused as refused:
                raise CommandError(f"{company}: {refused}") from refused
            outcome = build(company)
            for subject, error in outcome.failed:
                self.stderr.write(f"{company}: {subject}: {error}")
            self.stdout.write(f"{company}: replayed")
