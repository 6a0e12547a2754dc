from rest_framework import serializers


class AnalysisSerializer(serializers.Serializer):
    """Only described here: the view writes it."""

    company = serializers.IntegerField(help_text="Id.")
    kind = serializers.CharField()
    through = serializers.DateField(help_text="The first day after the last week that is known.")
    inputs = serializers.CharField(help_text="Digest of everything it follows from.")
    method = serializers.CharField()
    built_at = serializers.DateTimeField()
    answers = serializers.ListField(child=serializers.DictField())
    body = serializers.DictField()
