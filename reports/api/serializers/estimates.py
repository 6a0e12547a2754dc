from rest_framework import serializers

from reports.models import Report


class CheckSerializer(serializers.Serializer):
    name = serializers.CharField()
    passed = serializers.BooleanField(allow_null=True, help_text="null: it only informs.")
    detail = serializers.CharField()
    value = serializers.FloatField(allow_null=True)


class AnswerSerializer(serializers.Serializer):
    """An estimate with its interval, bounds without a point, or that it cannot be told. Infinite ends are null."""

    name = serializers.CharField(help_text="Which figure of the question.")
    type = serializers.ChoiceField(["estimate", "bounds", "cannot_tell"])
    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    unbounded = serializers.BooleanField()
    level = serializers.FloatField()
    unit = serializers.CharField()
    n = serializers.IntegerField()
    method = serializers.CharField()
    assumptions = serializers.ListField(child=serializers.CharField())
    checks = CheckSerializer(many=True)
    reason = serializers.CharField(allow_null=True)


class EstimateSerializer(serializers.ModelSerializer):
    """A question that was asked of the ledger, with its answers; amounts are estimates, not sums of entries."""

    company = serializers.IntegerField(source="company_id")
    event = serializers.IntegerField(source="event_id", allow_null=True)
    answers = AnswerSerializer(many=True)

    class Meta:
        model = Report
        fields = ["id", "company", "kind", "subject", "event", "through", "inputs", "method", "seed", "built_at",
                  "answers"]  # fmt: skip
        read_only_fields = fields
