"""Make buyers' tokens anew under the newest key, as far as the vault still holds what they were made of."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from channels.management.command import ProjectCommand
from channels.management.companies import companies_named
from channels.models import Company
from reconciliation import accounts, resident
from reconciliation.gather import gather
from reconciliation.locks import matching_lock
from reconciliation.rotation import erased, lost_keys, under


class Command(ProjectCommand):
    help = "Make buyers' tokens anew with the newest of TOKEN_KEYS; it can be stopped and started again."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--company", help="one company's only")

    def handle(self, *args: Any, **options: Any) -> None:
        companies = companies_named(options["company"])
        for company in companies:
            with matching_lock(company) as got:
                if not got:
                    raise CommandError(f"{company}: matching is at work; try again when it is done")
                self._rotate(company)

    def _rotate(self, company: Company) -> None:
        newest = max(settings.TOKEN_KEYS)
        done = gather(company, 0, datetime.now(UTC).date(), self._progress)
        accounts.refresh(company)
        resident.forget(company)
        self.stdout.write(f"{company}: {done.signals:,} buyers' tokens made anew from {done.pages:,} pages")
        for one in under(company):
            stays = "" if one.version == newest else f"; nothing is left to make them anew of, they go by {one.until}"
            self.stdout.write(f"  version {one.version}: {one.signals:,}{stays}")
        for one in lost_keys(company):
            self.stdout.write(f"  version {one.version} is not in TOKEN_KEYS: put it back until {one.until}")
        if len(settings.TOKEN_KEYS) > 1 and (count := erased(company)):
            self.stdout.write(f"  {count:,} erased buyers are kept out by the older keys too: keep them in TOKEN_KEYS")
        self.stdout.write("  compare everything anew now: manage.py match --full")

    def _progress(self, step: str, number: int, total: int) -> None:
        if number % 100 == 0:
            self.stderr.write(f"{step}: {number:,} of {total:,} pages")
