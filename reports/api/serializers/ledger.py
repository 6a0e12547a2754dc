from rest_framework import serializers

from reconciliation.models import LedgerEntry
from reports.api.serializers.money import AmountField, RateField


class LedgerSerializer(serializers.ModelSerializer):
    """One entry. The store is the one whose sale it serves, the paying store the one whose payout it is part of."""

    store = serializers.IntegerField(source="earning_store_id", allow_null=True)
    store_name = serializers.CharField(source="earning_name", allow_null=True)
    channel = serializers.CharField(allow_null=True, help_text="Of the store.")
    paying_store = serializers.IntegerField(source="paying_store_id", allow_null=True)
    paying_store_name = serializers.CharField(source="paying_name", allow_null=True)
    company = serializers.IntegerField(source="company_id")
    order = serializers.CharField(source="order_ref")
    amount = AmountField(help_text="Plus is money to the seller.")
    base_amount = AmountField("base_currency", allow_null=True, help_text="Null: no rate was known.")
    base_currency = serializers.CharField()
    rate = RateField(read_only=True, allow_null=True)
    page = serializers.IntegerField(source="page_id", allow_null=True, help_text="The raw page it was read from.")

    class Meta:
        model = LedgerEntry
        fields = [
            *("id", "company", "store", "store_name", "channel", "paying_store", "paying_store_name"),
            *("source", "key", "part", "stage", "kind", "label", "order", "sku", "quantity"),
            *("amount", "currency", "base_amount", "base_currency", "rate", "rate_source", "rate_on"),
            *("ordered_on", "shipped_on", "posted_on", "released_on", "deposited_on", "booked_on"),
            *("payout", "page", "place", "revision", "reversal", "recorded_at"),
        ]
        read_only_fields = fields
