from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from reports.exports import amount_text, number_text


@extend_schema_field({"type": "string", "format": "decimal", "example": "12.30"})
class AmountField(serializers.Field):
    """An exact amount as a string, with at least the digits of the currency that stands in another field."""

    def __init__(self, currency: str = "currency", **kwargs: Any) -> None:
        self.currency = currency
        super().__init__(**{**kwargs, "read_only": True})

    def get_attribute(self, instance: Any) -> tuple[Decimal, str] | None:
        amount = super().get_attribute(instance)
        return None if amount is None else (amount, getattr(instance, self.currency))

    def to_representation(self, value: tuple[Decimal, str]) -> str | None:
        return amount_text(*value)


@extend_schema_field({"type": "string", "format": "decimal", "example": "1.0842"})
class RateField(serializers.Field):
    def to_representation(self, value: Decimal) -> str | None:
        return number_text(value)
