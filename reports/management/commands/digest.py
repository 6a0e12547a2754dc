"""Fingerprints of the derived tables, to prove that two ways lead to the same books."""

import json
from argparse import ArgumentParser
from typing import Any

from django.db import transaction

from channels.management.command import ProjectCommand
from reports.digest import digests
from reports.tables import text_table


class Command(ProjectCommand):
    help = "SHA-256 of every derived table, independent of row order and ids."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--without-recorded", action="store_true", help="leave out when things became known")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            found = list(digests(recorded=not options["without_recorded"]))
        if options["format"] == "json":
            self.stdout.write(json.dumps({table: digest for table, _, digest in found}, indent=1))
        else:
            records = [{"table": table, "rows": rows, "sha256": digest} for table, rows, digest in found]
            self.stdout.write(text_table(records, {"rows"}))
