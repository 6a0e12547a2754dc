"""Customer relationship management: leads and deals of HubSpot, Salesforce or the seller's own sheet. See README.md."""

from channels.adapters.crm import hubspot, own, records, salesforce
from channels.core.adapter import Adapter

ADAPTER = Adapter(
    code="", label="CRM", formats=(*hubspot.FORMATS, *salesforce.FORMATS, own.FORMAT, records.FORMAT), any_store=True
)  # fmt: skip
