"""Sending conversions to where leads were advertised, one request after the other, and what became of each."""

from collections.abc import Mapping
from types import MappingProxyType

from reports.conversions.sending import ga4, google_ads, meta
from reports.conversions.sending.network import UNDER_REVIEW, Answered, Fate, Network, Prepared, Reviewed
from reports.conversions.sending.wire import Wire

NETWORKS: Mapping[str, Network] = MappingProxyType(
    {"ga4": ga4.NETWORK, "google_ads": google_ads.NETWORK, "meta": meta.NETWORK}
)

__all__ = ["NETWORKS", "UNDER_REVIEW", "Answered", "Fate", "Network", "Prepared", "Reviewed", "Wire"]
