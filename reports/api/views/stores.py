from django.db.models import F, QuerySet

from channels.models import Store
from reports.api.filters.stores import StoreFilter
from reports.api.serializers.stores import StoreSerializer
from reports.api.views.resource import Resource, listing

EXAMPLE = {
    "id": 2, "name": "Amazon DE", "company": 1, "company_name": "Example Ltd", "base_currency": "USD",
    "channel": "amazon", "marketplace": "A1PA6795UKMFR9", "currency": "EUR", "timezone": "Europe/Berlin",
    "cross_border": False, "prices_include_tax": True, "ads_by_card": False, "go_live": "2026-01-01",
}  # fmt: skip


@listing(StoreSerializer, EXAMPLE)
class StoreView(Resource):
    """Stores, by id. Their credentials are not part of any answer."""

    queryset = Store.objects.none()
    serializer_class = StoreSerializer
    filterset_class = StoreFilter
    ordering_fields = ("id", "-id")

    def get_queryset(self) -> QuerySet[Store]:
        stores = Store.objects.defer("credentials", "signal_policy")
        return stores.annotate(company_name=F("company__name"), base_currency=F("company__base_currency"))
