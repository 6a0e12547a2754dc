"""The cost methods page: what goods cost and what the stock is worth, by every method side by side."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from channels.models import Company, Sku, StockReceipt, UnitCost
from reconciliation.cost import METHODS
from reconciliation.models import LedgerEntry
from reports.costs import ProductCosts, compare_costs

ROWS_SHOWN = 500  # products of the table; the command has them all
KEPT = 24 * 3600  # seconds that a comparison is kept, for as long as nothing new came


@dataclass(frozen=True, slots=True)
class Compared:
    """One company: its products, and the sums of those whose cost the method knows."""

    company: Company
    posts: str
    products: list[ProductCosts]
    units: int
    missing: Decimal
    cogs: dict[str, Decimal | None]
    ending: dict[str, Decimal | None]
    hidden: int


def costs_view(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("reconciliation.view_ledgerentry"):
        raise PermissionDenied
    companies = list(Company.objects.all())
    asked = request.GET.get("company", "")
    chosen = next((one for one in companies if str(one.pk) == asked), companies[0] if companies else None)
    context = {
        **admin.site.each_context(request), "title": _("Cost methods"), "companies": companies, "chosen": chosen,
        "one": compared(chosen) if chosen else None, "methods": methods(),
    }  # fmt: skip
    return TemplateResponse(request, "reports/costs.html", context)


def methods() -> list[tuple[str, Any]]:
    """The methods that are compared, and their names."""
    return [(code, dict(Company.CostMethod.choices)[code]) for code in METHODS]


def compared(company: Company) -> Compared:
    """The comparison, worked out once for what the ledger and the costs hold now: millions of sales take a while."""
    key = f"costs/{company.pk}/{_state(company)}"
    products: list[ProductCosts] = cache.get_or_set(key, lambda: compare_costs(company), KEPT) or []
    return Compared(
        company, company.cost_method, products[:ROWS_SHOWN], sum(one.units for one in products),
        sum((one.missing for one in products), Decimal(0)), _sum(products, "cogs"), _sum(products, "ending"),
        max(len(products) - ROWS_SHOWN, 0),
    )  # fmt: skip


def _sum(products: list[ProductCosts], what: str) -> dict[str, Decimal | None]:
    sums: dict[str, Decimal | None] = {}
    for method in METHODS:
        known = [amount for one in products if (amount := getattr(one, what)[method]) is not None]
        sums[method] = sum(known, Decimal(0)) if known else None
    return sums


def _state(company: Company) -> str:
    """What changes whenever something changed that a cost hangs on."""
    last = LedgerEntry.objects.filter(company=company).order_by("-pk").values_list("pk", flat=True).first()
    entered = [
        model._default_manager.filter(company=company).aggregate(last=Max("recorded_at"), count=Count("pk"))
        for model in (StockReceipt, UnitCost, Sku)
    ]
    parts = [str(last), company.base_currency, *(f"{one['last']}-{one['count']}" for one in entered)]
    return "/".join(parts).replace(" ", "_")
