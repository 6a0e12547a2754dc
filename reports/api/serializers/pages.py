from rest_framework import serializers

from channels.models import RawPage


class StatementSerializer(serializers.Serializer):
    payout = serializers.CharField()
    currency = serializers.CharField()
    stated = serializers.CharField(allow_null=True, help_text="What the file says; null where it says nothing.")
    lines = serializers.CharField(help_text="What its lines add up to.")


class PageSerializer(serializers.Serializer):
    """What became of a file."""

    page = serializers.IntegerField(help_text="Our own id of it.")
    state = serializers.ChoiceField(choices=RawPage.State.values)
    resource = serializers.CharField(help_text="The format that it was known as.")
    rows = serializers.DictField(child=serializers.IntegerField(), help_text="How many of each sort it holds.")
    unreadable = serializers.IntegerField(help_text="Lines that could not be read; the others are loaded.")
    statements = StatementSerializer(many=True, help_text="The first hundred.")
    conflict = serializers.CharField(help_text="Why it waits for a person, where it does.")


class ErrorSerializer(serializers.Serializer):
    code = serializers.CharField()
    detail = serializers.CharField()
