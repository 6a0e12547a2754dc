from rest_framework import serializers

from channels.models import Store


class StoreSerializer(serializers.ModelSerializer):
    """A store, without its credentials."""

    company = serializers.IntegerField(source="company_id")
    company_name = serializers.CharField()
    base_currency = serializers.CharField(help_text="Of the company.")

    class Meta:
        model = Store
        fields = [
            *("id", "name", "company", "company_name", "base_currency", "channel", "marketplace"),
            *("currency", "timezone", "cross_border", "prices_include_tax", "ads_by_card", "go_live"),
        ]
        read_only_fields = fields
