from rest_framework import serializers

from channels.models import Payout
from reports.api.serializers.money import AmountField


class PayoutSerializer(serializers.ModelSerializer):
    """A statement, and what was posted for it."""

    company = serializers.IntegerField()
    store = serializers.IntegerField(source="store_id")
    store_name = serializers.CharField()
    channel = serializers.CharField()
    payout = serializers.CharField(source="ref")
    stated = AmountField(help_text="What the channel says the payout is.")
    lines = AmountField(help_text="Sum of the ledger entries that are part of it.")
    residual = AmountField(help_text="Stated less lines; zero when every cent is explained.")
    unmapped = AmountField(help_text="The part of the lines whose words are not known yet.")
    itemised = serializers.BooleanField(help_text="False: the channel gives no lines that could explain it.")
    paid_amount = AmountField("paid_currency", allow_null=True)
    ledger = serializers.CharField(help_text="Address of its ledger entries.")

    class Meta:
        model = Payout
        fields = [
            *("id", "company", "store", "store_name", "channel", "payout", "currency"),
            *("stated", "lines", "residual", "unmapped", "itemised"),
            *("starts_at", "ends_at", "deposited_at", "status", "bank_reference", "paid_amount", "paid_currency"),
            *("recorded_at", "ledger"),
        ]
        read_only_fields = fields
