"""Qualified and won leads on their way back to where they were advertised: as Google Ads, GA4 and Meta take them.

Only who agreed on record is in what is made here, and never in clear: what names a person is hashed as each API asks.
"""

from reports.conversions.ga4 import ga4
from reports.conversions.google_ads import google_ads
from reports.conversions.leads import Lead, read_leads
from reports.conversions.made import Made
from reports.conversions.meta import meta

__all__ = ["Lead", "Made", "ga4", "google_ads", "meta", "read_leads"]
