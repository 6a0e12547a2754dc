from rest_framework import serializers


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField(help_text="Shown once. Send it as: Authorization: Token …")
    expiry = serializers.DateTimeField(allow_null=True)
