"""Google Ads: what its reports export, for a store of any channel. See README.md."""

from channels.adapters.google import ads
from channels.core.adapter import Adapter

ADAPTER = Adapter(code="", label="Google Ads", formats=(ads.FORMAT,), any_store=True)
