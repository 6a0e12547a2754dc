"""Bring everything up to date, step after step: load → post → settle → match → expose → build."""

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from channels.core.errors import Refused
from channels.load import load
from channels.management.command import ProjectCommand
from channels.models import Company, RawPage, Store
from reconciliation.expose import expose
from reconciliation.match import match
from reconciliation.overlap import measure_overlap
from reconciliation.post import post
from reconciliation.settle import settle
from reports.build import build
from reports.events import find


class Command(ProjectCommand):
    help = (
        "Load pending pages, post them to the ledger, settle the statements, match buyers, class searches, "
        "find events and build reports. "
        "Running it again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", help="load the pages of this store only; its company is posted and settled")

    def handle(self, *args: Any, **options: Any) -> None:
        companies = Company.objects.all()
        pages = RawPage.objects.filter(state=RawPage.State.PENDING).order_by("fetched_at", "pk")
        if name := options["store"]:
            store = Store.objects.filter(name=name).first()
            if store is None:
                raise CommandError(f"There is no store named {name!r}.")
            companies, pages = companies.filter(pk=store.company_id), pages.filter(store=store)
        failed = self._load(list(pages))
        for company in companies:
            outcome = post(company, self._progress)
            findings = settle(company)
            self.stdout.write(
                f"{company}: {outcome.posted:,} entries posted, {outcome.reversed:,} reversed, "
                f"{findings:,} discrepancies"
            )
            self._recognise(company)
            failed += self._measure(company)
        if failed:
            raise SystemExit(1)

    def _recognise(self, company: Company) -> None:
        """Who bought, and who searched for the brand."""
        run = match(company, progress=lambda step, done, _total: self._progress(step, done))
        if run is not None and "customers" in run.counts:
            links = run.counts["links"]
            self.stdout.write(
                f"{company}: {run.counts['customers']:,} customers, "
                f"{links.get('auto', 0) + links.get('confirmed', 0):,} links, {links.get('review', 0):,} to review"
            )
        measure_overlap(company)
        found = expose(company, progress=self._progress)
        if found.changed:
            self.stdout.write(f"{company}: {found.queries:,} search queries classed")

    def _measure(self, company: Company) -> int:
        """Events, and what channels add; how many reports failed."""
        found, started = find(company), time.monotonic()

        def progress(done: int, total: int, _subject: str) -> None:
            left = (time.monotonic() - started) / done * (total - done)
            self._progress(f"reports of {total:,}, about {left:,.0f} s left", done)

        outcome = build(company, progress)
        self.stdout.write(
            f"{company}: {outcome.built:,} reports built, {outcome.known:,} unchanged, "
            f"{found.proposed:,} events proposed"
        )
        for subject, error in outcome.failed:
            self.stderr.write(f"{company}: {subject}: {error}")
        return len(outcome.failed)

    def _load(self, pages: list[RawPage]) -> int:
        failed = 0
        for page in pages:
            try:
                load(page)
            except Refused as refused:
                failed += 1
                self.stderr.write(f"{page}: {refused}")
        return failed

    def _progress(self, step: str, count: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{step}: {count:,}", ending="")
            self.stderr.flush()
