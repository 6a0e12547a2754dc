from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F, Q, QuerySet

from channels.models import Order
from reports.api.filters.orders import OrderFilter
from reports.api.serializers.orders import OrderDetailSerializer, OrderSerializer
from reports.api.views.ledger import named_entries
from reports.api.views.resource import Columns, Resource, listing

LINE = ("line_key", "line_sku", "line_title", "line_quantity")
EXAMPLE = {
    "id": 12, "company": 1, "store": 2, "store_name": "Amazon DE", "channel": "amazon",
    "order": "114-3941689-8772232", "name": "", "currency": "EUR", "status": "Shipped", "cancelled": False,
    "ordered_at": "2026-01-28T09:30:00Z", "shipped_at": "2026-01-29T16:00:00Z", "updated_at": "2026-01-29T16:00:00Z",
    "recorded_at": "2026-01-30T03:00:00Z", "country": "DE", "sales_channel": "Amazon.de", "business": False,
    "mirror": False, "mirror_of": "", "serves": "",
    "items": [{"key": "1", "sku": "MUG-RED", "title": "Mug, red", "quantity": 1}],
    "ledger": "https://plumbline.example/api/v1/ledger/?paying_store=2&order=114-3941689-8772232",
}  # fmt: skip


@listing(OrderSerializer, EXAMPLE)
class OrderView(Resource):
    """Orders as their channels tell them. A CSV export has a line for each order line."""

    queryset = Order.objects.none()
    serializer_class = OrderSerializer
    filterset_class = OrderFilter
    ordering_fields = ("-ordered_at", "ordered_at", "-recorded_at", "recorded_at", "-id", "id")

    def get_queryset(self) -> QuerySet[Order]:
        orders = Order.objects.prefetch_related("items")
        return orders.annotate(company=F("store__company_id"), store_name=F("store__name"), channel=F("store__channel"))

    def get_serializer_class(self) -> type[OrderSerializer]:
        return OrderDetailSerializer if self.action == "retrieve" else OrderSerializer

    def get_object(self) -> Order:
        order: Order = super().get_object()
        its = Q(paying_store=order.store_id) | Q(earning_store=order.store_id)
        order.entries = named_entries().filter(its, order_ref=order.ref).order_by("id")  # type: ignore[attr-defined]
        return order

    def columns(self) -> Columns:
        columns, text = super().columns()
        return [*columns[:-2], *LINE, columns[-1]], {*text, *LINE[:-1]}

    def flat(self, records: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
        nothing = dict.fromkeys(LINE)
        return [
            {**record, **({f"line_{key}": value for key, value in item.items()} if item else nothing)}
            for record in records
            for item in record["items"] or [None]
        ]
