"""Which country a store sells to."""

from channels.adapters import adapters
from channels.models import Company, Order, Store

_ENDINGS = {"com": "US", "uk": "GB"}


def markets_of(company: Company) -> dict[int, str]:
    """Store → two letters, or nothing where it sells to several: then the market is the order's country."""
    stores = Store.objects.filter(company=company).order_by("pk")
    return {store.pk: _by_marketplace(store) or _by_orders(store) for store in stores}


def _by_marketplace(store: Store) -> str:
    if len(store.marketplace) == 2 and store.marketplace.isalpha():
        return store.marketplace.upper()
    for adapter in adapters():
        if adapter.code == store.channel and store.marketplace in adapter.marketplaces:
            ending = adapter.marketplaces[store.marketplace].lower().rpartition(".")[2]
            return _ENDINGS.get(ending, ending.upper() if len(ending) == 2 else "")
    return ""


def _by_orders(store: Store) -> str:
    """The one country of all its orders."""
    found = (
        Order.objects.filter(store=store).exclude(country="").order_by().values_list("country", flat=True).distinct()
    )
    countries = {country.upper() for country in found[:2]}
    return countries.pop() if len(countries) == 1 else ""
