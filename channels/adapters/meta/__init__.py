"""Meta Ads (Facebook, Instagram): what the Ads Manager exports, for a store of any channel. See README.md."""

from channels.adapters.meta import ads
from channels.core.adapter import Adapter

ADAPTER = Adapter(code="", label="Meta Ads", formats=(ads.FORMAT,), any_store=True)
