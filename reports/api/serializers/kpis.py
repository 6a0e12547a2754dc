from rest_framework import serializers


class FlagSerializer(serializers.Serializer):
    """A check of a figure, its sentences in English and Chinese."""

    rule = serializers.CharField()
    fired = serializers.BooleanField(allow_null=True, help_text="Null where there is too little to tell.")
    wrong_en = serializers.CharField()
    wrong_zh = serializers.CharField()
    why_en = serializers.CharField()
    why_zh = serializers.CharField()
    instead_en = serializers.CharField()
    instead_zh = serializers.CharField()
    figures = serializers.DictField(child=serializers.FloatField())


class KpiSerializer(serializers.Serializer):
    """Only described here: reports.analysis.kpi.figure.record writes it, for the command too."""

    kpi = serializers.CharField()
    value = serializers.FloatField(allow_null=True, help_text="Null where it cannot be told: the text says why.")
    low = serializers.FloatField(allow_null=True, help_text="Ends of the 90 % interval, where one can be given.")
    high = serializers.FloatField(allow_null=True)
    denominator = serializers.FloatField()
    maturity = serializers.FloatField(help_text="Share of its time that what is counted has had.")
    unit = serializers.CharField()
    trend_4w = serializers.FloatField(allow_null=True, help_text="Change from as many weeks before, as a share.")
    trend_13w = serializers.FloatField(allow_null=True)
    trend_26w = serializers.FloatField(allow_null=True)
    trend_52w = serializers.FloatField(allow_null=True)
    flags = FlagSerializer(many=True)
    text_en = serializers.CharField()
    text_zh = serializers.CharField()


class KpiMetaSerializer(serializers.Serializer):
    company = serializers.IntegerField(help_text="Id.")
    role = serializers.CharField()
    goals = serializers.ListField(child=serializers.CharField(), help_text="Those in force; the figures follow them.")
    currency = serializers.CharField()
    until = serializers.DateField(allow_null=True, help_text="The first day after the last whole week.")
    flags = FlagSerializer(many=True, help_text="Checks of the page as a whole.")


class KpiAnswerSerializer(serializers.Serializer):
    meta = KpiMetaSerializer()
    results = KpiSerializer(many=True)
