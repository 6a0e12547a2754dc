"""Class what was searched and sum it by class, from the terminal."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from channels.management.command import ProjectCommand
from channels.management.companies import companies_named
from channels.models import Company
from reconciliation.expose import expose
from reconciliation.models import Lexicon


class Command(ProjectCommand):
    help = "Class searches, ads and visits by the company's lexicon. Running it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", help="the company's name; without it every company")
        parser.add_argument("--lexicon", type=int, help="an older version; without it the newest")

    def handle(self, *args: Any, **options: Any) -> None:
        companies = companies_named(options["company"])
        for company in companies:
            lexicon = self._lexicon(company, options["lexicon"])
            try:
                done = expose(company, lexicon, self._progress)
            except ValueError as refused:
                raise CommandError(f"{company}: {refused}") from refused
            if done.lexicon is None:
                self.stdout.write(f"{company}: no lexicon yet; manage.py lexicon --company {company.name!r} --propose")
                continue
            self.stdout.write(
                f"{company}: lexicon v{done.lexicon}, {done.queries:,} queries, {done.rows:,} rows, {done.orders:,} "
                f"orders with visits{'' if done.changed else '; nothing new'}"
            )

    def _lexicon(self, company: Company, number: int | None) -> Lexicon | None:
        if number is None:
            return None
        found = Lexicon.objects.filter(company=company, number=number).first()
        if found is None:
            raise CommandError(f"{company} has no lexicon of version {number}.")
        return found

    def _progress(self, step: str, count: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{step}: {count:,}", ending="")
            self.stderr.flush()
