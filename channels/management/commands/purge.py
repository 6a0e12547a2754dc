"""Drop the personal fields whose day has come; pages and books stay as they are."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand

from channels.models import VaultEntry


class Command(BaseCommand):
    help = "Delete personal fields from the vault that are past their purge day (30 days after arrival)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--all", action="store_true", help="every personal field, whatever its day")

    def handle(self, *args: Any, **options: Any) -> None:
        entries = VaultEntry.objects.all()
        if not options["all"]:
            entries = entries.filter(purge_on__lte=datetime.now(UTC).date())
        count, _ = entries.delete()
        self.stdout.write(f"{count:,} records purged")
