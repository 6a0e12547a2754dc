"""Which country a store's marketplace is."""

from channels.adapters import adapters
from channels.models import Store

_ENDINGS = {"com": "US", "uk": "GB"}


def market_of(store: Store) -> str:
    """Two letters, or nothing where the store sells to several: then the market is the order's country."""
    if len(store.marketplace) == 2 and store.marketplace.isalpha():
        return store.marketplace.upper()
    for adapter in adapters():
        if adapter.code == store.channel and store.marketplace in adapter.marketplaces:
            ending = adapter.marketplaces[store.marketplace].lower().rpartition(".")[2]
            return _ENDINGS.get(ending, ending.upper() if len(ending) == 2 else "")
    return ""
