from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, QuerySet
from django.urls import reverse

from channels.models import Payout
from reconciliation.queries import payout_totals
from reports.api.filters.payouts import PayoutFilter
from reports.api.serializers.payouts import PayoutSerializer
from reports.api.views.resource import Resource, listing

EXAMPLE = {
    "id": 3, "company": 1, "store": 2, "store_name": "Amazon DE", "channel": "amazon", "payout": "11223344556",
    "currency": "EUR", "stated": "4240.00", "lines": "4239.50", "residual": "0.50", "unmapped": "-1.20",
    "itemised": True, "starts_at": "2026-01-22T00:00:00Z", "ends_at": "2026-02-05T00:00:00Z",
    "deposited_at": "2026-02-07T00:00:00Z", "status": "", "bank_reference": "", "paid_amount": None,
    "paid_currency": "", "recorded_at": "2026-02-06T03:00:00Z",
    "ledger": "https://plumbline.example/api/v1/ledger/?paying_store=2&payout=11223344556",
}  # fmt: skip


@listing(PayoutSerializer, EXAMPLE)
class PayoutView(Resource):
    """Statements: settlements, payouts and wallet days, each tied to its ledger entries."""

    queryset = Payout.objects.none()
    serializer_class = PayoutSerializer
    filterset_class = PayoutFilter
    ordering_fields = ("-ends_at", "ends_at", "-recorded_at", "recorded_at", "-id", "id")
    sums = tuple((name, "currency") for name in ("stated", "lines", "residual", "unmapped"))

    def get_queryset(self) -> QuerySet[Payout]:
        return Payout.objects.annotate(
            company=F("store__company_id"), store_name=F("store__name"), channel=F("store__channel")
        )

    def records(self, rows: Sequence[Any]) -> Sequence[Any]:
        stores, refs = {row.store_id for row in rows}, {row.ref for row in rows}
        totals = {(one.store, one.payout): one for one in payout_totals(stores=stores, payouts=refs)} if rows else {}
        address = self.request.build_absolute_uri(reverse("ledger-list"))
        for row in rows:
            total = totals[row.store_name, row.ref]
            row.lines, row.residual, row.unmapped = total.lines, total.residual, total.unmapped
            row.ledger = f"{address}?{urlencode({'paying_store': row.store_id, 'payout': row.ref})}"
        return super().records(rows)
