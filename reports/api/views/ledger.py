from django.db.models import F, QuerySet

from channels.models import Company
from reconciliation.models import LedgerEntry
from reports.api.filters.ledger import LedgerFilter
from reports.api.serializers.ledger import LedgerSerializer
from reports.api.views.resource import Resource, listing

EXAMPLE = {
    "id": 4711, "company": 1, "store": 2, "store_name": "Amazon DE", "channel": "amazon",
    "paying_store": 2, "paying_store_name": "Amazon DE", "source": "settlement", "key": "11/114-3941689-8772232/3",
    "part": 0, "stage": "settled", "kind": "commission", "label": "ItemFees/Commission",
    "order": "114-3941689-8772232", "sku": "MUG-RED", "quantity": 0,
    "amount": "-3.00", "currency": "EUR", "base_amount": "-3.25", "base_currency": "USD",
    "rate": "1.0842", "rate_source": "ecb", "rate_on": "2026-01-30",
    "ordered_on": "2026-01-28", "shipped_on": "2026-01-29", "posted_on": "2026-01-30", "released_on": None,
    "deposited_on": "2026-02-05", "booked_on": "2026-01-30", "payout": "11223344556", "page": 7, "place": 1204,
    "revision": 1, "reversal": False, "recorded_at": "2026-02-06T03:00:00Z",
}  # fmt: skip


def named_entries() -> QuerySet[LedgerEntry]:
    """Entries with the names of their stores, read without the stores' credentials."""
    return LedgerEntry.objects.annotate(
        base_currency=F("company__base_currency"),
        earning_name=F("earning_store__name"),
        channel=F("earning_store__channel"),
        paying_name=F("paying_store__name"),
    )


@listing(LedgerSerializer, EXAMPLE)
class LedgerView(Resource):
    """Ledger entries: every money fact once, append-only. What changed is reversed and posted anew."""

    queryset = LedgerEntry.objects.none()
    serializer_class = LedgerSerializer
    filterset_class = LedgerFilter
    ordering_fields = ("-posted_on", "posted_on", "-recorded_at", "recorded_at", "-id", "id")
    sums = (("amount", "currency"), ("base_amount", "base_currency"))

    def get_queryset(self) -> QuerySet[LedgerEntry]:
        return named_entries()

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        queryset = super().filter_queryset(queryset)
        companies = list(Company.objects.values_list("pk", flat=True)[:2])
        # The index by day begins with the company: where there is one, saying so changes nothing but the speed.
        return queryset.filter(company=companies[0]) if len(companies) == 1 else queryset
