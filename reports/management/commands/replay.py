"""Build all derived tables again from the archive."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from channels.core.errors import Refused
from channels.management.companies import companies_named
from reconciliation.replay import replay


class Command(BaseCommand):
    help = "Drop every derived table and replay the archive in its order. What people entered stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", help="one company only")

    def handle(self, *args: Any, **options: Any) -> None:
        companies = companies_named(options["company"])
        for company in companies:
            try:
                replay(company)
            except Refused as refused:
                raise CommandError(f"{company}: {refused}") from refused
            self.stdout.write(f"{company}: replayed")
