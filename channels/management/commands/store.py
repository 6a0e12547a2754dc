"""Set up a store, and its company where that is new; saying it again changes what differs."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from channels.adapters import adapters
from channels.models import Company, Store


class Command(BaseCommand):
    help = "Set up a store: a seller's presence on one channel and marketplace."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--company", required=True)
        parser.add_argument("--channel", required=True, choices=sorted(one.code for one in adapters() if one.code))
        parser.add_argument("--marketplace", help="Amazon marketplace id, Shopee region or Shopify domain")
        parser.add_argument("--currency", required=True)
        parser.add_argument("--timezone", help="IANA name, such as America/Toronto (UTC)")
        parser.add_argument("--base-currency", help="of the company, when it is new (the store's currency)")
        for flag in ("cross-border", "prices-include-tax", "ads-by-card"):
            parser.add_argument(f"--{flag}", action="store_true", default=None)

    def handle(self, *args: Any, **options: Any) -> None:
        company, _ = Company.objects.get_or_create(
            name=options["company"], defaults={"base_currency": options["base_currency"] or options["currency"]}
        )
        if options["base_currency"] not in (None, company.base_currency):
            raise CommandError(f"{company} keeps its books in {company.base_currency}; that cannot change afterwards.")
        store = Store.objects.filter(name=options["name"]).first() or Store(name=options["name"], company=company)
        if store.company_id != company.pk:
            raise CommandError(f"{store} belongs to {store.company}; take another name.")
        if (
            store.pk
            and store.pages.exists()
            and (store.channel, store.currency) != (options["channel"], options["currency"])
        ):
            raise CommandError(f"{store} has pages already: its channel and currency can no longer change.")
        given = ("channel", "marketplace", "currency", "timezone", "cross_border", "prices_include_tax", "ads_by_card")
        for name in given:
            if options[name] is not None:
                setattr(store, name, options[name])
        try:
            company.full_clean()
            store.full_clean()
        except ValidationError as error:
            problems = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items())
            raise CommandError(problems) from error
        store.save()
        self.stdout.write(
            f"{store}: {store.channel} {store.marketplace}, {store.currency}, {store.timezone}, company {company}"
        )
