"""Google Search Console: which queries showed and brought people to the own site. See README.md."""

from channels.adapters.search_console import performance
from channels.core.adapter import Adapter

ADAPTER = Adapter(code="", label="Google Search Console", formats=(performance.FORMAT,), any_store=True)
