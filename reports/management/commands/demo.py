"""The whole flow on the project's own sample files: a brand that sells on Amazon, Shopify and Shopee."""

import secrets
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand

import channels.adapters
from channels.load import load
from channels.models import Company, RawPage, Store, StoreTaxRate
from channels.receive import receive, unpack
from reconciliation.models import SharedCost

SAMPLES = Path(channels.adapters.__file__).parent
COMPANY = "Harbor & Leaf"
USER = "demo"
# store → (channel, marketplace, currency, time zone, what differs, sample files)
STORES: dict[str, tuple[str, str, str, str, dict[str, Any], tuple[str, ...]]] = {
    "Amazon.de": (
        "amazon", "A1PA6795UKMFR9", "EUR", "Europe/Berlin", {"prices_include_tax": True},
        ("amazon/samples/*",),
    ),
    "harborandleaf.com": (
        "shopify", "harborandleaf", "EUR", "Europe/Amsterdam", {},
        ("shopify/samples/orders_export.csv", "shopify/samples/payment_transactions_export.csv",
         "shopify/samples/payouts_export.csv"),
    ),
    "Shopee Singapore": (
        "shopee", "SG", "SGD", "Asia/Singapore", {},
        ("shopee/samples/[!c]*.json",),
    ),
    "Shopee Malaysia": (
        "shopee", "MY", "MYR", "Asia/Kuala_Lumpur", {"cross_border": True},
        ("shopee/samples/crossborder_*.json",),
    ),
}  # fmt: skip
SHEETS = (
    "ecb/samples/*.csv",
    "sheets/samples/rates.csv",
    "sheets/samples/sku_map.csv",
    "sheets/samples/stock_receipts.csv",
)
# Amazon collects the tax of orders to other countries itself; at home the seller owes it out of the price.
TAX_RATES = {"": Decimal("0.19"), "AT": Decimal(0), "BE": Decimal(0), "CZ": Decimal(0), "LU": Decimal(0)}


class Command(BaseCommand):
    help = "Import the sample files of three channels, run the flow and print the statement."

    def handle(self, *args: Any, **options: Any) -> None:
        company, _ = Company.objects.get_or_create(
            name=COMPANY, defaults={"base_currency": "CNY", "timezone": "Asia/Shanghai"}
        )
        stores = {name: _store(company, name) for name in STORES}
        for pattern in SHEETS:
            self._import(company, None, pattern)
        for name, store in stores.items():
            for pattern in STORES[name][-1]:
                self._import(company, store, pattern)
        SharedCost.objects.get_or_create(
            company=company, name="Tea reviewers on video", starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 30),
            defaults={"amount": Decimal(6_000), "currency": "CNY", "allocation_key": Company.AllocationKey.NET_REVENUE},
        )  # fmt: skip
        call_command("run", stdout=self.stdout, stderr=self.stderr)
        self.stdout.write("")
        call_command("payouts", stdout=self.stdout)
        self.stdout.write("\nWhich channel earns\n")
        call_command("contribution", company=COMPANY, stdout=self.stdout)
        self._where_next(_login())

    def _import(self, company: Company, store: Store | None, pattern: str) -> None:
        for path in sorted(SAMPLES.glob(pattern)):
            with path.open("rb") as file:
                for name, plain in unpack(file, path.name):
                    page = receive(company, store, plain, name, datetime.now(UTC)).page
                    if page.state == RawPage.State.PENDING:
                        tally = load(page)
                        rows = ", ".join(f"{count} {what}" for what, count in tally.rows.items())
                        self.stdout.write(f"{store or company}: {path.name}: {rows}")

    def _where_next(self, password: str) -> None:
        self.stdout.write(
            "\nNow run `make serve`, then:\n"
            f"  admin   http://localhost:8000/admin/        user {USER}, password {password}\n"
            "  API     http://localhost:8000/api/v1/       same login; token by POST /api/v1/login/\n"
            "  docs    http://localhost:8000/api/v1/docs/  and README.md\n"
            "Your own files: manage.py store --help, manage.py import FILE… --store NAME"
        )


def _store(company: Company, name: str) -> Store:
    channel, marketplace, currency, timezone, more, _ = STORES[name]
    store, created = Store.objects.get_or_create(
        name=name,
        defaults={
            "company": company, "channel": channel, "marketplace": marketplace, "currency": currency,
            "timezone": timezone, **more,
        },
    )  # fmt: skip
    if created and store.prices_include_tax:
        StoreTaxRate.objects.bulk_create(
            StoreTaxRate(store=store, country=country, starts_on=date(2026, 1, 1), rate=rate)
            for country, rate in TAX_RATES.items()
        )
    return store


def _login() -> str:
    """A login of the demo with a password that is made anew on each machine, and kept there for the next demo."""
    kept = settings.VAR / "keys" / "demo-password"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(9))
    password = kept.read_text()
    users = get_user_model().objects
    user = users.filter(username=USER).first() or users.model(username=USER, is_staff=True, is_superuser=True)
    if not user.has_usable_password() or not user.check_password(password):
        user.set_password(password)
        user.save()
    return password
