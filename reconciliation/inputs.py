"""What people enter beside the pages: fingerprints tell when a change of it bears upon entries that stand."""

import hashlib
from datetime import datetime

from django.db.models import Count, Max, Q

from channels.models import Company, Sku, StockReceipt, Store, StoreTaxRate, UnitCost


def known(at: datetime | None) -> Q:
    """What came by sheet, and what had been typed in by an instant (None for all)."""
    return Q(page__isnull=False) | Q(recorded_at__lte=at) if at else Q()


def entered_since(load: int, at: datetime | None) -> Q:
    """What came by sheet after a load, or was typed in after an instant."""
    typed = Q(page__isnull=True, recorded_at__gt=at) if at else Q(page__isnull=True)
    return Q(load__gt=load) | typed


def store_settings(company: Company) -> str:
    """A fingerprint of what settings of stores bear upon their entries."""
    stores = Store.objects.filter(company=company).order_by("pk")
    rates = StoreTaxRate.objects.filter(store__company=company).order_by("store", "country", "starts_on")
    return _digest(
        list(stores.values_list("name", "timezone", "prices_include_tax", "ads_by_card", "cross_border")),
        list(rates.values_list("store__name", "country", "starts_on", "rate")),
    )


def goods_settings(company: Company) -> str:
    """A fingerprint of the cost method and of how many costs and products there are, so that a deletion shows."""
    counts = [
        model._default_manager.filter(company=company, page__isnull=True).aggregate(
            n=Count("pk"), last=Max("recorded_at")
        )
        for model in (StockReceipt, UnitCost, Sku)
    ]
    return _digest(company.cost_method, [(row["n"], row["last"]) for row in counts])


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()
