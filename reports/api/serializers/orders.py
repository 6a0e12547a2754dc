from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from channels.models import Order, OrderItem
from reports.api.serializers.ledger import LedgerSerializer


class OrderItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = OrderItem
        fields = ["key", "sku", "title", "quantity"]
        read_only_fields = fields


class OrderSerializer(serializers.ModelSerializer):
    """An order with its lines; its money is in the ledger, at the address in ``ledger``."""

    company = serializers.IntegerField()
    store = serializers.IntegerField(source="store_id")
    store_name = serializers.CharField()
    channel = serializers.CharField()
    order = serializers.CharField(source="ref")
    mirror = serializers.BooleanField(source="is_mirror", help_text="A copy of another channel's order.")
    items = OrderItemSerializer(many=True, read_only=True)
    ledger = serializers.SerializerMethodField()

    class Meta:
        model = Order
        fields = [
            *("id", "company", "store", "store_name", "channel", "order", "name", "currency", "status", "cancelled"),
            *("ordered_at", "shipped_at", "updated_at", "recorded_at", "country", "sales_channel", "business"),
            *("mirror", "mirror_of", "serves", "items", "ledger"),
        ]
        read_only_fields = fields

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_ledger(self, order: Order) -> str:
        query = urlencode({"paying_store": order.store_id, "order": order.ref})
        return f"{self._ledger_address()}?{query}"

    def _ledger_address(self) -> str:
        """Resolved once for all rows."""
        context: Any = self.context
        if "ledger_address" not in context:
            context["ledger_address"] = context["request"].build_absolute_uri(reverse("ledger-list"))
        return str(context["ledger_address"])


class OrderDetailSerializer(OrderSerializer):
    """An order with its lines and its money lines, those of other stores that serve it included."""

    entries = LedgerSerializer(many=True, read_only=True)

    class Meta(OrderSerializer.Meta):
        fields = [*OrderSerializer.Meta.fields, "entries"]
        read_only_fields = fields
