"""TikTok Ads: what the TikTok Ads Manager exports, for a store of any channel. See README.md."""

from channels.adapters.tiktok import ads
from channels.core.adapter import Adapter

ADAPTER = Adapter(code="", label="TikTok Ads", formats=(ads.FORMAT,), any_store=True)
