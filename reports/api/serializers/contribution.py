from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


@extend_schema_field({"type": "string", "format": "decimal", "nullable": True, "example": "1250.00"})
class MarginField(serializers.Field):
    """A string, or null where nothing is known."""


@extend_schema_field({"type": "string", "format": "decimal", "nullable": True, "example": "0.9950"})
class ShareField(serializers.Field):
    """A share from 0 to 1 in four digits, cut off, or null where there is nothing to cover."""


class ContributionSerializer(serializers.Serializer):
    """Only described here: reports.exports.contribution_record writes it, for the command too."""

    channel = serializers.CharField(required=False, help_text="With by=channel; empty is unallocated.")
    store = serializers.CharField(required=False, help_text="With by=store; empty is unallocated.")
    product = serializers.CharField(required=False, help_text="With by=product; empty is unallocated.")
    company = serializers.CharField(required=False, help_text="With by=company.")
    period = serializers.DateField(allow_null=True, help_text="First day of the period; null is undated.")
    currency = serializers.CharField()
    net_revenue = MarginField()
    cm1 = MarginField()
    cm2 = MarginField()
    cm3a = MarginField()
    cm3b = MarginField()
    units = serializers.IntegerField()
    orders = serializers.IntegerField()
    cost_coverage = ShareField(help_text="Share of units whose cost is known.")
    fx_coverage = ShareField(help_text="Share of entries with an exchange rate.")
    mapping_coverage = ShareField(help_text="Share of money whose words are known.")
    settled_share = ShareField(help_text="Share of net revenue that is settled.")


class MetaSerializer(serializers.Serializer):
    export = serializers.CharField()
    tiers = serializers.CharField(help_text="Version of the map from kinds to margins.")
    as_of = serializers.DateTimeField()
    filters = serializers.CharField(help_text="The question as it was asked, percent-encoded.")


class ContributionAnswerSerializer(serializers.Serializer):
    meta = MetaSerializer()
    results = ContributionSerializer(many=True)
