"""Match buyers across channels, from the terminal."""

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from channels.management.command import ProjectCommand
from channels.management.companies import companies_named
from reconciliation.identity.linking.backends import ENGINES, Unavailable
from reconciliation.match import match
from reconciliation.models import MatchRun

_STEPS = {
    "tokens": "making tokens",
    "accounts": "gathering accounts",
    "records": "reading records",
    "pairs": "comparing",
    "weighing": "weighing",
    "links": "writing links",
    "people": "putting people together",
    "review": "ranking what to review",
}


class Command(ProjectCommand):
    help = "Tell which buyers are one person, as far as each store's signal policy lets it. Running it again is safe."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", help="the company's name; without it every company is matched")
        parser.add_argument("--full", action="store_true", help="build every link anew, and say how far they drifted")
        parser.add_argument("--engine", choices=ENGINES, default="duckdb", help="where comparing runs")

    def handle(self, *args: Any, **options: Any) -> None:
        companies = companies_named(options["company"])
        for company in companies:
            started = time.monotonic()
            try:
                run = match(company, full=options["full"], engine=options["engine"], progress=self._progress)
            except Unavailable as missing:
                raise CommandError(str(missing)) from missing
            self._clear()
            if run is None:
                self.stdout.write(f"{company}: another process is matching it")
                continue
            self.stdout.write(f"{company}: {said(run)} in {time.monotonic() - started:,.1f} s")

    def _progress(self, step: str, done: int, total: int) -> None:
        if sys.stderr.isatty():
            of = f" {done:,} of {total:,}" if done else f" {total:,}" if total else ""
            self.stderr.write(f"\r\x1b[K{_STEPS.get(step, step)}{of}", ending="")
            self.stderr.flush()

    def _clear(self) -> None:
        if sys.stderr.isatty():
            self.stderr.write("\r\x1b[K", ending="")


def said(run: MatchRun) -> str:
    """A run in a line."""
    counts, links = run.counts, run.counts.get("links", {})
    parts = [
        f"{counts['signals']:,} buyers' tokens from {counts['pages']:,} pages ({counts['unused']:,} not usable)",
        f"{counts['accounts']:,} accounts changed",
        f"{links.get('auto', 0) + links.get('confirmed', 0):,} links, {links.get('review', 0):,} to review",
    ]
    if counts["links_dropped"]:
        parts.append(f"{counts['links_dropped']:,} links without a live token dropped")
    if run.drift is not None:
        parts.append(f"drift since the last rebuild {run.drift:.2%}")
    return "; ".join(parts)
