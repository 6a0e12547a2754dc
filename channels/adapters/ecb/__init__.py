"""The euro foreign exchange reference rates of the European Central Bank. See README.md."""

from channels.adapters.ecb import client, history
from channels.core.adapter import Adapter

ADAPTER = Adapter(code="", label="European Central Bank", formats=(history.FORMAT,), fetch=client.fetch)
