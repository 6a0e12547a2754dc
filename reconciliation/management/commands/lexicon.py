"""The words that mean the brand: list them, add and take away, and decide what the company's searches propose."""

from argparse import ArgumentParser
from collections.abc import Collection
from typing import Any

from django.core.management.base import CommandError

from channels.management.command import ProjectCommand
from channels.models import Company
from reconciliation.exposure.classify import Classifier
from reconciliation.exposure.lexicon import KINDS, Changes, Term
from reconciliation.lexicons import change_terms, current, decide, propose_terms, read
from reconciliation.models import TermProposal


class Command(ProjectCommand):
    help = "Show or change a company's brand words. Every change makes a new version; run manage.py expose after it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", help="the company's name; needed where there are several")
        parser.add_argument("--propose", action="store_true", help="terms out of the company's own searches")
        parser.add_argument("--confirm", nargs="+", metavar="TEXT", help="proposed terms that become the next version")
        parser.add_argument("--reject", nargs="+", metavar="TEXT", help="proposed terms never to propose again")
        parser.add_argument("--add", nargs="+", metavar="TEXT")
        parser.add_argument("--kind", choices=KINDS, default="brand", help="of the terms that are added")
        parser.add_argument("--language", default="", help="of the terms that are added, such as zh")
        parser.add_argument("--remove", nargs="+", metavar="TEXT")
        parser.add_argument(
            "--try", dest="attempt", nargs="+", metavar="QUERY", help="which class a query has, and why"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        company = self._company(options["company"])
        try:
            self._change(company, options)
        except ValueError as refused:
            raise CommandError(str(refused)) from refused
        if options["propose"]:
            self._propose(company)
        elif options["attempt"]:
            self._try(company, options["attempt"])
        else:
            self._list(company)

    def _company(self, name: str | None) -> Company:
        companies = Company.objects.filter(name=name) if name else Company.objects.all()[:2]
        if len(companies) != 1:
            raise CommandError(f"There is no company named {name!r}." if name else "Say which company: --company NAME")
        return companies[0]

    def _change(self, company: Company, options: dict[str, Any]) -> None:
        if options["add"] or options["remove"]:
            gone = set(options["remove"] or ())
            was = current(company)
            terms = read(was).terms if was else ()
            if missing := gone - {one.text for one in terms}:
                raise CommandError(f"not in the lexicon: {', '.join(sorted(missing))}")
            added = tuple(Term(text, options["kind"], options["language"]) for text in options["add"] or ())
            change_terms(company, Changes(added, tuple(one for one in terms if one.text in gone)))
        for name in ("confirm", "reject"):
            if texts := options[name]:
                decide(self._proposals(company, texts), None, confirmed=name == "confirm")

    def _proposals(self, company: Company, texts: Collection[str]) -> list[TermProposal]:
        found = list(TermProposal.objects.filter(company=company, state="proposed", text__in=texts))
        if missing := set(texts) - {one.text for one in found}:
            raise CommandError(f"not proposed: {', '.join(sorted(missing))}")
        return found

    def _propose(self, company: Company) -> None:
        found = propose_terms(company)
        for one in found:
            near = f"{one.reason} {one.nearest}".strip()
            self.stdout.write(f"{one.count:>12,}  {one.text}  ({one.kind}: {near})  {'; '.join(one.examples)}")
        self.stdout.write(f"{len(found)} proposed. Take them by --confirm TEXT…, drop them by --reject TEXT…")

    def _try(self, company: Company, queries: list[str]) -> None:
        lexicon = current(company)
        if lexicon is None:
            raise CommandError(f"{company} has no lexicon yet: --propose, or --add TEXT")
        verdict = Classifier(read(lexicon)).verdict
        for query in queries:
            found = verdict(query)
            self.stdout.write(f"{query}: {found.verdict} ({found.reason}{': ' + found.term if found.term else ''})")

    def _list(self, company: Company) -> None:
        lexicon = current(company)
        if lexicon is None:
            self.stdout.write(f"{company} has no lexicon yet: --propose, or --add TEXT")
            return
        self.stdout.write(str(lexicon))
        for one in lexicon.terms.all():
            language = f" [{one.language}]" if one.language else ""
            self.stdout.write(f"  {one.kind:<12}{one.text}{language}{' (distinctive)' if one.distinctive else ''}")
