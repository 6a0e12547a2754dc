"""What part of each channel's orders and contribution passed through brand search, with its bounds."""

import json
from argparse import ArgumentParser
from typing import Any

from channels.management.command import ProjectCommand
from channels.management.companies import companies_named
from channels.models import Company
from reconciliation.lexicons import current
from reconciliation.models import Exposed, Lexicon
from reconciliation.passed_through import REASONS, Passed, passed_through
from reports.exports import amount_text
from reports.tables import text_table


class Command(ProjectCommand):
    help = "Say what part of orders and contribution passed through a search for the brand. It does not say caused by."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", help="the company's name; without it every company")
        parser.add_argument("--lexicon", type=int, help="a version of it; without it the one last exposed by")
        parser.add_argument(
            "--by", choices=["month", "week", "channel"], default="month",
            help="a month holds whole weeks; a channel is all of its weeks and markets in one line",
        )  # fmt: skip
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        companies = companies_named(options["company"])
        found: list[Passed] = []
        for company in companies:
            if lexicon := self._lexicon(company, options["lexicon"]):
                found += passed_through(company, lexicon, options["by"])
        if options["format"] == "json":
            self.stdout.write(json.dumps([_record(one) for one in found], ensure_ascii=False, indent=1))
            return
        self.stdout.write(text_table([_line(one) for one in found], numbers=_NUMBERS))
        for reason in {reason: None for one in found for reason in one.reasons}:
            self.stdout.write(f"{reason}: {REASONS[reason]}")

    def _lexicon(self, company: Company, number: int | None) -> Lexicon | None:
        if number is not None:
            return Lexicon.objects.filter(company=company, number=number).first()
        done = Exposed.objects.filter(company=company).first()
        if done is None or done.lexicon is None:
            said = "run manage.py expose" if current(company) else "it has no lexicon yet; manage.py lexicon --propose"
            self.stderr.write(f"{company}: {said}")
            return None
        return done.lexicon


_NUMBERS = (
    "orders", "covered", "of_those_told", "at_least", "at_most", "of_products_covered", "contribution",
    "through_at_least", "through_at_most",
)  # fmt: skip


def _record(one: Passed) -> dict[str, object]:
    return {
        "company": one.company, "channel": one.channel, "market": one.market, "period": one.period.isoformat(),
        "starts_on": one.starts_on.isoformat(), "ends_on": one.ends_on.isoformat(), "weeks": one.weeks,
        "lexicon": one.lexicon, "orders": one.orders, "covered": one.covered, "share": one.share, "low": one.low,
        "high": one.high, "product_coverage": one.product_coverage, "currency": one.currency,
        **{
            name: amount_text(getattr(one, name), one.currency)
            for name in ("contribution", "contribution_low", "contribution_high")
        },
        "reason": " ".join(str(REASONS[reason]) for reason in one.reasons), "reasons": list(one.reasons),
    }  # fmt: skip


def _line(one: Passed) -> dict[str, object]:
    return {
        "channel": one.channel, "market": one.market, "period": one.period.isoformat(), "weeks": one.weeks,
        "orders": one.orders, "at_least": _percent(one.low), "at_most": _percent(one.high),
        "of_those_told": _percent(one.share), "covered": one.covered,
        "of_products_covered": _percent(one.product_coverage),
        "contribution": amount_text(one.contribution, one.currency),
        "through_at_least": amount_text(one.contribution_low, one.currency),
        "through_at_most": amount_text(one.contribution_high, one.currency), "reasons": ", ".join(one.reasons),
    }  # fmt: skip


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{share:.1%}"
