"""Drop the personal data whose day has come; pages and books stay as they are."""

from datetime import UTC, datetime
from typing import Any

from channels import purging
from channels.management.command import ProjectCommand


class Command(ProjectCommand):
    help = "Delete personal fields, sealed messages and buyers' tokens that are past their day."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--all", action="store_true", help="all of it, whatever its day")

    def handle(self, *args: Any, **options: Any) -> None:
        now = datetime.now(UTC)
        self.stdout.write(purging.purge(None if options["all"] else now.date(), now))
