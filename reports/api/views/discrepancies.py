from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from reconciliation.models import Discrepancy, Resolution
from reports.api.filters.discrepancies import DiscrepancyFilter
from reports.api.serializers.discrepancies import DiscrepancySerializer
from reports.api.views.resource import Resource, listing

EXAMPLE = {
    "id": 9, "company": 1, "store": 2, "store_name": "Amazon DE", "channel": "amazon", "cause": "residual",
    "key": "2/11223344556", "payout": "11223344556", "order": "", "amount": "0.50", "currency": "EUR", "count": 1,
    "detail": "stated 4240.00, lines 4239.50", "page": 7, "since": "2026-02-06T03:00:00Z", "resolved": False,
    "note": None,
}  # fmt: skip


@listing(DiscrepancySerializer, EXAMPLE)
class DiscrepancyView(Resource):
    """What does not agree, with its money. The list is made anew at every settling, so ids change; ``key`` does not."""

    queryset = Discrepancy.objects.none()
    serializer_class = DiscrepancySerializer
    filterset_class = DiscrepancyFilter
    ordering_fields = ("since", "-since", "id", "-id")
    sums = (("amount", "currency"),)

    def get_queryset(self) -> QuerySet[Discrepancy]:
        said = Resolution.objects.filter(
            company=OuterRef("company"), cause=OuterRef("cause"), key=OuterRef("key"), amount=OuterRef("amount")
        ).order_by("-resolved_at", "-pk")
        return Discrepancy.objects.annotate(
            store_name=F("store__name"),
            channel=F("store__channel"),
            resolved=Exists(said),
            note=Subquery(said.values("note")[:1]),
        )
