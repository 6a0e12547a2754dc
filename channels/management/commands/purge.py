"""Drop the personal data whose day has come; pages and books stay as they are."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand

from channels import vault
from channels.models import Heartbeat


class Command(BaseCommand):
    help = "Delete personal fields and sealed messages that are past their day (30 days after arrival, or less)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--all", action="store_true", help="all of it, whatever its day")

    def handle(self, *args: Any, **options: Any) -> None:
        now = datetime.now(UTC)
        said = vault.purge(None if options["all"] else now.date())
        Heartbeat.objects.update_or_create(name="purge", defaults={"at": now, "said": said})
        self.stdout.write(said)
