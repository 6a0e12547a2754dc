"""Google Analytics 4: what its reports and explorations export, for a store of any channel. See README.md."""

from channels.adapters.analytics import traffic
from channels.core.adapter import Adapter

ADAPTER = Adapter(code="", label="Google Analytics", formats=(traffic.FORMAT,), any_store=True)
