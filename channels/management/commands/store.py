"""Set up a store, and its company where that is new; saying it again changes what differs."""

import sys
from argparse import ArgumentParser
from typing import Any, TextIO

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import transaction

from channels.adapters import adapters
from channels.credentials import enter
from channels.management.command import ProjectCommand
from channels.management.credentials import read_credentials
from channels.models import Company, Store
from channels.windows import source_of


class Command(ProjectCommand):
    help = "Set up a store: a seller's presence on one channel and marketplace."
    stealth_options = ("stdin",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--company", required=True)
        parser.add_argument("--channel", required=True, choices=sorted(one.code for one in adapters() if one.code))
        parser.add_argument("--marketplace", help="Amazon marketplace id, Shopee region or Shopify domain")
        parser.add_argument("--currency", required=True)
        parser.add_argument("--timezone", help="IANA name, such as America/Toronto (UTC)")
        parser.add_argument("--base-currency", help="of the company, when it is new (the store's currency)")
        parser.add_argument("--endpoint", help="of a sandbox on this machine, where such are allowed; '' for none")
        parser.add_argument(
            "--credentials", choices=["-"],
            help="a JSON object from standard input, never from the command line, which others can see; null removes",
        )  # fmt: skip
        for flag in ("cross-border", "prices-include-tax", "ads-by-card"):
            parser.add_argument(f"--{flag}", action="store_true", default=None)

    def handle(self, *args: Any, **options: Any) -> None:
        stdin: TextIO = options.get("stdin") or sys.stdin
        given = read_credentials(stdin) if options["credentials"] else {}
        try:
            with transaction.atomic():
                store = _set_up(options)
                _enter(store, given)
        except ValidationError as error:
            problems = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items())
            raise CommandError(problems) from error
        self.stdout.write(
            f"{store}: {store.channel} {store.marketplace}, {store.currency}, {store.timezone}, company {store.company}"
        )


def _enter(store: Store, given: dict[str, str | None]) -> None:
    """Some are of a channel's own making; what no part of the program asks for is a slip of the pen."""
    source = source_of(store)
    known = {one.name for one in source.credentials} if source else set()
    if unknown := sorted(given.keys() - known):
        names = ", ".join(sorted(known)) or "none: it cannot be pulled"
        raise CommandError(f"{store.channel} has no credentials named {', '.join(unknown)}; it has {names}.")
    if given:
        enter(store.pk, given)


def _set_up(options: dict[str, Any]) -> Store:
    company = _company(options)
    store = Store.objects.filter(name=options["name"]).first() or Store(name=options["name"], company=company)
    if store.company_id != company.pk:
        raise CommandError(f"{store} belongs to {store.company}; take another name.")
    given = (
        "channel", "marketplace", "currency", "timezone", "endpoint", "cross_border", "prices_include_tax",
        "ads_by_card",
    )  # fmt: skip
    fixed = (store.channel, store.currency)
    if store.pk and store.pages.exists() and fixed != (options["channel"], options["currency"]):
        raise CommandError(f"{store} has pages already: its channel and currency can no longer change.")
    for name in given:
        if options[name] is not None:
            setattr(store, name, options[name])
    store.full_clean()
    if store.pk:  # credentials are left out: a pull may be renewing them
        store.save(update_fields=[*given])
    else:
        store.save()
    return store


def _company(options: dict[str, Any]) -> Company:
    base = options["base_currency"]
    company = Company.objects.filter(name=options["company"]).first()
    if company is None:
        company = Company(name=options["company"], base_currency=base or options["currency"])
        company.full_clean()
        company.save()
    elif base not in (None, company.base_currency):
        raise CommandError(f"{company} keeps its books in {company.base_currency}; that cannot change afterwards.")
    return company
