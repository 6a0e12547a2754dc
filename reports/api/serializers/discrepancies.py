from rest_framework import serializers

from reconciliation.models import Discrepancy
from reports.api.serializers.money import AmountField


class DiscrepancySerializer(serializers.ModelSerializer):
    """Something that does not agree, with its money and what a person said about it."""

    company = serializers.IntegerField(source="company_id")
    store = serializers.IntegerField(source="store_id", allow_null=True)
    store_name = serializers.CharField(allow_null=True)
    channel = serializers.CharField(allow_null=True)
    order = serializers.CharField(source="order_ref")
    amount = AmountField()
    page = serializers.IntegerField(source="page_id", allow_null=True)
    resolved = serializers.BooleanField(help_text="There is a resolution, and the amount is still what it was then.")
    note = serializers.CharField(allow_null=True, help_text="Of the resolution.")

    class Meta:
        model = Discrepancy
        fields = [
            *("id", "company", "store", "store_name", "channel", "cause", "key", "payout", "order"),
            *("amount", "currency", "count", "detail", "page", "since", "resolved", "note"),
        ]
        read_only_fields = fields
